"""What the database's own catalogue must say, whatever the code believes."""

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from tests.conftest import acting_as

pytestmark = pytest.mark.django_db

# Tables that hold a person_id and are not clinical: administrative, index or ground (ARCHITECTURE.md).
ADMINISTRATIVE = {
    "access_administrator", "access_block", "access_carerelation", "access_consent", "access_delegation",
    "access_emergency", "access_guardreading", "access_pass", "access_professionalblock", "access_resultschoice",
    "access_visit", "documents_arrival", "documents_hold", "documents_locator", "notices_preference",
    "desk_act", "desk_callback",
    "exports_copy", "support_ticket",
    "enrolment_draft", "enrolment_provisionalcode", "enrolment_space",
    "notices_delivery", "notices_notice",
    "people_address", "people_card", "people_contact", "people_insindex", "people_registerline", "people_representation",
    "platform_outbox", "platform_personkey", "pro_trainingpatient",
    "sandbox_life", "sandbox_mail",
}  # fmt: skip


def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_every_table_of_a_person_is_walled_or_listed():
    unwalled = rows(
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'person_id'"
        " where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace"
        " and not (c.relrowsecurity and c.relforcerowsecurity"
        " and exists (select from pg_policy p where p.polrelid = c.oid))"
    )
    assert {name for (name,) in unwalled} == ADMINISTRATIVE


def test_a_wall_has_no_default_that_would_read_as_empty():
    policies = rows(
        "select polrelid::regclass::text, pg_get_expr(polqual, polrelid) from pg_policy"
        " where polname = 'person_wall'"
    )
    assert policies
    for table, expression in policies:
        assert expression == "(person_id = (current_setting('carnet.person_id'::text))::uuid)", table


def test_no_partition_is_reachable_but_through_its_parent():
    assert (
        rows(
            "select c.relname, r.rolname from pg_class c, pg_roles r where c.relispartition and c.relkind = 'r'"
            " and r.rolname in ('carnet_app', 'carnet_batch', 'carnet_seal', 'carnet_stats')"
            " and has_table_privilege(r.rolname, c.oid, 'select, insert, update, delete, truncate')"
        )
        == []
    )


def test_no_function_or_view_acts_as_its_owner():
    assert rows("select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace") == []
    assert (
        rows(
            "select relname from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace"
            " and not coalesce('security_invoker=on' = any(reloptions), false)"
        )
        == []
    )


def test_a_clinical_reference_stays_inside_one_person():
    assert (
        rows(
            "select conname from pg_constraint k join pg_class c on c.oid = k.conrelid"
            " join pg_class f on f.oid = k.confrelid"
            " where k.contype = 'f' and c.relrowsecurity and f.relrowsecurity"
            " and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum = any(k.conkey)"
            " and a.attname = 'person_id')"
        )
        == []
    )


def test_the_application_is_nobody_special():
    ((super_, bypass, create),) = rows(
        "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = 'carnet_app'"
    )
    assert (super_, bypass, create) == (False, False, False)
    assert (
        rows(
            "select m.roleid::regrole::text from pg_auth_members m"
            " where m.member in ('carnet_app'::regrole, 'carnet_batch'::regrole)"
        )
        == []
    )
    for forbidden in (
        "set session_replication_role = replica",
        "alter table people_person add column x int",
        "create table mine (id int)",
    ):
        with pytest.raises(ProgrammingError), acting_as("carnet_app"), connection.cursor() as cursor:
            cursor.execute("savepoint s")
            try:
                cursor.execute(forbidden)
            finally:
                cursor.execute("rollback to savepoint s")


def test_no_table_is_open_to_everybody():
    assert (
        rows(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
            " and relname not like 'procrastinate%' and relname not like 'django%' and relname not like 'dsfr%'"
            " and has_table_privilege('carnet_stats', oid, 'select, insert, update, delete')"
        )
        == []
    )
