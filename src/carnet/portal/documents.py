"""One document: as a page, the files in it, the original byte for byte; and how any is told in a line."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from carnet.access.api import structure_words
from carnet.documents import api as documents
from carnet.documents.api import DocumentCard, DocumentDamagedError, DocumentDeletedError, DocumentView
from carnet.journal.api import ActorKind
from carnet.notices import api as notices
from carnet.platform.clock import PARIS
from carnet.portal.space import actor_of, find_url, in_space, visitor_of
from carnet.standards import sniff
from carnet.standards.cda.model import Attachment
from carnet.terminology.api import Category

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
_INFECTED: Final = "infected"
_SCANS: Final = {"clean": "contrôlé, rien trouvé", "not_scanned": "pas encore contrôlé"}
DONE: Final = {
    "ajoute": "Le document est ajouté.",
    "change": "Le document est corrigé.",
    "cache": "C’est caché aux soignants.",
    "montre": "Les soignants peuvent le voir.",
    "epingle": "C’est épinglé, en tête de vos documents.",
    "detache": "Ce n’est plus épinglé.",
    "range": "C’est rangé dans le dossier.",
    "sorti": "Ce n’est plus dans un dossier.",
    "supprime": "C’est supprimé.",
    "signale": "Votre signalement est envoyé.",
    "dossier": "Vos dossiers sont à jour.",
}
"""What an address says was just done (`?fait=`)."""
REFUSED: Final = {
    "aucun": "Cochez au moins un document.",
    "trop": f"Cochez {documents.MOST_AT_ONCE} documents au plus à la fois.",
    "dossier": "Ce dossier n’existe plus : il vient d’être supprimé. Rien n’a été déplacé.",
    "choix-dossier": "Choisissez un dossier. Rien n’a été déplacé.",
}
"""What an address says was not done, and why (`?refus=`)."""
# What stands in a frame of our page comes from outside: it may load nothing, run nothing, post nothing.
_PART_POLICY: Final = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'"
)


@require_safe
@in_space
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """One document as a page; a deleted one says that it is."""
    visitor = visitor_of(request)
    try:
        view = documents.open_document(visitor.profile_id, document_id, by=actor_of(visitor))
    except DocumentDamagedError:
        return _damaged(request)
    except DocumentDeletedError as deleted:
        notices.mark_read(visitor.owner_id, about_id=visitor.profile_id, reference=document_id)
        return _deleted(request, deleted.card)
    notices.mark_read(visitor.owner_id, about_id=visitor.profile_id, reference=document_id)
    card = view.card
    context = {
        "card": card,
        "done": DONE.get(request.GET.get("fait", ""), ""),
        "refused": REFUSED.get(request.GET.get("refus", ""), ""),
        "html": view.html,
        "lead": " · ".join(part for part in (_day(card.created_on), card.organisation) if part),
        "facts": _facts(view),
        "parts": [_part(card.id, number, part) for number, part in enumerate(view.parts)],
        "whole": _whole(view),
        "trail": _trail(card.title),
        **_acts(view),
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
    states = (
        (True, depositor_words(card)),
        (card.sources_count > 1, f"reçu {card.sources_count} fois"),
        (card.pinned, "épinglé"),
        (card.masked, "caché aux soignants"),
        (card.archived, "archivé"),
        (card.status != "current", status_words(card)),
    )
    return {
        "id": str(card.id),
        "href": reverse("portal:document", args=[card.id]),
        "title": card.title,
        "text": f"{card.type.label} · {_day(card.created_on)}",
        "meta": " · ".join(words for holds, words in states if holds),
        "icon": "flask" if card.type.category is Category.BIOLOGY else "document",
        "badge": "Nouveau" if card.new else "",
    }


def status_words(card: DocumentCard) -> str:
    """Say what became of a document that lists no longer show; "" for one that they do."""
    on = f" le {_day(card.status_at)}" if card.status_at else ""
    match card.status:
        case "superseded":
            return f"Remplacé par une nouvelle version{on}"
        case "deleted" if card.scan == _INFECTED:
            return f"Supprimé{on} : l’antivirus y a trouvé un programme dangereux"
        case "deleted" if is_withdrawn(card):
            return f"Retiré par {structure_words(card.structure, card.structure_name)}{on}"
        case "deleted":
            return f"Supprimé{on}"
        case _:
            return ""


def is_withdrawn(card: DocumentCard) -> bool:
    """Say whether the structure that had deposited a document took it back."""
    return card.status == "deleted" and card.scan != _INFECTED and may_block(card)


def depositor_words(card: DocumentCard) -> str:
    """Say who put a document there, in the space of the person herself."""
    if card.depositor == ActorKind.LEGAL_REPRESENTATIVE:
        return "Ajouté par un représentant légal"
    if card.own:
        return "Document personnel"
    return f"Déposé par {structure_words(card.structure, card.structure_name)}"


def _facts(view: DocumentView) -> list[tuple[str, str]]:
    card = view.card
    folder = next((one.name for one in view.folders if one.id == card.folder_id), "")
    rows = [
        ("Type", card.type.label),
        ("Rubrique", card.type.category.label),
        ("Date du document", _day(card.created_on)),
        ("Auteur", ", ".join(card.authors)),
        ("Établi par", card.organisation),
        *[(_source_words(source), _moment(source.at)) for source in view.lineage.sources],
        ("Visible par les soignants", "non, il leur est caché" if card.masked else "oui"),
        ("Dossier", folder),
        ("Antivirus", _SCANS[card.scan]),
        ("Taille", _size(card.size)),
    ]
    return [(label, value) for label, value in rows if value]


def _source_words(source: documents.SourceCard) -> str:
    if source.structure:
        return f"Déposé par {structure_words(source.structure, source.structure_name)}"
    representative = source.depositor == ActorKind.LEGAL_REPRESENTATIVE
    return "Ajouté par un représentant légal" if representative else "Ajouté depuis cet espace"


def _acts(view: DocumentView) -> dict[str, Any]:
    """What may be done with a document, and why not the rest."""
    card, rights = view.card, documents.may(view.card)
    newest = view.lineage.versions[0].id if view.lineage.versions else card.id
    return {
        "rights": rights,
        "versions": [_version(one, card.id) for one in view.lineage.versions],
        "replaced": status_words(card) if card.status == "superseded" else "",
        "newest_href": reverse("portal:document", args=[newest]) if newest != card.id else "",
        "twice": len(view.lineage.sources) > 1,
        "act_href": reverse("portal:document_arrange", args=[card.id]),
        "edit_href": reverse("portal:document_edit", args=[card.id]),
        "delete_href": f"{reverse('portal:documents_delete')}?choix={card.id}",
        "report_href": find_url("document_report", card.id),
        "block_href": find_url("block_depositor", card.id) if may_block(card) else "",
        "folders": [(str(one.id), one.name, one.id == card.folder_id) for one in view.folders],
        "folders_href": reverse("portal:folders"),
        "unscanned": card.scan == "not_scanned",
    }


def _version(version: documents.VersionCard, shown: UUID) -> dict[str, str]:
    replaced = f"remplacée le {_day(version.replaced_at)}" if version.replaced_at else "version actuelle"
    return {
        "href": "" if version.id == shown else reverse("portal:document", args=[version.id]),
        "title": f"Version {version.number}",
        "text": f"déposée le {_day(version.deposited_at)}, {replaced}",
        "badge": "Affichée" if version.id == shown else "",
    }


def _trail(title: str) -> list[tuple[str, str]]:
    return [("Accueil", reverse("portal:home")), ("Documents", reverse("portal:documents")), (title, "")]


def _deleted(request: HttpRequest, card: DocumentCard) -> HttpResponse:
    """What is left of a document that was deleted: its title, by whom, the day, and what may be done."""
    context = {
        "card": card,
        "words": status_words(card),
        "withdrawn": is_withdrawn(card),
        "report_href": find_url("document_report", card.id) if documents.may(card).report else "",
        "trail": _trail(card.title),
    }
    return render(request, "portal/documents/deleted.html", context, status=410)


_OF_STRUCTURES: Final = frozenset({ActorKind.HEALTHCARE_FACILITY, ActorKind.HEALTHCARE_PROFESSIONAL})


def may_block(card: DocumentCard) -> bool:
    """Say whether a document comes from a structure, or a professional of one, which may be blocked."""
    return card.depositor in _OF_STRUCTURES and bool(card.structure)


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


def _whole(view: DocumentView) -> dict[str, Any] | None:
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


def _day(moment: datetime) -> str:
    return date_format(moment.astimezone(PARIS), "j F Y")


def _moment(moment: datetime) -> str:
    return f"{_day(moment)} à {moment.astimezone(PARIS):%H h %M}"


def _size(octets: int) -> str:
    if octets >= _MEGA:
        return f"{octets / _MEGA:.1f} Mo".replace(".", ",")
    return f"{round(octets / _KILO)} ko" if octets >= _KILO else f"{octets} octets"
