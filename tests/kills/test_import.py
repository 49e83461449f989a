"""A register import is killed: the lines that were acknowledged are in, each once, and it goes on from there."""

import csv
from pathlib import Path

import pytest

from carnet.standards.ins import OID_INS_TEST, key_of
from tests.kills.drill import Drill, run

pytestmark = pytest.mark.django_db(transaction=True)

LINES, BATCH = 180, 20
TABLES = ("person", "insindex", "address", "contact", "card", "attachment", "representation",
          "registerload", "registerline", "registerreject")  # fmt: skip
# What a line of the file became, by matricule: ids and moments are those of the run.
REGISTER = """
select p.matricule, p.oid, p.birth_name, p.given_names, p.birth_date, p.sex, p.died_on, i.person_id is not null,
  a.lines, a.city, c.email, c.phone, encode(k.serial_key, 'hex'), q.matricule as parent, r.origin, r.state
from people_person p
left join people_insindex i on i.person_id = p.id
left join people_address a on a.person_id = p.id
left join people_contact c on c.person_id = p.id
left join people_card k on k.person_id = p.id
left join people_attachment t on t.child_id = p.id
left join people_person q on q.id = t.parent_id
left join people_representation r on r.person_id = p.id and r.representative_id = t.parent_id
order by 1, 2, 14"""


def matricule(number):
    thirteen = f"27001315{number:05d}"
    return f"{thirteen}{key_of(thirteen):02d}"


def line(number):
    """Two adults, a child, and so on; every ninth line breaks a rule, some parents are unknown."""
    child = number % 3 == 0
    return {
        "operation": "upsert",
        "matricule": matricule(number),
        "oid": OID_INS_TEST,
        "birth_name": "D’ARC-Ÿ" if number % 9 else "",
        "given_names": "ÉLOÏSE MARIE",
        "birth_date": "2019-02-28" if child else "1970-01-31",
        "sex": "F",
        "birth_place": "31555",
        "parent_matricule": matricule(number + (1 if number % 12 else 2000)) if child else "",
        "address_1": f"{number} RUE DU LAVOIR",
        "postal_code": "31000",
        "city": "TOULOUSE",
        "commune": "31555",
        "email": "" if number % 5 else f"p{number}@exemple.test",
        "phone": "0600000001",
        "card_serial": f"{44400000000 + number}",
    }


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "register.csv"
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(line(1)))
        writer.writeheader()
        writer.writerows(line(number) for number in range(1, LINES + 1))
    return path


def test_an_import(nursery, rows, file):
    rejected = Path(f"{file}.rejected.csv")

    def prepare():
        rejected.unlink(missing_ok=True)
        rows(f"truncate {', '.join(f'people_{table}' for table in TABLES)}")
        return {"path": str(file), "batch": BATCH}

    def check_killed(_facts, said):
        progress = rows("select line from people_registerload")
        done = progress[0][0] if progress else 1
        acknowledged = [int(word) for word in said if word.isdigit()]
        assert max(acknowledged, default=1) <= done
        good = {matricule(number) for number in range(1, done) if number % 9}
        assert [(value,) for value in sorted(good)] == rows("select matricule from people_person order by 1")

    def rows_of(_facts):
        (state,) = rows("select line, counts, done_at is not null from people_registerload")
        rejects = rows('select line, "column", reason from people_registerreject order by 1')
        assert rows("select count(*) from people_registerline") == [(0,)]
        return rows(REGISTER), state, rejects, rejected.read_text()

    run(Drill("load_register", "loader", prepare, check_killed, rows_of), nursery)
    assert len(rows(REGISTER)) == LINES - LINES // 9
