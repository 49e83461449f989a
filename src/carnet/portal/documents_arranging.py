"""Arranging documents: hiding, pinning, folders, correcting and deleting one's own.

What changes something is sent by POST and answered by a redirection, so that going back repeats nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from carnet.access import api as access
from carnet.access.api import Access, Change
from carnet.documents import api as documents
from carnet.documents.api import ArrangeRefused, DocumentCard, DocumentChangedError, FolderUnknownError
from carnet.journal.api import EventType, Purpose
from carnet.platform.clock import PARIS
from carnet.portal.documents import item_of
from carnet.portal.documents_forms import FilingForm
from carnet.portal.documents_list import address_of
from carnet.portal.previewing import Preview, is_confirmed, preview
from carnet.portal.space import actor_of, in_space, visitor_of
from carnet.terminology.api import Category

_FORMS: Final = ["GET", "HEAD", "POST"]
_Act = Callable[[Access, Sequence[UUID]], None]
_ACTS: Final[dict[str, tuple[EventType, _Act, str]]] = {
    "cacher": (
        EventType.DOCUMENT_HIDDEN,
        lambda a, ids: documents.set_masked(a, document_ids=ids, masked=True),
        "cache",
    ),
    "montrer": (
        EventType.DOCUMENT_SHOWN,
        lambda a, ids: documents.set_masked(a, document_ids=ids, masked=False),
        "montre",
    ),
    "epingler": (
        EventType.DOCUMENT_ARRANGED,
        lambda a, ids: documents.pin(a, document_ids=ids, pinned=True),
        "epingle",
    ),
    "detacher": (
        EventType.DOCUMENT_ARRANGED,
        lambda a, ids: documents.pin(a, document_ids=ids, pinned=False),
        "detache",
    ),
}


_VISIBILITY: Final = {
    "cacher": ("Cacher", "Vous continuez à le voir. Celui qui l’a déposé le voit encore."),
    "montrer": ("Montrer", ""),
}


@require_POST
@in_space
def arrange(request: HttpRequest, document_id: UUID | None = None) -> HttpResponse:
    """Do one thing with one document, from its page, or with those ticked in a list."""
    ids = [document_id] if document_id else _chosen(request.POST)
    back = (
        reverse("portal:document", args=[document_id])
        if document_id
        else address_of(request.POST.get("retour", ""))
    )
    if request.POST.get("geste") == "supprimer":
        return _ask_to_delete(ids, back)
    try:
        if request.POST.get("geste") in _VISIBILITY and not is_confirmed(request):
            return _preview(request, ids, back)
        done = _arrange(request, ids)
    except ArrangeRefused as refused:
        return _told(back, refus=_why_not(refused, ids))
    except FolderUnknownError:
        return _told(back, refus="dossier")
    return _told(back, fait=done)


def _preview(request: HttpRequest, ids: Sequence[UUID], back: str) -> HttpResponse:
    """Show who would see these documents, before they are hidden or shown."""
    act = request.POST["geste"]
    what = "ce document" if len(ids) == 1 else f"ces {len(ids)} documents"
    verb, note = _VISIBILITY[act]
    kept = [(name, value) for name in ("geste", "retour") if (value := request.POST.get(name))]
    page = Preview(
        f"{verb} {what} aux soignants ?", f"{verb} aux soignants", back, note=note,
        fields=[*kept, *(("choix", str(one)) for one in ids)],
        trail=[("Documents", reverse("portal:documents")), (f"{verb} aux soignants", "")],
    )  # fmt: skip
    change = Change(masked=dict.fromkeys(ids, act == "cacher"))
    return preview(request, change, page, lambda a: documents.list_chosen(a, ids, lock=False))


def _arrange(request: HttpRequest, ids: Sequence[UUID]) -> str:
    """Do what is asked for; return the word of what was done."""
    act = request.POST.get("geste", "")
    if act == "ranger":
        folder_id = _folder(request.POST.get("dossier", ""))
        with _open(request, EventType.DOCUMENT_ARRANGED, ids) as a:
            documents.move(a, document_ids=ids, folder_id=folder_id)
        return "range" if folder_id else "sorti"
    if act not in _ACTS:
        raise Http404
    event, run, done = _ACTS[act]
    with _open(request, event, ids) as a:
        run(a, ids)
    return done


def _open(request: HttpRequest, event: EventType, ids: Sequence[UUID]) -> Any:
    visitor = visitor_of(request)
    return access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE, event=event, late=True,
        reference=ids[0] if ids else None,
    )  # fmt: skip


@require_http_methods(_FORMS)
@in_space
def delete(request: HttpRequest) -> HttpResponse:
    """Name what is about to be deleted, then delete it; what is a professional's is said, and left."""
    asked = request.method != "POST"
    ids = _chosen(request.GET if asked else request.POST)
    try:
        return _name_them(request, ids) if asked else _delete(request, ids)
    except ArrangeRefused as refused:
        back = address_of("")
        return _told(back, refus=_why_not(refused, ids)) if asked else _ask_to_delete(ids, back)


