"""Many clients at once on the real process: each gets an answer, none is lost, and it goes on serving."""

import asyncio
import os
from collections import Counter

import httpx2
import pytest

from tests.clients.papers import documents, ins_of, publication
from tests.clients.running import client_of

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 1000 if os.environ.get("CARNET_LONG") else 100
ANSWERS = {200, 201, 401, 404, 429, 503}


def test_a_crowd(api, people, software):
    token = software.token()
    person = people[0]
    bodies = [publication(data) for data in documents(person, range(1, CROWD // 10 + 1))]
    with client_of(api, token) as client:
        first = client.post("/fhir/DocumentReference", json=bodies[0])
        assert first.status_code == 201, first.text
        document_id = first.json()["id"]

    def ask(number):
        match number % 10:
            case 0:
                return "POST", "/fhir/DocumentReference", {"json": bodies[number // 10]}
            case 1 | 2:
                return "POST", "/fhir/DocumentReference/_search", {
                    "data": {"patient.identifier": ins_of(person), "status": "current"}
                }  # fmt: skip
            case 3:
                return "GET", f"/fhir/Binary/{document_id}", {"headers": {"Accept": "text/xml"}}
            case 4:
                return "GET", "/fhir/metadata", {}
            case 5:
                return (
                    "GET",
                    f"/fhir/DocumentReference/{document_id}",
                    {"headers": {"Authorization": "Bearer x"}},
                )
            case _:
                return "GET", f"/fhir/DocumentReference/{document_id}", {}

    answers = asyncio.run(_all_at_once(api.url, token, [ask(number) for number in range(CROWD)]))
    counted = Counter(answers)
    print(dict(counted))
    assert len(answers) == CROWD
    assert set(counted) <= ANSWERS, counted
    assert counted[200] + counted[201] > 0
    assert api.alive
    with client_of(api, token) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get(f"/fhir/DocumentReference/{document_id}").status_code == 200


async def _all_at_once(url, token, requests):
    """Open a connection for each, all together, and return the status of each answer; a lost one raises."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/fhir+json"}

    async def one(method, path, facts):
        transport = httpx2.AsyncHTTPTransport()
        async with httpx2.AsyncClient(
            base_url=url, transport=transport, timeout=120, trust_env=False
        ) as client:
            answer = await client.request(
                method, path, **{**facts, "headers": headers | facts.get("headers", {})}
            )
            return answer.status_code

    return await asyncio.gather(*(one(*request) for request in requests))
