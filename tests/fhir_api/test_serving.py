"""What every call passes: who calls, how often, how long, in which form; and what is told when something fails."""

import base64
import gzip
import json
import os
import zlib
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings as configuration
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from carnet.directory import api as directory
from carnet.fhir_api import rates, read_document, serving
from carnet.fhir_api.exchange import MOST_BYTES
from carnet.fhir_api.routes import ROUTES
from carnet.platform import calls, clock
from carnet.platform.postgres.target import resolve
from tests.clients.papers import ins_of, publication
from tests.documents.deposits import report
from tests.fhir_api.calling import FHIR, issue_of
from tests.fhir_api.test_find import put

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/fhir/DocumentReference"
HEARD = []


def listen(call):
    HEARD.append(call)


@pytest.fixture
def heard(settings):
    HEARD.clear()
    settings.CARNET_CALLS = f"{__name__}.listen"
    return HEARD


# -- tokens


@pytest.mark.parametrize(
    "token", ["x", "é" * 20, base64.urlsafe_b64encode(b"\1" + b"0" * 60).decode(), "a.b.c"]
)
def test_a_token_that_is_none_of_ours(laboratory, token):
    answer = laboratory.call("GET", f"{ADDRESS}/1", token=token)
    issue_of(answer, 401, "login")
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize("header", ["", "Basic eDp5", "Bearer", "bearer "])
def test_no_token_at_all(header):
    answer = Client().get(f"{ADDRESS}/1", headers={"Authorization": header} if header else {})
    issue_of(answer, 401, "login")


def test_an_expired_token_says_so(laboratory, monkeypatch):
    later = clock.real_now() + timedelta(minutes=31)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    answer = laboratory.get(f"{ADDRESS}/1")
    issue_of(answer, 401, "expired")
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


def test_a_revoked_client_is_nobody(laboratory):
    directory.revoke_client(laboratory.card.id)
    issue_of(laboratory.get(f"{ADDRESS}/1"), 401, "login")


# -- how often


def test_too_often_is_told_when_to_come_back(laboratory, hospital, settings):
    settings.CARNET_API_CALLS_PER_MINUTE = 3
    for _ in range(3):
        assert laboratory.get(f"{ADDRESS}/1").status_code == 404
    answer = laboratory.get(f"{ADDRESS}/1")
    issue_of(answer, 429, "throttled")
    assert 1 <= int(answer["Retry-After"]) <= 61
    assert hospital.get(f"{ADDRESS}/1").status_code == 404  # each client has its own count


def test_a_minute_later_it_may_again(laboratory, monkeypatch):
    now = 1000.0
    monkeypatch.setattr(rates.time, "monotonic", lambda: now)
    assert [rates.seconds_to_wait(laboratory.card.id, most=2) for _ in range(3)] == [0, 0, 61]
    now += 60
    assert rates.seconds_to_wait(laboratory.card.id, most=2) == 0


# -- how long, and in which form


def test_a_body_too_long_is_not_read(laboratory):
    class Unread:
        def read(self, *_args):
            raise AssertionError("the body was read")

    for length, status, code in (
        (60_000_000, 413, "too-long"),
        (MOST_BYTES + 1, 413, "too-long"),
        ("-1", 400, "structure"),
        ("9" * 40, 413, "too-long"),
    ):
        request = RequestFactory().post(
            ADDRESS, content_type=FHIR, headers={"Authorization": f"Bearer {laboratory.token}"}
        )
        request.META |= {"CONTENT_LENGTH": str(length), "wsgi.input": Unread()}
        route = [one for one in ROUTES if one.name == "publish"]
        issue_of(serving.Address(route)(request), status, code)


def test_a_body_in_pieces_is_refused(laboratory):
    issue_of(laboratory.publish({"resourceType": "x"}, Transfer_Encoding="chunked"), 411, "required")


def test_a_body_where_none_is_taken(laboratory):
    issue_of(laboratory.call("GET", f"{ADDRESS}/1", "x" * 20), 400, "structure")


@pytest.mark.parametrize("packed", [gzip.compress(b" " * 10_000_000), zlib.compress(b"{}")])
def test_a_packed_body_is_never_unpacked(laboratory, packed):
    for encoding in ("gzip", "deflate", "br", "gzip, identity"):
        issue_of(laboratory.publish(packed, Content_Encoding=encoding), 415, "not-supported")
    issue_of(laboratory.publish(packed), 400, "structure")  # undeclared, it is no JSON


@pytest.mark.parametrize(
    "content_type", ["application/fhir+xml", "text/xml", "application/xml", "text/plain", "application/fhir+json; charset=latin-1", "multipart/form-data; boundary=x", ""],
)  # fmt: skip
def test_only_json_is_read(laboratory, claire, content_type):
    issue_of(laboratory.call("POST", ADDRESS, "<x/>", content_type=content_type), 415, "not-supported")


def test_xml_is_never_answered(laboratory, claire):
    (mine,) = put(laboratory, claire, 1)
    for address in (f"{ADDRESS}/{mine['id']}", "/fhir/metadata"):
        for accept in (
            "application/fhir+xml",
            "text/xml",
            "application/xml;q=0.9, text/html",
            "application/json;q=0",
        ):
            issue_of(laboratory.get(address, Accept=accept), 406, "not-supported")
        issue_of(laboratory.get(f"{address}?_format=xml"), 406, "not-supported")
        for accept in (
            "",
            "*/*",
            "application/json",
            "text/html, application/fhir+json;q=0.2",
            "application/*",
        ):
            assert laboratory.get(address, Accept=accept).status_code == 200
        for asked in ("json", "application/fhir%2Bjson", "application/fhir+json", "application/json"):
            answer = laboratory.get(f"{address}?_format={asked}", Accept="text/html")
            assert answer.status_code == 200, asked
    issue_of(laboratory.publish(publication(report(claire, 2)), Accept="application/fhir+xml"), 406)


