"""Help, rules and training: what is shown to whom, and what an exercise really checks."""

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from carnet.access import api as access
from carnet.journal.api import EventType, Purpose
from carnet.platform import erasure
from carnet.pro import exercises
from carnet.pro.exercises import Exercise, TrainingSetError
from carnet.profile.api import Rubric
from carnet.standards.ins import OID_INS_NIR
from carnet.support import api as support
from tests.conftest import acting_as
from tests.documents.deposits import holder
from tests.people.register import add_person, open_space
from tests.pro.visits import add_professional, treat, visit
from tests.profile import entries

pytestmark = pytest.mark.django_db


def url(name, *args, **query):
    return reverse(f"pro:{name}", args=args, query=query or None)


def text_of(answer):
    assert answer.status_code == 200, answer
    return answer.content.decode()


def make_set():
    """Three invented people, the first with an anticoagulant."""
    people = []
    for name in ("LIRE", "ENTRER", "URGENCE"):
        person = add_person(birth_name=name, birth_date=date(1950, 1, 2))
        open_space(person)
        people.append(person)
    entries.add(people[0], Rubric.TREATMENTS, name="Apixaban 5 mg")
    exercises.choose_patients(people)
    return people


def train(**facts):
    card, place = add_professional(**facts)
    client = visit(card, place)
    client.post(url("training_switch"), {"mode": "oui"})
    return card, place, client


def check(client, exercise, **data):
    return client.post(url("exercise", exercise), data)


# -- help


@pytest.mark.parametrize(
    ("page", "topic"),
    [("pro:record", "record"), ("pro:enter_as", "entering"), ("pro:emergency", "emergency"),
     ("pro:deposit", "writing"), ("", ""), ("pro:autre", "")],
)  # fmt: skip
def test_the_help_opens_at_what_concerns_the_page(page, topic):
    client = visit(*add_professional())
    answer = client.get(url("help", page=page))
    assert answer.context["topic"] == topic
    assert text_of(answer).count("<details open") + text_of(answer).count(" open>") == bool(topic)


def test_what_the_address_says_is_kept_only_if_it_is_a_name():
    client = visit(*add_professional())
    page = text_of(client.get(url("help", page="pro:record<b>", appel="'x")))
    assert url("help_ask") in page
    assert "&lt;b&gt;" not in page


def test_she_asks_and_reads_the_answer():
    card, place = add_professional()
    client = visit(card, place)
    form = text_of(client.get(url("help_ask", page="pro:record", appel="A1B2C3D4")))
    assert "A1B2C3D4" in form
    sent = {"words": "La page reste blanche.", "page": "pro:record", "call": "A1B2C3D4"}
    answer = client.post(url("help_ask"), sent)
    page = text_of(client.get(answer["Location"]))
    asked = support.list_own_help(card.id)[0]
    assert (asked.page, asked.call) == ("pro:record", "A1B2C3D4")
    assert asked.number_shown in page
    assert asked.number_shown in text_of(client.get(url("help_requests")))
    other = visit(*add_professional())
    assert other.get(answer["Location"]).status_code == 404
    assert "Écrivez au moins 10 caractères" in text_of(client.post(url("help_ask"), {"words": "court"}))


# -- rules


def test_the_rules_are_those_of_her_profession():
    doctor = text_of(visit(*add_professional()).get(url("rules")))
    nurse = text_of(visit(*add_professional(profession="60")).get(url("rules")))
    assert "Profession : médecin." in doctor
    assert "volet de synthèse médicale" in doctor
    assert "volet de synthèse médicale, " not in nurse
    for page in (doctor, nurse):
        for article in ("R1111-47", "L1111-17", "L1110-4", "code pénal, 226-13", "R1111-43"):
            assert article in page


@pytest.mark.parametrize("profession", ["10", "21", "40", "41", "50", "60", "SECRETARIAT_MEDICAL"])
def test_what_she_reads_is_what_the_matrix_gives(profession):
    rows = access.list_habilitations(profession)
    from carnet.terminology.api import Category, list_document_types

    for kind in list_document_types():
        if kind.category is Category.TECHNICAL:
            continue
        row = next(one for one in rows if one.category is kind.category)
        assert (kind.label in row.given) == access.may_read_type(profession, kind.code)
    assert profession != "SECRETARIAT_MEDICAL" or not any(one.given for one in rows)


# -- training


def test_a_training_set_is_three_invented_people():
    people = make_set()
    with pytest.raises(TrainingSetError, match="3 personnes"):
        exercises.choose_patients(people[:2])
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("update people_person set oid = %s where id = %s", [OID_INS_NIR, people[1]])
    with pytest.raises(TrainingSetError, match="n’est pas une personne fictive"):
        exercises.choose_patients(people)
    assert [one.id for one in exercises.list_patients()] == people


