"""The sandbox's pages: its mail, its clock, its personas. Public, because nobody here is real."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.http import public
from carnet.sandbox import mailbox as box
from carnet.sandbox import moving
from carnet.sandbox.forms import STEPS, ClockForm, SearchForm, read_step
from carnet.sandbox.personas import listing

CHANNELS = {
    "email": ("E-mail", "mail"),
    "letter": ("Lettre", "document"),
    "sms": ("SMS", "device"),
}
_PAGE = 50
_REFRESH_SECONDS = 2


@public
@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """What one may do here."""
    return render(request, "sandbox/index.html", {"today": clock.today()})


@public
@require_safe
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """The messages, latest first: all, those to an address, those about a person, those with some words."""
    form = SearchForm(request.GET)
    search = form.cleaned_data["q"] if form.is_valid() else ""
    to, person, before = request.GET.get("a", ""), _uuid(request, "personne"), _uuid(request, "avant")
    found = box.list_mail(search=search, to=to, person_id=person, before=before, limit=_PAGE + 1)
    kept = {"q": search, "a": to, "personne": person or ""}
    context = {
        "trail": _trail("Courrier"),
        "form": form,
        "mails": [_line(mail) for mail in found[:_PAGE]],
        "addresses": [(to, f"?{urlencode({'a': to})}", count) for to, count in box.list_addresses()],
        "narrowed": any(kept.values()),
        "next": f"?{urlencode(kept | {'avant': found[_PAGE - 1].id})}" if len(found) > _PAGE else "",
    }
    return render(request, "sandbox/mailbox.html", context)


@public
@require_safe
@never_cache
def mail(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """One message, as it was received."""
    found = _get(mail_id)
    channel, _icon = CHANNELS[found.channel]
    facts = [("Reçu", f"{_local(found):%d/%m/%Y à %H:%M}"), ("Par", channel), ("Destinataire", found.to)]
    trail = _trail("Courrier", reverse("sandbox:mailbox"), found.subject or channel)
    return render(request, "sandbox/mail.html", {"mail": found, "facts": facts, "trail": trail})


@public
@require_safe
@never_cache
def mail_pdf(_request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """The PDF of a letter, or the one attached to a message."""
    found = _get(mail_id)
    if found.pdf is None:
        raise Http404
    response = HttpResponse(found.pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="courrier.pdf"'
    return response


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def clock_page(request: HttpRequest) -> HttpResponse:
    """The field's day, and the way to the next ones. While it moves, the page comes back by itself."""
    form = ClockForm(request.POST if request.method == "POST" and "days" not in request.POST else None)
    step = read_step(request.POST)
    if step is not None:
        moving.ask_move(clock.today() + timedelta(days=step))
        return HttpResponseRedirect(reverse("sandbox:clock"))
    if form.is_bound and form.is_valid():
        moving.ask_move(form.cleaned_data["day"])
        return HttpResponseRedirect(reverse("sandbox:clock"))
    move = moving.read_move()
    steps = [(step, _label(step)) for step in STEPS]
    context = {"trail": _trail("Horloge"), "form": form, "move": move, "steps": steps}
    response = render(request, "sandbox/clock.html", context)
    if move.target is not None:
        response["Refresh"] = str(_REFRESH_SECONDS)
    return response


@public
@require_safe
@never_cache
def personas(request: HttpRequest) -> HttpResponse:
    """Who may be tried out, with every number and login: they are public."""
    facts = listing.as_facts()
    context = {
        "trail": _trail("Personnages"),
        "facts": facts,
        "people_headers": ("Nom", "Pour essayer", "Numéro (INS)", "Carte Vitale", "Identifiant", "Courrier"),
        "agent_headers": ("Identifiant", "Pour essayer"),
        "structure_headers": ("Numéro", "Nom"),
        "people": [
            (one["name"], one["use"], one["matricule"], one["serial"], one["login"] or "—", _mail_of(one))
            for one in facts["personas"]
        ],
        "agents": [(one["login"], one["use"]) for one in facts["agents"]],
        "identities": [(one["login"], one["use"]) for one in facts["franceconnect"]],
        "professional_headers": ("Identifiant", "Nom", "Pour essayer"),
        "professionals": [(one["login"], one["name"], one["use"]) for one in facts["professionals"]],
        "structures": [(one["finess"], one["name"]) for one in facts["structures"]],
    }
    return render(request, "sandbox/personas.html", context)


def _trail(page: str, href: str = "", below: str = "") -> list[tuple[str, str]]:
    """Return where a page stands: the sandbox, the page, and what is below it if anything."""
    trail = [("Bac à sable", reverse("sandbox:index")), (page, href)]
    return [*trail, (below, "")] if below else trail


def _mail_of(one: dict[str, str]) -> tuple[str, str] | str:
    """Return the link to the mail about a persona."""
    person = people.find_by_matricule(one["matricule"])
    return ("Voir", f"{reverse('sandbox:mailbox')}?{urlencode({'personne': person.id})}") if person else "—"


def _get(mail_id: UUID) -> box.Mail:
    found = box.find_mail(mail_id)
    if found is None:
        raise Http404
    return found


def _line(found: box.Mail) -> dict[str, str]:
    channel, icon = CHANNELS[found.channel]
    to = " ".join(found.to.split())
    return {
        "href": reverse("sandbox:mail", args=[found.id]),
        "title": found.subject or channel,
        "text": f"{channel} pour {to}",
        "meta": f"{_local(found):%d/%m/%Y à %H:%M}",
        "icon": icon,
    }


def _local(found: box.Mail) -> datetime:
    return found.at.astimezone(clock.PARIS)


def _label(step: int) -> str:
    return "Un jour de plus" if step == 1 else f"{step} jours de plus"


def _uuid(request: HttpRequest, name: str) -> UUID | None:
    """Return an identifier of the address; 404 when it is none."""
    text = request.GET.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Http404 from None
