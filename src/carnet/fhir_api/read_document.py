"""FHIR read of a DocumentReference: a structure reads back the metadata of what it deposited."""

from uuid import UUID

from django.http import HttpResponse

from carnet.documents import api as documents
from carnet.documents.api import Held
from carnet.fhir_api import refusals, rendering
from carnet.fhir_api.exchange import Exchange, reply


def read_document(exchange: Exchange) -> HttpResponse:
    """Answer with the resource, its version and its date; 304 to who has that version already."""
    if exchange.by.strict:
        raise refusals.strict_reads_nothing()
    held = documents.get_held(id_of(exchange), by=exchange.by.actor)
    etag = rendering.etag(held.meta_version)
    if has_already(exchange, etag):
        return reply(b"", 304, ETag=etag)
    return reply(rendering.document(held), ETag=etag, Last_Modified=rendering.last_modified(held.changed_at))


def id_of(exchange: Exchange) -> UUID:
    """Return the id in the address; what can be no id of ours is what does not exist."""
    try:
        return UUID(exchange.id)
    except ValueError:
        raise refusals.document_unknown(reasons=("not_an_id",)) from None


def has_already(exchange: Exchange, etag: str) -> bool:
    """Tell whether the caller holds that version (If-None-Match, compared weakly: RFC 9110, 13.1.2)."""
    asked = [one.strip().removeprefix("W/") for one in exchange.header("If-None-Match").split(",")]
    return asked == ["*"] or etag.removeprefix("W/") in asked


def answer_held(exchange: Exchange, held: Held, status: int, *, location: str = "") -> HttpResponse:
    """Answer a write with the resource as it is now, or with nothing of it when less is asked."""
    withheld = held.withheld or exchange.minimal
    return reply(
        b"" if withheld else rendering.document(held),
        status,
        ETag=rendering.etag(held.meta_version),
        Last_Modified=rendering.last_modified(held.changed_at),
        Location=location,
    )
