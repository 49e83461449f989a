"""The pages of measures: entering, being asked again, a week, correcting, ordering; whose they are."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carnet.journal.api import EventType, Purpose, list_lines
from carnet.measures import api as measures
from carnet.measures.api import Kind
from carnet.platform import clock
from carnet.platform.clock import PARIS
from tests.days import live
from tests.measures.entering import GOOD, add, add_claire, add_series, door, good
from tests.people.register import add_person, open_space
from tests.portal.visits import visit

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"portal:{name}", args=args)


def text_of(response):
    return response.content.decode()


def typed(kind, day=None, **changed):
    """What a person types for a good value of a kind."""
    info = measures.KINDS[kind]
    day = day or clock.today()
    data = {
        "value": measures.write_value(kind, GOOD[kind]),
        "day_0": day.day,
        "day_1": day.month,
        "day_2": day.year,
    }
    data |= {"day_day": day.day, "day_month": day.month, "day_year": day.year, "comment": ""}
    extra = {"second": "79" if len(info.parts) > 1 else None, "time": "00:00" if info.timed else None,
             "unit": "mg/dL" if len(info.units) > 1 else None, "days": "14" if info.days else None,
             "context": "53049-3" if info.context_required else None}  # fmt: skip
    return data | {name: value for name, value in extra.items() if value is not None} | changed


def values_of(person_id, kind):
    with door(person_id, purpose=Purpose.CONSULT, event=EventType.MEASURES_READ) as a:
        return measures.list_values(a, kind, limit=50)


def lines_of(person_id, event):
    with door(person_id, purpose=Purpose.CONSULT, event=EventType.HISTORY_READ):
        return len(list_lines(person_id, key=None, events=[event]))


@pytest.mark.parametrize("kind", GOOD)
def test_each_kind_is_entered_and_shown(kind):
    claire = add_claire()
    client, slug = visit(claire), measures.KINDS[kind].slug
    assert client.get(url("measure_add", slug)).status_code == 200
    answer = client.post(url("measure_add", slug), typed(kind, comment="<b>midi</b>"))
    assert answer["Location"] == f"{url('measure', slug)}?fait=ajout", text_of(answer)
    page = text_of(client.get(answer["Location"]))
    (value,) = values_of(claire, kind)
    assert measures.show(value) in page
    assert "« &lt;b&gt;midi&lt;/b&gt; »" in page
    assert '<svg class="ui-chart__narrow"' in page
    assert measures.show(value) in text_of(client.get(url("measures")))
    assert lines_of(claire, EventType.MEASURE_ADDED) == 1


def test_a_slip_is_refused_with_a_sentence():
    claire = add_claire()
    page = visit(claire).post(url("measure_add", "taille"), typed(Kind.HEIGHT, value="175"))
    assert page.status_code == 200
    assert "Vouliez-vous écrire 1,75 m ?" in text_of(page)
    assert 'value="175"' in text_of(page)
    assert lines_of(claire, EventType.MEASURE_ADDED) == 0


def test_an_odd_value_is_asked_again_and_the_answer_is_for_that_value_only():
    claire = add_claire()
    client = visit(claire)
    page = text_of(client.post(url("measure_add", "poids"), typed(Kind.WEIGHT, value="260")))
    assert "Oui, c’est bien 260 kg" in page
    assert "260 kg, c’est inhabituel" in page
    token = re.search(r'name="confirmed" value="([^"]+)"', page)[1]
    other = text_of(
        client.post(url("measure_add", "poids"), typed(Kind.WEIGHT, value="270", confirmed=token))
    )
    assert "Oui, c’est bien 270 kg" in other
    assert values_of(claire, Kind.WEIGHT) == []
    client.post(url("measure_add", "poids"), typed(Kind.WEIGHT, value="260", confirmed=token))
    assert [value.value for value in values_of(claire, Kind.WEIGHT)] == [260]


@pytest.mark.parametrize(
    ("kind", "changed", "said"),
    [
        (Kind.WEIGHT, {"value": ""}, "Remplissez ce champ."),
        (Kind.WEIGHT, {"value": "lourd"}, "Écrivez un nombre"),
        (Kind.WEIGHT, {"day_year": "1979", "day_2": "1979"}, "avant la naissance"),
        (Kind.WEIGHT, {"day_year": "2999", "day_2": "2999"}, "dans le futur"),
        (Kind.WEIGHT, {"time": "25:00"}, "Écrivez l’heure"),
        (Kind.GLUCOSE, {"context": ""}, "Choisissez une réponse."),
        (Kind.GLUCOSE, {"unit": "kg"}, "unit"),
        (Kind.GLUCOSE, {"value": "110", "unit": "g/L"}, "Vouliez-vous écrire 110 mg/dL ?"),
        (Kind.BLOOD_PRESSURE, {"second": ""}, "Remplissez ce champ."),
        (Kind.BLOOD_PRESSURE, {"second": "129"}, "plus basse que la systolique"),
        (Kind.INTERSTITIAL_GLUCOSE, {"days": "0"}, "va de 1 à 366"),
        (Kind.INTERSTITIAL_GLUCOSE, {"days": "beaucoup"}, "nombre entier de jours"),
        (Kind.PAIN_SEVERITY, {"value": "11"}, "value"),
        (Kind.WEIGHT, {"comment": "x" * 501}, "500"),
        (Kind.WEIGHT, {"comment": "a\0b"}, "comment"),
    ],
)
def test_what_is_refused_stands_at_its_field(kind, changed, said):
    claire = add_claire()
    page = visit(claire).post(url("measure_add", measures.KINDS[kind].slug), typed(kind, **changed))
    assert page.status_code == 200
    assert "à corriger" in text_of(page)
    assert said in text_of(page)
    assert values_of(claire, kind) == []


def test_glycaemia_in_the_three_units():
    claire = add_claire()
    client = visit(claire)
    for text, unit in (("1,10", "g/L"), ("6,1", "mmol/L"), ("115", "mg/dL")):
        client.post(url("measure_add", "glycemie"), typed(Kind.GLUCOSE, value=text, unit=unit))
    assert sorted(round(value.value) for value in values_of(claire, Kind.GLUCOSE)) == [110, 110, 115]
    assert "1,10 g/L, à jeun" in text_of(client.get(url("measure", "glycemie")))


@pytest.mark.parametrize("kind", [Kind.GLUCOSE, Kind.STEPS_BY_DAY])
def test_a_comment_leaves_the_number_and_the_moment_as_they_were_measured(kind):
    claire, at = add_claire(), clock.now().replace(second=17, microsecond=0) - timedelta(days=2)
    kept = 109.8976 if kind is Kind.GLUCOSE else 8250
    with door(claire) as a:
        measures.load_values(
            a, [measures.Measure(**good(kind, at=at, value=kept), author_kind="DEVICE", device="Lecteur")]
        )
    (known,) = values_of(claire, kind)
    local = at.astimezone(PARIS)
    shown = typed(kind, day=local.date(), value=measures.write_value(kind, kept), comment="à jeun", version=1)
    shown |= {"time": f"{local:%H:%M}"} if measures.KINDS[kind].timed else {}
    address = url("measure_change", measures.KINDS[kind].slug, known.id)
    assert visit(claire).post(address, shown).status_code == 302
    (told,) = values_of(claire, kind)
    assert (told.value, told.at, told.author_kind, told.device) == (kept, at, "DEVICE", "Lecteur")
    assert (told.comment, told.version) == ("à jeun", 2)


def week_of(last, rows):
    return {
        f"{slot}_{last - timedelta(days=back):%Y%m%d}_{name}": text
        for (back, slot), pair in rows.items()
        for name, text in zip(("value", "second"), pair, strict=True)
    }


def test_a_week_of_blood_pressures_in_one_page():
    claire = add_claire()
    client, last = visit(claire), clock.today() - timedelta(days=1)
    page = f"{url('measures_week')}?fin={last:%Y-%m-%d}"
    assert text_of(client.get(page)).count('inputmode="numeric"') == 28
    rows = {(back, slot): ("128", "79") for back in range(7) for slot in ("matin", "soir")}
    rows[3, "soir"] = ("", "")
    assert client.post(page, week_of(last, rows)).status_code == 302
    values = values_of(claire, Kind.BLOOD_PRESSURE)
    assert len(values) == 13
    assert {value.at.astimezone(PARIS).hour for value in values} == {8, 20}
    assert lines_of(claire, EventType.MEASURE_ADDED) == 1
    assert "Tension artérielle (13 mesures)" in text_of(client.get(url("history")))
    client.post(page, week_of(last, rows))
    assert len(values_of(claire, Kind.BLOOD_PRESSURE)) == 13  # the same form sent twice


def test_each_error_of_a_week_stands_at_its_row_and_nothing_is_kept():
    claire = add_claire()
    client, last = visit(claire), clock.today() - timedelta(days=1)
    page = f"{url('measures_week')}?fin={last:%Y-%m-%d}"
    rows = {
        (0, "matin"): ("128", "79"),
        (1, "matin"): ("128", ""),
        (2, "soir"): ("400", "79"),
        (3, "soir"): ("x", "80"),
    }
    answer = client.post(page, week_of(last, rows))
    errors = answer.context["form"].errors
    assert set(errors) == {
        f"matin_{last - timedelta(days=1):%Y%m%d}_second",
        f"soir_{last - timedelta(days=3):%Y%m%d}_value",
    }
    del rows[1, "matin"], rows[3, "soir"]
    errors = client.post(page, week_of(last, rows)).context["form"].errors
    assert set(errors) == {f"soir_{last - timedelta(days=2):%Y%m%d}_value"}
    assert "Écrivez au moins une mesure" in text_of(client.post(page, {}))
    assert values_of(claire, Kind.BLOOD_PRESSURE) == []


def test_odd_rows_of_a_week_are_asked_about_one_by_one():
    claire = add_claire()
    client, last = visit(claire), clock.today() - timedelta(days=1)
    page = f"{url('measures_week')}?fin={last:%Y-%m-%d}"
    data = week_of(
        last, {(0, "matin"): ("210", "90"), (1, "matin"): ("128", "79"), (2, "soir"): ("220", "100")}
    )
    asked = re.findall(r'name="confirmed" value="([^"]+)"', text_of(client.post(page, data)))
    assert len(asked) == 2
    again = text_of(client.post(page, data | {"confirmed": asked[:1]}))
    assert re.findall(r'name="confirmed" value="([^"]+)"', again) == asked[1:] or "checked" in again
    assert values_of(claire, Kind.BLOOD_PRESSURE) == []
    assert client.post(page, data | {"confirmed": asked}).status_code == 302
    assert len(values_of(claire, Kind.BLOOD_PRESSURE)) == 3


def test_a_week_does_not_reach_into_the_future():
    claire = add_claire()
    client = visit(claire)
    far = client.get(url("measures_week"), {"fin": "2999-01-01"})
    assert far.context["form"].days[0] == clock.today()
    assert client.get(url("measures_week"), {"fin": "hier"}).status_code == 404


def test_two_browsers():
    claire = add_claire()
    value_id = add(claire, Kind.WEIGHT)
    page = url("measure_change", "poids", value_id)
    one, two = visit(claire), visit(claire)
    assert 'name="version" value="1"' in text_of(one.get(page))
    assert one.post(page, typed(Kind.WEIGHT, value="71", version=1)).status_code == 302
    late = two.post(page, typed(Kind.WEIGHT, value="75", version=1))
    assert "changée entre-temps" in text_of(late)
    assert [value.value for value in values_of(claire, Kind.WEIGHT)] == [71]
    remove = url("measure_remove", "poids", value_id)
    assert two.post(remove, {"version": 1})["Location"] == page
    assert len(values_of(claire, Kind.WEIGHT)) == 1
    assert two.post(remove, {"version": 2})["Location"].endswith("?fait=suppression")
    assert values_of(claire, Kind.WEIGHT) == []
    assert one.get(page).status_code == 404
    assert [lines_of(claire, event) for event in (EventType.MEASURE_CHANGED, EventType.MEASURE_REMOVED)] == [
        1,
        1,
    ]


def test_a_professionals_measure_is_shown_and_stays():
    claire = add_claire()
    with door(claire) as a:
        value_id = measures.record_professional_value(
            a, **good(Kind.WEIGHT), structure="310000013", author="Dr LEROY"
        )
    client = visit(claire)
    page = url("measure_change", "poids", value_id)
    assert "Cette mesure ne se modifie pas ici" in text_of(client.get(page))
    assert "Dr LEROY" in text_of(client.get(url("measure", "poids")))
    assert "ne se modifie pas ici" in text_of(client.post(page, typed(Kind.WEIGHT, value="60", version=1)))
    client.post(url("measure_remove", "poids", value_id), {"version": 1})
    assert [value.value for value in values_of(claire, Kind.WEIGHT)] == [72.5]


def test_anothers_measure_is_absent():
    claire, paul = add_claire(), add_claire(birth_name="DURAND")
    hers = add(claire, Kind.WEIGHT)
    client = visit(paul)
    answers = [client.get(url("measure_change", "poids", one)) for one in (hers, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert client.get(url("measure_change", "taille", hers)).status_code == 404
    assert client.post(url("measure_remove", "poids", hers), {"version": 1}).status_code == 404
    assert visit(paul, profile=claire).get(url("measures")).status_code == 403
    assert visit(paul, profile=claire).get(url("measure_add", "poids")).status_code == 403
    assert len(values_of(claire, Kind.WEIGHT)) == 1


@pytest.mark.parametrize("version", ["", "x", "²", "9" * 40, "-1"])
def test_a_broken_version_is_a_404(version):
    claire = add_claire()
    value_id = add(claire, Kind.WEIGHT)
    assert (
        visit(claire).post(url("measure_remove", "poids", value_id), {"version": version}).status_code == 404
    )


def test_addresses_that_are_not_there():
    client = visit(add_claire())
    for path in (
        url("measure", "inconnu"), url("measure_add", "imc"), f"{url('measure', 'poids')}?periode=siecle",
        f"{url('measure', 'poids')}?avant=x", f"{url('measure', 'poids')}?avant=MjAyNg",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_a_representative_enters_for_her_child_and_is_named():
    mother = add_claire()
    son = add_person(given_names="TOM", sex="M", birth_date=date(2015, 3, 1), attached_to=mother)
    open_space(son)
    client = visit(mother, profile=son)
    assert client.post(url("measure_add", "poids"), typed(Kind.WEIGHT, value="36")).status_code == 302
    assert values_of(son, Kind.WEIGHT)[0].author_id == mother
    assert values_of(mother, Kind.WEIGHT) == []
    page = text_of(client.get(url("growth")))
    assert "Sans courbe de référence" in page
    assert "selon l’âge" in page
    assert "Claire MARTIN" in text_of(visit(son).get(url("measure", "poids")))


def test_the_target_of_hba1c():
    claire = add_claire()
    add(claire, Kind.GLYCATED_HEMOGLOBIN)
    client = visit(claire)
    for high, low, said in (
        ("7", "8", "plus petit"),
        ("25", "", "se situe entre"),
        ("sept", "", "Écrivez un nombre"),
    ):
        assert said in text_of(client.post(url("measures_target"), {"high": high, "low": low}))
    assert client.post(url("measures_target"), {"high": "7", "low": ""}).status_code == 302
    page = text_of(client.get(url("measure", "hba1c")))
    assert "au plus 7,0 %" in page
    assert 'class="ui-chart__band"' in page
    assert 'value="7"' in text_of(client.get(url("measures_target")))
    client.post(url("measures_target"), {"high": "", "low": ""})
    assert "Mon objectif :" not in text_of(client.get(url("measure", "hba1c")))


def test_tiles_are_ordered_and_hidden_without_script():
    claire = add_claire()
    add(claire, Kind.WEIGHT)
    client, page = visit(claire), url("measures_arrange")
    first = list(measures.KINDS)[:2]
    assert client.get(page).context["tiles"][0]["label"] == measures.KINDS[first[0]].label
    assert client.post(page, {"change": f"{first[0]}.down"}).status_code == 302
    assert client.get(page).context["tiles"][0]["label"] == measures.KINDS[first[1]].label
    client.post(page, {"change": f"{first[0]}.up"})
    assert client.get(page).context["tiles"][0]["label"] == measures.KINDS[first[0]].label
    client.post(page, {"change": "WEIGHT.hide"})
    overview = text_of(client.get(url("measures")))
    assert "72,5 kg" not in overview
    assert "1 mesure cachée" in overview
    client.post(page, {"change": "WEIGHT.show"})
    assert "72,5 kg" in text_of(client.get(url("measures")))
    for broken in ("", "WEIGHT", "WEIGHT.left", "MOOD.up"):
        assert client.post(page, {"change": broken}).status_code == 404


def test_the_period_with_measures_is_chosen_and_pages_follow():
    claire = add_claire()
    add_series(claire, Kind.WEIGHT, 45, start=clock.now() - timedelta(days=2))
    client = visit(claire)
    page = client.get(url("measure", "poids"))
    assert [current for _, _, current in page.context["periods"]] == [True, False, False, False]
    page = client.get(url("measure", "poids"), {"periode": "annee"})
    seen = [str(row[0]) for row in page.context["rows"]]
    while page.context["next_href"]:
        page = client.get(page.context["next_href"])
        seen += [str(row[0]) for row in page.context["rows"]]
    assert len(seen) == len(set(seen)) == 45
    old = add_claire(birth_name="ANCIENNE")
    add_series(old, Kind.WEIGHT, 3, start=clock.now() - timedelta(days=900))
    assert [current for _, _, current in visit(old).get(url("measure", "poids")).context["periods"]][-1]
    with_one = add_claire(birth_name="UNIQUE")
    add(with_one, Kind.WEIGHT)
    assert "Une mesure, le 10 mars 2026" in text_of(visit(with_one).get(url("measure", "poids")))


def test_the_hottest_pages_keep_to_their_statements():
    claire = add_claire()
    add_series(claire, Kind.WEIGHT, 500)
    add_series(claire, Kind.HEIGHT, 2)
    add_series(claire, Kind.BLOOD_PRESSURE, 500)
    client = visit(claire)
    for path in (url("measures"), *(url("measure", slug) for slug in ("poids", "imc", "tension"))):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        kept = [
            query["sql"] for query in captured.captured_queries
            if not re.match(r"(?i)(begin|commit|savepoint|release)", query["sql"]) and "platform_clock" not in query["sql"]
        ]  # fmt: skip
        assert len(kept) <= 12, (path, kept)


@pytest.mark.parametrize(
    "name", ["measures", "measures_arrange", "measures_week", "measures_target", "growth"]
)
def test_nobody_enters_without_login(client, name):
    assert client.get(url(name))["Location"].startswith(url("login"))


def test_many_years_of_a_diary_stay_legible():
    claire = add_claire()
    live(1)
    add_series(claire, Kind.HEART_RATE, 5000, step=timedelta(hours=3))
    page = visit(claire).get(url("measure", "frequence-cardiaque"), {"periode": "tout"})
    assert "5000 mesures" in text_of(page)
    assert "les plus basses et les plus hautes" in text_of(page)
    assert len(page.content) < 100_000
