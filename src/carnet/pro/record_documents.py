"""Documents of a patient: the list, one document, the files in it. What is hidden is what does not exist."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from carnet.access import api as access
from carnet.access.api import structure_words
from carnet.documents import api as documents
from carnet.documents.api import DocumentCard, DocumentDamagedError, DocumentView, Filters, Position
from carnet.journal.api import EventType
from carnet.platform.clock import PARIS
from carnet.platform.typesetting import day_text
from carnet.pro.page import show
from carnet.pro.paging import read_moment, write_position
from carnet.pro.patient import Patient, in_record
from carnet.pro.record import frame
from carnet.standards import sniff
from carnet.standards.cda.model import Attachment
from carnet.summaries import api as summaries
from carnet.terminology.api import Category

_PAGE: Final = 30
_KILO, _MEGA = 1_000, 1_000_000
_IMAGES: Final = frozenset({sniff.JPEG, sniff.PNG, sniff.GIF})
_SHOWN: Final = _IMAGES | {sniff.PDF, sniff.PLAIN}
_WORDS: Final = {
    sniff.PDF: ("fichier PDF", "pdf"),
    sniff.PLAIN: ("texte", "txt"),
    sniff.RTF: ("texte RTF", "rtf"),
    sniff.JPEG: ("image", "jpg"),
    sniff.PNG: ("image", "png"),
    sniff.GIF: ("image", "gif"),
    sniff.TIFF: ("image TIFF", "tif"),
}
# What stands in a frame of our page comes from outside: it may load nothing, run nothing, post nothing.
_PART_POLICY: Final = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'"
)


@require_safe
@in_record
def document_list(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Every document that she may read, latest first, narrowed to one category if she asks."""
    category = _category(request.GET.get("rubrique", ""))
    found = read_moment(request.GET.get("avant", ""))
    before = Position(*found) if found else None
    with access.open(
        patient.person_id, by=patient.actor, purpose=patient.purpose, event=EventType.SPACE_CONSULTED
    ) as a:
        shelf = documents.get_shelf(a)
        cards = documents.list_documents(a, Filters(category=category), limit=_PAGE + 1, before=before)
        unread = documents.list_unread(a, [card.id for card in cards])
    here = patient.link("record_documents")
    kept = f"rubrique={category.value}&" if category else ""
    last = cards[_PAGE - 1] if len(cards) > _PAGE else None
    token = write_position(last.created_on, last.id, pinned=last.pinned) if last else ""
    context = frame(patient) | {
        "items": [item_of(patient, card, unread=card.id in unread) for card in cards[:_PAGE]],
        "views": [("Tous", here, category is None)]
        + [(f"{one.label} ({count})", f"{here}?rubrique={one.value}", one is category)
           for one, count in shelf.categories],
        "next": f"{here}?{kept}avant={token}" if token else "",
        "first": f"{here}?{kept}".rstrip("?&") if before else "",
    }  # fmt: skip
    return show(request, "pro/record/documents.html", context)


@require_safe
@in_record
def document(request: HttpRequest, patient: Patient, document_id: UUID) -> HttpResponse:
    """One document; it is noted as read by her."""
    try:
        view = documents.open_document(
            patient.person_id, document_id, by=patient.actor, purpose=patient.purpose
        )
    except DocumentDamagedError:
        return show(request, "pro/record/damaged.html", frame(patient), status=500)
    card = view.card
    context = frame(patient) | {
        "card": card,
        "html": view.html,
        "lead": f"{card.type.label}, du {_day(card.created_on)}, par {summaries.of_document(card)}",
        "facts": _facts(view),
        "parts": [_part(patient, card.id, number, part) for number, part in enumerate(view.parts)],
        "whole": _whole(patient, view),
        "versions": [_version(patient, one, card.id) for one in view.lineage.versions],
        "replaced": card.status == "superseded",
        "original_href": patient.link("record_file", card.id),
    }
    return show(request, "pro/record/document.html", context)


