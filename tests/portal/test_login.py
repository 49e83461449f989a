"""Getting in by the pages: what is asked, what is answered, what is kept."""

import pyotp
import pytest
from django.db import connection
from django.urls import reverse

from carnet.journal.api import EventType
from carnet.people import api as people
from carnet.people import factors, limits
from carnet.platform import crypto
from tests.conftest import acting_as
from tests.people.authenticator import Authenticator
from tests.people.mail import last_code, last_link, sent, work_behind
from tests.people.persons import EMAIL, LOGIN, PASSWORD, account_of, claire

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
REFUSED = "Identifiant ou mot de passe incorrect."


@pytest.fixture
def browser(client):
    client.defaults["HTTP_USER_AGENT"] = FIREFOX
    return client


def try_login(browser, login=LOGIN, password=PASSWORD, query=""):
    return browser.post(reverse("portal:login") + query, {"login": login, "password": password})


def give_code(browser, to=EMAIL):
    return browser.post(reverse("portal:second_factor"), {"code": last_code(to)})


def log_in(browser, query=""):
    assert try_login(browser, query=query).status_code == 302
    return give_code(browser)


def lines_of(card):
    """Return (event, allowed, reason, sealed facts) of a person's journal, oldest first."""
    import orjson

    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute(
            "select event, allowed, reason, sealed from journal where person_id = %s order by id",
            [card.owner_id],
        )
        rows = cursor.fetchall()
    key = crypto.get_key(card.owner_id)
    return [
        (row[0], row[1], row[2], orjson.loads(key.open("journal", row[3])) if row[3] else {}) for row in rows
    ]


def test_identifier_password_code_and_she_is_in(browser):
    card = claire()
    response = try_login(browser, query="?suite=/mon-compte/securite/")
    assert response["Location"] == reverse("portal:second_factor")
    page = browser.get(response["Location"]).content.decode()
    assert "c•••e@exemple.test" in page
    assert EMAIL not in page
    response = give_code(browser)
    assert response["Location"] == "/mon-compte/securite/"
    page = browser.get("/mon-compte/securite/")
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert "Firefox sur Windows" in page.content.decode()
    assert (EventType.LOGGED_IN, True, "", {"device": "Firefox sur Windows", "method": "email"}) in lines_of(
        card
    )


def test_the_flags_of_the_cookies(browser, settings):
    settings.SESSION_COOKIE_SECURE = True
    claire()
    step = try_login(browser).cookies["carnet_step"]
    cookies = give_code(browser).cookies
    for cookie in (step, cookies["carnet_session"], cookies["carnet_device"]):
        assert cookie["httponly"]
        assert cookie["secure"]
        assert cookie["samesite"] == "Lax"
        assert cookie["domain"] == ""
    assert cookies["carnet_session"]["max-age"] == ""
    assert cookies["carnet_step"].value == ""


