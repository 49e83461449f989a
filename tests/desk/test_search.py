"""Finding a person at the desk: two identifiers, one line in her history, nothing that is not administrative."""

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from carnet.access import api as access
from carnet.desk import acts, page
from carnet.journal.api import Actor, ActorKind, Purpose, list_lines
from tests.desk.agents import come, find, link, said
from tests.people.families import invite, mails, make_family
from tests.people.register import SERIAL, add_person, matricule_of, open_space
from tests.portal.visits import visit

pytestmark = pytest.mark.django_db
HOME = "/bureau/"
CLAIRE = {"birth_name": "D’AUBRELLE-NÉVOT", "given_names": "CLAIRE LOUISE"}


def looks(person_id):
    with access.open(person_id, by=Actor(ActorKind.PATIENT, person_id), purpose=Purpose.CONSULT):
        lines = list_lines(person_id, key=None)
    return [
        (line.actor.kind, line.actor.id, line.allowed, line.reason)
        for line in lines
        if line.event == "support.person_found"
    ]


def claire(**more):
    person_id = add_person(**(CLAIRE | more))
    open_space(person_id)
    return person_id


@pytest.mark.parametrize(
    "names",
    [
        ("matricule", "birth_date"),
        ("matricule", "birth_name"),
        ("birth_name", "first_given_name", "birth_date"),
        ("birth_name", "first_given_name", "birth_date", "birth_place"),
        ("matricule", "birth_date", "birth_name", "first_given_name", "birth_place"),
    ],
)
def test_two_identifiers_find_her_and_she_reads_it_in_her_history(names):
    person, client = claire(), come("adviser")
    answer = client.post(HOME, said(person, *names))
    assert answer.status_code == 302
    text = client.get(answer["Location"]).content.decode()
    assert "Claire D’AUBRELLE-NÉVOT" in text
    assert "17/05/1980" in text
    assert "⟪" not in text
    assert looks(person) == [(ActorKind.SUPPORT, client.agent_id, True, "two_identifiers")]
    assert "le 3422, service d’aide" in visit(person).get("/historique/").content.decode()


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("matricule",),
        ("birth_name",),
        ("birth_date",),
        ("birth_name", "birth_date"),
        ("first_given_name", "birth_date"),
        ("birth_place", "birth_date"),
        ("matricule", "birth_place"),
        ("matricule", "first_given_name"),
    ],
)
def test_fewer_find_nobody(names):
    person, client = claire(), come()
    answer = client.post(HOME, said(person, *names))
    assert answer.status_code == 200
    assert "Il faut deux identifiants" in answer.content.decode()
    assert looks(person) == []


def test_spelling_does_not_count():
    person = claire()
    answer = come().post(
        HOME, said(person, "birth_date", birth_name="d aubrelle nevot", first_given_name="Claire")
    )
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "wrong", [{"birth_date_year": 1981}, {"birth_name": "MARTIN"}, {"birth_place": "75056"}]
)
def test_a_wrong_second_identifier_shows_nothing_and_is_noted_on_whose_number_it_is(wrong):
    person, client = claire(), come()
    answer = client.post(HOME, said(person, "matricule", "birth_date", **wrong))
    text = answer.content.decode()
    assert "Personne ne correspond" in text
    assert "Claire" not in text
    assert looks(person) == [(ActorKind.SUPPORT, client.agent_id, False, "identifiers_differ")]


def test_an_unknown_number_says_the_same():
    person = claire()
    answer = come().post(HOME, said(person, "birth_date", matricule="255082B11523450"))
    assert "Personne ne correspond" in answer.content.decode()


def test_homonyms_are_not_shown_until_they_are_told_apart():
    one, other = claire(), claire(birth_place="75056")
    client = come()
    answer = client.post(HOME, said(one, "birth_name", "first_given_name", "birth_date"))
    assert "Plusieurs personnes correspondent" in answer.content.decode()
    assert looks(one) == looks(other) == []
    answer = client.post(HOME, said(other, "birth_name", "first_given_name", "birth_date", "birth_place"))
    assert answer.status_code == 302
    assert looks(one) == []


