"""The first page of the desk: find a person, see where her space stands, call back who must be."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.desk import acts, callbacks, page
from carnet.desk.acts import Kind
from carnet.desk.forms import CallForm, SearchForm
from carnet.enrolment import api as enrolment
from carnet.enrolment.api import Event, SpaceCard, State
from carnet.people import api as people
from carnet.people.api import PersonCard
from carnet.platform import clock
from carnet.platform.http import requires

STATES: Final = {
    State.ELIGIBLE: "Jamais informée",
    State.NOTIFIED: "Informée, six semaines en cours",
    State.OPENED: "Ouvert sans opposition, pas encore activé",
    State.ACTIVATED: "Activé",
    State.OBJECTED: "Opposition enregistrée",
    State.SUSPENDED: "Suspendu",
    State.CLOSED: "Fermé",
    State.ERASING: "Fermé, effacement demandé",
    State.ERASED: "Effacé",
}
CHANNELS: Final = {"email": "e-mail", "sms": "SMS", "letter": "courrier", "": ""}
_LINKS: Final = {
    "accepted": "actif",
    "invited": "invitation en attente",
    "refused": "invitation refusée",
    "severed": "rompu",
}
_DONE: Final = {
    "code-email": "Un nouveau code est parti à l’adresse électronique connue de l’Assurance Maladie.",
    "code-sms": "Un nouveau code est parti par SMS au numéro connu de l’Assurance Maladie.",
    "code-letter": "Un nouveau code part par courrier à l’adresse connue de l’Assurance Maladie.",
    "opposition": "L’opposition est enregistrée. La preuve est envoyée à la personne.",
    "rupture": "Le lien est rompu. Les personnes concernées en sont averties.",
    "rappel": "Le rappel est prévu. Il est dans la liste des rappels à faire.",
    "appel": "Le résultat de l’appel est noté.",
    "blocage": "Le blocage est levé : la personne peut de nouveau changer ses accès.",
}


@requires(kinds=("agent",))
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Where an agent arrives: the search for advisers, else the first page that his roles open."""
    visitor = page.visitor_of(request)
    if visitor.roles & set(page.ADVISING):
        return _search(request, visitor)
    for roles, name in ((page.ADMINISTERING, "desk:agents"), (page.AUDITING, "desk:audit")):
        if visitor.roles & set(roles):
            return HttpResponseRedirect(reverse(name))
    return page.show(request, "desk/nothing.html", {})


def _search(request: HttpRequest, visitor: people.Visitor) -> HttpResponse:
    form = SearchForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (found := _find(form, visitor)):
        return HttpResponseRedirect(reverse("desk:person", args=[page.sign(found.id, visitor)]))
    owed = [(call, people.get_person(call.person_id).display_name) for call in callbacks.list_owed()]
    return page.show(request, "desk/home.html", {"form": form, "owed": owed})


def _find(form: SearchForm, visitor: people.Visitor) -> PersonCard | None:
    """Look for the person; what stands against it is said on the form, and every search leaves its act."""
    act_id = acts.note(Kind.SEARCH, agent_id=visitor.owner_id, outcome="")
    try:
        found = people.find_for_support(form.identifiers, by=page.actor_of(visitor))
    except people.NotFoundError as refusal:
        acts.end(act_id, outcome=refusal.rule)
        form.add_error(None, refusal.message_fr)
    except people.TooManyError as refusal:
        acts.end(act_id, outcome="too_many")
        form.add_error(None, refusal.message_fr)
    else:
        acts.end(act_id, outcome=acts.DONE, person_id=found.id)
        return found
    return None


