"""The administrator's pages (who the agents are, inviting, removing), and the auditor's list of acts."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from carnet.desk import acts, page
from carnet.desk.acts import ActLine, Kind
from carnet.desk.forms import AgentForm, ConfirmForm
from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.http import requires

_PAGE: Final = 30
_KINDS: Final = {
    Kind.SEARCH: "Recherche",
    Kind.REISSUE: "Nouveau code",
    Kind.OBJECTION: "Opposition",
    Kind.SEVERING: "Rupture d’un lien",
    Kind.CALLBACK: "Rappel prévu",
    Kind.CALLBACK_DONE: "Rappel fait",
    Kind.UNFREEZING: "Blocage levé",
    Kind.REPORT_ANSWERED: "Réponse à un signalement",
    Kind.HELP_ANSWERED: "Réponse à un professionnel",
    Kind.AGENT_INVITED: "Agent invité",
    Kind.AGENT_REMOVED: "Agent retiré",
    Kind.EMERGENCY_REVIEWED: "Accès en urgence contrôlé",
    Kind.PROFESSIONAL_FROZEN: "Compte d’un professionnel gelé",
    Kind.PROFESSIONAL_RELEASED: "Compte d’un professionnel rouvert",
}
_OUTCOMES: Final = {
    "": "interrompu",
    acts.DONE: "fait",
    "too_few": "refusé : un seul identifiant",
    "nobody": "personne trouvée : aucune",
    "several": "homonymes : rien n’est montré",
    "too_many": "refusé : trop de recherches",
}
_DONE: Final = {
    "invite": "L’invitation est partie. Elle est valable sept jours.",
    "retire": "L’agent est retiré : son compte est supprimé, ses sessions sont fermées.",
}


@requires(kinds=("agent",), roles=page.ADMINISTERING, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def agents(request: HttpRequest) -> HttpResponse:
    """Every agent with his roles; the form that invites one."""
    visitor, form = page.visitor_of(request), AgentForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _invite(form, visitor):
        return _to_agents("invite")
    lines = [(card, _roles(card), card.id == visitor.account_id) for card in people.list_agents()]
    context = {"form": form, "agents": lines, "done": _DONE.get(request.GET.get("fait", ""), "")}
    return page.show(request, "desk/agents.html", context)


def _invite(form: AgentForm, visitor: people.Visitor) -> bool:
    invited = f"{form.cleaned_data['name']} : {_role_words(form.cleaned_data['roles'])}"
    own = visitor.owner_id
    try:
        with acts.acting(Kind.AGENT_INVITED, agent_id=own, person_id=own, motive=invited):
            people.agents.invite(**form.cleaned_data)
    except people.CredentialError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message_fr)
        return False
    return True


@requires(kinds=("agent",), roles=page.ADMINISTERING, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Remove an agent: his account and his sessions end at once. Nobody removes himself."""
    visitor = page.visitor_of(request)
    cards = {card.id: card for card in people.list_agents()}
    if account_id not in cards or account_id == visitor.account_id:
        raise Http404
    form = ConfirmForm(request.POST if request.method == "POST" else None, label="Je retire cet agent.")
    card = cards[account_id]
    if form.is_valid():
        gone = f"{card.name} : {_roles(card)}"
        with acts.acting(Kind.AGENT_REMOVED, agent_id=visitor.owner_id, person_id=card.owner_id, motive=gone):
            people.agents.revoke(account_id)
        return _to_agents("retire")
    return page.show(request, "desk/remove_agent.html", {"form": form, "card": card, "roles": _roles(card)})


@requires(kinds=("agent",), roles=page.AUDITING)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The acts of the agents, the latest first: who, what, why, how it ended. No person is named."""
    lines = acts.list_acts(before=_before(request), limit=_PAGE + 1)
    names = {card.owner_id: card.name for card in people.list_agents()}
    more = reverse("desk:audit") + f"?avant={lines[_PAGE - 1].id}" if len(lines) > _PAGE else ""
    rows = [_row(line, names) for line in lines[:_PAGE]]
    return page.show(request, "desk/audit.html", {"rows": rows, "next": more, "headers": _HEADERS})


_HEADERS: Final = ("Quand", "Agent", "Acte", "Dossier", "Motif", "Résultat")


def _row(line: ActLine, names: dict[UUID, str]) -> list[Any]:
    return [
        f"{line.at.astimezone(clock.PARIS):%d/%m/%Y %H:%M}",
        names.get(line.agent_id, f"agent retiré ({line.agent_id.hex[-8:]})"),
        _KINDS[line.kind],
        line.person_id.hex[-8:] if line.person_id and line.person_id != line.agent_id else "",
        line.motive,
        _OUTCOMES.get(line.outcome, f"refusé : {line.outcome}"),
    ]


def _before(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET["avant"]) if "avant" in request.GET else None
    except ValueError as error:
        raise Http404 from error


def _roles(card: people.AccountCard) -> str:
    return _role_words(card.roles)


def _role_words(roles: Iterable[str]) -> str:
    return ", ".join(people.ROLES[role] for role in sorted(roles))


def _to_agents(done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('desk:agents')}?fait={done}")
