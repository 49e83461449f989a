"""The family: whose spaces she manages, switching from one to another, sharing a child's space.

The pages name the other representative and never say where he is. Invitations are answered the same
whether or not there is such a person (carnet.people.families).
"""

from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.access import api as access
from carnet.enrolment.api import State, can_manage, find_state
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, list_lines
from carnet.people import api as people
from carnet.platform import clock, crypto
from carnet.platform.http import requires
from carnet.portal.space import View, find_url, visitor_of
from carnet.standards.ins import InsError
from carnet.ui.forms import DateField, Form, MatriculeField, TextField

_DONE: Final = {
    "acceptee": "C’est fait : cet espace est maintenant parmi ceux que vous gérez.",
    "refusee": "L’invitation est refusée. La personne qui vous a invité en est avertie.",
    "invitation": "Votre demande est enregistrée. Si cette personne a un espace activé et si toutes les"
    " informations sont exactes, elle reçoit l’invitation dans quelques instants.",
}
_STATES: Final = {
    None: ("Pas encore proposé", "neutral"),
    State.ELIGIBLE: ("Pas encore proposé", "neutral"),
    State.NOTIFIED: ("À activer", "warning"),
    State.OPENED: ("Ouvert, à activer", "warning"),
    State.ACTIVATED: ("Activé", "success"),
    State.OBJECTED: ("Opposition", "neutral"),
    State.SUSPENDED: ("Suspendu", "error"),
    State.CLOSED: ("Fermé", "neutral"),
    State.ERASING: ("Fermé, effacement demandé", "neutral"),
    State.ERASED: ("Effacé", "neutral"),
}
_SHUT: Final = {State.CLOSED, State.ERASING}
_TO_ACTIVATE: Final = {State.NOTIFIED, State.OPENED}


@dataclass(frozen=True)
class Profile:
    """A space on the family page."""

    id: UUID
    name: str
    about: str
    state: str
    kind: str
    own: bool
    shown: bool
    opens: bool
    activates: bool
    shares: bool
    icon: str
    open_words: str
    twin: bool


class InvitationForm(Form):
    """The other representative, described by the four facts that must all be right (facts/mes.md 1.7)."""

    matricule = MatriculeField(help_text="Les 15 chiffres de sa carte Vitale, clé comprise.")
    birth_name = TextField(label="Nom de naissance", max_length=100)
    first_given_name = TextField(label="Premier prénom", max_length=100)
    birth_date = DateField(label="Date de naissance")


class AcceptanceForm(Form):
    """The statement of a legal representative."""

    statement = forms.BooleanField(label="Je déclare être représentant légal de cet enfant.")