def test_a_wrong_key_is_told_at_its_field():
    answer = come().post(HOME, {"matricule": "279035121518988", "birth_name": "MARTIN"})
    assert "La clé" in answer.content.decode()


def test_searching_is_slowed_down():
    person, client = claire(), come()
    data = said(person, "birth_date", matricule="255082B11523450")
    answers = [client.post(HOME, data).content.decode() for _ in range(21)]
    assert "Trop d’essais" not in answers[19]
    assert "Trop d’essais" in answers[20]
    assert [line.outcome for line in acts.list_acts(limit=2)] == ["too_many", "nobody"]
    assert come().post(HOME, said(person, "matricule", "birth_date")).status_code == 302


def test_every_search_is_an_act_that_an_auditor_sees():
    person, client = claire(), come()
    find(client, person)
    client.post(HOME, said(person, "matricule"))
    failed, found = acts.list_acts(limit=2)
    assert (found.kind, found.person_id, found.outcome) == (acts.Kind.SEARCH, person, "done")
    assert (failed.person_id, failed.outcome, failed.agent_id) == (None, "too_few", client.agent_id)


# -- what the page shows


def test_the_page_shows_where_the_space_stands():
    person, client = claire(), come()
    with connection.cursor() as cursor:
        cursor.execute(
            "update enrolment_space set state = 'notified', notified_on = %s, channel = 'letter'"
            " where person_id = %s",
            [date(2026, 3, 4), person],
        )
    text = client.get(find(client, person)).content.decode()
    assert "Informée, six semaines en cours" in text
    assert "04/03/2026, par courrier" in text
    assert "Enregistrer une opposition" in text
    assert "Envoyer un nouveau code" in text


def test_it_never_shows_a_login_a_contact_in_full_a_number_nor_an_address():
    family, client = make_family(), come()
    invite(family)
    mails()
    for person_id in (family.mother, family.father, family.child):
        page_ = find(client, person_id)
        texts = [client.get(page_).content.decode()]
        texts += [
            client.get(link(page_, name)).content.decode() for name in ("reissue", "objection", "callback")
        ]
        for text in texts:
            for marker in [*family.markers_of("mother"), *family.markers_of("father"), SERIAL]:
                assert marker not in text
            assert matricule_of(person_id) not in text


def test_it_tells_the_representatives_of_a_child():
    family, client = make_family(), come()
    invite(family)
    text = client.get(find(client, family.child)).content.decode()
    assert "Claire MARTIN" in text
    assert "actif" in text
    assert "invitation en attente" in text
    assert text.count("Rompre ce lien") == 2


# -- who may


@pytest.mark.parametrize("roles", [("administrator",), ("auditor",), ("campaign_operator",), ("ambassador",)])
def test_only_advisers_find_persons(roles):
    person, client = claire(), come(*roles)
    assert client.post(HOME, said(person, "matricule", "birth_date")).status_code in {200, 302}
    assert looks(person) == []
    adviser = come("adviser")
    assert client.get(find(adviser, person)).status_code == 403


def test_a_person_is_no_agent_and_nobody_is_sent_to_log_in():
    person = claire()
    assert visit(person).get(HOME).status_code == 403
    from django.test import Client

    answer = Client().get(HOME)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("desk:login"))


def test_the_page_of_one_agent_is_not_another_s_and_ends():
    person, mine, other = claire(), come(), come()
    address = find(mine, person)
    assert mine.get(address).status_code == 200
    assert other.get(address).status_code == 404
    assert mine.get(address[:-3] + "x/").status_code == 404


def test_the_page_closes_by_itself(monkeypatch):
    person, client = claire(), come()
    address = find(client, person)
    monkeypatch.setattr(page, "LOOK_SECONDS", -1)
    assert client.get(address).status_code == 404
