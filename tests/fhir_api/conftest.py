"""The addresses and middlewares of the process for software, in the tests of this folder."""

import pytest

from carnet.config.settings import edge
from tests.directory.clients import HOSPITAL
from tests.documents.deposits import add_claire
from tests.fhir_api.calling import Software, forget_rates


@pytest.fixture(autouse=True)
def _edge(settings):
    settings.ROOT_URLCONF = edge.ROOT_URLCONF
    settings.MIDDLEWARE = edge.MIDDLEWARE
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = edge.DATA_UPLOAD_MAX_MEMORY_SIZE
    settings.CARNET_API_URL = "https://api.exemple.test"
    settings.CARNET_CALLS = ""
    forget_rates()


@pytest.fixture
def laboratory():
    return Software()


@pytest.fixture
def hospital():
    return Software(HOSPITAL, name="Hôpital des Acacias")


@pytest.fixture
def strict():
    return Software(strict=True)


@pytest.fixture
def claire():
    return add_claire()
