"""Reporting a document or an access to the 3422, and following what was reported.

A professional's document is not deleted by the person: she hides it, or reports it (facts/mes.md 3.7).
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_safe

from carnet.access import api as access
from carnet.access.api import LineUnknownError
from carnet.documents import api as documents
from carnet.documents.api import DocumentCard
from carnet.journal.api import EventType, Purpose
from carnet.notices import api as notices
from carnet.people.api import Visitor
from carnet.platform.clock import PARIS
from carnet.portal.acts import Teller, structure_words
from carnet.portal.history import facts_of, read_line
from carnet.portal.reports_forms import ReportForm
from carnet.portal.space import actor_of, in_space, visitor_of
from carnet.support import api as support
from carnet.support.api import Kind, State, Ticket, TicketRefused

_DONE: Final = {
    "envoye": (
        "success",
        "Votre signalement est envoyé au 3422. Vous serez averti de la réponse, ici et par e-mail.",
    ),
    "deja": ("info", "Vous l’avez déjà signalé. Voici votre signalement : il attend sa réponse."),
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
    form = ReportForm(Kind.DOCUMENT, request.POST if request.method == "POST" else None)
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


@require_http_methods(["GET", "HEAD", "POST"])
@in_space
def access_report(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Report one act of the history; what already waits for an answer is shown instead."""
    visitor = visitor_of(request)
    waiting = support.find_waiting(visitor.profile_id, line_id, opened_by=visitor.owner_id)
    if waiting:
        return _to_ticket(waiting, "deja")
    form = ReportForm(Kind.ACCESS, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _to_ticket(_report_access(visitor, line_id, form), "envoye")
        except TicketRefused as refusal:
            if refusal.rule == "waiting":  # the same form, sent twice in one instant
                return HttpResponseRedirect(request.path)
            form.add_error(refusal.field or None, refusal.message_fr)
    return _show_access_form(request, line_id, form)


def _report_access(visitor: Visitor, line_id: UUID, form: ReportForm) -> UUID:
    with access.open(
        visitor.profile_id,
        by=actor_of(visitor),
        purpose=Purpose.MANAGE,
        event=EventType.ACCESS_REPORTED,
        reference=line_id,
    ) as a:
        return support.report_access(a, line_id=line_id, **form.cleaned_data)


def _show_access_form(request: HttpRequest, line_id: UUID, form: ReportForm) -> HttpResponse:
    visitor = visitor_of(request)
    try:
        line, titles = read_line(visitor, line_id)
    except LineUnknownError as unknown:
        raise Http404 from unknown
    back = reverse("portal:history_line", args=[line_id])
    if not support.may_report(line, visitor.owner_id):
        return HttpResponseRedirect(back)
    teller = Teller.knowing(visitor.owner_id, visitor.profile_id, [line], titles)
    context = {
        "form": form,
        "facts": facts_of(teller, line)[:4],
        "back": back,
        "trail": [*_trail(("Historique", "history")), ("Un acte", back), ("Signaler", "")],
    }
    return render(request, "portal/reports/access_form.html", context)


@require_safe
@in_space
def report_list(request: HttpRequest) -> HttpResponse:
    """What the visitor reported in this space, the latest first."""
    visitor = visitor_of(request)
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        tickets = support.list_own(a)
        titles = documents.list_titles(a, [one.reference for one in tickets if one.kind is Kind.DOCUMENT])
    items = [_item(ticket, titles.get(ticket.reference, "")) for ticket in tickets]
    context = {"items": items, "trail": [*_trail(), ("Mes signalements", "")]}
    return render(request, "portal/reports/list.html", context)


@require_safe
@in_space
def report(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """One report: its number, its state, what was written and what was answered."""
    visitor = visitor_of(request)
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        ticket = support.get_own(a, ticket_id)
        titles = documents.list_titles(a, [ticket.reference]) if ticket.kind is Kind.DOCUMENT else {}
    notices.mark_read(visitor.owner_id, about_id=visitor.profile_id, reference=ticket_id)
    title = titles.get(ticket.reference, "")
    context = {
        "ticket": ticket,
        "title": title,
        "document_href": reverse("portal:document", args=[ticket.reference]) if title else "",
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
        "title": _subject(ticket, title),
        "text": ticket.reason.label,
        "meta": f"N° {ticket.number_shown}, envoyé le {_day(ticket.opened_at)}",
        "badge": ticket.state.label,
        "badge_kind": _BADGES[ticket.state],
    }


def _subject(ticket: Ticket, title: str) -> str:
    """Name what was reported: the document by its title, the access by who acted."""
    if ticket.kind is Kind.ACCESS:
        facts = dict(ticket.facts)
        return f"{facts.get('Acte', 'Accès')}, {facts.get('Date', '')}"
    return title or "Document que vous ne voyez plus"


def _facts(ticket: Ticket, title: str) -> list[tuple[str, str]]:
    by_document = [
        ("Document", title or "vous ne le voyez plus"),
        ("Déposé par", _depositor(ticket.structure, ticket.structure_name)),
    ]
    rows = [
        ("Numéro à donner au 3422", ticket.number_shown),
        *(by_document if ticket.kind is Kind.DOCUMENT else ticket.facts[:3]),
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
