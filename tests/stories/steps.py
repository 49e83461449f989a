"""What people do in more than one story: prove who they are, move about, read a sheet of facts."""

import re
import time
from datetime import UTC, datetime

import pyotp

from carnet.sandbox.personas import PASSWORD, TOTP_SECRET, get_persona
from tests.stories.conftest import latest_mail, look, one_time_code


def give_password(page, login: str, password: str = PASSWORD) -> None:
    """Start from the first page, as anybody would."""
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Se connecter").first.click()
    _fill(page, login, password)


def _fill(page, login: str, password: str) -> None:
    page.get_by_label("Identifiant", exact=True).fill(login)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="Continuer").click()


def give_mailed_code(page, email: str) -> None:
    """Copy the code out of the newest message that holds one."""
    page.get_by_text("Un code à 6 chiffres a été envoyé").wait_for()
    page.get_by_label("Code de vérification").fill(one_time_code(latest_mail(page, email, "code")))
    page.get_by_role("button", name="Valider").click()


def log_in(page, key: str) -> None:
    """Log a persona in with her password and a code by e-mail; she arrives on her home page."""
    persona = get_persona(key)
    give_password(page, persona.login)
    give_mailed_code(page, persona.email)
    page.get_by_role("button", name="Se déconnecter").wait_for()


def prove_again(page, email: str) -> None:
    """Confirm who one is before an important act, when the page asks for it."""
    if page.get_by_role("heading", name="Confirmez que c’est vous").count():
        page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Continuer").click()
        give_mailed_code(page, email)


def log_in_as_agent(page, login: str = "agent.conseil") -> None:
    """Log an agent in at the desk, with the application of codes."""
    page.goto("/bureau/")
    _fill(page, login, PASSWORD)
    page.get_by_label("Code", exact=False).fill(next_totp())
    page.get_by_role("button", name="Valider").click()
    page.get_by_role("button", name="Se déconnecter").wait_for()


def find_by_phone(page, *, matricule: str, birth_date: tuple[str, str, str]) -> None:
    """Find a person at the desk by the two identifiers that she says."""
    page.get_by_label("Numéro de sécurité sociale").fill(matricule)
    fill_date(page, "Date de naissance", birth_date)
    page.get_by_role("button", name="Chercher").click()
    page.get_by_text("Fiche administrative").first.wait_for()


def fill_date(page, name: str, date: tuple[str, str, str]) -> None:
    """Fill the day, the month and the year of a date."""
    group = page.get_by_role("group", name=name)
    for label, value in zip(("Jour", "Mois", "Année"), date, strict=True):
        group.get_by_label(label).fill(value)


def next_totp(secret: str = TOTP_SECRET) -> str:
    """Return the code that an application shows, once it has more than five seconds to live.

    A code serves once: whoever asks twice within its half-minute waits for the next one.
    """
    while True:
        now = datetime.now(UTC)
        code = pyotp.TOTP(secret).at(now)
        if int(now.timestamp()) % 30 < 25 and _SHOWN.get(secret) != code:
            _SHOWN[secret] = code
            return code
        time.sleep(0.5)


_SHOWN: dict[str, str] = {}


def menu(page, name: str) -> None:
    """Choose an entry of the main menu."""
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name=name).click()


def shortcut(page, name: str) -> None:
    """Choose one of the quick ways of the home page."""
    menu(page, "Accueil")
    page.get_by_role("main").get_by_role("link", name=re.compile(f"^{name}")).click()


def act_for(page, name: str) -> None:
    """Change to the space of a person whom one represents."""
    page.locator("summary").filter(has_text="Espace affiché").click()
    page.get_by_role("button", name=name).click()
    page.get_by_text(f"Vous agissez pour {name}").first.wait_for()


def move_the_clock(page, *, days: int) -> None:
    """Press a button of the sandbox's clock; wait until every day has passed."""
    page.goto("/")
    page.get_by_role("link", name="Horloge").click()
    look(page, f"clock-{days}")
    before = page.get_by_role("main").inner_text()
    button = page.get_by_role("button", name="Un jour de plus" if days == 1 else f"{days} jours de plus")
    with page.expect_navigation():
        button.click()
    button.wait_for(timeout=300_000)
    assert page.get_by_role("main").inner_text() != before
    assert "s’est arrêtée" not in page.get_by_role("main").inner_text()


def log_in_as_professional(page, login: str, place: str = "", *, come_to: str = "/pro/") -> None:
    """Log a professional in at the simulator of Pro Santé Connect, and at one of her places if she has several."""
    page.goto(come_to)
    page.get_by_role("link", name="Pro Santé Connect").click()
    page.get_by_role("radio").and_(page.locator(f'[value="{login}"]')).check(force=True)
    page.get_by_role("button", name="Continuer").click()
    if place:
        page.get_by_label(place).check(force=True)
        page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Se déconnecter").wait_for()
