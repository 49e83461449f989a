"""Random worlds in the database: each route returns exactly what the one decision admits, and no trace more."""

import random
import re
from collections import Counter
from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carnet.access import api as access
from carnet.access.api import Refused, Scope, Visibility, decide_scope
from carnet.documents import api as documents
from carnet.documents.announcing import Readers
from carnet.documents.api import DocumentUnknownError, Filters
from carnet.exports.record import read_record
from carnet.journal.api import ActorKind, Purpose
from carnet.people.api import get_person
from carnet.platform import clock
from carnet.platform.ids import uuid7
from carnet.terminology import api as terminology
from tests.access.test_remedies import some_world
from tests.access.worlds import TYPES, WORDS, draw_world, set_stage
from tests.conftest import LONG
from tests.documents.deposits import parent

pytestmark = pytest.mark.django_db
PARTS = 4  # so that several processes share them
WORLDS = 12_000 if LONG else 2_000
SCOPES = 100_000 if LONG else 2_000
PEOPLE = {ActorKind.PATIENT, ActorKind.LEGAL_REPRESENTATIVE, ActorKind.CAREGIVER}


@pytest.fixture
def draw():
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    return random.Random(seed)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_route_gives_what_the_decision_admits(draw, part):
    stage, met = set_stage(), Counter()
    for number in range(WORLDS // PARTS):
        world = draw_world(draw, stage)
        scope = decide_scope(world.actor, world.rights, world.purpose, clock.today())
        met[scope.rule] += 1
        if world.actor.kind is ActorKind.HEALTHCARE_FACILITY:
            check_software(world, scope)
        elif not scope.allowed:
            check_refused(world, scope)
        else:
            check_open(world, scope, stage, exported=number % 20 == 0)
        if number % 20 == 0:
            check_told(world, stage)
    print(part, dict(met))
    assert len(met) >= 20


def check_refused(world, scope):
    with (
        pytest.raises(Refused) as refused,
        access.open(world.person, by=world.actor, purpose=world.purpose),
    ):
        pass
    assert refused.value.scope.rule is scope.rule, world


def check_open(world, scope, stage, *, exported):
    seen = {one for one, thing in world.things.items() if scope.allows(thing)}
    shown = {one for one in seen if world.statuses[one] == "current"}
    with access.open(world.person, by=world.actor, purpose=world.purpose) as a:
        assert a.scope == scope, world
        assert {card.id for card in documents.list_recent(a, limit=20)} == shown, world
        assert {card.id for card in documents.list_documents(a, Filters(), limit=20)} == shown
        overview = documents.overview(a, limit=20)
        assert (overview.total, {card.id for card in overview.latest}) == (len(shown), shown)
        assert set(documents.list_titles(a, list(world.things))) == seen
        assert set(overview.hidden) == set(world.things) - seen
        check_shelf(a, world, shown)
        for word in WORDS:
            page = documents.search(a, word, Filters(), limit=20)
            assert {card.id for card in page.cards} == {one for one in shown if stage.words[one] == word}
        if world.actor.kind is ActorKind.HEALTHCARE_PROFESSIONAL:
            check_desk(a, shown)
        elif exported and world.purpose is Purpose.CONSULT:
            kept = {one for one in seen if world.statuses[one] != "deleted"}
            assert {card.id for card in read_record(a).documents} == kept
        check_one_by_one(a, world, seen)


def check_shelf(a, world, shown):
    shelf = documents.get_shelf(a)
    kinds = Counter(terminology.get_document_type(world.things[one].type_code).category for one in shown)
    assert (shelf.total, dict(shelf.categories)) == (len(shown), kinds)


def check_desk(a, shown):
    desk = documents.get_desk(a, professional_id=a.by.id, since=None, kinds=[TYPES], order=TYPES, limit=20)
    assert {one.card.id for one in desk.news} == shown
    assert desk.news_total == len(shown)
    assert {one.card.id for one in desk.latest} <= shown
    assert documents.list_unread(a, [one.card.id for one in desk.news]) <= shown


def check_one_by_one(a, world, seen):
    """What is hidden and what is absent: the same statements, the same error, to the letter."""
    readable = {one for one in seen if world.statuses[one] != "deleted"}
    absent = uuid7()
    expected = ask_for(a, absent)
    for one in world.things:
        if one in readable:
            assert documents.get_document(a, one).id == one
        else:
            assert ask_for(a, one) == expected, world


def ask_for(a, document):
    """Return what is sent and what is answered, less the name that was asked for."""
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        pytest.raises(DocumentUnknownError) as error,
    ):
        documents.get_document(a, document)
    said = [str(error.value), repr(error.value.args), *[query["sql"] for query in queries.captured_queries]]
    return [line.replace(str(document), "ID").replace(document.hex, "ID") for line in said]


