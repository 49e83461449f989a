"""A person's documents: the list, one as a page, the files in it, the original byte for byte."""

import base64
import binascii
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.documents.api import DocumentCard, DocumentDamagedError, Position
from carnet.journal.api import Purpose
from carnet.notices import api as notices
from carnet.platform.clock import PARIS
from carnet.portal.acts import structure_words
from carnet.portal.space import actor_of, in_space, visitor_of
from carnet.standards import sniff
from carnet.standards.cda.model import Attachment

_PAGE: Final = 20
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
_DONE: Final = {"ajoute": "Le document est ajouté à votre espace."}
# What stands in a frame of our page comes from outside: it may load nothing, run nothing, post nothing.
_PART_POLICY: Final = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'"
)


@require_safe
@in_space
def document_list(request: HttpRequest) -> HttpResponse:
    """All the documents of the space, latest first."""
    visitor = visitor_of(request)
    before = _read_position(request.GET.get("avant", ""))
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        cards = documents.list_recent(a, limit=_PAGE + 1, before=before)
    page = cards[:_PAGE]
    following = f"?avant={_write_position(page[-1])}" if len(cards) > _PAGE else ""
    context = {
        "items": [item_of(card) for card in page],
        "next": following,
        "first": reverse("portal:documents") if before else "",
    }
    return render(request, "portal/documents/list.html", context)


@require_safe
@in_space
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """One document as a page."""
    visitor = visitor_of(request)
    try:
        view = documents.open_document(visitor.profile_id, document_id, by=actor_of(visitor))
    except DocumentDamagedError:
        return _damaged(request)
    notices.mark_read(visitor.owner_id, about_id=visitor.profile_id, reference=document_id)
    context = {
        "card": view.card,
        "done": _DONE.get(request.GET.get("fait", ""), ""),
        "html": view.html,
        "lead": " · ".join(part for part in (_day(view.card.created_on), view.card.organisation) if part),
        "facts": _facts(view.card),
        "parts": [_part(view.card.id, number, part) for number, part in enumerate(view.parts)],
        "whole": _whole(view),
        "trail": [
            ("Accueil", reverse("portal:home")),
            ("Documents", reverse("portal:documents")),
            (view.card.title, ""),
        ],
    }
    return render(request, "portal/documents/document.html", context)


@require_safe
@in_space
def document_file(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The original, byte for byte, to be kept. Its name says nothing of health."""
    visitor = visitor_of(request)
    try:
        original = documents.download(visitor.profile_id, document_id, by=actor_of(visitor))
    except DocumentDamagedError:
        return _damaged(request)
    day = original.card.created_on.astimezone(PARIS)
    return _file(original.data, "text/xml", f"document-{day:%Y-%m-%d}.xml", inline=False)


@require_safe
@in_space
def document_part(request: HttpRequest, document_id: UUID, number: int) -> HttpResponse:
    """A file carried by a document: shown where a browser can show it, else given to be kept."""
    visitor = visitor_of(request)
    try:
        part = documents.open_part(visitor.profile_id, document_id, number, by=actor_of(visitor))
    except DocumentDamagedError:
        return _damaged(request)
    media_type = part.media_type + ("; charset=utf-8" if part.media_type == sniff.PLAIN else "")
    data = (sniff.find_text(part.data) or "").encode() if part.media_type == sniff.PLAIN else part.data
    name = f"fichier-joint-{number + 1}.{_WORDS[part.media_type][1]}"
    return _file(data, media_type, name, inline=part.media_type in _SHOWN)


def item_of(card: DocumentCard) -> dict[str, Any]:
    """Return a document as a line of a list."""
    return {
        "href": reverse("portal:document", args=[card.id]),
        "title": card.title,
        "text": f"{card.type.label} · {_day(card.created_on)}",
        "meta": f"Déposé par {_depositor(card)}",
        "icon": "flask" if card.type.code == "11502-2" else "document",
        "badge": "Nouveau" if card.new else "",
    }


def _facts(card: DocumentCard) -> list[tuple[str, str]]:
    rows = [
        ("Type", card.type.label),
        ("Rubrique", card.type.category.label),
        ("Date du document", _day(card.created_on)),
        ("Auteur", ", ".join(card.authors)),
        ("Établi par", card.organisation),
        ("Déposé par", _depositor(card)),
        ("Déposé le", f"{_day(card.deposited_at)} à {card.deposited_at.astimezone(PARIS):%H h %M}"),
        ("Visible par les soignants", "non, il leur est caché" if card.masked else "oui"),
        ("Taille", _size(card.size)),
    ]
    return [(label, value) for label, value in rows if value]


def _part(document_id: UUID, number: int, part: Attachment) -> dict[str, Any]:
    words, _ = _WORDS[part.media_type]
    return {
        "number": number + 1,
        "href": reverse("portal:document_part", args=[document_id, number]),
        "words": f"{words}, {_size(len(part.data))}",
        "open_words": f"Ouvrir le fichier joint ({words})",
        "keep_words": f"Enregistrer le fichier joint ({words})",
        "image": part.media_type in _IMAGES,
        "pdf": part.media_type == sniff.PDF,
        "shown": part.media_type in _SHOWN,
    }


def _whole(view: documents.DocumentView) -> dict[str, Any] | None:
    """The file that is the document itself: the body of level 1, unless its text stands in the page."""
    if view.card.body_level != "N1" or view.html:
        return None
    return _part(view.card.id, 0, view.parts[0])


def _file(data: bytes, media_type: str, name: str, *, inline: bool) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = _PART_POLICY
    return response


def _damaged(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/documents/damaged.html", status=500)


def _depositor(card: DocumentCard) -> str:
    return structure_words(card.structure, card.structure_name)


def _day(moment: datetime) -> str:
    return date_format(moment.astimezone(PARIS), "j F Y")


def _size(octets: int) -> str:
    if octets >= _MEGA:
        return f"{octets / _MEGA:.1f} Mo".replace(".", ",")
    return f"{round(octets / _KILO)} ko" if octets >= _KILO else f"{octets} octets"


def _write_position(card: DocumentCard) -> str:
    """Return an opaque token of where a page ends."""
    text = f"{card.created_on.isoformat()} {card.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_position(token: str) -> Position | None:
    """Return what `_write_position` wrote, None for no token; a broken one is a 404."""
    if not token:
        return None
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        moment, _, identifier = text.partition(" ")
        position = Position(datetime.fromisoformat(moment), UUID(identifier))
        position.created_on.astimezone(PARIS)
    except (ValueError, OverflowError, binascii.Error) as error:
        raise Http404 from error
    return position
