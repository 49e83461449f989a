"""ITI-68, Retrieve Document: what was deposited, byte for byte, to the structure that deposited it."""

from base64 import b64encode

import orjson
from django.http import HttpResponse

from carnet.documents import api as documents
from carnet.fhir_api import negotiation, refusals
from carnet.fhir_api.exchange import Exchange, reply
from carnet.fhir_api.negotiation import FHIR_JSON
from carnet.fhir_api.read_document import has_already, id_of

_ETAG = 'W/"1"'  # a content never changes: what replaces it has another id


def retrieve(exchange: Exchange) -> HttpResponse:
    """Answer with the bytes under their own media type, or in a Binary when that is what is accepted.

    404 absent or not its own, 410 withdrawn, 406 neither form accepted (facts/interop.md 2.6).
    """
    if exchange.by.strict:
        raise refusals.strict_reads_nothing()
    held, data = documents.get_held_content(id_of(exchange), by=exchange.by.actor)
    asked = exchange.values.get("_format", [""])[0]
    chosen = negotiation.choose_content(exchange.header("Accept"), asked, held.media_type)
    if has_already(exchange, _ETAG):
        return reply(b"", 304, ETag=_ETAG)
    if chosen != FHIR_JSON:
        return reply(data, content_type=chosen, ETag=_ETAG)
    head = {"resourceType": "Binary", "id": str(held.id), "contentType": held.media_type}
    wrapped = orjson.dumps(head)[:-1] + b',"data":"' + b64encode(data) + b'"}'
    return reply(wrapped, ETag=_ETAG)
