"""The process for software as it runs: bodies that never end, that are too long, or that come in pieces."""

import json
import socket
from contextlib import closing, suppress

import pytest

from tests.clients.papers import publication
from tests.clients.running import client_of, running
from tests.documents.deposits import add_claire, report
from tests.fhir_api.calling import Software

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def process(tmp_path_factory, django_db_setup):
    with running(tmp_path_factory.mktemp("api") / "api.log") as made:
        yield made


def ask(port, head, body=b""):
    """Send bytes as they are; return the status and all that was answered."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as line:
        line.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before its end
            line.sendall(body)
        said = b""
        while piece := line.recv(65536):
            said += piece
    return int(said.split(b" ", 2)[1]), said


def head_of(method, path, token, **headers):
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        f"Authorization: Bearer {token}",
    ]
    return "\n".join([*lines, *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())])


def test_bodies_that_may_not_be(process):
    token = Software().token
    json_of = {"Content_Type": "application/fhir+json"}
    path = "/fhir/DocumentReference"
    status, said = ask(
        process.port, head_of("POST", path, token, **json_of, Content_Length=60_000_000), b" " * 60_000_000
    )
    assert (status, b"too-long" in said) == (413, True), said[:500]
    status, said = ask(
        process.port, head_of("POST", path, token, **json_of, Transfer_Encoding="chunked"), b"0\r\n\r\n"
    )
    assert (status, b"Content-Length" in said) == (411, True), said[:500]
    status, said = ask(process.port, head_of("POST", path, token, **json_of, Content_Length="5"), b'{"a":')
    assert (status, b"structure" in said) == (400, True)
    assert process.alive
    assert ask(process.port, head_of("GET", "/healthz", token))[0] == 200


def test_a_deposit_and_its_reading_over_http(process):
    claire, software = add_claire(), Software()
    with client_of(process, software.token) as http:
        answer = http.post(
            "/fhir/", json=publication(report(claire, 1)), headers={"Content-Type": "application/fhir+json"}
        )
        assert answer.status_code == 400  # a DocumentReference is no Bundle
        answer = http.post(
            "/fhir/DocumentReference",
            json=publication(report(claire, 1)),
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert answer.headers["location"].startswith(f"{process.fhir}/DocumentReference/{made['id']}")
        file = http.get(f"/fhir/Binary/{made['id']}", headers={"Accept": "*/*"})
        assert (file.content, file.headers["content-type"]) == (report(claire, 1), "text/xml")
        head = http.head(f"/fhir/Binary/{made['id']}", headers={"Accept": "*/*"})
        assert (head.status_code, head.content, head.headers["content-length"]) == (
            200,
            b"",
            str(len(file.content)),
        )
        assert http.get("/metrics").status_code == 200
    log = process.log.read_text()
    requests = [json.loads(line) for line in log.splitlines() if '"event": "request"' in line]
    assert {one["route"] for one in requests} >= {"fhir/Binary/<str:id>", "fhir/DocumentReference"}
    assert made["id"] not in log