def test_tokens_are_kept_as_hashes(browser):
    claire()
    cookies = log_in(browser).cookies
    with connection.cursor() as cursor:
        cursor.execute("select (select s::text from people_session s), (select d::text from people_device d)")
        kept = "".join(cursor.fetchone())
    for name in ("carnet_session", "carnet_device"):
        assert cookies[name].value not in kept
        assert cookies[name].value.encode().hex() not in kept


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/documents/", "/documents/"),
        ("https://ailleurs.example/", "/"),
        ("//ailleurs.example/", "/"),
        ("/\\ailleurs.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_she_is_not_sent_elsewhere(browser, path, kept):
    claire()
    assert log_in(browser, query=f"?suite={path}")["Location"] == kept


# -- never telling


def statements_of(browser, login, password):
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        response = try_login(browser, login, password)
    shapes = [
        query["sql"].split("where")[0].split("values")[0].split('"')[0]
        for query in captured.captured_queries
        if "platform_clock" not in query["sql"]  # read twice a second at most, whoever asks
    ]
    return response, shapes


def without_token(response):
    import re

    return re.sub(
        r'name="csrfmiddlewaretoken" value="[^"]*"|value="[a-z.0-9]*"', "", response.content.decode()
    )


def test_a_wrong_password_and_an_unknown_identifier_are_answered_alike(browser, monkeypatch):
    claire()
    people.create_agent(
        login="agent.durand", password=PASSWORD, email="a@exemple.test", name="Odile Durand", roles=["adviser"],
        totp_secret=factors.new_secret(), by=people.get_account(account_of_any()).actor,
    )  # fmt: skip
    checked = []
    from carnet.people import passwords

    original = passwords._hasher.verify
    monkeypatch.setattr(passwords, "_hasher", Counting(passwords._hasher, original, checked))
    answers = [
        statements_of(browser, LOGIN, "Pas-le-bon-7"),
        statements_of(browser, "personne.nulle.part", PASSWORD),
        statements_of(browser, "agent.durand", PASSWORD),  # an agent has no way in here
    ]
    assert {response.status_code for response, _ in answers} == {200}
    assert all(REFUSED in response.content.decode() for response, _ in answers)
    assert len({without_token(response) for response, _ in answers}) == 1
    assert answers[0][1] == answers[1][1] == answers[2][1]  # the same statements, one by one
    assert len(checked) == 3  # and the same work


class Counting:
    """A hasher that counts its checks."""

    def __init__(self, hasher, verify, seen):
        self._hasher, self._verify, self._seen = hasher, verify, seen

    def verify(self, stored, password):
        self._seen.append(stored[:30])
        return self._verify(stored, password)

    def __getattr__(self, name):
        return getattr(self._hasher, name)


def account_of_any():
    with connection.cursor() as cursor:
        cursor.execute("select id from people_account limit 1")
        return cursor.fetchone()[0]


def test_a_refusal_is_in_the_journal_of_the_account_alone(browser):
    card = claire()
    try_login(browser, password="Pas-le-bon-7")
    try_login(browser, login="personne.nulle.part")
    assert work_behind() == 2
    refusals = [line for line in lines_of(card) if line[0] == EventType.LOGIN_REFUSED]
    assert refusals == [(EventType.LOGIN_REFUSED, False, "wrong_password", {"device": "Firefox sur Windows"})]


# -- lockout


def test_after_five_tries_one_waits_and_so_does_the_right_password(browser):
    claire()
    for _ in range(5):
        assert REFUSED in try_login(browser, password="Pas-le-bon-7").content.decode()
    page = try_login(browser).content.decode()
    assert "Trop d’essais. Réessayez dans une minute" in page


def test_the_wait_is_the_same_for_an_identifier_that_nobody_has(browser):
    for _ in range(5):
        try_login(browser, login="personne.nulle.part")
    assert "Trop d’essais" in try_login(browser, login="personne.nulle.part").content.decode()


def test_waits_grow_and_end():
    ladder = limits.LOGIN
    waits = [step.window.total_seconds() for step in ladder.steps]
    assert waits == sorted(waits)
    assert waits[-1] <= 3600
    subject = "somebody"
    for _ in range(5):
        ladder.take(subject)
    with pytest.raises(limits.TooManyError) as first:
        ladder.take(subject)
    end_windows(60)
    for _ in range(5):
        ladder.take(subject)
    end_windows(60)
    with pytest.raises(limits.TooManyError) as second:
        ladder.take(subject)
    assert first.value.seconds <= 61 < second.value.seconds
    end_windows(3600)
    ladder.take(subject)


def end_windows(seconds):
    """Let real time pass for the counters."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update platform_ratelimit set window_ends_at = window_ends_at - make_interval(secs => %s)",
            [seconds],
        )


def test_others_cannot_lock_her_out_of_a_browser_she_has_used(browser, client_class):
    claire()
    log_in(browser)
    browser.post(reverse("portal:logout"))
    stranger = client_class(REMOTE_ADDR="198.51.100.7")
    for _ in range(12):
        try_login(stranger, password="Pas-le-bon-7")
    assert "Trop d’essais" in try_login(stranger).content.decode()
    assert log_in(browser)["Location"] == "/"


@pytest.fixture
def client_class():
    from django.test import Client

    return Client


def test_she_is_told_once_of_many_failures(browser):
    card = claire()
    for _ in range(12):
        end_windows(4000)
        try_login(browser, password="Pas-le-bon-7")
    with connection.cursor() as cursor:  # the day's counter had not ended
        cursor.execute("select count(*) from platform_outbox where topic = 'people.login_refused'")
        assert cursor.fetchone() == (12,)
    work_behind()
    told = [message for message in sent(EMAIL) if "échoué" in message.subject]
    assert len(told) == 1
    assert PASSWORD not in told[0].text
    assert account_of(card.owner_id).frozen is False


def test_an_address_is_slowed_whatever_identifiers_it_tries(browser, monkeypatch):
    monkeypatch.setattr(people.login.passwords, "verify", lambda *_: False)
    for number in range(60):
        try_login(browser, login=f"inconnu-{number:04d}")
    assert "Trop d’essais" in try_login(browser, login="inconnu-9999").content.decode()


def test_when_attempts_cannot_be_counted_none_is_taken(browser):
    card = claire()
    log_in(browser)
    with acting_as("carnet_owner"), connection.cursor() as cursor:
        cursor.execute("alter table platform_ratelimit rename to platform_ratelimit_gone")
    response = try_login(type(browser)())
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    with pytest.raises(people.LimitsDownError):
        people.send_code(purpose="x", subject="y", channel="email", to=EMAIL, person_id=card.owner_id)
    assert browser.get(reverse("portal:security")).status_code == 200  # reading goes on


def test_too_many_hashes_are_answered_503(browser, monkeypatch):
    from carnet.people import passwords

    claire()
    full = passwords.Turnstile(2, queue=0)
    monkeypatch.setattr(passwords, "turnstile", lambda: full)
    with full.pass_through(), full.pass_through():
        response = try_login(browser)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert try_login(browser).status_code == 302


# -- second factors


def test_guessing_the_code(browser):
    card = claire()
    try_login(browser)
    code = last_code(EMAIL)
    for number in range(5):
        page = browser.post(
            reverse("portal:second_factor"), {"code": f"{(int(code) + 1 + number) % 10**6:06d}"}
        )
        assert "n’est pas le bon" in page.content.decode()
    assert browser.post(reverse("portal:second_factor"), {"code": code}).status_code == 200
    assert browser.get(reverse("portal:security")).status_code == 302
    assert [line[2] for line in lines_of(card) if line[0] == EventType.LOGIN_REFUSED] == ["wrong_factor"] * 6


def test_a_second_factor_without_a_password_goes_back_to_the_start(browser):
    response = browser.post(reverse("portal:second_factor"), {"code": "123456"})
    assert response["Location"] == reverse("portal:login")


def test_a_step_is_good_for_one_login(browser, client_class):
    claire()
    try_login(browser)
    thief = client_class()
    thief.cookies["carnet_step"] = browser.cookies["carnet_step"].value
    give_code(browser)
    assert thief.get(reverse("portal:second_factor"))["Location"] == reverse("portal:login")


def test_another_code_is_sent_after_thirty_seconds(browser):
    claire()
    try_login(browser)
    response = browser.post(reverse("portal:resend_code"))
    assert "attendre=" in response["Location"]
    assert "dans 30 secondes" in browser.get(response["Location"]).content.decode().replace("31", "30")
    with connection.cursor() as cursor:
        cursor.execute("update people_onetimecode set sent_at = sent_at - interval '31 seconds'")
    assert "envoye=1" in browser.post(reverse("portal:resend_code"))["Location"]
    assert give_code(browser)["Location"] == "/"


def test_by_sms_for_who_has_no_address(browser):
    claire(email="")
    try_login(browser)
    assert "•• •• •• •• 01" in browser.get(reverse("portal:second_factor")).content.decode()
    assert give_code(browser, "+33600000001")["Location"] == "/"


def test_with_an_application_of_codes_and_no_replay(browser, client_class):
    card = claire()
    secret = factors.new_secret()
    factors.keep_secret(card, secret)
    code = pyotp.TOTP(secret).now()
    try_login(browser)
    assert sent(EMAIL) == []
    assert "application" in browser.get(reverse("portal:second_factor")).content.decode()
    assert browser.post(reverse("portal:second_factor"), {"code": code})["Location"] == "/"
    other = client_class()
    try_login(other)
    assert "a déjà servi" in other.post(reverse("portal:second_factor"), {"code": code}).content.decode()


def test_with_a_passkey(browser):
    card = claire()
    authenticator = Authenticator(factors.relying_party()[1])
    options, challenge = factors.registration_options(card.id, card.login)
    factors.keep_passkey(
        card, factors.read_registration(authenticator.create(options), challenge), label="Clé"
    )
    try_login(browser)
    page = browser.get(reverse("portal:second_factor"))
    assert "portal/passkey.js" in page.content.decode()
    assert "Une clé d’accès ne fonctionne qu’avec JavaScript" in page.content.decode()
    answer = authenticator.get(page.context["options"])
    stale = browser.get(reverse("portal:second_factor"))  # asks another challenge
    assert browser.post(reverse("portal:second_factor"), {"credential": answer}).status_code == 200
    assert stale.status_code == 200
    fresh = browser.get(reverse("portal:second_factor")).context["options"]
    response = browser.post(reverse("portal:second_factor"), {"credential": authenticator.get(fresh)})
    assert response["Location"] == "/"


# -- new device, out, closed


def test_a_new_device_is_told_and_the_first_is_not(browser, client_class):
    claire()
    log_in(browser)
    assert [m.subject for m in sent(EMAIL)] == ["Votre code de confirmation"]
    other = client_class(HTTP_USER_AGENT="Mozilla/5.0 (iPhone; CPU) Version/18.0 Safari/604.1")
    log_in(other)
    told = sent(EMAIL)[-1]
    assert "nouvel appareil : Safari sur iPhone" in told.text
    link = last_link(EMAIL)
    assert "mot de passe actuel ne sert plus" in client_class().get(link).content.decode()
    assert other.get(reverse("portal:security")).status_code == 200  # reading the link did nothing
    client_class().post(link)
    assert other.get(reverse("portal:security")).status_code == 302
    assert REFUSED in try_login(client_class()).content.decode()  # the password is useless now
    assert client_class().get(link).status_code == 404


def test_logging_out_is_a_post_and_ends_the_session(browser):
    claire()
    log_in(browser)
    token = browser.cookies["carnet_session"].value
    assert browser.get(reverse("portal:logout")).status_code == 405
    browser.post(reverse("portal:logout"))
    browser.cookies["carnet_session"] = token
    assert browser.get(reverse("portal:security")).status_code == 302


def test_logging_in_again_ends_the_session_of_before(browser):
    claire()
    log_in(browser)
    first = browser.cookies["carnet_session"].value
    people_visitor = people.sessions.find(first)
    assert people_visitor is not None
    assert browser.get(reverse("portal:login"))["Location"] == "/"  # she is in already


def test_a_closed_space_leads_to_its_own_page(browser):
    claire(state="closed")
    assert log_in(browser)["Location"] == reverse("portal:closed")


# -- the fresh gate


def make_stale(minutes=11):
    with connection.cursor() as cursor:
        cursor.execute(
            "update people_session set proven_at = proven_at - make_interval(mins => %s)", [minutes]
        )


def test_what_is_sensitive_asks_again_after_ten_minutes(browser):
    claire()
    log_in(browser)
    wanted = reverse("portal:security_email")
    assert browser.get(wanted).status_code == 200
    make_stale()
    assert browser.get(reverse("portal:security")).status_code == 200
    response = browser.get(wanted)
    assert response["Location"].startswith(reverse("portal:prove"))
    page = browser.post(response["Location"], {"password": "Pas-le-bon-7"}).content.decode()
    assert "Mot de passe incorrect." in page
    assert browser.post(response["Location"], {"password": PASSWORD})["Location"] == reverse(
        "portal:prove_factor"
    )
    assert browser.get(wanted).status_code == 302  # the password alone is not enough
    back = browser.post(reverse("portal:prove_factor"), {"code": last_code(EMAIL)})
    assert back["Location"] == wanted
    assert browser.get(wanted).status_code == 200


def test_the_code_of_a_login_proves_nothing_later(browser):
    claire()
    log_in(browser)
    make_stale()
    browser.post(reverse("portal:prove"), {"password": PASSWORD})
    code = last_code(EMAIL)
    other = type(browser)()
    assert other.post(reverse("portal:second_factor"), {"code": code})["Location"] == reverse("portal:login")
    page = browser.post(reverse("portal:prove_factor"), {"code": f"{(int(code) + 1) % 10**6:06d}"})
    assert page.status_code == 200


@pytest.mark.parametrize(
    "name",
    ["security_email", "security_email_code", "security_phone", "security_phone_code", "security_login",
     "security_password", "security_factor", "security_totp", "security_passkey"],
)  # fmt: skip
def test_every_change_stands_behind_the_fresh_gate(browser, name):
    claire()
    log_in(browser)
    make_stale()
    assert browser.get(reverse(f"portal:{name}"))["Location"].startswith(reverse("portal:prove"))
    assert browser.post(reverse(f"portal:{name}"))["Location"].startswith(reverse("portal:prove"))


@pytest.mark.parametrize(
    "name", ["login", "recover_home", "recover_login", "recover_password", "recover_phone", "recover_mailbox"]
)
def test_the_telephone_stands_on_every_page(browser, name):
    page = browser.get(reverse(f"portal:{name}"))
    assert page.status_code == 200
    assert "3422" in page.content.decode()
