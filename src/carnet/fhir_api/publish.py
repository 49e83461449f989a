"""ITI-105, Simplified Publish: one document, its file inside the DocumentReference (facts/interop.md 2.2)."""

from django.http import HttpResponse

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.documents.api import Deposited, DepositRefused
from carnet.fhir_api import deposits, rendering
from carnet.fhir_api.exchange import Exchange, base_url, reply
from carnet.platform import clock
from carnet.standards import pdsm
from carnet.standards.pdsm import DocumentIn
from carnet.terminology import api as terminology


def publish(exchange: Exchange) -> HttpResponse:
    """Take one document in: 201 with its metadata and where they are, 200 when it was there already."""
    document = pdsm.read_publish(
        pdsm.parse(exchange.body()), strict=exchange.by.strict, bindings=terminology.BINDINGS, now=clock.now()
    ).document
    exchange.warnings = document.warnings
    try:
        receipt = documents.submit([deposits.submitted(document, exchange.by)], by=exchange.by.actor)
    except DepositRefused as refused:
        raise deposits.told_of(refused, (document,)) from refused
    return _answer(exchange, document, receipt.deposited[0])


def _answer(exchange: Exchange, document: DocumentIn, deposited: Deposited) -> HttpResponse:
    """Answer with what is now there: its own words; when it was there already, as it has become since."""
    return reply(
        _now_there(exchange, document, deposited),
        200 if deposited.already else 201,
        Location=f"{base_url()}/DocumentReference/{deposited.document_id}",
        ETag=rendering.etag(deposited.meta_version),
        Last_Modified=rendering.last_modified(deposited.changed_at),
    )


def _now_there(exchange: Exchange, document: DocumentIn, deposited: Deposited) -> bytes:
    """Whom the person blocked is told again what it just said, and nothing that came of it since."""
    if exchange.minimal:
        return b""
    if not deposited.already:
        return rendering.deposited(document, deposited)
    try:
        return rendering.document(documents.get_held(deposited.document_id, by=exchange.by.actor))
    except access.Refused:
        return b""
