"""The rows of each table of the register, in chunks, from a population."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from carnet.platform import crypto
from carnet.sandbox.world import copying
from carnet.sandbox.world.copying import Column, constant, only, pick, text
from carnet.sandbox.world.matricules import digits, matricules
from carnet.sandbox.world.population import NOBODY, Flags, Population
from carnet.sandbox.world.tables import Bytes, Names, Numbers, Texts, birth_places, communes, names
from carnet.standards.ins import OID_INS_TEST

CHUNK = 50_000
MAIL_DOMAIN = "@exemple.test"  # a reserved domain: nobody's
_PHONE_PREFIX = "063998"  # numbers kept for works of fiction
_FLATS = Texts.of(["", "APPARTEMENT 2\n", "BÂTIMENT B\n", "CHEZ LE GARDIEN\n", "3E ÉTAGE\n"])
_PROTECTIONS = Texts.of(["", "tutelle", "curatelle"])


@dataclass(frozen=True)
class World:
    """A population with its identifiers."""

    people: Population
    ids: Bytes
    families: Bytes  # one a household
    links: Bytes  # one for each person who is represented
    matricules: Bytes
    made_at: datetime
    seed: int


@dataclass(frozen=True)
class Table:
    """A table to fill: its columns, how many rows, and the rows from one person to another."""

    name: str
    columns: tuple[str, ...]
    rows: int
    chunk: Callable[["World", slice], list[Column]]


def number(people: Population, *, seed: int, at: datetime, taken: list[str]) -> World:
    """Give identifiers to a population: UUIDv7 in order, matricules. `taken`: 13-character numbers."""
    millis = int(at.timestamp() * 1000)
    households = int(people.household[-1]) + 1
    represented = int(_represented(people).sum())
    return World(
        people=people,
        ids=identifiers(len(people), millis, seed, 2),
        families=identifiers(households, millis, seed, 3),
        links=identifiers(represented, millis, seed, 4),
        matricules=matricules(people, taken),
        made_at=at,
        seed=seed,
    )


def identifiers(count: int, millis: int, seed: int, stream: int) -> Bytes:
    """Return sorted UUIDv7 (RFC 9562, 5.7), 4,096 a millisecond up to `millis`, randomness from the seed."""
    numbers = np.arange(count, dtype=np.uint64)
    first = np.uint64(millis - count // 4096)
    rng = np.random.default_rng([seed, stream])
    high = ((first + numbers // 4096) << np.uint64(16)) | np.uint64(0x7000) | (numbers % np.uint64(4096))
    low = rng.integers(0, 1 << 62, count, dtype=np.uint64) | np.uint64(1 << 63)
    return np.stack([high, low], axis=1).astype(">u8").view(np.uint8).reshape(count, 16)


def tables(world: World) -> list[Table]:
    """Return the tables of the register, in the order in which they are filled."""
    count, minors = len(world.people), int((world.people.parent != NOBODY).sum())
    return [
        Table("people_person", _PERSON, count, _persons),
        Table("people_insindex", ("key", "person_id"), count, _ins_index),
        Table("people_address", _ADDRESS, count, _addresses),
        Table(
            "people_contact",
            ("person_id", "email", "phone"),
            int(_with_contact(world.people).sum()),
            _contacts,
        ),
        Table("people_card", ("person_id", "serial_key", "with_photo", "legible"), count, _cards),
        Table("people_attachment", ("child_id", "parent_id"), minors, _attachments),
        Table("people_representation", _REPRESENTATION, len(world.links), _representations),
    ]


def chunks(world: World, table: Table) -> Iterator[tuple[int, bytes]]:
    """Yield (rows, bytes) of a table, as the body of a binary COPY."""
    for start in range(0, len(world.people), CHUNK):
        columns = table.chunk(world, slice(start, min(start + CHUNK, len(world.people))))
        rows = columns[0].pieces[0].data.shape[0]
        if rows:
            yield rows, copying.encode(columns)


_PERSON = (
    "id", "matricule", "oid", "birth_name", "used_name", "given_names", "first_given_name", "birth_date",
    "sex", "birth_place", "family_id", "protection", "died_on",
)  # fmt: skip
_ADDRESS = ("person_id", "lines", "postal_code", "city", "insee_code", "departement")
_REPRESENTATION = ("id", "person_id", "representative_id", "origin", "state", "invited_by", "since")


def _persons(world: World, part: slice) -> list[Column]:
    people, count = world.people, part.stop - part.start
    male, family, died = people.male[part], names().family, people.died[part]
    sex = np.where(male, ord("M"), ord("F")).astype(np.uint8).reshape(-1, 1)
    first, *others = (_given(names(), male, people.given[part, rank]) for rank in range(3))
    spaced = [
        piece
        for rank, names_piece in enumerate(others, start=1)
        for piece in (constant(" ", count, people.given[part, rank] != NOBODY), *names_piece)
    ]
    return [
        copying.raw(world.ids[part]),
        copying.raw(world.matricules[part]),
        text(constant(OID_INS_TEST, count)),
        text(pick(family, people.family_name[part])),
        text(pick(family, people.name_used[part])),
        text(*first, *spaced),
        text(*first),
        copying.day(people.birth[part]),
        copying.raw(sex),
        copying.raw(_places()[people.birth_place[part]]),
        copying.raw(world.families[people.household[part]]),
        text(pick(_PROTECTIONS, people.protection[part])),
        copying.day(died, died == NOBODY),
    ]


def _given(of: Names, male: Flags, which: Numbers, *, plain: bool = False) -> tuple[copying.Piece, ...]:
    """The given names of men and those of women come from two lists."""
    lists = of.ascii_given if plain else of.given
    men, women = np.where(male, which, NOBODY), np.where(male, NOBODY, which)
    return pick(lists["M"], men), pick(lists["F"], women)


def _places() -> Bytes:
    return np.array([code.encode() for code in birth_places()], dtype="S5").view(np.uint8).reshape(-1, 5)


def _ins_index(world: World, part: slice) -> list[Column]:
    return [copying.raw(_hashes("ins", world.matricules[part])), copying.raw(world.ids[part])]


def _hashes(purpose: str, values: Bytes) -> Bytes:
    """Return `crypto.index_hash` of each row of `values`."""
    width, flat = values.shape[1], np.ascontiguousarray(values).tobytes()
    hashed = crypto.index_hashes(purpose, (flat[at : at + width] for at in range(0, len(flat), width)))
    return np.frombuffer(hashed, dtype=np.uint8).reshape(-1, 16)


def _addresses(world: World, part: slice) -> list[Column]:
    people, places = world.people, communes()
    home, household = people.home[part], people.household[part].astype(np.int64)
    # The same for all of a household, and spread: a multiplication by an odd number, cut.
    drawn = (household + world.seed) * 2_654_435_761 % (1 << 32)
    street, number, flat = drawn % len(names().streets), drawn // 131 % 98 + 1, drawn // 7919 % 12
    tens = only(number >= 10, copying.Piece(digits(number // 10, 1)))  # noqa: PLR2004
    lines = (
        pick(_FLATS, np.where(flat < len(_FLATS), flat, 0)),
        tens,
        copying.Piece(digits(number % 10, 1)),
        constant(" ", len(home)),
        pick(names().streets, street),
    )
    return [
        copying.raw(world.ids[part]),
        text(*lines),
        text(pick(places.postal_codes, home)),
        text(pick(places.names, home)),
        copying.raw(_places()[home]),
        text(pick(places.departements, home)),
    ]


def _with_contact(people: Population) -> Flags:
    known: Flags = people.has_email | people.has_phone
    return known


def _contacts(world: World, part: slice) -> list[Column]:
    people = world.people
    rows = np.flatnonzero(_with_contact(people)[part]) + part.start
    email, phone, count = people.has_email[rows], people.has_phone[rows], len(rows)
    address = (
        *_given(names(), people.male[rows], people.given[rows, 0], plain=True),
        constant(".", count),
        pick(names().ascii_family, people.family_name[rows]),
        copying.Piece(digits(rows, 8)),
        constant(MAIL_DOMAIN, count),
    )
    numbers = (constant(_PHONE_PREFIX, count), copying.Piece(digits(rows % 10_000, 4)))
    return [
        copying.raw(world.ids[rows]),
        text(*(only(email, piece) for piece in address)),
        text(*(only(phone, piece) for piece in numbers)),
    ]


def _cards(world: World, part: slice) -> list[Column]:
    rows = np.arange(part.start, part.stop)
    photo = rows % 10 < 9  # noqa: PLR2004 - one card in ten is of the old kind
    return [
        copying.raw(world.ids[part]),
        copying.raw(_hashes("card", serials(rows, world.seed))),
        copying.flag(photo),
        copying.flag(rows % 400 != 399),  # noqa: PLR2004 - worn cards
    ]


def serials(rows: Numbers, seed: int) -> Bytes:
    """Return the 11 digits of the card of each person, by position: all different."""
    return digits((rows * 48_271_000_003 + seed * 7919) % 97_000_000_003 + 3_000_000_000, 11)


def _attachments(world: World, part: slice) -> list[Column]:
    rows = np.flatnonzero(world.people.parent[part] != NOBODY) + part.start
    return [copying.raw(world.ids[rows]), copying.raw(world.ids[world.people.parent[rows]])]


def _represented(people: Population) -> Flags:
    some: Flags = (people.parent != NOBODY) | (people.guardian != NOBODY)
    return some


def _representations(world: World, part: slice) -> list[Column]:
    people = world.people
    rows = np.flatnonzero(_represented(people)[part]) + part.start
    child, count = people.parent[rows] != NOBODY, len(rows)
    before = int(_represented(people)[: part.start].sum())
    by = np.where(child, people.parent[rows], people.guardian[rows])
    return [
        copying.raw(world.links[before : before + count]),
        copying.raw(world.ids[rows]),
        copying.raw(world.ids[by]),
        text(constant("attached", count, child), constant("court", count, ~child)),
        text(constant("accepted", count)),
        copying.null(count),
        copying.moment(int(world.made_at.timestamp() * 1_000_000), count),
    ]
