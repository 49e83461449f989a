"""Caregivers: whom she lets help her, whom she helps (facts/mes.md 1.8; docs/caregivers.md).

An invitation is answered the same whether or not there is such a person (carnet.access.delegations).
"""

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from carnet.access import api as access
from carnet.access.api import Change, DelegationCard, DelegationRefused, delegations
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.notices import api as notices
from carnet.people import api as people
from carnet.people.api import Visitor
from carnet.platform import clock
from carnet.platform.clock import PARIS
from carnet.platform.crypto import KeyMissingError
from carnet.platform.http import requires
from carnet.portal.previewing import Preview, is_confirmed, preview
from carnet.portal.rights import FORMS, trail_to
from carnet.portal.space import actor_of, governed, in_space, visitor_of
from carnet.standards.ins import InsError
from carnet.ui.forms import DateField, Form, MatriculeField, TextField

Stage = delegations.Stage
_DONE: Final = {
    "invitation": "Votre demande est enregistrée. Si cette personne a un espace activé et si toutes les"
    " informations sont exactes, elle reçoit l’invitation dans quelques instants.",
    "acceptee": "C’est fait : vous êtes aidant. Son espace est parmi ceux que vous pouvez afficher.",
    "refusee": "L’invitation est refusée. La personne qui vous a invité en est avertie.",
    "fin": "C’est terminé. L’autre personne en est avertie.",
}
_STAGES: Final = {
    Stage.PENDING: ("En attente", "info"),
    Stage.ACCEPTED: ("Aidant", "success"),
    Stage.REFUSED: ("Refusée", "neutral"),
    Stage.EXPIRED: ("Sans réponse", "neutral"),
    Stage.ENDED: ("Terminé", "neutral"),
}
_STANDING: Final = frozenset({Stage.PENDING, Stage.ACCEPTED})
_INVITE_NOTE: Final = (
    "L’aidant voit ce que vous voyez, ajoute, modifie et supprime comme vous, et reçoit les avis."
    " Il ne choisit pas d’autre aidant, ne change ni vos coordonnées ni votre mot de passe, ne ferme pas"
    " l’espace et n’en prend pas de copie. Vous pouvez y mettre fin à tout moment."
)


class CaregiverForm(Form):
    """The caregiver, described by the four facts that must all be right, and for how long."""

    matricule = MatriculeField(help_text="Les 15 chiffres de sa carte Vitale, clé comprise.")
    birth_name = TextField(label="Nom de naissance", max_length=100)
    first_given_name = TextField(label="Premier prénom", max_length=100)
    birth_date = DateField(label="Date de naissance")
    starts_on = DateField(label="À partir du", required=False, help_text="Vide : dès son accord.")
    ends_on = DateField(
        label="Jusqu’au", required=False, help_text="Vide : jusqu’à ce que l’un de vous y mette fin."
    )


@require_safe
@in_space
def caregivers(request: HttpRequest) -> HttpResponse:
    """Her caregivers, the invitations she received, those whom she helps."""
    visitor = visitor_of(request)
    helping = delegations.list_helping(visitor.owner_id)
    names = people.find_names([one.person_id for one in helping])
    context = {
        "governs": not visitor.caregiver,
        "own": visitor.owner_id == visitor.profile_id,
        "mine": [] if visitor.caregiver else _mine(visitor),
        "invitations": [_helped(one, names) for one in helping if one.stage is Stage.PENDING],
        "helped": [_helped(one, names) for one in helping if one.stage is Stage.ACCEPTED],
        "done": _DONE.get(request.GET.get("fait", ""), ""),
        "trail": trail_to("Aidants"),
    }
    return render(request, "portal/caregivers/caregivers.html", context)


def _mine(visitor: Visitor) -> list[dict[str, Any]]:
    """Return the caregivers of the space shown; one who has not answered is named as he was typed."""
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        found = delegations.list_delegations(a.person_id)
        typed = _typed(a)
    names = people.find_names([one.caregiver_id for one in found if one.decided_at])
    return [_line(one, names.get(one.caregiver_id) or typed.get(one.id, "Une personne")) for one in found]


