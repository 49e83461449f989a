"""A person's measures: her tiles, each kind with its curve and its table, the growth of a child."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Final
from uuid import UUID

import structlog
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_POST, require_safe

from carnet.access import api as access
from carnet.journal.api import EventType, Purpose
from carnet.measures import api as measures
from carnet.measures.api import (
    KINDS,
    AuthorKind,
    Bounds,
    Curves,
    Kind,
    KindInfo,
    Point,
    Position,
    Tile,
    Value,
)
from carnet.people import api as people
from carnet.people.api import Visitor
from carnet.platform import clock
from carnet.platform.clock import PARIS
from carnet.portal.acts import structure_words
from carnet.portal.previewing import is_confirmed, preview, preview_sharing
from carnet.portal.space import View, actor_of, governed, in_space, visitor_of
from carnet.ui.measures_charts import MOST_DECIMALS, curve_of, growth_charts

_log = structlog.get_logger()
_PAGE: Final = 20
_DONE: Final = {
    "ajout": "La mesure est enregistrée.",
    "semaine": "Les mesures sont enregistrées.",
    "correction": "La mesure est corrigée.",
    "suppression": "La mesure est supprimée.",
    "objectif": "L’objectif est enregistré.",
}
_SHARED: Final = {
    "yes": "Vos mesures sont maintenant visibles par les soignants.",
    "no": "Vos mesures sont maintenant cachées aux soignants.",
}
_INFANT: Final = timedelta(days=6 * 366)  # the head is measured until about six
_MOST_AGE_DAYS: Final = 7305  # twenty years: reference curves end before


@dataclass(frozen=True)
class Period:
    """How far back a page looks; None: everything."""

    code: str
    label: str
    days: int | None


PERIODS: Final = (
    Period("semaine", "1 semaine", 7),
    Period("mois", "1 mois", 31),
    Period("annee", "1 an", 366),
    Period("tout", "Tout", None),
)


def known_measures(view: View) -> View:
    """Wrap a view: a measure that is not there, or another's, is a 404."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except measures.MeasureUnknownError as unknown:
            raise Http404 from unknown

    return in_space(wrapped)


def info_of(slug: str) -> KindInfo:
    """Return the kind of an address; another address is a 404."""
    info = measures.find_by_slug(slug)
    if info is None:
        raise Http404
    return info


@require_safe
@in_space
def overview(request: HttpRequest) -> HttpResponse:
    """Every kind of measure: what is followed first, then what may be."""
    visitor = visitor_of(request)
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=EventType.MEASURES_READ
    ) as a:
        tiles = measures.overview(a)
        shared = measures.is_shared(a)
    person = people.get_person(visitor.profile_id)
    infant = clock.today() - person.birth_date < _INFANT
    shown = [tile for tile in tiles if not tile.hidden]
    context = {
        "followed": [_tile(tile) for tile in shown if tile.last],
        "others": [
            _start(tile.kind)
            for tile in shown
            if not tile.last and (tile.kind is not Kind.HEAD_CIRCUMFERENCE or infant)
        ],
        "hidden": sum(tile.hidden for tile in tiles),
        "shared": shared,
        "done": _SHARED.get(request.GET.get("fait", ""), ""),
        "minor": access.is_minor(person.birth_date, clock.today()),
    }
    return render(request, "portal/measures/overview.html", context)


@require_POST
@governed
@in_space
def share(request: HttpRequest) -> HttpResponse:
    """Show the measures to professionals, or hide them."""
    visitor, shared = visitor_of(request), request.POST.get("shared")
    if shared not in _SHARED:
        raise Http404
    if not is_confirmed(request):
        change, page = preview_sharing(
            access.Part.MEASURES, "vos mesures", reverse("portal:measures"), shared=shared == "yes"
        )
        return preview(request, change, page)
    words = "visibles par les soignants" if shared == "yes" else "cachées aux soignants"
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE,
        event=EventType.MEASURE_SETTINGS_CHANGED, personal={"title": words},
    ) as a:  # fmt: skip
        measures.share(a, shared=shared == "yes")
    return HttpResponseRedirect(f"{reverse('portal:measures')}?fait={shared}")


