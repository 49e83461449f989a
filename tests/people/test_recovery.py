"""Ways back in, acted out: each single stolen thing is refused, and the right person gets through."""

from datetime import date

import pyotp
import pytest
from django.db import connection

from carnet.people import api as people
from carnet.people import factors
from carnet.people.api import Lost, Proof
from carnet.people.recovery import NoWayError
from tests.people.authenticator import Authenticator
from tests.people.mail import last_code, last_link, sent, work_behind
from tests.people.persons import BIRTH, EMAIL, HERE, LOGIN, PASSWORD, PHONE, account_of, claire
from tests.people.register import SERIAL, matricule_of

pytestmark = pytest.mark.django_db
NEW = "Cascade-9-lierre"
OTHER_SERIAL = "98765432109"


def link_token():
    people.recovery.ask_password_link(login_typed=LOGIN, browser=HERE)
    work_behind()
    return last_link(EMAIL).rstrip("/").rpartition("/")[2]


def password_recovery():
    found = people.recovery.find(Lost.PASSWORD, link_token())
    assert found is not None
    return found


def can_log_in(password):
    try:
        people.login.check_password(login=LOGIN, password=password, kind="person", browser=HERE)
    except people.login.LoginRefusedError:
        return False
    return True


def use_totp(card):
    secret = factors.new_secret()
    factors.keep_secret(card, secret)
    return secret


def use_passkey(card):
    authenticator = Authenticator(factors.relying_party()[1])
    options, challenge = factors.registration_options(card.id, card.login)
    factors.keep_passkey(card, factors.read_registration(authenticator.create(options), challenge), label="")
    return authenticator


# -- a lost password


def test_mailbox_and_card_replace_a_lost_password():
    card = claire()
    recovery = password_recovery()
    assert recovery.missing == {Proof.CARD}
    recovery = people.recovery.prove_card(recovery, serial=SERIAL, birth_date=BIRTH)
    people.recovery.choose_password(recovery, NEW)
    assert can_log_in(NEW)
    assert not can_log_in(PASSWORD)
    told = {
        message.to: message.text for message in sent() if "nouveau mot de passe vient d’être" in message.text
    }
    assert set(told) == {EMAIL, PHONE}
    assert account_of(card.owner_id).factor == "email"


def test_the_mailbox_alone_is_refused():
    claire()
    recovery = password_recovery()
    with pytest.raises(NoWayError):
        people.recovery.choose_password(recovery, NEW)
    assert people.recovery.prove_card(recovery, serial=OTHER_SERIAL, birth_date=BIRTH) is None
    assert people.recovery.prove_card(recovery, serial=SERIAL, birth_date=date(1980, 5, 18)) is None
    assert can_log_in(PASSWORD)


def test_an_unlocked_telephone_alone_is_refused():
    """It holds the mailbox, the SMS, the application and the passkey; not the card."""
    card = claire()
    secret = use_totp(card)
    recovery = password_recovery()
    recovery = people.recovery.prove_factor(recovery, pyotp.TOTP(secret).now())
    assert recovery.missing == {Proof.CARD}
    with pytest.raises(NoWayError):
        people.recovery.choose_password(recovery, NEW)
    with pytest.raises(people.login.LoginRefusedError):
        people.recovery.begin(Lost.PHONE, login_typed=LOGIN, password="Deviné-au-1-hasard", browser=HERE)


def test_the_wallet_alone_is_refused():
    """The card gives the identifier to its owner's mailbox, and a link that only the mailbox receives."""
    card = claire()
    people.recovery.ask_login(matricule=matricule_of(card.owner_id), serial=SERIAL, browser=HERE)
    work_behind()
    assert {message.to for message in sent()} == {EMAIL}
    assert people.recovery.find(Lost.PASSWORD, "a-guessed-token") is None


