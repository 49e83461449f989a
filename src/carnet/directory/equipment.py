"""The equipment register: which version of which software a professional was seen to use, where, and when.

Source: facts/interop.md 10 (the identity of the software is part of the trace). Nothing about a patient.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from carnet.platform import clock


@dataclass(frozen=True, slots=True)
class EquipmentCard:
    """One line of the register."""

    professional_id: UUID
    national_id: str
    name: str
    structure: str
    vendor: str
    product: str
    version: str
    first_seen_at: datetime
    last_seen_at: datetime


_NOTE: Final = (
    "insert into directory_equipment as e (id, professional_id, structure_id, software_id, first_seen_at,"
    " last_seen_at) select carnet_uuid7(%(now)s), p.id, %(structure)s, c.software_id, %(now)s, %(now)s"
    " from directory_client c, directory_professional p where c.id = %(client)s and {which} order by p.id"
    " on conflict (professional_id, structure_id, software_id) do update set"
    " last_seen_at = excluded.last_seen_at where e.last_seen_at < excluded.last_seen_at - interval '1 hour'"
)
_HERE: Final = (
    "exists (select from directory_place l where l.professional_id = p.id and l.structure_id = %(structure)s"
    " and l.active)"
)


def note_equipment(professional_id: UUID, structure: str, client_id: UUID) -> None:
    """Note that a professional acts through a client, in a structure.

    One line for a version: seen again, its last date moves, within the hour. A client that is not there
    notes nothing.
    """
    _note("p.id = %(who)s", professional_id, structure, client_id)


def note_authors(national_ids: Collection[str], structure: str, client_id: UUID) -> None:
    """Note the same of who wrote what a client deposits, of those who practise in its structure.

    `national_ids`: as documents say them (IdNPS); what is no professional's is passed over.
    """
    if national_ids:
        _note(f"p.national_id = any(%(who)s) and {_HERE}", list(national_ids), structure, client_id)


def _note(which: str, who: UUID | list[str], structure: str, client_id: UUID) -> None:
    values = {"who": who, "structure": structure, "client": client_id, "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(_NOTE.format(which=which), values)


def list_equipment(*, product: str = "", limit: int = 1000) -> list[EquipmentCard]:
    """Return the register, what was seen last first; `product`: of one product only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.id, p.national_id, p.given_name || ' ' || p.family_name, e.structure_id, s.vendor,"
            " s.product, s.version, e.first_seen_at, e.last_seen_at from directory_equipment e"
            " join directory_professional p on p.id = e.professional_id"
            " join directory_software s on s.id = e.software_id"
            " where %(product)s = '' or s.product = %(product)s"
            " order by e.last_seen_at desc, e.id limit %(limit)s",
            {"product": product, "limit": limit},
        )
        return [EquipmentCard(*row) for row in cursor.fetchall()]
