"""What a professional brings on these pages: a file, or a document made from a form (docs/writing.md).

It becomes a CDA whose author she is, then goes the way of any document. Feeding needs no consent and reads
nothing (CSP R1111-47).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import orjson

from carnet.access import api as access
from carnet.access.api import Access, Visibility
from carnet.documents import authoring, entering, holding, policies, professional_authoring, text, uploads
from carnet.documents.arranging import ArrangeRefused
from carnet.documents.coming import MEDIA_TYPE, Coming
from carnet.documents.own import checked_title
from carnet.documents.policies import Code, DepositRefused
from carnet.documents.professional_authoring import Writer
from carnet.documents.queries import fetch
from carnet.documents.receipts import Deposited
from carnet.journal.api import Actor, EventType, Purpose
from carnet.people import api as people
from carnet.platform import clock
from carnet.standards.cda import reader, rules
from carnet.standards.cda.model import Attachment, CdaRefused, Header
from carnet.standards.cda.writer import write_n1
from carnet.terminology import api as terminology

SYNTHESIS_TYPES: Final = frozenset({"60591-5", "SYNTH"})
NOTE_TYPE: Final = "87273-9"
_BY_FORM: Final = SYNTHESIS_TYPES | {NOTE_TYPE}
"""What is written by a form of its own: who may write it is not who may bring a file."""
_NOT_THEIRS: Final = ("DOCPAT", "EXPPAT", "REMB")
"""Types of the person's own, and of the insurer's."""

Then = Callable[[Access, Deposited], None]
"""What else is written with a document, behind the same door: all or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a professional says of a document, and what must be asked at a deposit (facts/mes.md 3.6).

    `acted_on`: the day of the act. `setting`: JDV_J04. `masked`: hidden from other professionals.
    `hold_days`: not announced yet, shown to the patient after so many days at the latest; None: she sees it
    at once. `hidden_from_representatives`: of a minor. `form_id`: of the form, so that one sent twice brings
    one document. `replaces`: the older one of which this is the new version.
    """

    title: str
    type_code: str
    acted_on: date
    setting: str
    form_id: UUID
    masked: bool = False
    hold_days: int | None = None
    hidden_from_representatives: bool = False
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Act:
    """A deposit under way: for whom, by whom, in whose name, of what."""

    person_id: UUID
    by: Actor
    writer: Writer
    brought: Brought


def deposit_file(
    person_id: UUID, *, by: Actor, writer: Writer, brought: Brought, data: bytes, filename: str
) -> Deposited:
    """Take in a professional's file. Raises DepositRefused, UploadRefused, access.Refused.

    Sent twice by the same form it is one document.
    """
    act = _Act(person_id, by, writer, brought)
    header = _header(act, _type_of(brought.type_code))
    file, words = uploads.read_file(data, filename, header.title)
    coming = _coming(act, _write(header, file), file=file)
    return entering.enter(coming, lambda: words[: text.MAX_CHARACTERS])


def deposit_made(
    person_id: UUID,
    *,
    by: Actor,
    writer: Writer,
    brought: Brought,
    make: Callable[[Header], bytes],
    then: Then | None = None,
) -> Deposited:
    """Take in a document that a form makes. `make` returns the CDA for a header; `then`: what goes with it.

    What is made must be read back by our reader and follow the rules of the header: else DepositRefused.
    """
    act = _Act(person_id, by, writer, brought)
    header = _header(act, terminology.get_document_type(brought.type_code))
    try:
        made = make(header)
    except ValueError as error:
        raise _unwritable() from error
    policies.check_header(rules.check(reader.parse(made, max_bytes=policies.MAX_CDA_BYTES)))
    coming = _coming(act, made)
    return entering.enter(coming, lambda: text.read(coming.document, coming.narrative), then=then)


def list_types() -> list[terminology.DocumentType]:
    """Return the types of document that a professional may bring as a file, by category then label."""
    found = [one for one in terminology.list_document_types() if _is_theirs(one)]
    order = list(terminology.Category)
    return sorted(found, key=lambda one: (order.index(one.category), one.label))


def find_current(person_id: UUID, *, by: Actor, types: frozenset[str]) -> UUID | None:
    """Return the id of the latest current document of these types that is his or his structure's.

    To prepare its next version; nothing of it is given.
    """
    with access.look(person_id, by=by, purpose=Purpose.MANAGE, event=EventType.DOCUMENT_DEPOSITED) as a:
        rows = fetch(
            "select id from documents_document where person_id = %(person)s"  # noqa: S608 - own constants
            f" and type_code = any(%(types)s) and status = 'current' and ({a.scope.sql()})"
            " order by deposited_at desc, id desc limit 1",
            {"person": a.person_id, "types": sorted(types)},
        )
    return rows[0][0] if rows else None


def _is_theirs(kind: terminology.DocumentType) -> bool:
    return (
        kind.category is not terminology.Category.TECHNICAL
        and not kind.code.startswith(_NOT_THEIRS)
        and kind.code not in _BY_FORM
    )


def _type_of(code: str) -> terminology.DocumentType:
    kind = next((one for one in list_types() if one.code == code), None)
    if kind is None:
        raise DepositRefused(Code.OTHER, "type_code", "Choisissez un type de document de la liste.")
    return kind


def _header(act: _Act, kind: terminology.DocumentType) -> Header:
    brought = act.brought
    professional_authoring.check_writer(act.writer, role=act.by.role, actor_id=act.by.id)
    title = _title(brought.title)
    _check_day(act.person_id, brought.acted_on)
    return professional_authoring.header_of(
        act.person_id, writer=act.writer, kind=kind, title=title, acted_on=brought.acted_on,
        setting=brought.setting, unique_id=_unique_id(brought),
        previous=_find_previous(act),
    )  # fmt: skip


def _title(title: str) -> str:
    try:
        return checked_title(title)
    except ArrangeRefused as refused:
        raise DepositRefused(Code.OTHER, "title", str(refused)) from refused


def _check_day(person_id: UUID, day: date) -> None:
    if day > clock.today():
        raise DepositRefused(Code.OTHER, "acted_on", "La date de l’acte ne peut pas être dans le futur.")
    if day < people.get_person(person_id).birth_date:
        raise DepositRefused(
            Code.OTHER, "acted_on", "La date de l’acte ne peut pas précéder la naissance de la personne."
        )


def _write(header: Header, file: Attachment) -> bytes:
    try:
        return write_n1(header, file)
    except ValueError as error:
        raise _unwritable() from error


def _unwritable() -> DepositRefused:
    return DepositRefused(
        Code.OTHER,
        "header",
        "L’identité de la personne ou la vôtre n’est pas assez complète pour un document : appelez le 3422.",
    )


def _coming(act: _Act, made: bytes, *, file: Attachment | None = None) -> Coming:
    brought = act.brought
    try:
        document = reader.read(made, max_bytes=policies.MAX_CDA_BYTES)
    except CdaRefused as error:
        raise policies.refusal_of(error) from error
    return Coming(
        act.person_id,
        made,
        document,
        act.by,
        Purpose.DEPOSIT,
        EventType.DOCUMENT_DEPOSITED,
        policies.check_visibility(document, _visibility(brought, act.by)),
        file=file.data if file else None,
        media_type=file.media_type if file else MEDIA_TYPE,
        replaces=(brought.replaces,) if brought.replaces else (),
        structure_name=act.writer.place.structure_name,
        professional_id=act.writer.author.id,
        held_until=holding.deadline(brought.hold_days) if brought.hold_days is not None else None,
    )


def _visibility(brought: Brought, by: Actor) -> Visibility:
    """Who may not see it; what is brought under a secret connection is never for parents (EX_0.1-1100)."""
    return Visibility(
        masked=brought.masked,
        invisible_patient=brought.hold_days is not None,
        invisible_representatives=brought.hidden_from_representatives or by.secret,
    )


def _find_previous(act: _Act) -> authoring.Previous | None:
    """Return what the header says of the version that is replaced; refuses (901) another's document.

    The form sent twice finds what it brought itself: that replaces nothing.
    """
    replaces = act.brought.replaces
    if replaces is None:
        return None
    with access.look(
        act.person_id, by=act.by, purpose=Purpose.MANAGE, event=EventType.DOCUMENT_DEPOSITED,
        reference=replaces,
    ) as a:  # fmt: skip
        rows = fetch(
            "select sealed, version from documents_document where person_id = %(person)s"  # noqa: S608 - own
            f" and id = %(id)s and status <> 'deleted' and ({a.scope.sql()})",
            {"person": a.person_id, "id": replaces},
        )
        facts = orjson.loads(a.key().open("document", rows[0][0])) if rows else {}
    if not rows:
        raise policies.not_yours()
    if facts["unique_id"] == _unique_id(act.brought):
        return None
    return authoring.Previous(facts["unique_id"], facts["set_id"], rows[0][1])


def _unique_id(brought: Brought) -> str:
    return f"2.25.{brought.form_id.int}"
