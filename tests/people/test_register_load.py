"""Loading a register file: merged, resumed, rejected lines told, real identities kept out of the sandbox."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from carnet.people import api as people
from carnet.people.api import register
from carnet.people.register import loading
from carnet.standards.ins import OID_INS_TEST, key_of
from tests.conftest import acting_as

SAMPLE = Path(__file__).parent / "data" / "register-sample.csv"
TABLES = ("person", "insindex", "address", "contact", "card", "attachment", "representation")

pytestmark = pytest.mark.django_db


def rows(query, values=()):
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def load(path, **options):
    with acting_as("carnet_loader"):
        return register.load(path, **options)


def number(order, born="1970-01-01", sex="F", place="31555"):
    thirteen = f"{1 if sex == 'M' else 2}{born[2:4]}{born[5:7]}{place}{order:03d}"
    return f"{thirteen}{key_of(thirteen):02d}"


def line(order, **cells):
    facts = {
        "matricule": number(order), "oid": OID_INS_TEST, "birth_name": "VERNIEL", "given_names": "LÉA",
        "birth_date": "1970-01-01", "sex": "F", "birth_place": "31555",
    }  # fmt: skip
    return facts | cells


def write(path, lines, columns=None):
    columns = columns or list(dict.fromkeys(name for each in lines for name in each))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(lines)
    return path


def rejected(summary):
    with summary.rejected_file.open(encoding="utf-8") as file:
        return [(int(row["line"]), row["column"]) for row in csv.DictReader(file)]


@pytest.fixture
def sample(tmp_path):
    return Path(shutil.copy(SAMPLE, tmp_path))


def test_the_sample_is_loaded_whole(sample):
    done = load(sample)
    assert (done.lines, done.accepted, done.rejected, done.rejected_file) == (20, 20, 0, None)
    assert done.by_operation == {"upsert": 16, "birth": 1, "move": 2, "death": 1}
    mother = people.find_by_matricule("285023155510104")
    assert mother.display_name == "Céline BELLECHET"
    assert [child.first_given_name for child in people.list_children(mother.id)] == ["NOÉ", "TOM"]
    assert people.card_matches(mother.id, "44400000001")
    assert people.find_contact(mother.id).email == "celine@exemple.test"
    yann = people.find_by_matricule(number(101, "1999-09-09", "M", "35238"))
    assert people.find_address(yann.id).city == "NANTES"
    dead = people.find_by_matricule(number(101, "1940-12-01", "M", "99139"))
    assert dead.died_on == date(2026, 1, 15)
    worn = people.find_by_matricule(number(101, "1962-10-10", "M", "97411"))
    assert not people.card_matches(worn.id, "44400000005")


def test_a_birth_is_represented_by_the_parent(sample):
    load(sample)
    lila = people.find_by_matricule(number(101, "2026-03-02", "F", "2B033"))
    mother = people.find_by_matricule(number(101, "1988-02-29", "F", "2B033"))
    assert people.find_relation(lila.id, mother.id) == "representative"


def test_the_same_file_twice_changes_nothing(sample):
    load(sample)
    before = [rows(f"select * from people_{table} order by 1") for table in TABLES]
    assert load(sample).already
    assert [rows(f"select * from people_{table} order by 1") for table in TABLES] == before


def test_the_same_lines_in_another_file_are_the_same_persons(sample, tmp_path):
    load(sample)
    before = [rows(f"select * from people_{table} order by 1") for table in TABLES]
    again = tmp_path / "again.csv"
    again.write_text(sample.read_text() + "\n".join(["", *sample.read_text().splitlines()[-1:]]))
    load(again)
    assert [rows(f"select * from people_{table} order by 1") for table in TABLES] == before


def test_a_delta_corrects_and_keeps_what_it_has_no_column_for(tmp_path):
    load(write(tmp_path / "full.csv", [line(1, email="lea@exemple.test", card_serial="44400000001")]))
    person = people.find_by_matricule(number(1))
    load(write(tmp_path / "delta.csv", [line(1, birth_name="VERNIEL-ROCHE", card_serial="44400000002")]))
    after = people.get_person(person.id)
    assert after.birth_name == "VERNIEL-ROCHE"
    assert people.card_matches(person.id, "44400000002")
    assert people.find_contact(person.id).email == "lea@exemple.test"


def test_an_empty_cell_takes_away(tmp_path):
    load(write(tmp_path / "full.csv", [line(1, email="lea@exemple.test", phone="", city="TOULOUSE")]))
    person = people.find_by_matricule(number(1))
    load(write(tmp_path / "next.csv", [line(1, email="", phone="", city="")]))
    assert people.find_contact(person.id) is None
    assert people.find_address(person.id) is None


def test_rejected_lines_are_told_with_their_number_and_column(tmp_path):
    lines = [
        line(1), line(2, matricule="270013155500200"), line(3, birth_date="2999-01-01"), line(4, birth_date="1971-02-29"),
        line(5, birth_name="N" * 80), line(1, given_names="ZOÉ"), line(7, operation="death", died_on="2026-01-01"),
        line(8, operation="move", city="LYON"), line(9, oid="1.2.3"), line(10, parent_matricule=number(99)),
    ]  # fmt: skip
    done = load(write(tmp_path / "mixed.csv", lines))
    assert rejected(done) == [
        (3, "matricule"), (4, "birth_date"), (5, "birth_date"), (7, "matricule"), (8, "matricule"),
        (9, "matricule"), (10, "oid"), (11, "parent_matricule"),
    ]  # fmt: skip
    assert done.accepted == 3
    assert done.rejected == 8
    assert rows("select count(*) from people_person") == [(3,)]
    assert people.find_by_matricule(number(1)).first_given_name == "LÉA"
    text = done.rejected_file.read_text()
    assert "VERNIEL" not in text
    assert number(2) not in text


def test_a_parent_may_stand_further_down_even_in_another_batch(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 2)
    child = line(1, matricule=number(1, "2020-01-01"), birth_date="2020-01-01", parent_matricule=number(6))
    load(write(tmp_path / "file.csv", [child, *(line(order) for order in range(2, 8))]))
    parent = people.find_by_matricule(number(6))
    assert [each.matricule for each in people.list_children(parent.id)] == [number(1, "2020-01-01")]
    assert rows("select count(*) from people_registerline") == [(0,)]


def test_a_severed_link_stays_severed_when_the_register_is_loaded_again(tmp_path):
    child = line(1, matricule=number(1, "2020-01-01"), birth_date="2020-01-01", parent_matricule=number(6))
    load(write(tmp_path / "file.csv", [child, line(6)]))
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("update people_representation set state = 'severed'")
    load(write(tmp_path / "next.csv", [child, line(6, used_name="ROCHE")]))
    assert rows("select state from people_representation") == [("severed",)]


def test_an_adult_child_is_attached_and_represents_herself(tmp_path):
    load(write(tmp_path / "file.csv", [line(1, parent_matricule=number(6)), line(6)]))
    assert len(people.list_children(people.find_by_matricule(number(6)).id)) == 1
    assert rows("select count(*) from people_representation") == [(0,)]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_broken_lines_do_not_stop_the_others(tmp_path, delimiter):
    path = write(tmp_path / "file.csv", [line(1), line(2)])
    text = path.read_text().replace(",", delimiter).splitlines()
    good, last = text[1], text[2].replace("VERNIEL", '"VERNIEL').encode()
    broken = [text[0], good, good[:20], good + delimiter * 3]
    path.write_bytes(
        b"\xef\xbb\xbf" + "\n".join(broken).encode() + b"\n" + text[2].encode("latin-1") + b"\n" + last
    )
    done = load(path)
    assert done.accepted == 1
    assert [at for at, _ in rejected(done)] == [3, 4, 5, 6]


def test_a_cell_without_end_is_a_line_rejected(tmp_path):
    path = write(tmp_path / "file.csv", [line(1), line(2, city="X" * 200_000)])
    done = load(path)
    assert (done.accepted, done.rejected) == (1, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "vide"),
        ("matricule,oid\n", "absentes"),
        (",".join([*line(1), "surprise"]), "surprise"),
        (",".join([*line(1), "sex"]), "double"),
        ("PAR1 tronqué", "Parquet"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(tmp_path, text, said):
    path = tmp_path / "file.csv"
    path.write_text(text)
    with pytest.raises(register.RegisterRefusedError, match=said):
        load(path)
    assert rows("select count(*) from people_registerload") == [(0,)]


def test_parquet_is_loaded_as_csv_is(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    lines = [
        line(1, birth_date=date(1970, 1, 1), card_serial="44400000001", card_legible=False),
        line(2, email=None),
    ]
    names = list(dict.fromkeys(name for each in lines for name in each))
    table = pa.table(
        {
            name: [str(each[name]) if name == "birth_date" else each.get(name) for each in lines]
            for name in names
        }
    )
    parquet.write_table(table, tmp_path / "file.parquet")
    done = load(tmp_path / "file.parquet")
    assert (done.accepted, done.rejected) == (2, 0)
    assert not people.card_matches(people.find_by_matricule(number(1)).id, "44400000001")


def test_real_identities_never_enter_the_sandbox(tmp_path):
    path = write(tmp_path / "real.csv", [line(1), line(2, oid="1.2.250.1.213.1.4.8")])
    with pytest.raises(register.RegisterRefusedError, match="identité réelle"):
        load(path)
    assert people.count_real_identities() == 0
    assert rows("select count(*) from people_registerload") == [(0,)]


def test_outside_the_sandbox_identities_of_tests_are_rejected(tmp_path, settings):
    settings.CARNET_SANDBOX = False
    settings.CARNET_TRUSTED_OIDS = ("1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9")
    done = load(write(tmp_path / "file.csv", [line(1), line(2, oid="1.2.250.1.213.1.4.8")]))
    assert rejected(done) == [(2, "oid")]
    assert people.count_real_identities() == 1


def test_a_file_loaded_in_part_comes_before_any_other(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 2)
    first = write(tmp_path / "first.csv", [line(order) for order in range(1, 7)])
    other = write(tmp_path / "other.csv", [line(8)])

    def stop(_share, _line):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(first, progress=stop)
    with pytest.raises(register.RegisterRefusedError, match="first\\.csv"):
        load(other)
    assert load(first).accepted == 6
    assert load(other).accepted == 1


def test_a_file_loaded_in_part_may_be_abandoned(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 2)
    first = write(tmp_path / "first.csv", [line(order) for order in range(1, 7)])

    def stop(_share, _line):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(first, progress=stop)
    assert load(write(tmp_path / "other.csv", [line(1), line(8)]), abandon=True).accepted == 2
    assert rows("select count(*) from people_registerline") == [(0,)]


# -- with real transactions and a process that is killed

MANY = 1_000_000 if os.environ.get("CARNET_LONG") else 10_000
BAD = 10
SCRIPT = """
import os, sys
from pathlib import Path
import django
django.setup()
from django.db import connection
from django.conf import settings
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[2]
connection.settings_dict["OPTIONS"]["assume_role"] = "carnet_loader"
from carnet.people.register import loading
loading.BATCH = 500
print("loading", flush=True)
def told(share, line): print(line, flush=True)
done = loading.load(Path(sys.argv[1]), progress=told)
print(done.accepted, done.rejected, flush=True)
"""


def many(path, count):
    """A file of `count` good lines and ten bad ones, spread."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*line(1), "email", "card_serial", "city", "parent_matricule"])
        bad = (
            {count * (at + 1) // (BAD + 1) // 999 * 999 + 5 for at in range(BAD)}
            if count > 9_999
            else set(range(3, 503, 50))
        )
        for at in range(count + BAD):
            place, order = f"{at // 999 % 90000 + 1001:05d}", at % 999 + 1
            matricule = number(order, "1970-01-01", "F", place)
            if at in bad:
                matricule = matricule[:13] + "00"
            parent = number(1, "1970-01-01", "F", place) if at % 5 == 2 and order > 1 else ""
            cells = line(1, matricule=matricule, birth_place=place)
            writer.writerow(
                [*cells.values(), f"p{at}@exemple.test", f"{44_400_000_000 + at}", "LYON", parent]
            )
    return path


def start(path):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "carnet.config.settings.test",
        "PYTHONPATH": "src:.",
    }
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(path), connection.settings_dict["NAME"]],
        stdout=subprocess.PIPE, text=True, env=environment, cwd=Path(__file__).parents[2],
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_and_started_again_it_loads_the_same(tmp_path):
    count = 6_000
    path = many(tmp_path / "many.csv", count)
    kills = 10 if os.environ.get("CARNET_LONG") else 2
    for kill in range(kills):
        process = start(path)
        for told in process.stdout:
            if told.strip().isdigit() and int(told) > kill * count // (kills + 4):
                break
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    assert 0 < rows("select count(*) from people_person")[0][0] < count
    process = start(path)
    last = process.stdout.read().splitlines()[-1]
    assert process.wait() == 0
    process.stdout.close()
    assert last == f"{count} {BAD}"
    assert rows("select count(*), count(distinct matricule) from people_person") == [(count, count)]
    assert rows("select count(*) from people_insindex") == [(count,)]
    assert rows("select count(*) from people_registerreject") == [(BAD,)]
    children = rows("select count(*) from people_attachment")[0][0]
    assert abs(children - count / 5) < 10


@pytest.mark.django_db(transaction=True)
def test_many_good_lines_and_ten_bad(tmp_path, capsys):
    path = many(tmp_path / "many.csv", MANY)
    began = time.monotonic()
    done = load(path)
    seconds = time.monotonic() - began
    assert (done.accepted, done.rejected) == (MANY, BAD)
    assert len(rejected(done)) == BAD
    assert rows("select count(*) from people_person") == [(MANY,)]
    with capsys.disabled():
        print(f"\nregister: {MANY} lines in {seconds:.1f} s, {MANY / seconds:.0f} a second")
