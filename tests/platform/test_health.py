"""Those who watch: alive, ready, figures; and the pages shown when something fails."""

import pytest
from django.db import DatabaseError, OperationalError
from django.test import Client
from django.urls import path

from carnet.config import urls_sandbox
from carnet.people.api import TooBusyError
from carnet.platform import schema
from carnet.platform.http import public
from tests.platform.test_pump import emit, topics  # noqa: F401 - a fixture


def raising(error):
    @public
    def view(request):
        raise error

    return view


handler400 = urls_sandbox.handler400
handler403 = urls_sandbox.handler403
handler404 = urls_sandbox.handler404
handler500 = urls_sandbox.handler500
urlpatterns = [
    *urls_sandbox.urlpatterns,
    path("busy", raising(TooBusyError(retry_after=10))),
    path("away", raising(OperationalError("connection of Dupont refused"))),
    path("broken", raising(ValueError("Dupont"))),
]


def test_alive_needs_no_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"alive\n")


@pytest.mark.django_db
def test_ready_when_the_database_answers_and_is_up_to_date(client):
    assert client.get("/readyz").content == b"ready\n"


@pytest.mark.django_db
def test_not_ready_with_a_migration_to_apply(client, monkeypatch):
    known = schema._known_migrations() | {("platform", "9999_next")}
    monkeypatch.setattr(schema, "_known_migrations", lambda: known)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready: migrations\n")
    assert answer["Retry-After"] == "5"


@pytest.mark.django_db
def test_not_ready_without_the_database(client, monkeypatch):
    def away(*_):
        raise DatabaseError

    monkeypatch.setattr(schema.connection, "ensure_connection", away)
    assert client.get("/readyz").content == b"not ready: database\n"


@pytest.mark.django_db
def test_figures_of_requests_and_queues(client, topics):  # noqa: F811
    client.get("/healthz")
    emit("k1", topic="waiting.letters")
    text = client.get("/metrics").content.decode()
    assert 'carnet_requests_total{method="GET",route="healthz",status="200"}' in text
    assert 'carnet_outbox_rows{state="ready",topic="waiting.letters"} 1.0' in text
    assert "carnet_workers 0.0" in text


@pytest.mark.django_db
def test_figures_are_for_this_machine_or_the_token(settings):
    assert Client(REMOTE_ADDR="192.0.2.7").get("/metrics").status_code == 403
    assert Client(headers={"X-Forwarded-For": "192.0.2.7"}).get("/metrics").status_code == 403
    settings.CARNET_METRICS_TOKEN = "figures"
    stranger = Client(REMOTE_ADDR="192.0.2.7")
    assert stranger.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 403
    assert stranger.get("/metrics", headers={"Authorization": "Bearer figures"}).status_code == 200


@pytest.mark.urls("tests.platform.test_health")
@pytest.mark.parametrize(
    ("address", "status", "retry"), [("busy", 503, "10"), ("away", 503, "5"), ("broken", 500, None)]
)
def test_a_failure_says_nothing_of_its_cause(address, status, retry):
    client = Client(raise_request_exception=False)
    answer = client.get(f"/{address}")
    assert (answer.status_code, answer.get("Retry-After")) == (status, retry)
    assert "Dupont" not in answer.content.decode()
    assert ("référence" in answer.content.decode()) is (status == 500)


@pytest.mark.parametrize("debug", [False])
def test_an_absent_page_has_our_words(client, debug):
    answer = client.get("/nulle-part/")
    assert answer.status_code == 404
    assert "<h1>" in answer.content.decode()
