"""Update of metadata by the author's structure: PATCH, by id or on condition (facts/interop.md 2.7).

Status, securityLabel and isArchived alone; anything else is 405. `If-Match` guards against a change that
came meanwhile (FHIR R4, http 3.1.0.7).
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Final
from uuid import UUID

from django.http import HttpResponse

from carnet.documents import api as documents
from carnet.documents.api import HeldUnknown
from carnet.fhir_api import parameters, refusals
from carnet.fhir_api.exchange import Exchange
from carnet.fhir_api.outcomes import refuse
from carnet.fhir_api.read_document import answer_held, id_of
from carnet.standards import pdsm
from carnet.standards.pdsm.identifiers import find_uuid

_VERSION: Final = re.compile(r'(?:W/)?"([1-9][0-9]{0,8})"')


def update_by_id(exchange: Exchange) -> HttpResponse:
    """Change a document named by its id."""
    return _update(exchange, [id_of(exchange)])


def update_by_identifier(exchange: Exchange) -> HttpResponse:
    """Change a document named by its uniqueId (conditional PATCH), or by the id that we gave it."""
    token = parameters.token(parameters.one(exchange.values, "identifier"))
    if not token.code:
        raise refuse(
            400, "required", "Un PATCH sans id demande « identifier » : l’uniqueId du document.",
            rule="maj.identifier", clause="FHIR R4, http 3.1.0.7.1",
        )  # fmt: skip
    names = [pdsm.find_unique_id(token.system or "", token.code), find_uuid(token.code)]
    return _update(exchange, [name for name in names if name])


def _update(exchange: Exchange, names: Sequence[UUID | str]) -> HttpResponse:
    """Do the change to the first document of those names; what was sent is read before any is looked for."""
    expected = _expected(exchange.header("If-Match"))
    change = pdsm.read_patch(exchange.body(), exchange.media_type, strict=exchange.by.strict)
    exchange.warnings = change.warnings
    for name in names:
        with suppress(HeldUnknown):
            held = documents.change_held(
                name, by=exchange.by.actor, status=change.status, labels=change.labels_after,
                archived=change.archived, expected=expected,
            )  # fmt: skip
            return answer_held(exchange, held, 200)
    raise refusals.document_unknown()


def _expected(if_match: str) -> int | None:
    """Return the version of the metadata that the caller read last, None when any will do."""
    if if_match.strip() in {"", "*"}:
        return None
    found = _VERSION.fullmatch(if_match.strip())
    if found is None:
        raise refuse(
            412, "conflict", 'If-Match : la version lue, par exemple W/"1".', rule="http.if-match",
            clause="RFC 9110, 13.1.1",
        )  # fmt: skip
    return int(found[1])
