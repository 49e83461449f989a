"""FHIR read of a List: a structure reads back a lot (SubmissionSet) that it sent."""

from typing import Any

import orjson
from django.http import HttpResponse

from carnet.documents import api as documents
from carnet.documents.api import SubmissionCard
from carnet.fhir_api import refusals, rendering
from carnet.fhir_api.exchange import Exchange, reply
from carnet.fhir_api.read_document import id_of
from carnet.standards.pdsm import urn_of

_URI = "urn:ietf:rfc:3986"


def read_list(exchange: Exchange) -> HttpResponse:
    """Answer with the List as it was sent, its entries named by the ids that they were given."""
    if exchange.by.strict:
        raise refusals.strict_reads_nothing()
    card = documents.get_submission(id_of(exchange), by=exchange.by.actor)
    return reply(
        orjson.dumps(_resource(card)), ETag=rendering.etag(1), Last_Modified=rendering.last_modified(card.at)
    )


def _resource(card: SubmissionCard) -> dict[str, Any]:
    system, value = urn_of(card.unique_id)
    identifiers = [
        {"use": "official", "system": _URI, "value": f"urn:uuid:{card.entry_id}"},
        {"use": "usual", "system": system, "value": value},
    ]
    own = {
        "resourceType": "List",
        "id": str(card.id),
        "meta": {"versionId": "1", "lastUpdated": rendering.instant(card.at).decode()},
        "identifier": identifiers,
        "entry": [{"item": {"reference": f"DocumentReference/{one}"}} for one in card.documents],
    }
    return {**orjson.loads(card.facts), **own}
