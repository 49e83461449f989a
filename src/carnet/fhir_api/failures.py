"""What Django answers itself, in FHIR: an address that does not exist, a request that cannot be read."""

import sys
from typing import Final

from django.http import HttpRequest, HttpResponse

from carnet.fhir_api import outcomes, refusals
from carnet.fhir_api.outcomes import Refused, refuse

_MANIFEST: Final = "DocumentManifest"


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """The request cannot be read (400)."""
    return _told(refuse(400, "structure", "La requête ne se lit pas.", rule="http.request"))


def refused(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """Not for this caller (403)."""
    return _told(refuse(403, "forbidden", "Cet accès n’est pas prévu pour vous.", rule="http.forbidden"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """No such address (404); a type of resource that is not served is said so."""
    return _told(_absent(request.path))


def failed(_request: HttpRequest) -> HttpResponse:
    """What failed outside any route: 503 if it may pass, else 500 with a reference."""
    error = sys.exc_info()[1]
    return _told(refusals.of_error(error if isinstance(error, Exception) else RuntimeError()))


def _absent(path: str) -> Refused:
    first, _, rest = path.strip("/").partition("/")
    kind = rest.partition("/")[0]
    if first != "fhir" or not kind[:1].isupper():
        return refuse(404, "not-found", "Il n’y a rien à cette adresse.", rule="http.address")
    if kind == _MANIFEST:
        return refuse(
            404, "not-supported", "DocumentManifest (MHD 3) n’existe plus : envoyez un lot avec une List"
            " SubmissionSet (ITI-65), ou un document seul (ITI-105).",
            rule="fhir.resource", clause="PDSm 3.1.1",
        )  # fmt: skip
    return refuse(
        404, "not-supported", "Ce type ou cette opération n’est pas servi : voyez /fhir/metadata.",
        rule="fhir.resource",
    )  # fmt: skip


def _told(refused_call: Refused) -> HttpResponse:
    response = outcomes.answer(refused_call)
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