def test_the_password_alone_is_refused():
    card = claire()
    use_totp(card)
    token = people.recovery.begin(Lost.PHONE, login_typed=LOGIN, password=PASSWORD, browser=HERE)
    recovery = people.recovery.find(Lost.PHONE, token)
    assert recovery.missing == {Proof.EMAIL, Proof.CARD}
    with pytest.raises(NoWayError):
        people.recovery.replace_factor(recovery)
    assert account_of(card.owner_id).factor == "totp"


@pytest.mark.parametrize("given", ["password and mailbox", "password and wallet"])
def test_even_two_of_the_three_do_not_replace_a_lost_telephone(given):
    card = claire()
    use_totp(card)
    token = people.recovery.begin(Lost.PHONE, login_typed=LOGIN, password=PASSWORD, browser=HERE)
    recovery = people.recovery.find(Lost.PHONE, token)
    if given == "password and mailbox":
        recovery = people.recovery.prove_code(recovery, last_code(EMAIL))
    else:
        recovery = people.recovery.prove_card(recovery, serial=SERIAL, birth_date=BIRTH)
    with pytest.raises(NoWayError):
        people.recovery.replace_factor(recovery)


@pytest.mark.parametrize("factor", ["totp", "passkey"])
def test_a_second_factor_is_asked_for_as_well(factor):
    card = claire()
    proof = use_totp(card) if factor == "totp" else use_passkey(card)
    recovery = people.recovery.prove_card(password_recovery(), serial=SERIAL, birth_date=BIRTH)
    assert recovery.missing == {Proof(factor)}
    with pytest.raises(NoWayError):
        people.recovery.choose_password(recovery, NEW)
    assert people.recovery.prove_factor(recovery, "000000") is None
    if factor == "totp":
        answer = pyotp.TOTP(proof).now()
    else:
        options = people.recovery.passkey_options(recovery)
        recovery = people.recovery.find(Lost.PASSWORD, last_link(EMAIL).rstrip("/").rpartition("/")[2])
        answer = proof.get(options)
    recovery = people.recovery.prove_factor(recovery, answer)
    people.recovery.choose_password(recovery, NEW)
    assert can_log_in(NEW)


def test_a_link_serves_once_and_its_password_obeys_the_rules():
    claire()
    recovery = people.recovery.prove_card(password_recovery(), serial=SERIAL, birth_date=BIRTH)
    for bad in ("court", "Martin-12345!x", "Claire.martin.48!"):
        with pytest.raises(people.CredentialError):
            people.recovery.choose_password(recovery, bad)
    people.recovery.choose_password(recovery, NEW)
    with pytest.raises(NoWayError, match="déjà servi"):
        people.recovery.choose_password(recovery, "Encore-1-autre-fois")
    assert people.recovery.find(Lost.PASSWORD, last_link(EMAIL)) is None


def test_a_link_lasts_thirty_minutes():
    claire()
    token = link_token()
    with connection.cursor() as cursor:
        cursor.execute("update people_pending set expires_at = expires_at - interval '30 minutes 1 second'")
    assert people.recovery.find(Lost.PASSWORD, token) is None


def test_the_card_is_not_guessed():
    claire()
    recovery = password_recovery()
    for number in range(5):
        assert people.recovery.prove_card(recovery, serial=f"{number:011d}", birth_date=BIRTH) is None
    with pytest.raises(people.TooManyError):
        people.recovery.prove_card(recovery, serial=SERIAL, birth_date=BIRTH)


def test_an_illegible_card_goes_to_the_telephone():
    claire(legible=False)
    assert people.recovery.prove_card(password_recovery(), serial=SERIAL, birth_date=BIRTH) is None


def test_asking_tells_nothing_and_sends_nothing_to_nobody():
    claire()
    people.recovery.ask_password_link(login_typed="personne.nulle.part", browser=HERE)
    people.recovery.ask_login(matricule="190015412345640", serial=SERIAL, browser=HERE)
    assert work_behind() == 2
    assert sent() == []


def test_asking_is_slowed():
    for _ in range(3):
        people.recovery.ask_password_link(login_typed=LOGIN, browser=HERE)
    with pytest.raises(people.TooManyError):
        people.recovery.ask_password_link(login_typed=LOGIN, browser=HERE)


