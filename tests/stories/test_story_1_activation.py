"""Story 1: she is notified, takes the code from her letter, and activates her space in three screens."""

import re

import pytest

from tests.stories.conftest import latest_mail, look, one_time_code
from tests.stories.papers import papers_of, provisional_code, show_papers, tick

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


def expect_phone(page):
    assert page.get_by_role("complementary", name="Aide par téléphone").get_by_text("3422").first.is_visible()
