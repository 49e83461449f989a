"""The queue of emergency accesses to be checked within 72 hours: late ones first, one by one.

Nobody's name stands in the list. Opening one shows the reason typed and leaves a line in the person's
history; the conclusion does too, and she reads it (docs/emergency.md).
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.access import api as access
from carnet.access.api import EmergencyCard, Mode, Outcome, Review, ReviewRefused, structure_words
from carnet.desk import acts, page
from carnet.desk.acts import Kind
from carnet.desk.review_forms import ReviewForm
from carnet.directory import api as directory
from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.clock import PARIS
from carnet.platform.http import requires
from carnet.terminology import api as terminology

_PAGE: Final = 30
_MODES: Final = {Mode.BREAK_GLASS: "Bris de glace", Mode.REGULATION: "Régulation du SAMU"}
_OUTCOMES: Final = {Outcome.JUSTIFIED: "Accès justifié", Outcome.NOT_JUSTIFIED: "Accès non justifié"}
_DONE: Final = {"examen": "La conclusion est enregistrée. La personne la lit dans son historique."}


@requires(kinds=("agent",), roles=page.AUDITING)
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """What waits for a review, what is late first."""
    found = access.list_reviews(after=_after(request), limit=_PAGE + 1)
    shown = found[:_PAGE]
    last = shown[-1] if len(found) > _PAGE else None
    context = {
        "rows": _rows(shown),
        "counts": access.count_reviews(),
        "next": f"{reverse('desk:reviews')}?apres={last.due_at.isoformat()}_{last.id}" if last else "",
        "frozen_words": f"Comptes gelés ({access.count_frozen()})",
        "done": _DONE.get(request.GET.get("fait", ""), ""),
    }
    return page.show(request, "desk/reviews.html", context)


@requires(kinds=("agent",), roles=page.AUDITING)
@require_POST
def take(request: HttpRequest, emergency_id: UUID) -> HttpResponse:
    """Open one access: the look stands in the person's history, then its page is open for half an hour."""
    visitor = page.visitor_of(request)
    try:
        access.open_review(emergency_id, by=page.actor_of(visitor))
    except ReviewRefused as refusal:
        raise Http404 from refusal
    token = page.sign(emergency_id, visitor, what=page.REVIEW)
    return HttpResponseRedirect(reverse("desk:review", args=[token]))


@requires(kinds=("agent",), roles=page.AUDITING)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, token: str) -> HttpResponse:
    """One access with its reason, and the form of the conclusion while there is none."""
    visitor = page.visitor_of(request)
    emergency_id = page.read(token, visitor, what=page.REVIEW)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _conclude(emergency_id, form, visitor):
        return HttpResponseRedirect(f"{reverse('desk:reviews')}?fait=examen")
    try:
        found = access.read_review(emergency_id)
    except ReviewRefused as refusal:
        raise Http404 from refusal
    context = {
        "review": found,
        "facts": _facts(found),
        "waits": found.card.reviewed_at is None,
        "form": form,
        "back": reverse("desk:reviews"),
    }
    return page.show(request, "desk/review.html", context)


def _conclude(emergency_id: UUID, form: ReviewForm, visitor: people.Visitor) -> bool:
    """Write the conclusion, freeze if it is asked, keep both acts; what stands against it is on the form."""
    data, agent_id = form.cleaned_data, visitor.owner_id
    card = access.find_review(emergency_id)
    if card is None:
        raise Http404
    try:
        with acts.acting(Kind.EMERGENCY_REVIEWED, agent_id=agent_id, person_id=card.person_id):
            access.review(
                emergency_id,
                by=page.actor_of(visitor),
                outcome=Outcome(data["outcome"]),
                words=data["answer"],
            )
    except ReviewRefused as refusal:
        form.add_error(refusal.field or None, refusal.message_fr)
        return False
    if data["freeze"]:
        with acts.acting(Kind.PROFESSIONAL_FROZEN, agent_id=agent_id, person_id=card.person_id):
            access.freeze(card.professional_id, reviewer_id=agent_id)
    return True


def _rows(cards: list[EmergencyCard]) -> list[dict[str, Any]]:
    now = clock.now()
    known = directory.name_professionals({card.professional_id for card in cards})
    return [
        {
            "id": card.id,
            "file": card.person_id.hex[-8:],
            "by": known[card.professional_id].name if card.professional_id in known else "inconnu",
            "mode": _MODES[card.mode],
            "since": card.since.astimezone(PARIS),
            "due": card.due_at.astimezone(PARIS),
            "late": card.due_at <= now,
        }
        for card in cards
    ]


def _facts(found: Review) -> list[tuple[str, str]]:
    card = found.card
    doctor = directory.find_professional(card.professional_id)
    names = directory.name_structures({card.structure})
    rows = [
        ("Patient", people.find_names([card.person_id]).get(card.person_id, "absent du registre")),
        (
            "Professionnel",
            f"{doctor.name}, {terminology.profession_words(card.role)}" if doctor else "absent de l’annuaire",
        ),
        ("Lieu", structure_words(card.structure, names.get(card.structure, ""))),
        ("Mode", _MODES[card.mode]),
        ("Entré le", _moment(card.since)),
        ("Terminé", _moment(card.ended_at or min(card.until, clock.now()))),
        ("À contrôler avant le", _moment(card.due_at)),
        ("Ses accès en urgence en 30 jours", str(access.count_of(card.professional_id))),
        ("Conclusion", _OUTCOMES[Outcome(card.outcome)] if card.outcome else ""),
    ]
    return [(label, value) for label, value in rows if value]


def _moment(at: datetime) -> str:
    return date_format(at.astimezone(PARIS), "j F Y à H:i")


def _after(request: HttpRequest) -> tuple[datetime, UUID] | None:
    given = request.GET.get("apres", "")
    if not given:
        return None
    moment, _, last = given.rpartition("_")
    try:
        due_at = datetime.fromisoformat(moment)
        return (due_at, UUID(last)) if due_at.tzinfo else None
    except ValueError as error:
        raise Http404 from error
