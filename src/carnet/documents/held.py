"""What a structure finds and reads back of what it deposited itself, and nothing else of anybody.

The hot reads: the index says where a document is, then `access.glance` decides, reads and journals. What
is absent, another structure's, or of a space that is closed is one and the same `HeldUnknown`; where there
is a person, her journal says by which rule it was refused (docs/held.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, NoReturn
from uuid import UUID

import orjson

from carnet.access import api as access
from carnet.access.api import Glimpse, Question, Rule, Scope, Visibility
from carnet.documents import locator, wrapping
from carnet.documents.policies import LEVELS, normal_id
from carnet.documents.queries import fetch
from carnet.documents.records import blob_purpose
from carnet.journal.api import Actor, EventType, Purpose
from carnet.platform import blobs
from carnet.platform.crypto import PersonKey, SealBrokenError
from carnet.standards.cda.model import CdaRefused

MASKED: Final = "MASQUE_PS"
INVISIBLE: Final = "INVISIBLE_PATIENT"
INVISIBLE_TO_REPRESENTATIVES: Final = "INVISIBLE_REPRESENTANTS_LEGAUX"
"""securityLabel (facts/interop.md 2.7): one level, and the three flags."""

STATUS: Final = {"current": "current", "superseded": "superseded", "deleted": "entered-in-error"}
"""FHIR DocumentReference.status of what the register says."""

HELD: Final = (
    "d.id, d.logical_id, d.entry_id, d.meta_version, d.status, d.archived, d.masked, d.invisible_patient,"
    " d.invisible_representatives, d.structure, d.type_code, d.class_code, d.format_code, d.media_type,"
    " d.size, d.blob, d.created_on, d.deposited_at, greatest(d.changed_at, d.status_at, d.deposited_at),"
    " (select o.id from documents_document o where o.person_id = d.person_id and o.set_key = d.set_key"
    " and o.replaced_by = d.id and o.structure = d.structure limit 1), d.sealed, d.face"
)


class HeldUnknown(LookupError):  # noqa: N818 - an answer, the same for all that is not this structure's
    """Absent, another structure's, of a closed space: never told apart."""

    def __init__(self) -> None:
        super().__init__("Aucun document de cette structure ne porte cet identifiant.")


class HeldWithdrawn(LookupError):  # noqa: N818 - an answer
    """The structure withdrew this document of its own: its content is no longer given."""

    def __init__(self) -> None:
        super().__init__("Ce document a été retiré par la structure qui l’avait déposé.")


class HeldDamaged(Exception):  # noqa: N818 - beside the two others
    """The register has the document, the store does not give its content back whole."""


@dataclass(frozen=True, slots=True)
class Held:
    """One version of a document, as its depositor sees it. Times in UTC.

    `id` never changes; `entry_id` (entryUUID) and `meta_version` do at each change of the metadata, at
    `changed_at`. `status`: current, superseded, entered-in-error. `size` in bytes and `sha1`: of what was
    deposited; `sha1` is empty where nothing kept it. `replaces`: the id of its own older version. `face`:
    the metadata as it gave them, None when the document did not come by FHIR; `facts`: what the register
    keeps of the document itself. `withheld`: the person blocked the structure, nothing of it is sent back.
    """

    person_id: UUID
    id: UUID
    logical_id: UUID
    entry_id: UUID
    meta_version: int
    status: str
    archived: bool
    visibility: Visibility
    type_code: str
    class_code: str
    format_code: str
    media_type: str
    size: int
    sha1: bytes
    blob: str
    created_on: datetime
    deposited_at: datetime
    changed_at: datetime
    replaces: UUID | None
    unique_id: str
    face: bytes | None
    facts: dict[str, Any]
    withheld: bool = False

    @property
    def level(self) -> str:
        """The level of confidentiality: N, R or V."""
        return level_of(self.facts)

    @property
    def labels(self) -> frozenset[str]:
        """The security labels: the level, and who does not see the document."""
        flags = (
            (self.visibility.masked, MASKED),
            (self.visibility.invisible_patient, INVISIBLE),
            (self.visibility.invisible_representatives, INVISIBLE_TO_REPRESENTATIVES),
        )
        return frozenset({self.level, *(label for said, label in flags if said)})


def level_of(facts: Mapping[str, Any]) -> str:
    """Return the level of confidentiality that a document has, by what is sealed of it."""
    said = str(facts.get("confidentiality", "N"))
    return said if said in LEVELS else "N"


def visibility_of(labels: frozenset[str]) -> Visibility:
    """Return who does not see a document, by its security labels."""
    return Visibility(
        masked=MASKED in labels,
        invisible_patient=INVISIBLE in labels,
        invisible_representatives=INVISIBLE_TO_REPRESENTATIVES in labels,
        level=max(labels & LEVELS, default="N"),
    )


def get_held(document_id: UUID, *, by: Actor) -> Held:
    """Return a document of the structure's own, by its id; journalled. Three round trips.

    Raises HeldUnknown, and access.Refused (BLOCKED) when it is its own and the person blocked it.
    """
    person_id, _ = located(locator.locate_id(document_id), by)
    return _take(person_id, document_id, by, EventType.DOCUMENT_READ)[0]


