"""Logging in with Pro Santé Connect by the pages: every step a browser takes, against the simulator."""

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from carnet.directory import api as directory
from carnet.platform import clock, oidc
from carnet.sandbox import psc as simulator
from tests.pro.psc import ISSUER, activity, add_identity, come_back, identify, known, leave, wire
from tests.pro.visits import OTHER_FINESS, add_professional
from tests.sandbox.franceconnect import change_json, put, query_of

__all__ = ["wire"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wire")]


def session_of(browser):
    cookie = browser.cookies.get(directory.sessions.COOKIE)
    return directory.sessions.find(cookie.value) if cookie else None


def test_one_place_is_chosen_by_itself(client):
    professional, place = known()
    answer = come_back(client, leave(client))
    assert answer.status_code == 302
    her = session_of(client)
    assert (her.professional.id, her.place.id, her.authentication) == (professional.id, place.id, "psc")
    assert her.actor.situation == place.identifier
    assert client.get(answer["Location"]).status_code in {200, 302}


def test_several_places_are_asked_and_the_page_wanted_comes_after(client):
    professional, place = known()
    directory.register_structure(finess=OTHER_FINESS, name="Hôpital Saint-Roch")
    other = directory.register_place(
        identifier="SECOND", professional_id=professional.id, structure=OTHER_FINESS, mode="S"
    )
    add_identity("dr.essai", professional.national_id, activity(place.structure), activity(OTHER_FINESS))
    answer = come_back(client, leave(client, "?suite=/pro/patients/"))
    assert answer["Location"] == "/pro/lieu/?suite=%2Fpro%2Fpatients%2F"
    assert session_of(client).place is None
    chosen = client.post(answer["Location"], {"place": str(other)})
    assert chosen["Location"] == "/pro/patients/"
    assert session_of(client).place.id == other


def test_a_structure_without_finess_is_found_by_siret_and_by_its_other_numbers(client):
    number = "312345678900011"
    directory.register_structure(finess=number, name="Cabinet sans FINESS")
    professional, _ = add_professional(structure="690000013")
    directory.register_place(identifier="SIRET-1", professional_id=professional.id, structure=number)
    add_identity("dr.essai", professional.national_id, activity(number))
    assert come_back(client, leave(client)).status_code == 302
    assert session_of(client).place.structure == number


def test_who_is_staff_is_known_by_her_structure_alone(client):
    _, place = add_professional()
    staff = directory.register_professional(
        national_id="3690000013/7", family_name="BLANC", given_name="Zoé", profession=directory.SECRETARIAT
    )
    directory.register_place(identifier="STAFF-7", professional_id=staff, structure=place.structure)
    simulator.add_identity("sec", national_id="3690000013/7", use="", claims={
        "SubjectNameID": "3690000013/7", "given_name": "Zoé", "family_name": "BLANC",
        "SubjectRole": ["SECRETARIAT_MEDICAL^1.2.250.1.213.1.1.4.6"], "SubjectOrganizationID": f"1{place.structure}",
    })  # fmt: skip
    answer = come_back(client, leave(client), "sec")
    assert (answer.status_code, answer["Location"]) == (302, reverse("pro:desk"))
    assert session_of(client).professional.id == staff


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("unknown", "L’annuaire ne vous connaît pas encore"),
        ("inactive", "L’annuaire dit que vous n’exercez plus"),
        ("no_activity", "Votre activité n’est rattachée à aucune structure"),
        ("no_place", "Votre lieu d’exercice n’est pas dans l’annuaire"),
    ],
)
def test_whom_the_directory_does_not_let_in_reads_what_to_do(client, case, words):
    professional, place = add_professional(active=case != "inactive")
    number = "899999999999" if case == "unknown" else professional.national_id
    where = {"no_activity": activity(""), "no_place": activity(OTHER_FINESS)}.get(
        case, activity(place.structure)
    )
    add_identity("dr.essai", number, where)
    answer = come_back(client, leave(client))
    assert words in answer.content.decode()
    assert session_of(client) is None


def test_a_return_serves_once_and_only_where_it_left(client):
    known()
    url = leave(client)
    _, query = query_of(identify(client, url))
    back = f"{reverse('pro:callback')}?{urlencode(query)}"
    cookie = client.cookies["carnet_psc"].value
    assert Client().get(back).status_code == 400
    assert client.get(back).status_code == 302
    again = Client()
    again.cookies["carnet_psc"] = cookie
    assert again.get(back).status_code == 400


def test_an_attempt_ends_after_a_quarter_of_an_hour(client, monkeypatch):
    known()
    url = leave(client)
    _, query = query_of(identify(client, url))
    later = clock.real_now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    assert client.get(f"{reverse('pro:callback')}?{urlencode(query)}").status_code == 400


def test_who_interrupts_is_told_that_nothing_changed(client):
    known()
    answer = client.get(
        f"{reverse('pro:callback')}?"
        + urlencode(
            {
                "error": "access_denied",
                "iss": ISSUER,
                "state": query_of({"Location": leave(client)})[1]["state"],
            }
        )
    )
    assert "Vous avez interrompu" in answer.content.decode()


