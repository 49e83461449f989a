"""One running process for all, and for each test: people, their documents, and the account of a software."""

import json

import pytest

from tests.clients.papers import Software
from tests.clients.running import running
from tests.directory.clients import add_client
from tests.documents.deposits import FINESS, add_claire, add_dominique


@pytest.fixture(scope="session")
def api(tmp_path_factory, django_db_setup):
    """The real process. A test that kills it starts it again."""
    with running(tmp_path_factory.mktemp("api") / "api.log") as made:
        yield made


@pytest.fixture(autouse=True)
def _what_it_logged(request):
    """Show, with a failure, what the process said meanwhile."""
    if "api" not in request.fixturenames:
        yield
        return
    log = request.getfixturevalue("api").log
    before = log.stat().st_size
    yield
    with log.open("rb") as opened:
        opened.seek(before)
        print(opened.read().decode(errors="replace")[-200000:])


@pytest.fixture
def software(tmp_path):
    """The account of a software of the laboratory, and its key in a file."""
    return software_of(FINESS, tmp_path / "client.json")


@pytest.fixture
def other_software(tmp_path):
    """That of another structure."""
    return software_of("310000021", tmp_path / "other.json", name="Hôpital des Acacias")


@pytest.fixture
def people():
    """Several persons with an open space."""
    return [add_dominique(), add_claire(), add_claire(birth_name="PETIT", given_names="LOUIS", sex="M")]


def software_of(finess, path, **facts):
    card, key = add_client(finess, **facts)
    path.write_text(json.dumps(key))
    return Software(card, path)