@require_safe
@known_measures
def measure(request: HttpRequest, slug: str) -> HttpResponse:
    """One kind of measure: the curve of a period, and its table under it."""
    info, visitor, now = info_of(slug), visitor_of(request), clock.now()
    before = _read_position(request.GET.get("avant", ""))
    moments = [now - timedelta(days=period.days) for period in PERIODS if period.days]
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=EventType.MEASURES_READ
    ) as a:
        bounds = measures.get_bounds(a, info.kind, moments)
        period = _chosen(request.GET.get("periode", ""), bounds)
        since = now - timedelta(days=period.days) if period.days else None
        points = measures.list_points(a, info.kind, since=since)
        values = measures.list_values(a, info.kind, limit=_PAGE + 1, before=before, since=since)
    page = f"{reverse('portal:measure', args=[info.slug])}?periode={period.code}"
    context = _page(visitor, info, values, page) | {
        "done": _DONE.get(request.GET.get("fait", ""), ""),
        "periods": _ways(info, period),
        "chart": curve_of(info, points, bounds.target, period=period.label),
        "facts": _facts(info, points, bounds),
        "total": bounds.total,
        "lead": _lead(values[0]) if values and not before else "",
        "first_href": page if before else "",
    }
    return render(request, "portal/measures/measure.html", context)


@require_safe
@in_space
def growth(request: HttpRequest) -> HttpResponse:
    """The child's own curves of growth, and the reference ones that the operator may lawfully show."""
    visitor = visitor_of(request)
    person = people.get_person(visitor.profile_id)
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=EventType.MEASURES_READ
    ) as a:
        points = {kind: measures.list_points(a, kind) for kind in measures.GROWTH_KINDS}
    born = datetime.combine(person.birth_date, datetime.min.time(), PARIS).timestamp()
    curves = _reference_curves()
    context = {
        "charts": growth_charts(points, born=born, sex=person.sex, curves=curves, most_days=_MOST_AGE_DAYS),
        "source": curves.source,
        "referenced": bool(curves.lines),
        "trail": _trail("Croissance"),
    }
    return render(request, "portal/measures/growth.html", context)


def _reference_curves() -> Curves:
    """The operator's file; one that is wrong is said in the log and takes nothing from the child's curve."""
    try:
        return measures.growth_curves()
    except (measures.GrowthFileError, OSError) as error:
        _log.error("growth_curves_unreadable", error=str(error))
        return Curves()


def _page(visitor: Visitor, info: KindInfo, values: list[Value], address: str) -> dict[str, Any]:
    """The table of a page; columns that would be empty from top to bottom are left out."""
    page = values[:_PAGE]
    name = _namer(visitor, page)
    headers = ["Date", "Mesure", "Précisions", "Par"]
    rows = [_row(info, value, name) for value in page]
    kept = [place for place in range(len(headers)) if any(row[place] for row in rows)]
    return {
        "info": info,
        "rows": [[row[place] for place in kept] for row in rows],
        "headers": [headers[place] for place in kept],
        "next_href": f"{address}&avant={_write_position(page[-1])}" if len(values) > _PAGE else "",
        "trail": _trail(info.label),
    }


def _trail(label: str) -> list[tuple[str, str]]:
    return [("Accueil", reverse("portal:home")), ("Mesures", reverse("portal:measures")), (label, "")]


def _tile(tile: Tile) -> dict[str, str]:
    info = KINDS[tile.kind]
    return {
        "href": reverse("portal:measure", args=[info.slug]),
        "title": info.label,
        "text": f"{measures.show(tile.last)}, le {tile.last.at.astimezone(PARIS):%d/%m/%Y}"
        if tile.last
        else "",
        "icon": info.icon,
    }


def _start(kind: Kind) -> dict[str, str]:
    info = KINDS[kind]
    page = "measure" if info.computed else "measure_add"
    text = "Se calcule avec le poids et la taille." if info.computed else "Ajouter une première mesure."
    return {"href": reverse(f"portal:{page}", args=[info.slug]), "title": info.label, "text": text,
            "icon": info.icon}  # fmt: skip


def _chosen(code: str, bounds: Bounds) -> Period:
    """Return the period asked for; by default the shortest that holds two measures at least."""
    if code:
        found = next((period for period in PERIODS if period.code == code), None)
        if found is None:
            raise Http404
        return found
    enough = (period for period, count in zip(PERIODS, bounds.since, strict=False) if count > 1)
    return next(enough, PERIODS[-1])


