"""The pages of an emergency: who, why, the banner on every page, the end; the regulator; what the guard asks."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import resolve, reverse

from carnet.access import api as access
from carnet.access.api import Basis
from carnet.directory import api as directory
from carnet.journal.api import Purpose
from carnet.people import api as people
from carnet.platform.ids import uuid7
from tests.access.guard.test_counting import freeze_by_reading, low, read, treated
from tests.access.test_emergencies import REASON, switch
from tests.people.persons import claire
from tests.people.register import add_person, matricule_of, open_space
from tests.portal.browsing import check_pages
from tests.pro.visits import actor_of, add_professional, treat, visit

pytestmark = pytest.mark.django_db
FIND, REGULATION = "/pro/urgence/", "/pro/regulation/"


@pytest.fixture
def person():
    return claire(birth_name="LANDEREAU", given_names="MONIQUE").owner_id


@pytest.fixture
def doctor():
    return add_professional()


def said(person_id, **changes):
    card = people.get_person(person_id)
    day = card.birth_date
    return {
        "birth_name": card.birth_name, "first_given_name": card.first_given_name,
        "birth_date_day": day.day, "birth_date_month": day.month, "birth_date_year": day.year,
    } | changes  # fmt: skip


def text_of(answer):
    return answer.content.decode()


def found(client, person_id):
    """Return the address where the reason is asked."""
    answer = client.post(FIND, said(person_id))
    assert answer.status_code == 302, text_of(answer)
    return answer["Location"]


def test_name_then_reason_then_the_record_under_a_banner(person, doctor):
    client = visit(*doctor)
    where = found(client, person)
    for secret in (matricule_of(person), str(person), "LANDEREAU"):
        assert secret not in where
    page = text_of(client.get(where))
    assert "Monique LANDEREAU" in page
    assert "médecin traitant" in page
    answer = client.post(where, {"reason": REASON, "confirm": "on"})
    token = resolve(answer["Location"]).kwargs["token"]
    assert answer["Location"] == reverse("pro:record", args=[token])
    for name in ("pro:record", "pro:record_print", "pro:record_search"):
        shown = text_of(client.get(reverse(name, args=[token])))
        assert "Accès en urgence, jusqu’à" in shown, name
        assert reverse("pro:emergency_end", args=[token]) in shown
    assert client.get(where).status_code == 302
    ended = client.post(reverse("pro:emergency_end", args=[token]))
    assert "est terminé" in text_of(client.get(ended["Location"]))
    assert access.purpose_of(person, by=actor_of(*doctor)) is Purpose.CONSULT
    refused = client.get(reverse("pro:record", args=[token]))
    assert refused.status_code == 403
    assert "jusqu’à" not in text_of(refused)


def test_the_number_and_one_trait_are_enough(person, doctor):
    client = visit(*doctor)
    data = {"matricule": matricule_of(person), "birth_name": "landereau"}
    assert client.post(FIND, data).status_code == 302


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"birth_name": "AUTRE"}, "une seule personne"),
        ({"birth_date_day": "", "birth_date_month": "", "birth_date_year": ""}, "Il faut le nom"),
        ({"matricule": "123"}, "matricule"),
    ],
)
def test_whom_nobody_can_find(person, doctor, changes, words):
    answer = visit(*doctor).post(FIND, said(person, **changes))
    assert answer.status_code == 200
    assert words in text_of(answer)


def test_homonyms_and_nobody_get_the_same_words(doctor):
    for _ in range(2):
        open_space(add_person(birth_name="HOMONYME"))
    other = said(add_person(birth_name="SEULE"))
    client = visit(*doctor)
    twice = client.post(FIND, other | {"birth_name": "HOMONYME"})
    never = client.post(FIND, other | {"birth_name": "PERSONNE"})
    assert twice.context["form"].errors == never.context["form"].errors
    assert "une seule personne" in text_of(never)


def test_searches_are_counted(person, doctor):
    client = visit(*doctor)
    for _ in range(20):
        client.post(FIND, said(person, birth_name="AUTRE"))
    assert "Trop de recherches" in text_of(client.post(FIND, said(person)))


def test_without_a_reason_nothing_opens(person, doctor):
    client = visit(*doctor)
    where = found(client, person)
    for data in ({"reason": "vite", "confirm": "on"}, {"reason": REASON}, {}):
        assert client.post(where, data).status_code == 200
    assert access.find_emergency(person, by=actor_of(*doctor)) is None


def test_her_refusal_is_said_and_nothing_opens(person, doctor):
    switch(person, emergency_access=False)
    client = visit(*doctor)
    where = found(client, person)
    answer = client.get(where)
    assert answer.status_code == 403
    assert "opposée à l’accès en urgence" in text_of(answer)
    assert client.post(where, {"reason": REASON, "confirm": "on"}).status_code == 403
    assert access.find_emergency(person, by=actor_of(*doctor)) is None


def test_a_token_of_another_session_opens_nothing(person, doctor):
    where = found(visit(*doctor), person)
    other = visit(*add_professional())
    assert other.get(where).status_code == 404
    assert other.post(f"{where}terminer/").status_code == 404
    assert Client().get(where).status_code == 302


def test_a_name_and_a_date_of_birth_lead_to_the_reason_and_nowhere_else(person, doctor):
    """No consent said aloud for somebody whom nothing but a public fact names; no document in her space."""
    client = visit(*doctor)
    token = found(client, person).removeprefix(FIND).strip("/")
    for name in ("record", "enter_as", "writing", "deposit", "deposits", "vaccinate", "emergency_end"):
        where = reverse(f"pro:{name}", args=[token])
        assert client.post(where, {"title": "consent"}).status_code in {404, 405}, name
        assert client.get(where).status_code in {404, 405}, name
    assert not access.decide(person, by=actor_of(*doctor), purpose=Purpose.CONSULT).allowed


@pytest.mark.parametrize("state", ["objected", "closed", "suspended"])
def test_why_a_space_is_not_open_is_not_told(person, doctor, state):
    client = visit(*doctor)
    where = found(client, person)
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set state = %s where person_id = %s", [state, person])
    answers = [client.get(where), client.post(where, {"reason": REASON, "confirm": "on"})]
    for answer in answers:
        assert answer.status_code == 403
        assert "Aucun dossier n’est ouvert" in text_of(answer)
        assert "R1111" not in text_of(answer)


def test_the_regulator_enters_in_one_step(person):
    client = visit(*add_professional(regulator=True))
    answer = client.post(REGULATION, said(person, call="2026-77"))
    assert answer.status_code == 302
    assert "médecin régulateur du SAMU, jusqu’à" in text_of(client.get(answer["Location"]))


def test_who_does_not_regulate_is_told_so(person, doctor):
    client = visit(*doctor)
    assert client.get(REGULATION).status_code == 403
    answer = client.post(REGULATION, said(person))
    assert answer.status_code == 403
    assert "médecins régulateurs" in text_of(answer)
    assert access.find_emergency(person, by=actor_of(*doctor)) is None


def test_the_second_switch_is_said_to_the_regulator(person):
    switch(person, samu_access=False)
    answer = visit(*add_professional(regulator=True)).post(REGULATION, said(person))
    assert answer.status_code == 403
    assert "SAMU" in text_of(answer)


def test_the_medecin_traitant_reads_it_on_his_day(person, doctor):
    treating = add_professional(family="AUBRAC")
    treat(person, *treating, basis=Basis.TREATING)
    client = visit(*treating)
    assert "Accès en urgence à vos patients" not in text_of(client.get(reverse("pro:day")))
    access.enter_emergency(person, by=actor_of(*doctor), reason=REASON)
    for page in (reverse("pro:day"), "/pro/urgences/"):
        text = text_of(client.get(page))
        assert "Monique LANDEREAU" in text
        assert "BERTHIER" in text
        assert "Inconsciente" not in text


def test_whoever_is_asked_proves_and_goes_on(doctor):
    low()
    actor, persons = actor_of(*doctor), treated(doctor, 10)
    client = visit(*doctor)
    for one in persons[:9]:
        read(one, actor)
    page = text_of(client.get("/pro/verification/"))
    assert "Confirmez que c’est bien vous" in page
    assert "again=1" in page
    assert access.find_guard_state(actor.id).proven_at is None
    visitor = directory.sessions.find(client.cookies[directory.sessions.COOKIE].value)
    directory.sessions.prove_again(visitor.session_id)
    assert "identité est confirmée" in text_of(client.get("/pro/verification/"))
    read(persons[9], actor)


def test_a_refused_page_leads_to_what_the_guard_asks(doctor):
    from carnet.pro.page import sign

    _actor, persons = freeze_by_reading(doctor)
    client = visit(*doctor)
    visitor = directory.sessions.find(client.cookies[directory.sessions.COOKIE].value)
    answer = client.get(reverse("pro:record", args=[sign(persons[0], visitor)]))
    assert answer["Location"] == "/pro/compte-gele/"
    page = text_of(client.get(answer["Location"]))
    assert "Votre compte est gelé" in page
    assert FIND in page
    for name in (
        "pro:patients",
        "pro:announcements",
    ):  # names by the thousand open no record, and are as dear
        assert client.get(reverse(name))["Location"] == "/pro/compte-gele/"
    assert client.get("/pro/verification/")["Location"] == "/pro/compte-gele/"
    access.release(doctor[0].id, reviewer_id=uuid7())
    assert "n’est pas gelé" in text_of(client.get("/pro/compte-gele/"))


def test_the_pages_in_a_browser(person, doctor):
    client = visit(*doctor)
    where = found(client, person)
    treating = add_professional(family="AUBRAC")
    treat(person, *treating, basis=Basis.TREATING)
    access.enter_emergency(person, by=actor_of(*add_professional()), reason=REASON)
    pages = {
        "pro-emergency-find": client.get(FIND),
        "pro-emergency-enter": client.get(where),
        "pro-emergency-told": visit(*treating).get("/pro/urgences/"),
        "pro-emergency-regulation": visit(*add_professional(regulator=True)).get(REGULATION),
    }
    entered = client.post(where, {"reason": REASON, "confirm": "on"})
    token = resolve(entered["Location"]).kwargs["token"]
    pages["pro-emergency-banner"] = client.get(reverse("pro:record_search", args=[token]))
    access.freeze(doctor[0].id, reviewer_id=uuid7())
    pages["pro-emergency-frozen"] = client.get("/pro/compte-gele/")
    asked = add_professional()
    late = visit(*asked)
    low()
    for one in treated(asked, 9):
        read(one, actor_of(*asked))
    pages["pro-emergency-step-up"] = late.get("/pro/verification/")
    assert all(answer.status_code == 200 for answer in pages.values())
    check_pages(pages)
