"""What waits to be announced to patients, and the act of showing it (docs/announcement.md)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from carnet.documents import api as documents
from carnet.documents.api import DepositRefused
from carnet.people import api as people
from carnet.platform.clock import PARIS
from carnet.platform.http import requires
from carnet.pro.guard import held
from carnet.pro.middleware import professional_of
from carnet.pro.page import show, sign
from carnet.pro.patient import Patient, in_record
from carnet.pro.patients import shows

_DONE = {
    "annonce": "Le résultat est maintenant visible par la personne.",
    "deja": "Ce résultat n’attend plus : il a été rendu visible, remplacé ou retiré.",
}


@requires(kinds=("professional",))
@require_http_methods(["GET", "HEAD"])
@held
def announcements(request: HttpRequest) -> HttpResponse:
    """What waits, the first to be shown first; no record is opened."""
    visitor = professional_of(request)
    rows = []
    for one in documents.list_waiting(by=visitor.actor):
        person, token = people.get_person(one.person_id), sign(one.person_id, visitor)
        if not shows(person, visitor):
            continue
        rows.append(
            {
                "name": person.display_name,
                "deposited": one.deposited_at.astimezone(PARIS),
                "until": one.held_until.astimezone(PARIS),
                "deposits_href": reverse("pro:deposits", args=[token]),
                "release_href": reverse("pro:release", args=[token, one.document_id]),
            }
        )
    done = _DONE.get(request.GET.get("fait", ""), "")
    return show(
        request,
        "pro/writing/announcements.html",
        {"rows": rows, "done": done, "default": documents.DEFAULT_DAYS, "longest": documents.MOST_DAYS},
    )


@require_POST
@in_record
def release(request: HttpRequest, patient: Patient, document_id: UUID) -> HttpResponse:
    """Show a result to its patient: it was announced to her."""
    done = "annonce"
    try:
        documents.release(patient.person_id, document_id, by=patient.actor)
    except DepositRefused:
        done = "deja"
    to_list = request.POST.get("vers") == "annonces"
    there = reverse("pro:announcements") if to_list else patient.link("deposits")
    return HttpResponseRedirect(f"{there}?fait={done}")
