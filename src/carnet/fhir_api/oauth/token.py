"""POST /oauth/token: a software that proves who it is gets a token (RFC 6749, 4.4; RFC 7523; RFC 8705)."""

import time
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

from carnet.directory import api as directory
from carnet.directory.api import OAuthRefused
from carnet.fhir_api.oauth.certificate import certificate_of
from carnet.fhir_api.oauth.discovery import issuer, token_endpoint
from carnet.platform import calls
from carnet.platform.address import client_address
from carnet.platform.http import accepts_body, announced_bytes, public
from carnet.platform.limits import Limit
from carnet.standards import oauth

log = structlog.get_logger("carnet.oauth")

MOST_BYTES: Final = 32_000
_MOST_FIELDS: Final = 20
_FORM: Final = "application/x-www-form-urlencoded"
_RETRY_SECONDS: Final = 5
# Failures are counted by address, since whoever fails is nobody yet; tokens by client. Nobody can spend
# the tokens of a client but itself.
FAILURES: Final = Limit("oauth-failures", most=300, window=timedelta(minutes=1))
TOKENS: Final = Limit("oauth-tokens", most=120, window=timedelta(minutes=1))


class TooManyError(Exception):
    """Too many requests. `seconds`: how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = max(seconds, 1)


@public
@accepts_body(MOST_BYTES)
def token(request: HttpRequest) -> HttpResponse:
    """Answer a request of a token, in JSON whatever happens (RFC 6749, 5.1 and 5.2)."""
    began = time.perf_counter()
    card: directory.ClientCard | None = None
    refused: OAuthRefused | None = None
    try:
        card, response = _answer(request)
    except OAuthRefused as error:
        refused, response = error, _refusal(request, error)
    except TooManyError as error:
        response = _wait(429, error.seconds, "Trop de demandes : attendez avant la suivante.")
    except DatabaseError:
        log.exception("database away")
        response = _wait(503, _RETRY_SECONDS, "Le service est momentanément indisponible.")
    _record(request, response, card, refused, (time.perf_counter() - began) * 1000)
    return response


def _answer(request: HttpRequest) -> tuple[directory.ClientCard | None, HttpResponse]:
    if request.method != "POST":
        response = _json(405, _error("invalid_request", "Un jeton se demande par POST."))
        response["Allow"] = "POST"
        return None, response
    if announced_bytes(request) > MOST_BYTES:
        return None, _json(413, _error("invalid_request", f"La demande dépasse {MOST_BYTES // 1000} ko."))
    form, address = _read_form(request), client_address(request)
    try:
        return _give_at_last(form, address, certificate_of(request))
    except OAuthRefused:
        FAILURES.hit(address)
        raise


def _give_at_last(
    form: dict[str, str], address: str, certificate: str
) -> tuple[directory.ClientCard, HttpResponse]:
    """Do `_give`, once more when the connection turns out to have been lost since the last request."""
    try:
        return _give(form, address, certificate)
    except (OperationalError, InterfaceError):
        connection.close()
        return _give(form, address, certificate)


def _give(form: dict[str, str], address: str, certificate: str) -> tuple[directory.ClientCard, HttpResponse]:
    """Return the client and its token; raises OAuthRefused, TooManyError, DatabaseError."""
    if FAILURES.is_reached(address):
        raise TooManyError(FAILURES.seconds_left(address))
    _check_grant(form)
    card = directory.authenticate(form, audience=(token_endpoint(), issuer()), certificate=certificate)
    if not TOKENS.hit(str(card.id)):
        raise TooManyError(TOKENS.seconds_left(str(card.id)))
    given = directory.issue_token(card, scope=form.get("scope", ""), certificate=certificate)
    log.info("token given", client_id=str(card.id))
    return card, _json(
        200,
        {
            "access_token": given.access_token,
            "token_type": "Bearer",
            "expires_in": given.expires_in,
            "scope": given.scope,
        },
    )


def _read_form(request: HttpRequest) -> dict[str, str]:
    """Return what was posted, empty fields left out (RFC 6749, 3.2); raises OAuthRefused."""
    if not request.META.get("CONTENT_LENGTH") and "HTTP_TRANSFER_ENCODING" in request.META:
        raise OAuthRefused("invalid_request", "Annoncez la taille du corps (Content-Length).")
    if request.content_type != _FORM:
        raise OAuthRefused("invalid_request", f"Le corps est un formulaire : Content-Type: {_FORM}")
    try:
        given = parse_qsl(
            request.body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except (ValueError, UnreadablePostError) as error:
        raise OAuthRefused("invalid_request", "Le formulaire ne se lit pas.") from error
    if len({name for name, _ in given}) != len(given):
        raise OAuthRefused("invalid_request", "Un même champ est donné deux fois (RFC 6749, 3.2).")
    return {name: value for name, value in given if value}


def _check_grant(form: dict[str, str]) -> None:
    match form.get("grant_type"):
        case None:
            raise OAuthRefused("invalid_request", "« grant_type » est obligatoire.")
        case oauth.GRANT_TYPE:
            return
    raise OAuthRefused("unsupported_grant_type", f"Le seul « grant_type » ici est {oauth.GRANT_TYPE}.")


def _refusal(request: HttpRequest, refused: OAuthRefused) -> HttpResponse:
    """Return the answer to a refused request: 401 to whom tried an Authorization header, else 400."""
    body = {"error": refused.error, "error_description": refused.description, "message": refused.message_fr}
    if refused.error == "invalid_client" and request.META.get("HTTP_AUTHORIZATION"):
        response = _json(401, body)
        response["WWW-Authenticate"] = 'Basic realm="carnet"'  # RFC 6749, 5.2: the scheme that was tried
        return response
    return _json(400, body)


def _wait(status: int, seconds: int, message_fr: str) -> HttpResponse:
    response = _json(status, _error("temporarily_unavailable", message_fr))
    response["Retry-After"] = str(seconds)
    return response


def _error(error: str, message_fr: str) -> dict[str, str]:
    refused = OAuthRefused(error, message_fr)
    return {"error": error, "error_description": refused.description, "message": message_fr}


def _json(status: int, body: dict[str, Any]) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}  # RFC 6749, 5.1
    return HttpResponse(orjson.dumps(body), content_type="application/json", status=status, headers=headers)


def _record(
    request: HttpRequest,
    response: HttpResponse,
    card: directory.ClientCard | None,
    refused: OAuthRefused | None,
    milliseconds: float,
) -> None:
    """Tell the call to whoever listens: the sandbox's console shows why a token was refused."""
    issue = {
        "severity": "error",
        "code": "login",
        "rule": f"oauth.{refused.error}",
        "clause": "RFC 6749, 5.2",
        "expression": "",
        "message_fr": refused.message_fr,
    } if refused else None  # fmt: skip
    calls.record(
        calls.Call(
            client_id=card.id if card else None,
            software=card.software if card else "",
            method=str(request.method),
            route="oauth/token",
            status=response.status_code,
            milliseconds=milliseconds,
            received=announced_bytes(request),
            sent=len(response.content),
            decision="accepted" if card else "refused",
            reasons=(refused.error,) if refused else (),
            issues=(issue,) if issue else (),
        )
    )
