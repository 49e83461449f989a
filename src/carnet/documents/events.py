"""What the room says at the start of every process: what an erasure must remove of it.

The contents go with the person's folder of the blob store, and with her key.
"""

from carnet.platform import erasure

erasure.register(
    "documents",
    tables=[
        ("documents_source", "person_id"),
        ("documents_words", "person_id"),
        ("documents_document", "person_id"),
        ("documents_folder", "person_id"),
    ],
)
