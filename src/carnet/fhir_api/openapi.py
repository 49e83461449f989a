"""GET /openapi.json: the same table for software that speaks no FHIR, and the routes of tokens (3.1)."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import orjson
from django.conf import settings
from django.http import HttpResponse

from carnet import __version__
from carnet.fhir_api.exchange import Exchange, Route, reply
from carnet.fhir_api.launch import ASKS, GIVES
from carnet.fhir_api.negotiation import FHIR_JSON, FORM, JSON, JSON_PATCH
from carnet.fhir_api.parameters import Kind, Parameter
from carnet.standards import oauth

_ADDRESS_ID: Final = "<str:id>"
_WORDS: Final = {
    200: "Fait.",
    201: "Créé.",
    304: "Inchangé depuis la version connue.",
    400: "La requête ne se lit pas.",
    401: "Pas de jeton, ou un jeton refusé.",
    403: "Pas pour cet appelant.",
    404: "Rien de tel pour cet appelant.",
    405: "Pas à cette adresse, ou pas cet élément.",
    406: "JSON seulement.",
    409: "En conflit avec ce qui est là.",
    410: "N’est plus donné.",
    411: "Longueur du contenu non annoncée.",
    412: "Une autre version est là.",
    413: "Trop long.",
    415: "JSON seulement, sans compression.",
    422: "Une règle n’est pas suivie.",
    429: "Trop d’appels.",
    500: "Le service a échoué.",
    503: "Momentanément indisponible.",
}
_RETRIED: Final = frozenset({429, 503})
_RESOURCE: Final = {
    "provide": "Bundle", "publish": "DocumentReference", "find": "Bundle", "search": "Bundle",
    "patch": "DocumentReference", "patch-by-identifier": "DocumentReference", "read": "DocumentReference",
    "retrieve": "Binary", "read-list": "List", "metadata": "CapabilityStatement",
}  # fmt: skip
_OWN_SCHEMAS: Final = {"launch": (ASKS, GIVES)}
"""What is asked and given where it is no resource of FHIR."""

_ID: Final = {
    "name": "id", "in": "path", "required": True, "description": "L’id que le service a donné.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9.-]+$"},
}  # fmt: skip


def openapi(_exchange: Exchange) -> HttpResponse:
    """Answer with the description."""
    return reply(
        _described(str(settings.CARNET_API_URL).rstrip("/")),
        content_type=JSON,
        Cache_Control="public, max-age=3600",
    )


@lru_cache(maxsize=2)
def _described(api: str) -> bytes:
    from carnet.fhir_api.routes import ROUTES  # the table names this module

    return orjson.dumps(describe(ROUTES, api))


def describe(routes: Iterable[Route], api: str) -> dict[str, Any]:
    """Return the OpenAPI document of those routes and of the routes of tokens."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        where = "/" + route.path.replace(_ADDRESS_ID, "{id}")
        paths.setdefault(where, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Carnet : l’interface des logiciels", "version": __version__},
        "servers": [{"url": api}],
        "paths": paths | _token_paths(),
        "components": {
            "schemas": _SCHEMAS,
            "securitySchemes": {
                "jeton": {
                    "type": "oauth2",
                    "flows": {"clientCredentials": {"tokenUrl": f"{api}/oauth/token", "scopes": {}}},
                }
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.transaction or route.resource or "description"],
        "parameters": [*([_ID] if _ADDRESS_ID in route.path else []), *_parameters(route)],
        "responses": {str(status): _response(route, status) for status in route.statuses},
        "security": [{"jeton": []}] if route.scopes else [],
    }
    if route.takes:
        described["requestBody"] = {
            "required": True,
            "content": {
                media_type: {"schema": _body_schema(route, media_type)} for media_type in route.takes
            },
        }
    return described


def _parameters(route: Route) -> list[dict[str, Any]]:
    """Those of the address; the parameters of a posted search are in its body."""
    shown = route.parameters if FORM not in route.takes else ()
    return [
        {
            "name": one.name, "in": "query", "description": one.documentation, "schema": _schema(one),
            **({"example": one.example} if one.example else {}),
        }
        for one in shown
    ]  # fmt: skip


def _schema(one: Parameter) -> dict[str, Any]:
    if one.name == "_format":
        return {"type": "string", "enum": ["json", JSON, FHIR_JSON]}
    return {"type": "integer", "minimum": 1} if one.kind is Kind.NUMBER else {"type": "string"}


def _body_schema(route: Route, media_type: str) -> dict[str, Any]:
    if route.name in _OWN_SCHEMAS:
        return dict(_OWN_SCHEMAS[route.name][0])
    if media_type == FORM:
        return {"type": "object", "properties": {one.name: _schema(one) for one in route.parameters}}
    if media_type == JSON_PATCH:
        return {"type": "array", "items": {"type": "object"}}
    return {"type": "object", "required": ["resourceType"]}


def _response(route: Route, status: int) -> dict[str, Any]:
    described: dict[str, Any] = {"description": _WORDS[status]}
    if status in _RETRIED:
        described["headers"] = {"Retry-After": {"schema": {"type": "string"}}}
    if status >= 400:  # noqa: PLR2004
        described["content"] = {FHIR_JSON: {"schema": {"$ref": "#/components/schemas/OperationOutcome"}}}
    elif status in {200, 201}:
        resource = _RESOURCE.get(route.name)
        schema = {"$ref": f"#/components/schemas/{resource}"} if resource else {"type": "object"}
        if route.name in _OWN_SCHEMAS:
            schema = dict(_OWN_SCHEMAS[route.name][1])
        described["content"] = {
            media_type: {"schema": schema if media_type != "*/*" else {}} for media_type in route.gives
        }
    return described


def _resource_schema(kind: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["resourceType"],
        "properties": {"resourceType": {"const": kind}},
    }


_SCHEMAS: Final = {
    **{kind: _resource_schema(kind) for kind in sorted({*_RESOURCE.values()})},
    "OperationOutcome": {
        **_resource_schema("OperationOutcome"),
        "required": ["resourceType", "issue"],
        "properties": {
            "resourceType": {"const": "OperationOutcome"},
            "issue": {
                "type": "array",
                "minItems": 1,
                "items": {"type": "object", "required": ["severity", "code", "diagnostics"]},
            },
        },
    },
    "Token": {
        "type": "object",
        "required": ["access_token", "token_type", "expires_in", "scope"],
        "properties": {"access_token": {"type": "string"}, "expires_in": {"type": "integer"}},
    },
    "OAuthError": {
        "type": "object",
        "required": ["error", "error_description"],
        "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
    },
}


def _token_paths() -> dict[str, Any]:
    """The routes of tokens (carnet.fhir_api.oauth), which are RFC 6749's and not FHIR's."""
    refused = {"content": {JSON: {"schema": {"$ref": "#/components/schemas/OAuthError"}}}}
    form = {
        "type": "object",
        "required": ["grant_type"],
        "properties": {
            "grant_type": {"const": oauth.GRANT_TYPE},
            "client_assertion_type": {"const": oauth.ASSERTION_TYPE},
            "client_assertion": {"type": "string"},
            "client_id": {"type": "string"},
            "scope": {"type": "string"},
        },
    }
    given = {
        "description": "Le jeton.",
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Token"}}},
    }
    statuses = (400, 401, 413, 429, 503)
    described = {"description": "La description.", "content": {JSON: {"schema": {"type": "object"}}}}
    plain = {"security": [], "tags": ["jetons"]}
    return {
        "/oauth/token": {
            "post": {
                **plain,
                "operationId": "token",
                "summary": "Demander un jeton de trente minutes.",
                "requestBody": {"required": True, "content": {FORM: {"schema": form}}},
                "responses": {
                    "200": given,
                    **{str(status): {"description": _WORDS[status], **refused} for status in statuses},
                },
            }
        },
        **{
            where: {"get": {**plain, "operationId": name, "summary": told, "responses": {"200": described}}}
            for where, name, told in (
                (
                    "/.well-known/oauth-authorization-server",
                    "oauth-metadata",
                    "Le serveur de jetons (RFC 8414).",
                ),
                ("/fhir/.well-known/smart-configuration", "smart-configuration", "Le même, au format SMART."),
            )
        },
    }
