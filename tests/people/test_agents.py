"""Agents: invited, let in by a strong second factor only, revoked."""

import pyotp
import pytest
from django.urls import reverse

from carnet.config.commands import agents as command
from carnet.people import api as people
from carnet.people import factors
from tests.people.authenticator import Authenticator
from tests.people.mail import last_link, sent
from tests.people.persons import PASSWORD, claire

pytestmark = pytest.mark.django_db
EMAIL = "odile@exemple.test"


def invite(roles=("adviser", "supervisor")):
    people.agents.invite(email=EMAIL, name="Odile Durand", roles=roles)
    return last_link(EMAIL)


def choose(client, link, login="odile.durand", password="Falaise-8-orme"):
    return client.post(link, {"login": login, "password": password})


def accept_totp(client, link):
    response = choose(client, link)
    page = client.get(response["Location"])
    secret = page.context["secret"]
    return client.post(response["Location"], {"code": pyotp.TOTP(secret).now()}), secret


def test_an_invited_agent_chooses_and_is_in(client):
    link = invite()
    response, _ = accept_totp(client, link)
    assert response["Location"] == reverse("desk:home")
    (card,) = people.list_agents()
    assert (card.kind, card.factor, card.roles) == ("agent", "totp", frozenset({"adviser", "supervisor"}))
    assert (card.owner_id, card.email, card.name) == (card.id, EMAIL, "Odile Durand")
    visitor = people.sessions.find(client.cookies["carnet_session"].value)
    assert (visitor.kind, visitor.roles) == ("agent", card.roles)
    assert client.get(link).status_code == 404  # an invitation serves once
    assert client.get(reverse("portal:security")).status_code == 403  # an agent is not a person


def test_by_a_passkey(client):
    response = choose(client, invite())
    page = client.get(response["Location"])
    authenticator = Authenticator(factors.relying_party()[1])
    answer = authenticator.create(page.context["options"])
    assert client.post(response["Location"], {"credential": answer})["Location"] == reverse("desk:home")
    client.post(reverse("desk:logout"))
    client.post(reverse("desk:login"), {"login": "odile.durand", "password": "Falaise-8-orme"})
    options = client.get(reverse("desk:second_factor")).context["options"]
    done = client.post(reverse("desk:second_factor"), {"credential": authenticator.get(options)})
    assert done["Location"] == reverse("desk:home")


def test_without_its_second_factor_there_is_no_account(client):
    response = choose(client, invite())
    for posted in ({"code": "000000"}, {"credential": "{}"}, {}):
        assert client.post(response["Location"], posted).status_code == 200
    assert people.list_agents() == []


def test_the_second_screen_needs_the_first(client):
    link = invite()
    response = client.get(f"{link}verification/")
    assert response["Location"] == link


def test_an_agent_never_chooses_codes_by_message(client):
    accept_totp(client, invite())
    (card,) = people.list_agents()
    with pytest.raises(people.CredentialError):
        people.changes.choose_codes(card)


def test_he_logs_in_proves_again_and_out(client):
    _, secret = accept_totp(client, invite())
    client.post(reverse("desk:logout"))
    assert client.get(reverse("desk:prove"))["Location"].startswith(reverse("desk:login"))
    (card,) = people.list_agents()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("update people_account set totp_last_step = 0")
    page = client.post(reverse("desk:login"), {"login": card.login, "password": "Pas-le-bon-7"})
    assert "incorrect" in page.content.decode()
    client.post(reverse("desk:login"), {"login": card.login, "password": "Falaise-8-orme"})
    code = pyotp.TOTP(secret).now()
    assert client.post(reverse("desk:second_factor"), {"code": code})["Location"] == reverse("desk:home")
    client.post(reverse("desk:prove") + "?suite=/suite/", {"password": "Falaise-8-orme"})
    page = client.post(reverse("desk:prove_factor"), {"code": code})
    assert "a déjà servi" in page.content.decode()


def test_a_person_has_no_way_in_at_the_desk(client):
    card = claire()
    page = client.post(reverse("desk:login"), {"login": card.login, "password": PASSWORD})
    assert "incorrect" in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"roles": ["chief"]}, "roles"),
        ({"roles": []}, "roles"),
        ({"email": "x"}, "email"),
        ({"name": " "}, "name"),
    ],
)
def test_a_bad_invitation_names_its_field(changes, field):
    facts = {"email": EMAIL, "name": "Odile Durand", "roles": ["adviser"]} | changes
    with pytest.raises(people.CredentialError) as refused:
        people.agents.invite(**facts)
    assert refused.value.field == field
    assert sent() == []


def test_the_command_line_invites_lists_and_revokes(client, capsys):
    from argparse import Namespace

    from carnet.config.cli import Refusal

    command.run(
        Namespace(action="invite", email=EMAIL, name="Odile Durand", roles="administrator", json=True)
    )
    assert '"link":"http' in capsys.readouterr().out
    accept_totp(client, last_link(EMAIL))
    command.run(Namespace(action="list", json=False))
    assert "odile.durand\tOdile Durand\tadministrator\ttotp" in capsys.readouterr().out
    command.run(Namespace(action="revoke", login="odile.durand", json=False))
    assert people.list_agents() == []
    assert people.sessions.find(client.cookies["carnet_session"].value) is None
    for action in (
        {"action": "revoke", "login": "odile.durand"},
        {"action": "invite", "email": "x", "name": "X", "roles": "adviser"},
    ):
        with pytest.raises(Refusal):
            command.run(Namespace(json=False, **action))
