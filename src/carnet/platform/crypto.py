"""Keys and sealing: AES-256-GCM, one data key a person, wrapped by the master key.

The key file (settings.CARNET_KEY_FILE, outside the data folder in production) has one key a line:
`index <base64>` (look-up hashes and derived codes; never rotated) and `master <id> <base64>`
(the last one wraps; the others still unwrap until `carnet keys rotate` has passed).
What it protects and what not: docs/security.md.
"""

import base64
import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection

_KEY_BYTES = 32
_NONCE_BYTES = 12
_INDEX_BYTES = 16
_VERSION = b"\x01"


class KeyMissingError(LookupError):
    """The person has no key: nothing was ever sealed for her, or it was destroyed."""


class SealBrokenError(ValueError):
    """What was to be opened is not what was sealed, or not under this key."""


@dataclass(frozen=True)
class KeyRing:
    """The content of the key file."""

    index: bytes
    masters: tuple[tuple[str, bytes], ...]

    @property
    def current(self) -> tuple[str, bytes]:
        return self.masters[-1]

    def master(self, key_id: str) -> bytes:
        """Return the master key of that id; raises KeyMissingError."""
        for known, key in self.masters:
            if known == key_id:
                return key
        raise KeyMissingError(f"clé maîtresse {key_id} absente du fichier de clés")


def create_key_file(path: Path) -> None:
    """Write a new key file, readable by its owner alone; raises FileExistsError if there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"index {_encoded(os.urandom(_KEY_BYTES))}\n")
        file.write(f"master k1 {_encoded(os.urandom(_KEY_BYTES))}\n")
        file.flush()
        os.fsync(file.fileno())


def add_master_key(path: Path) -> str:
    """Append a new master key to the file and return its id; it wraps from the next start on."""
    key_id = _unused_id(_read(path))
    begun = "" if path.read_text().endswith("\n") else "\n"  # a hand may have taken a line away
    with path.open("a") as file:
        file.write(f"{begun}master {key_id} {_encoded(os.urandom(_KEY_BYTES))}\n")
        file.flush()
        os.fsync(file.fileno())
    key_ring.cache_clear()
    _derived.cache_clear()
    return key_id


@lru_cache(maxsize=1)
def key_ring() -> KeyRing:
    """Return the keys of settings.CARNET_KEY_FILE; raises FileNotFoundError or ValueError."""
    return _read(Path(settings.CARNET_KEY_FILE))


def index_hash(purpose: str, value: str) -> bytes:
    """Return the 16-byte keyed hash under which `value` is looked up for `purpose`."""
    return hmac.digest(derived_key("index:" + purpose), value.encode(), "sha256")[:_INDEX_BYTES]


def index_hashes(purpose: str, values: Iterable[bytes]) -> bytes:
    """Return the `index_hash` of many values (as UTF-8), one after the other: 16 bytes each."""
    prepared = HMAC(derived_key("index:" + purpose), SHA256())
    found = bytearray()
    for value in values:
        one = prepared.copy()
        one.update(value)
        found += one.finalize()[:_INDEX_BYTES]
    return bytes(found)


def derived_key(purpose: str) -> bytes:
    """Return the 32-byte key for one purpose, derived from the index key (HKDF-SHA256)."""
    return _derived(purpose, key_ring().index)


@lru_cache(maxsize=64)
def _derived(purpose: str, secret: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)


# -- what belongs to no person's record: outbox payloads, drafts, agents' contacts


def seal_system(purpose: str, plain: bytes) -> bytes:
    """Seal bytes that live shortly or belong to no person, under the key of `purpose`."""
    return _seal(derived_key("seal:" + purpose), plain, purpose.encode())


def open_system(purpose: str, sealed: bytes) -> bytes:
    """Return what `seal_system` sealed; raises SealBrokenError."""
    return _open(derived_key("seal:" + purpose), sealed, purpose.encode())


# -- what belongs to a person


class PersonKey:
    """The unwrapped data key of one person. Not kept beyond the request or job that asked for it."""

    def __init__(self, person_id: UUID, key: bytes) -> None:
        self.person_id = person_id
        self._key = key

    def seal(self, purpose: str, plain: bytes) -> bytes:
        """Return the bytes sealed for this person and purpose (AES-256-GCM, random nonce)."""
        return _seal(self._key, plain, self._context(purpose))

    def open(self, purpose: str, sealed: bytes) -> bytes:
        """Return what `seal` sealed for the same person and purpose; raises SealBrokenError."""
        return _open(self._key, bytes(sealed), self._context(purpose))

    def name_of(self, content: bytes) -> str:
        """Return the name of a content: comparable within this person's record, nowhere else."""
        return hmac.digest(self._key, content, "sha256").hex()

    def hash(self, purpose: str, value: str) -> bytes:
        """Return a 16-byte look-up hash of `value` that means nothing outside this record."""
        return hmac.digest(self._key, f"{purpose}\0{value}".encode(), "sha256")[:_INDEX_BYTES]

    def _context(self, purpose: str) -> bytes:
        return self.person_id.bytes + purpose.encode()


