"""Second factors: time-based codes (RFC 6238) and passkeys (WebAuthn level 2).

A TOTP code is good for its step and the two beside it, once: the last step used is kept, so that a code
read over a shoulder cannot be replayed. A passkey's counter may only grow.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pyotp
import segno
from django.conf import settings
from django.db import connection
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from carnet.people.accounts import AccountCard
from carnet.people.credentials import CredentialError
from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7

STEP_SECONDS = 30
LABEL_LONGEST = 60
_ISSUER = "Carnet"
_SEAL = "totp"
_LOOPBACK = ("127.0.0.1", "::1")


# -- time-based codes


def new_secret() -> str:
    """Return a new shared secret, in base 32 (160 bits: RFC 4226, R6)."""
    return pyotp.random_base32()


def in_groups(secret: str) -> str:
    """Return a secret in groups of four, to be copied by eye; applications ignore the spaces."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def secret_uri(secret: str, login: str) -> str:
    """Return the otpauth address that an authenticator application reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER)


def qr_image(text: str) -> str:
    """Return a QR code as the address of an inline SVG image."""
    return str(segno.make(text, error="m").svg_data_uri(scale=5, border=4, light="#fff"))


def match_step(secret: str, code: str, *, at: int, last_step: int) -> int | None:
    """Return the step of a good code that was not used before, or None. `at`: Unix seconds."""
    digits = "".join(code.split())
    totp = pyotp.TOTP(secret)
    for step in (at // STEP_SECONDS + drift for drift in (-1, 0, 1)):
        if step > last_step and pyotp.utils.strings_equal(digits, totp.at(step * STEP_SECONDS)):
            return step
    return None


def check_totp(card: AccountCard, code: str) -> bool:
    """Say whether a code is good, and use its step up. Two browsers cannot use the same one."""
    with connection.cursor() as cursor:
        cursor.execute("select totp_sealed, totp_last_step from people_account where id = %s", [card.id])
        row = cursor.fetchone()
        if row is None or row[0] is None:
            return False
        secret = crypto.get_key(card.owner_id).open(_SEAL, row[0]).decode()
        step = match_step(secret, code, at=int(clock.real_now().timestamp()), last_step=row[1])
        if step is None:
            return False
        cursor.execute(
            "update people_account set totp_last_step = %s where id = %s and totp_last_step < %s",
            [step, card.id, step],
        )
        return bool(cursor.rowcount == 1)


def keep_secret(card: AccountCard, secret: str, *, last_step: int = 0) -> None:
    """Make a shared secret the second factor of an account, in the present transaction."""
    sealed = crypto.get_key(card.owner_id).seal(_SEAL, secret.encode())
    with connection.cursor() as cursor:
        cursor.execute(
            "update people_account set factor = 'totp', totp_sealed = %s, totp_last_step = %s where id = %s",
            [sealed, last_step, card.id],
        )


def find_sealed_secret(card: AccountCard) -> bytes | None:
    """Return the shared secret of an account as it is kept (sealed under its owner's key), or None."""
    with connection.cursor() as cursor:
        cursor.execute("select totp_sealed from people_account where id = %s", [card.id])
        row = cursor.fetchone()
    return bytes(row[0]) if row and row[0] is not None else None


def put_back(card: AccountCard, undo: Mapping[str, str]) -> None:
    """Put a second factor back as it was before a change, in the present transaction.

    `undo`: "factor", as it was; "totp", the sealed secret before (hex, empty for none); "passkey", the id of
    one that was added. Where no passkey is left, codes by message stand in: she is not shut out.
    """
    with connection.cursor() as cursor:
        if "passkey" in undo:
            cursor.execute(
                "delete from people_passkey where account_id = %s and id = %s", [card.id, undo["passkey"]]
            )
        if "totp" in undo:
            secret = bytes.fromhex(undo["totp"]) or None
            cursor.execute("update people_account set totp_sealed = %s where id = %s", [secret, card.id])
        factor = undo["factor"]
        if factor == "passkey" and not list_passkeys(card.id):
            factor = "email"
        cursor.execute("update people_account set factor = %s where id = %s", [factor, card.id])


# -- passkeys


def relying_party() -> tuple[str, str]:
    """Return the id and the origin that passkeys are bound to, from settings.CARNET_BASE_URL.

    WebAuthn knows no network addresses: on the machine itself the name is `localhost`.
    """
    parts = urlsplit(settings.CARNET_BASE_URL)
    host = "localhost" if parts.hostname in _LOOPBACK else str(parts.hostname)
    port = f":{parts.port}" if parts.port else ""
    return host, f"{parts.scheme}://{host}{port}"


def registration_options(account_id: UUID, login: str) -> tuple[str, str]:
    """Return what the browser needs to make a passkey (JSON), and the challenge to keep."""
    options = generate_registration_options(
        rp_id=relying_party()[0],
        rp_name=_ISSUER,
        user_name=login,
        user_id=account_id.bytes,
        exclude_credentials=_descriptors(account_id),
    )
    return options_to_json(options), bytes_to_base64url(options.challenge)


def read_registration(credential: str, challenge: str) -> tuple[bytes, bytes, int]:
    """Return (credential id, public key, counter) of a new passkey; raises CredentialError."""
    host, origin = relying_party()
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=host,
            expected_origin=origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise CredentialError(
            "credential", "Cette clé d’accès n’a pas pu être vérifiée. Recommencez."
        ) from error
    return made.credential_id, made.credential_public_key, made.sign_count


def keep_passkey(card: AccountCard, made: tuple[bytes, bytes, int], *, label: str) -> UUID:
    """Add a passkey, make it the account's second factor, return its id; in the present transaction."""
    passkey_id = uuid7()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into people_passkey (id, account_id, credential_id, public_key, sign_count, label,"
            " created_at, last_used_at) values (%s, %s, %s, %s, %s, %s, %s, null)"
            " on conflict (credential_id) do nothing",
            [passkey_id, card.id, *made, label.strip()[:LABEL_LONGEST] or "Clé d’accès", clock.real_now()],
        )
        if cursor.rowcount != 1:
            raise CredentialError("credential", "Cette clé d’accès est déjà enregistrée.")
        cursor.execute("update people_account set factor = 'passkey' where id = %s", [card.id])
    return passkey_id


def authentication_options(account_id: UUID) -> tuple[str, str]:
    """Return what the browser needs to use a passkey of the account (JSON), and the challenge to keep."""
    options = generate_authentication_options(
        rp_id=relying_party()[0], allow_credentials=_descriptors(account_id)
    )
    return options_to_json(options), bytes_to_base64url(options.challenge)


def check_passkey(card: AccountCard, credential: str, challenge: str) -> bool:
    """Say whether a passkey of this account has signed the challenge; its counter is kept."""
    found = _passkey(card.id, credential)
    if found is None:
        return False
    passkey_id, public_key, count = found
    host, origin = relying_party()
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=public_key,
            credential_current_sign_count=count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "update people_passkey set sign_count = %s, last_used_at = %s where id = %s and sign_count = %s",
            [verified.new_sign_count, clock.real_now(), passkey_id, count],
        )
        return bool(cursor.rowcount == 1)


def list_passkeys(account_id: UUID) -> list[dict[str, Any]]:
    """Return id, label, created_at and last_used_at of an account's passkeys, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, label, created_at, last_used_at from people_passkey"
            " where account_id = %s order by id",
            [account_id],
        )
        names = ("id", "label", "created_at", "last_used_at")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _passkey(account_id: UUID, credential: str) -> tuple[UUID, bytes, int] | None:
    try:
        credential_id = base64url_to_bytes(str(json.loads(credential)["id"]))
    except (ValueError, KeyError, TypeError):
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, public_key, sign_count from people_passkey"
            " where account_id = %s and credential_id = %s",
            [account_id, credential_id],
        )
        row = cursor.fetchone()
    return (row[0], bytes(row[1]), row[2]) if row else None


def _descriptors(account_id: UUID) -> list[PublicKeyCredentialDescriptor]:
    with connection.cursor() as cursor:
        cursor.execute("select credential_id from people_passkey where account_id = %s", [account_id])
        return [PublicKeyCredentialDescriptor(id=bytes(row[0])) for row in cursor.fetchall()]
