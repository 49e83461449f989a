"""What the drills share: processes to be killed, and reading what they left as those who may."""

import pytest
from django.conf import settings
from django.db import connection

from tests.conftest import acting_as
from tests.kills.driver import Nursery


@pytest.fixture(scope="session")
def nursery(django_db_setup):
    """Processes on this session's database, which find there what the test commits."""
    made = Nursery(
        database=connection.settings_dict["NAME"],
        key_file=str(settings.CARNET_KEY_FILE),
        blobs=str(settings.CARNET_BLOBS),
    )
    yield made
    made.close()


@pytest.fixture
def rows():
    """Return the rows of a query, read as carnet_loader, which no wall stops."""

    def read(query, *values):
        with acting_as("carnet_loader"), connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    return read
