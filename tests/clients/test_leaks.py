"""What another structure deposited, or what a closed space holds, is to software exactly like what is not there.

Each pair is asked for twice: as it is, and under a name that nobody has. Status, headers and body must be the
same, byte for byte, but for the date and the name that was asked for.
"""

import os
import random
import re
from itertools import count
from urllib.parse import quote
from uuid import uuid4

import pytest

from carnet.platform.ids import uuid7
from tests.clients.conftest import software_of
from tests.clients.papers import URI, bundle, documents, ins_of, oid, publication
from tests.clients.running import client_of, rows
from tests.conftest import acting_as

pytestmark = pytest.mark.django_db(transaction=True)

PAIRS = 500 if os.environ.get("CARNET_LONG") else 50
STRUCTURES = {
    "310000013": "Laboratoire des Lilas",
    "310000021": "Hôpital des Acacias",
    "310000039": "Centre des Pins",
}
_DATES = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_PAGES = re.compile(rb"_page=([A-Za-z0-9_-]+)")  # sealed: another each time, as long as what it holds
_UUIDS = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_absent = count(5 * 10**6)  # names as long as those of the documents


@pytest.fixture
def field(api, people, tmp_path):
    """Documents of several structures about several persons; the last person's space is closed afterwards."""
    clients, deposited, number = {}, [], count(10**6)
    for finess, name in STRUCTURES.items():
        software = software_of(finess, tmp_path / f"{finess}.json", name=name)
        clients[finess] = client_of(api, software.token())
        for person in people:
            for data in documents(person, (next(number), next(number))):
                answer = clients[finess].post("/fhir/DocumentReference", json=publication(data))
                assert answer.status_code == 201, answer.text
                found = answer.json()
                deposited.append((finess, person, found["id"], found["masterIdentifier"], entry_of(found)))
            provided = clients[finess].post(
                "/fhir", json=bundle([publication(documents(person, (next(number),))[0])])
            )
            assert provided.status_code == 200, provided.text
    close_space(people[-1])
    yield clients, deposited, people
    for client in clients.values():
        client.close()


def entry_of(found):
    return next(
        (one["value"] for one in found.get("identifier", ()) if one["value"].startswith("urn:uuid:")), f"urn:uuid:{uuid4()}"
    )  # fmt: skip


def close_space(person):
    from django.db import connection

    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("update enrolment_space set state = 'closed' where person_id = %s", [person])


def test_hidden_is_like_absent(field, people):
    clients, deposited, _ = field
    rng = random.Random(seed := random.randrange(2**32))
    print(f"seed {seed}")
    refused_before = refusals()
    for _ in range(PAIRS):
        finess, person, document_id, master, entry = rng.choice(deposited)
        closed = person == people[-1]
        caller = (
            finess
            if closed and rng.random() < 1 / 2
            else rng.choice([one for one in clients if one != finess])
        )
        client = clients[caller]
        absent_id, absent_oid = str(uuid7()), oid(next(_absent))
        unique = master["value"].removeprefix("urn:oid:")
        for name, ask in ROUTES.items():
            hidden = ask(client, person, document_id, unique, entry)
            absent = ask(client, person, absent_id, absent_oid, f"urn:uuid:{uuid4()}")
            asked = ((document_id, unique, entry), (absent_id, absent_oid, None))
            assert said(hidden, asked[0]) == said(absent, asked[1]), (
                f"{name}, {'closed' if closed else 'another structure'}"
            )
            assert hidden.status_code in EXPECTED[name], f"{name}: {hidden.status_code} {hidden.text}"
    assert refusals() > refused_before  # the journal of the person says what the answer does not


def test_another_structures_unique_id_may_be_used(field):
    """Its own document under a name that another structure gave: taken in as if nobody had that name."""
    clients, deposited, _ = field
    finess, person, document_id, master, _ = deposited[0]
    other = next(one for one in clients if one != finess)
    mine = publication(documents(person, (990,))[0])
    theirs = publication(documents(person, (991,), title="Un autre")[0])
    data = documents(person, (992,))[0].replace(
        oid(992).encode(), master["value"].removeprefix("urn:oid:").encode()
    )
    fresh = clients[other].post("/fhir/DocumentReference", json=mine)
    taken = clients[other].post("/fhir/DocumentReference", json=publication(data))
    assert theirs
    assert (fresh.status_code, taken.status_code) == (201, 201)
    assert taken.json()["id"] != document_id
    assert shape(fresh) == shape(taken)


