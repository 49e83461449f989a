"""Reads of the register: persons, their contacts, addresses, cards, children and representatives.

Administrative tables: no door is needed, and no health content is returned.
"""

import hmac
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection

from carnet.people.majority import MAJORITY_YEARS, is_minor_on
from carnet.platform import clock, crypto
from carnet.standards import ins

_COLUMNS = (
    "p.id, p.matricule, p.oid, p.birth_name, p.used_name, p.given_names, p.first_given_name, p.birth_date,"
    " p.sex, p.birth_place, p.protection, p.died_on, p.family_id"
)

# nobody acts by the account of a deceased representative, who holds no place among the two either
REPRESENTATIVE_LIVES: Final = (
    "not exists (select from people_person d where d.id = r.representative_id and d.died_on is not null)"
)
# r ties a representative to c: a parent until c is 18, a guardian as long as the court's decision stands
_REPRESENTS = (
    "r.state = 'accepted' and (r.origin = 'court'"
    f" or c.birth_date > %s::date - interval '{MAJORITY_YEARS} years') and {REPRESENTATIVE_LIVES}"
)
_OF_REPRESENTATIVE = (
    "select c.id from people_representation r join people_person c on c.id = r.person_id"  # noqa: S608 - constants
    f" where r.representative_id = %s and {_REPRESENTS}"
)


# each word of the names of p, a blank before it: hyphens and apostrophes part words too
_WORDS_OF: Final = (
    "' ' || translate(upper(p.birth_name || ' ' || p.used_name || ' ' || p.first_given_name), '-''’', '   ')"
)
_MOST_WORDS: Final = 4
_NO_PATTERN: Final = str.maketrans("", "", "\\%_")


class PersonUnknownError(LookupError):
    """No such person in the register."""


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person as the insurers' register knows her: the five traits, the matricule and what follows."""

    id: UUID
    matricule: str
    oid: str
    birth_name: str
    used_name: str
    given_names: str
    first_given_name: str
    birth_date: date
    sex: str
    birth_place: str
    protection: str
    died_on: date | None
    family_id: UUID | None

    @property
    def display_name(self) -> str:
        """The name to show: first given name, then the name in use (or of birth) in capitals."""
        return f"{_capitalised(self.first_given_name)} {(self.used_name or self.birth_name).upper()}"

    @property
    def short_name(self) -> str:
        """The first given name alone, as a family says it."""
        return _capitalised(self.first_given_name)

    @property
    def traits(self) -> ins.Traits:
        """The five traits, to be compared by `standards.ins.same_traits`."""
        return ins.Traits(
            birth_name=self.birth_name,
            first_given_name=self.first_given_name,
            given_names=self.given_names,
            birth_date=self.birth_date,
            sex="M" if self.sex == "M" else "F",
            birth_place=self.birth_place,
        )


_NOBODY_CARD: Final = PersonCard(
    UUID(int=0), "", "", "PERSONNE", "", "AUCUN", "AUCUN", date.min, "U", "", "", None, None
)
"""Compared in the place of who is not known, so that it costs the same."""


