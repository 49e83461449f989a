"""The planner's statistics copy values out of the tables: those of a space must never get there."""

import pytest
from django.db import connection

from carnet.platform import erasure
from tests.conftest import acting_as
from tests.people.persons import claire

pytestmark = pytest.mark.django_db

# Words of closed lists, which say nothing of anybody by themselves.
CODED = {
    "asker_kind", "author_kind", "basis", "body_level", "category", "channel", "class_code", "code", "context", "depositor", "factor", "format_code", "key_id", "kind", "level", "means", "media_type",
    "method", "mode", "origin", "outcome", "purpose", "reason", "rhythm", "role", "roles", "rubric", "scan", "slot", "state", "status", "structure", "terms_version", "topic",
    "type_code",
}  # fmt: skip
ALWAYS = {"platform_personkey", "enrolment_space", "people_onetimecode"}


def rows(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def test_what_an_erasure_removes_is_never_sampled():
    sampled = rows(
        "select c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
        " join pg_type t on t.oid = a.atttypid"
        " where c.relname = any(%s) and a.attnum > 0 and not a.attisdropped"
        " and t.typname not in ('uuid', 'bool', 'int2', 'int4', 'int8', 'date', 'timestamptz')"
        " and coalesce(a.attstattarget, -1) <> 0",
        sorted({*erasure.list_tables(), *ALWAYS}),
    )
    assert {(table, column) for table, column in sampled if column not in CODED} == set()


def test_analysed_they_hold_nothing_of_an_account():
    for number in range(3):
        claire(login=f"claire.martin.{number}")
    with acting_as("carnet_owner"):
        with connection.cursor() as cursor:
            cursor.execute("analyze people_account")
        found = {name for (name,) in rows("select attname from pg_stats where tablename = 'people_account'")}
    assert "kind" in found
    assert {"login_key", "sealed", "password_hash", "totp_sealed"}.isdisjoint(found)
