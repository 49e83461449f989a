"""What professionals ask from their pages: the list of what waits, one request, its answer."""

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_safe

from carnet.access.api import structure_words
from carnet.desk import acts, page
from carnet.desk.acts import Kind
from carnet.desk.forms import AnswerForm
from carnet.desk.tickets import ways
from carnet.directory import api as directory
from carnet.platform.clock import PARIS
from carnet.platform.http import requires
from carnet.support import api as support
from carnet.support.api import HelpRequest, State, TicketRefused, TicketUnknownError

_READS: Final = ["GET", "HEAD", "POST"]
_ASKED: Final = "La personne la lit dans « Mes demandes », sur ses pages. Dites ce qu’elle peut faire."


@requires(kinds=("agent",), roles=page.ADVISING)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """The requests that wait, the oldest first."""
    found = support.list_waiting_help()
    context = {
        "lines": [(one, one.opened_at.astimezone(PARIS)) for one in found],
        "ways": ways("desk:help_requests"),
        "done": "La réponse est envoyée." if request.GET.get("fait") == "reponse" else "",
    }
    return page.show(request, "desk/help_requests.html", context)


@requires(kinds=("agent",), roles=page.ADVISING)
@require_http_methods(_READS)
def help_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request, and the form of its answer while it waits for one."""
    try:
        shown = support.get_help(request_id)
    except TicketUnknownError as unknown:
        raise Http404 from unknown
    form = AnswerForm(request.POST if request.method == "POST" else None)
    form.fields["answer"].help_text = _ASKED
    if form.is_valid() and _answer(request, shown, form):
        return HttpResponseRedirect(f"{reverse('desk:help_requests')}?fait=reponse")
    context = {
        "shown": shown,
        "facts": _facts(shown),
        "waits": shown.state is State.OPEN,
        "form": form,
        "back": reverse("desk:help_requests"),
    }
    return page.show(request, "desk/help_request.html", context)


def _answer(request: HttpRequest, shown: HelpRequest, form: AnswerForm) -> bool:
    """Answer, and keep the act for who checks; what stands against it is said on the form."""
    visitor = page.visitor_of(request)
    try:
        with acts.acting(Kind.HELP_ANSWERED, agent_id=visitor.owner_id):
            support.answer_help(shown.id, by=page.actor_of(visitor), words=form.cleaned_data["answer"])
    except TicketRefused as refusal:
        form.add_error(refusal.field or None, refusal.message_fr)
        return False
    return True


def _facts(shown: HelpRequest) -> list[tuple[str, str]]:
    card = directory.find_professional(shown.professional_id)
    name = directory.name_structures([shown.structure]).get(shown.structure, "")
    rows = [
        ("Demandé par", card.name if card else "professionnel absent de l’annuaire"),
        ("Où", structure_words(shown.structure, name) if shown.structure else ""),
        ("Page", shown.page),
        ("Référence affichée", shown.call),
        ("Envoyé le", date_format(shown.opened_at.astimezone(PARIS), "j F Y à H:i")),
    ]
    return [(label, value) for label, value in rows if value]
