"""What is there already of documents that come, and what refuses them, before anything is stored."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import orjson

from carnet.access.api import Access
from carnet.documents import locator, policies, twins, versions
from carnet.documents.coming import Coming
from carnet.documents.policies import Code, DepositRefused
from carnet.documents.queries import fetch
from carnet.documents.receipts import Deposited
from carnet.documents.records import claim_of, content_key, unique_key
from carnet.platform.crypto import PersonKey


@dataclass(frozen=True, slots=True)
class There:
    """A row that is there: `sha256` of what was sent then, hexadecimal."""

    deposited: Deposited
    withdrawn: bool
    sha256: str


_THERE: Final = (
    "select unique_key, status, sealed, id, coalesce(same_as, id), entry_id, meta_version,"
    " greatest(changed_at, status_at, deposited_at), (select o.id from documents_document o"
    " where o.person_id = d.person_id and o.set_key = d.set_key and o.replaced_by = d.id limit 1)"
    " from documents_document d where person_id = %(person)s"
)


def check_elsewhere(a: Access, comings: Sequence[Coming]) -> None:
    """Refuse a uniqueId that its depositor gave to another person's document."""
    keys = {
        locator.key_of_unique(one.by.structure, one.document.unique_id): number
        for number, one in enumerate(comings)
        if not one.own
    }
    for key in locator.find_elsewhere(a.person_id, keys) if keys else ():
        with policies.naming(keys[key]):
            raise policies.duplicate()


def list_there(a: Access, comings: Sequence[Coming], key: PersonKey | None) -> list[Deposited | None]:
    """Return what there is of each document, None where it is new. Raises what refuses one of them.

    `key`: None where nothing was ever sealed for the person.
    """
    if key is None:
        _check_nothing_named(comings)
        return [None for _ in comings]
    replaced: set[UUID] = set()
    found = fetch_same(a, comings[0].by.structure, [_name(one, key) for one in comings], key)
    there = []
    for number, one in enumerate(comings):
        with policies.naming(number):
            row = found.get(_name(one, key))
            there.append(same(one, row) if row else _find_other(a, one, key, replaced))
    return there


def _check_nothing_named(comings: Sequence[Coming]) -> None:
    for number, one in enumerate(comings):
        if one.replaces:
            with policies.naming(number):
                raise versions.not_found()


def _name(coming: Coming, key: PersonKey) -> bytes:
    return unique_key(key, coming.document.unique_id)


def fetch_same(a: Access, structure: str, names: Sequence[bytes], key: PersonKey) -> dict[bytes, There]:
    """Return what a depositor has under some names (`unique_key`)."""
    rows = fetch(
        f"{_THERE} and structure = %(structure)s and unique_key = any(%(keys)s)",
        {"person": a.person_id, "structure": structure, "keys": list(names)},
    )
    return {
        bytes(name): There(
            Deposited(a.person_id, document, True, *others),
            status == "deleted",
            orjson.loads(key.open("document", sealed))["sha256"],
        )
        for name, status, sealed, document, *others in rows
    }


def same(coming: Coming, there: There) -> Deposited:
    """Return what is there under the name of a document; refuses other bytes, and what was taken back."""
    if there.withdrawn:
        raise DepositRefused(
            Code.WITHDRAWN,
            "uniqueId",
            "Ce document a été retiré : il ne revient que sous un autre identifiant (uniqueId).",
        )
    if there.sha256 != hashlib.sha256(coming.sent).hexdigest():
        raise policies.duplicate()
    return there.deposited


def _find_other(a: Access, coming: Coming, key: PersonKey, replaced: set[UUID]) -> Deposited | None:
    """Return what the person added already under another name; checks what a new one replaces.

    `replaced`: by those that come before it, to which its own is added.
    """
    if coming.own and not coming.replaced:
        seen = content_key(key, coming.document, coming.narrative)
        head = twins.find_head(a, seen, coming.visibility)
        if head is not None and head.own:
            return _get(a, head.id)
    old = versions.find_replaced(a, claim_of(coming, key))
    if old is not None and old.id in replaced:
        raise versions.not_latest()
    replaced.update([old.id] if old else [])
    return None


def _get(a: Access, document_id: UUID) -> Deposited:
    rows = fetch(f"{_THERE} and id = %(id)s", {"person": a.person_id, "id": document_id})
    return Deposited(a.person_id, rows[0][3], True, *rows[0][4:])
