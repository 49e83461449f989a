"""Access tokens: who holds one, until when, for what, with which certificate."""

import base64
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.directory import api as directory
from carnet.directory import tokens
from carnet.directory.api import OAuthRefused
from carnet.journal.api import ActorKind
from tests.directory.certificates import make_certificate
from tests.directory.clients import HOSPITAL, LILAS, add_client, token_of, wait

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept():
    tokens._kept.clear()


def refused(text, **more):
    with pytest.raises(OAuthRefused) as caught:
        directory.read_token(text, **more)
    assert caught.value.error == "invalid_token"
    return caught.value


def test_a_token_says_who_calls():
    card, _ = add_client(strict=True)
    given_token = directory.issue_token(card)
    assert given_token.expires_in == 1800
    caller = directory.read_token(given_token.access_token)
    assert (caller.client_id, caller.structure, caller.strict) == (card.id, LILAS, True)
    assert caller.software == "Labo Exemple 4.2 (Éditeur Exemple)"
    actor = caller.actor
    assert (actor.kind, actor.id, actor.structure) == (ActorKind.HEALTHCARE_FACILITY, card.id, LILAS)
    assert caller.may("DocumentReference", "u")
    assert not caller.may("Binary", "d")
    assert not caller.may("Patient", "r")


def test_two_tokens_are_never_the_same_and_say_nothing():
    card, _ = add_client()
    first, second = token_of(card), token_of(card)
    assert first != second
    sealed = base64.urlsafe_b64decode(first + "==")
    assert card.id.bytes not in sealed
    assert LILAS.encode() not in sealed


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ("", " ".join(directory.SCOPES)),
        ("system/Binary.c", "system/Binary.c"),
        (
            "system/DocumentReference.rs  system/Binary.r system/Binary.r",
            "system/DocumentReference.rs system/Binary.r",
        ),
    ],
)
def test_a_smaller_scope_may_be_asked(asked, granted):
    card, _ = add_client()
    token = directory.issue_token(card, scope=asked)
    assert token.scope == granted
    assert directory.read_token(token.access_token).scopes == frozenset(granted.split())


@pytest.mark.parametrize(
    "asked", ["system/Binary.u", "system/Patient.r", "user/Binary.r", "openid", "system/Binary.", "système", "system/Binary.crx"]
)  # fmt: skip
def test_a_larger_scope_is_refused(asked):
    card, _ = add_client()
    with pytest.raises(OAuthRefused) as caught:
        directory.issue_token(card, scope=asked)
    assert caught.value.error == "invalid_scope"
    assert "system/DocumentReference.cruds" in caught.value.description


def test_a_token_ends_after_thirty_minutes(monkeypatch):
    card, _ = add_client()
    token = token_of(card)
    wait(monkeypatch, minutes=29)
    assert directory.read_token(token).client_id == card.id
    wait(monkeypatch, minutes=2)
    refusal = refused(token)
    assert refusal.expired
    assert refusal.challenge == (
        'Bearer realm="carnet", error="invalid_token",'
        ' error_description="Ce jeton a expire : demandez-en un nouveau."'
    )


def test_a_token_is_read_without_the_database_while_the_state_of_its_client_is_kept(
    django_assert_num_queries,
):
    card, _ = add_client()
    token = token_of(card)
    with django_assert_num_queries(1):
        directory.read_token(token)
    with django_assert_num_queries(0):
        directory.read_token(token)


def test_what_another_process_revokes_is_known_within_five_seconds(monkeypatch):
    card, _ = add_client()
    token = token_of(card)
    directory.read_token(token)
    kept = dict(tokens._kept)
    directory.revoke_client(card.id)
    tokens._kept.update(kept)  # as in a process that did not revoke it itself
    assert directory.read_token(token).client_id == card.id
    moment = time.monotonic() + 5.1
    monkeypatch.setattr(time, "monotonic", lambda: moment)
    assert "révoqué" in refused(token).message_fr


def test_here_a_revocation_is_known_at_once():
    card, _ = add_client()
    token = token_of(card)
    directory.read_token(token)
    directory.revoke_client(card.id)
    assert not refused(token).expired


def test_strictness_follows_the_client_and_not_the_token():
    card, _ = add_client()
    token = token_of(card)
    assert not directory.read_token(token).strict
    directory.set_strict(card.id, True)
    assert directory.read_token(token).strict


def test_a_bound_token_serves_with_its_certificate_alone():
    pem = make_certificate()
    card, _ = add_client(certificate=pem)
    bound = directory.issue_token(card, certificate=pem).access_token
    assert directory.read_token(bound, certificate=pem).client_id == card.id
    for shown in ("", make_certificate(), "rien"):
        assert "certificat" in refused(bound, certificate=shown).message_fr


def test_a_certificate_that_is_not_the_client_s_binds_nothing():
    card, _ = add_client()
    token = directory.issue_token(card, certificate=make_certificate()).access_token
    assert directory.read_token(token).client_id == card.id


def test_what_is_kept_is_bounded(monkeypatch):
    monkeypatch.setattr(tokens, "_MOST_KEPT", 2)
    for finess in (LILAS, HOSPITAL, "310000039"):
        card, _ = add_client(finess)
        directory.read_token(token_of(card))
    assert len(tokens._kept) <= 2


def test_a_token_of_another_purpose_opens_nothing():
    from carnet.platform.crypto import seal_system

    sealed = seal_system("other", b"[]")
    refused(base64.urlsafe_b64encode(sealed).decode())


@given(
    st.text(max_size=400) | st.binary(max_size=300).map(lambda data: base64.urlsafe_b64encode(data).decode())
)
def test_no_text_is_a_token(text):
    refused(text)


ALPHABET = string.ascii_letters + string.digits + "-_ é="


@given(st.integers(0, 190), st.integers(1, len(ALPHABET) - 1))
def test_a_token_with_one_character_changed_is_none(place, step):
    card, _ = add_client()
    token = token_of(card)
    other = ALPHABET[(ALPHABET.index(token[place]) + step) % len(ALPHABET)]
    refused(token[:place] + other + token[place + 1 :])


def test_a_long_text_is_not_even_looked_at():
    refused("A" * 1_000_000)