@pytest.mark.parametrize(
    "twist",
    [
        change_json("/userinfo", put("sub", "f:other:899700000000")),
        change_json("/userinfo", put("SubjectRefPro", "10")),
        change_json("/userinfo", put("SubjectNameID", "899700000000")),
        change_json("/token", put("token_type", "mac")),
    ],
    ids=["sub of another", "claims of another form", "two numbers", "token type"],
)
def test_a_doubtful_answer_lets_nobody_in(client, wire, twist):
    known()
    wire.twist = twist
    answer = come_back(client, leave(client))
    assert answer.status_code == 502
    assert session_of(client) is None


def test_a_provider_that_is_down_is_said(client, wire):
    wire.down = True
    answer = client.get(reverse("pro:login_start"))
    assert answer.status_code == 503
    assert "ne répond pas" in answer.content.decode()


def test_the_odd_discovery_is_what_is_read(client, wire):
    known()
    url = leave(client)
    assert wire.calls == [f"{ISSUER}/.well-known/wallet-openid-configuration"]
    assert not url.startswith(ISSUER)
    assert "scope=openid+scope_all" in url
    assert "acr_values=eidas1" in url


def test_proving_again_is_for_the_same_person_and_makes_the_session_fresh(client, monkeypatch):
    professional, place = known()
    come_back(client, leave(client))
    before = session_of(client)
    later = clock.real_now() + timedelta(minutes=11)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "real_now", lambda: later)
        assert not session_of(client).fresh
        url = leave(client, "?again=1&suite=/pro/lieu/")
        assert "prompt=login" in url
        answer = come_back(client, url)
        assert answer["Location"] == "/pro/lieu/"
        after = session_of(client)
        assert (after.fresh, after.session_id) == (True, before.session_id)
        other, _ = add_professional(structure=place.structure)
        add_identity("dr.autre", other.national_id, activity(place.structure))
        answer = come_back(client, leave(client, "?again=1"), "dr.autre")
        assert "Ce n’est pas la même personne" in answer.content.decode()
    assert session_of(client).professional.id == professional.id


@pytest.mark.parametrize("said", [lambda _: 0, lambda at: at - 3600], ids=["not said", "long before"])
def test_an_identity_that_was_not_proven_again_refreshes_nothing(client, monkeypatch, said):
    known()
    come_back(client, leave(client))
    url = leave(client, "?again=1")
    assert "max_age=0" in url
    finish = oidc.Client.finish

    def answered(self, attempt, query):
        proven = finish(self, attempt, query)
        return replace(proven, proven_at=said(proven.proven_at))

    monkeypatch.setattr(oidc.Client, "finish", answered)
    before = session_of(client).proven_at
    assert "Location" not in come_back(client, url)
    assert session_of(client).proven_at == before


def test_regulation_is_what_pro_sante_connect_says(client):
    professional, place = known()
    add_identity(
        "dr.essai", professional.national_id, activity(place.structure), Acces_Regulation_Medicale="VRAI"
    )
    come_back(client, leave(client))
    assert directory.find_place(place.id).regulator
    add_identity("dr.essai", professional.national_id, activity(place.structure))
    come_back(client, leave(client))
    assert not directory.find_place(place.id).regulator


def test_leaving_ends_both_sessions(client):
    known()
    come_back(client, leave(client))
    answer = client.post(reverse("pro:logout"))
    assert answer["Location"] == reverse("pro:left")
    assert session_of(client) is None
    page = client.get(answer["Location"]).content.decode()
    url = page.split('href="http', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    ended = client.get("http" + url)
    assert ended.status_code == 302
    assert ended["Location"].startswith("http://127.0.0.1:8000/pro/connexion/")
    assert client.get(reverse("pro:left"))["Location"] == reverse("pro:login")


def test_nothing_of_the_claims_is_in_an_address_or_a_log(client, capsys):
    professional, _ = known()
    answer = come_back(client, leave(client))
    assert professional.national_id not in answer["Location"]
    assert professional.rpps not in capsys.readouterr().out


def test_without_registration_the_page_says_so(client, settings):
    settings.CARNET_PSC_ISSUER = ""
    oidc.forget_providers()
    assert "pas encore relié" in client.get(reverse("pro:login")).content.decode()
    assert client.get(reverse("pro:login_start")).status_code == 404


def test_the_simulator_is_the_specification(client):
    document = client.get(f"{ISSUER}/.well-known/wallet-openid-configuration").json()
    assert document["issuer"] == ISSUER
    assert not document["authorization_endpoint"].startswith(ISSUER)
    assert document["token_endpoint"].startswith(f"{ISSUER}/protocol/openid-connect/")
    assert client.get(f"{ISSUER}/.well-known/openid-configuration").status_code == 404
    assert (
        json.loads(client.get(f"{ISSUER}/protocol/openid-connect/certs").content)["keys"][0]["use"] == "sig"
    )
