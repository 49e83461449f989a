"""What the room says at the start of every process: what an erasure must remove of it.

The contents go with the person's folder of the blob store, and with her key.
"""

from carnet.documents import own
from carnet.platform import erasure, outbox

erasure.register(
    "documents",
    tables=[
        ("documents_reading", "person_id"),
        ("documents_source", "person_id"),
        ("documents_words", "person_id"),
        ("documents_locator", "person_id"),
        ("documents_hold", "person_id"),
        ("documents_arrival", "person_id"),
        ("documents_submission", "person_id"),
        ("documents_document", "person_id"),
        ("documents_folder", "person_id"),
    ],
)

# Removing a content twice does no harm, so the event goes once it is done, and comes back if it fails.
outbox.handles(own.CONTENT_DROPPED, transactional=True)(own.drop_content)