def check_software(world, scope):
    """The routes of software (FHIR): a structure finds what it deposited, whatever its labels."""
    if not scope.allowed:
        assert search_held(world) in ([], scope.rule)
        return
    own = {one for one, thing in world.things.items() if scope.allows(thing)}
    assert {world.depositors[one] for one in own} <= {"HEALTHCARE_FACILITY"}
    assert {one.id for one in search_held(world)} == own


def search_held(world):
    """Return what is found, or the rule that refuses: a block is told to who deposited something for her."""
    matricule = str(get_person(world.person).matricule)
    try:
        return documents.search_held(
            by=world.actor, matricule=matricule, filters=documents.HeldFilters(), limit=50
        )
    except Refused as refused:
        return refused.scope.rule


def check_told(world, stage):
    """Notices: those are told of a document who may read it, and no other."""
    if world.rights.space != "activated":
        return
    readers = Readers(world.person)
    for thing in world.things.values():
        told = set(readers.told(thing))
        assert (world.person in told) == (not thing.invisible_patient)
        for one in stage.parents:
            scope = access.decide(world.person, by=parent(one), purpose=Purpose.CONSULT)
            assert (one in told) == scope.allows(thing)


def test_the_two_renderings_of_a_scope_are_one(draw):
    """Scopes of any world, over things of any visibility: the rows of `sql` are those that `allows` admits."""
    things = {number: some_thing(draw) for number in range(300)}
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table thing (id int, masked boolean, invisible_patient boolean,"
            " invisible_representatives boolean, structure text, professional_id uuid, type_code text, level text,"
            " depositor text) on commit drop"
        )
        cursor.executemany(
            "insert into thing values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [[number, *vars(one).values(), depositor] for number, (one, depositor) in things.items()],
        )
        scopes = {some_scope(draw) for _ in range(SCOPES)}
        for scope in scopes:
            cursor.execute(f"select id from thing where true and {scope.sql()} and %s", [True])
            assert {row[0] for row in cursor.fetchall()} == {
                number for number, (one, _) in things.items() if scope.allows(one)
            }, scope
    assert len(scopes) > 50


def some_thing(draw):
    depositor, structure, professional = draw.choice(
        [
            ("HEALTHCARE_FACILITY", "690000013", None), ("HEALTHCARE_FACILITY", "750000017", None),
            ("HEALTHCARE_PROFESSIONAL", draw.choice(["690000013", ""]), UUID(int=draw.randrange(1, 9))),
            ("PATIENT", "", None), ("INSURER", "", None),
        ]
    )  # fmt: skip
    flags = (draw.random() < 0.4, draw.random() < 0.3, draw.random() < 0.3)
    return Visibility(
        *flags, structure, professional, draw.choice([*TYPES, ""]), draw.choice("NNRV")
    ), depositor


def some_scope(draw) -> Scope:
    actor, rights, purpose = some_world(draw)
    return decide_scope(actor, rights, purpose, date(2026, 11, 23))


@pytest.mark.parametrize("code", ["x' or true --", "a b", "%s", ""])
def test_what_is_no_code_never_reaches_a_statement(code):
    scope = Scope(True, access.Rule.CARE_TEAM, reads=True, types=frozenset({code}), reader=UUID(int=1))
    with pytest.raises(ValueError, match=re.escape(repr(code))):
        scope.sql()
