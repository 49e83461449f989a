"""What advisers do for who calls: a motive, a confirmation, the person told, the act kept."""

import pytest
from django.db import connection
from django.urls import reverse

from carnet.access import api as access
from carnet.desk import acts, callbacks
from carnet.enrolment import api as enrolment
from carnet.journal.api import Actor, ActorKind, Purpose, list_lines
from carnet.people import api as people
from carnet.platform import crypto, erasure
from tests.conftest import acting_as
from tests.desk.agents import MOTIVE, come, find, link
from tests.people.families import accept, invite, mails, make_family
from tests.people.register import add_person, open_space

pytestmark = pytest.mark.django_db
SYSTEM = Actor(ActorKind.ENROLMENT)


def notified(**more):
    person_id = add_person(**more)
    enrolment.notify(person_id, by=SYSTEM)
    return person_id


def last_act():
    return acts.list_acts(limit=1)[0]


def texts_to(address):
    return [text for to, text in mails() if to == address]


# -- a new code


def test_a_new_code_goes_to_what_the_insurer_knows_and_is_never_on_the_page():
    person, client = notified(), come()
    page = find(client, person)
    answer = client.post(link(page, "reissue"), MOTIVE, follow=True)
    text = answer.content.decode()
    assert "Un nouveau code est parti à l’adresse électronique" in text
    newest = texts_to("claire@exemple.test")[-1]
    code = "".join(newest.split("\n\n"))  # the code stands in the mail, not on the page
    assert not any(
        word in text for word in code.split() if len(word) == 4 and word.isupper() and word.isalnum()
    )
    act = last_act()
    assert (act.kind, act.outcome, act.person_id, act.agent_id) == (
        acts.Kind.REISSUE, "done", person, client.agent_id,
    )  # fmt: skip
    assert act.motive == MOTIVE["motive"]


def test_by_letter_when_the_insurer_knows_no_other_way():
    person, client = notified(email="", phone=""), come()
    answer = client.post(link(find(client, person), "reissue"), MOTIVE, follow=True)
    assert "par courrier" in answer.content.decode()


def test_three_codes_a_day_at_most():
    person, client = notified(), come()
    page = find(client, person)
    for _ in range(3):
        assert client.post(link(page, "reissue"), MOTIVE).status_code == 302
    answer = client.post(link(page, "reissue"), MOTIVE)
    assert answer.status_code == 200
    assert "Trois codes" in answer.content.decode()


def test_who_has_an_account_gets_no_code_and_the_refusal_is_kept():
    family, client = make_family(), come()
    page = find(client, family.mother)
    assert "Envoyer un nouveau code" not in client.get(page).content.decode()
    answer = client.post(link(page, "reissue"), MOTIVE)
    assert answer.status_code == 200
    assert "Un compte existe déjà" in answer.content.decode() or "déjà activé" in answer.content.decode()
    assert last_act().outcome not in {"", "done"}


# -- an objection


def test_an_objection_by_telephone():
    person, client = notified(), come()
    answer = client.post(link(find(client, person), "objection"), MOTIVE, follow=True)
    text = answer.content.decode()
    assert "L’opposition est enregistrée" in text
    assert "Opposition enregistrée" in text
    assert enrolment.find_state(person) == "objected"
    assert "Enregistrer une opposition" not in text
    assert enrolment.get_objection(person).number in text
    again = client.post(link(find(client, person), "objection"), MOTIVE)
    assert "L’opposition est déjà enregistrée" in again.content.decode()
    assert last_act().outcome == "not_from_objected"


@pytest.mark.parametrize("name", ["reissue", "objection", "callback"])
@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"motive": ""}, "Remplissez ce champ"),
        ({"motive": "trop"}, "au moins 10"),
        ({"confirm": ""}, "Cochez cette case"),
        ({"motive": "Elle habite 12 rue des Lilas"}, "une adresse"),
        ({"motive": "À joindre à claire@exemple.test"}, "une adresse électronique"),
        ({"motive": "À rappeler au 06 12 34 56 78"}, "un téléphone"),
        ({"motive": "Son numéro : 2790351215189 89"}, "sécurité sociale"),
        ({"motive": "Elle vit à Toulouse 31000"}, "un code postal"),
    ],
)
def test_no_motive_no_act_and_no_address_in_it(name, missing, said):
    person, client = notified(legible=False), come()
    answer = client.post(link(find(client, person), name), MOTIVE | missing)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert last_act().kind is acts.Kind.SEARCH
    assert enrolment.find_state(person) == "notified"


