"""Two professionals with one code, two codes of one person, in one instant."""

import threading
from functools import partial

import pytest
from django.db import connection

from carnet.access import api as access
from carnet.access.api import EntryRefused, Title
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from tests.conftest import LONG
from tests.people.register import add_person, open_space
from tests.pro.visits import actor_of, add_professional

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 50 if LONG else 4


def at_once(*acts):
    """Run each in a thread of its own, from the same instant; return what each gave."""
    gate, given = threading.Barrier(len(acts)), [None] * len(acts)

    def play(number, act):
        gate.wait(10)
        try:
            given[number] = act()
        except EntryRefused as refused:
            given[number] = refused.rule
        finally:
            connection.close()

    threads = [threading.Thread(target=play, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return given


def add():
    person_id = add_person()
    open_space(person_id)
    return person_id


def show(person_id):
    by = Actor(ActorKind.PATIENT, person_id)
    with access.open(person_id, by=by, purpose=Purpose.MANAGE, event=EventType.CODE_SHOWN) as a:
        return access.show_code(a.person_id).code


def test_one_code_lets_one_professional_in():
    for _ in range(TIMES):
        person, doctors = add(), [actor_of(*add_professional()) for _ in range(2)]
        code = show(person)
        given = at_once(*(partial(access.enter_by_code, code, by=by) for by in doctors))
        assert sorted(map(str, given)) == sorted([str(person), "code"])
        (consent,) = access.list_consents(person)
        assert consent.professional_id == doctors[given.index(person)].id


def test_two_codes_shown_at_once_leave_one():
    for _ in range(TIMES):
        person = add()
        codes = at_once(lambda p=person: show(p), lambda p=person: show(p))
        opened = []
        for code in codes:
            try:
                opened.append(access.enter_by_code(code, by=actor_of(*add_professional())))
            except EntryRefused:
                continue
        assert opened == [person]


def test_the_treating_doctor_told_twice_at_once_is_one():
    for _ in range(TIMES):
        person, (card, _place) = add(), add_professional()

        def tell(person=person, card=card):
            from django.db import transaction

            with transaction.atomic():
                return access.set_treating(person, card.id)

        assert sorted(at_once(tell, tell)) == [False, True]
        assert len(access.list_relations(person)) == 1


def test_two_presses_of_one_button_are_one_entry():
    for _ in range(TIMES):
        person, doctor = add(), actor_of(*add_professional())
        for title in (Title.TEAM, Title.CONSENT):
            press = partial(access.enter_as, person, by=doctor, title=title)
            at_once(press, press)
        assert (len(access.list_relations(person)), len(access.list_consents(person))) == (1, 1)
        assert access.leave(person, by=doctor) == 2
