"""Curves: what is drawn, what is thinned, what the axes say; well-formed and escaped whatever they are given."""

import math
import os
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright

from carnet.ui import charts
from carnet.ui.axes import PARIS, age_ticks, decimals_of, number_words, time_ticks, value_ticks
from carnet.ui.charts import Band, Chart, Line, draw, thin
from tests.ui.browser import CHROMIUM, CHROMIUM_ARGS

START = datetime(2026, 3, 1, 8, tzinfo=PARIS)
EVIL = "<script>alert('x')</script>\"'&"


def at(days):
    return (START + timedelta(days=days)).timestamp()


def chart_of(*lines, **changed):
    facts = {"id": "c", "title": "Poids", "text": "Poids : 3 mesures", "unit": "kg"}
    return Chart(**facts | {"lines": [Line(f"l{n}", points) for n, points in enumerate(lines)]} | changed)


def show(chart):
    return Template("{% load ui %}{% ui_chart chart %}").render(Context({"chart": chart}))


def svgs(chart):
    return ET.fromstring(show(chart)).findall("svg")


def test_two_drawings_each_named_and_described():
    chart = chart_of([(at(0), 72.5), (at(1), 73)])
    narrow, wide = svgs(chart)
    assert [one.get("class") for one in (narrow, wide)] == ["ui-chart__narrow", "ui-chart__wide"]
    for one in (narrow, wide):
        named = {node.get("id"): node.text for node in one if node.tag in {"title", "desc"}}
        assert [named[name] for name in one.get("aria-labelledby").split()] == ["Poids", "Poids : 3 mesures"]
        assert one.get("role") == "img"
    identifiers = [node.get("id") for one in (narrow, wide) for node in one.iter() if node.get("id")]
    assert len(identifiers) == len(set(identifiers)) == 4


def test_everything_is_escaped_and_no_style_stands_in_it():
    page = show(
        chart_of(
            [(at(0), 1), (at(1), 2)],
            [(at(0), 0.5)],
            title=EVIL,
            text=EVIL,
            unit=EVIL,
            band=Band(EVIL, 0.7, None),
            references=[Line(EVIL, [(at(0), 1)])],
        )
    )
    assert "<script" not in page
    assert "style=" not in page
    ET.fromstring(page)


def test_nothing_is_drawn_without_a_point():
    assert draw(chart_of([])) == []
    assert show(chart_of([], [])) == ""


def test_one_point_stands_alone():
    for svg in svgs(chart_of([(at(0), 72.5)], decimals=1)):
        assert len(svg.findall(".//circle")) == 1
        assert [node.text for node in svg.iter("text") if node.get("class") == "ui-chart__mark"] == ["72,5"]


def test_the_highest_and_the_lowest_are_written():
    for svg in svgs(chart_of([(at(n), value) for n, value in enumerate((72, 75.5, 70.25, 71))], decimals=2)):
        marks = [node.text for node in svg.iter("text") if node.get("class") == "ui-chart__mark"]
        assert marks == ["75,50", "70,25"]


def test_a_pair_is_told_apart_without_colour():
    page = show(chart_of([(at(0), 128), (at(1), 130)], [(at(0), 79), (at(1), 81)], unit="mmHg"))
    assert page.count("<circle") == page.count('width="6"') == 5  # two drawings and the legend
    assert "<li>" in page


def test_a_target_is_a_band_up_to_its_open_side():
    (narrow, wide) = draw(chart_of([(at(0), 7), (at(9), 8)], band=Band("Objectif", None, 6.5)))
    for drawing in (narrow, wide):
        top, height = map(float, drawing.band)
        assert 0 < top < float(drawing.bottom)
        assert top + height == pytest.approx(float(drawing.bottom), abs=0.2)


def test_five_thousand_points_are_thinned_and_their_peaks_kept():
    points = [(at(n / 10), 70 + math.sin(n / 40) * 3) for n in range(5000)]
    points[1234] = (points[1234][0], 99.0)
    points[4321] = (points[4321][0], 41.0)
    kept = thin(points, 300)
    assert len(kept) <= 602
    assert kept[-1] == points[-1]
    assert {99.0, 41.0} <= {y for _, y in kept}
    assert len(show(chart_of(points))) < 30_000


@given(
    st.lists(st.tuples(st.floats(0, 1e9), st.floats(0, 1e6)), min_size=1, max_size=400), st.integers(1, 60)
)
def test_thinning_keeps_order_bounds_and_real_points(points, buckets):
    points = sorted(points)
    kept = thin(points, buckets)
    assert set(kept) <= set(points)
    assert [x for x, _ in kept] == sorted(x for x, _ in kept)
    assert (min(y for _, y in kept), max(y for _, y in kept)) == (
        min(y for _, y in points), max(y for _, y in points),
    )  # fmt: skip
    assert len(kept) <= 2 * buckets + 2
    assert (kept[0], kept[-1]) == (points[0], points[-1])


