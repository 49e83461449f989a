"""Story 1 of the professional: from her landing page to all that matters of a patient, in two keys."""

import pytest

from tests.stories.conftest import SHOTS, look

pytestmark = [pytest.mark.browser, pytest.mark.story]

MATTERS = (
    "Monique LANDEREAU",
    "Pénicilline",
    "Apixaban 5 mg",
    "HbA1c",
    "Lettre de sortie",
    "Camille Landereau",
    "Personne de confiance",
    "première visite",
)


class Keys:
    """A keyboard that counts."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def press(self, key):
        self.count += 1
        self.page.keyboard.press(key)
        self.page.wait_for_load_state("domcontentloaded")


def log_in_as_professional(page, login, place=""):
    """Prove who one is at the simulator, choose a place if there are several."""
    page.goto("/pro/")
    page.get_by_role("link", name="Pro Santé Connect").click()
    page.get_by_role("radio").and_(page.locator(f'[value="{login}"]')).check(force=True)
    page.get_by_role("button", name="Continuer").click()
    if place:
        page.get_by_label(place).check(force=True)
        page.get_by_role("button", name="Continuer").click()
    page.get_by_role("heading", name="Ma journée").wait_for()


def is_in_sight(page, words):
    """Say whether the first place where words stand is wholly within the window, unscrolled."""
    box = page.get_by_text(words).first.bounding_box()
    size = page.viewport_size
    return (
        box is not None
        and box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= size["width"]
        and box["y"] + box["height"] <= size["height"]
    )


def shoot(page, name):
    if SHOTS:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png")


def test_a_doctor_reads_a_record_in_ten_seconds(demo, someone):
    page = someone()
    log_in_as_professional(page, "dr.aubrac", "Cabinet des Tilleuls")
    look(page, "pro-1-day")
    page.set_viewport_size({"width": 1280, "height": 800})
    shoot(page, "pro-1-day-screen")
    keys = Keys(page)
    place = page.get_by_role("link", name="Monique LANDEREAU").first.get_attribute("data-key")
    keys.press(place)
    page.get_by_role("heading", level=1, name="Monique LANDEREAU").wait_for()
    assert keys.count <= 2
    shoot(page, "pro-1-record-screen")
    assert page.evaluate("window.scrollY") == 0
    hidden = [words for words in MATTERS if not is_in_sight(page, words)]
    assert hidden == []
    look(page, "pro-1-record")
    page.keyboard.press("?")
    page.get_by_text("tenue par la personne ou par un professionnel").wait_for()
    shoot(page, "pro-1-help")
    page.keyboard.press("/")
    page.keyboard.type("apix")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Recherche dans le dossier").wait_for()
    look(page, "pro-1-search")
    assert page.get_by_role("list", name="Profil").get_by_text("Apixaban").count()
    assert page.get_by_role("list", name="Documents").get_by_role("link").count()


PANELS = (
    ("Monique LANDEREAU", "Pénicilline", "Apixaban"),
    ("HbA1c", "Camille Landereau", "Personne de confiance"),
    ("Lettre de sortie", "première visite"),
)


def test_on_a_telephone_two_swipes_show_the_same(demo, someone):
    page = someone(width=390, height=844)
    log_in_as_professional(page, "inf.perrin")
    page.get_by_role("link", name="Monique LANDEREAU").first.click()
    page.get_by_role("heading", level=1, name="Monique LANDEREAU").wait_for()
    panels = page.get_by_role("region", name="Dossier en trois volets")
    for number, words in enumerate(PANELS):
        if number:
            panels.evaluate("one => one.scrollBy({left: one.clientWidth, behavior: 'instant'})")
        shoot(page, f"pro-1-phone-{number}")
        assert page.evaluate("window.scrollY") == 0
        assert [one for one in words if not is_in_sight(page, one)] == [], number
