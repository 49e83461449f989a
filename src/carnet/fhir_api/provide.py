"""ITI-65, Provide Document Bundle: a lot of one person's documents, all or nothing (facts/interop.md 2.1)."""

from typing import Any, Final

import orjson
from django.http import HttpResponse

from carnet.documents import api as documents
from carnet.documents.api import DepositRefused, Receipt, SubmissionSet
from carnet.fhir_api import deposits, outcomes, rendering
from carnet.fhir_api.exchange import Exchange, reply
from carnet.platform import clock
from carnet.standards import pdsm
from carnet.standards.pdsm import Provision
from carnet.terminology import api as terminology

_TYPES: Final = {"document": "DocumentReference", "binary": "Binary"}


def provide(exchange: Exchange) -> HttpResponse:
    """Take a lot in, and answer each of its entries in their order; any refusal refuses the whole."""
    provision = pdsm.read_provide(
        pdsm.parse(exchange.body()), strict=exchange.by.strict, bindings=terminology.BINDINGS, now=clock.now()
    )
    exchange.warnings = provision.warnings
    lot = provision.submission
    try:
        receipt = documents.submit(
            [deposits.submitted(one, exchange.by) for one in provision.documents],
            by=exchange.by.actor,
            submission=SubmissionSet(lot.unique_id, lot.entry_uuid, lot.face),
        )
    except DepositRefused as refused:
        raise deposits.told_of(refused, provision.documents) from refused
    return reply(_bundle(provision, receipt))


def _bundle(provision: Provision, receipt: Receipt) -> bytes:
    """Return the transaction-response: an entry for each entry (FHIR R4, http 3.1.0.11.1)."""
    entries = [{"response": _response(kind, index, receipt)} for kind, index in provision.entries]
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}
    if provision.warnings:
        entries[0]["response"]["outcome"] = outcomes.outcome(provision.warnings)
    return orjson.dumps(bundle)


def _response(kind: str, index: int, receipt: Receipt) -> dict[str, Any]:
    """Return what became of one entry: where it is read, without a version, for older ones are not given.

    A patient is not kept: what is said of one is compared, then left.
    """
    match kind:
        case "list":
            return _made(receipt, 0, f"List/{receipt.submission_id}", 1)
        case "document" | "binary" if index >= 0:
            one = receipt.deposited[index]
            version = one.meta_version if kind == "document" else 1
            return _made(receipt, index, f"{_TYPES[kind]}/{one.document_id}", version)
        case "change":
            return {"status": "200 OK"}
    return {"status": "204 No Content"}


def _made(receipt: Receipt, index: int, location: str, version: int) -> dict[str, Any]:
    one = receipt.deposited[index]
    return {
        "status": "200 OK" if one.already else "201 Created",
        "location": location,
        "etag": rendering.etag(version),
        "lastModified": rendering.instant(one.changed_at).decode(),
    }
