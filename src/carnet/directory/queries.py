"""Reads of structures, software and clients. Nothing of a person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from carnet.standards.finess import parse_finess
from carnet.standards.psc import structure_number

ACTIVE: Final = "active"
REVOKED: Final = "revoked"
_CLIENT = (
    "select c.id, c.structure_id, t.name, s.vendor, s.product, s.version, c.strict, c.state, c.certificate,"
    " c.created_at, c.revoked_at from directory_client c"
    " join directory_structure t on t.finess = c.structure_id"
    " join directory_software s on s.id = c.software_id"
)


@dataclass(frozen=True, slots=True)
class StructureCard:
    """A structure of care. `finess`: nine characters; `sector`: code of JDV_J61 (SA01 to SA63), or ""."""

    finess: str
    name: str
    sector: str


@dataclass(frozen=True, slots=True)
class ClientCard:
    """One installation of a software in one structure. `certificate`: its `x5t#S256`, or ""."""

    id: UUID
    structure: str
    structure_name: str
    vendor: str
    product: str
    version: str
    strict: bool
    state: str
    certificate: str
    created_at: datetime
    revoked_at: datetime | None

    @property
    def software(self) -> str:
        """The software as people are told of it: product, version, vendor."""
        return software_words(self.vendor, self.product, self.version)

    @property
    def active(self) -> bool:
        """Tell whether it may still ask for tokens and use them."""
        return self.state == ACTIVE


def software_words(vendor: str, product: str, version: str) -> str:
    """Return a software as it is shown: "Labo Exemple 4.2 (Éditeur Exemple)"."""
    return f"{product} {version} ({vendor})"


def find_structure(finess: str) -> StructureCard | None:
    """Return a structure by its FINESS number, None if it is not registered."""
    found = _rows("select finess, name, sector from directory_structure where finess = %s", [finess])
    return StructureCard(*found[0]) if found else None


def identify_structure(text: str) -> str:
    """Return under which number a structure is kept, from a number of it as somebody wrote it (ADR 0020).

    Any that the directory knows, else a FINESS number. Raises FinessError for what is neither.
    """
    number = "".join(text.split()).upper()
    found = _rows(
        "select finess from directory_structure where finess = %(number)s or others ? %(number)s"
        " order by finess <> %(number)s, finess limit 1",
        {"number": structure_number(number)},
    )
    return str(found[0][0]) if found else parse_finess(number)


def list_structures() -> list[StructureCard]:
    """Return every registered structure, by name."""
    rows = _rows("select finess, name, sector from directory_structure order by name, finess", [])
    return [StructureCard(*row) for row in rows]


def name_structures(numbers: Collection[str]) -> dict[str, str]:
    """Return the names of structures by their FINESS numbers, of those that are registered."""
    query = "select finess, name from directory_structure where finess = any(%s)"
    return dict(_rows(query, [list(numbers)])) if numbers else {}


def find_client(client_id: UUID) -> ClientCard | None:
    """Return a client, revoked or not; None if there is none of that id."""
    found = _rows(f"{_CLIENT} where c.id = %s", [client_id])
    return ClientCard(*found[0]) if found else None


def list_clients(structure: str = "") -> list[ClientCard]:
    """Return the clients, revoked ones too, of one structure or of all, the newest first."""
    where = " where c.structure_id = %s" if structure else ""
    rows = _rows(f"{_CLIENT}{where} order by c.id desc", [structure] if structure else [])
    return [ClientCard(*row) for row in rows]


def find_keys(client_id: UUID) -> list[dict[str, Any]]:
    """Return the public keys of a client; none when it has none or is not there."""
    from carnet.directory.models import Client

    found = Client.objects.filter(id=client_id).values_list("keys", flat=True).first()
    return list(found["keys"]) if found else []


def find_software(ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return in words the software of clients, of those that are known: for histories."""
    query = (
        "select c.id, s.vendor, s.product, s.version from directory_client c"
        " join directory_software s on s.id = c.software_id where c.id = any(%s)"
    )
    rows = _rows(query, [list(ids)]) if ids else []
    return {row[0]: software_words(*row[1:]) for row in rows}


def _rows(query: str, params: list[Any] | dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())
