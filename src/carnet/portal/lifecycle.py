"""Closing a space, reopening it, having it erased; changing its choices (facts/mes.md 1.9).

By the holder, or by a legal representative for the profile that is shown.
"""

from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from carnet.access.api import NEXT, Change
from carnet.enrolment import api as enrolment
from carnet.enrolment.api import ChangedMeanwhile, Choices, NotYours, SpaceCard, State, TransitionRefused
from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.http import public, requires
from carnet.portal.enrolment import choices_of
from carnet.portal.enrolment_forms import ChoicesForm, CloseForm
from carnet.portal.previewing import Preview, is_confirmed, preview
from carnet.portal.space import actor_of, governed, visitor_of

_SHUT = {State.CLOSED, State.ERASING}


@requires(fresh=True)
@governed
def close(request: HttpRequest) -> HttpResponse:
    """What closing does, then yes; her sessions end with it."""
    visitor = visitor_of(request)
    space = _managed(request)
    if space.state in _SHUT:
        return HttpResponseRedirect(reverse("portal:closed"))
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        own = visitor.profile_id == visitor.owner_id
        try:
            enrolment.close(visitor.profile_id, by=actor_of(visitor), erase=form.cleaned_data["erase"])
        except TransitionRefused as refusal:
            form.add_error(None, refusal.message_fr)
        else:
            return HttpResponseRedirect(reverse("portal:close_done" if own else "portal:closed"))
    context = {"form": form, "archive_until": enrolment.archive_end(clock.today()), "due": _due_if_asked()}
    return render(request, "portal/lifecycle/close.html", _about(request) | context)


@public
@require_safe
def close_done(request: HttpRequest) -> HttpResponse:
    """Said to nobody in particular: whoever closed her space is logged out."""
    return render(request, "portal/lifecycle/close_done.html")


@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    """The one page of a closed space: reopen, ask for its erasure, cancel it."""
    space = _managed(request)
    if space.state not in _SHUT:
        return HttpResponseRedirect(reverse("portal:home"))
    context = {
        "space": space,
        "erasing": space.state is State.ERASING,
        "begun": space.erasure_began_at is not None,
        "can_reopen": enrolment.may(space.person_id, enrolment.Event.REOPEN),
    }
    return render(request, "portal/lifecycle/closed.html", _about(request) | context)


@require_POST
@requires(fresh=True)
@governed
def reopen(request: HttpRequest) -> HttpResponse:
    """Open it again with all that was archived."""
    return _do(request, enrolment.reopen, "portal:home")


@requires(fresh=True)
@governed
def ask_erasure(request: HttpRequest) -> HttpResponse:
    """What an erasure does, then yes."""
    space = _managed(request)
    if request.method == "POST":
        return _do(request, enrolment.ask_erasure, "portal:closed")
    if space.state is not State.CLOSED:
        return HttpResponseRedirect(reverse("portal:closed"))
    return render(request, "portal/lifecycle/erase.html", _about(request) | {"due": _due_if_asked()})


@require_POST
@governed
def cancel_erasure(request: HttpRequest) -> HttpResponse:
    """Keep the archive after all."""
    return _do(request, enrolment.cancel_erasure, "portal:closed")


@requires()
@governed
def choices(request: HttpRequest) -> HttpResponse:
    """Default visibility and emergency access; of two windows the second is told."""
    space = _managed(request)
    if space.state is not State.ACTIVATED:
        return HttpResponseRedirect(reverse("portal:home"))
    form, notice = ChoicesForm(request.POST or None, initial=_initial(space)), ""
    if request.method == "POST" and form.is_valid():
        visitor, data = visitor_of(request), form.cleaned_data
        if space.version == data["version"] and not is_confirmed(request):
            return _preview(request, choices_of(data))
        try:
            enrolment.change_choices(
                space.person_id, by=actor_of(visitor), choices=choices_of(data), version=data["version"]
            )
        except ChangedMeanwhile as changed:
            notice = changed.message_fr
            form = ChoicesForm(initial=_initial(enrolment.find_space(space.person_id)))
        else:
            return HttpResponseRedirect(f"{reverse('portal:choices')}?fait=1")
    context = {"form": form, "notice": notice, "saved": "fait" in request.GET and request.method == "GET"}
    return render(request, "portal/lifecycle/choices.html", _about(request) | context)


def _preview(request: HttpRequest, chosen: Choices) -> HttpResponse:
    """Show who would see what, before the choices are saved."""
    fields = [
        (name, value)
        for name in ("version", "act", "documents", "emergency")
        for value in request.POST.getlist(name)
    ]
    change = Change(
        emergency_access=chosen.emergency_access, samu_access=chosen.samu_access,
        emergency_masked=chosen.emergency_masked, masked={NEXT: chosen.documents_masked},
    )  # fmt: skip
    page = Preview("Enregistrer ces choix ?", "Enregistrer", reverse("portal:choices"), fields=fields)
    return preview(request, change, page)


def _do(request: HttpRequest, act: object, then: str) -> HttpResponse:
    visitor = visitor_of(request)
    assert callable(act)
    try:
        act(visitor.profile_id, by=actor_of(visitor))
    except NotYours as refusal:
        raise PermissionDenied from refusal
    except TransitionRefused as refusal:
        context = _about(request) | {"refusal": refusal.message_fr}
        return render(request, "portal/lifecycle/refused.html", context, status=409)
    return HttpResponseRedirect(reverse(then))


def _managed(request: HttpRequest) -> SpaceCard:
    """Return the space shown, if the visitor decides about it; otherwise 403."""
    visitor = visitor_of(request)
    if not enrolment.can_manage(visitor.profile_id, actor_of(visitor)):
        raise PermissionDenied
    return enrolment.find_space(visitor.profile_id)


def _about(request: HttpRequest) -> dict[str, object]:
    """Return whose space it is, in words: her own, or a child's by name."""
    visitor = visitor_of(request)
    own = visitor.profile_id == visitor.owner_id
    return {"own": own, "name": "" if own else people.get_person(visitor.profile_id).display_name}


def _due_if_asked() -> date:
    return enrolment.erasure_due(clock.today(), settings.CARNET_ERASURE_DELAY_DAYS)


def _initial(space: SpaceCard) -> dict[str, object]:
    switches = (
        ("care", space.emergency_access), ("samu", space.samu_access), ("masked", space.emergency_masked)
    )  # fmt: skip
    emergency = [name for name, on in switches if on]
    shown = "hidden" if space.documents_masked else "shown"
    return {"version": space.version, "documents": shown, "emergency": emergency}
