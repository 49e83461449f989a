"""The administrator doctor blocks another professional for the person: he alone, and she is told."""

import pytest
from django.urls import reverse

from carnet.access import api as access
from carnet.access.api import Rule
from carnet.journal.api import EventType, Purpose
from carnet.notices import api as notices
from carnet.notices.api import NoticeCode
from tests.documents.deposits import add_claire
from tests.documents.shelves import managed
from tests.portal.browsing import check_pages
from tests.portal.visits import give_account
from tests.pro.test_record import lines_of, page, token_of
from tests.pro.visits import OTHER_FINESS, actor_of, add_professional, treat, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor():
    return add_professional()


@pytest.fixture
def nurse():
    return add_professional(profession="60", structure=OTHER_FINESS, family="PERRIN")


@pytest.fixture
def claire(doctor, nurse):
    person = add_claire()
    give_account(person)
    treat(person, *doctor)
    treat(person, *nurse)
    with managed(person) as a:
        access.name_administrator(a, professional_id=doctor[0].id)
    return person


def block(who, person, professional_id):
    client = visit(*who)
    return client.post(reverse("pro:block", args=[token_of(client, person), professional_id]))


def rule_of(person, who):
    return access.decide(person, by=actor_of(*who), purpose=Purpose.CONSULT).rule


def told(person):
    return [one.code for one in notices.list_notices(person, about_id=person, limit=20)]


def test_she_blocks_another_professional_and_the_person_is_told(doctor, nurse, claire):
    client = visit(*doctor)
    assert page(client, claire, "readers").content.decode().count("Bloquer") >= 1
    assert "PERRIN" in page(client, claire, "block", nurse[0].id).content.decode()
    assert rule_of(claire, nurse) is Rule.CARE_TEAM
    answer = block(doctor, claire, nurse[0].id)
    assert (answer.status_code, answer["Location"].endswith("?fait=bloque")) == (302, True)
    assert rule_of(claire, nurse) is Rule.PROFESSIONAL_BLOCKED
    line = lines_of(claire, EventType.PROFESSIONAL_BLOCKED)[0]
    assert (line.allowed, line.actor.id, line.reason) == (True, doctor[0].id, "administrator")
    assert NoticeCode.PROFESSIONAL_BLOCKED in told(claire)
    assert "PERRIN" not in page(client, claire, "readers").content.decode()


def test_no_other_professional_does(doctor, nurse, claire):
    assert page(visit(*nurse), claire, "readers").status_code == 403
    assert block(nurse, claire, doctor[0].id).status_code == 403
    assert rule_of(claire, doctor) is Rule.ADMINISTRATOR
    assert "Bloquer un professionnel pour elle" not in page(visit(*nurse), claire).content.decode()
    assert "Bloquer un professionnel pour elle" in page(visit(*doctor), claire).content.decode()


def test_who_is_administrator_no_more_does_not_either(doctor, nurse, claire):
    with managed(claire) as a:
        access.remove_administrator(a)
    assert block(doctor, claire, nurse[0].id).status_code == 403
    with access.open(
        claire, by=actor_of(*doctor), purpose=Purpose.MANAGE, event=EventType.PROFESSIONAL_BLOCKED, late=True
    ) as a:
        assert not access.block_for_person(a, professional_id=nurse[0].id)
    line = lines_of(claire, EventType.PROFESSIONAL_BLOCKED)[0]
    assert (line.allowed, line.reason) == (False, "not_administrator")
    assert rule_of(claire, nurse) is Rule.CARE_TEAM
    assert NoticeCode.PROFESSIONAL_BLOCKED not in told(claire)


def test_a_doctor_blocked_is_administrator_no_more(doctor, nurse, claire):
    with managed(claire) as a:
        access.block_professional(claire, professional_id=doctor[0].id, by=a.by)
    assert block(doctor, claire, nurse[0].id).status_code == 403
    assert rule_of(claire, nurse) is Rule.CARE_TEAM


def test_whom_she_may_not_block(doctor, claire):
    stranger = add_professional(structure=OTHER_FINESS)
    assert block(doctor, claire, doctor[0].id).status_code == 404
    assert block(doctor, claire, stranger[0].id).status_code == 404


@pytest.mark.browser
def test_pages_are_accessible_at_every_width(doctor, nurse, claire):
    client = visit(*doctor)
    check_pages(
        {
            "pro-readers": page(client, claire, "readers"),
            "pro-block": page(client, claire, "block", nurse[0].id),
            "pro-not-administrator": page(visit(*nurse), claire, "readers"),
            "pro-record-administrator": page(client, claire),
        }
    )
