"""Emergency: who enters, for how long, under which switches; who is told; how it is reviewed."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from carnet.access import api as access
from carnet.access.api import Basis, Mode, Outcome, ReasonError, Refused, ReviewRefused, Rule
from carnet.journal import api as journal
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.notices import api as notices
from carnet.notices.api import NoticeCode
from carnet.platform import pump
from carnet.platform.ids import uuid7
from tests.days import live
from tests.people.families import make_family, representative
from tests.people.persons import claire
from tests.people.register import add_person, open_space
from tests.pro.visits import actor_of, add_professional, treat

pytestmark = pytest.mark.django_db
REASON = "Inconsciente aux urgences, traitement inconnu."
AGENT = Actor(ActorKind.SUPPORT, UUID(int=7))


@pytest.fixture
def person():
    return claire().owner_id


@pytest.fixture
def doctor():
    return actor_of(*add_professional())


@pytest.fixture
def regulator():
    return actor_of(*add_professional(regulator=True))


def lines_of(person_id, *events):
    """What her history holds of these events, as its holder reads it."""
    her = Actor(ActorKind.PATIENT, person_id)
    with access.open(person_id, by=her, purpose=Purpose.CONSULT, event=EventType.HISTORY_READ) as a:
        return journal.list_lines(person_id, key=a.key(), events=events)


def switch(person_id, **choices):
    words = ", ".join(f"{name} = %s" for name in choices)
    with connection.cursor() as cursor:
        cursor.execute(
            f"update enrolment_space set {words} where person_id = %s", [*choices.values(), person_id]
        )


def hand_over():
    while pump.hand_over("app"):
        pass


def mails(person_id):
    with connection.cursor() as cursor:
        cursor.execute(
            'select channel, "to", text from sandbox_mail where person_id = %s order by id', [person_id]
        )
        return cursor.fetchall()


def test_whoever_breaks_the_glass_enters_and_the_reason_stands_in_her_history(person, doctor):
    card = access.enter_emergency(person, by=doctor, reason=f"  {REASON} ")
    assert card.until - card.since == timedelta(hours=4)
    assert card.due_at - card.since == timedelta(hours=72)
    assert access.purpose_of(person, by=doctor) is Purpose.BREAK_GLASS
    with access.open(person, by=doctor, purpose=Purpose.BREAK_GLASS, event=EventType.SUMMARY_READ) as a:
        assert a.scope.rule is Rule.BREAK_GLASS
    (line,) = lines_of(person, EventType.EMERGENCY_ENTERED)
    assert (line.allowed, line.reason, line.actor, line.reference) == (
        True, "break_glass", doctor, card.id,
    )  # fmt: skip
    assert line.personal == {"motive": REASON}


def test_the_reason_lies_sealed(person, doctor):
    access.enter_emergency(person, by=doctor, reason=REASON)
    with connection.cursor() as cursor:
        cursor.execute("select reason from access_emergency where person_id = %s", [person])
        (sealed,) = cursor.fetchone()
    assert b"Inconsciente" not in bytes(sealed)


@pytest.mark.parametrize("reason", ["", "urgence", "a        b", "x" * 501])
def test_a_reason_is_a_sentence(person, doctor, reason):
    with pytest.raises(ReasonError):
        access.enter_emergency(person, by=doctor, reason=reason)
    assert access.find_emergency(person, by=doctor) is None
    assert lines_of(person, EventType.EMERGENCY_ENTERED) == []


def test_the_first_switch_is_obeyed_and_the_refusal_stands_in_the_history(person, doctor, regulator):
    switch(person, emergency_access=False)
    with pytest.raises(Refused) as refused:
        access.enter_emergency(person, by=doctor, reason=REASON)
    (line,) = lines_of(person, EventType.EMERGENCY_ENTERED)
    assert (line.allowed, line.reason) == (False, str(refused.value.scope.rule))
    assert access.find_emergency(person, by=doctor) is None
    assert access.regulate(person, by=regulator).mode is Mode.REGULATION


def test_the_second_switch_is_obeyed(person, doctor, regulator):
    switch(person, samu_access=False)
    with pytest.raises(Refused):
        access.regulate(person, by=regulator)
    (line,) = lines_of(person, EventType.REGULATION_ENTERED)
    assert not line.allowed
    assert access.enter_emergency(person, by=doctor, reason=REASON).mode is Mode.BREAK_GLASS


@pytest.mark.parametrize("shown", [False, True])
def test_the_third_switch_is_obeyed(person, doctor, shown):
    switch(person, emergency_masked=shown)
    access.enter_emergency(person, by=doctor, reason=REASON)
    with access.open(person, by=doctor, purpose=Purpose.BREAK_GLASS) as a:
        assert a.scope.hides_masked is not shown


def test_a_switch_turned_off_ends_what_stands(person, doctor):
    access.enter_emergency(person, by=doctor, reason=REASON)
    switch(person, emergency_access=False)
    with pytest.raises(Refused), access.open(person, by=doctor, purpose=Purpose.BREAK_GLASS):
        pass


def test_only_a_regulator_regulates(person, doctor):
    with pytest.raises(Refused):
        access.regulate(person, by=doctor)
    with pytest.raises(Refused), access.open(person, by=doctor, purpose=Purpose.REGULATE):
        pass


def test_the_modes_do_not_mix(person, regulator):
    access.regulate(person, by=regulator, call="2026-1123")
    assert access.purpose_of(person, by=regulator) is Purpose.REGULATE
    with access.open(person, by=regulator, purpose=Purpose.REGULATE) as a:
        assert a.scope.rule is Rule.REGULATION
    with pytest.raises(Refused), access.open(person, by=regulator, purpose=Purpose.BREAK_GLASS):
        pass
    (line,) = lines_of(person, EventType.REGULATION_ENTERED)
    assert line.personal == {"motive": "Appel au centre 15, dossier 2026-1123"}


def test_nobody_enters_without_having_entered(person, doctor):
    for purpose in (Purpose.BREAK_GLASS, Purpose.REGULATE):
        with pytest.raises(Refused), access.open(person, by=doctor, purpose=purpose):
            pass


@pytest.mark.parametrize("space", [None, "objected", "closed", "suspended"])
def test_where_there_is_no_space_there_is_no_emergency_access(doctor, space):
    person_id = add_person()
    if space:
        open_space(person_id, space)
    with pytest.raises(Refused):
        access.enter_emergency(person_id, by=doctor, reason=REASON)


def test_whoever_left_the_annuaire_does_not_enter(person):
    gone = actor_of(*add_professional(active=False))
    with pytest.raises(Refused) as refused:
        access.enter_emergency(person, by=gone, reason=REASON)
    assert refused.value.scope.rule is Rule.NOT_IN_DIRECTORY


def test_it_ends_by_itself_and_by_hand(person, doctor):
    access.enter_emergency(person, by=doctor, reason=REASON)
    assert access.end_emergency(person, by=doctor)
    assert not access.end_emergency(person, by=doctor)
    with pytest.raises(Refused), access.open(person, by=doctor, purpose=Purpose.BREAK_GLASS):
        pass
    assert len(lines_of(person, EventType.EMERGENCY_ENDED)) == 1
    access.enter_emergency(person, by=doctor, reason=REASON)
    live(1)
    assert access.find_emergency(person, by=doctor) is None
    with pytest.raises(Refused), access.open(person, by=doctor, purpose=Purpose.BREAK_GLASS):
        pass


def test_pressed_twice_it_is_one_access(person, doctor):
    first = access.enter_emergency(person, by=doctor, reason=REASON)
    assert access.enter_emergency(person, by=doctor, reason="Toujours inconsciente.").id == first.id
    assert len(lines_of(person, EventType.EMERGENCY_ENTERED)) == 1
    hand_over()
    assert len(notices.list_notices(person, about_id=person)) == 1


def test_the_person_is_told_at_once_whatever_she_chose(person, doctor):
    notices.save_preferences(person, notices.Preferences(rhythm=notices.Rhythm.DAILY))
    access.enter_emergency(person, by=doctor, reason=REASON)
    hand_over()
    (card,) = notices.list_notices(person, about_id=person)
    assert card.code is NoticeCode.EMERGENCY_ACCESS
    ((channel, _to, text),) = mails(person)
    assert channel == "email"
    for word in ("Inconsciente", "traitement", "BERTHIER"):
        assert word not in text


def test_the_parents_are_told_but_not_of_confidential_care():
    family = make_family()
    professional, place = add_professional()
    access.enter_emergency(family.child, by=actor_of(professional, place), reason=REASON)
    hand_over()
    assert notices.list_notices(family.mother, about_id=family.child)
    other, there = add_professional()
    access.enter_emergency(family.child, by=actor_of(other, there, secret=True), reason=REASON)
    hand_over()
    assert len(notices.list_notices(family.mother, about_id=family.child)) == 1


def test_neither_its_end_nor_its_review_tells_the_parents_of_confidential_care():
    family, (professional, place) = make_family(), add_professional()
    entered = access.enter_emergency(
        family.child, by=actor_of(professional, place, secret=True), reason=REASON
    )
    access.end_emergency(family.child, by=actor_of(professional, place))  # no secret connection any more
    agent = Actor(ActorKind.SUPPORT, uuid7())
    access.open_review(entered.id, by=agent)
    access.review(
        entered.id, by=agent, outcome=access.Outcome.JUSTIFIED, words="Accès justifié par les faits."
    )
    with access.open(family.child, by=representative(family.mother), purpose=Purpose.CONSULT) as a:
        told = access.list_history(a, hidden=[])
    assert {line.event for line in told} <= {EventType.SPACE_CONSULTED}


def test_who_has_no_account_is_written_to_by_what_the_insurer_knows(doctor):
    person_id = add_person(email="")
    open_space(person_id, "opened")
    access.enter_emergency(person_id, by=doctor, reason=REASON)
    hand_over()
    ((channel, to, text),) = mails(person_id)
    assert (channel, to) == ("sms", "0600000001")
    assert "urgence" in text


def test_the_medecin_traitant_is_told_of_others_only(person, doctor):
    treating, place = add_professional()
    treat(person, treating, place, basis=Basis.TREATING)
    nurse, there = add_professional(profession="60")
    treat(person, nurse, there)
    access.enter_emergency(person, by=doctor, reason=REASON)
    (told,) = access.list_told_to(treating.id)
    assert (told.person_id, told.professional_id) == (person, doctor.id)
    assert access.list_told_to(nurse.id) == []
    access.enter_emergency(person, by=actor_of(treating, place), reason=REASON)
    assert [card.id for card in access.list_told_to(treating.id)] == [told.id]


def test_a_review_is_due_is_late_and_is_answered_once(person, doctor):
    card = access.enter_emergency(person, by=doctor, reason=REASON)
    assert access.count_reviews() == access.Waiting(1, 0)
    live(4)
    assert access.count_reviews() == access.Waiting(1, 1)
    access.open_review(card.id, by=AGENT)
    assert access.read_review(card.id).reason == REASON
    words = "Le service des urgences confirme l’admission."
    access.review(card.id, by=AGENT, outcome=Outcome.JUSTIFIED, words=words)
    with pytest.raises(ReviewRefused) as refused:
        access.review(card.id, by=AGENT, outcome=Outcome.NOT_JUSTIFIED, words=words)
    assert refused.value.rule == "reviewed"
    assert access.read_review(card.id).answer == words
    assert access.count_reviews() == access.Waiting(0, 0)
    (line,) = lines_of(person, EventType.EMERGENCY_REVIEWED)
    assert (line.reason, line.personal) == ("emergency_justified", {"answer": words})
    (look,) = lines_of(person, EventType.FOUND_BY_SUPPORT)
    assert look.reason == "emergency_review"


@pytest.mark.parametrize("words", ["", "Oui.", "x" * 1001])
def test_an_answer_is_a_sentence(person, doctor, words):
    card = access.enter_emergency(person, by=doctor, reason=REASON)
    with pytest.raises(ReviewRefused) as refused:
        access.review(card.id, by=AGENT, outcome=Outcome.JUSTIFIED, words=words)
    assert refused.value.field == "answer"


def test_late_ones_come_first_page_after_page(person):
    cards = []
    for _ in range(3):
        actor = actor_of(*add_professional())
        cards.append(access.enter_emergency(person, by=actor, reason=REASON))
        live(1)
    first = access.list_reviews(limit=2)
    assert [card.id for card in first] == [card.id for card in cards[:2]]
    rest = access.list_reviews(after=(first[-1].due_at, first[-1].id), limit=2)
    assert [card.id for card in rest] == [cards[2].id]


def test_an_unknown_access_has_no_review():
    with pytest.raises(ReviewRefused):
        access.open_review(uuid7(), by=AGENT)
    with pytest.raises(ReviewRefused):
        access.read_review(uuid7())
