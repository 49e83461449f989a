"""The accounts that the guard froze: why, since when, and the way to reopen one."""

from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from carnet.access import api as access
from carnet.access.api import GuardCard
from carnet.desk import acts, page
from carnet.desk.acts import Kind
from carnet.desk.review_forms import ReleaseForm
from carnet.directory import api as directory
from carnet.platform.clock import PARIS
from carnet.platform.http import requires

REASONS: Final = {
    "persons": "Trop de personnes dans la journée",
    "unrelated": "Trop de personnes sans lien de soins dans la journée",
    "hour": "Trop de personnes en une heure",
    "night": "Trop de personnes la nuit",
    "files": "Trop de documents dans la journée",
    "week": "Trop de personnes sans lien de soins en une semaine",
    "by_hand": "Gelé par un superviseur",
}
_DONE: Final = {"rouvert": "Le compte est rouvert. Le comptage repart de zéro.",
                "deja": "Un autre agent a déjà rouvert ce compte."}  # fmt: skip


@requires(kinds=("agent",), roles=page.AUDITING)
@require_safe
def frozen(request: HttpRequest) -> HttpResponse:
    """The frozen accounts, the latest first."""
    cards = access.list_frozen()
    context = {"rows": _rows(cards), "done": _DONE.get(request.GET.get("fait", ""), "")}
    return page.show(request, "desk/frozen.html", context)


@requires(kinds=("agent",), roles=("supervisor",), fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, professional_id: UUID) -> HttpResponse:
    """Reopen an account, with a motive; a supervisor alone, who has just proven who he is."""
    visitor = page.visitor_of(request)
    state = access.find_guard_state(professional_id)
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if state is None or state.state != "frozen":
        return HttpResponseRedirect(f"{reverse('desk:frozen')}?fait=deja")
    if form.is_valid():
        return _release(professional_id, form.cleaned_data["motive"], visitor.owner_id)
    rows = _rows([state])
    if not rows:
        raise Http404
    context = {"form": form, "row": rows[0], "back": reverse("desk:frozen")}
    return page.show(request, "desk/release.html", context)


def _release(professional_id: UUID, motive: str, agent_id: UUID) -> HttpResponse:
    """The act is filed under the agent, as those of administrators: its motive says which account."""
    card = directory.find_professional(professional_id)
    words = f"{card.name if card else professional_id} : {motive}"
    with acts.acting(Kind.PROFESSIONAL_RELEASED, agent_id=agent_id, person_id=agent_id, motive=words):
        done = access.release(professional_id, reviewer_id=agent_id)
    return HttpResponseRedirect(f"{reverse('desk:frozen')}?fait={'rouvert' if done else 'deja'}")


def _rows(cards: list[GuardCard]) -> list[dict[str, Any]]:
    known = directory.name_professionals({card.professional_id for card in cards})
    return [
        {
            "id": card.professional_id,
            "name": known[card.professional_id].name
            if card.professional_id in known
            else "absent de l’annuaire",
            "number": known[card.professional_id].rpps if card.professional_id in known else "",
            "since": card.since.astimezone(PARIS),
            "reason": REASONS.get(card.reason, card.reason),
        }
        for card in cards
    ]
