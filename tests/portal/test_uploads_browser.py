"""Adding documents in a real browser: previews, order, turning, sending; and the same pages without a script."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.journal.api import Purpose
from tests.documents.deposits import add_claire, holder
from tests.portal.photographs import colours_of, photograph, real_pdf
from tests.portal.visits import visit
from tests.ui.browser import CHROMIUM, CHROMIUM_ARGS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium n’est pas installé"),
]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the driver keeps a loop in this thread
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield chromium
        connection.close()  # inside the driver's loop Django keeps a connection of its own
        chromium.close()


@pytest.fixture
def site(live_server, settings, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # its threads leave nothing open
    settings.CARNET_BASE_URL = live_server.url.replace("127.0.0.1", "localhost")
    return settings.CARNET_BASE_URL


@pytest.fixture
def come(browser, site):
    """Return a page of somebody who is logged in; what its console says must stay empty."""
    contexts, said = [], []

    def open_page(person, *, script=True, size=PHONE):
        context = browser.new_context(
            viewport=size, locale="fr-FR", java_script_enabled=script, has_touch=size is PHONE,
            is_mobile=size is PHONE, service_workers="block",
        )  # fmt: skip
        context.set_default_timeout(30_000)
        contexts.append(context)
        cookies = [
            {"name": name, "value": one.value, "url": site, "secure": True}
            for name, one in visit(person).cookies.items()
        ]
        context.add_cookies(cookies)
        page = context.new_page()
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def files(*colours):
    return [{"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": photograph(name)} for name in colours]


def describe(page, title="Compte rendu photographié"):
    page.get_by_label("Titre").fill(title)
    page.get_by_label("Rubrique").select_option("CPT_REND")


def shoot(page, name):
    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == [], name
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} : {wide} px de trop"
    if folder := os.environ.get("CARNET_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def pages_of(person):
    """The one document of a person, opened: what its pages look like."""
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        (card,) = documents.list_recent(a)
    return colours_of(documents.open_part(person, card.id, 0, by=holder(person)).data)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_three_photographs_are_ordered_turned_and_sent(come, site, size):
    person = add_claire()
    page = come(person, size=size)
    page.goto(site + reverse("portal:document_photos"))
    shoot(page, f"photographier-{size['width']}")
    page.get_by_label("Photos", exact=False).first.set_input_files(files("red", "green"))
    page.get_by_label("Photos", exact=False).first.set_input_files(files("blue"))  # adds, takes nothing away
    expect(page.get_by_role("img", name="telle que vous l’envoyez")).to_have_count(3)
    expect(page.get_by_label("Ordre et sens des pages")).to_be_hidden()
    loaded = (
        "[...document.querySelectorAll('.upload-page img')].every((one) => one.complete && one.naturalWidth)"
    )
    page.wait_for_function(loaded)
    page.get_by_role("button", name="Avant : page 3").click()
    expect(page.get_by_role("status").last).to_have_text("Page 3 devenue page 2.")
    expect(page.get_by_role("button", name="Avant : page 2")).to_be_focused()
    page.get_by_role("button", name="Tourner : page 1").click()
    expect(page.get_by_role("button", name="Avant : page 1")).to_be_disabled()
    expect(page.get_by_role("button", name="Après : page 3")).to_be_disabled()
    shoot(page, f"photographier-pages-{size['width']}")
    describe(page)
    page.get_by_role("button", name="Faire le document").click()
    page.wait_for_url("**/documents/*/?fait=ajoute")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Compte rendu photographié")
    assert pages_of(person) == [("red", "upper right"), ("blue", "upper left"), ("green", "upper left")]


def test_what_is_to_be_corrected_keeps_the_photographs(come, site):
    person = add_claire()
    page = come(person)
    page.goto(site + reverse("portal:document_photos"))
    page.get_by_label("Photos", exact=False).first.set_input_files(files("red", "green", "blue"))
    page.get_by_role("button", name="Retirer : page 2").click()
    page.get_by_role("button", name="Faire le document").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("img", name="telle que vous l’envoyez")).to_have_count(2)
    shoot(page, "photographier-erreurs-390")
    describe(page)
    page.get_by_role("button", name="Faire le document").click()
    page.wait_for_url("**/documents/*/?fait=ajoute")
    assert [colour for colour, _ in pages_of(person)] == ["red", "blue"]


def test_without_a_script_the_order_is_written(come, site):
    person = add_claire()
    page = come(person, script=False)
    page.goto(site + reverse("portal:document_photos"))
    page.get_by_label("Photos", exact=False).first.set_input_files(files("red", "green"))
    page.get_by_label("Prendre une photo").set_input_files(files("blue"))
    page.get_by_label("Ordre et sens des pages").fill("3, 2 gauche, 1")
    describe(page)
    page.get_by_role("button", name="Faire le document").click()
    page.wait_for_url("**/documents/*/?fait=ajoute")
    assert pages_of(person) == [("blue", "upper left"), ("green", "lower left"), ("red", "upper left")]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_file_is_added_and_a_refusal_stands_at_its_field(come, site, script):
    person = add_claire()
    page = come(person, script=script, size=DESK)
    page.goto(site + reverse("portal:document_add"))
    field = page.get_by_label("Fichier")
    assert (
        "PDF, image, texte ou RTF" in page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text()
    )
    field.set_input_files({"name": "faux.pdf", "mimeType": "application/pdf", "buffer": b"MZ" + bytes(500)})
    describe(page, "Ordonnance")
    page.get_by_role("button", name="Ajouter le document").click()
    expect(page.get_by_role("alert")).to_contain_text("Fichier")
    field = page.get_by_label("Fichier")
    assert field.get_attribute("aria-invalid") == "true"
    assert "id_file-messages" in field.get_attribute("aria-describedby")
    assert page.get_by_label("Titre").input_value() == "Ordonnance"
    if script:
        shoot(page, "ajouter-erreur-1280")
    field.set_input_files({"name": "vrai.pdf", "mimeType": "application/pdf", "buffer": real_pdf()})
    page.get_by_role("button", name="Ajouter le document").click()
    page.wait_for_url("**/documents/*/?fait=ajoute")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ordonnance")


def test_a_chosen_file_stays_when_something_else_is_wrong(come, site):
    page = come(add_claire())
    page.goto(site + reverse("portal:document_add"))
    shoot(page, "ajouter-390")
    page.get_by_label("Fichier").set_input_files(
        {"name": "vrai.pdf", "mimeType": "application/pdf", "buffer": real_pdf()}
    )
    page.get_by_role("button", name="Ajouter le document").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.get_by_label("Fichier").evaluate("(field) => field.files[0].name") == "vrai.pdf"
    describe(page, "Ordonnance")
    page.get_by_role("button", name="Ajouter le document").click()
    page.wait_for_url("**/documents/*/?fait=ajoute")


def test_too_much_is_said_before_anything_leaves(come, site):
    page = come(add_claire())
    asked = []
    page.on("request", lambda request: asked.append(request.method))
    page.goto(site + reverse("portal:document_add"))
    heavy = {"name": "lourd.pdf", "mimeType": "application/pdf", "buffer": bytes(5_000_001)}
    page.get_by_label("Fichier").set_input_files(heavy)
    describe(page)
    page.get_by_role("button", name="Ajouter le document").click()
    expect(page.get_by_role("status").last).to_contain_text(
        "Trop lourd : 5,1 Mo. Cette page accepte 5 Mo au plus."
    )
    assert "POST" not in asked
