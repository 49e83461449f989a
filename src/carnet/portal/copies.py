"""The copy of everything: asked for, followed while it is made, downloaded, deleted (facts/mes.md 1.9)."""

from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_POST, require_safe

from carnet.exports import api as exports
from carnet.exports.api import CopyCard, CopyUnderWayError, CopyUnknownError, State
from carnet.notices import api as notices
from carnet.people import api as people
from carnet.people.api import Visitor
from carnet.platform.clock import PARIS
from carnet.platform.http import requires
from carnet.portal.space import actor_of, governed, in_space, visitor_of
from carnet.ui.forms import Form

_KILO, _MEGA = 1_000, 1_000_000
_WORDS: Final = {
    State.ASKED: ("En attente", "info"),
    State.PREPARING: ("En préparation", "info"),
    State.READY: ("Prête", "success"),
    State.EXPIRED: ("Supprimée", "neutral"),
    State.FAILED: ("Non aboutie", "error"),
}
_SAID: Final = {
    "demandee": "Votre demande est enregistrée. Vous serez averti quand la copie sera prête.",
    "supprimee": "La copie est supprimée.",
}


@require_safe
@governed
def copies(request: HttpRequest) -> HttpResponse:
    """What was asked for, where it stands, what can be downloaded."""
    visitor = visitor_of(request)
    found = exports.list_copies(visitor.profile_id, asked_by=visitor.owner_id)
    ready = next((copy for copy in found if copy.ready), None)
    if ready:
        notices.mark_read(visitor.owner_id, about_id=visitor.profile_id, reference=ready.id)
    under_way = next((_progress(copy) for copy in found if copy.unfinished), None)
    done = request.GET.get("fait", "")
    context = {
        **_about(visitor),
        "said": "" if done == "demandee" and under_way is None else _SAID.get(done, ""),
        "under_way": under_way,
        "ready": _ready(ready) if ready else None,
        "fresh": visitor.fresh,
        "failed": bool(found) and found[0].state is State.FAILED,
        "past": [_row(copy) for copy in found if not copy.unfinished],
        "trail": [("Accueil", reverse("portal:home")), ("Copie de mes données", "")],
    }
    return render(request, "portal/copies/copies.html", context)


@requires(fresh=True)
@governed
@in_space
def ask(request: HttpRequest) -> HttpResponse:
    """What the copy will hold, then yes."""
    visitor = visitor_of(request)
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            exports.ask_copy(visitor.profile_id, by=actor_of(visitor))
        except CopyUnderWayError as under_way:
            form.add_error(None, under_way.message_fr)
        else:
            return _back("demandee")
    context = {"form": form, "days": exports.KEPT.days, **_about(visitor)}
    return render(request, "portal/copies/ask.html", context)


@requires(fresh=True)
@require_safe
def prove(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the gate has asked for the proof
    """Identity was just proven: back to the copies, whose links are now open."""
    return HttpResponseRedirect(reverse("portal:copies"))


@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """The part of the page that changes while a copy is made; once it has ended, the page is shown anew."""
    visitor = visitor_of(request)
    found = exports.list_copies(visitor.profile_id, asked_by=visitor.owner_id)
    under_way = next((copy for copy in found if copy.unfinished), None)
    if under_way is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "portal/copies/progress.html", {"under_way": _progress(under_way)})


@require_safe
def copy(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Where a notice leads: the page of copies."""
    visitor = visitor_of(request)
    _get(visitor, copy_id)
    notices.mark_read(visitor.owner_id, about_id=visitor.profile_id, reference=copy_id)
    return HttpResponseRedirect(reverse("portal:copies"))


@requires(fresh=True)
@require_safe
@in_space
def part(request: HttpRequest, copy_id: UUID, number: int) -> HttpResponse | StreamingHttpResponse:
    """One archive, streamed. Its name says nothing of health."""
    visitor = visitor_of(request)
    _get(visitor, copy_id)
    try:
        stream = exports.open_part(copy_id, number, person_id=visitor.profile_id, by=actor_of(visitor))
    except CopyUnknownError as unknown:
        raise Http404 from unknown
    except exports.CopyDamagedError:
        return render(request, "portal/copies/damaged.html", _about(visitor), status=500)
    response = StreamingHttpResponse(stream.chunks, content_type="application/zip")
    day = stream.asked_at.astimezone(PARIS)
    of = f"-partie-{number}-sur-{stream.count}" if stream.count > 1 else ""
    response["Content-Disposition"] = f'attachment; filename="copie-{day:%Y-%m-%d}{of}.zip"'
    response["Content-Length"] = str(stream.size)
    response["Content-Encoding"] = "identity"  # it is compressed already, and its length is told
    response["Cache-Control"] = "no-store"
    return response


@requires(fresh=True)
@require_POST
@in_space
def delete(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """Delete a copy before its time."""
    visitor = visitor_of(request)
    try:
        exports.delete_copy(copy_id, person_id=visitor.profile_id, by=actor_of(visitor))
    except CopyUnknownError as unknown:
        raise Http404 from unknown
    return _back("supprimee")


def _get(visitor: Visitor, copy_id: UUID) -> CopyCard:
    try:
        return exports.get_copy(copy_id, person_id=visitor.profile_id, asked_by=visitor.owner_id)
    except CopyUnknownError as unknown:
        raise Http404 from unknown


def _about(visitor: Visitor) -> dict[str, Any]:
    own = visitor.profile_id == visitor.owner_id
    return {"own": own, "name": "" if own else people.get_person(visitor.profile_id).display_name}


def _progress(copy: CopyCard) -> dict[str, Any]:
    known = copy.total > 0
    return {
        "done": copy.done,
        "total": copy.total,
        "words": f"{copy.done} étapes sur {copy.total}" if known else "La préparation va commencer.",
        "asked": _moment(copy),
    }


def _ready(copy: CopyCard) -> dict[str, Any]:
    assert copy.expires_at is not None
    many = len(copy.parts) > 1
    return {
        "until": date_format(copy.expires_at.astimezone(PARIS), "j F Y à H:i"),
        "size": _size(copy.size),
        "delete_href": reverse("portal:copy_delete", args=[copy.id]),
        "parts": [
            (
                reverse("portal:copy_part", args=[copy.id, one.number]),
                f"Télécharger la partie {one.number} ({_size(one.size)})"
                if many
                else f"Télécharger ({_size(one.size)})",
            )
            for one in copy.parts
        ],
    }


def _row(copy: CopyCard) -> dict[str, str]:
    words, kind = _WORDS[copy.state]
    return {
        "asked": _moment(copy),
        "state": words,
        "kind": kind,
        "size": _size(copy.size) if copy.size else "",
    }


def _moment(copy: CopyCard) -> str:
    return date_format(copy.asked_at.astimezone(PARIS), "j F Y à H:i")


def _size(octets: int) -> str:
    if octets >= _MEGA:
        return f"{octets / _MEGA:.1f} Mo".replace(".", ",")
    return f"{max(1, round(octets / _KILO))} ko"


def _back(said: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('portal:copies')}?fait={said}")