def test_a_closed_space_is_like_an_unknown_person(field, people):
    """Deposits and searches: one refusal, one empty page, whoever is not there."""
    from tests.documents.deposits import add_claire

    clients, _, _ = field
    client = next(iter(clients.values()))
    gone = add_claire(state=None, birth_name="ABSENTE")
    with acting_as("carnet_loader"):
        unknown = publication(documents(gone, (993,))[0])
        unknown_ins = ins_of(gone)
        remove(gone)
    closed = client.post("/fhir/DocumentReference", json=publication(documents(people[-1], (994,))[0]))
    absent = client.post("/fhir/DocumentReference", json=unknown)
    assert closed.status_code == absent.status_code == 404
    assert closed.content == absent.content
    assert "XDSUnknownPatientId" in closed.text

    pages = [
        client.post("/fhir/DocumentReference/_search", data={"patient.identifier": ins, "status": "current"})
        for ins in (ins_of(people[-1]), unknown_ins)
    ]
    assert [page.status_code for page in pages] == [200, 200]
    assert said(pages[0], (ins_of(people[-1]),)) == said(pages[1], (unknown_ins,))
    assert "entry" not in pages[0].json()


def remove(person):
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("people_contact", "people_address", "people_card", "people_insindex"):
            cursor.execute(f"delete from {table} where person_id = %s", [person])
        cursor.execute("delete from people_person where id = %s", [person])


def refusals():
    return rows("select count(*) from journal where not allowed")[0][0]


# -- every way to ask for a document, with its technical id, its uniqueId or its entryUUID


def _read(client, person, document_id, unique, entry):
    return client.get(f"/fhir/DocumentReference/{document_id}")


def _binary(client, person, document_id, unique, entry):
    return client.get(f"/fhir/Binary/{document_id}", headers={"Accept": "*/*"})


def _binary_head(client, person, document_id, unique, entry):
    return client.head(f"/fhir/Binary/{document_id}", headers={"Accept": "*/*"})


def _list(client, person, document_id, unique, entry):
    return client.get(f"/fhir/List/{document_id}")


def _search(client, person, document_id, unique, entry):
    return client.get("/fhir/DocumentReference", params={"identifier": f"{URI}|urn:oid:{unique}"})


def _search_entry(client, person, document_id, unique, entry):
    return client.post("/fhir/DocumentReference/_search", data={"identifier": f"{URI}|{entry}"})


def _patch(client, person, document_id, unique, entry):
    return client.patch(f"/fhir/DocumentReference/{document_id}", content=CHANGE, headers=JSON_PATCH)


def _patch_identifier(client, person, document_id, unique, entry):
    return client.patch(
        "/fhir/DocumentReference", params={"identifier": f"{URI}|urn:oid:{unique}"}, content=CHANGE, headers=JSON_PATCH
    )  # fmt: skip


def _replace(client, person, document_id, unique, entry):
    """A replacement whose older document is not its own: nothing is taken in."""
    return client.post(
        "/fhir", json=bundle([publication(documents(person, (500,))[0])], replaces={0: document_id})
    )


CHANGE = b'[{"op":"replace","path":"/status","value":"entered-in-error"}]'
JSON_PATCH = {"Content-Type": "application/json-patch+json"}
ROUTES = {
    "read": _read, "Binary": _binary, "Binary HEAD": _binary_head, "List": _list, "search": _search,
    "search by entryUUID": _search_entry, "PATCH": _patch, "PATCH by identifier": _patch_identifier, "replace": _replace,
}  # fmt: skip
EXPECTED = {name: {404} for name in ROUTES} | {
    "search": {200},
    "search by entryUUID": {200},
    "replace": {404, 422},
}


def said(answer, asked):
    """What an answer says, without its date and without the name that was asked for."""
    body, headers = answer.content, dict(answer.headers)
    headers.pop("date", None)
    for name in filter(None, asked):
        body = body.replace(name.encode(), b"ASKED").replace(quote(name, safe="").encode(), b"ASKED")
    body = _PAGES.sub(lambda page: b"_page=%d characters" % len(page[1]), body)
    return answer.status_code, headers, body


def shape(answer):
    """The same for what was taken in: without the moments and the names made for each."""
    found = re.sub(rb"1\.2\.250\.1\.999\.8\.\d+", b"OID", answer.content)
    found = _UUIDS.sub(b"UUID", _DATES.sub(b"DATE", found))
    return answer.status_code, len(found) // 64, sorted(answer.headers)
