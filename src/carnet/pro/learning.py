"""Help for who works here: what a page is for, what the rules are, asking the desk (facts/mes.md 4, 10)."""

import re
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_safe

from carnet.platform.clock import PARIS
from carnet.platform.http import requires
from carnet.pro import learning_rules as rules
from carnet.pro.learning_forms import HelpForm
from carnet.pro.middleware import professional_of
from carnet.pro.page import show
from carnet.support import api as support
from carnet.support.api import HelpRequest, State, TicketRefused, TicketUnknownError
from carnet.terminology.api import profession_words

_READS: Final = ["GET", "HEAD", "POST"]
_PAGE: Final = re.compile(r"pro:[a-z_]{1,50}")
_CALL: Final = re.compile(r"[A-Za-z0-9-]{1,40}")
_TOPICS: Final = (
    ("record", ("pro:record", "pro:day", "pro:summary")),
    ("entering", ("pro:enter", "pro:launch", "pro:patients")),
    ("emergency", ("pro:emergenc", "pro:regulation", "pro:step_up", "pro:frozen")),
    ("writing", ("pro:writing", "pro:deposit", "pro:replace", "pro:withdraw", "pro:release", "pro:synthesis",
                 "pro:vaccinat", "pro:confirm", "pro:announcements", "pro:desk")),
)  # fmt: skip
"""Which part of the help a page opens: by the beginning of its name."""


@requires(kinds=("professional",))
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """The help, open at what concerns the page that she comes from."""
    page, call = _from(request)
    visitor = professional_of(request)
    topic = topic_of(page)
    asked = support.list_own_help(visitor.professional.id, limit=1)
    context = {
        "topic": topic,
        "open": {name: name == topic for name, _ in _TOPICS},
        "ask_href": _with(reverse("pro:help_ask"), page, call),
        "asked": bool(asked),
        "call": call,
    }
    return show(request, "pro/learning/help.html", context)


@requires(kinds=("professional",))
@require_http_methods(_READS)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the desk."""
    visitor = professional_of(request)
    page, call = _from(request)
    form = HelpForm(request.POST if request.method == "POST" else None, initial={"page": page, "call": call})
    if form.is_valid():
        try:
            request_id = support.ask_help(
                by=visitor.actor, page=_page(form.cleaned_data["page"]), call=form.cleaned_data["call"],
                words=form.cleaned_data["words"],
            )  # fmt: skip
        except TicketRefused as refusal:
            form.add_error(refusal.field or None, refusal.message_fr)
        else:
            return HttpResponseRedirect(f"{reverse('pro:help_request', args=[request_id])}?fait=envoyee")
    return show(request, "pro/learning/ask.html", {"form": form, "back": reverse("pro:help")})


@requires(kinds=("professional",))
@require_safe
def help_requests(request: HttpRequest) -> HttpResponse:
    """What she asked, the latest first."""
    found = support.list_own_help(professional_of(request).professional.id)
    return show(request, "pro/learning/requests.html", {"items": [_item(one) for one in found]})


@requires(kinds=("professional",))
@require_safe
def help_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request and its answer; somebody else's is unknown."""
    try:
        shown = support.get_own_help(professional_of(request).professional.id, request_id)
    except TicketUnknownError as unknown:
        raise Http404 from unknown
    context = {
        "shown": shown,
        "answered": shown.state is State.ANSWERED,
        "badge": "success" if shown.state is State.ANSWERED else "info",
        "asked_on": _day(shown),
        "sent": request.GET.get("fait") == "envoyee",
    }
    return show(request, "pro/learning/request.html", context)


@requires(kinds=("professional",))
@require_safe
def rules_page(request: HttpRequest) -> HttpResponse:
    """What she may read, must feed and risks, for her own profession: one rule a line, with its article."""
    profession = professional_of(request).professional.profession
    context = {
        "profession": profession_words(profession),
        "headers": ("Règle", "Article"),
        "reading_headers": ("Catégorie", "Je lis", "Je ne lis pas", "Source"),
        "reading": rules.list_reading(profession),
        "ways_in": rules.list_ways_in(),
        "refusals": rules.list_refusals(),
        "duties": rules.list_duties(profession),
        "risks": rules.list_risks(),
    }
    return show(request, "pro/learning/rules.html", context)


def topic_of(page: str) -> str:
    """Return the part of the help that a page opens, "" for none of its own."""
    return next((topic for topic, begins in _TOPICS if page.startswith(begins)), "")


def _from(request: HttpRequest) -> tuple[str, str]:
    """The page and the reference that the address says: names and letters, nothing else is kept."""
    call = request.GET.get("appel", "")
    return _page(request.GET.get("page", "")), call if _CALL.fullmatch(call) else ""


def _page(name: str) -> str:
    return name if _PAGE.fullmatch(name) else ""


def _with(address: str, page: str, call: str) -> str:
    said = [f"{name}={value}" for name, value in (("page", page), ("appel", call)) if value]
    return f"{address}?{'&'.join(said)}" if said else address


def _item(one: HelpRequest) -> dict[str, str]:
    return {
        "href": reverse("pro:help_request", args=[one.id]),
        "title": f"N° {one.number_shown}",
        "text": one.words[:120],
        "meta": _day(one),
        "badge": one.state.label,
        "badge_kind": "success" if one.state is State.ANSWERED else "info",
    }


def _day(one: HelpRequest) -> str:
    return date_format(one.opened_at.astimezone(PARIS), "j F Y")
