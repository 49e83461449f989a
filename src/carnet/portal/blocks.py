"""Structures that read nothing of this space any more: the list, blocking one, unblocking it (L1111-19).

By the holder, or by a legal representative for the profile that is shown. What the block changes is said
before it is made: it ends reading, not depositing, which is the structure's duty (R1111-47).
"""

from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.access import api as access
from carnet.access.api import Change, structure_words
from carnet.directory import api as directory
from carnet.documents import api as documents
from carnet.documents.api import DocumentCard
from carnet.journal.api import EventType, Purpose
from carnet.platform.clock import PARIS
from carnet.portal.documents import may_block
from carnet.portal.previewing import Preview, is_confirmed, preview
from carnet.portal.space import actor_of, governed, in_space, visitor_of
from carnet.standards.finess import FinessError
from carnet.ui.forms import Form, TextField

_DONE: Final = {
    "bloquee": "La structure est bloquée : elle ne lit plus rien de cet espace.",
    "debloquee": "La structure est débloquée : elle peut relire ce qu’elle a elle-même déposé.",
}


_LONGEST_NUMBER: Final = 60

_NOTE: Final = "Elle ne relit plus rien. Elle dépose encore, comme la loi l’y oblige (R1111-47)."


class StructureForm(Form):
    """A structure by its number."""

    structure = TextField(
        label="Numéro de la structure",
        max_length=_LONGEST_NUMBER,
        spellcheck=False,
        help_text="FINESS (9 caractères), ou le numéro écrit dans l’historique et sur ses documents.",
    )

    def clean_structure(self) -> str:
        """Return the number as it is kept; the rule that is broken is said."""
        try:
            return directory.identify_structure(self.cleaned_data["structure"])
        except FinessError as error:
            self.add_error("structure", error.message_fr)
            return ""


@require_safe
@in_space
def blocks(request: HttpRequest) -> HttpResponse:
    """The structures that are blocked in the space shown."""
    visitor = visitor_of(request)
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        found = access.list_blocks(a.person_id)
    names = directory.name_structures([one.structure for one in found])
    context = {
        "blocks": [
            {
                "structure": one.structure,
                "title": capfirst(structure_words(one.structure, names.get(one.structure, ""))),
                "meta": f"bloquée le {one.since.astimezone(PARIS):%d/%m/%Y}",
            }
            for one in found
        ],
        "done": _DONE.get(request.GET.get("fait", ""), ""),
        "governs": not visitor.caregiver,
        "trail": _trail(),
    }
    return render(request, "portal/blocks/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@governed
@in_space
def block(request: HttpRequest) -> HttpResponse:
    """Block a structure by its number."""
    form = StructureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        finess = form.cleaned_data["structure"]
        if not is_confirmed(request):
            return _preview(request, finess, reverse("portal:blocks"))
        name = directory.name_structures([finess]).get(finess, "")
        visitor = visitor_of(request)
        with access.open(
            visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE,
            event=EventType.STRUCTURE_BLOCKED, personal={"structure": structure_words(finess, name)},
        ) as a:  # fmt: skip
            access.block(a.person_id, structure=finess, by=a.by)
        return _to_list("bloquee")
    context = {"form": form, "trail": _trail("Bloquer une structure")}
    return render(request, "portal/blocks/block.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@governed
@in_space
def block_depositor(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Block the structure that deposited a document; the address names the document, not the structure."""
    if is_confirmed(request):
        _block_depositor(request, document_id)
        return _to_list("bloquee")
    visitor = visitor_of(request)
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, reference=document_id
    ) as a:
        card = _depositor_of(a, document_id)
        already = access.is_blocked(a.person_id, card.structure)
    if request.method == "POST" and not already:
        return _preview(request, card.structure, reverse("portal:document", args=[document_id]))
    context = {
        "structure": capfirst(_words(card)),
        "already": already,
        "back": reverse("portal:document", args=[document_id]),
        "trail": _trail("Bloquer une structure"),
    }
    return render(request, "portal/blocks/block_depositor.html", context)


def _preview(request: HttpRequest, finess: str, back: str) -> HttpResponse:
    """Show whom it shuts out, before the structure is blocked."""
    name = directory.name_structures([finess]).get(finess, "")
    page = Preview(f"Bloquer {structure_words(finess, name)} ?", "Bloquer cette structure", back,
                   fields=[("structure", finess)], danger=True, note=_NOTE,
                   trail=_trail("Bloquer une structure"))  # fmt: skip
    return preview(request, Change(blocked_structure=finess), page)


def _block_depositor(request: HttpRequest, document_id: UUID) -> None:
    visitor = visitor_of(request)
    event = EventType.STRUCTURE_BLOCKED
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE, event=event, late=True
    ) as a:
        card = _depositor_of(a, document_id)
        a.record(event, personal={"structure": _words(card)}, key=a.key())
        access.block(a.person_id, structure=card.structure, by=a.by)


def _depositor_of(a: access.Access, document_id: UUID) -> DocumentCard:
    """Return a document that a structure deposited; 404 for one that comes from elsewhere."""
    card = documents.get_document(a, document_id, deleted=True)
    if not may_block(card):
        raise Http404
    return card


def _words(card: DocumentCard) -> str:
    return structure_words(card.structure, card.structure_name)


@require_POST
@governed
@in_space
def unblock(request: HttpRequest) -> HttpResponse:
    """Let a structure read again what it deposited."""
    visitor = visitor_of(request)
    try:
        finess = directory.identify_structure(request.POST.get("structure", "")[:_LONGEST_NUMBER])
    except FinessError as error:
        raise Http404 from error
    name = directory.name_structures([finess]).get(finess, "")
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE,
        event=EventType.STRUCTURE_UNBLOCKED, personal={"structure": structure_words(finess, name)},
    ) as a:  # fmt: skip
        access.unblock(a.person_id, structure=finess)
    return _to_list("debloquee")


def _to_list(done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('portal:blocks')}?fait={done}")


def _trail(last: str = "") -> list[tuple[str, Any]]:
    here = reverse("portal:blocks") if last else ""
    trail = [("Accueil", reverse("portal:home")), ("Structures bloquées", here)]
    return [*trail, (last, "")] if last else trail
