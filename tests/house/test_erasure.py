"""An erasure leaves no row of a person in a room: every table that names a person is declared, or is said here."""

import pytest
from django.db import connection

from carnet.platform import erasure
from tests.conftest import acting_as

pytestmark = pytest.mark.django_db

REGISTER = {
    "people_address", "people_attachment", "people_card", "people_contact", "people_insindex", "people_registerline",
}  # fmt: skip
"""The national register: it is the insurer's, and outlives a space."""
BY_ITSELF = {"enrolment_space", "platform_personkey"}
"""What enrolment.erasure clears by itself."""
TRACE = {"journal"}
"""Kept by law, unreadable once the key is destroyed."""


def test_every_table_that_names_a_person_is_erased():
    with acting_as("carnet_owner"), connection.cursor() as cursor:
        cursor.execute(
            "select distinct c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid"
            " where c.relkind in ('r', 'p') and not c.relispartition and not a.attisdropped"
            " and c.relnamespace = 'public'::regnamespace"
            " and a.attname in ('person_id', 'caregiver_id', 'representative_id', 'owner_id', 'parent_id',"
            " 'child_id', 'about_id', 'reader_id')"
        )
        named = {row[0] for row in cursor.fetchall()}
    assert {"documents_document", "access_delegation"} <= named
    assert named - set(erasure.list_tables()) == REGISTER | BY_ITSELF | TRACE
