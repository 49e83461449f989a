"""The pages of measures in a real browser: no fault that axe sees, nothing wider than a phone; on paper too."""

import math
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from carnet.measures import api as measures
from carnet.measures.api import Kind
from carnet.platform import clock
from carnet.platform.clock import PARIS
from tests.measures.entering import add, add_claire, add_series, door, good
from tests.measures.test_growth import INVENTED
from tests.portal.browsing import check_pages
from tests.portal.visits import visit

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


def url(name, *args):
    return reverse(f"portal:{name}", args=args)


@pytest.fixture
def diary():
    claire, now = add_claire(), clock.now().replace(minute=0, second=0, microsecond=0)
    add(claire, Kind.HEIGHT, at=now - timedelta(days=300))
    add_series(
        claire,
        Kind.WEIGHT,
        60,
        step=timedelta(days=5),
        start=now,
        value=lambda n: round(72 + 3 * math.sin(n / 9), 1),
    )
    with door(claire) as a:
        pairs = [(128 + n * 7 % 17, 79 + n * 5 % 11) for n in range(14)]
        measures.load_values(
            a,
            [measures.Measure(**good(Kind.BLOOD_PRESSURE, at=now - timedelta(hours=12 * n), value=high, second=low))
             for n, (high, low) in enumerate(pairs)],
        )  # fmt: skip
        for n, value in enumerate((8.1, 7.6, 7.2, 6.8)):
            at = now - timedelta(days=90 * (4 - n))
            measures.record_professional_value(
                a,
                **good(Kind.GLYCATED_HEMOGLOBIN, at=at, value=value),
                structure="310000013",
                author="Dr LEROY",
            )
        measures.set_target(a, kind=Kind.GLYCATED_HEMOGLOBIN, low=6, high=7)
        measures.add_value(a, **good(Kind.GLUCOSE, at=now, comment="au réveil, avant le café"))
    return claire


def test_the_pages(diary, settings, tmp_path):
    client = visit(diary)
    value_id = add(diary, Kind.WEIGHT, at=clock.now() - timedelta(minutes=3), value=71.25)
    with door(diary) as a:
        locked = measures.list_values(a, Kind.GLYCATED_HEMOGLOBIN, limit=1)[0].id
    odd = {"value": "260", "day_day": "1", "day_month": "3", "day_year": "2026", "day_0": "1", "day_1": "3",
           "day_2": "2026", "time": "08:30", "comment": ""}  # fmt: skip
    yesterday = clock.today() - timedelta(days=1)
    week = {f"matin_{yesterday:%Y%m%d}_value": "400", f"matin_{yesterday:%Y%m%d}_second": "79"}
    week |= {f"soir_{yesterday:%Y%m%d}_value": "210", f"soir_{yesterday:%Y%m%d}_second": "90"}
    answers = {
        "mesures": client.get(url("measures")),
        "poids": client.get(url("measure", "poids"), {"periode": "annee", "fait": "ajout"}),
        "tension": client.get(url("measure", "tension")),
        "hba1c": client.get(url("measure", "hba1c")),
        "glycemie": client.get(url("measure", "glycemie")),
        "imc": client.get(url("measure", "imc")),
        "rien": client.get(url("measure", "temperature")),
        "ajout-tension": client.get(url("measure_add", "tension")),
        "ajout-glycemie": client.get(url("measure_add", "glycemie")),
        "ajout-douleur": client.get(url("measure_add", "douleur")),
        "inhabituel": client.post(url("measure_add", "poids"), odd),
        "changer": client.get(url("measure_change", "poids", value_id)),
        "verrou": client.get(url("measure_change", "hba1c", locked)),
        "semaine": client.get(url("measures_week")),
        "semaine-erreurs": client.post(f"{url('measures_week')}?fin={yesterday:%Y-%m-%d}", week),
        "objectif": client.get(url("measures_target")),
        "organiser": client.get(url("measures_arrange")),
        "premiere-visite": visit(add_claire(birth_name="NEUVE")).get(url("measures")),
        **growth_pages(settings, tmp_path),
    }
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 200)
    check_pages(answers)


def growth_pages(settings, tmp_path):
    file = tmp_path / "courbes.csv"
    file.write_text("\n".join(INVENTED), encoding="utf-8")
    born = date(2024, 1, 1)
    child = add_claire(given_names="LINA", birth_date=born)
    for months in range(0, 24, 2):
        at = datetime(2024, 1, 1, 12, tzinfo=PARIS) + timedelta(days=30 * months)
        add(child, Kind.WEIGHT, at=at, value=round(3.4 + months * 0.42, 2), confirmed=True)
        add(child, Kind.HEIGHT, at=at, value=50 + months * 1.6)
    client = visit(child)
    alone = client.get(url("growth"))
    settings.CARNET_GROWTH_CURVES = str(file)
    return {"croissance": alone, "croissance-reference": client.get(url("growth"))}