def _name_them(request: HttpRequest, ids: Sequence[UUID]) -> HttpResponse:
    visitor = visitor_of(request)
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        chosen = documents.list_chosen(a, ids, lock=False)
    return render(request, "portal/documents/delete.html", _deletion(chosen))


def _delete(request: HttpRequest, ids: Sequence[UUID]) -> HttpResponse:
    with _open(request, EventType.DOCUMENT_DELETED, ids) as a:
        documents.delete_own(a, document_ids=ids)
    return _told(address_of(""), fait="supprime")


def _deletion(chosen: list[DocumentCard]) -> dict[str, Any]:
    own = [card for card in chosen if documents.may(card).delete]
    most = documents.MOST_DELETED
    return {
        "own": [item_of(card) | {"href": ""} for card in own[:most]],
        "others": [item_of(card) for card in chosen if not documents.may(card).delete],
        "left": max(0, len(own) - most),
        "most": most,
        "cancel_href": reverse("portal:document", args=[chosen[0].id])
        if len(chosen) == 1
        else reverse("portal:documents"),
    }


@require_http_methods(_FORMS)
@in_space
def edit(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Correct title, category and date of one's own document."""
    visitor = visitor_of(request)
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        card = documents.list_chosen(a, [document_id], lock=False)[0]
    if not documents.may(card).rename:
        raise Http404
    form = FilingForm(request.POST or None, initial=_filing(card), present=card.type.category)
    if form.is_valid() and _correct(request, card, form):
        return _told(reverse("portal:document", args=[document_id]), fait="change")
    context = {"form": form, "card": card, "cancel_href": reverse("portal:document", args=[document_id])}
    return render(request, "portal/documents/edit.html", context)


def _filing(card: DocumentCard) -> dict[str, Any]:
    return {
        "title": card.title,
        "category": card.type.category.value,
        "day": card.created_on.astimezone(PARIS).date(),
        "version": card.entry_id,
    }


def _correct(request: HttpRequest, card: DocumentCard, form: FilingForm) -> bool:
    """Write the correction; False when it was refused, which the form then says."""
    said = form.cleaned_data
    try:
        with _open(request, EventType.DOCUMENT_CHANGED, [card.id]) as a:
            documents.change_own(
                a, document_id=card.id, title=said["title"], category=Category(said["category"]),
                day=said["day"], version=said["version"],
            )  # fmt: skip
    except ArrangeRefused as refused:
        form.add_error(refused.field, refused.message_fr)
    except DocumentChangedError:
        form.add_error(
            None,
            "Ce document a été changé entre-temps, dans une autre fenêtre ou par un représentant légal. "
            "Rien n’a été enregistré : revenez à sa page, vérifiez, puis recommencez.",
        )
    else:
        return True
    return False


def _chosen(sent: Any) -> list[UUID]:
    """Read the documents that were ticked; what is no identifier is nothing of ours."""
    try:
        return list(dict.fromkeys(UUID(value) for value in sent.getlist("choix")))
    except ValueError as error:
        raise Http404 from error


def _folder(value: str) -> UUID | None:
    """Read the folder chosen: `aucun` is none. Raises ArrangeRefused when nothing is."""
    if value == "aucun":
        return None
    if not value:
        raise ArrangeRefused("choix-dossier", "Choisissez un dossier.")
    try:
        return UUID(value)
    except ValueError as error:
        raise Http404 from error


def _why_not(refused: ArrangeRefused, ids: Sequence[UUID]) -> str:
    """Return the word by which the list says why nothing was done."""
    if refused.field != "documents":
        return refused.field
    return "trop" if ids else "aucun"


def _ask_to_delete(ids: list[UUID], back: str) -> HttpResponse:
    if not 0 < len(ids) <= documents.MOST_AT_ONCE:
        return _told(back, refus="trop" if ids else "aucun")
    query = urlencode([("choix", str(one)) for one in ids])
    return HttpResponseRedirect(f"{reverse('portal:documents_delete')}?{query}")


def _told(back: str, **words: str) -> HttpResponse:
    return HttpResponseRedirect(f"{back}{'&' if '?' in back else '?'}{urlencode(words)}")
