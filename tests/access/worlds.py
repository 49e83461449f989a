"""Small random worlds in the database: one person, six documents, who acts, and what ties him to her.

A world is drawn, then written; what the decision needs is told again from what was drawn, not read back.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from django.db import connection

from carnet.access.api import Basis, Care, Means, PlaceKind, Relation, Rights, Visibility
from carnet.directory import api as directory
from carnet.journal.api import Actor, ActorKind, Purpose
from carnet.people.api import get_birth_date
from carnet.platform import clock
from carnet.platform.ids import uuid7
from tests.documents.deposits import FINESS, add_second_parent
from tests.documents.shelves import add_document
from tests.people.register import add_person, open_space
from tests.pro.visits import OTHER_FINESS, actor_of, add_professional

TYPES = ("11502-2", "ATTEST-RESID", "57833-6", "68599-0", "34842-5", "DOCPAT07", "75496-0", "60591-5")
WORDS = ("hépatite", "fracture", "vaccination")
STRUCTURES = (FINESS, OTHER_FINESS)
PROFESSIONS = ("10", "10", "21", "40", "41", "50", "60", "70", "71", "SECRETARIAT_MEDICAL")
SPACES = ("activated", "activated", "activated", "activated", "opened", "suspended")
PURPOSES = (
    Purpose.CONSULT,
    Purpose.CONSULT,
    Purpose.CONSULT,
    Purpose.BREAK_GLASS,
    Purpose.REGULATE,
    Purpose.MANAGE,
)


@dataclass
class Somebody:
    """A professional of the annuaire at his place."""

    card: directory.ProfessionalCard
    place: directory.PlaceCard
    answers_to: UUID | None = None

    @property
    def actor(self) -> Actor:
        return actor_of(self.card, self.place)


@dataclass
class Stage:
    """What all worlds share: an adult, a child and his parents, six documents each, professionals."""

    adult: UUID
    child: UUID
    parents: tuple[UUID, UUID]
    helper: UUID
    treating: Somebody
    cast: list[Somebody]
    documents: dict[UUID, list[UUID]]
    words: dict[UUID, str] = field(default_factory=dict)


@dataclass
class World:
    """One state of it all. `things`: the documents as they are hidden; `shown`: those that lists may show."""

    person: UUID
    actor: Actor
    purpose: Purpose
    rights: Rights
    things: dict[UUID, Visibility]
    statuses: dict[UUID, str]
    depositors: dict[UUID, str]


def set_stage() -> Stage:
    adult, mother, father, helper = (
        add_person(given_names=name) for name in ("CLAIRE", "EVE", "PAUL", "ANNE")
    )
    child = add_person(given_names="TOM", sex="M", birth_date=date(2015, 6, 1), attached_to=mother)
    for one in (adult, mother, father, helper, child):
        open_space(one)
    add_second_parent(child, father, invited_by=mother)
    treating = Somebody(*add_professional(structure=FINESS))
    cast = [Somebody(*add_professional(profession=one, structure=FINESS)) for one in PROFESSIONS]
    cast += [_dependent(kind, treating) for kind in ("student", "replacement")]
    cast += [
        Somebody(*add_professional(kind="student")),
        Somebody(*add_professional(kind="occupational", structure=OTHER_FINESS)),
        Somebody(*add_professional(kind="fire_brigade")),
        Somebody(*add_professional(regulator=True, structure=OTHER_FINESS)),
        Somebody(*add_professional(profession="60", regulator=True)),
        Somebody(*add_professional(profession="10", active=False)),
        treating,
    ]
    stage = Stage(adult, child, (mother, father), helper, treating, cast, {})
    for person in (adult, child):
        stage.documents[person] = [
            add_document(person, number, text=WORDS[number % 3]) for number in range(1, 7)
        ]
        stage.words |= {one: WORDS[(number + 1) % 3] for number, one in enumerate(stage.documents[person])}
    return stage


def _dependent(kind: str, treating: Somebody) -> Somebody:
    card, place = add_professional(kind=kind, structure=OTHER_FINESS)
    directory.register_place(
        identifier=place.identifier, professional_id=card.id, structure=place.structure, kind=kind,
        replaces_id=treating.card.id,
    )  # fmt: skip
    return Somebody(card, directory.find_place(place.id), treating.card.id)


def draw_world(draw, stage: Stage) -> World:
    """Draw a world and write it."""
    kind = draw.choices(["professional", "facility", "holder", "parent", "helper"], [12, 2, 1, 2, 2])[0]
    person = stage.child if kind == "parent" else draw.choice([stage.adult, stage.child])
    space = draw.choice(SPACES)
    one = draw.choice(stage.cast)
    switches = {name: draw.random() < odds for name, odds in _SWITCHES.items()}
    _run(
        "update enrolment_space set state = %s, emergency_access = %s, samu_access = %s, emergency_masked = %s"
        " where person_id = %s",
        space, *switches.values(), person,
    )  # fmt: skip
    for table in _TIES:
        _run(f"delete from {table} where person_id = %s", person)
    _run("delete from access_guardstate where professional_id = %s", one.card.id)
    birth_date = get_birth_date(person)
    purpose = draw.choice(PURPOSES)
    if kind == "professional":
        care, blocked = _draw_care(draw, stage, person, one)
        rights = Rights(space, Relation.NONE, date.min, blocked, replace(care, **switches))
        actor = one.actor
    elif kind == "facility":
        structure = draw.choice(STRUCTURES)
        actor, blocked = Actor(ActorKind.HEALTHCARE_FACILITY, uuid7(), structure), draw.random() < 0.2
        _block_structure(person, structure, blocked)
        purpose = Purpose.CONSULT
        rights = Rights(space, Relation.NONE, birth_date, blocked)
    else:
        actor, relation = _draw_relative(draw, stage, person, kind)
        purpose = draw.choice([Purpose.CONSULT, Purpose.MANAGE])
        rights = Rights(space, relation, birth_date)
    things, statuses, depositors = _draw_documents(draw, stage.documents[person], one.card.id, stage)
    _write_documents(person, things, statuses, depositors)
    return World(person, actor, purpose, rights, things, statuses, depositors)


_SWITCHES = {"emergency_access": 0.8, "samu_access": 0.8, "emergency_masked": 0.4}
_TIES = (
    "access_carerelation", "access_consent", "access_administrator", "access_professionalblock", "access_block",
    "access_emergency", "access_delegation",
)  # fmt: skip


def _draw_relative(draw, stage, person, kind):
    if kind == "parent":
        return Actor(ActorKind.LEGAL_REPRESENTATIVE, draw.choice(stage.parents)), Relation.REPRESENTATIVE
    if kind == "helper":
        state = draw.choice(["accepted", "accepted", "pending", "ended"])
        ends_on = draw.choice([None, clock.today() + timedelta(days=1), clock.today() - timedelta(days=1)])
        _run(
            "insert into access_delegation (id, person_id, caregiver_id, state, invited_at, expires_at, starts_on,"
            " ends_on, decided_at, ended_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            uuid7(), person, stage.helper, state, clock.now(), clock.now(),
            clock.today() - timedelta(days=9), ends_on, clock.now(),
            clock.now() if state == "ended" else None,
        )  # fmt: skip
        stands = state == "accepted" and (ends_on is None or ends_on > clock.today())
        return Actor(ActorKind.CAREGIVER, stage.helper), Relation.CAREGIVER if stands else Relation.NONE
    return Actor(ActorKind.PATIENT, person), Relation.SELF


def _draw_care(draw, stage, person, one):
    often = lambda odds: draw.random() < odds  # noqa: E731
    found = []  # (informed, rank of the basis, acting for another, basis)
    for _ in range(draw.randint(0, 3)):
        whose = draw.choice([one.card.id, None, stage.treating.card.id, uuid7()])
        structure = draw.choice(STRUCTURES)
        basis, informed, over = draw.choice(list(Basis)), often(0.7), often(0.2)
        _relate(person, whose, structure, basis=basis, informed=informed, over=over)
        mine = whose in (one.card.id, one.answers_to) if whose else structure == one.place.structure
        if mine and not over:
            acting = whose is not None and whose == one.answers_to
            found.append((not informed, list(Basis).index(basis), acting, basis))
    means = draw.choice([None, None, None, *Means])
    stale = often(0.2)
    if means:
        _consent(person, one, means, stale)
    administrator = often(0.15)
    if administrator:
        _run("insert into access_administrator (id, person_id, professional_id, since) values (%s, %s, %s, %s)",
             uuid7(), person, one.card.id, clock.now())  # fmt: skip
    blocked = draw.choices([None, one.card.id, stage.treating.card.id], [8, 1, 1])[0]
    if blocked:
        _run("insert into access_professionalblock (id, person_id, professional_id, since)"
             " values (%s, %s, %s, %s)", uuid7(), person, blocked, clock.now())  # fmt: skip
    structure_blocked = often(0.08)
    _block_structure(person, one.place.structure, structure_blocked)
    entered = draw.choice(["", "break_glass", "regulation"])
    if entered:
        _enter(person, one, entered)
    frozen, step_up = _guard(draw, one)
    best = min(found) if found else None
    care = Care(
        role=one.card.profession, kind=PlaceKind(one.place.kind), active=one.card.active,
        regulator=one.place.regulator, answers=one.answers_to is not None, basis=best[3] if best else None,
        informed=bool(best and not best[0]), acting_for=bool(best and best[2]),
        consented=means if means and not stale else None, administrator=administrator,
        blocked=blocked is not None and blocked in (one.card.id, one.answers_to), entered=entered,
        frozen=frozen, step_up=step_up,
    )  # fmt: skip
    return care, structure_blocked


def _relate(person, whose, structure, *, basis, informed, over):
    _run(
        "insert into access_carerelation (id, person_id, professional_id, structure, basis, informed, author_kind,"
        " since, until) values (%s, %s, %s, %s, %s, %s, 'SYSTEM', %s, %s)",
        uuid7(), person, whose, structure, str(basis), informed, clock.now() - timedelta(days=9),
        clock.now() - timedelta(days=1) if over else None,
    )  # fmt: skip


def _consent(person, one, means, stale):
    until = clock.now() + timedelta(hours=-1 if stale else 1)
    _run(
        "insert into access_consent (id, person_id, professional_id, structure, means, since, until)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        uuid7(), person, one.card.id, one.place.structure, str(means), clock.now() - timedelta(hours=2), until,
    )  # fmt: skip


def _block_structure(person, structure, blocked):
    if blocked:
        _run("insert into access_block (id, person_id, structure, since) values (%s, %s, %s, %s)",
             uuid7(), person, structure, clock.now())  # fmt: skip


def _enter(person, one, mode):
    now = clock.now()
    _run(
        "insert into access_emergency (id, person_id, professional_id, structure, role, mode, reason, since,"
        " until, due_at, outcome) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '')",
        uuid7(), person, one.card.id, one.place.structure, one.card.profession, mode, b"", now,
        now + timedelta(hours=1), now + timedelta(hours=72),
    )  # fmt: skip


def _guard(draw, one):
    state = draw.choices(["", "frozen", "step_up", "proven"], [10, 1, 1, 1])[0]
    if state:
        _run(
            "insert into access_guardstate (professional_id, state, reason, since, proven_at)"
            " values (%s, %s, 'test', %s, %s)",
            one.card.id, "step_up" if state == "proven" else state, clock.now(),
            clock.now() if state == "proven" else None,
        )  # fmt: skip
    return state == "frozen", state == "step_up"


def _draw_documents(draw, documents, me, stage):
    things, statuses, depositors = {}, {}, {}
    for one in documents:
        depositor, structure, professional = draw.choice(
            [
                ("HEALTHCARE_FACILITY", FINESS, None), ("HEALTHCARE_FACILITY", OTHER_FINESS, None),
                ("HEALTHCARE_PROFESSIONAL", draw.choice(STRUCTURES), me),
                ("HEALTHCARE_PROFESSIONAL", draw.choice(STRUCTURES), stage.treating.card.id),
                ("PATIENT", "", None), ("INSURER", "", None),
            ]
        )  # fmt: skip
        things[one] = Visibility(
            draw.random() < 0.3, draw.random() < 0.2, draw.random() < 0.2, structure, professional,
            draw.choice(TYPES), draw.choice("NNNNRV"),
        )  # fmt: skip
        statuses[one] = draw.choices(["current", "superseded", "deleted"], [8, 1, 1])[0]
        depositors[one] = depositor
    return things, statuses, depositors


def _write_documents(person, things, statuses, depositors):
    rows = [
        [one, it.masked, it.invisible_patient, it.invisible_representatives, it.structure, it.professional_id,
         it.type_code, it.level, statuses[one], depositors[one]]
        for one, it in things.items()
    ]  # fmt: skip
    line = "(%s::uuid, %s, %s, %s, %s, %s::uuid, %s, %s, %s, %s)"
    with connection.cursor() as cursor:
        cursor.execute("select set_config('carnet.person_id', %s, true)", [str(person)])
        cursor.execute(
            "update documents_document d set masked = v.m, invisible_patient = v.p, invisible_representatives = v.r,"
            " structure = v.s, professional_id = v.o, type_code = v.t, level = v.l, status = v.u, depositor = v.d,"
            " unique_key = d.id::text::bytea"
            f" from (values {', '.join([line] * len(rows))}) v (id, m, p, r, s, o, t, l, u, d)"
            " where d.person_id = %s and d.id = v.id",
            [value for row in rows for value in row] + [person],
        )
        assert cursor.rowcount == len(rows)
        cursor.execute("select set_config('carnet.person_id', '', true)")


def _run(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
