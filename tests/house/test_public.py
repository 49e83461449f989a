"""No address is public by accident: each one is asked, as nobody, as the wrong somebody, and without a token."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse

from carnet.platform.http import gate_of
from tests.desk.agents import come
from tests.people.register import add_person, open_space
from tests.portal.visits import visit
from tests.pro.visits import add_professional
from tests.pro.visits import visit as visit_as_professional

pytestmark = pytest.mark.django_db

# Whoever adds a public address adds it here, below the reason why it may be one.
PUBLIC = {
    "what watches the service, which says nothing of anybody": {
        "platform:healthz", "platform:readyz", "platform:metrics",
    },
    "what a browser fetches by itself": {"ui:manifest", "ui:service-worker", "ui:offline"},
    "information for everybody": {
        "portal:home", "portal:my_data", "portal:accessibility", "portal:help", "portal:legal", "portal:terms",
        "portal:close_done",
    },
    "getting in: a password, a code or a link is asked there": {
        "portal:login", "portal:second_factor", "portal:resend_code", "portal:not_me",
        "desk:login", "desk:second_factor", "desk:invitation", "desk:invitation_factor",
    },
    "getting back in: proofs are asked there": {
        "portal:recover_home", "portal:recover_login", "portal:recover_password",
        "portal:recover_password_link", "portal:recover_phone", "portal:recover_phone_proofs",
        "portal:recover_mailbox", "portal:recover_mailbox_proofs",
    },
    "before there is an account: a code, an INS and a card are asked there": {
        "portal:activate", "portal:activate_identity", "portal:activate_contacts", "portal:activate_choices",
        "portal:object", "portal:object_confirm", "portal:object_done", "portal:object_proof",
        "portal:lost_code", "portal:lost_code_sent",
    },
    "the way through FranceConnect": {
        "portal:franceconnect_start", "portal:franceconnect_callback", "portal:franceconnect_confirm",
        "portal:franceconnect_resend", "portal:franceconnect_logout",
    },
    "the way through Pro Santé Connect": {"pro:login", "pro:login_start", "pro:callback", "pro:left"},
}  # fmt: skip
# Only where the sandbox is installed, which holds nobody real and listens to this machine alone.
PUBLIC_IN_THE_SANDBOX = {
    "the gallery": {"ui_gallery:components", "ui_gallery:fields", "ui_gallery:desk", "ui_gallery:public"},
    "the synthetic world": {
        "sandbox:index", "sandbox:mailbox", "sandbox:mail", "sandbox:mail_pdf", "sandbox:clock",
        "sandbox:personas",
    },
    "the vendors of software": {
        "sandbox:vendors", "sandbox:vendor_keys", "sandbox:vendor_key_file", "sandbox:vendor_token",
        "sandbox:collection", "sandbox:patients", "sandbox:patients_json", "sandbox:example",
        "sandbox:console", "sandbox:unknown_calls",
    },
    "the simulator of FranceConnect": {
        "sandbox:fc_configuration", "sandbox:fc_authorize", "sandbox:fc_identify", "sandbox:fc_consent",
        "sandbox:fc_token", "sandbox:fc_userinfo", "sandbox:fc_jwks", "sandbox:fc_end_session",
    },
    "the simulator of Pro Santé Connect": {
        "sandbox:psc_configuration", "sandbox:psc_authorize", "sandbox:psc_identify", "sandbox:psc_token",
        "sandbox:psc_userinfo", "sandbox:psc_jwks", "sandbox:psc_end_session",
    },
}  # fmt: skip
# Called by software that proves itself by a secret or a token of its own, never by a cookie.
WITHOUT_CSRF = {"sandbox:fc_token", "sandbox:fc_userinfo", "sandbox:psc_token", "sandbox:psc_userinfo"}

LOGIN_PAGES = {"agent": "desk:login", "professional": "pro:login"}
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
ARGUMENTS = {
    "UUIDConverter": uuid4,
    "IntConverter": lambda: 1,
    "SlugConverter": lambda: "x",
    "StringConverter": lambda: "x",
}


@dataclass(frozen=True)
class Address:
    """An address of the service: its name, one of its paths, and the view that answers."""

    name: str
    path: str
    view: object

    @property
    def gate(self):
        return gate_of(self.view)

    @property
    def login_page(self):
        page = next((page for kind, page in LOGIN_PAGES.items() if kind in self.gate.kinds), "portal:login")
        return reverse(page)


def addresses(urlconf=None):
    """Every address, however deep it is included."""
    return list(_walk(get_resolver(urlconf), ()))


def _walk(resolver, namespaces):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern, (*namespaces, pattern.namespace) if pattern.namespace else namespaces)
        else:
            assert pattern.name, f"{pattern} has no name"
            name = ":".join((*namespaces, pattern.name))
            values = {
                key: ARGUMENTS[type(converter).__name__]()
                for key, converter in pattern.pattern.converters.items()
            }
            yield Address(name, reverse(name, kwargs=values), pattern.callback)


def closed(kind=None):
    return [
        each for each in addresses() if not each.gate.public and (kind is None or kind in each.gate.kinds)
    ]


def names_in(groups):
    return {name for group in groups.values() for name in group}


def someone():
    """A person with an open space, logged in."""
    person = add_person()
    open_space(person)
    return visit(person)


def test_the_public_addresses_are_those_listed_here():
    public = {each.name for each in addresses() if each.gate.public}
    assert public == names_in(PUBLIC) | names_in(PUBLIC_IN_THE_SANDBOX)


def test_production_has_neither_the_sandbox_nor_the_gallery():
    found = {each.name for each in addresses("carnet.config.urls")}
    assert {each.name for each in addresses("carnet.config.urls") if each.gate.public} == names_in(PUBLIC)
    assert {name.split(":")[0] for name in found} == {"platform", "ui", "portal", "pro", "desk"}


def test_nobody_is_sent_to_log_in_whatever_he_asks():
    asked = closed()
    assert len(asked) > 40
    for each in asked:
        for method in METHODS:
            answer = getattr(Client(), method)(each.path)
            assert answer.status_code == 302, f"{method} {each.name} → {answer.status_code}"
            assert answer["Location"].startswith(f"{each.login_page}?suite="), each.name


def test_a_forged_or_ended_session_is_nobody():
    for cookie in ("", "x", "0" * 43):
        client = Client()
        client.cookies["carnet_session"] = cookie
        answers = [client.get(each.path) for each in closed()]
        assert {answer.status_code for answer in answers} == {302}


def test_what_is_public_tells_nobody_about_anybody():
    """Asked by nobody, each public page answers or refuses, fails never, and names no person of the register."""
    person = add_person(birth_name="ZYWIEC-MARQUEUR", given_names="ULDERICA", email="marqueur@exemple.test")
    open_space(person)
    visit(person, email="marqueur@exemple.test")
    for each in addresses():
        if not each.gate.public or each.name in names_in(PUBLIC_IN_THE_SANDBOX):
            continue
        for method in ("get", "post"):
            answer = getattr(Client(), method)(each.path)
            away = each.name.startswith(
                ("portal:franceconnect", "pro:login_start")
            )  # its provider is not here
            assert answer.status_code < 500 or (away and answer.status_code == 503), f"{method} {each.name}"
            text = answer.getvalue().decode(errors="replace").lower()
            assert not [word for word in ("marqueur", "ulderica", str(person)) if word in text], each.name


def test_an_agent_never_reaches_a_persons_page():
    agents = [come("administrator"), come("supervisor"), come("adviser"), come("auditor")]
    for each in closed("person"):
        for agent in agents:
            for method in ("get", "post"):
                answer = getattr(agent, method)(each.path)
                assert answer.status_code == 403, f"{method} {each.name} → {answer.status_code}"


def test_a_person_never_reaches_the_desk():
    claire = someone()
    pages = closed("agent")
    assert pages
    for each in pages:
        for method in ("get", "post"):
            answer = getattr(claire, method)(each.path)
            assert answer.status_code == 403, f"{method} {each.name} → {answer.status_code}"


def test_a_professionals_page_is_for_professionals():
    professional = visit_as_professional(*add_professional())
    strangers = [someone(), come("administrator", "supervisor", "adviser", "auditor")]
    pages = closed("professional")
    assert len(pages) > 10
    for each in pages:
        for stranger in strangers:
            for method in ("get", "post"):
                answer = getattr(stranger, method)(each.path)
                assert answer.status_code == 302, f"{method} {each.name} → {answer.status_code}"
                assert answer["Location"].startswith(reverse("pro:login")), each.name
    for each in [*closed("person"), *closed("agent")]:
        assert professional.get(each.path)["Location"].startswith(each.login_page), each.name


def test_an_agent_without_the_role_is_refused():
    outsider = come("ambassador")
    narrowed = [each for each in closed("agent") if each.gate.roles]
    assert len(narrowed) > 5
    for each in narrowed:
        assert "ambassador" not in each.gate.roles
        assert outsider.get(each.path).status_code == 403, each.name
        assert outsider.post(each.path).status_code == 403, each.name


@pytest.mark.parametrize(("kind", "page"), [("person", "portal:prove"), ("agent", "desk:prove")])
def test_what_cannot_be_undone_asks_for_a_fresh_proof(kind, page):
    client = someone() if kind == "person" else come("administrator", "supervisor", "adviser")
    guarded = [each for each in closed(kind) if each.gate.fresh]
    assert guarded
    with connection.cursor() as cursor:
        cursor.execute("update people_session set proven_at = proven_at - %s", [timedelta(minutes=11)])
    for each in guarded:
        for method in ("get", "post"):
            answer = getattr(client, method)(each.path)
            assert answer.status_code == 302, f"{method} {each.name}"
            assert answer["Location"].startswith(reverse(page)), each.name


def test_every_post_without_its_token_is_refused(caplog):
    clients = {
        "person": someone(),
        "agent": come("administrator", "supervisor", "adviser", "auditor"),
        "professional": visit_as_professional(*add_professional()),
    }
    exempt = {each.name for each in addresses() if getattr(each.view, "csrf_exempt", False)}
    assert exempt == WITHOUT_CSRF
    for each in addresses():
        kind = next((kind for kind in LOGIN_PAGES if kind in each.gate.kinds), "person")
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = clients[kind].cookies
        caplog.clear()
        answer = strict.post(each.path)
        if each.name in WITHOUT_CSRF:
            assert answer.status_code in {400, 401, 403, 405}, each.name
        else:
            assert answer.status_code == 403, f"{each.name} → {answer.status_code}"
            assert "CSRF" in caplog.text, each.name  # that is why, not the gate


def test_nothing_puts_the_gates_aside():
    order = settings.MIDDLEWARE
    csrf = order.index("django.middleware.csrf.CsrfViewMiddleware")
    assert order.index("carnet.people.middleware.VisitorMiddleware") > csrf
    assert len(order) == len(set(order))
