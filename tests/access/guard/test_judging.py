"""The guard's judgement: pure."""

import random

import pytest

from carnet.access.guard.baselines import (
    BaselineError,
    starting_baseline,
    starting_baselines,
)
from carnet.access.guard.policies import (
    ENOUGH_DAYS,
    SIGNALS,
    Counts,
    Limit,
    Verdict,
    judge,
    limits_of,
    make_baseline,
)

ROLES = sorted(starting_baselines())
LIMITS = {signal: Limit(10, 20) for signal in SIGNALS}


@pytest.mark.parametrize("signal", SIGNALS)
def test_each_signal_alone_asks_then_freezes(signal):
    for value, verdict in (
        (10, Verdict.WATCH),
        (11, Verdict.STEP_UP),
        (20, Verdict.STEP_UP),
        (21, Verdict.FREEZE),
    ):
        found = judge(Counts(**{signal: value}), LIMITS, proven=False)
        assert (found.verdict, found.signal) == (verdict, "" if verdict is Verdict.WATCH else signal)


@pytest.mark.parametrize("signal", SIGNALS)
def test_who_has_proven_goes_on_until_it_freezes(signal):
    assert judge(Counts(**{signal: 20}), LIMITS, proven=True).verdict is Verdict.WATCH
    assert judge(Counts(**{signal: 21}), LIMITS, proven=True).verdict is Verdict.FREEZE


def test_freezing_comes_before_asking():
    counts = Counts(persons=11, week=21)
    assert judge(counts, LIMITS, proven=False).signal == "week"


@pytest.mark.parametrize("role", ROLES)
def test_nobody_is_frozen_before_he_is_asked(role):
    for limit in limits_of(starting_baseline(role)).values():
        assert 0 < limit.step < limit.freeze


def test_an_unknown_profession_has_the_cautious_baseline():
    assert starting_baseline("999") == starting_baseline("*")


def test_reading_more_is_never_judged_more_mildly():
    rng, order = random.Random(5), [Verdict.WATCH, Verdict.STEP_UP, Verdict.FREEZE]
    for _ in range(500):
        values = {signal: rng.randint(0, 30) for signal in SIGNALS}
        more = values | {(name := rng.choice(SIGNALS)): values[name] + rng.randint(0, 10)}
        for proven in (False, True):
            before, after = (judge(Counts(**one), LIMITS, proven=proven).verdict for one in (values, more))
            assert order.index(before) <= order.index(after)


def lived(persons):
    return [Counts(*[number] * len(SIGNALS)) for number in persons]


def test_few_days_teach_nothing():
    start = starting_baseline("10")
    assert make_baseline(lived([500] * (ENOUGH_DAYS - 1)), start) == start


def test_thieves_teach_at_most_twice_and_holidays_at_least_half():
    start = starting_baseline("10")
    thieves, holidays = (make_baseline(lived([n] * ENOUGH_DAYS), start) for n in (100_000, 0))
    for signal in SIGNALS:
        assert thieves[signal] == tuple(2 * value for value in start[signal])
        assert holidays[signal] == tuple(value / 2 for value in start[signal])


def test_quantiles_are_those_of_the_days():
    start = starting_baseline("10")
    days = lived(range(1, ENOUGH_DAYS + 1))
    wide = dict.fromkeys(start, (4000.0, 4000.0))
    assert make_baseline(days, wide)["persons"] == (4995.0, 5000.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("role,signal,q999,q9999\n*,speed,1,2\n", "signal"),
        ("role,signal,q999,q9999\n*,persons,5,2\n", "ligne 2"),
        ("role,signal,q999,q9999\n*,persons,x,2\n", "nombres"),
        ("role,signal,q999,q9999\n10,persons,1,2\n", "il manque"),
        ("role,signal,q999,q9999\n", "profession *"),
    ],
)
def test_a_file_that_will_not_do_names_its_line(tmp_path, settings, text, said):
    path = tmp_path / "baseline.csv"
    path.write_text(text, encoding="utf-8")
    settings.CARNET_GUARD_BASELINE = str(path)
    starting_baselines.cache_clear()
    try:
        with pytest.raises(BaselineError, match=said.replace("*", r"\*")):
            starting_baselines()
    finally:
        starting_baselines.cache_clear()
