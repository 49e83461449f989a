"""Closing, reopening, asking for erasure, changing one's choices."""

from datetime import date, timedelta

import pytest
from django.db import connection

from carnet.access import api as access
from carnet.enrolment import api as enrolment
from carnet.enrolment.api import ChangedMeanwhile, Choices, NotYours, TransitionRefused
from carnet.journal.api import Purpose
from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.ids import uuid7
from tests.enrolment.acts import (
    AGENT,
    SYSTEM,
    activate,
    as_herself,
    as_parent,
    journal_of,
    notified,
    pass_days,
    posted,
)
from tests.people.register import add_person, open_space

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire():
    person = add_person()
    activate(person, notified(person))
    return person


def test_closed_archived_reopened(claire):
    space = enrolment.close(claire, by=as_herself(claire))
    assert (space.state, space.archive_until) == ("closed", enrolment.archive_end(clock.today()))
    with pytest.raises(access.Refused), access.open(claire, by=as_herself(claire), purpose=Purpose.CONSULT):
        pass
    assert "archivé jusqu’au" in posted(claire)[-1].text
    with pytest.raises(TransitionRefused):
        enrolment.close(claire, by=as_herself(claire))
    space = enrolment.reopen(claire, by=as_herself(claire))
    assert (space.state, space.archive_until, space.closed_at) == ("activated", None, None)
    with access.open(claire, by=as_herself(claire), purpose=Purpose.CONSULT):
        pass
    assert [event for event, allowed, _ in journal_of(claire) if allowed and "re" in event.split(".")[1][:2]]


def test_closing_ends_the_sessions(claire):
    from carnet.people import sessions

    account = people.find_account(claire)
    with connection.cursor() as cursor:
        device = uuid7()
        cursor.execute(
            "insert into people_device (id, account_id, token_key, label, first_seen_at, last_seen_at)"
            " values (%s, %s, %s, 'x', now(), now())",
            [device, account.id, b"x"],
        )
    token = sessions.start(account_id=account.id, device_id=device, method="email")
    assert sessions.find(token)
    enrolment.close(claire, by=as_herself(claire))
    assert sessions.find(token) is None


def test_erasure_asked_cancelled_asked_again(claire):
    with pytest.raises(TransitionRefused) as refused:
        enrolment.ask_erasure(claire, by=as_herself(claire))
    assert refused.value.rule == "not_from_activated"
    space = enrolment.close(claire, by=as_herself(claire), erase=True)
    assert space.state == "erasing"
    assert space.erasure_due_on == clock.today() + timedelta(days=30)
    space = enrolment.cancel_erasure(claire, by=as_herself(claire))
    assert (space.state, space.erasure_due_on) == ("closed", None)
    assert space.archive_until == enrolment.archive_end(clock.today())
    assert enrolment.ask_erasure(claire, by=as_herself(claire)).state == "erasing"
    assert enrolment.reopen(claire, by=as_herself(claire)).erasure_due_on is None
    subjects = [message.subject for message in posted(claire)[-5:]]
    assert subjects == ["Espace santé fermé", "Effacement demandé", "Demande d’effacement annulée",
                        "Effacement demandé", "Espace santé rouvert"]  # fmt: skip


def test_never_more_than_three_months(claire, settings):
    settings.CARNET_ERASURE_DELAY_DAYS = 400
    space = enrolment.close(claire, by=as_herself(claire), erase=True)
    assert space.erasure_due_on <= clock.today() + timedelta(days=92)


def test_once_begun_an_erasure_is_not_cancelled(claire):
    enrolment.close(claire, by=as_herself(claire), erase=True)
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set erasure_began_at = now() where person_id = %s", [claire])
    for act in (enrolment.cancel_erasure, enrolment.reopen):
        with pytest.raises(TransitionRefused) as refused:
            act(claire, by=as_herself(claire))
        assert refused.value.rule == "erasure_begun"


def test_only_who_manages_the_space(claire):
    paul = add_person(given_names="PAUL", sex="M")
    for by in (as_herself(paul), as_parent(paul), SYSTEM):
        with pytest.raises(NotYours):
            enrolment.close(claire, by=by)
    assert enrolment.find_state(claire) == "activated"
    assert enrolment.close(claire, by=AGENT).state == "closed"


def test_a_parent_closes_and_the_other_is_told(claire):
    paul = add_person(given_names="PAUL", sex="M")
    activate(paul, notified(paul), login="paul.martin", email="paul@exemple.test")
    leo = add_person(given_names="LEO", birth_date=date(2020, 1, 1), attached_to=claire)
    open_space(leo)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into people_representation (id, person_id, representative_id, origin, state, invited_by, since)"
            " values (%s, %s, %s, 'invited', 'accepted', %s, %s)",
            [uuid7(), leo, paul, claire, clock.now()],
        )
    before = len(posted())
    enrolment.close(leo, by=as_parent(claire))
    sent = {message.to: message.text for message in posted()[before:]}
    assert "a fermé son espace" in sent["paul@exemple.test"]
    assert "est fermé" in sent["claire.m@exemple.test"]
    with pytest.raises(NotYours):
        enrolment.reopen(leo, by=as_herself(leo))  # a child does not decide alone
    enrolment.reopen(leo, by=as_parent(paul))


def test_come_of_age_her_parents_decide_no_more(claire, monkeypatch):
    zoe = add_person(
        given_names="ZOE", birth_date=clock.today() - timedelta(days=365 * 17 + 300), attached_to=claire
    )
    open_space(zoe)
    assert enrolment.can_manage(zoe, as_parent(claire))
    pass_days(monkeypatch, 90)
    assert not enrolment.can_manage(zoe, as_parent(claire))
    assert enrolment.can_manage(zoe, as_herself(zoe))


def test_two_browsers_changing_the_same_choices(claire):
    version = enrolment.find_space(claire).version
    hidden = Choices(documents_masked=True)
    space = enrolment.change_choices(claire, by=as_herself(claire), choices=hidden, version=version)
    assert space.documents_masked
    with pytest.raises(ChangedMeanwhile):
        enrolment.change_choices(claire, by=as_herself(claire), choices=Choices(), version=version)
    assert enrolment.find_space(claire).documents_masked


def test_suspended_then_given_back_or_closed(claire, monkeypatch):
    enrolment.suspend(claire, by=SYSTEM)
    with (
        pytest.raises(access.Refused) as refused,
        access.open(claire, by=as_herself(claire), purpose=Purpose.CONSULT),
    ):
        pass
    assert refused.value.scope.rule is access.Rule.SUSPENDED
    assert "3422" in posted(claire)[-1].text
    assert enrolment.lift_suspension(claire, by=SYSTEM).state == "activated"
    enrolment.suspend(claire, by=SYSTEM)
    pass_days(monkeypatch, 41)
    assert enrolment.close_suspended(clock.today()) == 0
    pass_days(monkeypatch, 1)
    assert enrolment.close_suspended(clock.today()) == 1
    assert enrolment.find_state(claire) == "closed"


def test_a_suspension_outlives_the_closing_until_the_3422_lifts_it(claire):
    enrolment.suspend(claire, by=SYSTEM)
    enrolment.close(claire, by=as_herself(claire))
    with pytest.raises(TransitionRefused) as refused:
        enrolment.reopen(claire, by=as_herself(claire))
    assert refused.value.rule == "suspended"
    assert enrolment.lift_suspension(claire, by=SYSTEM).state == "closed"
    assert enrolment.reopen(claire, by=as_herself(claire)).state == "activated"