def _explained(view: View) -> View:
    """Wrap a view that asks for another's space: a shut door is explained on the family page."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except access.Refused as refused:
            return _page(request, error=refused.scope.explanation, status=403)

    return wrapped


# -- whose spaces


@require_safe
def family(request: HttpRequest) -> HttpResponse:
    """The spaces that she manages, the invitations that she received."""
    return _page(request)


def _page(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    visitor = visitor_of(request)
    context = {
        "profiles": _profiles(visitor),
        "invitations": people.list_pending_invitations(visitor.owner_id),
        "done": _DONE.get(request.GET.get("fait", ""), ""),
        "error": error,
        "activate_href": find_url("activate"),
    }
    return render(request, "portal/family/family.html", context, status=status)


def _profiles(visitor: people.Visitor) -> list[Profile]:
    cards = people.list_profiles(visitor.owner_id)
    days = [card.birth_date for card in cards if card.id != visitor.owner_id]
    return [_profile(card, visitor, twin=days.count(card.birth_date) > 1) for card in cards]


def _profile(card: people.PersonCard, visitor: people.Visitor, *, twin: bool) -> Profile:
    own, state = card.id == visitor.owner_id, find_state(card.id)
    label, kind = _STATES[State(state) if state else None]
    shown = card.id == visitor.profile_id
    return Profile(
        id=card.id,
        name=card.display_name,
        about="Mon espace" if own else about(card),
        state=label,
        kind=kind,
        own=own,
        shown=shown,
        opens=state in {State.ACTIVATED, *_SHUT} and not shown,
        activates=state in _TO_ACTIVATE and not own and card.died_on is None,
        shares=state == State.ACTIVATED and not own and people.is_minor(card),
        icon="account" if own else "child",
        open_words=_open_words(card, own=own, shut=state in _SHUT),
        twin=twin and not own,
    )


def _open_words(card: people.PersonCard, *, own: bool, shut: bool) -> str:
    if own:
        return "Revenir à mon espace"
    return "Rouvrir ou faire effacer" if shut else f"Voir l’espace de {card.short_name}"


def about(card: people.PersonCard) -> str:
    """Return age and birth date in words: what tells brothers and sisters apart."""
    born = "née" if card.sex == "F" else "né"
    return f"{age_words(card.birth_date, clock.today())}, {born} le {card.birth_date:%d/%m/%Y}"


def age_words(born: date, today: date) -> str:
    """Return an age: in months under two years, then in years."""
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months < 1:
        return "moins d’un mois"
    if months < 24:  # noqa: PLR2004 - two years
        return f"{months} mois"
    return f"{months // 12} ans"


# -- switching


@require_POST
@_explained
def switch(request: HttpRequest) -> HttpResponse:
    """Show another space from now on: her own, or one of those whom she represents today.

    Of a closed one, only the page where it is reopened is shown.
    """
    visitor = visitor_of(request)
    wanted = _wanted(request)
    if wanted != visitor.owner_id and access.is_caregiver(wanted, visitor.owner_id):
        people.sessions.choose_profile(visitor.session_id, wanted, caregiver=True)
        return HttpResponseRedirect(reverse("portal:home"))
    if wanted != visitor.owner_id:
        if people.find_person(wanted) is None:
            raise Http404
        if _is_shut_for(wanted, visitor):
            people.sessions.choose_profile(visitor.session_id, wanted)
            return HttpResponseRedirect(reverse("portal:closed"))
        _check_door(wanted, visitor)
    people.sessions.choose_profile(visitor.session_id, wanted)
    return HttpResponseRedirect(reverse("portal:home"))


def _wanted(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("space", ""))
    except ValueError as error:
        raise Http404 from error


def _is_shut_for(person_id: UUID, visitor: people.Visitor) -> bool:
    """Say whether this is a closed space which she may reopen."""
    by = Actor(ActorKind.LEGAL_REPRESENTATIVE, visitor.owner_id)
    return find_state(person_id) in _SHUT and can_manage(person_id, by)


def _check_door(person_id: UUID, visitor: people.Visitor) -> None:
    """Raise access.Refused, with its line in the journal, unless the door would open for her."""
    actor = Actor(ActorKind.LEGAL_REPRESENTATIVE, visitor.owner_id)
    represented = {card.id for card in people.list_represented(visitor.owner_id)}
    scope = access.decide(person_id, by=actor, purpose=Purpose.CONSULT)
    if scope.allowed and person_id in represented:
        return  # the page that follows opens the door and writes its line
    with access.open(person_id, by=actor, purpose=Purpose.CONSULT):
        raise Http404


# -- sharing a child's space


@require_safe
@_explained
def share(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Who manages a child's space, and the way to invite the other representative."""
    visitor = visitor_of(request)
    child, invited = _enter(person_id, visitor)
    representatives = people.list_representatives(person_id)
    minor = people.is_minor(child)
    context = {
        "child": child,
        "about": about(child),
        "representatives": [_representative(card, visitor) for card in representatives],
        "invited": invited,
        "can_invite": minor and len(representatives) < people.MOST_REPRESENTATIVES,
        "full": minor and len(representatives) >= people.MOST_REPRESENTATIVES,
        "done": _DONE.get(request.GET.get("fait", ""), ""),
        "breadcrumb": _breadcrumb(child.short_name, ""),
    }
    return render(request, "portal/family/share.html", context)


