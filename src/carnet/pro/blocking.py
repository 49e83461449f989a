"""The administrator doctor blocks another professional for who designated him (facts/mes.md 4.4)."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_safe

from carnet.access import api as access
from carnet.access.api import Reader, Rule
from carnet.directory import api as directory
from carnet.journal.api import EventType, Purpose
from carnet.pro.page import show
from carnet.pro.patient import Patient, in_record
from carnet.pro.record import frame
from carnet.terminology.api import profession_words

_DONE = "Ce professionnel est bloqué. La personne en est informée ; elle seule peut le débloquer."


@require_safe
@in_record
def readers(request: HttpRequest, patient: Patient) -> HttpResponse:
    """The other professionals who may read this record now."""
    found = _list_readers(patient)
    if found is None:
        return _not_hers(request, patient)
    context = frame(patient) | {
        "readers": _tell(found, patient),
        "done": _DONE if request.GET.get("fait") == "bloque" else "",
        "back": patient.link("record"),
    }
    return show(request, "pro/blocking/readers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_record
def block(request: HttpRequest, patient: Patient, professional_id: UUID) -> HttpResponse:
    """Block one of them, after saying what that changes."""
    found = _list_readers(patient)
    if found is None:
        return _not_hers(request, patient)
    one = next((line for line in _tell(found, patient) if line["id"] == professional_id), None)
    if one is None:
        raise Http404
    if request.method != "POST":
        context = frame(patient) | {"one": one, "back": patient.link("readers")}
        return show(request, "pro/blocking/block.html", context)
    with access.open(
        patient.person_id, by=patient.actor, purpose=Purpose.MANAGE, event=EventType.PROFESSIONAL_BLOCKED,
        late=True,
    ) as a:  # fmt: skip
        done = access.block_for_person(a, professional_id=professional_id)
    if not done:
        return _not_hers(request, patient)
    return HttpResponseRedirect(f"{patient.link('readers')}?fait=bloque")


def _list_readers(patient: Patient) -> list[Reader] | None:
    """Return who else reads; None when she is not the administrator doctor. One door, one line."""
    with access.open(patient.person_id, by=patient.actor, purpose=Purpose.CONSULT) as a:
        return access.list_readers(a) if a.scope.rule is Rule.ADMINISTRATOR else None


def _not_hers(request: HttpRequest, patient: Patient) -> HttpResponse:
    context = {"back": patient.link("record")}
    return show(request, "pro/blocking/not_administrator.html", context, status=403)


def _tell(found: list[Reader], patient: Patient) -> list[dict[str, Any]]:
    cards = directory.name_professionals([one.professional_id for one in found])
    places = directory.name_structures([one.structure for one in found])
    return [
        {
            "id": one.professional_id,
            "name": cards[one.professional_id].name,
            "text": capfirst(", ".join(
                part for part in (profession_words(cards[one.professional_id].profession),
                                  places.get(one.structure, one.structure)) if part
            )),
            "why": capfirst(access.reason_words(one.rule)),
            "href": patient.link("block", one.professional_id),
        }
        for one in found
        if one.professional_id in cards
    ]  # fmt: skip
