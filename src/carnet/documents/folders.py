"""The person's own folders (facts/mes.md 3.7): a name of fifty characters at most, once."""

from typing import Any, Final
from uuid import UUID

import orjson
from django.db import IntegrityError, connection, transaction

from carnet.access.api import Access
from carnet.documents.arranging import ArrangeRefused, FolderUnknownError
from carnet.documents.queries import fetch
from carnet.documents.shelf import open_name
from carnet.journal.api import EventType
from carnet.platform import clock, crypto
from carnet.platform.crypto import PersonKey
from carnet.platform.ids import uuid7
from carnet.standards.words import normalise

MAX_NAME: Final = 50
MAX_FOLDERS: Final = 200
"""More than anybody arranges by hand; it bounds what a page must show."""


def create_folder(a: Access, *, name: str) -> UUID:
    """Make a folder and return its id. Raises ArrangeRefused: no name, too long, taken, too many."""
    name = _checked(name)
    if _count(a) >= MAX_FOLDERS:
        raise ArrangeRefused("name", f"Vous avez déjà {MAX_FOLDERS} dossiers : supprimez-en un d’abord.")
    key, folder_id = crypto.ensure_key(a.person_id), uuid7()
    _write(
        "insert into documents_folder (person_id, id, name_key, sealed, created_at)"
        " values (%(person)s, %(id)s, %(name_key)s, %(sealed)s, %(now)s)",
        {"person": a.person_id, "id": folder_id, "now": clock.now(), **_named(key, name)},
    )
    a.record(EventType.FOLDERS_CHANGED)
    return folder_id


def rename_folder(a: Access, *, folder_id: UUID, name: str) -> None:
    """Give a folder another name. Raises FolderUnknownError, ArrangeRefused."""
    name = _checked(name)
    changed = _write(
        "update documents_folder set name_key = %(name_key)s, sealed = %(sealed)s"
        " where person_id = %(person)s and id = %(id)s",
        {"person": a.person_id, "id": folder_id, **_named(crypto.ensure_key(a.person_id), name)},
    )
    if not changed:
        raise FolderUnknownError(str(folder_id))
    a.record(EventType.FOLDERS_CHANGED)


def delete_folder(a: Access, *, folder_id: UUID) -> None:
    """Remove a folder; its documents stay, in none. Raises FolderUnknownError.

    The folder is locked first: who moves a document into it meanwhile waits, and is told that it went.
    """
    found = fetch(
        "select 1 from documents_folder where person_id = %(person)s and id = %(id)s for update",
        {"person": a.person_id, "id": folder_id},
    )
    if not found:
        raise FolderUnknownError(str(folder_id))
    with connection.cursor() as cursor:
        # Every row, also what this actor may not see: none may keep a folder that is gone.
        cursor.execute(
            "update documents_document set folder_id = null where person_id = %s and folder_id = %s",
            [a.person_id, folder_id],
        )
        cursor.execute(
            "delete from documents_folder where person_id = %s and id = %s", [a.person_id, folder_id]
        )
    a.record(EventType.FOLDERS_CHANGED)


def get_folder_name(a: Access, folder_id: UUID) -> str:
    """Return the name of a folder; raises FolderUnknownError."""
    rows = fetch(
        "select sealed from documents_folder where person_id = %(person)s and id = %(id)s",
        {"person": a.person_id, "id": folder_id},
    )
    if not rows:
        raise FolderUnknownError(str(folder_id))
    return open_name(a.key(), rows[0][0])


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not normalise(name).strip():
        raise ArrangeRefused("name", "Donnez un nom au dossier, avec au moins une lettre ou un chiffre.")
    if len(name) > MAX_NAME:
        raise ArrangeRefused("name", f"Le nom d’un dossier compte {MAX_NAME} caractères au plus.")
    return name


def _named(key: PersonKey, name: str) -> dict[str, Any]:
    """The columns of a name: two spellings that differ by case, accents or dashes are one name."""
    compared = " ".join(normalise(name).split())
    return {
        "name_key": key.hash("folder", compared),
        "sealed": key.seal("folder", orjson.dumps({"name": name})),
    }


def _write(statement: str, values: dict[str, Any]) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return bool(cursor.rowcount)
    except IntegrityError as error:
        raise ArrangeRefused("name", "Vous avez déjà un dossier de ce nom.") from error


def _count(a: Access) -> int:
    rows = fetch(
        "select count(*) from documents_folder where person_id = %(person)s", {"person": a.person_id}
    )
    return int(rows[0][0])
