"""The stories run against the thing itself: `carnet demo` in a folder of its own, and a real browser."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from carnet.platform.postgres.cluster import Cluster
from tests.conftest import LONG, house_of

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PERSONS = 60
SHOTS = Path(os.environ["CARNET_SHOTS"]) if "CARNET_SHOTS" in os.environ else None
_EXAMINED: set[tuple[str, ...]] = set()  # the kinds of pages that axe has seen
_READ: set[str] = set()  # the messages that a story has opened: each is opened once


_IN_ORDER = (
    ("test_story_3", "test_story_4"),  # Monique loses her telephone before she chooses a passkey
    ("test_story_6", "test_record_1"),  # Denis reads his history before he lengthens it
    # Dominique's history is short before she takes everything home, and before vendors deposit for her
    ("test_story_7", "test_record_5", "test_software_1"),
    # those who only look, before those who deposit, come in emergency and learn in the same records
    (
        "test_pro_1",
        "test_pro_4",
        "test_pro_6",
        "test_pro_2",
        "test_pro_7",
        "test_pro_3",
        "test_pro_5",
        "test_pro_8",
    ),
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Any order but those of the stories that share a person."""
    for names in _IN_ORDER:
        places = [at for at, item in enumerate(items) if item.path.name.startswith(names)]
        in_order = sorted(
            (items[at] for at in places),
            key=lambda item: next(n for n, name in enumerate(names) if item.path.name.startswith(name)),
        )
        for at, item in zip(places, in_order, strict=True):
            items[at] = item