def test_an_erasure_takes_somebody_out_of_the_set():
    assert "pro_trainingpatient" in erasure.list_tables()


def test_the_mode_gives_a_record_to_read_and_says_itself():
    people = make_set()
    card, _, client = train()
    page = text_of(client.get(url("training")))
    assert "Mode entraînement" in page
    assert "0 sur 5" in page
    assert access.list_relations(people[0])[0].professional_id == card.id
    client.post(url("training_switch"), {"mode": "non"})
    assert access.list_relations(people[0]) == []
    with access.open(people[0], by=holder(people[0]), purpose=Purpose.CONSULT) as a:
        told = [line for line in access.list_history(a, hidden=()) if line.actor.id == card.id]
    assert [(line.event, line.actor.authentication) for line in told] == [
        (EventType.RELATION_ENDED, "training"), (EventType.RELATION_DECLARED, "training"),
    ]  # fmt: skip
    assert "Mode entraînement :" not in text_of(client.get(url("training")))
    assert client.get(url("exercise", "find")).status_code == 302


def test_without_a_set_only_the_quiz_is_open():
    _, _, client = train()
    page = text_of(client.get(url("training")))
    assert "Aucun patient d’entraînement" in page
    assert url("exercise", "rights") in page
    assert url("exercise", "find") not in page
    assert client.get(url("exercise", "autre")).status_code == 404


def test_1_the_anticoagulant_of_the_record_and_no_other():
    make_set()
    card, _, client = train()
    assert "Ce n’est pas celui du dossier" in text_of(check(client, "find", name="Fluindione"))
    assert exercises.list_done(card.id) == set()
    assert "C’est fait" in text_of(check(client, "find", name=" APIXABAN "))
    assert exercises.list_done(card.id) == {Exercise.FIND}
    assert "1 sur 5" in text_of(client.get(url("training")))


def test_2_entering_is_checked_by_what_stands():
    people = make_set()
    card, place, client = train()
    page = text_of(client.get(url("exercise", "enter")))
    assert "ENTRER" in page
    assert "pas encore ouvert" in text_of(check(client, "enter"))
    by = exercises_actor(client)
    access.give_consent(
        people[1], professional_id=card.id, structure=place.structure, means=access.Means.INS,
        until=until(),
    )  # fmt: skip
    assert by.authentication == "training"
    assert "C’est fait" in text_of(check(client, "enter"))


def exercises_actor(client):
    from carnet.directory.api import sessions

    return sessions.find(client.cookies[sessions.COOKIE].value).actor


def until():
    from datetime import timedelta

    from carnet.platform import clock

    return clock.now() + timedelta(hours=1)


def test_4_the_emergency_is_checked_while_it_stands():
    people = make_set()
    card, _, client = train()
    assert "Aucun accès d’urgence" in text_of(check(client, "emergency"))
    access.enter_emergency(people[2], by=exercises_actor(client), reason="Inconsciente, douleur thoracique.")
    assert "C’est fait" in text_of(check(client, "emergency"))
    assert exercises.list_done(card.id) == {Exercise.EMERGENCY}


def test_an_exercise_that_a_profession_may_not_do_says_why():
    make_set()
    _, _, client = train(profession="41")
    assert "réservé aux professionnels de santé" in text_of(client.get(url("exercise", "emergency")))


def test_5_the_quiz_is_marked_by_the_matrix():
    make_set()
    for profession in ("10", "60", "41"):
        card, _, client = train(profession=profession)
        right = {
            code: "oui" if access.may_read_type(profession, code) else "non" for code in exercises.quiz()
        }
        wrong = right | {"ATTEST-RESID": "non" if right["ATTEST-RESID"] == "oui" else "oui"}
        assert "À revoir" in text_of(check(client, "rights", **wrong))
        assert exercises.list_done(card.id) == set()
        assert "C’est fait" in text_of(check(client, "rights", **right))
        assert exercises.list_done(card.id) == {Exercise.RIGHTS}


def test_training_gives_no_right_on_anybody_real():
    people = make_set()
    real = add_person(birth_name="LISTE")
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("update people_person set oid = %s where id = %s", [OID_INS_NIR, real])
    open_space(real)
    card, place, client = train()
    treat(real, card, place)
    assert "LISTE" not in text_of(client.get(reverse("pro:patients")))
    assert "LISTE" in text_of(visit(card, place).get(reverse("pro:patients")))
    by = exercises_actor(client)
    assert access.decide(people[0], by=by, purpose=Purpose.CONSULT).allowed
    assert access.decide(real, by=by, purpose=Purpose.CONSULT).rule is access.Rule.TRAINING
