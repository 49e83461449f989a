"""A load of the annuaire is killed: what was kept stays, once, and the load goes on to the same directory."""

import json

import pytest

from tests.directory.annuaire import organization, practitioner, role
from tests.kills.drill import Drill, run

pytestmark = pytest.mark.django_db(transaction=True)

COUNT, BATCH = 60, 9
DIRECTORY = """
select p.national_id, p.family_name, p.speciality, p.active, l.identifier, l.mode, l.active, l.since, t.finess, t.name
from directory_professional p left join directory_place l on l.professional_id = p.id
left join directory_structure t on t.finess = l.structure_id order by 1, 5"""
TABLES = ("place", "professional", "load")


@pytest.fixture
def files(tmp_path):
    """Roles before whom they tie, one without professional; a professional who has left, one unreadable."""
    roles = [role(n) for n in range(1, COUNT + 1)] + [role(900)]
    people = [practitioner(n, active=bool(n % 7)) for n in range(1, COUNT + 1)] + [practitioner(901, name=[])]
    structures = [organization(n) for n in range(1, COUNT + 1)]
    found = []
    for name, resources in (("roles", roles), ("others", people + structures)):
        path = tmp_path / f"{name}.ndjson"
        path.write_text("".join(json.dumps(one) + "\n" for one in resources), "utf-8")
        found.append(str(path))
    return found


def test_a_killed_load_goes_on_to_the_same_directory(files, nursery, rows):
    def prepare():
        for table in TABLES:
            rows(f"delete from directory_{table}")
        rows("delete from directory_structure where source_id <> ''")
        return {"paths": files, "batch": BATCH}

    def check_killed(_facts, _said):
        ((doubled,),) = rows(
            "select count(*) - count(distinct national_id) + (select count(*) - count(distinct identifier)"
            " from directory_place) from directory_professional"
        )
        assert doubled == 0
        (lines,) = rows("select coalesce(max(line), 0) from directory_load")[0]
        assert lines <= 2 * COUNT + 1

    def rows_of(_facts):
        ((still,),) = rows("select count(*) from directory_load where done_at is null")
        assert still == 0
        return rows(DIRECTORY)

    run(
        Drill(
            scenario="load_annuaire", role="app", prepare=prepare, check_killed=check_killed, rows_of=rows_of
        ),
        nursery,
    )
