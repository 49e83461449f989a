"""Twins: documents of one person that show the same content, though they came under different names.

The first that came stands for all; the others stay in the register behind it, as its sources.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from carnet.access.api import Access
from carnet.documents.queries import fetch
from carnet.documents.records import OWN_DEPOSITORS, Record


@dataclass(frozen=True, slots=True)
class Head:
    """The document that is shown for a content."""

    id: UUID
    masked: bool
    own: bool


def hold(a: Access, record: Record) -> None:
    """Let one document at a time come for a content: two that come together then see each other."""
    fetch(
        "select pg_advisory_xact_lock(hashtextextended(%(content)s, 0))",
        {"content": f"content:{a.person_id}:{record.content_key.hex()}"},
    )


def find_head(a: Access, record: Record, *, but: UUID | None = None, to_write: bool = False) -> Head | None:
    """Return the document that stands for what this one shows, None when there is none.

    `to_write`: it stays as it is until the door shuts; who deletes or hides it then finds the new one too.

    Never one that other readers would see: the flags of invisibility must be the same, and what comes
    hidden from professionals does not disappear behind what they may read. `but`: the version replaced.
    """
    rows = fetch(
        "select id, masked, depositor from documents_document where person_id = %(person)s"  # noqa: S608 - own
        " and content_key = %(content)s and same_as is null and status <> 'deleted' and id <> all(%(but)s)"
        " and invisible_patient = %(patient)s and invisible_representatives = %(representatives)s"
        " and (masked or not %(masked)s) order by status, deposited_at, id limit 1"
        + (" for share" if to_write else ""),
        {
            "person": a.person_id,
            "content": record.content_key,
            "but": [record.id, *([but] if but else [])],
            "patient": record.visibility.invisible_patient,
            "representatives": record.visibility.invisible_representatives,
            "masked": record.visibility.masked,
        },
    )
    return Head(rows[0][0], rows[0][1], rows[0][2] in OWN_DEPOSITORS) if rows else None


def bring_forward(a: Access, gone: Sequence[UUID]) -> None:
    """Of what was shown by a document that went, show the first that came, and by it the others."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update documents_document t set same_as = nullif(first.id, t.id) from ("
            " select distinct on (same_as) same_as as went, id from documents_document"
            " where person_id = %(person)s and same_as = any(%(gone)s) and status = 'current'"
            " order by same_as, deposited_at, id) first"
            " where t.person_id = %(person)s and t.same_as = first.went and t.status = 'current'",
            {"person": a.person_id, "gone": list(gone)},
        )
