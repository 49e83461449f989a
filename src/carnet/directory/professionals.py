"""Professionals and where they practise: reads, and the writes of whoever brings them.

Sources: facts/interop.md 0.1 (IdNPS), 6 (Pro Santé Connect), 7 (annuaire).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection

from carnet.journal.api import Actor, ActorKind
from carnet.platform import clock
from carnet.platform.ids import uuid7

SECRETARIAT: Final = "SECRETARIAT_MEDICAL"
PROFESSIONAL_COLUMNS: Final = (
    "p.id, p.national_id, p.family_name, p.given_name, p.civility, p.profession, p.category, p.speciality,"
    " p.active"
)
PLACE_COLUMNS: Final = (
    "l.id, l.identifier, l.professional_id, l.structure_id, t.name, l.sector, l.mode, l.kind,"
    " l.replaces_id, l.regulator, l.active and (l.until is null or l.until >= %(today)s)"
)
_PROFESSIONAL: Final = f"select {PROFESSIONAL_COLUMNS} from directory_professional p"  # noqa: S608 - own text
_PLACE: Final = (
    f"select {PLACE_COLUMNS}"  # noqa: S608 - own text
    " from directory_place l join directory_structure t on t.finess = l.structure_id"
)


@dataclass(frozen=True, slots=True)
class ProfessionalCard:
    """A professional. `national_id`: IdNPS; `profession`: TRE_G15, or SECRETARIAT_MEDICAL."""

    id: UUID
    national_id: str
    family_name: str
    given_name: str
    civility: str
    profession: str
    category: str
    speciality: str
    active: bool

    @property
    def rpps(self) -> str:
        """The RPPS number (11 figures), or "" for who has none."""
        return self.national_id[1:] if self.national_id.startswith("8") else ""

    @property
    def name(self) -> str:
        """As people are told of him."""
        title = "Dr" if self.profession in {"10", "40"} and self.category != "E" else ""
        return " ".join(part for part in (title, self.given_name, self.family_name) if part)


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A practice situation: `structure` is where, by its number. `kind`: regular, student, replacement…"""

    id: UUID
    identifier: str
    professional_id: UUID
    structure: str
    structure_name: str
    sector: str
    mode: str
    kind: str
    replaces_id: UUID | None
    regulator: bool
    active: bool


def find_professional(professional_id: UUID) -> ProfessionalCard | None:
    """Return a professional, or None."""
    rows = _rows(f"{_PROFESSIONAL} where id = %(id)s", {"id": professional_id})
    return ProfessionalCard(*rows[0]) if rows else None


def find_by_national_id(national_id: str) -> ProfessionalCard | None:
    """Return the professional of an IdNPS (8 and the RPPS number), or None."""
    rows = _rows(f"{_PROFESSIONAL} where national_id = %(id)s", {"id": national_id})
    return ProfessionalCard(*rows[0]) if rows else None


def name_professionals(ids: Collection[UUID]) -> dict[UUID, ProfessionalCard]:
    """Return professionals by id, those that are known: for lists and histories."""
    rows = _rows(f"{_PROFESSIONAL} where id = any(%(ids)s)", {"ids": list(ids)}) if ids else []
    return {row[0]: ProfessionalCard(*row) for row in rows}


def name_authors(
    ids: Collection[UUID], structures: Collection[str]
) -> tuple[dict[UUID, ProfessionalCard], dict[str, str]]:
    """Return professionals by id, and names of structures by their number: one statement, none for nobody.

    For a page that says of many lines who wrote them.
    """
    if not ids and not structures:
        return {}, {}
    rows = _rows(
        "select p.id, p.national_id, p.family_name, p.given_name, p.civility, p.profession, p.category,"
        " p.speciality, p.active, null from directory_professional p where p.id = any(%(ids)s)"
        " union all select null, t.finess, t.name, '', '', '', '', '', false, t.finess"
        " from directory_structure t where t.finess = any(%(structures)s)",
        {"ids": list(ids), "structures": list(structures)},
    )
    return (
        {row[0]: ProfessionalCard(*row[:-1]) for row in rows if row[0]},
        {row[-1]: row[2] for row in rows if row[-1]},
    )


def search_professionals(words: str, *, limit: int = 20) -> list[ProfessionalCard]:
    """Return active professionals by the beginning of a name, or by RPPS number; the nearest first."""
    parts = words.split()
    if not parts:
        return []
    if parts[0].isdigit():
        found = find_by_national_id(f"8{parts[0]}")
        return [found] if found and found.active else []
    conditions = " and ".join(
        f"(lower(family_name) like %(w{n})s or lower(given_name) like %(w{n})s)" for n in range(len(parts))
    )
    values = {f"w{n}": _escape(part.lower()) + "%" for n, part in enumerate(parts)}
    rows = _rows(
        f"{_PROFESSIONAL} where active and {conditions} order by family_name, given_name, id limit %(limit)s",
        {**values, "limit": limit},
    )
    return [ProfessionalCard(*row) for row in rows]


