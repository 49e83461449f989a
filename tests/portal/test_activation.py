"""Activating and objecting in a browser: every screen by its address, as people take it."""

import re
from datetime import date
from html import unescape
from io import BytesIO

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from carnet.enrolment import api as enrolment
from carnet.people import api as people
from tests.enrolment.acts import NOBODY, PASSWORD, notified, one_time_code, posted
from tests.people.register import SERIAL, add_person, matricule_of
from tests.portal.visits import visit

pytestmark = pytest.mark.django_db
IDENTITY, CONTACTS, CHOICES = "/activer/identite/", "/activer/coordonnees/", "/activer/choix/"
LAST = {"documents": "shown", "emergency": ["care", "samu"], "terms": "on"}


def text_of(response):
    return unescape(response.content.decode())


def who(person_id, shown, **changed):
    return {"whose": "self", "code": shown, "matricule": matricule_of(person_id), "serial": SERIAL} | changed


def fields_of(response):
    """Return the hidden fields of the page's main form, as a browser would send them back."""
    hidden = re.findall(r'<input type="hidden" name="(version|act)" value="([^"]*)"', text_of(response))
    return dict(hidden[:2])


def send(client, url, page, **typed):
    return client.post(url, fields_of(page) | typed)


def to_contacts(client, person_id, code, **changed):
    response = client.post(IDENTITY, who(person_id, code, **changed))
    assert response.status_code == 302, text_of(response)
    assert response["Location"] == CONTACTS
    return client.get(CONTACTS)


def to_choices(client, page, *, email="claire.m@exemple.test", login="claire.martin"):
    assert send(client, CONTACTS, page, email=email, phone="").status_code == 302
    page = client.get(CONTACTS)
    assert send(client, CONTACTS, page, email_code=one_time_code(posted()[-1])).status_code == 302
    page = client.get(CONTACTS)
    response = send(client, CONTACTS, page, login=login, password=PASSWORD)
    assert response["Location"] == CHOICES, text_of(response)
    return client.get(CHOICES)


# -- the entrance


def test_three_ways_side_by_side_and_the_telephone():
    page = Client().get(reverse("portal:activate"))
    text = text_of(page)
    assert page.status_code == 200
    main = text[text.index("<main") :]
    ways = [main.index(f'href="{url}"') for url in (IDENTITY, "/opposition/", "/code-perdu/")]
    assert ways == sorted(ways)
    assert "3422" in text


@pytest.mark.parametrize("url", [IDENTITY, "/opposition/", "/code-perdu/"])
def test_a_picture_of_the_card_and_the_telephone_stand_on_each_first_screen(url):
    text = text_of(Client().get(url))
    assert "Carte Vitale avec photo" in text
    assert "3422" in text


# -- activating


def test_three_screens_and_she_is_home():
    claire = add_person()
    client = Client()
    page = to_contacts(client, claire, notified(claire))
    assert "Étape 2 sur 3" in text_of(page)
    page = to_choices(client, page)
    assert "3422" in text_of(page)
    response = client.post(CHOICES, fields_of(page) | LAST)
    assert response["Location"] == reverse("portal:home")
    home = client.get("/")
    assert home.status_code == 200
    assert "Claire" in text_of(home)
    assert enrolment.find_state(claire) == "activated"
    cookie = response.cookies[people.sessions.COOKIE]
    assert cookie["httponly"]
    assert client.get(CHOICES).status_code == 410  # the draft is gone


