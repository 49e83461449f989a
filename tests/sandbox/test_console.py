"""The console keeps what each call was, of each client the last 500, and tells it."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from carnet.platform import calls
from carnet.platform.calls import Call
from carnet.sandbox.console import KEPT, list_calls, record
from tests.sandbox.test_vendors import ids, make_keys  # noqa: F401 - a fixture

ISSUE = {"severity": "error", "code": "required", "rule": "pdsm.custodian.1..1", "clause": "PDSm 3.1.1, custodian",
         "expression": "DocumentReference.custodian", "message_fr": "La structure qui conserve manque."}  # fmt: skip


def call(client_id=None, status=201, **changes):
    facts = {
        "client_id": client_id, "software": "Labo 1 (Éditeur)", "method": "POST", "route": "fhir/DocumentReference",
        "status": status, "milliseconds": 12.34, "received": 20_500, "sent": 900, "decision": "accepted",
    }  # fmt: skip
    return Call(**facts | changes)


def test_what_is_recorded_is_told_newest_first(db):
    client_id = uuid4()
    record(call(client_id))
    record(call(client_id, 422, decision="refused", reasons=("closed",), issues=(ISSUE,)))
    record(call(uuid4()))
    record(call(None, 401))
    newest, oldest = list_calls(client_id)
    assert (newest.status, newest.reasons, newest.issues) == (422, ("closed",), (ISSUE,))
    assert (oldest.status, oldest.milliseconds, oldest.received) == (201, 12.3, 20_500)
    assert [one.status for one in list_calls(None)] == [401]


def test_what_a_database_cannot_hold_is_recorded_all_the_same(db):
    """A NUL in an address or in a resource is told in the answer; it must not cost the line of the call."""
    client_id = uuid4()
    record(call(client_id, 400, issues=(ISSUE | {"expression": "a\x00b", "message_fr": r"c\u0000d"},)))
    (told,) = list_calls(client_id)
    assert told.issues[0]["expression"] == "a\ufffdb"


@pytest.mark.parametrize(("kind", "statuses"), [("", [500, 404, 302, 200]), ("acceptes", [302, 200]),
                                                ("refuses", [404]), ("pannes", [500]), ("autre", [500, 404, 302, 200])])  # fmt: skip
def test_calls_by_what_they_came_to(db, kind, statuses):
    client_id = uuid4()
    for status in (200, 302, 404, 500):
        record(call(client_id, status))
    assert [one.status for one in list_calls(client_id, kind=kind)] == statuses


def test_pages_follow_each_other_without_gap_or_repeat(db):
    client_id = uuid4()
    for status in range(200, 230):
        record(call(client_id, status))
    seen, before = [], None
    while page := list_calls(client_id, before=before, limit=7):
        seen += [one.status for one in page]
        before = page[-1].id
    assert seen == list(range(229, 199, -1))


@pytest.mark.parametrize("known", [True, False])
def test_only_the_last_are_kept_of_each(db, known):
    client_id, other = (uuid4() if known else None), uuid4()
    record(call(other))
    for number in range(KEPT + 200):
        record(call(client_id, 200 + number % 300, sent=number))
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from sandbox_call where client_id is not distinct from %s", [client_id]
        )
        (count,) = cursor.fetchone()
    assert KEPT <= count < KEPT + 200
    kept = list_calls(client_id, limit=KEPT + 1000)
    assert [one.sent for one in kept] == list(range(KEPT + 199, 199, -1))
    assert len(list_calls(other)) == 1


def test_the_sandbox_listens_and_a_failure_fails_nothing(db, settings, caplog):
    assert settings.CARNET_CALLS == "carnet.sandbox.console.record"
    client_id = uuid4()
    calls.record(call(client_id))
    assert len(list_calls(client_id)) == 1
    calls.record(call(client_id, issues=({"expression": object()},)))
    assert len(list_calls(client_id)) == 1


def test_the_page_tells_rule_element_and_the_true_reason(ids):  # noqa: F811
    client = Client()
    card, _ = make_keys(client)
    page = client.get(reverse("sandbox:console", args=[card.id])).content.decode()
    assert "Aucun appel" in page
    record(call(card.id, 404, decision="refused", reasons=("closed",), issues=(ISSUE,)))
    address = reverse("sandbox:console", args=[card.id])
    page = client.get(address).content.decode()
    for words in ("POST DocumentReference", "404", "closed : l’espace était fermé", ISSUE["rule"], ISSUE["clause"],
                  ISSUE["expression"], ISSUE["message_fr"], "20 ko"):  # fmt: skip
        assert words in page
    assert "DocumentReference" not in client.get(address, {"etat": "acceptes"}).content.decode()
    assert client.get(address, {"avant": "x"}).status_code == 404
    assert client.get(reverse("sandbox:console", args=[uuid4()])).status_code == 404


def test_the_page_is_kept_fresh_without_being_shown_again_for_nothing(ids):  # noqa: F811
    client = Client(headers={"HX-Request": "true"})
    card, _ = make_keys(Client())
    address = reverse("sandbox:console", args=[card.id])
    assert client.get(address, {"vu": ""}).status_code == 204
    record(call(card.id))
    part = client.get(address, {"vu": ""})
    assert b"<html" not in part.content
    newest = list_calls(card.id)[0].id
    assert f"vu={newest}" in part.content.decode()
    assert client.get(address, {"vu": str(newest)}).status_code == 204


def test_bad_tokens_have_a_page_of_their_own(db):
    record(call(None, 401, decision="refused", reasons=("expired",)))
    page = Client().get(reverse("sandbox:unknown_calls")).content.decode()
    assert "401" in page
    assert "expired" in page
