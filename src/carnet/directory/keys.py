"""The public keys that a client registers: checked once, when they are given. Pure.

Sources: RFC 7517 (JWK set), RFC 8725, 3.5 (key sizes), NIST SP 800-131A (RSA from 2048 bits).
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Final

from carnet.directory.policies import DirectoryRefused
from carnet.standards import oauth

MOST_KEYS: Final = 8
RSA_BITS: Final = (2048, 4096)
_EXPONENTS: Final = range(65537, 2**32)
_KINDS: Final = tuple(oauth.ALGORITHMS.values())
_LONGEST_KID: Final = 128


def read_key_set(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the public keys of a JWK set (or of one JWK), each with its `kid`; raises DirectoryRefused."""
    keys = given.get("keys", [given] if "kty" in given else None)
    if not isinstance(keys, list) or not 0 < len(keys) <= MOST_KEYS:
        raise _refused(f"donnez un jeu de clés JWK : « keys », avec 1 à {MOST_KEYS} clés.")
    read = [_read_key(key, f"keys[{place}]") for place, key in enumerate(keys)]
    if len({key["kid"] for key in read}) != len(read):
        raise _refused("deux clés ont le même « kid ».")
    return read


def choose(keys: Sequence[Mapping[str, Any]], header: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the client's key that an assertion's header names, if its algorithm is one for that key."""
    kid, algorithm = header.get("kid"), header.get("alg")
    found = [key for key in keys if key["kid"] == kid] if kid is not None else list(keys)
    if len(found) != 1 or not isinstance(algorithm, str) or not _suits(found[0], algorithm):
        return None
    return found[0]


def _suits(key: Mapping[str, Any], algorithm: str) -> bool:
    kind = (key["kty"], key.get("crv", ""))
    return oauth.ALGORITHMS.get(algorithm) == kind and key.get("alg", algorithm) == algorithm


def _read_key(given: object, place: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _refused(f"{place} n’est pas une clé JWK.")
    if oauth.PRIVATE_MEMBERS & given.keys():
        raise _refused(f"{place} est une clé privée : gardez-la chez vous, et donnez sa partie publique.")
    public = oauth.public_part(given)
    if (public.get("kty"), public.get("crv", "")) not in _KINDS:
        raise _refused(f"{place} doit être une clé EC P-256 ou P-384, RSA, ou OKP Ed25519.")
    _check_use(public, place)
    if public["kty"] == "RSA":
        _check_rsa(public, place)
    key = _import(public, place)
    return public | {"kid": public.get("kid") or key.thumbprint()}


def _check_use(public: Mapping[str, Any], place: str) -> None:
    if public.get("use", "sig") != "sig":
        raise _refused(f"{place} n’est pas une clé de signature (« use » vaut « sig »).")
    if "alg" in public and not _suits(public, str(public["alg"])):
        raise _refused(f"{place} : « alg » ne va pas avec cette clé. Admis : {', '.join(oauth.ALGORITHMS)}.")
    kid = public.get("kid", "")
    if not isinstance(kid, str) or len(kid) > _LONGEST_KID or not kid.isprintable():
        raise _refused(f"{place} : « kid » est un texte de {_LONGEST_KID} caractères au plus.")


def _import(public: Mapping[str, Any], place: str) -> oauth.Key:
    try:
        key = oauth.import_key(public)
        _ = key.public_key  # reading it checks the point of the curve, the modulus
    except (oauth.KeyUnusableError, ValueError) as error:
        raise _refused(f"{place} ne se lit pas comme une clé {public['kty']}.") from error
    return key


def _check_rsa(public: Mapping[str, Any], place: str) -> None:
    least, most = RSA_BITS
    if not least <= _number(public, "n").bit_length() <= most or _number(public, "e") not in _EXPONENTS:
        raise _refused(
            f"{place} : une clé RSA compte {least} à {most} bits, et son exposant vaut au moins 65537."
        )


def _number(public: Mapping[str, Any], member: str) -> int:
    """Return a number of a JWK (RFC 7518, 2: Base64urlUInt), 0 when it is none."""
    text = public.get(member)
    try:
        return int.from_bytes(base64.urlsafe_b64decode(f"{text}==")) if isinstance(text, str) else 0
    except ValueError:
        return 0


def _refused(message_fr: str) -> DirectoryRefused:
    return DirectoryRefused("keys", f"Clés : {message_fr}")
