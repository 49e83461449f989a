"""Structures and clients: what is registered, what is refused, and how it is said."""

import base64
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from carnet.directory import api as directory
from carnet.directory.api import DirectoryRefused
from carnet.standards import oauth
from tests.directory.certificates import make_certificate
from tests.directory.clients import HOSPITAL, LILAS, add_client

pytestmark = pytest.mark.django_db


def refused(field, **told):
    with pytest.raises(DirectoryRefused) as caught:
        add_client(**told)
    assert caught.value.field == field
    return caught.value.message_fr


def test_a_structure_is_registered_once_and_renamed():
    directory.register_structure(finess=LILAS, name="Laboratoire des Lilas", sector="SA25")
    directory.register_structure(finess=" 310 000 013 ", name="  Laboratoire   du Lilas ")
    assert directory.find_structure(LILAS) == directory.StructureCard(LILAS, "Laboratoire du Lilas", "")
    assert directory.list_structures() == [directory.StructureCard(LILAS, "Laboratoire du Lilas", "")]
    assert directory.name_structures([LILAS, HOSPITAL]) == {LILAS: "Laboratoire du Lilas"}
    assert directory.find_structure(HOSPITAL) is None


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("structure", {"finess": "310000014"}),
        ("structure", {"finess": "' or 1=1"}),
        ("name", {"name": " "}),
        ("name", {"name": "a\x00b"}),
        ("name", {"name": "x" * 201}),
        ("sector", {"sector": "SA1"}),
    ],
)
def test_a_structure_that_is_none(field, given):
    with pytest.raises(DirectoryRefused) as caught:
        directory.register_structure(**{"finess": LILAS, "name": "Lilas"} | given)
    assert caught.value.field == field


def test_a_client_is_one_installation_of_a_software_in_a_structure():
    card, _ = add_client()
    other, _ = add_client(HOSPITAL, name="Hôpital des Tilleuls", strict=True)
    assert (card.structure, card.structure_name, card.state) == (LILAS, "Laboratoire des Lilas", "active")
    assert card.software == "Labo Exemple 4.2 (Éditeur Exemple)"
    assert (card.strict, other.strict) == (False, True)
    assert directory.list_clients() == [other, card]
    assert directory.list_clients(LILAS) == [card]
    assert directory.find_client(card.id) == card
    assert directory.find_client(UUID(int=1)) is None
    assert directory.find_software([card.id, other.id, UUID(int=1)]) == {
        card.id: card.software,
        other.id: card.software,
    }
    assert directory.find_software([]) == {}


def test_two_installations_of_one_version_are_one_software():
    from carnet.directory.models import Software

    add_client()
    add_client(HOSPITAL)
    add_client(version="4.3")
    assert sorted(Software.objects.values_list("version", flat=True)) == ["4.2", "4.3"]


def test_what_a_client_must_say():
    assert "éditeur" in refused("vendor", vendor="")
    assert "version" in refused("version", version="4\n.2" * 40).lower()
    assert "FINESS" in refused_structure("12")
    assert "enregistrée" in refused_structure(HOSPITAL)
    assert "ses clés, ou son certificat" in refused("keys", keys=None)


def refused_structure(finess):
    with pytest.raises(DirectoryRefused) as caught:
        directory.create_client(structure=finess, vendor="E", product="P", version="1", keys=None)
    assert caught.value.field == "structure"
    return caught.value.message_fr


def public(key):
    return key.as_dict(private=False)


def written(number):
    return base64.urlsafe_b64encode(number.to_bytes(128)).rstrip(b"=").decode()


