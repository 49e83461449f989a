"""Entering, correcting and removing measures; the target; the order of the tiles."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from carnet.access import api as access
from carnet.journal.api import EventType, Purpose
from carnet.measures import api as measures
from carnet.measures.api import KINDS, Entry, Kind, KindInfo, MeasureRefused, Tile, Value
from carnet.people import api as people
from carnet.people.api import Visitor
from carnet.platform import clock
from carnet.portal.measures import author_words, details, info_of, known_measures, moment
from carnet.portal.measures_forms import MeasureForm, TargetForm, WeekForm
from carnet.portal.space import actor_of, visitor_of

_FORM: Final = require_http_methods(["GET", "HEAD", "POST"])
_PRESSURE: Final = KINDS[Kind.BLOOD_PRESSURE]
_CHANGED: Final = "Cette mesure a été changée entre-temps, sur un autre appareil. Rechargez la page."


@_FORM
@known_measures
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add one measure; what is odd is asked again."""
    info, visitor = info_of(slug), visitor_of(request)
    if info.computed:
        raise Http404
    _check_open(visitor)
    form = MeasureForm(info, request.POST if request.method == "POST" else None)
    if form.is_bound and form.passes(visitor.profile_id):
        assert form.entry
        _write(visitor, info, [form.entry], confirmed=form.confirmed)
        return _back(info, "ajout")
    context = {"form": form, "info": info, "trail": _trail(info, "Ajouter")}
    return render(request, "portal/measures/add.html", context)


@_FORM
@known_measures
def week(request: HttpRequest) -> HttpResponse:
    """Enter seven days of blood pressures; nothing is kept until every row that is filled is right."""
    visitor = visitor_of(request)
    _check_open(visitor)
    last = _last_day(request)
    form = WeekForm(last, request.POST if request.method == "POST" else None)
    if form.is_bound and form.passes(visitor.profile_id):
        _write(visitor, _PRESSURE, list(form.entries.values()), confirmed=True)
        return _back(_PRESSURE, "semaine")
    earlier = form.days[-1].toordinal() - 1
    page = reverse("portal:measures_week")
    context = {
        "form": form,
        "sections": form.sections(),
        "confirmed": form["confirmed"] if "confirmed" in form.fields else None,
        "earlier": f"{page}?fin={date.fromordinal(earlier):%Y-%m-%d}",
        "latest": page if last != clock.today() else "",
        "info": _PRESSURE,
        "trail": _trail(_PRESSURE, "Une semaine"),
    }
    return render(request, "portal/measures/week.html", context)


@_FORM
@known_measures
def change(request: HttpRequest, slug: str, value_id: UUID) -> HttpResponse:
    """Correct a measure of her own; one that a professional entered is shown, and why it stays."""
    info, visitor = info_of(slug), visitor_of(request)
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=EventType.MEASURES_READ
    ) as a:
        value = measures.get_value(a, value_id)
    if value.kind is not info.kind:
        raise Http404
    if value.locked:
        return _locked(request, info, value)
    form = MeasureForm(info, request.POST if request.method == "POST" else None, known=value)
    if form.is_bound and form.passes(visitor.profile_id):
        try:
            _correct(visitor, info, value_id, form)
        except (measures.MeasureChangedError, measures.MeasureLockedError):
            form.add_error(None, _CHANGED)
        else:
            return _back(info, "correction")
    context = {"form": form, "info": info, "value": value, "words": measures.show(value),
               "trail": _trail(info, "Modifier")}  # fmt: skip
    return render(request, "portal/measures/change.html", context)


@require_POST
@known_measures
def remove(request: HttpRequest, slug: str, value_id: UUID) -> HttpResponse:
    """Remove a measure of her own, as she saw it."""
    info, visitor = info_of(slug), visitor_of(request)
    version = request.POST.get("version", "")
    if not version.isascii() or not version.isdigit() or len(version) > len("999999999"):
        raise Http404
    try:
        with access.open(
            visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE, event=EventType.MEASURE_REMOVED,
            reference=value_id, personal={"title": info.label},
        ) as a:  # fmt: skip
            measures.remove_value(a, value_id=value_id, version=int(version))
    except (measures.MeasureChangedError, measures.MeasureLockedError):
        return HttpResponseRedirect(reverse("portal:measure_change", args=[info.slug, value_id]))
    return _back(info, "suppression")


@_FORM
@known_measures
def target(request: HttpRequest) -> HttpResponse:
    """Set or give up the target of HbA1c, the only measure that has one (facts/mes.md 2.2)."""
    info, visitor = KINDS[Kind.GLYCATED_HEMOGLOBIN], visitor_of(request)
    posted = request.method == "POST"
    form = TargetForm(request.POST) if posted else TargetForm(initial=_present_target(visitor))
    if form.is_bound and form.is_valid() and _set_target(visitor, form):
        return _back(info, "objectif")
    context = {"form": form, "info": info, "trail": _trail(info, "Mon objectif")}
    return render(request, "portal/measures/target.html", context)