# -- severing


def shared():
    family = make_family()
    invite(family)
    accept(family)
    return family


SEVER = MOTIVE | {"motive": "Jugement présenté en original.", "reason": "severed_by_court"}


def test_a_link_is_severed_and_both_are_told():
    family, client = shared(), come("supervisor")
    page = find(client, family.child)
    answer = client.post(link(page, "sever", family.father), SEVER, follow=True)
    assert "Le lien est rompu" in answer.content.decode()
    assert people.find_relation(family.child, family.father) == "severed"
    for who, other in (("mother", "father"), ("father", "mother")):
        texts = texts_to(f"account-{who}@exemple.test")
        assert "rompu" in texts[-1]
        assert "Jugement" not in texts[-1]
        assert [marker for marker in family.markers_of(other) if marker in "".join(texts)] == []
    with access.open(
        family.child, by=Actor(ActorKind.LEGAL_REPRESENTATIVE, family.mother), purpose=Purpose.CONSULT
    ):
        lines = list_lines(family.child, key=crypto.get_key(family.child), limit=5)
    severed = next(line for line in lines if line.event == "family.representative_severed")
    assert (severed.actor.id, severed.reason) == (client.agent_id, "severed_by_court")
    assert "Jugement" not in str(severed.personal)
    assert last_act().motive == "Jugement présenté en original."


def test_severing_asks_for_a_reason_a_fresh_proof_and_a_link():
    family, client = shared(), come()
    page = find(client, family.child)
    url = link(page, "sever", family.father)
    assert "Choisissez une réponse" in client.post(url, MOTIVE).content.decode()
    assert client.get(link(page, "sever", client.agent_id)).status_code == 404
    with connection.cursor() as cursor:
        cursor.execute("update people_session set proven_at = proven_at - interval '11 minutes'")
    answer = client.post(url, SEVER)
    assert answer["Location"].startswith(reverse("desk:prove"))
    assert people.find_relation(family.child, family.father) == "representative"


def test_severing_twice_is_refused():
    family, client = shared(), come()
    url = link(find(client, family.child), "sever", family.father)
    client.post(url, SEVER)
    assert "pas de lien à rompre" in client.post(url, SEVER).content.decode()
    assert last_act().outcome == "no_link"


# -- calling back


def test_a_call_back_from_the_plan_to_the_result():
    person, adviser, other = notified(legible=False), come(), come()
    page = find(adviser, person)
    assert "0600000001" not in adviser.get(page).content.decode()
    assert "Le rappel est prévu" in adviser.post(link(page, "callback"), MOTIVE, follow=True).content.decode()
    home = other.get(reverse("desk:home")).content.decode()
    assert "Claire MARTIN" in home
    (call,) = callbacks.list_owed()
    there = other.post(reverse("desk:take_call", args=[call.id]))["Location"]
    assert "0600000001" in other.get(there).content.decode()
    answer = other.post(link(there, "call_made"), {"outcome": "identified"}, follow=True)
    assert "Le résultat de l’appel est noté" in answer.content.decode()
    assert callbacks.list_owed() == []
    assert "0600000001" not in other.get(there).content.decode()
    assert other.post(reverse("desk:take_call", args=[call.id])).status_code == 409
    assert other.post(link(there, "call_made"), {"outcome": "identified"}).status_code == 409
    open_and_read = reasons_of(person)
    assert open_and_read[:3] == [
        ("support.callback_made", "call_identified"),
        ("support.person_found", "callback"),
        ("support.callback_planned", ""),
    ]


def reasons_of(person):
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set state = 'activated' where person_id = %s", [person])
    with access.open(person, by=Actor(ActorKind.PATIENT, person), purpose=Purpose.CONSULT):
        return [
            (str(line.event), line.reason)
            for line in list_lines(person, key=None)
            if line.event.startswith("support.")
        ]