@given(
    st.lists(
        st.tuples(st.floats(-2.2e9, 4e9), st.floats(0, 150_000)), min_size=1, max_size=60
    ),
    st.booleans(),
    st.sampled_from([None, Band("Objectif", None, 7), Band("Objectif", 6, None), Band("Objectif", 6, 7)]),
)  # fmt: skip
def test_whatever_the_points_all_is_inside_and_well_formed(points, by_age, band):
    points = sorted((x / 86_400 if by_age else x, y) for x, y in points)
    if by_age:
        points = [(abs(x), y) for x, y in points]
        points.sort()
    chart = chart_of(points, by_age=by_age, band=band)
    for drawing, svg in zip(draw(chart), svgs(chart), strict=True):
        for curve in drawing.curves:
            for x, y in (pair.split() for pair in curve.path[1:].split("L")):
                assert float(drawing.left) - 0.1 <= float(x) <= float(drawing.right) + 0.1
                assert 0 <= float(y) <= float(drawing.bottom) + 0.1
        assert all(0 <= float(label.x) <= drawing.width for label in drawing.x_labels)
        assert 1 <= len(drawing.x_labels) <= 8
        assert len({label.text for label in drawing.y_labels}) == len(drawing.y_labels) >= 2
        assert svg.tag == "svg"


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [
        (0.5, "8 h", "20 h"),
        (2, "2 mars", "3 mars"),
        (7, "2 mars", "8 mars"),
        (31, "8 mars", "29 mars"),
        (365, "mai 2026", "mars"),
        (365 * 8, "2027", "2034"),
        (365 * 60, "2030", "2080"),
    ],
)
def test_dates_of_an_axis_are_round_and_in_french(days, first, last):
    ticks = time_ticks(at(0), at(days), most=8)
    assert len(ticks) <= 8
    assert all(at(0) <= moment <= at(days) for moment, _ in ticks)
    assert (ticks[0][1], ticks[-1][1]) == (first, last)


def test_ages():
    assert [words for _, words in age_ticks(0, 400, most=8)] == [
        "naissance", "2 mois", "4 mois", "6 mois", "8 mois", "10 mois", "1 an",
    ]  # fmt: skip
    assert [words for _, words in age_ticks(700, 3652, most=5)] == ["2 ans", "4 ans", "6 ans", "8 ans"]


@given(st.floats(0, 1e5), st.floats(1e-3, 1e5))
def test_values_of_an_axis_are_round_and_even(low, span):
    ticks = value_ticks(low, low + span, most=5)
    assert 2 <= len(ticks) <= 7
    steps = {round(b - a, 9) for a, b in pairwise(ticks)}
    assert max(steps) - min(steps) < 1e-6
    assert decimals_of(ticks) <= 6


def test_numbers():
    assert number_words(72.5, 1) == "72,5"
    assert number_words(12_500, 0) == "12\u202f500"


@pytest.mark.browser
def test_on_a_phone_on_paper_and_in_forced_colours():
    sheets = Path(charts.__file__).parent / "static" / "ui"
    style = "".join((sheets / name).read_text("utf-8") for name in ("theme.css", "carnet.css"))
    pair = chart_of(
        [(at(n), 128 + n % 5) for n in range(9)],
        [(at(n), 79) for n in range(9)],
        band=Band("Objectif", None, 130),
    )
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        page = browser.new_page(viewport={"width": 320, "height": 700})
        page.set_default_timeout(30_000)
        page.set_content(f"<style>{style}</style><main>{show(pair)}</main>")
        narrow, wide = page.locator(".ui-chart__narrow"), page.locator(".ui-chart__wide")
        assert (narrow.is_visible(), wide.is_visible()) == (True, False)
        words = narrow.locator("text").first.bounding_box()
        assert words["height"] >= 11  # pixels, at the width of the smallest telephone
        page.emulate_media(media="print")
        assert (narrow.is_visible(), wide.is_visible()) == (False, True)
        page.set_viewport_size({"width": 1280, "height": 700})
        page.emulate_media(media="screen")
        assert (narrow.is_visible(), wide.is_visible()) == (False, True)
        stroke = "node => getComputedStyle(node).stroke"
        plain = wide.locator(".ui-chart__line--main").evaluate(stroke)
        page.emulate_media(forced_colors="active")
        forced = [wide.locator(f".ui-chart__line--{one}").evaluate(stroke) for one in ("main", "second")]
        assert plain not in forced
        assert forced[0] != forced[1]
        if folder := os.environ.get("CARNET_SHOTS"):
            page.screenshot(path=f"{folder}/forced-colours.png")
            page.emulate_media(forced_colors="none", media="print")
            page.screenshot(path=f"{folder}/print.png")
        browser.close()