def _typed(a: access.Access) -> dict[UUID, str]:
    try:
        a.key()
    except KeyMissingError:
        return {}
    filters = access.HistoryFilters(events=(EventType.CAREGIVER_INVITED,))
    lines = access.list_history(a, hidden=(), filters=filters, limit=50)
    return {one.reference: str(one.personal.get("invited", "")) for one in lines if one.reference}


def _line(one: DelegationCard, name: str) -> dict[str, Any]:
    badge, kind = _STAGES[one.stage]
    end_href = reverse("portal:caregiver_end", args=[one.id]) if one.stage in _STANDING else ""
    return {"title": name, "meta": _when(one), "badge": badge, "badge_kind": kind, "end_href": end_href,
            "end_words": "Retirer l’invitation" if one.stage is Stage.PENDING else "Mettre fin"}  # fmt: skip


def _when(one: DelegationCard) -> str:
    if one.stage is Stage.PENDING:
        return f"invitation du {_day(one.invited_at)}, à accepter avant le {_day(one.expires_at)}"
    if one.stage is Stage.ENDED and one.ended_at:
        return f"jusqu’au {_day(one.ended_at)}"
    if one.stage is Stage.ACCEPTED:
        until = f" jusqu’au {one.ends_on:%d/%m/%Y}" if one.ends_on else ", sans date de fin"
        return f"depuis le {one.starts_on:%d/%m/%Y}{until}" if one.starts_on else f"dès maintenant{until}"
    return f"invitation du {_day(one.invited_at)}"


def _day(moment: Any) -> str:
    return f"{moment.astimezone(PARIS):%d/%m/%Y}"


def _helped(one: DelegationCard, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "title": names.get(one.person_id, "Une personne"),
        "meta": _when(one),
        "person_id": one.person_id,
        "opens": one.stands_on(clock.today()),
        "href": reverse("portal:caregiver_invitation", args=[one.id]),
        "end_href": reverse("portal:caregiver_end", args=[one.id]),
    }


# -- inviting


@requires(fresh=True)
@require_http_methods(FORMS)
@governed
@in_space
def invite(request: HttpRequest) -> HttpResponse:
    """Describe the caregiver, see what he would see, then send the invitation."""
    form = CaregiverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not is_confirmed(request):
            fields = [(name, request.POST.get(name, "")) for name in _posted(request)]
            page = Preview("Inviter cet aidant ?", "Envoyer l’invitation", reverse("portal:caregivers"),
                           fields=fields, note=_INVITE_NOTE, trail=trail_to("Inviter un aidant"))  # fmt: skip
            return preview(request, Change(invited=True), page)
        if _invite(form, visitor_of(request)):
            return _told("invitation")
    context = {"form": form, "note": _INVITE_NOTE, "trail": trail_to("Inviter un aidant")}
    return render(request, "portal/caregivers/invite.html", context)


def _posted(request: HttpRequest) -> list[str]:
    """The names of the fields as the browser sent them: a date has three."""
    return [name for name in request.POST if name not in {"csrfmiddlewaretoken", "vu"}]


def _invite(form: CaregiverForm, visitor: Visitor) -> bool:
    said = form.cleaned_data
    described = delegations.Described(
        said["matricule"], said["birth_name"], said["first_given_name"], said["birth_date"]
    )
    try:
        delegations.count_attempt(visitor.owner_id)
        _send(visitor, described, said["starts_on"] or clock.today(), said["ends_on"])
    except InsError as error:
        form.add_error("matricule", error.message_fr)
    except DelegationRefused as refused:
        form.add_error("matricule" if refused.rule == "yourself" else None, refused.message_fr)
    return form.is_valid()


def _send(visitor: Visitor, described: delegations.Described, starts_on: date, ends_on: date | None) -> None:
    """Invite behind the door; what is refused leaves its line, then is raised."""
    refusal: DelegationRefused | None = None
    event = EventType.CAREGIVER_INVITED
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE, event=event, late=True
    ) as a:
        try:
            delegations.invite(a, described, starts_on=starts_on, ends_on=ends_on)
        except DelegationRefused as refused:
            refusal = refused
            a.refuse(event, reason=refused.rule)
    if refusal:
        raise refusal


