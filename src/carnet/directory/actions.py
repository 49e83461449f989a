"""Writes: structures and clients are registered, keys renewed, clients revoked.

Acts on no person's record: they stand in the log, with the rows' own dates.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import connection, transaction

from carnet.directory import tokens
from carnet.directory.certificates import read_certificate
from carnet.directory.keys import read_key_set
from carnet.directory.models import Client, Software
from carnet.directory.policies import DirectoryRefused
from carnet.directory.queries import REVOKED, ClientCard, StructureCard, find_client, find_structure
from carnet.platform import clock
from carnet.platform.ids import uuid7
from carnet.standards.finess import FinessError, parse_finess

log = structlog.get_logger("carnet.directory")

_LONGEST: Final = 80
_LONGEST_NAME: Final = 200
_SECTOR: Final = re.compile(r"SA[0-9]{2}")
_STRUCT_ID_NAT: Final = re.compile(r"2[0-9]{9}|3[0-9]{14}|[04][0-9A-Z]{9,30}")
_LABELS: Final = {"vendor": "L’éditeur", "product": "Le logiciel", "version": "La version"}


def register_structure(*, finess: str, name: str, sector: str = "") -> StructureCard:
    """Register a structure, or correct the name of one that is there; raises DirectoryRefused.

    `finess`: its FINESS number, else its Struct_IdNat (3 and its SIRET number…, ADR 0020).
    """
    number = _number(finess)
    words = _words("name", "Le nom de la structure", name, _LONGEST_NAME)
    if sector and not _SECTOR.fullmatch(sector):
        raise DirectoryRefused("sector", "Le secteur d’activité est un code du JDV_J61, par exemple SA01.")
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into directory_structure (finess, name, sector, created_at) values (%s, %s, %s, %s)"
            " on conflict (finess) do update set name = excluded.name, sector = excluded.sector",
            [number, words, sector, clock.now()],
        )
    log.info("structure registered", finess=number)
    return StructureCard(number, words, sector)


def create_client(
    *,
    structure: str,
    vendor: str,
    product: str,
    version: str,
    keys: Mapping[str, Any] | None,
    certificate: str = "",
    strict: bool = False,
) -> ClientCard:
    """Register one installation of a software in a structure, which is registered already.

    `keys`: its public keys (a JWK set, or one JWK); `certificate`: its TLS certificate in PEM. At least one
    of the two. Raises DirectoryRefused naming the field.
    """
    owner = find_structure(_number(structure))
    if owner is None:
        raise DirectoryRefused("structure", "Cette structure n’est pas enregistrée : donnez aussi son nom.")
    named = {name: _words(name, _LABELS[name], value) for name, value in
             {"vendor": vendor, "product": product, "version": version}.items()}  # fmt: skip
    ways = _ways(keys, certificate)
    with transaction.atomic():
        client = Client.objects.create(
            id=uuid7(), structure_id=owner.finess, software_id=_software(named), strict=strict,
            created_at=clock.now(), **ways,
        )  # fmt: skip
    log.info("client created", client_id=str(client.id), finess=owner.finess)
    return _get(client.id)


def renew_client(
    client_id: UUID, *, keys: Mapping[str, Any] | None = None, certificate: str = "", keep: bool = False
) -> ClientCard:
    """Give a client new keys, a new certificate, or both. `keep`: the former keys stay good beside the new.

    Raises DirectoryRefused; LookupError if there is no such client.
    """
    ways = _ways(keys, certificate)
    with transaction.atomic():
        client = Client.objects.select_for_update().filter(id=client_id).first()
        if client is None:
            raise LookupError(str(client_id))
        if keys is not None:
            former = client.keys["keys"] if keep else []
            client.keys = {"keys": read_key_set({"keys": [*ways["keys"]["keys"], *former]})}
        client.certificate = ways["certificate"] or client.certificate
        client.save(update_fields=["keys", "certificate"])
    tokens.forget(client_id)
    log.info("client renewed", client_id=str(client_id))
    return _get(client_id)


def revoke_client(client_id: UUID) -> ClientCard:
    """End a client: no token any more, and those it holds open nothing within five seconds. Twice is once."""
    _change(client_id, "state = %s, revoked_at = coalesce(revoked_at, %s)", [REVOKED, clock.now()])
    log.info("client revoked", client_id=str(client_id))
    return _get(client_id)


def set_strict(client_id: UUID, strict: bool) -> ClientCard:  # noqa: FBT001 - the one thing it sets
    """Hold a client to the profile's letter, or accept the known deviations; raises LookupError."""
    _change(client_id, "strict = %s", [strict])
    log.info("client strict", client_id=str(client_id), strict=strict)
    return _get(client_id)


def _change(client_id: UUID, assignments: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"update directory_client set {assignments} where id = %s", [*values, client_id])  # noqa: S608 - own text
        if not cursor.rowcount:
            raise LookupError(str(client_id))
    tokens.forget(client_id)


def _ways(keys: Mapping[str, Any] | None, certificate: str) -> dict[str, Any]:
    if keys is None and not certificate:
        raise DirectoryRefused("keys", "Un client prouve qui il est : donnez ses clés, ou son certificat.")
    return {
        "keys": {"keys": read_key_set(keys) if keys is not None else []},
        "certificate": read_certificate(certificate, clock.real_now()) if certificate else "",
    }


def _software(named: Mapping[str, str]) -> UUID:
    """Return the id of a version of a product in the register, added if it was not there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into directory_software (id, vendor, product, version, created_at)"
            " values (%s, %s, %s, %s, %s) on conflict (vendor, product, version) do nothing",
            [uuid7(), named["vendor"], named["product"], named["version"], clock.now()],
        )
    return Software.objects.only("id").get(**named).id


def _get(client_id: UUID) -> ClientCard:
    card = find_client(client_id)
    assert card is not None
    return card


def _number(text: str) -> str:
    """Return the number under which a structure stands (ADR 0020); raises DirectoryRefused."""
    if _STRUCT_ID_NAT.fullmatch(text):
        return text
    try:
        return parse_finess(text)
    except FinessError as error:
        raise DirectoryRefused("structure", error.message_fr) from error


def _words(field: str, label: str, text: str, longest: int = _LONGEST) -> str:
    words = " ".join(text.split())
    if not 0 < len(words) <= longest or not words.isprintable():
        raise DirectoryRefused(field, f"{label} se dit en 1 à {longest} caractères.")
    return words
