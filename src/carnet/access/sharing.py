"""One switch for a whole part of a record: do professionals see it? (docs/adr/0008-profile-sharing.md)

The rubrics of the profile have their own, in their room; documents have one each.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import connection

from carnet.access.administrators import must_govern
from carnet.journal.api import ActorKind
from carnet.platform import clock

if TYPE_CHECKING:
    from carnet.access.api import Access

PEOPLE = frozenset({ActorKind.PATIENT, ActorKind.LEGAL_REPRESENTATIVE, ActorKind.CAREGIVER})
"""Who reads a record as its holder does."""


SHARED_OF = (
    "coalesce((select shared from access_sharing where person_id = %(person)s and part = %(part)s),"
    " %(shared_by_default)s)"
)
"""Whether professionals see a part: an expression, for a statement that asks more (`sharing_values`)."""


class Part(StrEnum):
    """The parts that have such a switch."""

    CARE_HISTORY = "care_history"
    MEASURES = "measures"


class NotSharedError(PermissionError):
    """The person does not show this part to professionals."""


class NotGivenError(NotSharedError):
    """The matrix does not give this part to the profession of who asks: says nothing of the person."""


def share(a: "Access", part: Part, *, shared: bool) -> None:
    """Decide whether professionals see a part, whatever is decided of documents. Needs a MANAGE door.

    Raises PermissionError for who does not govern the space: a caregiver decides nothing of sharing.
    """
    must_govern(a)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into access_sharing (person_id, part, shared, author_id, changed_at)"
            " values (%s, %s, %s, %s, %s) on conflict (person_id, part) do update set"
            " shared = excluded.shared, author_id = excluded.author_id, changed_at = excluded.changed_at",
            [a.person_id, part, shared, a.by.id, clock.now()],
        )


def is_shared(a: "Access", part: Part) -> bool:
    """Say whether professionals see a part: as she chose, else as new documents of her space."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select shared from access_sharing where person_id = %s and part = %s", [a.person_id, part]
        )
        row: tuple[bool, ...] | None = cursor.fetchone()
    return row[0] if row else not a.space.documents_masked


def sharing_values(a: "Access", part: Part) -> dict[str, object]:
    """Return the values that `SHARED_OF` needs."""
    return {"person": a.person_id, "part": str(part), "shared_by_default": not a.space.documents_masked}


def must_be_given(a: "Access", part: Part) -> None:
    """Raise PermissionError for who feeds and does not read, NotGivenError for what is not given."""
    if not a.scope.reads:
        raise PermissionError("who feeds a record does not read it")
    if not a.scope.gives(part):
        raise NotGivenError(f"{part} is not for {a.by.role}")


def must_read(a: "Access", part: Part) -> None:
    """Raise as `must_be_given`, and NotSharedError for who may not see what the person hides."""
    must_be_given(a, part)
    if a.by.kind not in PEOPLE and not is_shared(a, part):
        raise NotSharedError(f"{part} of {a.person_id}")
