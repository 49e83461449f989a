"""The table of the ways back in: no single stolen thing is enough, whatever the account."""

from itertools import product

import pytest

from carnet.people.ways import HOLDINGS, Lost, Proof, required

ACCOUNTS = [
    {"factor": factor, "has_email": has_email, "has_phone": has_phone}
    for factor, has_email, has_phone in product(("email", "totp", "passkey"), (True, False), (True, False))
    if has_email or has_phone
]


@pytest.mark.parametrize(("lost", "account"), list(product(Lost, ACCOUNTS)))
@pytest.mark.parametrize("stolen", HOLDINGS)
def test_no_single_theft_opens_anything(lost, account, stolen):
    proofs = required(lost, **account)
    assert proofs is None or not proofs <= HOLDINGS[stolen]


@pytest.mark.parametrize(("lost", "account"), list(product(Lost, ACCOUNTS)))
def test_each_way_asks_for_something_that_is_on_no_telephone(lost, account):
    proofs = required(lost, **account)
    assert proofs is None or proofs & {Proof.PASSWORD, Proof.CARD}


@pytest.mark.parametrize(("lost", "account"), list(product(Lost, ACCOUNTS)))
def test_what_was_lost_is_not_asked_for(lost, account):
    gone = {
        Lost.NOTHING: set(),
        Lost.PASSWORD: {Proof.PASSWORD},
        Lost.PHONE: {Proof.TOTP, Proof.PASSKEY, Proof.SMS},
        Lost.MAILBOX: {Proof.EMAIL},
    }[lost]
    assert not (required(lost, **account) or frozenset()) & gone


@pytest.mark.parametrize(
    ("lost", "account", "proofs"),
    [
        (Lost.NOTHING, {"factor": "email"}, {Proof.PASSWORD, Proof.EMAIL}),
        (Lost.NOTHING, {"factor": "email", "has_email": False}, {Proof.PASSWORD, Proof.SMS}),
        (Lost.NOTHING, {"factor": "totp"}, {Proof.PASSWORD, Proof.TOTP}),
        (Lost.PASSWORD, {"factor": "email"}, {Proof.EMAIL, Proof.CARD}),
        (Lost.PASSWORD, {"factor": "passkey"}, {Proof.EMAIL, Proof.CARD, Proof.PASSKEY}),
        (Lost.PHONE, {"factor": "totp"}, {Proof.PASSWORD, Proof.EMAIL, Proof.CARD}),
        (Lost.PHONE, {"factor": "totp", "has_email": False}, None),
        (Lost.PHONE, {"factor": "email"}, None),
        (Lost.MAILBOX, {"factor": "email"}, {Proof.PASSWORD, Proof.SMS, Proof.CARD}),
        (Lost.MAILBOX, {"factor": "email", "has_phone": False}, None),
        (Lost.MAILBOX, {"factor": "totp"}, None),
    ],
)
def test_the_table(lost, account, proofs):
    assert required(lost, **account) == proofs
