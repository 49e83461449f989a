"""The directory is fed from files of the annuaire: twice is once, interrupted it resumes, what is wrong is said."""

import json

import pytest
from django.db import connection

from carnet.config.cli import main
from carnet.directory import annuaire
from carnet.directory import api as directory
from carnet.directory.annuaire_export import export
from tests.conftest import acting_as
from tests.directory.annuaire import organization, practitioner, role

pytestmark = pytest.mark.django_db
COUNT = 30


def rows():
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.national_id, p.family_name, p.active, l.identifier, l.structure_id, l.mode, l.active, l.since,"
            " t.name, t.sector, t.others from directory_place l join directory_professional p"
            " on p.id = l.professional_id join directory_structure t on t.finess = l.structure_id order by 4"
        )
        return cursor.fetchall()


def write(path, resources):
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in resources), "utf-8")
    return path


@pytest.fixture
def files(tmp_path):
    """Three files of NDJSON, the roles first: the order of files does not matter."""
    numbers = range(1, COUNT + 1)
    return [
        write(tmp_path / "roles.ndjson", [role(n) for n in numbers]),
        write(tmp_path / "ps.ndjson", [practitioner(n) for n in numbers]),
        write(tmp_path / "structures.ndjson", [organization(n) for n in numbers]),
    ]


def test_a_load_gives_professionals_with_their_places(files):
    done = annuaire.load(files)
    assert done.counts == {"structures": COUNT, "professionals": COUNT, "places": COUNT}
    card = directory.find_by_national_id("810000000007")
    (place,) = directory.list_places(card.id)
    assert (card.family_name, card.profession, card.speciality, card.rpps) == (
        "NOM7",
        "10",
        "SM54",
        "10000000007",
    )
    assert (place.structure, place.structure_name, place.sector, place.mode) == (
        "690000007", "Structure 7", "SA07", "L",
    )  # fmt: skip


def test_twice_is_once_and_a_file_that_was_read_is_not_read_again(files):
    annuaire.load(files)
    before = rows()
    assert annuaire.load(files).counts == {}
    for path in files:
        assert annuaire.forget(path)
    assert annuaire.load(files).counts["places"] == COUNT
    assert rows() == before


def test_who_is_no_longer_active_stays_and_enters_no_more(files, tmp_path):
    annuaire.load(files)
    annuaire.load([write(tmp_path / "more.ndjson", [practitioner(7, active=False), role(8, active=False)])])
    card = directory.find_by_national_id("810000000007")
    assert not card.active
    assert directory.list_places(directory.find_by_national_id("810000000008").id) == []
    assert directory.search_professionals("NOM7") == []


def test_what_the_annuaire_does_not_say_stays(files):
    annuaire.load(files)
    with connection.cursor() as cursor:
        cursor.execute(
            "update directory_place set regulator = true, kind = 'replacement' where identifier = 'annuaire-77'"
        )
    for path in files:
        annuaire.forget(path)
    annuaire.load(files)
    (place,) = directory.list_places(directory.find_by_national_id("810000000007").id)
    assert (place.regulator, place.kind) == (True, "replacement")


def test_a_student_is_one_at_his_places(tmp_path):
    content = practitioner(1)
    content["qualification"][0]["code"]["coding"][1]["code"] = "E"
    annuaire.load([write(tmp_path / "a", [content, organization(1), role(1)])])
    (place,) = directory.list_places(directory.find_by_national_id("810000000001").id)
    assert place.kind == "student"


def test_a_bundle_is_a_file_too(tmp_path):
    bundle = {
        "resourceType": "Bundle",
        "entry": [{"resource": one} for one in (role(1), organization(1), practitioner(1))],
    }
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle, indent=1), "utf-8")
    assert annuaire.load([path]).counts == {"structures": 1, "professionals": 1, "places": 1}


def test_the_former_format_names_the_structure_by_number(tmp_path):
    place = role(1) | {"organization": {"identifier": {"value": "1690000001"}}}
    annuaire.load([write(tmp_path / "a", [practitioner(1), organization(1), place])])
    assert rows()[0][4] == "690000001"


