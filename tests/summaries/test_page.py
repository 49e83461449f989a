"""The page of a record: what comes first, who wrote it, and what is not there said in its own words."""

from datetime import timedelta

import pytest

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.measures import api as measures
from carnet.measures.api import Kind
from carnet.platform import clock
from carnet.profile import api as profile
from carnet.profile.api import NewEntry, Rubric
from carnet.summaries import api as summaries
from carnet.summaries.api import Code, Said
from tests.documents.deposits import add_claire
from tests.documents.shelves import add_document, managed
from tests.pro.visits import actor_of, add_professional, treat

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor():
    return add_professional()


@pytest.fixture
def claire(doctor):
    person = add_claire()
    treat(person, *doctor)
    return person


def write(person, *entries):
    """Load lines of the profile as the person wrote them."""
    with access.open(
        person, by=Actor(ActorKind.PATIENT, person), purpose=Purpose.MANAGE, event=EventType.PROFILE_ADDED
    ) as a:
        profile.load_entries(
            a, [NewEntry(rubric, values, at=clock.now(), author_id=person) for rubric, values in entries]
        )


def read(person, doctor, *, since=None, profession="10"):
    card, place = doctor
    with access.open(
        person, by=actor_of(card, place), purpose=Purpose.CONSULT, event=EventType.SUMMARY_READ
    ) as a:
        return summaries.read_page(
            a, profession=profession, professional_id=card.id, since=since,
            treating_id=summaries.find_treating(person),
        )  # fmt: skip


def test_anticoagulants_come_first_with_their_dose(claire, doctor):
    write(
        claire,
        (Rubric.TREATMENTS, {"name": "Paracétamol 1 g", "posology": "si douleur"}),
        (Rubric.TREATMENTS, {"name": "Éliquis 5 mg", "posology": "1 comprimé matin et soir"}),
        (Rubric.TREATMENTS, {"name": "Amoxicilline", "end": "2020"}),
    )
    block = read(claire, doctor).block(Code.TREATMENTS)
    assert [line.title for line in block.lines] == ["Éliquis 5 mg", "Paracétamol 1 g"]
    first = block.lines[0]
    assert (first.mark, first.text, first.author) == (
        "Anticoagulant",
        "1 comprimé matin et soir",
        "la personne",
    )
    assert block.more == 1


def test_the_states_of_a_rubric_are_told_apart(claire, doctor):
    by = Actor(ActorKind.PATIENT, claire)
    with access.open(claire, by=by, purpose=Purpose.MANAGE, event=EventType.PROFILE_ADDED) as a:
        profile.declare_unconcerned(a, rubric=Rubric.ALLERGIES)
        profile.share(a, rubric=Rubric.DISEASES, shared=False)
    page = read(claire, doctor)
    said = {code: page.block(code).said for code in (Code.ALLERGIES, Code.DISEASES, Code.TREATMENTS)}
    assert said == {
        Code.ALLERGIES: Said.NONE_DECLARED,
        Code.DISEASES: Said.NOT_SHARED,
        Code.TREATMENTS: Said.NOT_FILLED,
    }
    assert page.block(Code.ALLERGIES).note.startswith("Aucune allergie : déclaré par la personne le ")


def test_a_hidden_document_is_neither_listed_nor_counted(claire, doctor):
    add_document(claire, 1)
    hidden = add_document(claire, 2)
    since = clock.now() - timedelta(hours=1)
    before = read(claire, doctor, since=since)
    with managed(claire) as a:
        documents.set_masked(a, document_ids=[hidden], masked=True)
    page = read(claire, doctor, since=since)
    assert len(before.block(Code.NEWS).lines) == 2
    assert [line.document_id for line in page.block(Code.NEWS).lines] != [hidden]
    assert len(page.block(Code.NEWS).lines) == 1
    assert page.block(Code.NEWS).more == 0


def test_what_is_new_since_her_last_visit(claire, doctor):
    old = add_document(claire, 1)
    since = clock.now() + timedelta(seconds=1)
    first = read(claire, doctor)
    assert [line.document_id for line in first.block(Code.LATEST).lines] == [old]
    assert first.block(Code.NEWS).lines == ()  # it stands above already
    before = read(claire, doctor, since=since - timedelta(hours=1))
    assert [line.document_id for line in before.block(Code.NEWS).lines] == [old]
    assert read(claire, doctor, since=since).block(Code.NEWS).lines == ()


def test_measures_of_the_profession(claire, doctor):
    with access.open(
        claire, by=Actor(ActorKind.PATIENT, claire), purpose=Purpose.MANAGE, event=EventType.MEASURE_ADDED
    ) as a:
        measures.load_values(
            a,
            [
                measures.Measure(kind=Kind.GLYCATED_HEMOGLOBIN, at=clock.now(), value=7.1, second=None),
                measures.Measure(kind=Kind.STEPS_BY_DAY, at=clock.now(), value=3000, second=None),
            ],
        )
    lines = read(claire, doctor).block(Code.MEASURES).lines
    assert [(line.title, line.text) for line in lines] == [("HbA1c", "7,1 %")]


def test_the_insurer_says_who_the_medecin_traitant_is(claire, doctor):
    write(claire, (Rubric.PROFESSIONALS, {"name": "Dr Ancien MEDECIN", "role": "MEDECIN_TRAITANT"}))
    assert read(claire, doctor).doctor == "Dr Ancien MEDECIN"
    access.set_treating(claire, doctor[0].id)
    assert read(claire, doctor).doctor == doctor[0].name
