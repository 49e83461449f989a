"""The old contacts are told, and what "ce n'est pas moi" does."""

import time
from datetime import timedelta

import pyotp
import pytest
from django.db import connection, transaction

from carnet.journal.api import Actor, ActorKind
from carnet.people import api as people
from carnet.people import factors, passwords
from tests.people.authenticator import Authenticator
from tests.people.mail import last_code, last_link, sent
from tests.people.persons import EMAIL, HERE, LOGIN, PASSWORD, PHONE, account_of, claire

pytestmark = pytest.mark.django_db
NEW_EMAIL, NEW_PHONE = "nouvelle@exemple.test", "+33611111111"


@pytest.fixture
def card():
    return claire()


@pytest.fixture
def session_id(card):
    device = people.devices.recognise(card.id, token="", user_agent="")
    token = people.sessions.start(account_id=card.id, device_id=device.id, method="email")
    return people.sessions.find(token).session_id


def token_for(to):
    return last_link(to).rstrip("/").rpartition("/")[2]


def change(card, field, value, session_id):
    people.changes.propose_contact(card, field, value, session_id=session_id)
    assert people.changes.confirm_contact(card, field, last_code(value), session_id=session_id)
    return account_of(card.owner_id)


@pytest.mark.parametrize(("field", "value"), [("email", NEW_EMAIL), ("phone", NEW_PHONE)])
def test_a_changed_contact_is_told_to_the_old_ones_and_taken_back(card, session_id, field, value):
    old = getattr(card, field)
    changed = change(card, field, value, session_id)
    assert getattr(changed, field) == value
    assert "changé" in sent(EMAIL)[-1].text
    assert "changé" in sent(PHONE)[-1].text
    assert all("changé" not in message.text for message in sent(value))
    assert people.alerts.refuse(token_for(EMAIL)) == field
    restored = account_of(card.owner_id)
    assert getattr(restored, field) == old
    assert restored.frozen
    assert people.devices.list_sessions(card.id) == []


def test_a_second_change_does_not_hide_the_first(card, session_id):
    changed = change(card, "email", NEW_EMAIL, session_id)
    first = token_for(EMAIL)
    change(changed, "email", "encore@exemple.test", session_id)
    thiefs_own = token_for(NEW_EMAIL)
    assert people.alerts.refuse(first) == "email"
    assert people.alerts.refuse(thiefs_own) is None  # it would give him the account's address again
    assert account_of(card.owner_id).email == EMAIL


def test_taking_one_change_back_leaves_the_links_of_the_others(card, session_id):
    changed = change(card, "email", NEW_EMAIL, session_id)
    first = token_for(EMAIL)
    change(changed, "phone", NEW_PHONE, session_id)
    assert people.alerts.refuse(first) == "email"
    assert people.alerts.refuse(token_for(PHONE)) == "phone"
    restored = account_of(card.owner_id)
    assert (restored.email, restored.phone) == (EMAIL, PHONE)


def test_a_login_that_awaits_its_second_factor_ends_with_the_sessions(card, session_id):
    """The thief knows the password: his code, sent to his own address, must open nothing after the undoing."""
    change(card, "email", NEW_EMAIL, session_id)
    token = people.login.begin(login=LOGIN, password=PASSWORD, kind="person", browser=HERE)
    assert people.login.find_waiting(people.login.LOGIN, token) is not None
    people.alerts.refuse(token_for(EMAIL))
    assert people.login.find_waiting(people.login.LOGIN, token) is None


def test_a_new_password_ends_the_logins_begun_with_the_old_one(card, session_id):
    token = people.login.begin(login=LOGIN, password=PASSWORD, kind="person", browser=HERE)
    people.changes.change_password(card, "Cascade-9-lierre", session_id=session_id)
    assert people.login.find_waiting(people.login.LOGIN, token) is None


def test_a_code_sent_to_the_address_that_was_taken_back_opens_nothing(card, session_id):
    change(card, "email", NEW_EMAIL, session_id)
    people.login.begin(login=LOGIN, password=PASSWORD, kind="person", browser=HERE)
    code = last_code(NEW_EMAIL)
    people.alerts.refuse(token_for(EMAIL))
    token = people.login.begin(login=LOGIN, password=PASSWORD, kind="person", browser=HERE)
    waiting = people.login.find_waiting(people.login.LOGIN, token)
    assert not people.login.check_factor(waiting, code, HERE)


def test_the_secret_of_a_thief_goes_when_hers_comes_back(card, session_id):
    hers = factors.new_secret()
    factors.keep_secret(card, hers)
    card = account_of(card.owner_id)
    thiefs = people.changes.totp_secret(card, session_id=session_id)
    assert people.changes.choose_totp(card, pyotp.TOTP(thiefs).now(), session_id=session_id)
    people.alerts.refuse(token_for(EMAIL))
    card = account_of(card.owner_id)
    assert not factors.check_totp(card, pyotp.TOTP(thiefs).now())
    assert factors.check_totp(card, pyotp.TOTP(hers).at(int(time.time()) + 30))  # his step is used up