# -- answering, ending


@require_http_methods(FORMS)
def invitation(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """Who invites her and what it means; accept or refuse."""
    visitor = visitor_of(request)
    found = _received(delegation_id, visitor)
    problem = ""
    if request.method == "POST":
        try:
            return _answer(request, found, visitor)
        except DelegationRefused as refused:
            problem = refused.message_fr
    notices.mark_read(visitor.owner_id, about_id=visitor.owner_id, reference=found.id)
    context = {
        "name": people.get_person(found.person_id).display_name,
        "found": found,
        "since": _day(found.invited_at),
        "until": _day(found.expires_at),
        "problem": problem,
        "trail": trail_to("Invitation"),
    }
    return render(request, "portal/caregivers/invitation.html", context, status=409 if problem else 200)


def _received(delegation_id: UUID, visitor: Visitor) -> DelegationCard:
    """Return an invitation that this person received and may answer; 404 for any other."""
    for one in delegations.list_helping(visitor.owner_id):
        if one.id == delegation_id and one.stage is Stage.PENDING:
            return one
    raise Http404


def _answer(request: HttpRequest, found: DelegationCard, visitor: Visitor) -> HttpResponse:
    by = Actor(ActorKind.CAREGIVER, visitor.owner_id)
    if request.POST.get("reponse") == "accepter":
        delegations.accept(found.id, by=by)
        return _told("acceptee")
    if request.POST.get("reponse") != "refuser":
        raise Http404
    delegations.refuse(found.id, by=by)
    return _told("refusee")


@require_http_methods(FORMS)
@in_space
def end(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """End a delegation, or withdraw an invitation: by the one who is helped, or by the one who helps."""
    visitor = visitor_of(request)
    try:
        found = delegations.get_delegation(delegation_id, by=visitor.owner_id)
    except DelegationRefused:
        found = _of_space(delegation_id, visitor)
    if found.caregiver_id == visitor.owner_id:
        return _leave(request, found, visitor)
    return _dismiss(request, found)


def _of_space(delegation_id: UUID, visitor: Visitor) -> DelegationCard:
    """Return a delegation of the space that is shown (to a guardian); 404 for any other."""
    found = delegations.list_delegations(visitor.profile_id)
    for one in found:
        if one.id == delegation_id:
            return one
    raise Http404


def _leave(request: HttpRequest, found: DelegationCard, visitor: Visitor) -> HttpResponse:
    if request.method == "POST":
        return _end(found, Actor(ActorKind.CAREGIVER, visitor.owner_id))
    name = people.get_person(found.person_id).display_name
    context = {"name": name, "trail": trail_to("Ne plus être aidant")}
    return render(request, "portal/caregivers/leave.html", context)


@governed
def _dismiss(request: HttpRequest, found: DelegationCard) -> HttpResponse:
    visitor = visitor_of(request)
    if found.person_id != visitor.profile_id:
        raise Http404
    if not is_confirmed(request):
        pending = found.stage is Stage.PENDING
        page = Preview("Retirer cette invitation ?" if pending else "Mettre fin à l’accès de cet aidant ?",
                       "Retirer l’invitation" if pending else "Mettre fin", reverse("portal:caregivers"),
                       trail=trail_to("Aidants"))  # fmt: skip
        return preview(request, Change(ended_caregiver=found.caregiver_id), page)
    by, event = actor_of(visitor), EventType.CAREGIVER_ENDED
    with access.look(visitor.profile_id, by=by, purpose=Purpose.MANAGE, event=event) as a:
        access.must_govern(a)
    return _end(found, by)


def _end(found: DelegationCard, by: Actor) -> HttpResponse:
    try:
        delegations.end(found.id, by=by)
    except DelegationRefused as refused:
        raise Http404 from refused
    return _told("fin")


def _told(done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('portal:caregivers')}?fait={done}")
