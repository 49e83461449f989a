"""Who reads a history: people theirs, professionals what she shows, who feeds it nothing."""

from dataclasses import replace
from datetime import date

import pytest

from carnet.access import api as access
from carnet.histories import api as histories
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from tests.documents.deposits import FACILITY, add_claire, holder

pytestmark = pytest.mark.django_db
READS = (
    lambda a: histories.list_days(a, limit=10),
    lambda a: histories.list_months(a, year=2026),
    histories.list_years,
    lambda a: histories.find_neighbours(a, since=date(2026, 1, 1), until=date(2026, 1, 31)),
    histories.count,
)


def share(person, *, shared):
    with access.open(
        person, by=holder(person), purpose=Purpose.MANAGE, event=EventType.CARE_HISTORY_SHARING_CHANGED
    ) as a:
        histories.share(a, shared=shared)


@pytest.mark.parametrize("read", READS)
def test_a_professional_reads_what_she_shows_and_not_even_whether_there_is_any_otherwise(read):
    claire = add_claire()
    for shared in (True, False):
        share(claire, shared=shared)
        with access.open(
            claire, by=holder(claire), purpose=Purpose.CONSULT, event=EventType.CARE_HISTORY_READ
        ) as a:
            own = read(a)
            doctor = replace(a, by=FACILITY)  # no door opens to professionals yet
            if shared:
                assert read(doctor) == own
            else:
                with pytest.raises(access.NotSharedError):
                    read(doctor)


@pytest.mark.parametrize("read", READS)
def test_who_feeds_reads_nothing(read):
    claire = add_claire()
    insurer = Actor(ActorKind.INSURER)
    with (
        access.open(claire, by=insurer, purpose=Purpose.DEPOSIT, event=EventType.CARE_HISTORY_FED) as a,
        pytest.raises(PermissionError),
    ):
        read(a)


def test_a_door_opened_to_read_does_not_change_the_switch():
    claire = add_claire()
    with (
        access.open(
            claire, by=holder(claire), purpose=Purpose.CONSULT, event=EventType.CARE_HISTORY_READ
        ) as a,
        pytest.raises(PermissionError),
    ):
        histories.share(a, shared=False)
