"""What lies before a persona: her carte Vitale, her letter, her address; and how she copies them."""

import re
from dataclasses import dataclass
from datetime import date

from carnet.sandbox.personas import get_persona, serial_of
from tests.stories.conftest import Demo, latest_mail

_CODE = re.compile(r"\b([A-Z2-9]{4} [A-Z2-9]{4} [A-Z2-9]{4})\b")


@dataclass(frozen=True)
class Papers:
    """The papers of a persona of docs/personas.md."""

    name: str
    ins: str
    serial: str
    birth_date: date
    login: str
    email: str
    phone: str


def papers_of(key: str) -> Papers:
    """Return a persona's papers by her key in carnet.sandbox.personas (not for a newborn)."""
    one = get_persona(key)
    return Papers(
        one.name, one.matricule(one.born), serial_of(one), one.born, one.login, one.email,
        f"+33{one.phone[1:]}",
    )  # fmt: skip


def provisional_code(demo: Demo, page, one: Papers) -> str:
    """Return the provisional code of a persona's letter, as it is printed there.

    Another story may have moved the clock: when the six weeks are over, the 3422 sends her a new one first.
    """
    words = "va être ouvert"
    if demo.state(one.ins) == "opened":
        demo.carnet("enrolment", "reissue", "--ins", one.ins)
        words = "nouveau code provisoire"
    return code_in(latest_mail(page, about=one.name, containing=words))


def code_in(text: str) -> str:
    """Return the provisional code that a letter holds."""
    found = _CODE.search(text)
    assert found, text
    return found.group(1)


def show_papers(page, *, code: str, ins: str, serial: str) -> None:
    """Fill in who one is: the code, one's own number and card; then go on."""
    page.get_by_label("Code provisoire").fill(code)
    page.get_by_label("Votre numéro de sécurité sociale").fill(ins)
    page.get_by_label("Numéro de série de votre carte Vitale").fill(serial)
    page.get_by_role("button", name="Continuer").click()


def tick(page, words: str) -> None:
    """Tick, or untick, the choice that these words are beside."""
    page.locator("label").filter(has_text=words).click()
