"""Curves drawn by the server as SVG: no script, readable on a phone, on paper and in forced colours.

A page makes a `Chart`; the tag ``ui_chart`` shows it twice, narrow and wide, and the stylesheet keeps one.
Numbers are in the unit shown. x is seconds since 1970, or days of age when `by_age`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from carnet.ui.axes import age_ticks, decimals_of, number_words, time_ticks, value_ticks

XY = tuple[float, float]

NARROW: Final = (260, 210)
WIDE: Final = (760, 300)
MOST_MARKERS: Final = 45
_TOP, _BOTTOM, _RIGHT, _REFERENCE_RIGHT = 36, 26, 12, 36
_CHARACTER: Final = 7.0
_SPARE: Final = 43_200.0  # half a day on each side of a lone point
_CLOSE: Final = 11.0


@dataclass(frozen=True, slots=True)
class Line:
    """One curve; its points from left to right."""

    label: str
    points: Sequence[XY]


@dataclass(frozen=True, slots=True)
class Band:
    """A target: the area between two values, open where one is None."""

    label: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Chart:
    """What a curve shows. `id`: unique in the page; `text`: the same in a sentence, for who does not see it.

    `lines`: one or two; `references`: thin lines beside them, named at their right end.
    `decimals`: of the lowest and highest value, which are written on the curve.
    """

    id: str
    title: str
    text: str
    unit: str
    lines: Sequence[Line]
    references: Sequence[Line] = ()
    band: Band | None = None
    decimals: int = 0
    by_age: bool = False

    @property
    def legend(self) -> list[tuple[str, str]]:
        """The (shape, words) pairs that must be told apart; nothing for a single line."""
        named = [(("main", "second")[place], line.label) for place, line in enumerate(self.lines)]
        band = [("band", self.band.label)] if self.band else []
        reference = [("reference", "Courbes de référence")] if self.references else []
        return named + band + reference if len(named + band + reference) > 1 else []


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a place of the drawing; `at`: where its mark stands on the axis."""

    x: str
    y: str
    text: str
    anchor: str = "middle"
    at: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """A drawn line: the path, its points when they are few."""

    shape: str
    path: str
    markers: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that the template writes, numbers as text."""

    name: str
    width: int
    height: int
    left: str
    right: str
    span: str
    bottom: str
    x_labels: list[Label]
    y_labels: list[Label]
    band: tuple[str, str] | None
    curves: list[Curve]
    references: list[tuple[str, Label]]
    marks: list[Label]


def draw(chart: Chart) -> list[Drawing]:
    """Return the drawings of a chart, narrow and wide; none without a point."""
    if not any(line.points for line in chart.lines):
        return []
    return [_Sheet(chart, "narrow", NARROW).draw(), _Sheet(chart, "wide", WIDE).draw()]


def thin(points: Sequence[XY], buckets: int) -> list[XY]:
    """Return at most two points for each of `buckets` slices of x: the lowest and the highest, in order.

    So no peak is lost; the first and the last point are kept besides, since a curve is read from its end.
    What has few points is returned whole. Points come in the order of x.
    """
    if len(points) <= 2 * buckets:
        return list(points)
    first = points[0][0]
    step = (points[-1][0] - first) / buckets or 1.0
    kept: list[XY] = []
    low = high = points[0]
    current = 0
    for point in points:
        slot = min(int((point[0] - first) / step), buckets - 1)
        if slot != current:
            kept += _ordered(low, high)
            current, low, high = slot, point, point
        elif point[1] < low[1]:
            low = point
        elif point[1] > high[1]:
            high = point
    kept += _ordered(low, high)
    first_kept = [] if kept[0] == points[0] else [points[0]]
    return first_kept + kept + ([] if kept[-1] == points[-1] else [points[-1]])


def _ordered(low: XY, high: XY) -> list[XY]:
    return [low] if low == high else sorted((low, high))


class _Sheet:
    """One drawing: margins, scales and what stands on them."""

    def __init__(self, chart: Chart, name: str, size: tuple[int, int]) -> None:
        self.chart, self.name = chart, name
        self.width, self.height = size
        low, high = self._values()
        self.ticks = value_ticks(low, high, most=5)
        self.low, self.high = min(low, self.ticks[0]), max(high, self.ticks[-1])
        self.start, self.end = self._span()
        words = [number_words(tick, decimals_of(self.ticks)) for tick in self.ticks]
        self.tick_words = words
        self.left = 10 + _CHARACTER * max(len(word) for word in words)
        self.right = self.width - (_REFERENCE_RIGHT if chart.references else _RIGHT)
        self.bottom = self.height - _BOTTOM

    def _values(self) -> tuple[float, float]:
        chart = self.chart
        values = [y for line in (*chart.lines, *chart.references) for _, y in line.points]
        if chart.band:
            values += [bound for bound in (chart.band.low, chart.band.high) if bound is not None]
        low, high = min(values), max(values)
        spare = max((high - low) * 0.08, 0.1**self.chart.decimals)
        under = low - 2 * spare  # the lowest value is written there
        return (max(under, 0.0) if low >= 0 else under), high + spare

    def _span(self) -> tuple[float, float]:
        lines = (*self.chart.lines, *self.chart.references)
        ends = [line.points[place][0] for line in lines if line.points for place in (0, -1)]
        start, end = min(ends), max(ends)
        least, spare = (1.0, 30.0) if self.chart.by_age else (3600.0, _SPARE)
        spare = 0.0 if end - start > least else spare
        return start - spare, end + spare

    def x(self, value: float) -> float:
        return self.left + (value - self.start) / (self.end - self.start) * (self.right - self.left)

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - _TOP)

    def draw(self) -> Drawing:
        """Return the drawing."""
        lines = [thin(line.points, int(self.right - self.left) // 2) for line in self.chart.lines]
        return Drawing(
            name=self.name,
            width=self.width,
            height=self.height,
            left=_n(self.left),
            right=_n(self.right),
            span=_n(self.right - self.left),
            bottom=_n(self.bottom),
            x_labels=self._x_labels(),
            y_labels=[
                Label(_n(self.left - 6), _n(self.y(tick)), word, "end")
                for tick, word in zip(self.ticks, self.tick_words, strict=True)
            ],
            band=self._band(),
            curves=[
                self._curve(shape, points)
                for shape, points in zip(("main", "second"), lines, strict=False)
                if points
            ],
            references=[self._reference(line) for line in self.chart.references if line.points],
            marks=self._marks(lines),
        )

    def _x_labels(self) -> list[Label]:
        most = 4 if self.name == "narrow" else 8
        ticks = (age_ticks if self.chart.by_age else time_ticks)(self.start, self.end, most=most)
        return [
            Label(_n(self._inside(x, words)), _n(self.height - 6), words, self._anchor(x, words), _n(x))
            for x, words in ((self.x(at), words) for at, words in ticks)
        ]

    def _anchor(self, x: float, words: str) -> str:
        half = len(words) * _CHARACTER / 2
        if x + half > self.width:
            return "end"
        return "start" if x - half < 0 else "middle"

    def _inside(self, x: float, words: str) -> float:
        """Pull a text that would pass the edge back to it."""
        anchor = self._anchor(x, words)
        return {"end": float(self.width), "start": 0.0}.get(anchor, x)

    def _band(self) -> tuple[str, str] | None:
        band = self.chart.band
        if band is None:
            return None
        top = self.y(self.high if band.high is None else band.high)
        bottom = self.y(self.low if band.low is None else band.low)
        return _n(top), _n(bottom - top)

    def _curve(self, shape: str, points: Sequence[XY]) -> Curve:
        places = [(_n(self.x(x)), _n(self.y(y))) for x, y in points]
        return Curve(shape, _path(places), places if len(places) <= MOST_MARKERS else places[-1:])

    def _reference(self, line: Line) -> tuple[str, Label]:
        points = thin(line.points, 100)
        path = _path([(_n(self.x(x)), _n(self.y(y))) for x, y in points])
        at, value = points[-1]
        return path, Label(_n(self.x(at) + 4), _n(self.y(value) + 4), line.label, "start")

    def _marks(self, lines: Sequence[Sequence[XY]]) -> list[Label]:
        """The highest value of the first line above it, the lowest of the last one under it."""
        drawn = [points for points in lines if points]
        if sum(len(points) for points in drawn) <= 1:
            return [self._mark(drawn[0][0], above=True)]
        highest = max(drawn[0], key=lambda point: point[1])
        lowest = min(drawn[-1], key=lambda point: point[1])
        marks = [self._mark(highest, above=True)]
        return marks if lowest[1] == highest[1] else [*marks, self._mark(lowest, above=False)]

    def _mark(self, point: XY, *, above: bool) -> Label:
        x, y = self.x(point[0]), self.y(point[1])
        words = number_words(point[1], self.chart.decimals)
        y = y - 8 if above else min(y + 17, self.bottom - 3)
        return Label(_n(self._inside(x, words)), _n(max(y, _CLOSE)), words, self._anchor(x, words))


def _path(places: Sequence[tuple[str, str]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in places)


def _n(number: float) -> str:
    """Write a coordinate, to the tenth, whatever the language of the page."""
    return f"{number:.1f}".removesuffix(".0")
