"""An activation is killed at any of its screens: one account and one space, or the code still works."""

from itertools import count
from uuid import UUID

import pytest

from carnet.enrolment import api as enrolment
from carnet.people import api as people
from carnet.people.login import check_password
from tests.enrolment.acts import PASSWORD, journal_of, notified, posted
from tests.kills.drill import Drill, run
from tests.people.persons import HERE
from tests.people.register import add_person

pytestmark = pytest.mark.django_db(transaction=True)

_numbers = count(1)
DRAFTS = "select count(*) from enrolment_draft where person_id = %s"
CODES = (
    "select used_at is not null, revoked_at is not null from enrolment_provisionalcode where person_id = %s"
)


def test_an_activation(nursery, rows):
    def prepare():
        number = next(_numbers)
        person = add_person(email=f"known{number}@exemple.test")
        return {
            "person": str(person),
            "code": notified(person),
            "login": f"claire.martin.{number}",
            "email": f"claire{number}@exemple.test",
            "address": f"192.0.2.{number}",
        }

    def check_killed(facts, said):
        person = UUID(facts["person"])
        space, account = enrolment.find_space(person), people.find_account(person)
        events = [event for event, allowed, _ in journal_of(person) if allowed]
        active = space.state == "activated"
        assert space.state in {"notified", "activated"}
        assert (account is not None) == active
        assert events.count("enrolment.activated") == events.count("account.created") == active
        assert len(told(person)) == active
        assert [used for used, _ in rows(CODES, person)] == [active]
        # each first screen that was written left its line and its draft; the last screen takes one away
        assert events.count("enrolment.activation_started") == rows(DRAFTS, person)[0][0] + active
        if "activated" in said:
            assert active
        if "refused code_used" in said:
            assert active

    def rows_of(facts):
        person = UUID(facts["person"])
        space, account = enrolment.find_space(person), people.find_account(person)
        assert account.login == facts["login"]
        assert account.email == facts["email"]
        assert check_password(login=facts["login"], password=PASSWORD, kind="person", browser=HERE)
        events = {event for event, allowed, _ in journal_of(person) if allowed}
        return (
            space.state, space.version, space.documents_masked, space.terms_version, space.channel,
            rows(CODES, person), sorted(events), told(person),
        )  # fmt: skip

    def told(person):
        return [message.subject for message in posted(person) if "activé" in message.subject]

    run(Drill("activate", "app", prepare, check_killed, rows_of), nursery)