def find_held(unique_id: str, *, by: Actor) -> Held:
    """Return a document of the structure's own by its uniqueId; otherwise as `get_held`."""
    found = located(locator.locate_unique(by.structure, normal_id(unique_id)), by)
    return _take(*found, by, EventType.DOCUMENT_READ)[0]


def get_held_content(document_id: UUID, *, by: Actor) -> tuple[Held, bytes]:
    """Return a document of its own and what was deposited, byte for byte; journalled as a download.

    Raises HeldUnknown, HeldWithdrawn, HeldDamaged, access.Refused as `get_held`.
    """
    person_id, _ = located(locator.locate_id(document_id), by)
    held, key = _take(person_id, document_id, by, EventType.DOCUMENT_DOWNLOADED)
    return held, _fetch(held, key)


def located(found: tuple[UUID, UUID] | None, by: Actor) -> tuple[UUID, UUID]:
    """Return where a document is; raises HeldUnknown, and no sooner than for another structure's."""
    if found is None:
        access.feign(by)
        raise HeldUnknown
    return found


def open_held(person_id: UUID, row: tuple[Any, ...], key: PersonKey) -> Held:
    """Return the document of a row of `HELD`."""
    (document_id, logical_id, entry_id, meta_version, status, archived, masked, invisible_patient,
     invisible_representatives, structure, type_code, class_code, format_code, media_type, size, blob,
     created_on, deposited_at, changed_at, replaces, sealed, face) = row  # fmt: skip
    facts = orjson.loads(key.open("document", sealed))
    return Held(
        person_id, document_id, logical_id, entry_id, meta_version, STATUS[status], archived,
        Visibility(
            masked, invisible_patient, invisible_representatives, structure, type_code=type_code,
            level=level_of(facts),
        ),
        type_code, class_code, format_code, media_type, facts.get("deposited_size", size),
        bytes.fromhex(facts.get("sha1", "")), blob, created_on, deposited_at, changed_at, replaces,
        facts["unique_id"], None if face is None else key.open("face", face), facts,
    )  # fmt: skip


# -- one document, behind the door


def _take(person_id: UUID, document_id: UUID, by: Actor, event: EventType) -> tuple[Held, PersonKey]:
    try:
        seen = access.glance(
            person_id, by=by, event=event, reference=document_id,
            ask=partial(_ask, person_id, document_id, event is EventType.DOCUMENT_DOWNLOADED),
        )  # fmt: skip
    except access.Refused as refused:
        answer_refused(refused, person_id, document_id, by)
    return _open_one(person_id, seen)


def _ask(person_id: UUID, document_id: UUID, living: bool, scope: Scope) -> Question:  # noqa: FBT001 - bound
    refusal = f"case when d.status = 'deleted' then '{Rule.WITHDRAWN}' end" if living else "null::text"
    return Question(
        f"select {refusal} as refusal, {HELD} from documents_document d"  # noqa: S608 - own constants
        f" where d.person_id = %(person)s and d.id = %(document)s and {scope.sql()}",
        {"person": person_id, "document": document_id},
        missing=Rule.NOT_OWN,
    )


def _open_one(person_id: UUID, seen: Glimpse) -> tuple[Held, PersonKey]:
    if seen.refusal is Rule.WITHDRAWN:
        raise HeldWithdrawn
    if seen.refusal is not None or seen.key is None:
        raise HeldUnknown
    return open_held(person_id, seen.rows[0], seen.key), seen.key


def answer_refused(refused: access.Refused, person_id: UUID, document_id: UUID, by: Actor) -> NoReturn:
    """Raise what a refusal of the door is to a software: it is blocked for its own documents alone."""
    if refused.scope.rule is Rule.BLOCKED and has_own(
        person_id, by, event=EventType.DOCUMENT_READ, document_id=document_id
    ):
        raise refused
    raise HeldUnknown from refused


def has_own(person_id: UUID, by: Actor, *, event: EventType, document_id: UUID | None = None) -> bool:
    """Say whether a structure deposited something for a person, or that very document; no line says it."""
    that = "and d.id = %(document)s" if document_id else ""
    with access.look(person_id, by=by, purpose=Purpose.MANAGE, event=event, reference=document_id) as a:
        return bool(
            fetch(
                "select 1 from documents_document d where d.person_id = %(person)s"  # noqa: S608 - own constants
                f" {that} and {a.scope.sql()} limit 1",
                {"person": person_id, "document": document_id},
            )
        )


def _fetch(held: Held, key: PersonKey) -> bytes:
    """Return what was deposited: the CDA itself, or the file around which one was made."""
    try:
        kept = key.open(blob_purpose(held.blob), blobs.store().get(held.person_id, held.blob))
        return wrapping.unwrap(kept, held.media_type)
    except (OSError, SealBrokenError, CdaRefused, IndexError) as error:
        raise HeldDamaged(str(held.id)) from error