@_FORM
@known_measures
def arrange(request: HttpRequest) -> HttpResponse:
    """Order the tiles, hide some: one button, one change."""
    visitor = visitor_of(request)
    if request.method == "POST":
        with access.open(
            visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE,
            event=EventType.MEASURE_SETTINGS_CHANGED,
        ) as a:  # fmt: skip
            order, hidden = _rearrange(measures.overview(a), request.POST.get("change", ""))
            measures.arrange_tiles(a, order=order, hidden=hidden)
        return HttpResponseRedirect(reverse("portal:measures_arrange"))
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=EventType.MEASURES_READ
    ) as a:
        tiles = measures.overview(a)
    context = {"tiles": [_place(tile, len(tiles)) for tile in tiles], "trail": _trail(None, "Organiser")}
    return render(request, "portal/measures/arrange.html", context)


def _check_open(visitor: Visitor) -> None:
    """An empty form says nothing of anybody and leaves no line; yet a shut space has none."""
    scope = access.decide(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE)
    if not scope.allowed:
        raise access.Refused(scope)


def _write(visitor: Visitor, info: KindInfo, entries: Sequence[Entry], *, confirmed: bool) -> None:
    """Keep measures in one act; they were checked before the door was opened, and are again."""
    title = info.label if len(entries) == 1 else f"{info.label} ({len(entries)} mesures)"
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE, event=EventType.MEASURE_ADDED,
        personal={"title": title},
    ) as a:  # fmt: skip
        for one in entries:
            measures.add_value(a, **_facts(one), kind=one.kind, confirmed=confirmed)


def _correct(visitor: Visitor, info: KindInfo, value_id: UUID, form: MeasureForm) -> None:
    assert form.entry
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE, event=EventType.MEASURE_CHANGED,
        reference=value_id, personal={"title": info.label},
    ) as a:  # fmt: skip
        measures.change_value(
            a, value_id=value_id, version=form.cleaned_data["version"], **_facts(form.entry),
            confirmed=form.confirmed,
        )  # fmt: skip


def _facts(entry: Entry) -> dict[str, Any]:
    return {"at": entry.at, "value": entry.value, "second": entry.second, "context": entry.context,
            "days": entry.days, "comment": entry.comment}  # fmt: skip


def _locked(request: HttpRequest, info: KindInfo, value: Value) -> HttpResponse:
    visitor = visitor_of(request)
    names: dict[UUID, str] = people.find_names([value.author_id]) if value.author_id else {}
    rows = [
        ("Mesure", measures.show(value)),
        ("Date", moment(value)),
        ("Précisions", details(value)),
        ("Par", author_words(value, visitor, names)),
    ]
    context = {"info": info, "facts": [row for row in rows if row[1]], "trail": _trail(info, "Voir")}
    return render(request, "portal/measures/locked.html", context)


def _present_target(visitor: Visitor) -> dict[str, str]:
    kind = Kind.GLYCATED_HEMOGLOBIN
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=EventType.MEASURES_READ
    ) as a:
        found = measures.get_bounds(a, kind, []).target
    bounds = {"low": found.low, "high": found.high} if found else {}
    return {
        name: measures.write_value(kind, one, fewest=0) for name, one in bounds.items() if one is not None
    }


def _set_target(visitor: Visitor, form: TargetForm) -> bool:
    kind = Kind.GLYCATED_HEMOGLOBIN
    try:
        low, high = form.number("low"), form.number("high")
        measures.check_target(kind, low, high)
    except MeasureRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else "high", refused.message)
        return False
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE,
        event=EventType.MEASURE_SETTINGS_CHANGED, personal={"title": KINDS[kind].label},
    ) as a:  # fmt: skip
        measures.set_target(a, kind=kind, low=low, high=high)
    return True


def _rearrange(tiles: list[Tile], said: str) -> tuple[list[Kind], set[Kind]]:
    """Return the order and what is hidden after one button: "WEIGHT.up", "WEIGHT.down", "WEIGHT.hide"."""
    order = [tile.kind for tile in tiles]
    hidden = {tile.kind for tile in tiles if tile.hidden}
    code, _, what = said.partition(".")
    if code not in set(Kind) or what not in {"up", "down", "hide", "show"}:
        raise Http404
    kind = Kind(code)
    if what in {"hide", "show"}:
        return order, hidden | {kind} if what == "hide" else hidden - {kind}
    place = order.index(kind)
    order.insert(max(place - 1, 0) if what == "up" else place + 1, order.pop(place))
    return order, hidden


def _place(tile: Tile, count: int) -> dict[str, Any]:
    return {
        "label": KINDS[tile.kind].label,
        "hidden": tile.hidden,
        "up": "" if tile.position == 0 else f"{tile.kind}.up",
        "down": "" if tile.position == count - 1 else f"{tile.kind}.down",
        "toggle": f"{tile.kind}.{'show' if tile.hidden else 'hide'}",
    }


def _last_day(request: HttpRequest) -> date:
    """Return the last day of the week to be entered: today, or the one asked for, never later."""
    text = request.GET.get("fin", "")
    try:
        return min(date.fromisoformat(text), clock.today()) if text else clock.today()
    except ValueError as error:
        raise Http404 from error


def _back(info: KindInfo, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('portal:measure', args=[info.slug])}?fait={done}")


def _trail(info: KindInfo | None, label: str) -> list[tuple[str, str]]:
    trail = [("Accueil", reverse("portal:home")), ("Mesures", reverse("portal:measures"))]
    if info:
        trail.append((info.label, reverse("portal:measure", args=[info.slug])))
    return [*trail, (label, "")]