@requires(fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
@_explained
def invite(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Invite the other representative; who does it has just proven her identity."""
    visitor = visitor_of(request)
    child, _ = _enter(person_id, visitor)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _invite(form, child, visitor):
        return HttpResponseRedirect(f"{reverse('portal:share', args=[child.id])}?fait=invitation")
    breadcrumb = _breadcrumb(child.short_name, reverse("portal:share", args=[child.id]), "Inviter")
    context = {"form": form, "child": child, "breadcrumb": breadcrumb}
    return render(request, "portal/family/invite.html", context)


def _invite(form: InvitationForm, child: people.PersonCard, visitor: people.Visitor) -> bool:
    by = Actor(ActorKind.LEGAL_REPRESENTATIVE, visitor.owner_id)
    try:
        people.invite_representative(child.id, by=by, **form.cleaned_data)
    except InsError as error:
        form.add_error("matricule", error.message_fr)
    except people.FamilyRefused as refusal:
        form.add_error("matricule" if refusal.rule == "yourself" else None, refusal.message_fr)
    except people.TooManyError as error:
        form.add_error(None, error.message_fr)
    return form.is_valid()


def _enter(person_id: UUID, visitor: people.Visitor) -> tuple[people.PersonCard, list[dict[str, Any]]]:
    """Open the child's door; return the child, and the invitations of the last weeks as they were typed."""
    child = people.find_person(person_id)
    if child is None or person_id == visitor.owner_id:
        raise Http404
    actor = Actor(ActorKind.LEGAL_REPRESENTATIVE, visitor.owner_id)
    with access.open(person_id, by=actor, purpose=Purpose.MANAGE):
        key = crypto.find_key(person_id)
        lines = list_lines(person_id, key=key, events=[EventType.REPRESENTATIVE_INVITED], limit=10)
    return child, [
        {"name": line.personal.get("invited", ""), "at": line.at.astimezone(clock.PARIS)}
        for line in lines
        if line.allowed
    ]


def _representative(card: people.PersonCard, visitor: people.Visitor) -> dict[str, Any]:
    """What one representative is shown of another: the name, nothing else."""
    return {"name": card.display_name, "you": card.id == visitor.owner_id}


# -- invitations received


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """One invitation: of which child, from whom; accept with a statement, or refuse."""
    visitor = visitor_of(request)
    by = Actor(ActorKind.LEGAL_REPRESENTATIVE, visitor.owner_id)
    refuses = "refuser" in request.POST
    form = AcceptanceForm(request.POST if request.method == "POST" and not refuses else None)
    try:
        found = people.get_invitation(invitation_id, visitor.owner_id)
        if refuses:
            people.refuse_invitation(invitation_id, by=by)
            return _to_family("refusee")
        if form.is_valid() and _has_own_space(form, visitor):
            people.accept_invitation(invitation_id, by=by)
            return _to_family("acceptee")
    except people.FamilyRefused as refusal:
        return _page(request, error=refusal.message_fr, status=409)
    context = {
        "form": form,
        "invitation": found,
        "about": about(found.child),
        "breadcrumb": _breadcrumb("Invitation", ""),
    }
    return render(request, "portal/family/invitation.html", context)


def _has_own_space(form: AcceptanceForm, visitor: people.Visitor) -> bool:
    """The second representative has an active space (facts/mes.md 1.7), not a closed one."""
    if find_state(visitor.owner_id) != State.ACTIVATED:
        form.add_error(None, "Pour gérer l’espace d’un enfant, votre propre espace doit être activé.")
    return form.is_valid()


def _to_family(done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('portal:family')}?fait={done}")


def _breadcrumb(text: str, href: str, last: str = "") -> list[tuple[str, str]]:
    ways = [("Accueil", reverse("portal:home")), ("Famille", reverse("portal:family")), (text, href)]
    return [*ways, (last, "")] if last else ways