def ensure_key(person_id: UUID) -> PersonKey:
    """Return the person's key, made now if she has none (one row, in the present transaction)."""
    known = find_key(person_id)
    if known is not None:
        return known
    # The file itself and not what is remembered of it: once all keys are wrapped again, the old master
    # key may be taken away, and a process that started before must not have used it since.
    key_id, master = _read(Path(settings.CARNET_KEY_FILE)).current
    fresh = os.urandom(_KEY_BYTES)
    wrapped = _seal(master, fresh, person_id.bytes)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into platform_personkey (person_id, key_id, wrapped) values (%s, %s, %s)"
            " on conflict (person_id) do nothing",
            [person_id, key_id, wrapped],
        )
    return get_key(person_id)


def get_key(person_id: UUID) -> PersonKey:
    """Return the person's key; raises KeyMissingError."""
    key = find_key(person_id)
    if key is None:
        raise KeyMissingError(str(person_id))
    return key


def find_key(person_id: UUID) -> PersonKey | None:
    """Return the person's key, or None if she has none."""
    with connection.cursor() as cursor:
        cursor.execute(KEY_OF, {"person": person_id})
        row = cursor.fetchone()
    return None if row is None else unwrap(person_id, *row)


KEY_OF = "select key_id, wrapped from platform_personkey where person_id = %(person)s"
"""Finds a person's wrapped key: for who fetches it with something else, in one round trip."""


def unwrap(person_id: UUID, key_id: str, wrapped: bytes) -> PersonKey:
    """Return the key that a row of `KEY_OF` holds. Raises KeyMissingError, SealBrokenError."""
    return PersonKey(person_id, _open(_master(key_id), bytes(wrapped), person_id.bytes))


def _master(key_id: str) -> bytes:
    """Return a master key; one made since this process started is read from the file again."""
    try:
        return key_ring().master(key_id)
    except KeyMissingError:
        key_ring.cache_clear()
        return key_ring().master(key_id)


def rewrap(key_id: str, wrapped: bytes, person_id: UUID) -> tuple[str, bytes]:
    """Return (id, bytes) of the same data key wrapped by the current master key."""
    plain = _open(_master(key_id), bytes(wrapped), person_id.bytes)
    current, master = key_ring().current
    return current, _seal(master, plain, person_id.bytes)


def _seal(key: bytes, plain: bytes, context: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, context)


def _open(key: bytes, sealed: bytes, context: bytes) -> bytes:
    if sealed[:1] != _VERSION:
        raise SealBrokenError("version de scellement inconnue")
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, context)
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError("contenu altéré ou mauvaise clé") from error


def _read(path: Path) -> KeyRing:
    index, masters = b"", []
    for line in path.read_text().splitlines():
        match line.split():
            case ["index", value]:
                index = base64.b64decode(value)
            case ["master", key_id, value]:
                masters.append((key_id, base64.b64decode(value)))
            case [_, *_]:
                raise ValueError(f"fichier de clés illisible : {path}")
    if len({key_id for key_id, _ in masters}) != len(masters):
        raise ValueError(f"deux clés maîtresses du même nom : {path}")
    if len(index) != _KEY_BYTES or not masters or any(len(key) != _KEY_BYTES for _, key in masters):
        raise ValueError(f"fichier de clés illisible : {path}")
    return KeyRing(index, tuple(masters))


def _unused_id(ring: KeyRing) -> str:
    """Return the name of the next master key: never one that is there, whichever were taken away."""
    numbers = [int(key_id[1:]) for key_id, _ in ring.masters if key_id[1:].isdecimal()]
    return f"k{max(numbers, default=0) + 1}"


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()
