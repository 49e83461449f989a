"""The pages of entering in a real browser: read by everybody, at every width."""

import pytest

from carnet.access import api as access
from carnet.access.api import Title
from tests.people.register import add_person, open_space
from tests.portal.browsing import check_pages
from tests.portal.visits import visit as visit_as_person
from tests.pro.test_entering import code_form, identity_form, launch
from tests.pro.visits import actor_of, add_professional, treat, visit

pytestmark = pytest.mark.django_db


def test_every_page_can_be_read_by_everybody():
    person, other = add_person(), add_person(birth_name="DE LA TRÈS-LONGUE-ESPÉRANCE", sex="M")
    for one in (person, other):
        open_space(one)
    doctor = add_professional(structure="690000013")
    client = visit(*doctor)
    answers = {
        "entering": client.get("/pro/entrer/"),
        "entering_errors": client.post(
            "/pro/entrer/", identity_form(person, **{"identity-given_name": "Zoé"})
        ),
        "entering_code_error": client.post("/pro/entrer/", code_form("12", "")),
        "patients_none": client.get("/pro/patients/"),
    }
    access.enter_as(person, by=actor_of(*doctor), title=Title.CONSENT)
    treat(other, *doctor)
    patients = client.get("/pro/patients/")
    token, _ = launch(person, doctor, consented=False)
    elsewhere, _ = launch(add_person(), doctor, consented=True)
    holder = visit_as_person(person)
    answers |= {
        "patients": patients,
        "entering_as": client.get(f"/pro/patient/{_token(patients)}/acces/"),
        "launch_refused": client.get(f"/pro/lancer/?launch={elsewhere}"),
        "code_none": visit_as_person(other, email="autre@exemple.test").get("/partage/code/"),
        "code": holder.post("/partage/code/"),
    }
    assert client.get(f"/pro/lancer/?launch={token}").status_code == 302
    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 200} == {
        "launch_refused": 403
    }
    check_pages(answers)


def _token(answer):
    return answer.content.decode().split("/pro/dossier/")[1].split("/")[0]
