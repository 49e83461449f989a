"""What people report: the list of what waits, one report, its answer.

An agent sees who reports, why, in which words, and which structure deposited the document: never the title
of the document, nor what stands in it. Of an access, he sees what the journal keeps. Opening a report stands
in the person’s history.
"""

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST

from carnet.access.api import structure_words
from carnet.desk import acts, page
from carnet.desk.acts import Kind as ActKind
from carnet.desk.forms import AnswerForm, TicketNumberForm
from carnet.people import api as people
from carnet.platform.clock import PARIS
from carnet.platform.http import requires
from carnet.support import api as support
from carnet.support.api import Kind, State, Ticket, TicketRefused, TicketUnknownError

_PAGE: Final = 50
_READS: Final = ["GET", "HEAD", "POST"]
_DONE: Final = {"reponse": "La réponse est envoyée. La personne en est avertie."}


@requires(kinds=("agent",), roles=page.ADVISING)
@require_http_methods(_READS)
def tickets(request: HttpRequest) -> HttpResponse:
    """The reports that wait, the oldest first, and the way to one by its number. Nobody is named."""
    form = TicketNumberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        found = support.find_by_number(form.cleaned_data["number"])
        if found:
            return _open(found.id, found.person_id, request)
        form.add_error("number", "Aucun signalement ne porte ce numéro. Vérifiez-le avec l’appelant.")
    context = {
        "form": form,
        "lines": [(line, line.opened_at.astimezone(PARIS)) for line in support.list_waiting(limit=_PAGE)],
        "waiting": support.count_waiting(),
        "ways": ways("desk:tickets"),
        "most": _PAGE,
        "done": _DONE.get(request.GET.get("fait", ""), ""),
    }
    return page.show(request, "desk/tickets.html", context)


def ways(present: str) -> list[tuple[str, str, bool]]:
    """The two lists of what waits: what people report, what professionals ask."""
    both = (("desk:tickets", "Signalements"), ("desk:help_requests", "Demandes des professionnels"))
    return [(words, reverse(name), name == present) for name, words in both]


@requires(kinds=("agent",), roles=page.ADVISING)
@require_POST
def take(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """Open one report of the list."""
    try:
        line = support.get_line(ticket_id)
    except TicketUnknownError as error:
        raise Http404 from error
    return _open(line.id, line.person_id, request)


def _open(ticket_id: UUID, person_id: UUID, request: HttpRequest) -> HttpResponse:
    """Write the look in the person’s history, then show the report for half an hour."""
    visitor = page.visitor_of(request)
    people.record_look(person_id, by=page.actor_of(visitor), reason="report")
    token = page.sign(ticket_id, visitor, what=page.TICKET)
    return HttpResponseRedirect(reverse("desk:ticket", args=[token]))


@requires(kinds=("agent",), roles=page.ADVISING)
@require_http_methods(_READS)
def ticket(request: HttpRequest, token: str) -> HttpResponse:
    """One report, and the form of its answer while it waits for one."""
    visitor = page.visitor_of(request)
    try:
        shown = support.get_ticket(page.read(token, visitor, what=page.TICKET))
    except TicketUnknownError as error:
        raise Http404 from error
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _answer(shown, form, visitor):
        return HttpResponseRedirect(f"{reverse('desk:tickets')}?fait=reponse")
    context = {
        "ticket": shown,
        "of_access": shown.kind is Kind.ACCESS,
        "facts": _facts(shown),
        "waits": shown.state is State.OPEN,
        "form": form,
        "back": reverse("desk:tickets"),
        "person": reverse("desk:person", args=[page.sign(shown.person_id, visitor)]),
    }
    return page.show(request, "desk/ticket.html", context)


def _answer(shown: Ticket, form: AnswerForm, visitor: people.Visitor) -> bool:
    """Answer, and keep the act for who checks; what stands against it is said on the form."""
    try:
        with acts.acting(ActKind.REPORT_ANSWERED, agent_id=visitor.owner_id, person_id=shown.person_id):
            support.answer(shown.id, by=page.actor_of(visitor), words=form.cleaned_data["answer"])
    except TicketRefused as refusal:
        form.add_error(refusal.field or None, refusal.message_fr)
        return False
    return True


def _facts(shown: Ticket) -> list[tuple[str, str]]:
    names = people.find_names([shown.person_id, shown.opened_by])
    unknown = "personne absente du registre"
    own = shown.opened_by == shown.person_id
    rows = [
        ("Signalé par", names.get(shown.opened_by, unknown) + ("" if own else ", représentant légal")),
        ("Espace de", "" if own else names.get(shown.person_id, unknown)),
        ("Raison", shown.reason.label),
        ("Document déposé par", _depositor(shown) if shown.kind is Kind.DOCUMENT else ""),
        ("Envoyé le", date_format(shown.opened_at.astimezone(PARIS), "j F Y à H:i")),
    ]
    return [(label, value) for label, value in rows if value]


def _depositor(shown: Ticket) -> str:
    if not shown.structure:
        return "une personne, depuis l’espace"
    return structure_words(shown.structure, shown.structure_name)