def test_what_is_typed_as_people_type_it():
    claire = add_person()
    code = notified(claire)
    spaced = " ".join(re.findall(r".{1,3}", matricule_of(claire)))
    typed = who(
        claire, f"{code[:4]} {code[4:8]}-{code[8:].lower()}", matricule=spaced, serial="8025000002" + SERIAL
    )
    assert Client().post(IDENTITY, typed).status_code == 302


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"matricule": "279035121518980"}, "La clé (les deux derniers chiffres) ne correspond pas"),
        ({"matricule": "2790351"}, "15 caractères"),
        ({"code": "ABC"}, "compte 12 caractères"),
        ({"serial": "1234567x"}, "ne contient que des chiffres"),
        ({"serial": "17051980"}, "Vous avez saisi une date"),
        ({"code": ""}, "Remplissez ce champ"),
        ({"matricule": NOBODY}, "Ces informations ne vont pas ensemble"),
        ({"serial": "99999999999"}, "Ces informations ne vont pas ensemble"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(changed, said):
    claire = add_person()
    page = Client().post(IDENTITY, who(claire, notified(claire), **changed))
    assert page.status_code == 200
    assert said in text_of(page)
    assert "<title>Erreur" in text_of(page)


def test_the_draft_survives_a_reload_and_the_back_button():
    claire = add_person()
    client = Client()
    page = to_contacts(client, claire, notified(claire))
    page = to_choices(client, page)
    for url in (CONTACTS, IDENTITY, CHOICES, reverse("portal:activate")):
        assert client.get(url).status_code == 200
    assert "La reprendre" in text_of(client.get(IDENTITY))
    again = client.get(CONTACTS)
    assert "Coordonnées confirmées" in text_of(again)
    assert 'value="claire.martin"' in text_of(again)
    assert PASSWORD not in text_of(again)
    assert client.post(CHOICES, fields_of(client.get(CHOICES)) | LAST).status_code == 302


def test_another_browser_has_nothing_of_it():
    claire = add_person()
    to_contacts(Client(), claire, notified(claire))
    page = Client().get(CONTACTS)
    assert page.status_code == 410
    assert "Il faut recommencer" in text_of(page)


def test_two_windows_saving_the_same_page():
    claire = add_person()
    client = Client()
    page = to_contacts(client, claire, notified(claire))
    send(client, CONTACTS, page, email="one@exemple.test", phone="")
    late = send(client, CONTACTS, page, email="two@exemple.test", phone="")
    assert late.status_code == 200
    assert "depuis une autre fenêtre" in text_of(late)
    assert "two@exemple.test" not in [message.to for message in posted()]


def test_codes_are_resent_after_a_while_and_contacts_can_be_corrected():
    claire = add_person()
    client = Client()
    page = to_contacts(client, claire, notified(claire))
    send(client, CONTACTS, page, email="wrong@exemple.test", phone="")
    page = client.get(CONTACTS)
    assert "wrong@" not in text_of(page)  # half hidden
    assert "Un code vient d’être envoyé" in text_of(client.post(CONTACTS, {"act": "resend"}))
    page = client.post(CONTACTS, {"act": "change"})
    assert 'value="wrong@exemple.test"' in text_of(page)
    assert send(client, CONTACTS, page, email="right@exemple.test", phone="").status_code == 302
    assert posted()[-1].to == "right@exemple.test"


def test_a_wrong_code_then_the_right_one_and_rules_of_credentials():
    claire = add_person()
    client = Client()
    page = to_contacts(client, claire, notified(claire))
    send(client, CONTACTS, page, email="c@exemple.test", phone="")
    right = one_time_code(posted()[-1])
    wrong = "000000" if right != "000000" else "111111"
    page = send(client, CONTACTS, client.get(CONTACTS), email_code=wrong)
    assert "Ce code n’est pas le bon" in text_of(page)
    assert send(client, CONTACTS, page, email_code=right).status_code == 302
    page = client.get(CONTACTS)
    assert "claire.martin" in text_of(page)  # a suggestion
    page = send(client, CONTACTS, page, login="claire.martin", password="martin")
    assert page.status_code == 200
    assert "Mot de passe" in text_of(page)
    assert 'value="martin"' not in text_of(page)
    assert send(client, CONTACTS, page, login="claire.martin", password=PASSWORD).status_code == 302


def test_terms_first():
    claire = add_person()
    client = Client()
    page = to_choices(client, to_contacts(client, claire, notified(claire)))
    page = client.post(CHOICES, fields_of(page) | LAST | {"terms": ""})
    assert "Acceptez les conditions" in text_of(page)
    assert enrolment.find_state(claire) == "notified"


def test_ten_guesses_then_wait():
    claire = add_person()
    code = notified(claire)
    client = Client()
    for _ in range(10):
        client.post(IDENTITY, who(claire, "CDFGHJKMNPQR"))
    assert "Trop d’essais" in text_of(client.post(IDENTITY, who(claire, code)))


# -- a child


def test_a_parent_activates_for_one_of_twins():
    claire = add_person()
    leo = add_person(given_names="LEO", birth_date=date(2020, 2, 29), attached_to=claire)
    add_person(given_names="ZOE", birth_date=date(2020, 2, 29), attached_to=claire)
    code = notified(leo)
    client = Client()
    own = to_choices(client, to_contacts(client, claire, notified(claire)))
    client.post(CHOICES, fields_of(own) | LAST)
    typed = who(claire, code, whose="child")
    assert "Cochez cette case" in text_of(client.post(IDENTITY, typed))
    typed["as_representative"] = "on"
    page = client.post(IDENTITY, typed)
    assert "choisissez lequel" in text_of(page)
    assert "Zoe MARTIN" in text_of(page)
    assert f'value="{leo}"' in text_of(page)
    assert client.post(IDENTITY, typed | {"child": str(leo)})["Location"] == CONTACTS
    stranger = Client()
    stranger.cookies["carnet_activation"] = client.cookies["carnet_activation"].value
    page = stranger.get(CONTACTS)
    assert "Connectez-vous à votre propre espace" in text_of(page)
    assert client.get(CONTACTS)["Location"] == CHOICES
    page = client.get(CHOICES)
    assert client.post(CHOICES, fields_of(page) | LAST)["Location"] == "/"
    assert enrolment.find_state(leo) == "activated"
    assert "Leo" in text_of(client.get("/"))


def test_the_code_of_a_child_needs_the_statement():
    claire = add_person()
    leo = add_person(given_names="LEO", birth_date=date(2020, 2, 29), attached_to=claire)
    page = Client().post(IDENTITY, who(claire, notified(leo)))
    assert "déclarez que vous êtes son représentant légal" in text_of(page)


# -- objecting


def test_objecting_in_two_screens_with_a_proof():
    claire = add_person()
    code = notified(claire)
    client = Client()
    assert client.post("/opposition/", who(claire, code))["Location"] == "/opposition/confirmer/"
    page = client.get("/opposition/confirmer/")
    assert "Je m’oppose" in text_of(page)
    assert enrolment.find_state(claire) == "notified"
    assert client.get("/opposition/preuve.pdf").status_code == 410
    assert client.post("/opposition/confirmer/")["Location"] == "/opposition/faite/"
    assert enrolment.find_state(claire) == "objected"
    page = client.get("/opposition/faite/")
    assert "Télécharger la preuve" in text_of(page)
    response = client.get("/opposition/preuve.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert "attachment" in response["Content-Disposition"]
    with pikepdf.open(BytesIO(response.content)) as pdf:
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
    assert client.post("/opposition/confirmer/").status_code == 200  # twice is once
    assert Client().get("/opposition/preuve.pdf").status_code == 410
    again = Client()
    assert again.post("/opposition/", who(claire, code)).status_code == 302
    assert "Télécharger la preuve" in text_of(again.get("/opposition/confirmer/"))


def test_objecting_late_says_that_it_closes(monkeypatch):
    claire = add_person()
    notified(claire)
    from carnet.platform import clock
    from tests.enrolment.acts import AGENT, code_of, pass_days

    pass_days(monkeypatch, 42)
    enrolment.open_silent_spaces(clock.today())
    enrolment.reissue_by_support(claire, by=AGENT)
    client = Client()
    client.post("/opposition/", who(claire, code_of(posted(claire)[-1])))
    assert "L’espace est déjà ouvert" in text_of(client.get("/opposition/confirmer/"))
    client.post("/opposition/confirmer/")
    assert "L’espace est fermé" in text_of(client.get("/opposition/faite/"))


# -- a lost code


def test_a_lost_code_is_answered_the_same_for_everybody():
    claire = add_person()
    answers = []
    for matricule in (matricule_of(claire), NOBODY):
        client = Client()
        response = client.post("/code-perdu/", {"whose": "self", "matricule": matricule, "serial": SERIAL})
        answers.append(
            (response.status_code, response["Location"], text_of(client.get(response["Location"])))
        )
        late = client.post("/code-perdu/", {"whose": "self", "matricule": matricule, "serial": SERIAL})
        assert "Réessayez dans" in text_of(late)
    assert answers[0][:2] == answers[1][:2]
    strip = re.compile(r"csrfmiddlewaretoken.*?>|nonce-\S+")
    assert strip.sub("", answers[0][2]) == strip.sub("", answers[1][2])
    assert posted() == []  # what follows happens in the worker


# -- closing and the rest


def test_closing_needs_a_fresh_proof_then_logs_out(monkeypatch):
    claire = add_person()
    client = visit(claire)
    from tests.people.register import open_space

    open_space(claire)
    page = client.get("/mon-compte/fermer/")
    assert "archivé dix ans" in text_of(page)
    assert client.post("/mon-compte/fermer/", {})["Location"] == "/espace-ferme/"
    assert "Votre espace est fermé" in text_of(client.get("/espace-ferme/"))
    assert client.get("/mon-compte/ferme/")["Location"].startswith("/connexion/")
    client = visit(claire)
    assert client.get("/")["Location"] == "/mon-compte/ferme/"
    page = client.get("/mon-compte/ferme/")
    assert "Rouvrir l’espace" in text_of(page)
    assert "Cochez" not in text_of(page)
    page = client.get("/mon-compte/ferme/effacer/")
    assert "une marque" in text_of(page)
    assert client.post("/mon-compte/ferme/effacer/")["Location"] == "/mon-compte/ferme/"
    page = client.get("/mon-compte/ferme/")
    assert "Vous pouvez encore annuler" in text_of(page)
    assert client.post("/mon-compte/ferme/garder/").status_code == 302
    assert enrolment.find_state(claire) == "closed"
    assert client.post("/mon-compte/ferme/garder/").status_code == 409
    assert client.post("/mon-compte/ferme/rouvrir/")["Location"] == "/"
    assert enrolment.find_state(claire) == "activated"
    assert client.get("/").status_code == 200


def test_closing_and_erasing_at_once():
    from tests.people.register import open_space

    claire = add_person()
    client = visit(claire)
    open_space(claire)
    client.post("/mon-compte/fermer/", {"erase": "on"})
    assert enrolment.find_state(claire) == "erasing"


def test_an_old_proof_is_asked_again(monkeypatch):
    from datetime import timedelta

    from carnet.platform import clock
    from tests.people.register import open_space

    claire = add_person()
    client = visit(claire)
    open_space(claire)
    later = clock.real_now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    for url in ("/mon-compte/fermer/", "/mon-compte/ferme/effacer/"):
        assert client.get(url)["Location"].startswith("/connexion/confirmer/")
    assert client.post("/mon-compte/fermer/", {})["Location"].startswith("/connexion/confirmer/")
    assert enrolment.find_state(claire) == "activated"


def test_a_parent_closes_the_space_of_a_child_and_stays():
    from tests.people.register import open_space

    claire = add_person()
    leo = add_person(given_names="LEO", birth_date=date(2020, 1, 1), attached_to=claire)
    open_space(claire)
    open_space(leo)
    client = visit(claire, profile=leo)
    assert "Leo MARTIN" in text_of(client.get("/mon-compte/fermer/"))
    assert client.post("/mon-compte/fermer/", {})["Location"] == "/mon-compte/ferme/"
    assert "Cet espace est fermé" in text_of(client.get("/mon-compte/ferme/"))
    assert (enrolment.find_state(claire), enrolment.find_state(leo)) == ("activated", "closed")
    stranger = visit(add_person(given_names="PAUL"), profile=leo)
    assert stranger.get("/mon-compte/fermer/").status_code == 403
    assert stranger.post("/mon-compte/ferme/rouvrir/").status_code == 403


def test_choices_changed_in_two_browsers():
    from tests.people.register import open_space

    claire = add_person()
    open_space(claire)
    one, two = visit(claire), visit(claire)
    url = "/mon-compte/choix/"
    first, second = one.get(url), two.get(url)
    hidden = {"documents": "hidden", "emergency": [], "vu": "1"}
    assert one.post(url, fields_of(first) | hidden).status_code == 302
    late = two.post(url, fields_of(second) | {"documents": "shown", "emergency": ["care"]})
    assert "depuis une autre fenêtre" in text_of(late)
    space = enrolment.find_space(claire)
    assert (space.documents_masked, space.emergency_access) == (True, False)
    assert "Vos choix sont enregistrés" in text_of(one.get(f"{url}?fait=1"))
