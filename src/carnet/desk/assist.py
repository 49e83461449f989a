"""What an adviser does for the person who calls: each act with a motive, confirmed, and told to her."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from carnet.desk import acts, callbacks, page
from carnet.desk.acts import REFUSALS, Kind
from carnet.desk.forms import CallForm, MotiveForm, SeverForm
from carnet.desk.search import context_of, to_person
from carnet.enrolment import api as enrolment
from carnet.people import api as people
from carnet.platform.http import requires
from carnet.platform.limits import Limit

REISSUES: Final = Limit("desk-reissue", 3, timedelta(days=1))
_READS: Final = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class _Ask:
    """An act that an adviser confirms on a page. `act` returns which word the person's page then says."""

    kind: Kind
    template: str
    act: Callable[[UUID, people.Visitor], str]


@requires(kinds=("agent",), roles=page.ADVISING)
@require_http_methods(_READS)
def reissue(request: HttpRequest, token: str) -> HttpResponse:
    """Send a new provisional code to what the insurer knows."""
    form = MotiveForm(request.POST if request.method == "POST" else None)

    def act(person_id: UUID, visitor: people.Visitor) -> str:
        return f"code-{enrolment.reissue_by_support(person_id, by=page.actor_of(visitor))}"

    if form.is_valid() and not REISSUES.hit(str(page.read(token, page.visitor_of(request)))):
        form.add_error(None, "Trois codes ont déjà été demandés aujourd’hui pour cette personne.")
    return _confirm(request, token, form, _Ask(Kind.REISSUE, "desk/reissue.html", act))


@requires(kinds=("agent",), roles=page.ADVISING)
@require_http_methods(_READS)
def objection(request: HttpRequest, token: str) -> HttpResponse:
    """Record an objection received by telephone."""
    form = MotiveForm(request.POST if request.method == "POST" else None)

    def act(person_id: UUID, visitor: people.Visitor) -> str:
        enrolment.object_by_support(person_id, by=page.actor_of(visitor))
        return "opposition"

    return _confirm(request, token, form, _Ask(Kind.OBJECTION, "desk/objection.html", act))


@requires(kinds=("agent",), roles=page.ADVISING, fresh=True)
@require_http_methods(_READS)
def sever(request: HttpRequest, token: str, representative_id: UUID) -> HttpResponse:
    """Sever the link of a legal representative, on a paper that the agent has seen."""
    person_id = page.read(token, page.visitor_of(request))
    links = {link.representative.id: link for link in people.list_links(person_id)}
    if representative_id not in links:
        raise Http404
    form = SeverForm(request.POST if request.method == "POST" else None)

    def act(person_id: UUID, visitor: people.Visitor) -> str:
        reason = form.cleaned_data["reason"]
        people.sever(person_id, representative_id, by=page.actor_of(visitor), reason=reason)
        return "rupture"

    other = links[representative_id].representative
    return _confirm(request, token, form, _Ask(Kind.SEVERING, "desk/sever.html", act), other=other)


@requires(kinds=("agent",), roles=page.ADVISING)
@require_http_methods(_READS)
def callback(request: HttpRequest, token: str) -> HttpResponse:
    """Plan a call to a person whose card cannot be read."""
    form = MotiveForm(request.POST if request.method == "POST" else None)

    def act(person_id: UUID, visitor: people.Visitor) -> str:
        callbacks.plan(person_id, by=page.actor_of(visitor))
        return "rappel"

    return _confirm(request, token, form, _Ask(Kind.CALLBACK, "desk/callback.html", act))


@requires(kinds=("agent",), roles=page.ADVISING)
@require_POST
def call_made(request: HttpRequest, token: str) -> HttpResponse:
    """Note how a call ended."""
    visitor, form = page.visitor_of(request), CallForm(request.POST)
    person_id = page.read(token, visitor)
    if not form.is_valid():
        return to_person(token, "")
    outcome = form.cleaned_data["outcome"]
    try:
        with acts.acting(Kind.CALLBACK_DONE, agent_id=visitor.owner_id, person_id=person_id):
            callbacks.finish(person_id, by=page.actor_of(visitor), outcome=outcome)
    except callbacks.CallbackRefused as refusal:
        return page.show(request, "desk/refused.html", {"message": refusal.message_fr}, status=409)
    return to_person(token, "appel")


@requires(kinds=("agent",), roles=page.ADVISING, fresh=True)
@require_http_methods(_READS)
def unfreeze(request: HttpRequest, token: str) -> HttpResponse:
    """Allow changes to an account again, before the 72 hours that follow "ce n'est pas moi" are over."""
    account = people.find_account(page.read(token, page.visitor_of(request)))
    if account is None or not account.frozen:
        raise Http404
    form = MotiveForm(request.POST if request.method == "POST" else None)

    def act(_person_id: UUID, visitor: people.Visitor) -> str:
        people.alerts.lift_freeze(account, by=page.actor_of(visitor))
        return "blocage"

    return _confirm(request, token, form, _Ask(Kind.UNFREEZING, "desk/unfreeze.html", act))


def _confirm(request: HttpRequest, token: str, form: MotiveForm, ask: _Ask, **more: object) -> HttpResponse:
    """Show the form of an act; once it is good, do the act and go back to the person. Refusals are told."""
    visitor = page.visitor_of(request)
    person_id = page.read(token, visitor)
    if form.is_valid():
        motive = form.cleaned_data["motive"]
        try:
            with acts.acting(ask.kind, agent_id=visitor.owner_id, person_id=person_id, motive=motive):
                done = ask.act(person_id, visitor)
        except REFUSALS as refusal:
            form.add_error(None, refusal.message_fr)
        else:
            return to_person(token, done)
    return page.show(request, ask.template, context_of(token, visitor) | {"form": form} | more)
