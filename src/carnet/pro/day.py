"""Her day: whom she expects, for whom something arrived, whom she saw lately."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.clock import PARIS
from carnet.platform.http import requires
from carnet.platform.typesetting import day_text
from carnet.pro import agenda, exercises
from carnet.pro.emergency import list_told
from carnet.pro.middleware import professional_of
from carnet.pro.page import SECRETARY, show, sign
from carnet.pro.patient import find_url

_RECENT: Final = 12
_KEYS: Final = 9
_TOLD_DAYS: Final = 7
_TOLD: Final = 3
_ARRIVED: Final = 20


@requires(kinds=("professional",))
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """The landing page: nine patients are one key away, all others two."""
    visitor = professional_of(request)
    assert visitor.place is not None
    if visitor.professional.profession == SECRETARY:  # she has no patients: her day is her desk
        return HttpResponseRedirect(reverse("pro:desk"))
    expected = agenda.list_expected(visitor.professional.id, visitor.place.id, clock.today())
    recent = access.list_visits(visitor.professional.id, limit=_RECENT)
    arrived = documents.list_arrived(by=visitor.actor, answers_to=visitor.place.replaces_id, limit=_ARRIVED)
    whom = [one for one, _ in expected] + [one.person_id for one in recent]
    names = people.find_names(sorted({*whom, *(one.person_id for one in arrived)}))
    if visitor.training:  # nobody real stands on a page that says that all are invented
        names = {one.id: names[one.id] for one in exercises.list_patients() if one.id in names}
    told = [(one, f"{at.hour} h {at:%M}") for one, at in expected]
    new = [(one.person_id, _count(one.count)) for one in arrived]
    seen = [(one.person_id, _moment(one.last_at)) for one in recent]
    key = iter(range(1, _KEYS + 1))

    def items(lines: list[tuple[UUID, str]]) -> list[dict[str, Any]]:
        return [
            {
                "href": reverse("pro:record", args=[sign(person_id, visitor)]),
                "name": names[person_id],
                "text": words,
                "key": next(key, ""),
            }
            for person_id, words in lines
            if person_id in names
        ]

    context = {
        "meanings": (),
        "told": list_told(visitor, days=_TOLD_DAYS, limit=_TOLD),
        "today": day_text(clock.today()),
        "expected": items(told),
        "connected": agenda.is_connected(),
        "arrived": items(new),
        "arrived_days": documents.KEPT_DAYS,
        "recent": items(seen),
        "enter_href": find_url("enter"),
        "patients_href": find_url("patients"),
        "emergency_href": find_url("emergency_find"),
        "regulation_href": find_url("regulation") if visitor.place.regulator else "",
    }
    return show(request, "pro/day/day.html", context)


def _count(documents_there: int) -> str:
    return "1 nouveau document" if documents_there == 1 else f"{documents_there} nouveaux documents"


def _moment(at: datetime) -> str:
    local = at.astimezone(PARIS)
    return f"dossier ouvert le {day_text(local.date())} à {local.hour} h {local:%M}"
