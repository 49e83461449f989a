"""GET /fhir/metadata: the CapabilityStatement (FHIR R4), made from the table of routes and truthful."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import orjson
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from carnet import __version__
from carnet.fhir_api.exchange import Exchange, Route, base_url, reply
from carnet.fhir_api.negotiation import FHIR_JSON, JSON, JSON_PATCH
from carnet.fhir_api.parameters import Kind, Parameter

_CHANGED_ON: Final = "2026-11-23"  # when what is described here last changed
_PROFILES: Final = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition"
_SUPPORTED: Final = {
    "DocumentReference": ("pdsm-comprehensive-document-reference", "pdsm-simplified-publish"),
    "List": ("pdsm-submissionset-comprehensive",),
    "Binary": (),
}
_SERVICES: Final = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_OAUTH_URIS: Final = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_DOCUMENTATION: Final = (
    "Dépôt de documents dans les espaces de santé, au profil PDSm. Une structure y trouve, relit, corrige et"
    " retire ce qu’elle a déposé, et rien d’autre : tout le reste est pour elle ce qui n’existe pas."
    " JSON seulement. POST /launch ouvre, une fois, la page d’un patient dans le navigateur d’un"
    " professionnel : le patient est nommé dans le corps, jamais dans une adresse (/openapi.json)."
)
_NO_CONDITIONAL: Final = {
    "conditionalCreate": False,
    "conditionalUpdate": False,
    "conditionalDelete": "not-supported",
}


def metadata(_exchange: Exchange) -> HttpResponse:
    """Answer with what this service can do."""
    return reply(_described(base_url()), Cache_Control="public, max-age=3600")


@lru_cache(maxsize=2)
def _described(base: str) -> bytes:
    from carnet.fhir_api.routes import ROUTES  # the table names this module

    return orjson.dumps(describe(ROUTES, base))


def describe(routes: Iterable[Route], base: str) -> dict[str, Any]:
    """Return the CapabilityStatement of those routes, at that address."""
    listed = list(routes)
    return {
        "resourceType": "CapabilityStatement",
        "name": "Carnet",
        "title": "Carnet : dépôt de documents (PDSm)",
        "status": "active",
        "date": _CHANGED_ON,
        "kind": "instance",
        "software": {"name": "Carnet", "version": __version__},
        "implementation": {"description": "Carnet", "url": base},
        "fhirVersion": "4.0.1",
        "format": [FHIR_JSON, JSON],
        "patchFormat": [JSON_PATCH, FHIR_JSON],
        "rest": [
            {
                "mode": "server",
                "documentation": _DOCUMENTATION,
                "security": _security(),
                "resource": [_resource(kind, listed) for kind in _SUPPORTED],
                "interaction": [
                    {"code": "transaction", "documentation": route.summary}
                    for route in listed
                    if route.interaction == "transaction"
                ],
            }
        ],
    }


def _security() -> dict[str, Any]:
    token = str(settings.CARNET_API_URL).rstrip("/") + reverse("oauth:token")
    return {
        "extension": [{"url": _OAUTH_URIS, "extension": [{"url": "token", "valueUri": token}]}],
        "service": [{"coding": [{"system": _SERVICES, "code": "SMART-on-FHIR"}]}],
        "description": "OAuth 2 (client credentials) : assertion signée (RFC 7523) ou certificat (RFC 8705).",
    }


def _resource(kind: str, routes: list[Route]) -> dict[str, Any]:
    own = [route for route in routes if route.resource == kind]
    interactions: dict[str, str] = {}
    for route in own:
        told = f"{route.transaction} : {route.summary}" if route.transaction else route.summary
        interactions.setdefault(route.interaction, told)
    described: dict[str, Any] = {"type": kind}
    if _SUPPORTED[kind]:
        described["supportedProfile"] = [f"{_PROFILES}/{name}" for name in _SUPPORTED[kind]]
    described["interaction"] = [{"code": code, "documentation": told} for code, told in interactions.items()]
    described |= {"versioning": "versioned", "readHistory": False, "updateCreate": False, **_NO_CONDITIONAL}
    searched = [route for route in own if route.interaction == "search-type"][:1]
    parameters = [
        _parameter(one) for route in searched for one in route.parameters if one.kind is not Kind.SPECIAL
    ]
    return described | ({"searchParam": parameters} if parameters else {})


def _parameter(one: Parameter) -> dict[str, str]:
    """A parameter with a modifier is told by its name alone; its documentation says which one it wants."""
    return {"name": one.name.partition(":")[0], "type": one.kind, "documentation": one.documentation}
