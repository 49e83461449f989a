"""Twins: documents of one person that show the same content, though they came under different names.

The first that came stands for all; the others stay in the register behind it, as its sources.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from carnet.access.api import Access, Visibility
from carnet.documents.coming import OWN_DEPOSITORS
from carnet.documents.queries import fetch


@dataclass(frozen=True, slots=True)
class Head:
    """The document that is shown for a content. `masked`: from professionals; `masked_by_person`: by her."""

    id: UUID
    masked: bool
    masked_by_person: bool
    own: bool


def find_head(
    a: Access, content_key: bytes, visibility: Visibility, *, but: Sequence[UUID] = ()
) -> Head | None:
    """Return the document that stands for what one of that content shows, None when there is none.

    Never one that other readers would see: the flags of invisibility must be the same, and what comes
    hidden from professionals does not disappear behind what they may read. `but`: itself, what it replaces.
    """
    rows = fetch(
        "select id, masked, masked_by_person, depositor from documents_document where person_id = %(person)s"
        " and content_key = %(content)s and same_as is null and status <> 'deleted' and id <> all(%(but)s)"
        " and invisible_patient = %(patient)s and invisible_representatives = %(representatives)s"
        " and (masked or not %(masked)s) order by status, deposited_at, id limit 1",
        {
            "person": a.person_id,
            "content": content_key,
            "but": list(but),
            "patient": visibility.invisible_patient,
            "representatives": visibility.invisible_representatives,
            "masked": visibility.masked,
        },
    )
    return Head(rows[0][0], rows[0][1], rows[0][2], rows[0][3] in OWN_DEPOSITORS) if rows else None


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
