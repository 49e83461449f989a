"""The rows of a document: written once, in the transaction of its journal line."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

from carnet.access.api import Access
from carnet.documents import arriving, holding
from carnet.documents.queries import fetch
from carnet.documents.records import Record
from carnet.documents.twins import Head
from carnet.documents.versions import Replaced
from carnet.platform import clock
from carnet.platform.crypto import PersonKey
from carnet.platform.ids import uuid7

INSERT: Final = (
    "insert into documents_document (person_id, id, logical_id, entry_id, unique_key, set_key, version,"
    " status, archived, content_key, same_as, type_code, class_code, format_code, media_type, body_level,"
    " created_on, deposited_at, depositor, structure, client_id, submission_id, masked, masked_by_person,"
    " invisible_patient, invisible_representatives, folder_id, pinned_at, scan, size, blob, sealed, face,"
    " professional_id, held_until, level)"
    " values (%(person)s, %(id)s, %(id)s, %(entry)s, %(unique)s, %(set)s, %(version)s, 'current',"
    " %(archived)s, %(content)s, %(same)s, %(type)s, %(class)s, %(format)s, %(media)s, %(level)s,"
    " %(created)s, %(now)s, %(depositor)s, %(structure)s, %(client)s, %(submission)s, %(masked)s, %(hers)s,"
    " %(patient)s, %(representatives)s, %(folder)s, %(pinned)s, %(scan)s, %(size)s, %(blob)s, %(sealed)s,"
    " %(face)s, %(professional)s, %(held)s, %(confidentiality)s)"
)
_INSERT: Final = f"with arrived as ({arriving.NOTE}) {INSERT}"
SOURCE: Final = (
    "insert into documents_source (person_id, id, document_id, depositor, structure, client_id, at, sealed)"
    " select %(person)s, %(id)s, %(document)s, %(depositor)s, %(structure)s, %(client)s, %(now)s, %(sealed)s"
    " where not exists (select from documents_source where person_id = %(person)s"
    " and document_id = %(document)s and depositor = %(depositor)s and structure = %(structure)s)"
)


def row_of(
    record: Record,
    replaced: Replaced | None = None,
    head: Head | None = None,
    *,
    folder_id: UUID | None = None,
    submission_id: UUID | None = None,
) -> dict[str, Any]:
    """Return the values of `INSERT` for a record, with what an older version or a twin leaves to it."""
    return {
        "person": record.person_id, "id": record.id, "entry": record.entry_id, "unique": record.unique_key,
        "set": record.set_key, "version": record.version, "archived": record.archived,
        "content": record.content_key, "same": head.id if head else None, "type": record.type_code,
        "class": record.class_code, "format": record.format_code, "media": record.media_type,
        "level": record.body_level, "created": record.created_on, "now": clock.now(),
        "depositor": record.depositor, "structure": record.structure, "client": record.client_id,
        "submission": submission_id, "masked": record.hidden_from.masked or bool(head and head.masked),
        "hers": record.masked_by_person or bool(head and head.masked_by_person),
        "patient": record.visibility.invisible_patient,
        "representatives": record.visibility.invisible_representatives,
        "folder": folder_id or (replaced.folder_id if replaced else None),
        "pinned": replaced.pinned_at if replaced else None, "scan": record.scan, "size": record.size,
        "blob": record.blob, "sealed": record.sealed, "face": record.face,
        "professional": record.professional_id, "held": record.held_until,
        "confidentiality": record.visibility.level,
    }  # fmt: skip


def source_of(key: PersonKey, document_id: UUID, record: Record) -> dict[str, Any]:
    """Return the values of `SOURCE`: by whom a document came. The same one twice is one source."""
    return {
        "person": record.person_id, "id": uuid7(), "document": document_id, "depositor": record.depositor,
        "structure": record.structure, "client": record.client_id, "now": clock.now(),
        "sealed": key.seal("source", orjson.dumps({"structure_name": record.structure_name})),
    }  # fmt: skip


def insert(values: dict[str, Any]) -> None:
    """Write the row of a document, which is new, and that it arrived: its depositor has none of that name."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values | {"seen": arriving.seal(values)})
    holding.keep(values)


def add_source(a: Access, document_id: UUID, record: Record) -> None:
    """Write by whom a document came, once."""
    with connection.cursor() as cursor:
        cursor.execute(SOURCE, source_of(a.key(), document_id, record))


def hold(a: Access, records: Sequence[Record]) -> None:
    """Let one deposit at a time enter a record, and keep as they are the rows that it may touch.

    Two that come together then see each other; who hides or deletes what a document replaces or resembles
    finds the new one too. Rows are locked in the order in which the person's own acts lock theirs.
    """
    fetch(
        "select pg_advisory_xact_lock(hashtextextended(%(entering)s, 0))",
        {"entering": f"documents:{a.person_id}"},
    )
    fetch(
        "select id from documents_document where person_id = %(person)s"
        " and (unique_key = any(%(replaced)s) or id = any(%(ids)s) or content_key = any(%(contents)s))"
        " order by id for no key update",
        {
            "person": a.person_id,
            "replaced": [key for record in records for key in record.claim.replaces],
            "ids": [one for record in records for one in record.claim.replaced_ids],
            "contents": [record.content_key for record in records],
        },
    )