def list_places(professional_id: UUID) -> list[PlaceCard]:
    """Return where a professional practises now, by name of structure."""
    rows = _rows(f"{_PLACE} where l.professional_id = %(id)s order by t.name, l.id", {"id": professional_id})
    return [card for card in (PlaceCard(*row) for row in rows) if card.active]


def list_at(structure: str) -> list[ProfessionalCard]:
    """Return the active professionals who practise in a structure now, by name."""
    rows = _rows(
        f"{_PROFESSIONAL} where p.active and exists (select from directory_place l"
        " where l.professional_id = p.id and l.structure_id = %(structure)s and l.active"
        " and (l.until is null or l.until >= %(today)s)) order by p.family_name, p.given_name, p.id",
        {"structure": structure},
    )
    return [ProfessionalCard(*row) for row in rows]


def find_place(place_id: UUID) -> PlaceCard | None:
    """Return a practice situation, ended ones too, or None."""
    rows = _rows(f"{_PLACE} where l.id = %(id)s", {"id": place_id})
    return PlaceCard(*rows[0]) if rows else None


def actor_of(
    professional: ProfessionalCard,
    place: PlaceCard,
    *,
    authentication: str,
    software: UUID | None = None,
    secret: bool = False,
) -> Actor:
    """Return who acts when a professional does, at one of her places."""
    return Actor(
        ActorKind.HEALTHCARE_PROFESSIONAL, professional.id, place.structure, role=professional.profession,
        situation=place.identifier, software=software, authentication=authentication, secret=secret,
    )  # fmt: skip


def register_professional(
    *,
    national_id: str,
    family_name: str,
    given_name: str,
    profession: str,
    civility: str = "",
    category: str = "C",
    speciality: str = "",
    active: bool = True,
    source_id: str = "",
) -> UUID:
    """Write a professional, or what has changed of him; return his id."""
    rows = _rows(
        "insert into directory_professional (id, national_id, family_name, given_name, civility, profession,"
        " category, speciality, active, source_id, changed_at) values (%(id)s, %(national_id)s,"
        " %(family_name)s, %(given_name)s, %(civility)s, %(profession)s, %(category)s, %(speciality)s,"
        " %(active)s, %(source_id)s, %(now)s) on conflict (national_id) do update set"
        " family_name = excluded.family_name, given_name = excluded.given_name,"
        " civility = excluded.civility, profession = excluded.profession, category = excluded.category,"
        " speciality = excluded.speciality, active = excluded.active, source_id = excluded.source_id,"
        " changed_at = excluded.changed_at returning id",
        {
            "id": uuid7(), "national_id": national_id, "family_name": family_name, "given_name": given_name,
            "civility": civility, "profession": profession, "category": category, "speciality": speciality,
            "active": active, "source_id": source_id, "now": clock.now(),
        },
    )  # fmt: skip
    return UUID(str(rows[0][0]))


def register_place(
    *,
    identifier: str,
    professional_id: UUID,
    structure: str,
    sector: str = "",
    mode: str = "",
    kind: str = "regular",
    replaces_id: UUID | None = None,
    regulator: bool = False,
    active: bool = True,
    since: date | None = None,
    until: date | None = None,
) -> UUID:
    """Write a practice situation, or what has changed of it; its structure is registered already."""
    rows = _rows(
        "insert into directory_place (id, identifier, professional_id, structure_id, sector, mode, kind,"
        " replaces_id, regulator, active, since, until, changed_at) values (%(id)s, %(identifier)s,"
        " %(professional_id)s, %(structure)s, %(sector)s, %(mode)s, %(kind)s, %(replaces_id)s,"
        " %(regulator)s, %(active)s, %(since)s, %(until)s, %(now)s) on conflict (identifier) do update set"
        " professional_id = excluded.professional_id, structure_id = excluded.structure_id,"
        " sector = excluded.sector, mode = excluded.mode, kind = excluded.kind,"
        " replaces_id = excluded.replaces_id, regulator = excluded.regulator, active = excluded.active,"
        " since = excluded.since, until = excluded.until, changed_at = excluded.changed_at returning id",
        {
            "id": uuid7(), "identifier": identifier, "professional_id": professional_id,
            "structure": structure, "sector": sector, "mode": mode, "kind": kind, "replaces_id": replaces_id,
            "regulator": regulator, "active": active, "since": since, "until": until, "now": clock.now(),
        },
    )  # fmt: skip
    return UUID(str(rows[0][0]))


STANDING_OF: Final = (
    "select p.profession, coalesce(l.kind, 'regular') as kind, coalesce(l.regulator, false) as regulator,"
    " p.active and l.id is not null and l.active and (l.until is null or l.until >= %(today)s) as active,"
    " (select r.id from directory_professional r where r.id = l.replaces_id and r.active"
    " and l.kind in ('student', 'replacement')) as answers_to"
    " from directory_professional p left join directory_place l on l.professional_id = p.id"
    " and l.identifier = %(situation)s where p.id = %(professional)s"
)
"""What the directory knows of who acts: a subquery, for a statement that asks more."""


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"today": clock.today(), **values})
        return list(cursor.fetchall())