@dataclass(frozen=True, slots=True)
class InsurerContact:
    """E-mail address and telephone that the insurer knows; either may be empty."""

    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where the insurer writes to. `lines`: up to four, above the postal code and the city."""

    lines: tuple[str, ...]
    postal_code: str
    city: str
    insee_code: str
    departement: str

    @property
    def text(self) -> str:
        """The whole address, one line under the other."""
        return "\n".join((*self.lines, f"{self.postal_code} {self.city}".strip()))


def find_by_matricule(matricule: str) -> PersonCard | None:
    """Return the person who has, or once had, this matricule (15 characters, key included)."""
    key = crypto.index_hash("ins", matricule)
    return _find_one("join people_insindex i on i.person_id = p.id where i.key = %s", [key])


def find_by_identity(
    matricule: str, *, family_name: str, given_name: str, birth_date: date
) -> tuple[PersonCard | None, bool]:
    """Return whom a matricule names, and whether the traits given with it are hers: one statement, always.

    For whoever is told a number and a name (facts/mes.md 1.8, 4.3). The family name may be that of birth or
    the one in use; the given name is the first. Names are compared as `standards.ins.comparison_key` does.
    Only with True does the card say anything to whoever asked; without it, it is for the journal.
    """
    person = find_by_matricule(matricule)
    known = person or _NOBODY_CARD
    hers = {ins.comparison_key(name) for name in (known.birth_name, known.used_name) if name}
    same = (
        ins.comparison_key(family_name) in hers,
        ins.comparison_key(given_name) == ins.comparison_key(known.first_given_name),
        birth_date == known.birth_date,
    )
    return person, person is not None and all(same)


def find_births(matricules: Collection[str]) -> dict[str, tuple[UUID, date]]:
    """Return id and date of birth of those known among many matricules (15 characters); one statement."""
    keys = {crypto.index_hash("ins", matricule): matricule for matricule in matricules}
    rows = _fetch(
        "select i.key, p.id, p.birth_date from people_insindex i join people_person p on p.id = i.person_id"
        " where i.key = any(%s)",
        [list(keys)],
    )
    return {keys[bytes(key)]: (person_id, birth_date) for key, person_id, birth_date in rows}


def find_person(person_id: UUID) -> PersonCard | None:
    """Return a person of the register, or None."""
    return _find_one("where p.id = %s", [person_id])


def get_person(person_id: UUID) -> PersonCard:
    """Return a person of the register; raises PersonUnknownError."""
    person = find_person(person_id)
    if person is None:
        raise PersonUnknownError(str(person_id))
    return person


def find_contact(person_id: UUID) -> InsurerContact | None:
    """Return the e-mail address and telephone known to the insurer, None when it knows neither."""
    rows = _fetch("select email, phone from people_contact where person_id = %s", [person_id])
    return InsurerContact(*rows[0]) if rows and any(rows[0]) else None


def find_address(person_id: UUID) -> PostalAddress | None:
    """Return the postal address known to the insurer, or None."""
    rows = _fetch(
        "select lines, postal_code, city, insee_code, departement from people_address where person_id = %s",
        [person_id],
    )
    if not rows:
        return None
    lines, *rest = rows[0]
    return PostalAddress(tuple(filter(None, lines.split("\n"))), *rest)


def card_matches(person_id: UUID, serial: str) -> bool:
    """Tell whether this is the serial of the person's carte Vitale. Never, when the card is illegible.

    `serial`: digits alone, as `standards.card.parse_serial` gives them.
    """
    rows = _fetch("select serial_key from people_card where person_id = %s and legible", [person_id])
    known = bytes(rows[0][0]) if rows else b""
    return hmac.compare_digest(known, crypto.index_hash("card", serial))


def list_children(parent_id: UUID) -> list[PersonCard]:
    """Return the children attached to this parent at the insurer, eldest first."""
    return _list(
        "join people_attachment a on a.child_id = p.id where a.parent_id = %s"
        " order by p.birth_date, p.first_given_name, p.id",
        [parent_id],
    )


def list_represented(representative_id: UUID) -> list[PersonCard]:
    """Return those whom this person represents today: minors, protected adults; eldest first."""
    return _list(
        f"where p.id in ({_OF_REPRESENTATIVE}) order by p.birth_date, p.first_given_name, p.id",
        [representative_id, clock.today()],
    )


def list_profiles(owner_id: UUID, *, also: str = "", values: Sequence[Any] = ()) -> list[PersonCard]:
    """Return a person, then those whom she represents today, eldest first: one statement.

    `also`: a subselect of further persons, with its values, for a room that knows of others.
    """
    more = f" union all {also}" if also else ""
    return _list(
        f"where p.id in (select %s::uuid union all {_OF_REPRESENTATIVE}{more})"
        " order by p.id <> %s, p.birth_date, p.first_given_name, p.id",
        [owner_id, owner_id, clock.today(), *values, owner_id],
    )


Spaces = Callable[[Sequence[UUID]], list[tuple[UUID, UUID]]]
_further: list[Spaces] = []


def add_spaces(find: Spaces) -> None:
    """Have a room that stands above tell of further spaces in which persons act (a port of `list_spaces`)."""
    if find not in _further:
        _further.append(find)


def list_spaces(owner_ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """Return (owner, whose space) for each space in which these persons act today, their own included."""
    owners = list(owner_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "select o, o from unnest(%s::uuid[]) o union all"  # noqa: S608 - constants
            " select r.representative_id, c.id from people_representation r"
            " join people_person c on c.id = r.person_id"
            f" where r.representative_id = any(%s) and {_REPRESENTS}",
            [owners, owners, clock.today()],
        )
        found = [(owner, person) for owner, person in cursor.fetchall()]
    return [*found, *(pair for find in _further for pair in find(owners))]


def find_names(person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names to show of those persons who are in the register."""
    if not person_ids:
        return {}
    return {one.id: one.display_name for one in _list("where p.id = any(%s)", [list(person_ids)])}


