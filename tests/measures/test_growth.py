"""Reference curves: an operator's file, here an invented one, and what is wrong with a wrong one."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from carnet.measures.api import GrowthFileError, Kind
from carnet.measures.growth import read_curves
from carnet.platform.clock import PARIS
from tests.measures.entering import add, add_claire
from tests.portal.visits import visit

HEADER = "measure,sex,age_days,label,value"
INVENTED = [
    "# Courbes inventées pour les essais",
    HEADER,
    *(f"WEIGHT,{sex},{age},{label},{3 + age / 300 + spread}"
      for sex in "FM" for label, spread in (("C3", -1), ("C50", 0), ("C97", 2)) for age in range(0, 2000, 100)),
]  # fmt: skip


def test_the_file_is_read():
    curves = read_curves(INVENTED)
    assert curves.source == "Courbes inventées pour les essais"
    lines = curves.list_lines(Kind.WEIGHT, "F")
    assert [label for label, _ in lines] == ["C3", "C50", "C97"]
    assert lines[1][1][:2] == ((0.0, 3.0), (100.0, pytest.approx(3 + 1 / 3)))
    assert curves.list_lines(Kind.HEIGHT, "F") == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "les colonnes attendues"),
        (["# source", "a,b"], "les colonnes attendues"),
        ([HEADER, "WEIGHT,F,0,C50,3"], "nommer la source"),
        (["# s", HEADER, "STEPS_BY_DAY,F,0,C50,3"], "ligne 3 : measure"),
        (["# s", HEADER, "WEIGHT,X,0,C50,3"], "ligne 3 : sex"),
        (["# s", HEADER, "", "WEIGHT,F,0,C50"], "ligne 4 : 5 colonnes"),
        (["# s", HEADER, "WEIGHT,F,zéro,C50,3"], "ligne 3 : age_days et value"),
        (["# s", HEADER, "WEIGHT,F,-1,C50,3"], "ligne 3 : age_days va"),
        (["# s", HEADER, "WEIGHT,F,1,C50,nan"], "ligne 3 : age_days va"),
        (["# s", HEADER, "WEIGHT,F,1,C50,7000"], "ligne 3 : age_days va"),
        (["# s", HEADER, "WEIGHT,F,1,percentile,3"], "ligne 3 : label"),
    ],
)
def test_a_wrong_file_names_its_line(lines, said):
    with pytest.raises(GrowthFileError, match=said):
        read_curves(lines)


@given(st.lists(st.text(max_size=60), max_size=6))
def test_whatever_the_file_it_is_read_or_refused(lines):
    try:
        curves = read_curves(["# s", HEADER, *lines])
    except GrowthFileError:
        return
    assert all(points for points in curves.lines.values())


@pytest.mark.django_db
def test_the_operators_curves_stand_behind_the_childs(settings, tmp_path):
    file = tmp_path / "courbes.csv"
    file.write_text("\n".join(INVENTED), encoding="utf-8")
    settings.CARNET_GROWTH_CURVES = str(file)
    child = add_claire(given_names="LINA", birth_date=date(2024, 1, 1))
    for months in range(0, 20, 2):
        at = datetime(2024, 1, 1, 12, tzinfo=PARIS) + timedelta(days=30 * months)
        add(child, Kind.WEIGHT, at=at, value=3.4 + months * 0.5, confirmed=True)
    page = visit(child).get(reverse("portal:growth")).content.decode()
    assert "Courbes inventées pour les essais" in page
    assert "Sans courbe de référence" not in page
    assert page.count(">C97</text>") == 2
    file.write_text("faux", encoding="utf-8")
    assert "Sans courbe de référence" in visit(child).get(reverse("portal:growth")).content.decode()
    file.unlink()
    assert "Sans courbe de référence" in visit(child).get(reverse("portal:growth")).content.decode()
    settings.CARNET_GROWTH_CURVES = ""
    assert "Sans courbe de référence" in visit(child).get(reverse("portal:growth")).content.decode()
