"""Reporting a document to the 3422, and following what was reported.

A professional's document is not deleted by the person: she hides it, or reports it (facts/mes.md 3.7).
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_safe

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.documents.api import DocumentCard
from carnet.journal.api import EventType, Purpose
from carnet.notices import api as notices
from carnet.people.api import Visitor
from carnet.platform.clock import PARIS
from carnet.portal.acts import structure_words
from carnet.portal.reports_forms import ReportForm
from carnet.portal.space import actor_of, in_space, visitor_of
from carnet.support import api as support
from carnet.support.api import State, Ticket, TicketRefused

_DONE: Final = {
    "envoye": (
        "success",
        "Votre signalement est envoyé au 3422. Vous serez averti de la réponse, ici et par e-mail.",
    ),
    "deja": ("info", "Vous avez déjà signalé ce document. Le voici : il attend sa réponse."),
}
_BADGES: Final = {State.OPEN: "info", State.ANSWERED: "success"}


@require_http_methods(["GET", "HEAD", "POST"])
@in_space
def document_report(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Report one document; what already waits for an answer is shown instead."""
    visitor = visitor_of(request)
    waiting = support.find_waiting(visitor.profile_id, document_id, opened_by=visitor.owner_id)
    if waiting:
        return _to_ticket(waiting, "deja")
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _to_ticket(_report(visitor, document_id, form), "envoye")
        except TicketRefused as refusal:
            if refusal.rule == "waiting":  # the same form, sent twice in one instant
                return HttpResponseRedirect(request.path)
            form.add_error(refusal.field or None, refusal.message_fr)
    return _show_form(request, document_id, form)


def _report(visitor: Visitor, document_id: UUID, form: ReportForm) -> UUID:
    with access.open(
        visitor.profile_id,
        by=actor_of(visitor),
        purpose=Purpose.MANAGE,
        event=EventType.DOCUMENT_REPORTED,
        reference=document_id,
    ) as a:
        return support.report(a, document_id=document_id, **form.cleaned_data)


def _show_form(request: HttpRequest, document_id: UUID, form: ReportForm) -> HttpResponse:
    visitor = visitor_of(request)
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, reference=document_id
    ) as a:
        card = documents.get_document(a, document_id, deleted=True)
    back = reverse("portal:document", args=[document_id])
    if not documents.may(card).report:  # its page offers to correct and to delete it
        return HttpResponseRedirect(back)
    context = {
        "form": form,
        "card": card,
        "facts": _about(card),
        "back": back,
        "trail": [*_trail(("Documents", "documents")), (card.title, back), ("Signaler", "")],
    }
    return render(request, "portal/reports/form.html", context)


@require_safe
@in_space
def report_list(request: HttpRequest) -> HttpResponse:
    """What the visitor reported in this space, the latest first."""
    visitor = visitor_of(request)
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        tickets = support.list_own(a)
        titles = documents.list_titles(a, [ticket.document_id for ticket in tickets])
    items = [_item(ticket, titles.get(ticket.document_id, "")) for ticket in tickets]
    context = {"items": items, "trail": [*_trail(), ("Mes signalements", "")]}
    return render(request, "portal/reports/list.html", context)


@require_safe
@in_space
def report(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """One report: its number, its state, what was written and what was answered."""
    visitor = visitor_of(request)
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        ticket = support.get_own(a, ticket_id)
        titles = documents.list_titles(a, [ticket.document_id])
    notices.mark_read(visitor.owner_id, about_id=visitor.profile_id, reference=ticket_id)
    title = titles.get(ticket.document_id, "")
    context = {
        "ticket": ticket,
        "title": title,
        "document_href": reverse("portal:document", args=[ticket.document_id]) if title else "",
        "facts": _facts(ticket, title),
        "answered": ticket.state is State.ANSWERED,
        "badge": _BADGES[ticket.state],
        "done": _DONE.get(request.GET.get("fait", "")),
        "trail": [*_trail(("Mes signalements", "reports")), (f"N° {ticket.number_shown}", "")],
    }
    return render(request, "portal/reports/report.html", context)


def _item(ticket: Ticket, title: str) -> dict[str, str]:
    return {
        "href": reverse("portal:report", args=[ticket.id]),
        "title": title or "Document que vous ne voyez plus",
        "text": ticket.reason.label,
        "meta": f"N° {ticket.number_shown}, envoyé le {_day(ticket.opened_at)}",
        "badge": ticket.state.label,
        "badge_kind": _BADGES[ticket.state],
    }


def _facts(ticket: Ticket, title: str) -> list[tuple[str, str]]:
    rows = [
        ("Numéro à donner au 3422", ticket.number_shown),
        ("Document", title or "vous ne le voyez plus"),
        ("Déposé par", _depositor(ticket.structure, ticket.structure_name)),
        ("Raison", ticket.reason.label),
        ("Envoyé le", _moment(ticket.opened_at)),
        ("Répondu le", _moment(ticket.answered_at) if ticket.answered_at else ""),
    ]
    return [(label, value) for label, value in rows if value]


def _about(card: DocumentCard) -> list[tuple[str, str]]:
    return [
        ("Document", card.title),
        ("Date", _day(card.created_on)),
        ("Déposé par", _depositor(card.structure, card.structure_name)),
    ]


def _depositor(finess: str, name: str) -> str:
    return structure_words(finess, name) if finess else "une personne, depuis cet espace"


def _trail(*between: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        ("Accueil", reverse("portal:home")),
        *((words, reverse(f"portal:{name}")) for words, name in between),
    ]


def _to_ticket(ticket_id: UUID, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('portal:report', args=[ticket_id])}?fait={done}")


def _day(moment: datetime) -> str:
    return date_format(moment.astimezone(PARIS), "j F Y")


def _moment(moment: datetime) -> str:
    return f"{_day(moment)} à {moment.astimezone(PARIS):%H h %M}"
