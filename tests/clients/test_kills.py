"""The process is killed at a step of a transaction of three documents, and the software sends it again.

All or nothing: after the kill, three documents or none; after the second sending, three, once, told once each.
"""

import json
import os
import random
from dataclasses import asdict
from itertools import count

import httpx2
import pytest

from carnet.platform import blobs
from tests.clients.papers import bundle, documents, publication
from tests.clients.running import client_of, rows, running, wait_for
from tests.documents.deposits import add_claire
from tests.kills.driver import Moment

pytestmark = pytest.mark.django_db(transaction=True)

LONG = bool(os.environ.get("CARNET_LONG"))
FEW = 3
_numbers = count(3, 5)  # two reports and a scan, of names that nobody else has


@pytest.fixture
def killed_api(tmp_path):
    order = tmp_path / "order.json"
    with running(
        tmp_path / "api.log",
        wsgi="tests.clients.stepped_wsgi:application",
        settings={"CARNET_TEST_ORDER": str(order)},
    ) as api:
        yield api, order


def test_a_transaction_is_all_or_nothing(killed_api, software):
    api, order = killed_api
    token = software.token()
    person = add_claire()
    whole = send(api, token, body_of(person))
    assert whole.status_code == 200, whole.text
    steps = int(order.with_suffix(".steps").read_text())
    wanted = facts_of(person)
    assert wanted == (3, 1, 3, 3)
    print(f"{steps} steps")

    seed = int(os.environ.get("CARNET_KILLS_SEED") or random.randrange(2**32))
    rng = random.Random(seed)
    moments = [Moment(step=step, after=after) for step in range(1, steps + 1) for after in (False, True)]
    killed = 0
    for moment in moments if LONG else rng.sample(moments, len(moments)):
        if not LONG and killed == FEW:
            break
        print(f"seed {seed}: {moment}")
        killed += kill_one(api, order, token, moment, wanted)
    assert killed >= FEW


def kill_one(api, order, token, moment, wanted):
    """Send three documents to a process that dies at that moment, then again; tell whether it died."""
    person = add_claire()
    body = body_of(person)
    order.write_text(json.dumps(asdict(moment)))
    try:
        died = send(api, token, body).status_code != 200
    except httpx2.TransportError:
        died = True
        restart(api)
    finally:
        order.unlink()
    assert facts_of(person)[0] in (0, 3)
    check_contents(person)

    again = send(api, token, body)
    assert again.status_code == 200, again.text
    statuses = [entry["response"]["status"][:3] for entry in again.json()["entry"]]
    assert set(statuses) <= {"200", "201"}
    assert facts_of(person) == wanted
    check_contents(person)
    return died


def body_of(person):
    first = next(_numbers)
    return bundle([publication(data) for data in documents(person, range(first, first + 3))])


def send(api, token, body):
    with client_of(api, token) as client:
        return client.post("/fhir", json=body)


def restart(api):
    """Its only worker is dead: whoever watches over it starts it again."""
    wait_for(lambda: not api.alive or not _children(api))
    api.stop()
    api.start()


def _children(api):
    import psutil

    try:
        return psutil.Process(api.process.pid).children()
    except psutil.NoSuchProcess:
        return []


def facts_of(person):
    """How many there are of each: documents, submission sets, events, lines of the journal."""
    return tuple(
        rows(f"select count(*) from {what} person_id = %s", person)[0][0]
        for what in (
            "documents_document where",
            "documents_submission where",
            "platform_outbox where topic = 'documents.deposited' and",
            "journal where event = 'document.deposited' and allowed and",
        )
    )


def check_contents(person):
    """A row never names a content that is not there whole."""
    for (blob,) in rows("select blob from documents_document where person_id = %s", person):
        assert blobs.store().get(person, blob)
