"""Every thing that may be asked of the FHIR service, in one table.

Addresses, checks, CapabilityStatement and OpenAPI are made from it: what is not here is answered nowhere, and
what is here works (tests/fhir_api/test_capability.py calls each parameter).
"""

from collections.abc import Iterable
from typing import Final

from django.urls import URLPattern, path

from carnet.fhir_api.capability import metadata
from carnet.fhir_api.exchange import BODY, MOST_BYTES, Route
from carnet.fhir_api.find_documents import PARAMETERS, find_documents
from carnet.fhir_api.launch import MOST_BYTES as MOST_LAUNCH_BYTES
from carnet.fhir_api.launch import launch
from carnet.fhir_api.negotiation import FHIR_JSON, FORM, JSON, JSON_PATCH
from carnet.fhir_api.openapi import openapi
from carnet.fhir_api.parameters import FORMAT, Kind, Parameter
from carnet.fhir_api.provide import provide
from carnet.fhir_api.publish import publish
from carnet.fhir_api.read_document import read_document
from carnet.fhir_api.read_list import read_list
from carnet.fhir_api.retrieve import retrieve
from carnet.fhir_api.serving import Address
from carnet.fhir_api.update_document import update_by_id, update_by_identifier

_IDENTIFIER: Final = Parameter(
    "identifier",
    Kind.TOKEN,
    "L’uniqueId du document à changer.",
    "urn:ietf:rfc:3986|urn:oid:1.2.250.1.999.1.2.3",
)
_PATCHES: Final = (JSON_PATCH, *BODY)
_SMALL: Final = 100_000
_WRITES: Final = (400, 401, 403, 404, 406, 409, 411, 413, 415, 422, 429, 500, 503)
_READS: Final = (400, 401, 403, 404, 406, 429, 500, 503)

ROUTES: Final = (
    Route(
        name="provide", method="POST", path="fhir", handle=provide, interaction="transaction",
        transaction="ITI-65", summary="Déposer un lot de documents d’une personne : tout, ou rien.",
        scopes=(("DocumentReference", "c"), ("Binary", "c"), ("List", "c")), takes=BODY,
        most_bytes=MOST_BYTES, statuses=(200, *_WRITES),
    ),
    Route(
        name="metadata", method="GET", path="fhir/metadata", handle=metadata, interaction="capabilities",
        summary="Ce que le service sait faire.", statuses=(200, 400, 406, 500),
    ),
    Route(
        name="publish", method="POST", path="fhir/DocumentReference", handle=publish,
        resource="DocumentReference", interaction="create", transaction="ITI-105",
        summary="Déposer un document, son fichier dedans.", scopes=(("DocumentReference", "c"),), takes=BODY,
        most_bytes=MOST_BYTES, statuses=(200, 201, *_WRITES),
    ),
    Route(
        name="find", method="GET", path="fhir/DocumentReference", handle=find_documents,
        resource="DocumentReference", interaction="search-type", transaction="ITI-67",
        summary="Chercher parmi ses propres dépôts. Préférez POST : pas d’INS dans une adresse.",
        scopes=(("DocumentReference", "s"),), parameters=PARAMETERS, statuses=(200, *_READS, 410),
    ),
    Route(
        name="patch-by-identifier", method="PATCH", path="fhir/DocumentReference",
        handle=update_by_identifier, resource="DocumentReference", interaction="patch",
        summary="Changer status, securityLabel ou isArchived d’un document nommé par son uniqueId.",
        scopes=(("DocumentReference", "u"),), parameters=(_IDENTIFIER, FORMAT), takes=_PATCHES,
        most_bytes=_SMALL,
        statuses=(200, *_WRITES, 405, 412), repeatable=False,
    ),
    Route(
        name="search", method="POST", path="fhir/DocumentReference/_search", handle=find_documents,
        resource="DocumentReference", interaction="search-type", transaction="ITI-67",
        summary="Chercher parmi ses propres dépôts, les paramètres dans le corps.",
        scopes=(("DocumentReference", "s"),), parameters=PARAMETERS, takes=(FORM,), most_bytes=_SMALL,
        statuses=(200, *_READS, 410, 411, 413, 415),
    ),
    Route(
        name="read", method="GET", path="fhir/DocumentReference/<str:id>", handle=read_document,
        resource="DocumentReference", interaction="read", summary="Relire la fiche d’un de ses dépôts.",
        scopes=(("DocumentReference", "r"),), statuses=(200, 304, *_READS),
    ),
    Route(
        name="patch", method="PATCH", path="fhir/DocumentReference/<str:id>", handle=update_by_id,
        resource="DocumentReference", interaction="patch",
        summary="Changer status, securityLabel ou isArchived d’un de ses dépôts.",
        scopes=(("DocumentReference", "u"),), takes=_PATCHES, most_bytes=_SMALL,
        statuses=(200, *_WRITES, 405, 412), repeatable=False,
    ),
    Route(
        name="retrieve", method="GET", path="fhir/Binary/<str:id>", handle=retrieve, resource="Binary",
        interaction="read", transaction="ITI-68", summary="Relire le fichier d’un de ses dépôts, tel quel.",
        scopes=(("Binary", "r"),), gives=("*/*", FHIR_JSON), statuses=(200, 304, *_READS, 410),
        checks_format=False,
    ),
    Route(
        name="read-list", method="GET", path="fhir/List/<str:id>", handle=read_list, resource="List",
        interaction="read", summary="Relire un lot que l’on a envoyé.", scopes=(("List", "r"),),
        statuses=(200, *_READS),
    ),
    Route(
        name="launch", method="POST", path="launch", handle=launch,
        summary="Ouvrir la page d’un patient dans le navigateur d’un professionnel, une fois.",
        scopes=(("Launch", "c"),), takes=(JSON,), gives=(JSON,), most_bytes=MOST_LAUNCH_BYTES,
        statuses=(201, 400, 401, 403, 406, 411, 413, 415, 422, 429, 500, 503), repeatable=False,
    ),
    Route(
        name="openapi", method="GET", path="openapi.json", handle=openapi,
        summary="La description OpenAPI de ce service.", gives=("application/json",),
        statuses=(200, 400, 406, 500),
    ),
)  # fmt: skip


def list_addresses() -> list[URLPattern]:
    """Return the addresses of the table; a base of FHIR may be written with a slash at its end."""
    by_path: dict[str, list[Route]] = {}
    for route in ROUTES:
        by_path.setdefault(route.path, []).append(route)
    found = [_address(where, routes) for where, routes in by_path.items()]
    found.append(path("fhir/", Address(by_path["fhir"]), name="provide-slash"))
    unserved = [path(f"fhir/{kind}", Address(()), name=f"no-{kind}") for kind in ("Binary", "List")]
    return [*found, *unserved]


def _address(where: str, routes: Iterable[Route]) -> URLPattern:
    listed = list(routes)
    return path(where, Address(listed), name=listed[0].name)
