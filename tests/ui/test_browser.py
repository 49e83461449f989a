"""The gallery in a real browser: accessibility engine, keyboard, narrow screens, no script, no third party."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
PAGES = ("", "champs/", "agents/", "public/")
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {node['html'][:200]}" for v in found for node in v["nodes"]]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page, site, path, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{site}/ui/gallery/{path}")
    assert violations(page) == []


def test_axe_finds_nothing_in_a_refused_form(page, site):
    page.goto(f"{site}/ui/gallery/champs/")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("erreurs à corriger")
    assert violations(page) == []


def test_the_summary_takes_the_focus_and_leads_to_the_field(page, site):
    page.goto(f"{site}/ui/gallery/champs/")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Numéro de sécurité sociale").click()
    page.keyboard.type("258")
    expect(page.get_by_label("Numéro de sécurité sociale")).to_have_value("258")


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_the_screen(page, site, path, width):
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(f"{site}/ui/gallery/{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_comes_first_to_the_content(page, site):
    page.goto(f"{site}/ui/gallery/")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Aller au contenu")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#contenu")).to_be_focused()


def test_nothing_is_asked_of_another_site_nor_refused_by_the_policy(page, site):
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in PAGES:
        page.goto(f"{site}/ui/gallery/{path}")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith((site, "data:"))] == []
    assert [url for url in asked if "woff" in url or "font" in url] == []
    assert said == []


def test_everything_works_without_script(browser: Browser, site):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{site}/ui/gallery/")
    expect(page.get_by_role("navigation", name="Menu principal")).to_be_visible()
    choice = page.get_by_role("button", name="Zoé Moreau")
    expect(choice).to_be_hidden()
    page.locator(".ui-switcher summary").click()
    expect(choice).to_be_visible()
    expect(page.get_by_role("button", name="Copier")).to_be_hidden()
    page.goto(f"{site}/ui/gallery/champs/")
    expect(page.get_by_role("button", name="Afficher")).to_be_hidden()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    context.close()


def test_a_password_may_be_shown_and_is_hidden_when_sent(page, site):
    page.goto(f"{site}/ui/gallery/champs/")
    field = page.get_by_label("Mot de passe", exact=True)
    field.fill("Secret-de-test-1")
    page.get_by_role("button", name="Afficher").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Masquer").click()
    expect(field).to_have_attribute("type", "password")


def test_escape_closes_the_profile_menu_and_gives_the_focus_back(page, site):
    page.goto(f"{site}/ui/gallery/")
    summary = page.locator(".ui-switcher summary")
    summary.click()
    expect(page.get_by_role("button", name="Zoé Moreau")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Zoé Moreau")).to_be_hidden()
    expect(summary).to_be_focused()


def test_what_one_touches_is_large_enough(page, site):
    page.goto(f"{site}/ui/gallery/")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .ui-btn, .ui-nav a, summary')]
            .filter(e => e.checkVisibility()).map(e => [e.textContent.trim(), e.getBoundingClientRect()])
            .filter(([, box]) => box.height < 32 || box.width < 32).map(([name]) => name)"""
    )
    assert small == []


def test_printing_keeps_the_content_only(page, site):
    page.goto(f"{site}/ui/gallery/")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Menu principal")).to_be_hidden()
    expect(page.get_by_role("heading", name="Bonjour Camille")).to_be_visible()


def test_without_network_the_offline_page_is_shown_and_no_page_was_kept(browser: Browser, site):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/ui/gallery/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    kept = page.evaluate(
        """async () => { const urls = []; for (const name of await caches.keys())
            for (const request of await (await caches.open(name)).keys()) urls.push(new URL(request.url).pathname);
            return urls; }"""
    )
    assert sorted(path for path in kept if not path.startswith("/static/")) == ["/hors-ligne/"]
    context.set_offline(True)
    page.goto(f"{site}/ui/gallery/agents/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous êtes hors connexion")
    context.close()