def find_persons(person_ids: Sequence[UUID]) -> dict[UUID, PersonCard]:
    """Return those of these persons who are in the register, by id."""
    return {one.id: one for one in _list("where p.id = any(%s)", [list(person_ids)])} if person_ids else {}


def find_named(person_ids: Sequence[UUID], words: str, *, limit: int) -> list[PersonCard]:
    """Return those of some persons whose names begin with each of the words, in the order of names."""
    plain = ins.comparison_key(words).translate(_NO_PATTERN)
    parts = plain.split()[:_MOST_WORDS]
    if not (person_ids and parts):
        return []
    starts = " and ".join(f"{_WORDS_OF} like %s" for _ in parts)
    values = [f"% {part}%" for part in parts]
    return _list(
        f"where p.id = any(%s) and {starts} order by p.birth_name, p.first_given_name, p.id limit %s",
        [list(person_ids), *values, limit],
    )


def list_representatives(person_id: UUID) -> list[PersonCard]:
    """Return the legal representatives of a person today, the earliest first; a parent's part ends at 18."""
    return _list(
        "join people_representation r on r.representative_id = p.id"
        " join people_person c on c.id = r.person_id"
        f" where r.person_id = %s and {_REPRESENTS}"
        " order by r.since, p.id",
        [person_id, clock.today()],
    )


def is_minor(person: PersonCard) -> bool:
    """Say whether a person is under 18 today."""
    return is_minor_on(person.birth_date, clock.today())


def list_born_on(day: date, place: str = "") -> list[PersonCard]:
    """Return everybody born on a day, in one place (INSEE code) if given: some two thousand at most."""
    return _list(
        "where p.birth_date = %s and (%s = '' or p.birth_place = %s) order by p.id",
        [day, place.strip().upper(), place.strip().upper()],
    )


def find_by_traits(traits: ins.Traits) -> list[UUID]:
    """Return the persons who have these five traits: none, one, or several homonyms.

    Names are compared as `standards.ins.same_traits` does: case, accents, hyphens do not count.
    """
    candidates = _list(
        "where p.birth_date = %s and p.birth_place = %s order by p.id",
        [traits.birth_date, traits.birth_place.strip().upper()],
    )
    return [person.id for person in candidates if not ins.same_traits(person.traits, traits)]


FICTITIOUS_OF: Final = (
    "exists (select from people_person where id = %(person)s and oid = any(%(fictitious)s))"
)
"""Whether a person is invented, by the authority of her matricule (`standards.ins.TEST_OIDS`)."""


def count_real_identities() -> int:
    """Return how many persons bear a matricule of the real authorities (INS-NIR, INS-NIA).

    The sandbox refuses to start where there is one (facts/mes.md 1.3: OID .8 and .9 are real).
    """
    rows = _fetch("select count(*) from people_person where oid = any(%s)", [sorted(ins.REAL_OIDS)])
    return int(rows[0][0])


def _find_one(clause: str, values: Sequence[Any]) -> PersonCard | None:
    return next(iter(_list(clause, values)), None)


def _list(clause: str, values: Sequence[Any]) -> list[PersonCard]:
    rows = _fetch(f"select {_COLUMNS} from people_person p {clause}", values)  # noqa: S608 - constants
    return [PersonCard(*row) for row in rows]


def _fetch(query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def _capitalised(name: str) -> str:
    """`MARIE-LOUISE` → `Marie-Louise`; what is not all capitals was written with care and is kept."""
    return name.title() if name.isupper() else name
