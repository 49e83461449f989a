"""What a person adds herself: a file, photographs, or a paper that Carnet made for her.

Each becomes a CDA of level 1 whose author she is (facts/mes.md 3.1 and 3.4), then goes the way of any
document. Her file stands in it byte for byte, but for photographs: they lose what tells the place and the
camera, and a PNG becomes a PDF, which the profile knows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

import orjson

from carnet.access import api as access
from carnet.access.api import Visibility
from carnet.documents import authoring, entering, policies, text
from carnet.documents.arranging import ArrangeRefused, check_day
from carnet.documents.coming import OWN_DEPOSITORS, Coming
from carnet.documents.own import OWN_TYPES, checked_title
from carnet.documents.policies import DepositRefused
from carnet.documents.queries import fetch
from carnet.documents.receipts import Deposited
from carnet.journal.api import Actor, EventType, Purpose
from carnet.people import api as people
from carnet.platform import clock, confined, crypto
from carnet.platform.clock import PARIS
from carnet.standards import images, pdf, rtf, sniff
from carnet.standards.cda import reader
from carnet.standards.cda.model import Attachment
from carnet.standards.sniff import FileRefused
from carnet.terminology import api as terminology
from carnet.terminology.api import Category

T = TypeVar("T")

MAX_PHOTO_BYTES: Final = 15_000_000
# Advance directives come by a page of their own, which is not for minors and keeps one writing only.
_UPLOADED: Final = {**OWN_TYPES, Category.ADVANCE_DIRECTIVES: "EXPPAT_3"}
EXTENSIONS: Final = (".pdf", ".txt", ".rtf", ".jpg", ".jpeg", ".png", ".tif", ".tiff")
_PHOTO_SECONDS: Final = 60.0
_PHOTO_MEGABYTES: Final = 1_500
_TYPES: Final = {
    ".pdf": sniff.PDF, ".txt": sniff.PLAIN, ".rtf": sniff.RTF, ".jpg": sniff.JPEG, ".jpeg": sniff.JPEG,
    ".png": sniff.PNG, ".tif": sniff.TIFF, ".tiff": sniff.TIFF,
}  # fmt: skip


class UploadRefused(ValueError):  # noqa: N818 - the outcome is a refusal
    """A file was not taken. `field`: data, photos, title, category, day, folder_id; `message_fr`: why."""

    def __init__(self, field: str, message_fr: str) -> None:
        super().__init__(message_fr)
        self.field = field
        self.message_fr = message_fr


@dataclass(frozen=True, slots=True)
class _Paper:
    """What is to be entered: the file as it will be kept, its words, how it is described."""

    file: Attachment
    text: str
    type_code: str
    title: str
    moment: datetime
    masked: bool
    folder_id: UUID | None = None
    previous: "authoring.Previous | None" = None


def add_file(
    person_id: UUID,
    *,
    by: Actor,
    data: bytes,
    filename: str,
    title: str,
    category: Category,
    day: date,
    masked: bool,
    folder_id: UUID | None = None,
) -> Deposited:
    """Add one file of the person's. `filename` is only compared with what the bytes show.

    The same file added twice is there once (`already`). Raises UploadRefused, access.Refused.
    """
    described = _described(person_id, title, category, day)
    file, words = _confined("data", lambda: _take(data, filename, described["title"]))
    return _enter(person_id, by, _Paper(file, words, masked=masked, folder_id=folder_id, **described))


def add_photos(
    person_id: UUID,
    *,
    by: Actor,
    photos: Sequence[bytes],
    title: str,
    category: Category,
    day: date,
    masked: bool,
    turns: Sequence[int] = (),
    black_and_white: bool = False,
    folder_id: UUID | None = None,
) -> Deposited:
    """Add photographs as one PDF, a page each, in their order. `turns`: quarters of a turn to the right.

    Raises UploadRefused, access.Refused.
    """
    described = _described(person_id, title, category, day)
    if heavy := [number for number, photo in enumerate(photos, 1) if len(photo) > MAX_PHOTO_BYTES]:
        raise UploadRefused("photos", f"La photo {heavy[0]} est trop lourde : 15 Mo au plus.")
    made = _confined(
        "photos",
        lambda: confined.run(
            images.photos_to_pdf, list(photos), described["title"], turns=list(turns),
            black_and_white=black_and_white, seconds=_PHOTO_SECONDS, megabytes=_PHOTO_MEGABYTES,
        ),
    )  # fmt: skip
    paper = _Paper(Attachment(sniff.PDF, made), "", masked=masked, folder_id=folder_id, **described)
    return _enter(person_id, by, paper)


def add_made(
    person_id: UUID,
    *,
    by: Actor,
    type_code: str,
    title: str,
    pdf: bytes,
    replaces_previous: bool = False,
    masked: bool = False,
    event: EventType = EventType.DOCUMENT_ADDED,
) -> Deposited:
    """Add a PDF that Carnet made for the person (her profile, her directives), as she wrote it now.

    `replaces_previous`: it takes the place of her last document of that type, if there is one. `event`: the
    line that the journal keeps. Raises UploadRefused, access.Refused.
    """
    previous = _find_previous(person_id, by, type_code, event) if replaces_previous else None
    file = Attachment(sniff.PDF, pdf)
    words = text.read_file(file, trusted=True)
    paper = _Paper(file, words, type_code, title, clock.now(), masked, previous=previous)
    return _enter(person_id, by, paper, event=event)


# -- what the person sends


def _described(person_id: UUID, title: str, category: Category, day: date) -> dict[str, Any]:
    """Return title, type and moment, checked."""
    try:
        title = checked_title(title)
        check_day(day, people.get_person(person_id).birth_date)
    except ArrangeRefused as refused:
        raise UploadRefused(refused.field, refused.message_fr) from refused
    if category not in _UPLOADED:
        raise UploadRefused("category", "Choisissez une des rubriques proposées.")
    noon = datetime.combine(day, time(12), PARIS)
    return {"title": title, "type_code": _UPLOADED[category], "moment": noon}


def read_file(data: bytes, filename: str, title: str) -> tuple[Attachment, str]:
    """Return a file as it stands in a document, and its words. Raises UploadRefused at `data`."""
    return _confined("data", lambda: _take(data, filename, title))


def _take(data: bytes, filename: str, title: str) -> tuple[Attachment, str]:
    """Return the file as it will be kept, and its words. Raises FileRefused."""
    media_type = check_kind(data, filename)
    match media_type:
        case sniff.PDF:
            return Attachment(media_type, data), confined.run(pdf.take, data).text
        case sniff.RTF:
            rtf.check(data)
            return Attachment(media_type, data), confined.run(rtf.text_of, data)
        case sniff.PNG:
            return Attachment(sniff.PDF, confined.run(images.png_to_pdf, data, title)), ""
        case sniff.JPEG:
            return Attachment(media_type, confined.run(images.clean_jpeg, data)), ""
        case sniff.TIFF:
            confined.run(images.check, data)
            return Attachment(media_type, data), ""
        case _:
            return Attachment(media_type, data), (sniff.find_text(data) or "")[: text.MAX_CHARACTERS]


def check_kind(data: bytes, filename: str) -> str:
    """Return the media type of a file by its bytes. Raises FileRefused: `size`, `empty`, `kind`.

    A name is only a claim: a program called `.pdf` is refused, and the sentence says what it is.
    """
    if len(data) > policies.MAX_BYTES:
        raise FileRefused("size", "Ce fichier est trop lourd : la limite est de 5 Mo (5 000 000 octets).")
    if not data:
        raise FileRefused("empty", "Ce fichier est vide.")
    suffix = PurePath(filename).suffix.lower()
    shown = sniff.sniff(data)
    if suffix not in _TYPES:
        raise FileRefused(
            "kind",
            f"Ce fichier est {sniff.name_fr(data)}. Formats acceptés : PDF, JPEG, PNG, TIFF, TXT, RTF.",
        )
    wanted = _TYPES[suffix]
    if wanted == sniff.PLAIN and shown in {sniff.XML, sniff.HTML}:
        return sniff.PLAIN  # a text that begins with a tag is shown as a text
    if shown != wanted and not {shown, wanted} <= {sniff.JPEG, sniff.PNG}:  # telephones mix these two up
        raise FileRefused("kind", f"Ce fichier s’appelle « {suffix} », mais c’est {sniff.name_fr(data)}.")
    return str(shown)


def _confined(field: str, work: Callable[[], T]) -> T:
    """Do what opens a foreign file, and say its failures at a field."""
    try:
        return work()
    except FileRefused as refused:
        raise UploadRefused(field, refused.message_fr) from refused
    except confined.TooCostlyError as error:
        raise UploadRefused(
            field, "Ce fichier ne peut pas être ouvert sans risque : il est abîmé ou trop complexe."
        ) from error
    except confined.BusyError as error:
        raise UploadRefused(field, "Trop de fichiers arrivent en ce moment. Réessayez bientôt.") from error


# -- the way of any document


def _enter(
    person_id: UUID, by: Actor, paper: _Paper, *, event: EventType = EventType.DOCUMENT_ADDED
) -> Deposited:
    kind = terminology.get_document_type(paper.type_code)
    data = authoring.write(
        person_id, by=by, kind=kind, title=paper.title, moment=paper.moment, file=paper.file,
        unique_id=f"2.25.{uuid4().int}", previous=paper.previous,
    )  # fmt: skip
    coming = Coming(
        person_id, data, reader.read(data, max_bytes=policies.MAX_CDA_BYTES), by, Purpose.MANAGE, event,
        Visibility(masked=paper.masked), paper.folder_id, masked_by_person=paper.masked,
    )  # fmt: skip
    try:
        return entering.enter(coming, lambda: paper.text)
    except DepositRefused as refused:
        raise UploadRefused("data", refused.message_fr) from refused
    except entering.FolderGoneError as error:
        raise UploadRefused("folder_id", "Ce dossier n’existe plus.") from error


def _find_previous(
    person_id: UUID, by: Actor, type_code: str, event: EventType
) -> "authoring.Previous | None":
    """Return the person's present document of a type, which the new one replaces."""
    with access.look(person_id, by=by, purpose=Purpose.MANAGE, event=event) as a:
        key = crypto.find_key(person_id)
        rows = key and fetch(
            "select sealed, version from documents_document where person_id = %(person)s"  # noqa: S608 - own
            " and type_code = %(type)s and status = 'current' and depositor = any(%(own)s)"
            f" and {a.scope.sql()} order by deposited_at desc, id desc limit 1",
            {"person": person_id, "type": type_code, "own": list(OWN_DEPOSITORS)},
        )
        if not key or not rows:
            return None
        facts = orjson.loads(key.open("document", rows[0][0]))
        return authoring.Previous(facts["unique_id"], facts["set_id"], rows[0][1])
