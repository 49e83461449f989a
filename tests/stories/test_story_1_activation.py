"""Story 1: she is notified, takes the code from her letter, and activates her space in three screens."""

import csv
import re
from datetime import UTC, datetime, timedelta

import pytest

from carnet.sandbox.personas import PASSWORD as PERSONAS_PASSWORD
from carnet.standards.ins import key_of
from tests.stories.conftest import latest_mail, look, one_time_code
from tests.stories.papers import code_in, papers_of, provisional_code, show_papers, tick
from tests.stories.steps import give_mailed_code

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

PASSWORD = "Pommier-bleu-42"


def test_an_adult_activates_her_space_with_the_code_of_her_letter(demo, someone):
    claire = papers_of("claire")
    page = someone(width=390, height=844)
    code = provisional_code(demo, page, claire)

    page.goto("/")
    look(page, "1-01-landing")
    page.get_by_role("link", name="Activer mon espace").first.click()
    look(page, "1-02-three-ways")
    page.get_by_role("main").get_by_role("link", name="Activer", exact=True).click()

    # Screen 1: who I am. She mistypes first, and is told which field and why.
    expect_phone(page)
    assert page.get_by_role("img", name=re.compile("carte", re.IGNORECASE)).count() == 2
    look(page, "1-03-who-i-am")
    show_papers(page, code=code[:-1], ins=claire.ins, serial=claire.serial)
    page.get_by_role("heading", name="Il y a une erreur à corriger").wait_for()
    assert page.get_by_role("link", name="12 caractères ; vous en avez saisi 11").is_visible()
    look(page, "1-04-who-i-am-mistyped")
    show_papers(page, code=code.lower(), ins=" ".join(re.findall(".{1,3}", claire.ins)), serial=claire.serial)

    # Screen 2: contacts confirmed by one-time codes, then identifier and password.
    page.get_by_text("Étape 2 sur 3").wait_for()
    expect_phone(page)
    look(page, "1-05-contacts")
    page.get_by_label("Adresse électronique").fill("claire.vaucelier@exemple.test")
    page.get_by_label("Téléphone portable").fill("06 39 98 01 01")
    page.get_by_role("button", name="Recevoir un code").click()
    page.get_by_label("Code reçu par e-mail").fill(
        one_time_code(latest_mail(page, "claire.vaucelier@exemple.test", "Votre code"))
    )
    page.get_by_label("Code reçu par SMS").fill(
        one_time_code(latest_mail(page, "+33639980101", "votre code"))
    )
    expect_phone(page)
    look(page, "1-06-contact-codes")
    page.get_by_role("button", name="Confirmer").click()
    page.get_by_text("Coordonnées confirmées").wait_for()
    page.get_by_label("Identifiant").fill("claire.demo")
    page.get_by_label("Mot de passe", exact=True).fill("claire")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("alert").get_by_role("link", name="Mot de passe").wait_for()
    look(page, "1-07-password-too-weak")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()

    # Screen 3: terms, visibility, emergency.
    page.get_by_text("Étape 3 sur 3").wait_for()
    expect_phone(page)
    look(page, "1-08-choices")
    tick(page, "Masqués")
    tick(page, "Le médecin du SAMU (15) peut lire votre espace")
    page.get_by_role("button", name="Ouvrir l’espace").click()
    page.get_by_role("link", name=re.compile("Acceptez les conditions")).wait_for()
    tick(page, "J’ai lu et j’accepte les conditions d’utilisation")
    page.get_by_role("button", name="Ouvrir l’espace").click()

    # Her home page, as she chose it.
    page.get_by_role("heading", level=1, name=claire.name).wait_for()
    summary = page.get_by_role("main").inner_text()
    assert "cachés aux soignants" in summary
    assert "Aucun document pour le moment" in summary
    look(page, "1-09-home")
    assert "est activé" in latest_mail(page, "claire.vaucelier@exemple.test", "est activé")

    # The code has served: whoever finds the letter opens nothing with it.
    thief = someone()
    thief.goto("/activer/identite/")
    show_papers(thief, code=code, ins=claire.ins, serial=claire.serial)
    thief.get_by_text("Ce code a déjà servi").first.wait_for()


def test_a_father_activates_the_space_of_one_of_his_newborn_twins(demo, someone, tmp_path):
    denis = papers_of("denis")
    born = datetime.now(tz=UTC).date() - timedelta(days=5)
    twins = {"SUZANNE": ins_of(born, order=771), "LOUISE": ins_of(born, order=772)}
    for ins in register_births(demo, tmp_path / "week.csv", denis, born, twins):
        demo.carnet("enrolment", "notify", "--ins", ins)
    page = someone(width=390, height=844)
    code = code_in(latest_mail(page, denis.email, "Suzanne code provisoire"))

    page.goto("/activer/")
    page.get_by_role("main").get_by_role("link", name="Activer", exact=True).click()
    tick(page, "Mon enfant mineur")
    tick(page, "Je déclare être le représentant légal de cet enfant")
    show_papers(page, code=code, ins=denis.ins, serial=denis.serial)
    page.get_by_role("group", name="De quel enfant s’agit-il").wait_for()
    look(page, "1-10-which-twin")
    tick(page, "Louise COURTRAY")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_text("vérifiez le prénom sur la lettre").first.wait_for()
    tick(page, "Suzanne COURTRAY")
    page.get_by_role("button", name="Continuer").click()

    # A child has no account: he goes through his own, and comes back to the last screen.
    page.get_by_role("heading", name="Connectez-vous à votre propre espace").wait_for()
    expect_phone(page)
    look(page, "1-11-own-account")
    page.get_by_role("link", name="Me connecter et continuer").click()
    page.get_by_label("Identifiant").fill(denis.login)
    page.get_by_label("Mot de passe", exact=True).fill(PERSONAS_PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    give_mailed_code(page, denis.email)
    page.get_by_text("Étape 3 sur 3").wait_for()
    look(page, "1-12-choices-for-a-child")
    tick(page, "J’ai lu et j’accepte les conditions d’utilisation")
    page.get_by_role("button", name="Ouvrir l’espace").click()
    page.get_by_role("heading", level=1, name="Suzanne COURTRAY").wait_for()
    page.get_by_text("Vous agissez pour Suzanne COURTRAY").wait_for()
    look(page, "1-13-home-of-a-child")
    assert demo.state(twins["SUZANNE"]) == "activated"
    assert demo.state(twins["LOUISE"]) == "notified"


def ins_of(born, *, order):
    number = f"2{born:%y%m}35238{order}"
    return f"{number}{key_of(number):02d}"


def register_births(demo, file, parent, born, children):
    """Load the weekly file of an insurer with these births; return the numbers of the children."""
    with file.open("w", newline="", encoding="utf-8") as handle:
        lines = csv.writer(handle)
        lines.writerow(
            ("operation", "matricule", "oid", "birth_name", "given_names", "birth_date", "sex",
             "birth_place", "parent_matricule")
        )  # fmt: skip
        for name, ins in children.items():
            lines.writerow(
                ("birth", ins, "1.2.250.1.213.1.4.10", "COURTRAY", name, born, "F", "35238", parent.ins)
            )
    demo.carnet("persons", "load", str(file))
    return list(children.values())


def expect_phone(page):
    assert page.get_by_role("complementary", name="Aide par téléphone").get_by_text("3422").first.is_visible()