ON_NO_CURVE = {**public(ECKey.generate_key("P-256")), "x": "AAAA"}
SMALL = {
    "kty": "RSA",
    "n": written(rsa.generate_private_key(65537, 1024).public_key().public_numbers().n),
    "e": "AQAB",
}


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ({}, "keys"),
        ({"keys": []}, "1 à 8"),
        ({"keys": [public(ECKey.generate_key("P-256"))] * 2}, "même"),
        ({"keys": [public(ECKey.generate_key("P-256")) for _ in range(9)]}, "1 à 8"),
        ({"keys": ["clé"]}, "keys[0]"),
        ({"keys": [oauth.make_key()]}, "privée"),
        ({"keys": [OctKey.generate_key(256).as_dict()]}, "privée"),
        (public(ECKey.generate_key("P-521")), "P-256"),
        (public(ECKey.generate_key("secp256k1")), "P-256"),
        (public(OKPKey.generate_key("X25519")), "Ed25519"),
        (ON_NO_CURVE, "ne se lit pas"),
        ({"kty": "EC", "crv": "P-256"}, "ne se lit pas"),
        ({"kty": "RSA", "n": 5, "e": "AQAB"}, "2048"),
        ({"kty": "RSA", "n": "é" * 400, "e": "AQAB"}, "2048"),
        ({"kty": "RSA", "n": "A" * 400, "e": "AQAB"}, "2048"),
        ({"kty": ["EC"], "crv": {}}, "EC P-256"),
        (SMALL, "2048"),
        ({**public(RSAKey.generate_key(2048)), "e": "Aw"}, "65537"),
        ({**public(ECKey.generate_key("P-256")), "use": "enc"}, "signature"),
        ({**public(ECKey.generate_key("P-256")), "alg": "RS256"}, "« alg »"),
        ({**public(ECKey.generate_key("P-256")), "alg": "HS256"}, "« alg »"),
        ({**public(ECKey.generate_key("P-256")), "kid": 4}, "« kid »"),
        ({**public(ECKey.generate_key("P-256")), "kid": "x" * 129}, "« kid »"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_keys_that_are_refused(keys, word):
    assert word in refused("keys", keys=keys)


def test_of_a_key_only_what_is_public_and_useful_is_kept():
    key = public(ECKey.generate_key("P-384")) | {"x5c": ["…"], "jku": "https://ailleurs.test"}
    card, _ = add_client(keys=key)
    (kept,) = directory.find_keys(card.id)
    assert kept.keys() == {"kty", "crv", "x", "y", "kid"}
    assert directory.find_keys(UUID(int=1)) == []


def test_a_certificate_is_enough():
    pem = make_certificate()
    card, _ = add_client(keys=None, certificate=pem)
    assert len(card.certificate) == 43
    assert directory.find_keys(card.id) == []


@pytest.mark.parametrize(
    "pem",
    [
        "certificat",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        make_certificate() * 2,
        make_certificate(days=(-30, -1)),
        make_certificate(days=(1, 30)),
        "é" * 20_000,
    ],
    ids=["words", "empty", "two", "ended", "not yet", "long"],
)
def test_certificates_that_are_refused(pem):
    assert "X.509" in refused("certificate", certificate=pem)


def test_renewing_keys():
    card, first = add_client()
    second = oauth.make_key()
    directory.renew_client(card.id, keys=oauth.public_part(second), keep=True)
    assert [key["kid"] for key in directory.find_keys(card.id)] == [second["kid"], first["kid"]]
    directory.renew_client(card.id, keys=oauth.public_part(second))
    assert [key["kid"] for key in directory.find_keys(card.id)] == [second["kid"]]
    renewed = directory.renew_client(card.id, certificate=make_certificate())
    assert renewed.certificate
    assert [key["kid"] for key in directory.find_keys(card.id)] == [second["kid"]]
    with pytest.raises(DirectoryRefused):
        directory.renew_client(card.id)
    with pytest.raises(DirectoryRefused):  # the same key twice
        directory.renew_client(card.id, keys=oauth.public_part(second), keep=True)


def test_who_is_not_there_is_neither_renewed_nor_revoked():
    for act in (directory.revoke_client, lambda client: directory.set_strict(client, True)):
        with pytest.raises(LookupError):
            act(UUID(int=1))
    with pytest.raises(LookupError):
        directory.renew_client(UUID(int=1), keys=oauth.public_part(oauth.make_key()))


def test_revoking_twice_keeps_the_first_moment():
    card, _ = add_client()
    first = directory.revoke_client(card.id)
    again = directory.revoke_client(card.id)
    assert (first.state, first.active) == ("revoked", False)
    assert first.revoked_at is not None
    assert again.revoked_at == first.revoked_at