@requires(kinds=("agent",), roles=page.ADVISING)
@require_safe
def person(request: HttpRequest, token: str) -> HttpResponse:
    """The administrative facts of the person found, and what may be done for her."""
    card = people.get_person(page.read(token, page.visitor_of(request)))
    space, owed = enrolment.find_space(card.id), callbacks.find_owed(card.id)
    account = people.find_account(card.id)
    context = {
        "token": token,
        "card": card,
        "identity": _identity(card),
        "space": _space(card, space),
        "links": [(link, _LINKS[link.state]) for link in people.list_links(card.id)],
        "may_reissue": enrolment.may(card.id, Event.ASK_CODE) or enrolment.may(card.id, Event.TAKE_OVER),
        "may_object": enrolment.may(card.id, Event.OBJECT),
        "may_plan": owed is None and people.is_card_legible(card.id) is False,
        "frozen": account is not None and account.frozen,
        "owed": owed,
        "phone": _phone(card.id) if owed else "",
        "call_form": CallForm() if owed else None,
        "done": _DONE.get(request.GET.get("fait", ""), ""),
    }
    return page.show(request, "desk/person.html", context)


def _identity(card: PersonCard) -> list[tuple[str, str]]:
    born = f"{card.birth_date:%d/%m/%Y}, commune {card.birth_place}"
    facts = [
        ("Nom de naissance", card.birth_name),
        ("Nom d’usage", card.used_name),
        ("Prénoms", card.given_names),
        ("Naissance", born),
        ("Sexe", {"M": "masculin", "F": "féminin"}.get(card.sex, "non déterminé")),
        ("Protection", card.protection),
        ("Décès", f"{card.died_on:%d/%m/%Y}" if card.died_on else ""),
    ]
    return [(label, value) for label, value in facts if value]


def _space(card: PersonCard, space: SpaceCard) -> list[tuple[str, str]]:
    since = f", depuis le {space.since.astimezone(clock.PARIS):%d/%m/%Y}" if space.since else ""
    told = f"{space.notified_on:%d/%m/%Y}, par {CHANNELS[space.channel]}" if space.notified_on else "jamais"
    contact = people.find_contact(card.id)
    legible = {True: "lisible", False: "illisible", None: "inconnue"}[people.is_card_legible(card.id)]
    known = [people.hide_email(contact.email)] if contact and contact.email else []
    known += [people.hide_phone(contact.phone)] if contact and contact.phone else []
    if people.is_minor(card):
        known = ["ceux du parent auquel l’enfant est rattaché"]
    return [
        ("État de l’espace", STATES[space.state] + since),
        ("Dernière information envoyée", told),
        ("Compte créé", "oui" if people.find_account(card.id) else "non"),
        ("Contacts connus de l’Assurance Maladie", ", ".join(known) or "aucun : courrier seulement"),
        ("Carte Vitale", legible),
        *_proof(card.id),
    ]


def _proof(person_id: UUID) -> list[tuple[str, str]]:
    """Give the number to compare with the paper of somebody who says that she objected."""
    try:
        return [("Numéro de la preuve d’opposition", enrolment.get_objection(person_id).number)]
    except LookupError:
        return []


def _phone(person_id: UUID) -> str:
    contact = people.find_contact(person_id)
    return contact.phone if contact else ""


@requires(kinds=("agent",), roles=page.ADVISING)
@require_POST
def take_call(request: HttpRequest, callback_id: UUID) -> HttpResponse:
    """Open the facts of a person to be called back; the look stands in her history."""
    visitor = page.visitor_of(request)
    try:
        call = callbacks.take(callback_id, by=page.actor_of(visitor))
    except callbacks.CallbackRefused as refusal:
        return page.show(request, "desk/refused.html", {"message": refusal.message_fr}, status=409)
    return HttpResponseRedirect(reverse("desk:person", args=[page.sign(call.person_id, visitor)]))


def to_person(token: str, done: str) -> HttpResponse:
    """Send back to the person's page with a word about what was done."""
    return HttpResponseRedirect(f"{reverse('desk:person', args=[token])}?fait={done}")


def context_of(token: str, visitor: people.Visitor) -> dict[str, Any]:
    """Return what a page about an action shows of the person."""
    card = people.get_person(page.read(token, visitor))
    return {"card": card, "back": reverse("desk:person", args=[token])}
