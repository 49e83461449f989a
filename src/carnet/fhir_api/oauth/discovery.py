"""What a software reads to find its way: where tokens are given, to whom, for what.

Sources: RFC 8414 (metadata of an authorization server), RFC 8705 (3.3), SMART App Launch 2 ("Conformance").
"""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from carnet.directory import api as directory
from carnet.platform.http import public
from carnet.standards import oauth

_KEPT: Final = "public, max-age=3600"


def issuer() -> str:
    """Return the name of this service for tokens: the address of its API, without a slash at the end."""
    return str(settings.CARNET_API_URL).rstrip("/")


def token_endpoint() -> str:
    """Return the address where tokens are asked for, which an assertion names as its audience."""
    return issuer() + reverse("oauth:token")


@public
@require_safe
def authorization_server(_request: HttpRequest) -> HttpResponse:
    """Describe the authorization server (RFC 8414, 2)."""
    # no page of authorization here, hence no type of response
    return _answer({"issuer": issuer(), "response_types_supported": []} | _common())


@public
@require_safe
def smart_configuration(_request: HttpRequest) -> HttpResponse:
    """Describe the same to FHIR software (SMART App Launch 2, "Backend Services")."""
    return _answer(
        _common()
        | {
            "capabilities": ["client-confidential-asymmetric", "permission-v2"],
            "code_challenge_methods_supported": ["S256"],  # required in every such document, unused here
        }
    )


def _common() -> dict[str, Any]:
    by_certificate = bool(settings.CARNET_CLIENT_CERT_HEADER)
    methods = ["private_key_jwt", *(["self_signed_tls_client_auth"] if by_certificate else [])]
    return {
        "token_endpoint": token_endpoint(),
        "grant_types_supported": [oauth.GRANT_TYPE],
        "scopes_supported": list(directory.SCOPES),
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": list(oauth.ALGORITHMS),
        "tls_client_certificate_bound_access_tokens": by_certificate,
    }


def _answer(document: dict[str, Any]) -> HttpResponse:
    return JsonResponse(document, headers={"Cache-Control": _KEPT})