def test_a_forgotten_identifier_goes_to_the_contact_of_the_account():
    card = claire()
    ins = matricule_of(card.owner_id)
    people.recovery.ask_login(matricule=ins, serial=OTHER_SERIAL, browser=HERE)
    people.recovery.ask_login(matricule=ins, serial=SERIAL, browser=HERE)
    work_behind()
    (message,) = sent()
    assert (message.to, LOGIN in message.text) == (EMAIL, True)


# -- a lost telephone, a lost mailbox


def test_password_mailbox_and_card_replace_a_lost_telephone():
    card = claire()
    use_totp(card)
    token = people.recovery.begin(Lost.PHONE, login_typed=LOGIN, password=PASSWORD, browser=HERE)
    recovery = people.recovery.find(Lost.PHONE, token)
    recovery = people.recovery.prove_code(recovery, last_code(EMAIL))
    recovery = people.recovery.prove_card(recovery, serial=SERIAL, birth_date=BIRTH)
    people.recovery.replace_factor(recovery)
    assert account_of(card.owner_id).factor == "email"
    assert {message.to for message in sent() if "téléphone perdu" in message.text} == {EMAIL, PHONE}
    assert people.alerts.refuse(last_link(EMAIL).rstrip("/").rpartition("/")[2]) == "lost_phone"
    restored = account_of(card.owner_id)
    assert (restored.factor, restored.frozen) == ("totp", True)


@pytest.mark.parametrize(
    ("lost", "facts"),
    [(Lost.PHONE, {}), (Lost.MAILBOX, {"phone": ""}), (Lost.MAILBOX, {"email": ""})],
)
def test_where_only_the_telephone_helps(lost, facts):
    claire(**facts)
    with pytest.raises(NoWayError, match="3422"):
        people.recovery.begin(lost, login_typed=LOGIN, password=PASSWORD, browser=HERE)


def test_password_telephone_and_card_replace_a_lost_mailbox():
    card = claire()
    token = people.recovery.begin(Lost.MAILBOX, login_typed=LOGIN, password=PASSWORD, browser=HERE)
    recovery = people.recovery.find(Lost.MAILBOX, token)
    recovery = people.recovery.prove_code(recovery, last_code(PHONE))
    with pytest.raises(NoWayError):
        people.recovery.propose_email(recovery, "nouvelle@exemple.test")
    recovery = people.recovery.prove_card(recovery, serial=SERIAL, birth_date=BIRTH)
    people.recovery.propose_email(recovery, "nouvelle@exemple.test")
    recovery = people.recovery.find(Lost.MAILBOX, token)
    assert not people.recovery.replace_email(recovery, "000000")
    assert people.recovery.replace_email(recovery, last_code("nouvelle@exemple.test"))
    assert account_of(card.owner_id).email == "nouvelle@exemple.test"
    assert any("messagerie perdue" in message.text for message in sent(EMAIL))


def test_a_way_of_one_kind_is_not_used_for_another():
    card = claire()
    use_totp(card)
    token = people.recovery.begin(Lost.PHONE, login_typed=LOGIN, password=PASSWORD, browser=HERE)
    assert people.recovery.find(Lost.PASSWORD, token) is None
    assert people.recovery.find(Lost.MAILBOX, token) is None


# -- frozen


def test_nothing_is_recovered_while_changes_are_frozen():
    card = claire()
    recovery = people.recovery.prove_card(password_recovery(), serial=SERIAL, birth_date=BIRTH)
    people.alerts.freeze(card)
    with pytest.raises(people.FrozenError):
        people.recovery.choose_password(recovery, NEW)
    with pytest.raises(people.FrozenError):
        people.recovery.begin(Lost.PHONE, login_typed=LOGIN, password=PASSWORD, browser=HERE)
    before = len(sent(EMAIL))
    people.recovery.ask_password_link(login_typed=LOGIN, browser=HERE)
    work_behind()
    assert "http" not in sent(EMAIL)[before].text
    assert can_log_in(PASSWORD)  # getting in is never frozen
