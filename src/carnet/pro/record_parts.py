"""The rest of a patient's record: the profile whole, the measures with their curves, the care reimbursed."""

from datetime import timedelta
from itertools import groupby
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from carnet.access import api as access
from carnet.access.api import NotGivenError, NotSharedError
from carnet.histories import api as histories
from carnet.histories.api import Episode
from carnet.journal.api import EventType
from carnet.measures import api as measures
from carnet.measures.api import KINDS, Value
from carnet.platform import clock
from carnet.platform.clock import PARIS
from carnet.platform.typesetting import day_text
from carnet.pro.page import show
from carnet.pro.paging import read_day, read_moment, write_position
from carnet.pro.patient import Patient, in_record
from carnet.pro.record import frame
from carnet.profile import api as profile
from carnet.profile.api import Entry, RubricView
from carnet.summaries import api as summaries
from carnet.summaries.api import Names, Said
from carnet.ui.measures_charts import curve_of

_PAGE: Final = 40
_SLUGS: Final = {
    profile.Rubric.TREATMENTS: "traitements",
    profile.Rubric.DISEASES: "maladies",
    profile.Rubric.HOSPITALIZATIONS: "hospitalisations",
    profile.Rubric.VACCINATIONS: "vaccinations",
    profile.Rubric.ALLERGIES: "allergies",
    profile.Rubric.CONTACTS: "contacts",
}
_PERIODS: Final = (("mois", "1 mois", 31), ("annee", "1 an", 366), ("tout", "Tout", None))


