"""From measures to curves: what stands on them, and the same in a sentence."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from django.utils.formats import date_format

from carnet.measures import api as measures
from carnet.measures.api import KINDS, Curves, Kind, KindInfo, Point, Target
from carnet.platform.clock import PARIS
from carnet.ui.charts import XY, Band, Chart, Line

_DAY: Final = 86_400
_MANY: Final = 600  # beyond it a drawing keeps the lowest and the highest of each slice
MOST_DECIMALS: Final = {Kind.HEIGHT: 2}  # of the values written on a curve; 1 for the others


def curve_of(info: KindInfo, points: Sequence[Point], target: Target | None, *, period: str) -> Chart:
    """Return the curve of a kind over a period; with its target, and two lines for a pair."""
    unit = info.units[0]
    lines = [Line(info.parts[0].label, [(point.at, point.value / unit.factor) for point in points])]
    if len(info.parts) > 1:
        second = [(point.at, point.second) for point in points if point.second is not None]
        lines.append(Line(info.parts[1].label, second))
    return Chart(
        id="courbe",
        title=f"{info.label}, {period[0].lower()}{period[1:]}",
        text=_sentence(info, points),
        unit=unit.label,
        lines=lines,
        band=Band("Mon objectif", target.low, target.high) if target else None,
        decimals=min(unit.decimals, MOST_DECIMALS.get(info.kind, 1)),
    )


def _sentence(info: KindInfo, points: Sequence[Point]) -> str:
    if not points:
        return ""
    first, last = (_day(points[place].at) for place in (0, -1))
    count = f"{len(points)} mesures" if len(points) > 1 else "Une mesure"
    span = f", du {first} au {last}" if first != last else f", le {first}"
    words = [_extent(info, [point.value for point in points])]
    words += [_extent(info, [one for point in points if (one := point.second) is not None])]
    parts = [f"{part.label.lower()} {extent}" for part, extent in zip(info.parts, words, strict=False)]
    said = "\u00a0; ".join(parts) if len(info.parts) > 1 else words[0]
    thinned = " La courbe en montre, jour après jour, les plus basses et les plus hautes."
    return f"{count}{span}\u00a0: {said}.{thinned if len(points) > _MANY else ''}"


def _extent(info: KindInfo, numbers: Sequence[float]) -> str:
    if not numbers:
        return ""
    low, high = (measures.show_number(info.kind, one) for one in (min(numbers), max(numbers)))
    return low if low == high else f"de {low} à {high}"


def growth_charts(
    points: Mapping[Kind, Sequence[Point]], *, born: float, sex: str, curves: Curves, most_days: int
) -> list[dict[str, object]]:
    """Return a curve by age for each kind that has a measure: its heading and its Chart."""
    charts: list[dict[str, object]] = []
    for kind, found in points.items():
        info = KINDS[kind]
        factor = 1.0 if kind is Kind.HEIGHT else info.units[0].factor  # a child's height is read in cm
        own: list[XY] = [
            ((p.at - born) / _DAY, p.value / factor) for p in found if p.at - born <= most_days * _DAY
        ]
        if own:
            chart = Chart(
                id=f"courbe-{info.slug}",
                title=f"{info.label}, selon l’âge",
                text=_growth_sentence(kind, own),
                unit="cm" if kind is Kind.HEIGHT else info.ui_unit,
                lines=[Line(info.parts[0].label, own)],
                references=_references(curves, kind, sex, own),
                decimals=1,
                by_age=True,
            )
            charts.append({"title": info.label, "chart": chart, "slug": info.slug})
    return charts


def _references(curves: Curves, kind: Kind, sex: str, own: Sequence[XY]) -> list[Line]:
    """The reference lines over the child's present age, and a fifth beyond."""
    until = max(own[-1][0] * 1.2, 90.0)
    lines = []
    for label, points in curves.list_lines(kind, sex):
        near = [point for point in points if point[0] <= until]
        if near:
            lines.append(Line(label, near))
    return lines


def _growth_sentence(kind: Kind, own: Sequence[XY]) -> str:
    count = f"{len(own)} mesures" if len(own) > 1 else "Une mesure"
    unit = "cm" if kind is Kind.HEIGHT else KINDS[kind].ui_unit
    last = f"{own[-1][1]:.1f}".replace(".", ",")
    return f"{count}, de {_age(own[0][0])} à {_age(own[-1][0])}. Dernière\u00a0: {last} {unit}."


def _age(days: float) -> str:
    months = int(days / 30.4375)
    if not months:
        return "la naissance"
    if months < 24:  # noqa: PLR2004 - months are counted until two years
        return f"{months} mois"
    years, rest = divmod(months, 12)
    return f"{years} ans et {rest} mois" if rest else f"{years} ans"


def _day(at: float) -> str:
    return date_format(datetime.fromtimestamp(at, UTC).astimezone(PARIS), "j F Y")