@require_safe
@in_record
def original(request: HttpRequest, patient: Patient, document_id: UUID) -> HttpResponse:
    """The original, byte for byte, to be kept. Its name says nothing of health."""
    try:
        found = documents.download(patient.person_id, document_id, by=patient.actor, purpose=patient.purpose)
    except DocumentDamagedError:
        return show(request, "pro/record/damaged.html", frame(patient), status=500)
    day = found.card.created_on.astimezone(PARIS)
    return _file(found.data, "text/xml", f"document-{day:%Y-%m-%d}.xml", inline=False)


@require_safe
@in_record
def part(request: HttpRequest, patient: Patient, document_id: UUID, number: int) -> HttpResponse:
    """A file carried by a document: shown where a browser can show it, else given to be kept."""
    try:
        found = documents.open_part(
            patient.person_id, document_id, number, by=patient.actor, purpose=patient.purpose
        )
    except DocumentDamagedError:
        return show(request, "pro/record/damaged.html", frame(patient), status=500)
    plain = found.media_type == sniff.PLAIN
    data = (sniff.find_text(found.data) or "").encode() if plain else found.data
    media_type = found.media_type + ("; charset=utf-8" if plain else "")
    name = f"fichier-joint-{number + 1}.{_WORDS[found.media_type][1]}"
    return _file(data, media_type, name, inline=found.media_type in _SHOWN)


def item_of(patient: Patient, card: DocumentCard, *, unread: bool) -> dict[str, Any]:
    """Return a document as a line of a list."""
    return {
        "href": patient.link("record_document", card.id),
        "title": card.title,
        "text": f"{card.type.label}, du {_day(card.created_on)}",
        "meta": summaries.of_document(card),
        "icon": "flask" if card.type.category is Category.BIOLOGY else "document",
        "badge": "Non lu" if unread else "",
    }


def _category(value: str) -> Category | None:
    try:
        return Category(value) if value else None
    except ValueError as error:
        raise Http404 from error


def _facts(view: DocumentView) -> list[tuple[str, str]]:
    card = view.card
    rows = [
        ("Type", card.type.label),
        ("Date du document", _day(card.created_on)),
        ("Auteur", ", ".join(card.authors)),
        ("Établi par", card.organisation),
        *[(_source(one), _day(one.at)) for one in view.lineage.sources],
        ("Version", str(card.version)),
        ("Taille", _size(card.size)),
    ]
    return [(label, value) for label, value in rows if value]


def _source(source: documents.SourceCard) -> str:
    if source.structure:
        return f"Déposé par {structure_words(source.structure, source.structure_name)}"
    return "Ajouté par la personne ou un proche"


def _version(patient: Patient, version: documents.VersionCard, shown: UUID) -> dict[str, str]:
    replaced = f"remplacée le {_day(version.replaced_at)}" if version.replaced_at else "version actuelle"
    return {
        "href": "" if version.id == shown else patient.link("record_document", version.id),
        "title": f"Version {version.number}",
        "text": f"déposée le {_day(version.deposited_at)}, {replaced}",
        "badge": "Affichée" if version.id == shown else "",
    }


def _part(patient: Patient, document_id: UUID, number: int, found: Attachment) -> dict[str, Any]:
    words = _WORDS[found.media_type][0]
    verb = "Ouvrir" if found.media_type in _SHOWN else "Enregistrer"
    return {
        "href": patient.link("record_part", document_id, number),
        "words": f"{words}, {_size(len(found.data))}",
        "open_words": f"{verb} le fichier joint ({words})",
        "image": found.media_type in _IMAGES,
        "pdf": found.media_type == sniff.PDF,
    }


def _whole(patient: Patient, view: DocumentView) -> dict[str, Any] | None:
    """The file that is the document itself: the body of level 1, unless its text stands in the page."""
    if view.card.body_level != "N1" or view.html:
        return None
    return _part(patient, view.card.id, 0, view.parts[0])


def _file(data: bytes, media_type: str, name: str, *, inline: bool) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = _PART_POLICY
    return response


def _day(moment: datetime) -> str:
    return day_text(moment.astimezone(PARIS).date())


def _size(octets: int) -> str:
    if octets >= _MEGA:
        return f"{octets / _MEGA:.1f} Mo".replace(".", ",")
    return f"{round(octets / _KILO)} ko" if octets >= _KILO else f"{octets} octets"
