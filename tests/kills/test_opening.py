"""The opening of silent spaces is killed: all of them are open with their journal lines, or none is."""

from datetime import timedelta

import pytest

from carnet.enrolment.policies import OBJECTION_DAYS
from carnet.platform import clock
from tests.kills.drill import Drill, run

pytestmark = pytest.mark.django_db(transaction=True)

SPACES = 3000
DIED = SPACES // 100
OPENED = SPACES - SPACES // 10 - DIED  # one in ten has a day left
PERSONS = """
insert into people_person (id, matricule, oid, birth_name, used_name, given_names, first_given_name, birth_date,
  sex, birth_place, family_id, protection, died_on)
select carnet_uuid7(now()), n::text, 'test', 'SILENCIEUX', '', 'LÉO', 'LÉO', '1990-01-01', 'M', '31555', null, '',
  case when mod(n, 100) = 5 then date '2020-01-01' end
from generate_series(1, %s) n"""
NOTIFIED = """
insert into enrolment_space (person_id, state, since, notified_on, channel, no_contact, documents_masked,
  emergency_access, samu_access, emergency_masked, terms_version, version)
select id, 'notified', now(), %s::date + (mod(matricule::int, 10) = 0)::int, 'letter', false, false, true, true,
  false, '', 1
from people_person where birth_name = 'SILENCIEUX'"""
MINE = "person_id in (select id from people_person where birth_name = 'SILENCIEUX')"
STATES = f"select state, version, count(*) from enrolment_space where {MINE} group by 1, 2 order by 1, 2"
LINES = f"select event, actor_kind, allowed, count(*), count(distinct person_id) from journal where {MINE} group by 1, 2, 3 order by 1"


def test_an_opening(nursery, rows):
    last_day = clock.today() - timedelta(days=OBJECTION_DAYS)

    def prepare():
        rows("truncate people_person, enrolment_space, platform_dailyrun")
        rows(PERSONS, SPACES)
        rows(NOTIFIED, last_day)
        return {}

    def check_killed(_facts, said):
        states = {state: number for state, _, number in rows(STATES)}
        assert sum(states.values()) == SPACES
        lines = {event: (number, persons) for event, _, _, number, persons in rows(LINES)}
        for state, event in (
            ("opened", "enrolment.opened_by_silence"),
            ("closed", "enrolment.closed_by_death"),
        ):
            number = states.get(state, 0)
            assert lines.get(event, (0, 0)) == (number, number)
        assert states.get("opened", 0) in {0, OPENED}
        assert states.get("closed", 0) in {0, DIED}
        if said:  # the day was acknowledged
            assert "opened" in states

    def rows_of(_facts):
        done = rows("select name from platform_dailyrun where day = %s order by 1", clock.today())
        return rows(STATES), rows(LINES), done

    run(Drill("open_silent", "batch", prepare, check_killed, rows_of), nursery)
