"""The equipment register: which version of which software a professional was seen to use, where, and when.

Source: facts/interop.md 10 (the identity of the software is part of the trace). Nothing about a patient.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from carnet.platform import clock
from carnet.platform.ids import uuid7


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


def note_equipment(professional_id: UUID, structure: str, client_id: UUID) -> None:
    """Note that a professional acts through a client, in a structure.

    One line for a version: seen again, its last date moves. A client that is not there notes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into directory_equipment (id, professional_id, structure_id, software_id, first_seen_at,"
            " last_seen_at) select %(id)s, %(professional)s, %(structure)s, c.software_id, %(now)s, %(now)s"
            " from directory_client c where c.id = %(client)s"
            " on conflict (professional_id, structure_id, software_id)"
            " do update set last_seen_at = excluded.last_seen_at",
            {
                "id": uuid7(), "professional": professional_id, "structure": structure,
                "client": client_id, "now": clock.now(),
            },
        )  # fmt: skip


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