def test_each_rejected_line_names_its_field_and_rule(tmp_path):
    path = write(tmp_path / "a.ndjson", [
        practitioner(1), practitioner(2, name=[]), {"resourceType": "Device"}, role(3), organization(1, identifier=[]),
    ])  # fmt: skip
    with path.open("ab") as file:
        file.write(b"{not json\n")
    done = annuaire.load([path])
    assert [(one.line, one.field) for one in done.rejected] == [
        (2, "name.family"), (5, "identifier"), (6, "ligne"), (4, "practitioner"),
    ]  # fmt: skip
    assert done.counts == {"professionals": 1, "structures": 0, "ignored": 1, "rejected": 4, "places": 0}


def test_a_line_without_end_is_refused_and_the_next_is_read(tmp_path):
    path = write(tmp_path / "a.ndjson", [organization(1)])
    with path.open("ab") as file:
        file.write(b'{"x": "' + b"x" * (annuaire.LONGEST_LINE + 10) + b'"}\n')
        file.write(json.dumps(organization(2)).encode())
    done = annuaire.load([path])
    assert (done.counts["structures"], done.rejected[0].line) == (2, 2)


def test_what_is_no_file_of_the_annuaire_is_said(tmp_path, capsys):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 \x00\xff")
    with pytest.raises(annuaire.UnreadableError):
        annuaire.load([path])


def test_an_interrupted_load_resumes_with_the_next_batch(files, monkeypatch):
    monkeypatch.setattr(annuaire, "BATCH", 7)
    kept = []

    def stop(lines):
        kept.append(lines)
        if len(kept) == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        annuaire.load(files, progress=stop)
    again = []
    done = annuaire.load(files, progress=again.append)
    assert sum(kept) + sum(again) == 6 * COUNT
    assert done.counts["places"] == COUNT
    assert len(rows()) == COUNT


def test_what_is_exported_is_read_back_the_same(files, tmp_path):
    annuaire.load(files)
    directory.register_structure(finess="312345678900011", name="Sans FINESS")
    staff = directory.register_professional(
        national_id="3690000013/7", family_name="BLANC", given_name="Zoé", profession="10"
    )
    directory.register_place(identifier="local-1", professional_id=staff, structure="312345678900011")
    lines = list(export())
    assert len(lines) == 3 * COUNT + 3
    copy = tmp_path / "copy.ndjson"
    copy.write_bytes(b"".join(lines))
    wanted = [row for row in rows() if row[3] != "local-1"]
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("delete from directory_place")
        cursor.execute("delete from directory_professional")
        cursor.execute("delete from directory_structure")
    done = annuaire.load([copy])
    assert done.rejected == []
    assert [row for row in rows() if row[3] != "annuaire-local-1"] == wanted
    assert len(rows()) == COUNT + 1


def test_the_command_loads_tells_and_exports(files, tmp_path, capsys):
    assert main(["directory", "load", *map(str, files)]) == 0
    assert f"{COUNT} professionnels" in capsys.readouterr().out
    bad = write(tmp_path / "bad.ndjson", [practitioner(1, name=[])])
    assert main(["directory", "load", str(bad)]) == 3
    assert "name.family" in capsys.readouterr().err
    assert main(["--json", "directory", "load", str(bad), "--again"]) == 3
    assert json.loads(capsys.readouterr().out)["rejected"][0]["field"] == "name.family"
    out = tmp_path / "out.ndjson"
    assert main(["directory", "export", str(out)]) == 0
    assert len(out.read_bytes().splitlines()) == 3 * COUNT
    assert main(["directory", "export", str(out)]) == 4
    assert main(["directory", "load", str(tmp_path / "none")]) == 4


def test_a_student_who_qualifies_is_one_no_more(files, tmp_path):
    student = practitioner(40)
    student["qualification"][0]["code"]["coding"][1]["code"] = "E"
    known = [organization(40), role(40)]
    annuaire.load([write(tmp_path / "before.ndjson", [student, *known])])
    (place,) = directory.list_places(directory.find_by_national_id("810000000040").id)
    assert place.kind == "student"
    annuaire.load([write(tmp_path / "after.ndjson", [practitioner(40), *known])])
    (place,) = directory.list_places(directory.find_by_national_id("810000000040").id)
    assert place.kind == "regular"