def _ways(info: KindInfo, chosen: Period) -> list[tuple[str, str, bool]]:
    page = reverse("portal:measure", args=[info.slug])
    return [(period.label, f"{page}?periode={period.code}", period is chosen) for period in PERIODS]


def _facts(info: KindInfo, points: list[Point], bounds: Bounds) -> list[tuple[str, str]]:
    """The mean of the period, and the target."""
    facts = []
    decimals = MOST_DECIMALS.get(info.kind, 1)
    for number, part in enumerate(info.parts):
        numbers = [(point.value, point.second)[number] for point in points]
        kept = [one for one in numbers if one is not None]
        if len(kept) > 1:
            label = f"Moyenne, {part.label.lower()}" if len(info.parts) > 1 else "Moyenne"
            mean = round(sum(kept) / len(kept) / info.units[0].factor, decimals) * info.units[0].factor
            facts.append((label, measures.show_number(info.kind, mean)))
    target = target_words(info.kind, bounds.target)
    return [*facts, ("Mon objectif", target)] if target else facts


def target_words(kind: Kind, target: measures.Target | None) -> str:
    """Say a target: "au plus 7,0 %", "de 6,0 % à 7,0 %", "" for none."""
    if target is None:
        return ""
    low, high = (
        None if bound is None else measures.show_number(kind, bound) for bound in (target.low, target.high)
    )
    if low and high:
        return f"de {low} à {high}"
    return f"au plus {high}" if high else f"au moins {low}"


def _row(info: KindInfo, value: Value, name: Callable[[Value], str]) -> list[Any]:
    when: Any = moment(value)
    if not info.computed:
        when = (when, reverse("portal:measure_change", args=[info.slug, value.id]))
    return [when, measures.show(value), details(value), name(value)]


def details(value: Value) -> str:
    """Say what goes with a number: its moment, its span, the other usual unit, the comment."""
    glucose = {Kind.GLUCOSE, Kind.INTERSTITIAL_GLUCOSE}
    parts = [
        f"{measures.write_value(value.kind, value.value, unit='g/L', fewest=2)} g/L"
        if value.kind in glucose
        else "",
        value.context_label,
        f"sur {value.days} jour{'s' if value.days > 1 else ''}" if value.days else "",
        f"« {value.comment} »" if value.comment else "",
    ]
    return ", ".join(part for part in parts if part)


def _namer(visitor: Visitor, values: list[Value]) -> Callable[[Value], str]:
    """Return what says who measured; names are asked for only where another than the reader is."""
    others = {one.author_id for one in values if one.author_kind is AuthorKind.PERSON and one.author_id}
    others.discard(visitor.owner_id)
    names = people.find_names(sorted(others)) if others else {}
    return lambda value: author_words(value, visitor, names)


def author_words(value: Value, visitor: Visitor, names: dict[UUID, str]) -> str:
    """Say who measured or entered a value."""
    if value.kind is Kind.BODY_MASS_INDEX:
        return "calculé"
    match value.author_kind:
        case AuthorKind.PERSON if value.author_id == visitor.owner_id:
            return "vous"
        case AuthorKind.PERSON:
            return names.get(value.author_id or UUID(int=0), "une autre personne")
        case AuthorKind.DEVICE:
            return value.device or "un appareil"
    return value.author or structure_words(value.structure, "")


def moment(value: Value) -> str:
    """Say when: the day, and the hour where it matters."""
    local = value.at.astimezone(PARIS)
    hour = f" à {local.hour}\u00a0h\u00a0{local:%M}" if KINDS[value.kind].timed else ""
    return f"{_day(value)}{hour}"


def _day(value: Value) -> str:
    return date_format(value.at.astimezone(PARIS), "j F Y")


def _lead(value: Value) -> str:
    return f"{measures.show(value)}, le {moment(value)}"


def _write_position(value: Value) -> str:
    """Return an opaque token of where a page ends."""
    text = f"{value.at.isoformat()} {value.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_position(token: str) -> Position | None:
    """Return what `_write_position` wrote, None for no token; a broken one is a 404."""
    if not token:
        return None
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        at, _, identifier = text.partition(" ")
        position = Position(datetime.fromisoformat(at), UUID(identifier))
        position.at.astimezone(PARIS)
    except (ValueError, OverflowError, binascii.Error) as error:
        raise Http404 from error
    return position
