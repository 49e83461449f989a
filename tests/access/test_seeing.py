"""Another's eyes: exactly what he would see, less what is hidden from who looks, and nothing in his name."""

import pytest

from carnet.access import api as access
from carnet.access.api import Rule
from carnet.documents import api as documents
from carnet.journal.api import EventType, Purpose
from tests.documents.deposits import add_claire, holder
from tests.documents.shelves import add_document
from tests.pro.visits import actor_of, add_professional, treat

pytestmark = pytest.mark.django_db


def see(person, doctor, purpose=Purpose.CONSULT):
    with access.open(person, by=holder(person), purpose=purpose, event=EventType.RIGHTS_SIMULATED) as a:
        seen = access.as_seen_by(a, doctor)
        found = {card.id for card in documents.list_recent(seen)} if seen.scope.allowed else None
        with pytest.raises(PermissionError):
            seen.record(EventType.DOCUMENT_READ)
        return seen, found


def test_the_doctor_s_page_less_what_waits_to_be_announced():
    person, (doctor, place) = add_claire(), add_professional()
    treat(person, doctor, place)
    plain = add_document(person, 1)
    add_document(person, 2, columns={"masked": True})
    add_document(person, 3, columns={"invisible_patient": True})
    seen, found = see(person, actor_of(doctor, place))
    assert (seen.scope.rule, found) == (Rule.CARE_TEAM, {plain})


def test_who_would_be_refused_sees_nothing():
    person, (doctor, place) = add_claire(), add_professional()
    seen, found = see(person, actor_of(doctor, place))
    assert (seen.scope.rule, found) == (Rule.NO_RELATION, None)


def test_nobody_borrows_eyes_to_change_something():
    person, (doctor, place) = add_claire(), add_professional()
    with pytest.raises(ValueError, match="to look"):
        see(person, actor_of(doctor, place), Purpose.MANAGE)
