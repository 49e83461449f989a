"""The administrator's page and the auditor's list."""

import pytest
from django.db import connection
from django.urls import reverse

from carnet.desk import acts
from carnet.people import api as people
from tests.desk.agents import MOTIVE, come, find, link
from tests.people.families import mails
from tests.people.register import add_person

pytestmark = pytest.mark.django_db
AGENTS = "/bureau/agents/"
AUDIT = "/bureau/actes/"
NEW = {"name": "Basile Ferrand", "email": "basile@exemple.test", "roles": ["adviser", "auditor"]}


def test_an_administrator_invites_an_agent():
    client = come("administrator")
    answer = client.post(AGENTS, NEW, follow=True)
    assert "L’invitation est partie" in answer.content.decode()
    ((_, text),) = [mail for mail in mails() if mail[0] == "basile@exemple.test"]
    assert "/bureau/invitation/" in text
    assert "⟪" not in answer.content.decode()
    (line,) = acts.list_acts(limit=1)
    assert (line.kind, line.outcome) == (acts.Kind.AGENT_INVITED, "done")
    assert line.motive == "Basile Ferrand : Conseil au 3422, Audit"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "basile"}, "adresse complète"),
        ({"name": ""}, "Remplissez ce champ"),
        ({"roles": []}, "Choisissez une réponse"),
        ({"roles": ["king"]}, "king"),
    ],
)
def test_bad_input_is_told_and_nobody_invited(wrong, said):
    answer = come("administrator").post(AGENTS, NEW | wrong)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert mails() == []


def test_the_list_shows_names_and_roles_and_no_login():
    adviser, client = come("adviser"), come("administrator")
    text = client.get(AGENTS).content.decode()
    card = people.find_account(adviser.agent_id)
    assert card.name in text
    assert "Conseil au 3422" in text
    assert card.login not in text
    assert card.email not in text


def test_an_agent_who_is_removed_is_out_at_once():
    adviser, client = come("adviser"), come("administrator")
    assert adviser.get("/bureau/").status_code == 200
    url = reverse("desk:remove_agent", args=[adviser.agent_id])
    assert "Je retire cet agent" in client.get(url).content.decode()
    assert "Cochez cette case" in client.post(url, {}).content.decode()
    assert adviser.get("/bureau/").status_code == 200
    assert "L’agent est retiré" in client.post(url, {"confirm": "on"}, follow=True).content.decode()
    assert adviser.get("/bureau/").status_code == 302
    assert client.post(url, {"confirm": "on"}).status_code == 404
    (line,) = acts.list_acts(limit=1)
    assert (line.kind, line.person_id, line.outcome) == (acts.Kind.AGENT_REMOVED, adviser.agent_id, "done")
    assert line.motive.endswith(" : Conseil au 3422")
    assert line.motive in come("auditor").get(AUDIT).content.decode()


def test_nobody_removes_himself():
    client = come("administrator")
    assert client.get(reverse("desk:remove_agent", args=[client.agent_id])).status_code == 404


def test_administering_asks_for_a_fresh_proof():
    client = come("administrator")
    with connection.cursor() as cursor:
        cursor.execute("update people_session set proven_at = proven_at - interval '11 minutes'")
    assert client.get(AGENTS)["Location"].startswith(reverse("desk:prove"))


@pytest.mark.parametrize(
    ("roles", "home", "agents", "audit"),
    [
        (("adviser",), 200, 403, 403),
        (("supervisor",), 200, 403, 200),
        (("administrator",), AGENTS, 200, 403),
        (("auditor",), AUDIT, 403, 200),
        (("ambassador",), 200, 403, 403),
        (("campaign_operator",), 200, 403, 403),
        (("adviser", "administrator", "auditor"), 200, 200, 200),
    ],
)
def test_each_role_has_its_pages(roles, home, agents, audit):
    client = come(*roles)
    first = client.get("/bureau/")
    assert home in {first.status_code, first.get("Location")}
    assert (client.get(AGENTS).status_code, client.get(AUDIT).status_code) == (agents, audit)


def test_the_auditor_reads_who_did_what_and_why_and_no_name_of_a_person():
    person, adviser, auditor = add_person(), come("adviser"), come("auditor")
    adviser.post(link(find(adviser, person), "objection"), MOTIVE)
    text = auditor.get(AUDIT).content.decode()
    assert people.find_account(adviser.agent_id).name in text
    assert "Opposition" in text
    assert MOTIVE["motive"] in text
    assert person.hex[-8:] in text
    assert "MARTIN" not in text
    assert "⟪" not in text


def test_the_list_of_acts_is_paged():
    auditor = come("auditor")
    for _ in range(31):
        acts.note(acts.Kind.SEARCH, agent_id=auditor.agent_id, outcome="nobody")
    first = auditor.get(AUDIT)
    assert first.content.decode().count("personne trouvée : aucune") == 30
    second = auditor.get(first.context["next"])
    assert second.content.decode().count("personne trouvée : aucune") == 1
    assert second.context["next"] == ""
    assert auditor.get(f"{AUDIT}?avant=x").status_code == 404


def test_the_pages_name_the_agent_and_let_him_out():
    client = come("adviser")
    text = client.get("/bureau/").content.decode()
    assert people.find_account(client.agent_id).name in text
    assert reverse("desk:logout") in text
    assert "Famille" not in text
