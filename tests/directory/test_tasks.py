"""What is done each day: assertions that have expired are forgotten, those that could be shown again are not."""

import pytest
from django.db import connection

from carnet.directory import api as directory
from carnet.platform import clock
from carnet.platform.daily import list_jobs
from tests.directory.clients import AUDIENCE, add_client, form_of, wait
from tests.pro.visits import add_professional

pytestmark = pytest.mark.django_db


def count():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from directory_usedassertion")
        return cursor.fetchone()[0]


def test_used_assertions_are_forgotten_once_they_have_expired(monkeypatch):
    (job,) = [job for job in list_jobs("app") if job.name == "directory.forget_used"]
    _, key = add_client()
    directory.authenticate(form_of(key), audience=AUDIENCE)
    job.run(clock.today())
    assert count() == 1
    wait(
        monkeypatch, minutes=2
    )  # expired by its own word, and yet within the minute that clocks may differ by
    job.run(clock.today())
    assert count() == 1
    wait(monkeypatch, minutes=2)
    job.run(clock.today())
    assert count() == 0


def test_sessions_that_have_ended_are_forgotten_and_the_others_stay(monkeypatch):
    (job,) = [job for job in list_jobs("app") if job.name == "directory.forget_sessions"]
    professional, place = add_professional()
    directory.sessions.start(professional_id=professional.id, place_id=place.id, id_token="x.y.z")
    wait(monkeypatch, minutes=59)
    young = directory.sessions.start(professional_id=professional.id, place_id=place.id)
    wait(monkeypatch, minutes=2)
    job.run(clock.today())
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from directory_professionalsession")
        assert cursor.fetchone() == (1,)
    assert directory.sessions.find(young) is not None
