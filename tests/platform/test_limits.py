"""Attempts are counted; what cannot be counted is refused."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from carnet.platform import clock, limits
from tests.conftest import acting_as

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_the_eleventh_is_refused_and_others_are_not_touched():
    limit = limits.Limit("guess", 10, HOUR)
    assert [limit.hit("a") for _ in range(12)] == [True] * 10 + [False] * 2
    assert limit.hit("b")
    assert limits.hit("other", "a", most=1, window=HOUR)
    assert limit.is_reached("a")
    assert not limit.is_reached("b")
    assert 3590 < limit.seconds_left("a") <= 3601
    limit.clear("a")
    assert limit.hit("a")
    assert limit.seconds_left("nobody") == 0
    limit.give_back("a")
    assert limits.count("guess", "a") == 0


def test_the_window_ends(monkeypatch):
    limit = limits.Limit("guess", 1, HOUR)
    assert limit.hit("a")
    assert not limit.hit("a")
    later = clock.real_now() + HOUR + timedelta(seconds=1)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    assert not limit.is_reached("a")
    assert limits.forget_ended() == 1
    assert limit.hit("a")
    assert not limit.hit("a")


def test_closed_when_the_table_fails_and_the_transaction_goes_on():
    before = limits.FAILURES._value.get()
    with acting_as("carnet_stats"), transaction.atomic():
        assert limits.hit("guess", "a", most=10, window=HOUR) is False
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    assert limits.FAILURES._value.get() == before + 1


def test_the_subject_is_not_stored():
    limits.hit("guess", "279035121518989", most=10, window=HOUR)
    with connection.cursor() as cursor:
        cursor.execute("select key from platform_ratelimit")
        assert all(len(bytes(key)) == 16 for (key,) in cursor.fetchall())