@require_safe
@in_record
def profile_page(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Every rubric with its lines, or what is known of it."""
    with access.open(
        patient.person_id, by=patient.actor, purpose=patient.purpose, event=EventType.PROFILE_READ
    ) as a:
        views = profile.list_rubrics(a)
    names = summaries.name_authors(patient.person_id, views)
    context = frame(patient) | {"rubrics": [_rubric(view, names) for view in views]}
    return show(request, "pro/record/profile.html", context)


@require_safe
@in_record
def measures_page(request: HttpRequest, patient: Patient) -> HttpResponse:
    """The latest of every kind that has a value."""
    with access.open(
        patient.person_id, by=patient.actor, purpose=patient.purpose, event=EventType.MEASURES_READ
    ) as a:
        try:
            found = [tile.last for tile in measures.overview(a) if tile.last]
        except NotSharedError as error:
            return _closed(request, patient, "Mesures", error)
    names = summaries.name_authors(patient.person_id, values=found)
    context = frame(patient) | {
        "items": [
            {
                "href": patient.link("record_measure", KINDS[value.kind].slug),
                "title": f"{KINDS[value.kind].label} : {measures.show(value)}",
                "text": f"le {_day(value)}",
                "meta": names.of_value(value),
                "icon": KINDS[value.kind].icon,
            }
            for value in found
        ]
    }
    return show(request, "pro/record/measures.html", context)


@require_safe
@in_record
def measure_page(request: HttpRequest, patient: Patient, slug: str) -> HttpResponse:
    """One kind: its curve over a period, and its values."""
    info = measures.find_by_slug(slug)
    if info is None:
        raise Http404
    code = request.GET.get("periode", "tout")
    chosen = next((one for one in _PERIODS if one[0] == code), None)
    if chosen is None:
        raise Http404
    since = clock.now() - timedelta(days=chosen[2]) if chosen[2] else None
    found = read_moment(request.GET.get("avant", ""))
    before = measures.Position(found[0], found[1]) if found else None
    with access.open(
        patient.person_id, by=patient.actor, purpose=patient.purpose, event=EventType.MEASURES_READ
    ) as a:
        try:
            target = measures.get_bounds(a, info.kind, []).target
            points = measures.list_points(a, info.kind, since=since)
            values = measures.list_values(a, info.kind, limit=_PAGE + 1, before=before, since=since)
        except NotSharedError as error:
            return _closed(request, patient, info.label, error)
    names = summaries.name_authors(patient.person_id, values=values)
    here = f"{patient.link('record_measure', slug)}?periode={code}"
    last = values[_PAGE - 1] if len(values) > _PAGE else None
    context = (
        frame(patient)
        | _table(values[:_PAGE], names)
        | {
            "info": info,
            "periods": [
                (label, f"{patient.link('record_measure', slug)}?periode={one}", one == code)
                for one, label, _ in _PERIODS
            ],
            "chart": curve_of(info, points, target, period=chosen[1]),
            "next": f"{here}&avant={write_position(last.at, last.id)}" if last else "",
            "first": here if before else "",
        }
    )
    return show(request, "pro/record/measure.html", context)


@require_safe
@in_record
def history_page(request: HttpRequest, patient: Patient) -> HttpResponse:
    """The acts that the insurer reimbursed, day by day, latest first."""
    found = read_day(request.GET.get("avant", ""))
    before = histories.Position(*found) if found else None
    with access.open(
        patient.person_id, by=patient.actor, purpose=patient.purpose, event=EventType.CARE_HISTORY_READ
    ) as a:
        try:
            acts = histories.list_days(a, limit=_PAGE + 1, before=before)
        except NotSharedError as error:
            return _closed(request, patient, "Soins remboursés", error)
    here = patient.link("record_history")
    last = acts[_PAGE - 1] if len(acts) > _PAGE else None
    context = frame(patient) | {
        "days": [
            (day_text(day), [act_of(one) for one in group])
            for day, group in groupby(acts[:_PAGE], key=lambda one: one.day)
        ],
        "next": f"{here}?avant={write_position(last.day, last.id)}" if last else "",
        "first": here if before else "",
    }
    return show(request, "pro/record/history.html", context)


def act_of(one: Episode) -> dict[str, str]:
    """Return a reimbursed act as a line of a list."""
    return {
        "title": one.label,
        "text": one.detail,
        "meta": " · ".join(
            part for part in (one.category.label, one.professional, one.place, "Assurance Maladie") if part
        ),
        "href": "",
        "icon": "card",
        "badge": "",
    }


def entry_of(entry: Entry, names: Names) -> dict[str, str]:
    """Return a line of the profile as a line of a list, with all its facts."""
    told = profile.describe(entry)
    facts = [told.when, *(_fact(label, value) for label, value in told.lines if value not in told.when)]
    day = entry.changed_at.astimezone(PARIS).date()
    return {
        "title": told.title,
        "text": " · ".join(fact for fact in facts if fact),
        "meta": f"{names.of_entry(entry)}, le {day_text(day)}",
        "badge": "Confirmé par un professionnel" if entry.locked else "",
        "tone": "success",
        "href": "",
        "icon": "heart",
    }


def _fact(label: str, value: str) -> str:
    """Say a fact on its line; a label that asks keeps its own mark."""
    return f"{label} {value}" if label.endswith("?") else f"{label} : {value}"


def _rubric(view: RubricView, names: Names) -> dict[str, Any]:
    said = Said(view.state.value.lower())
    return {
        "id": _SLUGS.get(view.rubric, view.rubric.lower()),
        "title": view.rubric.label,
        "state": "" if view.entries else said.words,
        "note": summaries.note_of(said, view),
        "items": [entry_of(entry, names) for entry in view.entries],
    }


def _table(values: list[Value], names: Names) -> dict[str, Any]:
    """Return the table of the values; without the column of the details when no value has any."""
    detailed = any(_details(value) for value in values)
    headers = ["Date", "Mesure", *(["Précisions"] if detailed else []), "Par"]
    rows = [
        [
            _day(value), measures.show(value), *([_details(value)] if detailed else []),
            names.of_value(value),
        ]
        for value in values
    ]  # fmt: skip
    return {"headers": headers, "rows": rows}


def _details(value: Value) -> str:
    comment = f"« {value.comment} »" if value.comment else ""
    return ", ".join(one for one in (value.context_label, comment) if one)


def _day(value: Value) -> str:
    local = value.at.astimezone(PARIS)
    hour = f" à {local.hour} h {local:%M}" if KINDS[value.kind].timed else ""
    return f"{day_text(local.date())}{hour}"


def _closed(request: HttpRequest, patient: Patient, title: str, error: NotSharedError) -> HttpResponse:
    """Say that a whole part is not for her to read, never whether there is anything in it."""
    said = Said.NOT_GIVEN if isinstance(error, NotGivenError) else Said.NOT_SHARED
    context = frame(patient) | {"title": title, "state": said.words, "note": summaries.note_of(said)}
    return show(request, "pro/record/closed.html", context)