def test_conditional_creation_is_refused_clearly(laboratory, claire):
    answer = laboratory.publish(publication(report(claire, 1)), If_None_Exist="identifier=x")
    assert "masterIdentifier" in issue_of(answer, 400, "not-supported")["diagnostics"]


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b'{"resourceType":"DocumentReference","content":[',
        b"\xff\xfe{}",
        b"null",
        b"[]",
        b'"x"',
        b"[" * 100_000,
    ],
)
def test_truncated_or_odd_json(laboratory, body):
    for address in (ADDRESS, "/fhir"):
        issue_of(laboratory.call("POST", address, body), 400)


def test_more_parameters_than_anybody_needs(laboratory):
    issue_of(laboratory.post_search([("status", "current")] * 90), 400)
    issue_of(laboratory.post_search([("status", "current")] * 200), 400)
    issue_of(laboratory.post_search([("identifier", "x" * 3000)]), 400)
    issue_of(laboratory.post_search([("identifier", "a\0b")]), 400)


# -- what fails inside


def test_a_lost_connection_is_asked_once_more(laboratory, claire, monkeypatch):
    (mine,) = put(laboratory, claire, 1)
    tries = []
    real = read_document.documents.get_held

    def once(*args, **facts):
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("the connection is closed")
        return real(*args, **facts)

    monkeypatch.setattr(read_document.documents, "get_held", once)
    assert laboratory.get(f"{ADDRESS}/{mine['id']}").status_code == 200
    assert len(tries) == 2


def test_a_connection_that_the_server_cut_is_no_failure(laboratory, claire):
    """The real thing: the backend of our connection is ended, as a restart of the database does."""
    (mine,) = put(laboratory, claire, 1)
    more = publication(report(claire, 2))
    try:
        end_backend(own_backend())
        assert laboratory.get(f"{ADDRESS}/{mine['id']}").status_code == 200
        end_backend(own_backend())
        assert laboratory.publish(more).status_code == 201
    finally:
        connection.close()


def own_backend():
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return cursor.fetchone()[0]


def end_backend(pid):
    target = resolve(os.environ, configuration.CARNET_HOME)
    with psycopg.connect(target.conninfo("admin", "postgres"), autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s)", [pid])
        while other.execute("select 1 from pg_stat_activity where pid = %s", [pid]).fetchone():
            pass


def test_a_database_that_stays_away_is_said(laboratory, monkeypatch):
    def away(*_args, **_facts):
        raise OperationalError("could not connect to server: Dupont")

    monkeypatch.setattr(read_document.documents, "get_held", away)
    answer = laboratory.get(f"{ADDRESS}/{'0' * 8}-0000-4000-8000-{'0' * 12}")
    issue_of(answer, 503, "transient")
    assert answer["Retry-After"] == "5"
    assert b"Dupont" not in answer.content


def test_what_nobody_expected_tells_a_reference_alone(laboratory, monkeypatch):
    def broken(*_args, **_facts):
        raise ValueError("Dupont, 279035121518989")

    monkeypatch.setattr(read_document.documents, "get_held", broken)
    answer = laboratory.get(f"{ADDRESS}/{'0' * 8}-0000-4000-8000-{'0' * 12}")
    issue = issue_of(answer, 500, "exception")
    assert "Référence" in issue["diagnostics"]
    assert b"Dupont" not in answer.content


# -- what is told of a call


def test_each_call_is_told_with_its_reasons(laboratory, hospital, claire, heard):
    (mine,) = put(laboratory, claire, 1)
    hospital.get(f"{ADDRESS}/{mine['id']}")
    laboratory.call("GET", f"{ADDRESS}/1", token="x")
    sent, hidden, unknown = heard
    assert (sent.client_id, sent.status, sent.decision, sent.method) == (
        laboratory.card.id,
        201,
        "accepted",
        "POST",
    )
    assert sent.received > sent.sent > 0
    assert sent.software == laboratory.card.software
    assert (hidden.route, hidden.status, hidden.decision) == (
        "fhir/DocumentReference/<str:id>",
        404,
        "refused",
    )
    assert (unknown.client_id, unknown.status) == (None, 401)
    assert unknown.issues[0]["rule"] == "oauth.invalid_token"
    said = json.dumps([str(one) for one in heard])
    assert ins_of(claire).partition("|")[2] not in said
    assert "MARTIN" not in said


def test_a_listener_that_fails_fails_nothing(laboratory, settings):
    settings.CARNET_CALLS = f"{__name__}.fall"
    assert laboratory.get(f"{ADDRESS}/1").status_code == 404
    assert calls._listener("") is None


def fall(_call):
    raise RuntimeError


def test_every_answer_is_kept_by_nobody(laboratory):
    for answer in (
        laboratory.get(f"{ADDRESS}/1"),
        laboratory.get("/fhir/nothing"),
        laboratory.post_search({}),
    ):
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert laboratory.call("POST", f"{ADDRESS}/_search?identifier=urn:oid:1.2.3").status_code == 200
