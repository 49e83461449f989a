"""Where attempts are counted, what is forgotten, and the ladders."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory

from carnet.people import api as people
from carnet.people import limits, pending, tasks
from carnet.platform import clock
from carnet.platform.address import client_address
from tests.people.mail import last_code
from tests.people.persons import EMAIL, claire


@pytest.mark.parametrize(
    ("remote", "forwarded", "counted"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),  # a client's own header is not believed
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),  # the hop that the proxy added
        ("10.0.0.1", "", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "", "2001:db8:1:2::/64"),
        ("10.0.0.1", "<script>", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_the_address_that_is_counted(settings, remote, forwarded, counted):
    settings.CARNET_TRUSTED_PROXIES = ("10.0.0.1",)
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=remote, **headers)) == counted


@pytest.mark.django_db
def test_a_ladder_is_cleared_by_success():
    for _ in range(3):
        for _ in range(5):
            limits.LOGIN.take("claire")
        limits.LOGIN.clear("claire")
    with pytest.raises(limits.TooManyError):
        for _ in range(6):
            limits.LOGIN.take("claire")


@pytest.mark.parametrize(("seconds", "said"), [(1, "une minute"), (60, "une minute"), (61, "2 minutes")])
def test_how_long_to_wait_is_said(seconds, said):
    assert said in limits.TooManyError(seconds).message_fr


@pytest.mark.django_db
def test_what_has_ended_is_forgotten():
    card = claire()
    device = people.devices.recognise(card.id, token="", user_agent="")
    old = people.sessions.start(account_id=card.id, device_id=device.id, method="email")
    with connection.cursor() as cursor:
        cursor.execute("update people_session set created_at = created_at - interval '13 hours'")
    live = people.sessions.start(account_id=card.id, device_id=device.id, method="email")
    pending.begin("login", owner_id=card.owner_id, facts={}, lifetime=timedelta(seconds=-1))
    kept = pending.begin("login", owner_id=card.owner_id, facts={"next": "/"}, lifetime=timedelta(minutes=1))
    people.send_code(purpose="x", subject="old", channel="email", to=EMAIL, person_id=card.owner_id)
    with connection.cursor() as cursor:
        cursor.execute("update people_onetimecode set sent_at = sent_at - interval '25 hours'")
    people.send_code(purpose="x", subject="new", channel="email", to=EMAIL, person_id=card.owner_id)
    tasks.forget_ended(clock.today())
    assert people.sessions.find(old) is None
    assert people.sessions.find(live) is not None
    assert pending.find("login", kept).facts == {"next": "/"}
    with connection.cursor() as cursor:
        for table, rows in (("session", 1), ("pending", 1), ("onetimecode", 1)):
            cursor.execute(f"select count(*) from people_{table}")
            assert cursor.fetchone() == (rows,), table
    assert people.check_code(purpose="x", subject="new", code=last_code(EMAIL))


@pytest.mark.django_db
def test_nothing_of_a_step_lies_in_clear():
    token = pending.begin(
        "login", owner_id=None, facts={"next": "/secret-place/"}, lifetime=timedelta(minutes=1)
    )
    with connection.cursor() as cursor:
        cursor.execute("select sealed, token_key from people_pending")
        sealed, key = cursor.fetchone()
    assert b"secret-place" not in bytes(sealed)
    assert token.encode() not in bytes(key)
    assert pending.find("prove", token) is None
    assert pending.take("login", token) is not None
    assert pending.take("login", token) is None