def test_the_passkey_of_a_thief_goes_when_hers_comes_back(card, session_id):
    with transaction.atomic():
        factors.keep_passkey(card, (b"hers", b"key", 0), label="la sienne")
    card = account_of(card.owner_id)
    options = people.changes.passkey_options(card, session_id=session_id)
    people.changes.choose_passkey(
        card, Authenticator().create(options), label="voleur", session_id=session_id
    )
    assert len(factors.list_passkeys(card.id)) == 2
    people.alerts.refuse(token_for(EMAIL))
    assert [key["label"] for key in factors.list_passkeys(card.id)] == ["la sienne"]
    assert account_of(card.owner_id).factor == "passkey"


def test_a_factor_without_any_passkey_left_is_not_taken_back(card):
    """She would be shut out of her own account."""
    with transaction.atomic():
        factors.keep_passkey(card, (b"hers", b"key", 0), label="la sienne")
    people.changes.choose_codes(account_of(card.owner_id))
    first = token_for(EMAIL)
    (key,) = factors.list_passkeys(card.id)
    assert people.changes.remove_passkey(account_of(card.owner_id), key["id"])
    people.alerts.refuse(first)
    assert account_of(card.owner_id).factor == "email"


def test_a_thief_cannot_undo_the_undoing(card, session_id):
    """The message about his change went to the old contacts only, so he holds no link."""
    change(card, "email", NEW_EMAIL, session_id)
    assert not any("pas-moi" in message.text for message in sent(NEW_EMAIL))


@pytest.mark.parametrize(("hours", "alive"), [(71, True), (73, False)])
def test_the_link_lasts_72_hours(card, session_id, hours, alive):
    change(card, "email", NEW_EMAIL, session_id)
    with connection.cursor() as cursor:
        cursor.execute("update people_pending set expires_at = expires_at - %s", [timedelta(hours=hours)])
    assert (people.alerts.find_alert(token_for(EMAIL)) is not None) is alive
    assert (people.alerts.refuse(token_for(EMAIL)) is not None) is alive


def test_a_password_she_did_not_choose_opens_nothing(card, session_id):
    people.changes.change_password(card, "Cascade-9-lierre", session_id=session_id)
    assert len(people.devices.list_sessions(card.id)) == 1  # her own
    assert people.alerts.refuse(token_for(PHONE)) == "password"
    for password in (PASSWORD, "Cascade-9-lierre", passwords.UNUSABLE):
        with pytest.raises(people.login.LoginRefusedError):
            people.login.check_password(login=LOGIN, password=password, kind="person", browser=HERE)


def test_an_identifier_and_a_factor_are_taken_back(card):
    secret = factors.new_secret()
    factors.keep_secret(card, secret)
    people.changes.choose_codes(account_of(card.owner_id))
    assert account_of(card.owner_id).factor == "email"
    people.alerts.refuse(token_for(EMAIL))
    assert account_of(card.owner_id).factor == "totp"
    people.alerts.lift_freeze(account_of(card.owner_id), by=Actor(ActorKind.SUPPORT))
    people.changes.change_login(account_of(card.owner_id), "une-autre-idee")
    people.alerts.refuse(token_for(EMAIL))
    assert account_of(card.owner_id).login == LOGIN


def test_an_identifier_that_was_taken_since_is_not_taken_back(card):
    people.changes.change_login(card, "une-autre-idee")
    token = token_for(EMAIL)
    claire(login=LOGIN, email="paul@exemple.test", given_names="PAUL", sex="M")
    people.alerts.refuse(token)
    assert account_of(card.owner_id).login == "une-autre-idee"


def test_frozen_forbids_every_change_but_not_the_login(card, session_id):
    people.alerts.freeze(card)
    frozen = account_of(card.owner_id)
    acts = [
        lambda: people.changes.propose_contact(frozen, "email", NEW_EMAIL, session_id=session_id),
        lambda: people.changes.change_login(frozen, "une-autre-idee"),
        lambda: people.changes.change_password(frozen, "Cascade-9-lierre", session_id=session_id),
        lambda: people.changes.choose_codes(frozen),
    ]
    for act in acts:
        with pytest.raises(people.FrozenError):
            act()
    people.login.check_password(login=LOGIN, password=PASSWORD, kind="person", browser=HERE)
    people.alerts.lift_freeze(frozen, by=Actor(ActorKind.SUPPORT))
    people.changes.change_login(account_of(card.owner_id), "une-autre-idee")


def test_a_change_frozen_between_its_two_screens_is_not_made(card, session_id):
    people.changes.propose_contact(card, "email", NEW_EMAIL, session_id=session_id)
    people.alerts.freeze(card)
    with pytest.raises(people.FrozenError):
        people.changes.confirm_contact(card, "email", last_code(NEW_EMAIL), session_id=session_id)
    assert account_of(card.owner_id).email == EMAIL


def test_a_code_confirms_the_address_it_was_sent_to(card, session_id):
    people.changes.propose_contact(card, "email", NEW_EMAIL, session_id=session_id)
    code = last_code(NEW_EMAIL)
    people.changes.propose_contact(card, "email", "autre@exemple.test", session_id=session_id)
    assert not people.changes.confirm_contact(card, "email", code, session_id=session_id)
    assert not people.changes.confirm_contact(card, "phone", code, session_id=session_id)
    assert account_of(card.owner_id).email == EMAIL


def test_the_same_contact_is_no_change(card, session_id):
    with pytest.raises(people.CredentialError, match="C’est déjà"):
        people.changes.propose_contact(card, "phone", "06 00 00 00 01", session_id=session_id)
