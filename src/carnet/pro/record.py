"""A patient's record on one screen, and the same on paper."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from carnet.access import api as access
from carnet.journal.api import EventType
from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.clock import PARIS
from carnet.platform.typesetting import day_text
from carnet.pro.page import show
from carnet.pro.patient import Patient, find_url, in_record
from carnet.summaries import api as summaries
from carnet.summaries.api import Code, Links, Page

_RUBRICS: Final = {
    Code.ALLERGIES: "allergies",
    Code.TREATMENTS: "traitements",
    Code.DISEASES: "maladies",
    Code.CONTACTS: "contacts",
    Code.VACCINATIONS: "vaccinations",
    Code.STAYS: "hospitalisations",
}


@require_safe
@in_record
def record(request: HttpRequest, patient: Patient) -> HttpResponse:
    """The page that is read in ten seconds. Her visit is noted; the person is told once a day."""
    with access.open(
        patient.person_id, by=patient.actor, purpose=patient.purpose, event=EventType.SUMMARY_READ
    ) as a:
        visit = access.note_visit(a)
        access.note_entered(a, first_today=visit.first_today)
        page = _read(a, patient, visit.before_at, visit.treating_id)
    context = frame(patient, named=True) | {
        "summary": summaries.tell(page, links_of(patient), a),
        "meanings": summaries.tell_help(page),
        "blocks_shown": True,
        "readers_href": patient.link("readers") if a.scope.rule is access.Rule.ADMINISTRATOR else "",
    }
    return show(request, "pro/record/page.html", context)


@require_safe
@in_record
def print_view(request: HttpRequest, patient: Patient) -> HttpResponse:
    """The same page as it is printed; the paper is journalled."""
    with access.open(
        patient.person_id, by=patient.actor, purpose=patient.purpose, event=EventType.RECORD_PRINTED
    ) as a:
        since = access.find_visit(patient.person_id, patient.visitor.professional.id)
        page = _read(a, patient, since, summaries.find_treating(patient.person_id))
    context = frame(patient, named=True) | {
        "summary": _on_paper(summaries.tell(page, Links(), a)),
        "printed": clock.now().astimezone(PARIS),
    }
    return show(request, "pro/record/print.html", context)


def _who(person_id: UUID) -> str:
    """Say whose record it is, on every page: nobody reads one for another's."""
    person = people.get_person(person_id)
    age = summaries.age_of(person.birth_date, clock.today())
    return (
        f"{person.display_name}, {age}, né{'e' if person.sex == 'F' else ''} le {day_text(person.birth_date)}"
    )


def _on_paper(summary: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is new: a paper is read later, by others."""
    kept = [
        panel | {"blocks": [block for block in panel["blocks"] if block["code"] != Code.NEWS]}
        for panel in summary["panels"]
    ]
    return summary | {"panels": kept}


def links_of(patient: Patient) -> Links:
    """Return the addresses that the page leads to."""

    def document(document_id: UUID) -> str:
        return patient.link("record_document", document_id)

    def part(code: str) -> str:
        if code in {Code.LATEST, Code.NEWS}:
            return patient.link("record_documents")
        if code == Code.MEASURES:
            return patient.link("record_measures")
        return f"{patient.link('record_profile')}#{_RUBRICS[Code(code)]}"

    def measure(slug: str) -> str:
        return patient.link("record_measure", slug)

    return Links(document, part, measure)


def frame(patient: Patient, *, named: bool = False) -> dict[str, Any]:
    """Return what every page of a record shows: whose it is, its menu, the search, the way back.

    `named`: the page says itself whose record it is.
    """
    menu = (
        ("record", "Résumé"),
        ("record_documents", "Documents"),
        ("record_profile", "Profil"),
        ("record_measures", "Mesures"),
        ("record_history", "Soins remboursés"),
        ("writing", "Écrire ou déposer"),
        ("record_print", "Imprimer"),
    )
    return {
        "patient": patient,
        "who": "" if named else _who(patient.person_id),
        "words": "",
        "meanings": (),
        "menu": [(label, href) for name, label in menu if (href := find_url(name, patient.token))],
        "search_href": patient.link("record_search"),
        "record_href": patient.link("record"),
        "day_href": reverse("pro:day"),
    }


def _read(a: access.Access, patient: Patient, since: datetime | None, treating_id: UUID | None) -> Page:
    professional = patient.visitor.professional
    return summaries.read_page(
        a,
        profession=professional.profession,
        professional_id=professional.id,
        since=since,
        treating_id=treating_id,
    )