@dataclass(frozen=True)
class Demo:
    """A running demo: where it answers, people and software, and where it keeps its data."""

    url: str
    api: str
    home: Path
    environment: dict[str, str]

    def carnet(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one command of the command line beside the running demo; it must succeed, unless told."""
        done = subprocess.run(
            [sys.executable, "-m", "carnet.config.cli", "--home", str(self.home), *arguments],
            capture_output=True, text=True, env=self.environment, check=False, timeout=300,
        )  # fmt: skip
        if check and done.returncode:
            pytest.fail(f"carnet {' '.join(arguments)} : {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def state(self, ins: str) -> str:
        """Return where the space of a person stands."""
        done = self.carnet("--json", "enrolment", "status", "--ins", ins)
        return str(json.loads(done.stdout)["state"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(home: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CARNET_", "DJANGO_", "PYTEST_"))
    }
    return kept | {"CARNET_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2] / "src")}


@pytest.fixture(scope="session")
def demos(tmp_path_factory) -> Iterator[Callable[[str], Demo]]:
    """Return the running demo of a house, started when it is first asked for."""
    with ExitStack() as stack:
        yield cache(lambda house: stack.enter_context(_serve(tmp_path_factory.mktemp("demo") / "var")))


@pytest.fixture
def demo(request, demos) -> Demo:
    return demos(house_of(request.node.nodeid.split("::")[0]))


@contextmanager
def _serve(home: Path) -> Iterator[Demo]:
    environment = clean_environment(home)
    port, api_port = free_port(), free_port()
    url = f"http://localhost:{port}"  # a passkey belongs to a name
    log = home.parent / "demo.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "carnet.config.cli", "--home", str(home), "demo",
             "--persons", str(PERSONS), "--port", str(port),
             "--api-port", str(api_port)],
            stdout=output, stderr=subprocess.STDOUT, env=environment, start_new_session=True,
        )  # fmt: skip
    try:
        for each in (url, f"http://localhost:{api_port}"):
            wait_until_ready(f"{each}/readyz", process, log)
        yield Demo(url, f"http://localhost:{api_port}", home, environment)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
        else:  # as root its database may lie outside the home, where nobody would remove it
            Cluster(home).erase()


def wait_until_ready(url: str, process: subprocess.Popen, log: Path, seconds: int = 240) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"la démonstration s’est arrêtée :\n{log.read_text()[-4000:]}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"la démonstration n’a pas servi en {seconds} s :\n{log.read_text()[-4000:]}")


@pytest.fixture(
    scope="module"
)  # no longer: while the driver runs, its event loop forbids other tests the database
def browser():
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium n’est pas installé")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True, scope="session")
def clicks_wait_for_the_page():
    """A click returns once the next page has begun: whoever reads at once must have all of it."""
    from playwright.sync_api import Locator

    begun = Locator.click

    def click(self, **how):
        begun(self, **how)
        self.page.wait_for_load_state("domcontentloaded")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", click)
        yield


@pytest.fixture
def someone(browser, demo):
    """Open browsers: each call is another person at another machine, without a session."""
    contexts, complaints = [], []

    def open_browser(*, width: int = 1280, height: int = 800, javascript: bool = True):
        context = browser.new_context(
            base_url=demo.url, viewport={"width": width, "height": height}, locale="fr-FR",
            java_script_enabled=javascript, accept_downloads=True,
        )  # fmt: skip
        context.set_default_timeout(45_000)  # a slow machine is no failure
        context.on("console", lambda message: complaints.extend(_complaint(message)))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        contexts.append(context)
        return context.new_page()

    yield open_browser
    for number, context in enumerate(contexts):
        if SHOTS and context.pages:  # where each was left: what a failure looked like
            context.pages[0].screenshot(path=SHOTS / f"last-{number}.png", full_page=True)
        context.close()
    assert complaints == [], "la console du navigateur se plaint"


def _complaint(message) -> list[str]:
    """Return an error of the console; that a page itself answers 403 or 404 may be what the story tells."""
    itself = message.page is not None and message.location["url"] == message.page.url
    return [f"{message.text} ({message.location['url']})"] if message.type == "error" and not itself else []


def look(page, name: str) -> None:
    """Check a page: no accessibility fault that axe sees, nothing wider than the screen; pictures if asked."""
    kind = _kind_of(page)
    if LONG or kind not in _EXAMINED:  # axe is most of what a story costs: a kind of page once
        _EXAMINED.add(kind)
        _examine(page, name)
    assert "⟪" not in page.content(), f"variable inconnue dans {name}"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} déborde de {wide} px"
    if SHOTS:
        SHOTS.mkdir(parents=True, exist_ok=True)
        before = page.viewport_size
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size(before)


def _kind_of(page) -> tuple[str, ...]:
    """Return what makes a page another one for axe: its address without identifiers, its title, its errors, its width."""
    path = re.sub(r"[0-9a-f-]{32,36}|[^/]{40,}|[0-9]+", "…", urlsplit(page.url).path)
    refused = page.locator("[aria-invalid=true]").count() > 0
    return path, page.title(), str(refused), str(page.viewport_size["width"])


def _examine(page, name: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    faults = [
        f"{fault['id']}: {[node['target'] for node in fault['nodes']][:3]}"
        for fault in Axe().run(page).response["violations"]
    ]
    assert faults == [], f"{name} ({page.url}) : {faults}"


def latest_mail(page, to: str = "", containing: str = "", *, about: str = "", seconds: int = 30) -> str:
    """Return the text of the newest message not opened yet in the sandbox's mailbox, once it is there.

    `to`: an address or a number. `about`: the name of a persona instead, as when one follows "Voir" on the
    page of the personas (letters have no address that one could type). `containing`: words of its text.
    """
    deadline = time.monotonic() + seconds
    other = page.context.new_page()
    try:
        box = _mailbox_about(other, about) if about else f"/bac-a-sable/courrier/?{urlencode({'a': to})}"
        while time.monotonic() < deadline:
            other.goto(f"{box}&{urlencode({'q': containing})}")
            links = other.get_by_role("list", name="Messages").get_by_role("link")
            fresh = [link for link in links.all() if link.get_attribute("href") not in _READ]
            if fresh:
                _READ.add(fresh[0].get_attribute("href"))
                fresh[0].click()
                return other.locator("main .ui-card").inner_text()
            time.sleep(0.3)
    finally:
        other.close()
    pytest.fail(f"aucun nouveau message à {to or about} contenant « {containing} »")


def _mailbox_about(page, name: str) -> str:
    page.goto("/bac-a-sable/personnages/")
    row = page.get_by_role("row").filter(has=page.get_by_text(name, exact=True))
    return row.get_by_role("link", name="Voir").get_attribute("href")


def one_time_code(text: str) -> str:
    found = re.search(r"\b(\d{6})\b", text)
    assert found, text
    return found.group(1)


def link_in(text: str) -> str:
    """Return the last address of a message."""
    found = re.findall(r"https?://[^\s]+", text)
    assert found, text
    return found[-1]
