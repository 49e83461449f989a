"""Every declared route, called with what its description allows and with what it does not.

No answer may be a failure of ours, and each is of a status and a type of content that the description gives.
"""

import os
import random
import subprocess
import sys

import pytest

from tests.clients.papers import documents, publication
from tests.clients.running import client_of

pytestmark = pytest.mark.django_db(transaction=True)

EXAMPLES = "200" if os.environ.get("CARNET_LONG") else "5"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance"


def test_what_is_declared_is_what_is_done(api, people, software, tmp_path):
    token = software.token()
    with client_of(api, token) as client:  # something to find
        for data in documents(people[0], range(1, 4)):
            deposited = client.post("/fhir/DocumentReference", json=publication(data))
            assert deposited.status_code == 201
        description = client.get("/openapi.json")
    assert description.status_code == 200
    paths = description.json()["paths"]
    assert {"/fhir", "/fhir/DocumentReference", "/fhir/metadata", "/oauth/token"} <= set(paths)
    call(api, token, tmp_path)
    there = tmp_path / "there"  # what has a name, once more: a document that is there
    there.mkdir()
    (there / "schemathesis.toml").write_text(f'[parameters]\n"path.id" = "{deposited.json()["id"]}"\n')
    call(api, token, there, "--include-path-regex", "(DocumentReference|Binary)/[{]id[}]")
    assert api.alive
    said = api.log.read_bytes().splitlines()
    assert not [line for line in said if b'"level": "error"' in line or b"Traceback" in line]


def call(api, token, folder, *options):
    """Call the routes with what was drawn; AssertionError with the report when an answer is not as declared."""
    seed = str(random.randrange(2**32))
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", f"{api.url}/openapi.json",
         "--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--max-examples", EXAMPLES,
         "--seed", seed, "--mode", "all", "--phases", "examples,coverage,fuzzing", "--no-color",
         "--suppress-health-check", "all", "--request-timeout", "60", *options],
        capture_output=True, text=True, check=False, cwd=folder, env=_environment(), timeout=3000,
    )  # fmt: skip
    assert done.returncode == 0, f"seed {seed}\n{done.stdout[-8000:]}\n{done.stderr[-2000:]}"
    assert "Selected: 0/" not in done.stdout
    print(f"seed {seed}\n{done.stdout[-2000:]}")


def _environment():
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))}
    return kept | {"NO_PROXY": "localhost,127.0.0.1"}