def test_one_call_at_a_time_and_only_to_a_known_number():
    person, client = notified(legible=False), come()
    page = find(client, person)
    client.post(link(page, "callback"), MOTIVE)
    assert "Un rappel est déjà prévu" in client.post(link(page, "callback"), MOTIVE).content.decode()
    nobody = notified(legible=False, phone="")
    answer = client.post(link(find(client, nobody), "callback"), MOTIVE)
    assert "Aucun téléphone" in answer.content.decode()
    assert last_act().outcome == "no_phone"


def test_a_legible_card_needs_no_call():
    client = come()
    assert "carte illisible" not in client.get(find(client, notified())).content.decode()
    assert "carte illisible" in client.get(find(client, notified(legible=False))).content.decode()


def test_an_unknown_result_changes_nothing():
    person, client = notified(legible=False), come()
    page = find(client, person)
    client.post(link(page, "callback"), MOTIVE)
    client.post(link(page, "call_made"), {"outcome": "maybe"})
    assert len(callbacks.list_owed()) == 1


# -- erasure, and the act that is interrupted


def test_an_erasure_removes_what_the_desk_kept():
    person, client = notified(legible=False), come()
    client.post(link(find(client, person), "callback"), MOTIVE)
    (part,) = [part for part in erasure.list_parts() if part.room == "desk"]
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        for rows in part.rows:
            cursor.execute(f"delete from {rows.table} where {rows.condition}", {"person": person})
    assert callbacks.list_owed() == []
    assert [act for act in acts.list_acts() if act.person_id == person] == []


def test_the_motive_cannot_be_read_without_the_person_s_key():
    person, client = notified(), come()
    client.post(link(find(client, person), "objection"), MOTIVE)
    with connection.cursor() as cursor:
        cursor.execute("select a::text from desk_act a")
        assert not any(MOTIVE["motive"] in row[0] for row in cursor.fetchall())
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("delete from platform_personkey where person_id = %s", [person])
    assert last_act().motive == ""


def test_an_act_that_breaks_keeps_its_line_without_outcome():
    person, client = notified(), come()
    with (
        pytest.raises(ZeroDivisionError),
        acts.acting(acts.Kind.REISSUE, agent_id=client.agent_id, person_id=person),
    ):
        raise ZeroDivisionError
    assert last_act().outcome == ""


def test_a_closed_space_offers_nothing():
    person = add_person()
    open_space(person, "erasing")
    client = come()
    assert "la personne agit depuis son compte" in client.get(find(client, person)).content.decode()


# -- a frozen account


def test_the_freeze_that_follows_not_me_is_lifted_here():
    family, client = make_family(), come()
    page = find(client, family.mother)
    url = link(page, "unfreeze")
    assert client.get(url).status_code == 404  # nothing to lift
    assert url not in client.get(page).content.decode()
    people.alerts.freeze(people.find_account(family.mother))
    assert url in client.get(page).content.decode()
    assert "Écrivez au moins" in client.post(url, MOTIVE | {"motive": "oui"}).content.decode()
    assert people.find_account(family.mother).frozen
    assert "Le blocage est levé" in client.post(url, MOTIVE, follow=True).content.decode()
    assert not people.find_account(family.mother).frozen
    assert (last_act().kind, last_act().outcome) == (acts.Kind.UNFREEZING, "done")
    with access.open(family.mother, by=Actor(ActorKind.PATIENT, family.mother), purpose=Purpose.CONSULT):
        lines = list_lines(family.mother, key=None)
    told = next(line for line in lines if line.event == "account.credentials_changed")
    assert (told.actor.id, told.reason) == (client.agent_id, "unfrozen")


def test_lifting_a_freeze_asks_for_a_fresh_proof():
    family, client = make_family(), come()
    people.alerts.freeze(people.find_account(family.mother))
    url = link(find(client, family.mother), "unfreeze")
    with connection.cursor() as cursor:
        cursor.execute("update people_session set proven_at = proven_at - interval '11 minutes'")
    assert client.post(url, MOTIVE)["Location"].startswith(reverse("desk:prove"))
    assert people.find_account(family.mother).frozen
