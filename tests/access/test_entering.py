"""Entering: a code once, a number with its traits, a launch; consents and relations that end."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from carnet.access import api as access
from carnet.access import passes
from carnet.access.api import EntryRefused, Means, Named, Refused, Rule, Title
from carnet.access.entering import NOBODY
from carnet.journal import api as journal
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.platform import clock, pump
from carnet.standards.ins import parse_matricule
from tests.people.register import add_person, matricule_of, open_space
from tests.portal.visits import give_account
from tests.pro.visits import actor_of, add_professional, treat

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    person_id = add_person()
    open_space(person_id)
    return person_id


@pytest.fixture
def doctor():
    return actor_of(*add_professional())


def show(person_id):
    by = Actor(ActorKind.PATIENT, person_id)
    with access.open(person_id, by=by, purpose=Purpose.MANAGE, event=EventType.CODE_SHOWN) as a:
        return access.show_code(a.person_id)


def named(person_id, **changes):
    found = Named(parse_matricule(matricule_of(person_id)), "Martin", "Claire", date(1980, 5, 17))
    return replace(found, **changes)


def hand_over():
    while pump.hand_over("app"):
        pass


def lasts(one):
    return timedelta(seconds=round((one.until - one.since).total_seconds()))


def reads(person_id, by):
    return access.decide(person_id, by=by, purpose=Purpose.CONSULT).allowed


def lines(person_id):
    by = Actor(ActorKind.PATIENT, person_id)
    with access.open(person_id, by=by, purpose=Purpose.CONSULT) as a:
        return [
            (line.event, line.allowed, line.reason)
            for line in journal.list_lines(a.person_id, key=None)
            if line.event is not EventType.SPACE_CONSULTED
        ]


# -- the code


def test_a_code_opens_once(person, doctor):
    shown = show(person)
    other = actor_of(*add_professional())
    assert access.enter_by_code(shown.text.lower(), by=doctor) == person
    assert reads(person, doctor)
    with pytest.raises(EntryRefused) as refused:
        access.enter_by_code(shown.code, by=other)
    assert refused.value.rule == "code"
    assert not reads(person, other)
    assert lines(person)[0] == (EventType.CONSENT_GIVEN, True, "consent_qr")


def test_a_code_lives_five_minutes_of_real_time(person, doctor, monkeypatch):
    shown = show(person)
    later = shown.until
    monkeypatch.setattr(clock, "real_now", lambda: later)
    with pytest.raises(EntryRefused):
        access.enter_by_code(shown.code, by=doctor)
    monkeypatch.setattr(clock, "real_now", lambda: later - timedelta(seconds=1))
    assert access.enter_by_code(shown.code, by=doctor) == person


def test_a_new_code_replaces_the_old_one(person, doctor):
    old, new = show(person), show(person)
    with pytest.raises(EntryRefused):
        access.enter_by_code(old.code, by=doctor)
    assert access.enter_by_code(new.code, by=doctor) == person


def test_who_is_blocked_is_told_so_and_the_code_is_spent(person, doctor):
    block(person, doctor.id)
    shown = show(person)
    with pytest.raises(EntryRefused) as refused:
        access.enter_by_code(shown.code, by=doctor)
    assert refused.value.rule == Rule.PROFESSIONAL_BLOCKED
    assert refused.value.scope.explanation == refused.value.message_fr
    with pytest.raises(EntryRefused) as again:
        access.enter_by_code(shown.code, by=actor_of(*add_professional()))
    assert again.value.rule == "code"
    hand_over()
    assert (EventType.CONSENT_GIVEN, False, "professional_blocked") in lines(person)
    assert access.list_consents(person) == []


def test_codes_are_not_guessed(person, doctor):
    shown = show(person)
    for _ in range(20):
        with pytest.raises(EntryRefused):
            access.enter_by_code("0000-0000-0000", by=doctor)
    with pytest.raises(EntryRefused) as refused:
        access.enter_by_code(shown.code, by=doctor)
    assert refused.value.rule == "too_many"


@given(st.text(max_size=600))
def test_any_text_is_read_as_a_code_or_as_none(text):
    code = access.read_code(text)
    assert code == "" or (len(code) == 12 and access.read_code(code) == code)


@pytest.mark.parametrize(
    "typed",
    ["4K7D-M9XQ-02RT", "4k7d m9xq o2rt", "4K7DM9XQ02RT\n", "https://carnet.test/pro/entrer/?code=4K7DM9XQ02RT",
     "http://x/pro/entrer/?a=1&code=4K7D-M9XQ-02RT#y"],
)  # fmt: skip
def test_a_code_is_read_as_it_is_scanned_or_typed(typed):
    assert access.read_code(typed) == "4K7DM9XQ02RT"


@pytest.mark.parametrize("typed", ["", "4K7DM9XQ02R", "4K7DM9XQ02RTT", "4K7DM9XQ02RU", "code=4K7DM9XQ02RT"])
def test_what_is_no_code_is_none(typed):
    assert access.read_code(typed) == ""


# -- the number and the traits


def test_a_number_and_its_traits_enter(person, doctor):
    assert access.enter_by_identity(named(person), by=doctor) == person
    (consent,) = access.list_consents(person)
    assert (consent.means, lasts(consent)) == (Means.INS, timedelta(hours=12))
    assert reads(person, doctor)


@pytest.mark.parametrize(
    "changes",
    [{"family_name": "MARTINE"}, {"given_name": "Louise"}, {"birth_date": date(1980, 5, 18)},
     {"family_name": ""}, {"matricule": parse_matricule("299127511600117")}],
)  # fmt: skip
def test_other_traits_are_a_person_who_does_not_exist(person, doctor, changes):
    with pytest.raises(EntryRefused) as refused:
        access.enter_by_identity(named(person, **changes), by=doctor)
    assert (refused.value.rule, refused.value.scope) == ("identity", None)
    assert access.list_consents(person) == []


@pytest.mark.parametrize("state", ["objected", "closed", "suspended", "erased", "notified", ""])
def test_a_space_that_is_not_open_is_a_person_who_does_not_exist(state, doctor):
    person_id = add_person()
    if state:
        open_space(person_id, state)
    absent = Named(parse_matricule("299127511600117"), "Martin", "Claire", date(1980, 5, 17))
    told = set()
    for one in (named(person_id), named(person_id, given_name="Zoé"), absent):
        with asked() as statements, pytest.raises(EntryRefused) as refused:
            access.enter_by_identity(one, by=doctor)
        told.add((refused.value.rule, refused.value.message_fr, tuple(statements)))
    assert len(told) == 1


def asked():
    """What is sent to the database: the statements, without their values."""
    from contextlib import contextmanager

    @contextmanager
    def recording():
        found = []

        def note(execute, sql, params, many, context):
            found.append("savepoint" if "SAVEPOINT" in sql else sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            yield found

    return recording()


def test_the_journal_keeps_the_truth_of_a_wrong_identity(person, doctor):
    with pytest.raises(EntryRefused):
        access.enter_by_identity(named(person, given_name="Zoé"), by=doctor)
    hand_over()
    assert lines(person)[0] == (EventType.CONSENT_GIVEN, False, "other_identity")


def test_identities_are_not_guessed(person, doctor):
    for _ in range(10):
        with pytest.raises(EntryRefused):
            access.enter_by_identity(named(person, given_name="Zoé"), by=doctor)
    with pytest.raises(EntryRefused) as refused:
        access.enter_by_identity(named(person), by=doctor)
    assert refused.value.rule == "too_many"


# -- as what, how long, and the end


def test_a_consent_ends_by_itself(person, doctor, monkeypatch):
    access.enter_as(person, by=doctor, title=Title.CONSENT)
    (consent,) = access.list_consents(person)
    assert consent.means is Means.ORAL
    monkeypatch.setattr(clock, "now", lambda: consent.until)
    assert access.list_consents(person) == []
    assert not reads(person, doctor)


def test_a_declared_relation_lasts_a_year_and_she_is_told(person, doctor, monkeypatch):
    give_account(person)
    access.enter_as(person, by=doctor, title=Title.TEAM)
    (relation,) = access.list_relations(person)
    assert lasts(relation) == timedelta(days=365)
    assert reads(person, doctor)
    hand_over()
    assert notices_of(person) == ["AJOUT_EQUIPE_SOINS"]
    monkeypatch.setattr(clock, "now", lambda: relation.until)
    assert not reads(person, doctor)


def test_declared_again_it_is_one_relation(person, doctor):
    access.enter_as(person, by=doctor, title=Title.TEAM)
    access.enter_as(person, by=doctor, title=Title.TEAM)
    assert len(access.list_relations(person)) == 1


def test_during_a_stay_the_whole_structure_reads(person):
    card, place = add_professional()
    colleague = actor_of(*add_professional())
    access.enter_as(person, by=actor_of(card, place), title=Title.STAY)
    (relation,) = access.list_relations(person)
    assert relation.professional_id is None
    assert reads(person, colleague)
    assert access.leave(person, by=colleague) == 1
    assert not reads(person, colleague)


def test_both_may_end_it(person, doctor):
    access.enter_as(person, by=doctor, title=Title.TEAM)
    access.enter_as(person, by=doctor, title=Title.CONSENT)
    (relation,), (consent,) = access.list_relations(person), access.list_consents(person)
    assert access.end_relation(person, relation_id=relation.id)
    assert access.end_consent(person, consent_id=consent.id)
    assert not access.end_consent(person, consent_id=consent.id)
    assert not reads(person, doctor)
    access.enter_as(person, by=doctor, title=Title.CONSENT)
    assert access.leave(person, by=doctor) == 1
    assert not reads(person, doctor)
    assert lines(person)[0][0] is EventType.CONSENT_ENDED


def test_the_occupational_doctor_needs_an_express_consent(person):
    doctor = actor_of(*add_professional(kind="occupational"))
    access.enter_as(person, by=doctor, title=Title.CONSENT)
    assert access.list_consents(person)[0].means is Means.EXPRESS
    assert reads(person, doctor)
    with pytest.raises(EntryRefused):
        access.enter_as(person, by=actor_of(*add_professional(kind="occupational")), title=Title.TEAM)


def test_the_secretary_enters_nowhere(person):
    secretary = actor_of(*add_professional(profession="SECRETARIAT_MEDICAL"))
    with pytest.raises(EntryRefused) as refused:
        access.enter_as(person, by=secretary, title=Title.TEAM)
    assert refused.value.scope is not None


def test_confidential_care_is_not_shown_to_representatives(person):
    secretly = actor_of(*add_professional(), secret=True)
    access.enter_as(person, by=secretly, title=Title.CONSENT)
    access.enter_as(person, by=secretly, title=Title.TEAM)
    assert len(access.list_consents(person)) == len(access.list_relations(person)) == 1
    assert access.list_consents(person, with_secret=False) == []
    assert access.list_relations(person, with_secret=False) == []


def test_nor_is_its_end_from_an_open_connection(person):
    card, place = add_professional()
    for title in (Title.CONSENT, Title.TEAM):
        access.enter_as(person, by=actor_of(card, place, secret=True), title=title)
    assert access.leave(person, by=actor_of(card, place)) == 2
    access.enter_as(person, by=actor_of(card, place), title=Title.CONSENT)
    access.leave(person, by=actor_of(card, place))
    with access.open(person, by=Actor(ActorKind.PATIENT, person), purpose=Purpose.CONSULT):
        told = journal.list_lines(person, key=None, actor=card.id, with_secret=False)
    assert [line.event for line in told] == [EventType.CONSENT_ENDED, EventType.CONSENT_GIVEN]


def test_the_treating_doctor_is_who_the_insurer_says(person):
    first, _ = add_professional()
    second, place = add_professional()
    assert access.set_treating(person, first.id)
    assert not access.set_treating(person, first.id)
    assert access.set_treating(person, second.id)
    assert [one.professional_id for one in access.list_relations(person)] == [second.id]
    assert access.leave(person, by=actor_of(second, place)) == 0
    assert access.set_treating(person, None)
    assert access.list_relations(person) == []


# -- launches


def launch(who, card, place, *, consented=True):
    software = Actor(ActorKind.HEALTHCARE_FACILITY, UUID(int=7), place.structure)
    return access.make_launch(
        who, professional_id=card.id, structure=place.structure, consented=consented, by=software
    )


def test_a_launch_opens_once_for_its_professional(person):
    card, place = add_professional()
    token = launch(named(person), card, place)
    with pytest.raises(EntryRefused) as refused:
        access.open_launch(token, by=actor_of(*add_professional()))
    assert refused.value.rule == "expired"
    opened = access.open_launch(token, by=actor_of(card, place))
    assert (opened.person_id, opened.entered, opened.client_id) == (person, True, UUID(int=7))
    with pytest.raises(EntryRefused):
        access.open_launch(token, by=actor_of(card, place))
    assert access.list_consents(person)[0].means is Means.LAUNCH


def test_wrong_identities_are_counted_whichever_way_they_come(person):
    card, place = add_professional()
    doctor, wrong = actor_of(card, place), named(person, given_name="Autre")
    for _ in range(30):
        with pytest.raises(EntryRefused) as refused:
            access.open_launch(launch(wrong, card, place), by=doctor)
        assert refused.value.rule == "launch"
    token = launch(named(person), card, place)
    with pytest.raises(EntryRefused) as refused:
        access.open_launch(token, by=doctor)
    assert refused.value.rule == "too_many"


def test_a_launch_lives_two_minutes(person, monkeypatch):
    card, place = add_professional()
    token = launch(named(person), card, place)
    later = clock.real_now() + passes.LAUNCH_LASTS
    monkeypatch.setattr(clock, "real_now", lambda: later)
    assert access.find_launch_structure(token, professional_id=card.id) == ""
    with pytest.raises(EntryRefused):
        access.open_launch(token, by=actor_of(card, place))


def test_without_consent_she_says_as_what(person):
    card, place = add_professional()
    opened = access.open_launch(launch(named(person), card, place, consented=False), by=actor_of(card, place))
    assert not opened.entered
    assert not reads(person, actor_of(card, place))
    treat(person, card, place)
    opened = access.open_launch(launch(named(person), card, place, consented=False), by=actor_of(card, place))
    assert opened.entered


@pytest.mark.parametrize("consented", [True, False])
def test_a_launch_is_given_whoever_is_named(person, consented):
    card, place = add_professional()
    closed = add_person()
    open_space(closed, "closed")
    absent = Named(parse_matricule("299127511600117"), "Martin", "Claire", date(1980, 5, 17))
    told, kept = set(), set()
    for one in (named(closed), named(person, given_name="Zoé"), absent):
        with asked() as statements:
            token = launch(one, card, place, consented=consented)
        kept.add(tuple(statements))
        with asked() as statements, pytest.raises(EntryRefused) as refused:
            access.open_launch(token, by=actor_of(card, place))
        told.add((refused.value.rule, refused.value.message_fr, tuple(statements)))
    assert len(told) == len(kept) == 1
    hand_over()
    assert (EventType.LAUNCH_MADE, False, "other_identity") in lines(person)


def test_codes_and_launches_that_ended_are_forgotten(person, monkeypatch):
    card, place = add_professional()
    show(person), launch(named(person), card, place)
    assert passes.forget_ended() == 0
    later = clock.real_now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    assert passes.forget_ended() == 2


# -- who is told


def read(person_id, by):
    with access.open(person_id, by=by, purpose=Purpose.CONSULT, event=EventType.SUMMARY_READ) as a:
        access.note_entered(a)


def notices_of(person_id):
    with connection.cursor() as cursor:
        cursor.execute("select code from notices_notice where person_id = %s order by id", [person_id])
        return [code for (code,) in cursor.fetchall()]


def test_she_is_told_once_a_day_for_each_professional(person, doctor):
    give_account(person)
    other = actor_of(*add_professional())
    for by in (doctor, other):
        access.enter_as(person, by=by, title=Title.CONSENT)
    for by in (doctor, doctor, other):
        read(person, by)
        hand_over()
    assert notices_of(person) == ["ACCES_DMP_PS"] * 2


def test_told_again_the_next_day(person, doctor, monkeypatch):
    give_account(person)
    access.enter_as(person, by=doctor, title=Title.TEAM)
    read(person, doctor)
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    read(person, doctor)
    hand_over()
    assert notices_of(person).count("ACCES_DMP_PS") == 2


def test_parents_are_not_told_of_confidential_care():
    parent = add_person(given_names="PAULE")
    child = add_person(given_names="LÉA", birth_date=date(2011, 3, 1), attached_to=parent)
    open_space(child)
    give_account(parent)
    card, place = add_professional()
    secretly, openly = actor_of(card, place, secret=True), actor_of(card, place)
    access.enter_as(child, by=secretly, title=Title.CONSENT)
    read(child, secretly)
    hand_over()
    assert notices_of(parent) == []
    read(child, openly)
    hand_over()
    assert notices_of(parent) == ["ACCES_DMP_PS"]


def test_parents_are_not_told_that_a_software_opened_confidential_care():
    parent = add_person(given_names="PAULE")
    child = add_person(given_names="LÉA", birth_date=date(2011, 3, 1), attached_to=parent)
    open_space(child)
    card, place = add_professional()
    token = launch(named(child, given_name="Léa", birth_date=date(2011, 3, 1)), card, place)
    access.open_launch(token, by=actor_of(card, place, secret=True))
    hand_over()
    mother = Actor(ActorKind.LEGAL_REPRESENTATIVE, parent)
    with access.open(child, by=mother, purpose=Purpose.CONSULT) as a:
        told = {line.event for line in access.list_history(a, hidden=[])}
    assert told == {EventType.SPACE_CONSULTED}


def test_nobody_has_no_space():
    doctor = actor_of(*add_professional())
    with pytest.raises(Refused) as refused, access.open(NOBODY, by=doctor, purpose=Purpose.CONSULT):
        pass
    assert refused.value.scope.rule is Rule.NO_SPACE


def block(person_id, professional_id):
    from carnet.platform.ids import uuid7

    with connection.cursor() as cursor:
        cursor.execute(
            "insert into access_professionalblock (id, person_id, professional_id, since)"
            " values (%s, %s, %s, %s)",
            [uuid7(), person_id, professional_id, clock.now()],
        )
