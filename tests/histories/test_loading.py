"""A file of the insurer: checked, fed once, resumed, corrected; refused lines told without anybody's data."""

import csv
import os
import resource
import time
from datetime import date

import pytest
from django.db import connection

from carnet.access import api as access
from carnet.histories import api as histories
from carnet.histories import loading
from carnet.histories.api import Category
from carnet.journal.api import Actor, ActorKind, Purpose
from carnet.notices import api as notices
from tests.conftest import acting_as
from tests.histories.insurer import line, load, rows, write
from tests.notices.test_notices import hand_over
from tests.people.register import add_person, matricule_of, open_space
from tests.portal.visits import give_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire():
    person = add_person()
    open_space(person)
    give_account(person)
    return person


def read(person, **options):
    with access.open(person, by=Actor(ActorKind.PATIENT, person), purpose=Purpose.CONSULT) as a:
        return histories.list_days(a, limit=100, **options)


def rejected(summary):
    with summary.rejected_file.open(encoding="utf-8") as file:
        return [(int(row["line"]), row["field"]) for row in csv.DictReader(file)]


def fed_lines(person):
    return rows("select count(*) from journal where person_id = %s and event = 'care_history.fed'", person)[
        0
    ][0]


def test_a_line_is_read_by_the_person_as_the_insurer_wrote_it(claire, tmp_path):
    sent = line(
        claire, category="HOSPITALIZATION", day="2026-01-05", until="2026-01-09", label="Appendicectomie",
        detail="Séjour de 4 nuits", place="Hôpital d’Aurillac", professional="Dr Anne BRIANT",
    )  # fmt: skip
    done = load(write(tmp_path / "mhs.jsonl", [sent]))
    assert done.counts == {"persons": 1, "added": 1}
    (episode,) = read(claire)
    assert (episode.category, episode.day, episode.until) == (
        Category.HOSPITALIZATION, date(2026, 1, 5), date(2026, 1, 9),
    )  # fmt: skip
    assert (episode.label, episode.detail) == ("Appendicectomie", "Séjour de 4 nuits")
    assert (episode.place, episode.professional) == ("Hôpital d’Aurillac", "Dr Anne BRIANT")
    ((sealed,),) = rows("select sealed from histories_episode")
    assert b"Appendicectomie" not in bytes(sealed)


def test_the_insurer_acts_once_a_person_and_file_and_reads_nothing(claire, tmp_path):
    load(write(tmp_path / "mhs.jsonl", [line(claire, f"R{n}") for n in range(30)]))
    found = rows("select actor_kind, purpose, allowed, reason from journal where event = 'care_history.fed'")
    assert found == [("INSURER", "deposit", True, "insurer_feeds")]


def test_the_same_file_again_does_nothing(claire, tmp_path):
    path = write(tmp_path / "mhs.jsonl", [line(claire, f"R{n}") for n in range(3)])
    load(path)
    again = load(path)
    assert again.already
    assert fed_lines(claire) == 1
    assert len(read(claire)) == 3


def test_the_same_reference_in_another_file_is_one_act(claire, tmp_path):
    load(write(tmp_path / "a.jsonl", [line(claire, "R1"), line(claire, "R2")]))
    done = load(write(tmp_path / "b.jsonl", [line(claire, "R2", label="Autre"), line(claire, "R3")]))
    assert (done.counts["added"], done.counts["already"]) == (1, 1)
    assert [one.label for one in read(claire)] == ["Numération formule sanguine"] * 3


def test_two_persons_may_have_the_same_reference(claire, tmp_path):
    other = add_person(birth_name="BIS")
    open_space(other)
    done = load(write(tmp_path / "a.jsonl", [line(claire, "R1"), line(other, "R1")]))
    assert (done.counts["persons"], done.counts["added"]) == (2, 2)
    keys = rows("select source_key from histories_episode")
    assert len({bytes(key) for (key,) in keys}) == 2  # nothing to be compared across persons


def test_the_insurer_corrects_and_withdraws_by_its_reference(claire, tmp_path):
    load(write(tmp_path / "a.jsonl", [line(claire, "R1"), line(claire, "R2")]))
    kept = {one.id for one in read(claire)}
    done = load(
        write(
            tmp_path / "b.jsonl",
            [
                line(claire, "R1", action="replace", label="Glycémie", day="2026-03-04"),
                {"matricule": matricule_of(claire), "reference": "R2", "action": "delete"},
                {"matricule": matricule_of(claire), "reference": "R9", "action": "delete"},
            ],
        )
    )
    assert {name: done.counts[name] for name in ("replaced", "deleted", "absent")} == {
        "replaced": 1, "deleted": 1, "absent": 1,
    }  # fmt: skip
    (left,) = read(claire)
    assert (left.label, left.day) == ("Glycémie", date(2026, 3, 4))
    assert left.id in kept


@pytest.mark.parametrize(
    ("actions", "left"),
    [
        (["add", "add"], ["1"]), (["add", "replace"], ["2"]), (["replace", "add"], ["1"]),
        (["add", "delete"], []), (["add", "delete", "add"], ["3"]), (["delete", "replace"], ["2"]),
    ],
)  # fmt: skip
def test_lines_about_one_reference_count_in_their_order(claire, tmp_path, actions, left):
    lines = [line(claire, "R1", action=action, label=str(n)) for n, action in enumerate(actions, 1)]
    load(write(tmp_path / "a.jsonl", lines))
    assert [one.label for one in read(claire)] == left


@pytest.mark.parametrize("actions", [["add", "replace"], ["replace", "add"], ["delete", "add", "replace"]])
def test_lines_count_the_same_in_one_file_or_in_one_each(claire, tmp_path, actions):
    other = add_person(birth_name="BIS")
    open_space(other)
    lines = [{"action": action, "label": str(n)} for n, action in enumerate(actions, 1)]
    load(write(tmp_path / "whole.jsonl", [line(claire, "R1", **each) for each in lines]))
    for n, each in enumerate(lines):
        load(write(tmp_path / f"{n}.jsonl", [line(other, "R1", **each)]))
    assert [one.label for one in read(claire)] == [one.label for one in read(other)]


def test_whoever_has_no_open_space_is_counted_and_nothing_is_written(tmp_path):
    nobody, closed, silent = add_person(), add_person(birth_name="B"), add_person(birth_name="C")
    open_space(closed, "closed")
    open_space(silent, "opened")
    before = rows("select count(*) from journal")
    done = load(write(tmp_path / "a.jsonl", [line(nobody), line(closed), line(closed, "R2"), line(silent)]))
    assert done.counts == {"skipped_persons": 2, "skipped": 3, "persons": 1, "added": 1}
    assert rows("select person_id from histories_episode") == [(silent,)]
    assert rows("select count(*) from journal")[0][0] == before[0][0] + 1
    assert rows("select count(*) from platform_personkey where person_id = any(%s)", [nobody, closed]) == [
        (0,)
    ]


def test_a_file_read_again_feeds_who_has_a_space_since(claire, tmp_path):
    late = add_person()
    path = write(tmp_path / "mhs.jsonl", [line(claire), line(late)])
    assert load(path).counts["skipped_persons"] == 1
    open_space(late)
    assert load(path).already
    counts = load(path, again=True).counts
    assert (counts["persons"], counts["added"], counts["already"]) == (2, 1, 1)
    assert len(read(claire)) == len(read(late)) == 1


def test_bad_lines_are_told_by_number_field_and_rule_without_their_value(claire, tmp_path):
    secret = "Interruption"
    lines = [
        line(claire, "R1"),
        "{pas du JSON",
        '["une liste"]',
        line(claire, "R2", inconnu="x"),
        line(claire, "R3", day=20260302),
        line(claire, "R4", matricule="280053155500100"),
        line(claire, "", label=secret),
        line(claire, "R5", category="THERMAL", label=secret),
        line(claire, "R6", day="2026-02-30"),
        line(claire, "R7", day="2999-01-01"),
        line(claire, "R8", day="1979-12-31"),
        line(claire, "R9", until="2026-03-01"),
        line(claire, "R10", label="x" * 301),
        line(claire, "R11", label="nul\u0000"),
        line(claire, "R12", label=None),
        line(claire, "R13", action="erase"),
        line(claire, "R14", detail="y" * 70_000),
        "",
        line(claire, "R15"),
        line(claire, "R16", matricule="187011315500156"),
    ]
    done = load(write(tmp_path / "bad.jsonl", lines))
    assert rejected(done) == [
        (2, ""), (3, ""), (4, ""), (5, "day"), (6, "matricule"), (7, "reference"), (8, "category"), (9, "day"),
        (10, "day"), (11, "day"), (12, "until"), (13, "label"), (14, "label"), (15, "label"), (16, "action"),
        (17, ""), (20, "matricule"),
    ]  # fmt: skip
    assert (done.lines, done.rejected, done.counts["added"]) == (19, 17, 2)
    text = done.rejected_file.read_text()
    assert secret not in text
    assert matricule_of(claire) not in text
    assert len(read(claire)) == 2


def test_bytes_that_are_not_utf8_reject_their_line_alone(claire, tmp_path):
    path = write(
        tmp_path / "a.jsonl", [line(claire, "R1"), line(claire, "R2", label="cachet œuf"), line(claire, "R3")]
    )
    path.write_bytes(path.read_bytes().replace("œ".encode(), b"\x9c"))
    done = load(path)
    assert (rejected(done), done.counts["added"]) == ([(2, "")], 2)


def test_a_dry_run_checks_and_writes_nothing(claire, tmp_path):
    nobody = add_person(birth_name="B")
    path = write(tmp_path / "a.jsonl", [line(claire), line(nobody), line(claire, "")])
    done = load(path, dry_run=True)
    assert (done.lines, done.rejected, done.counts) == (
        3,
        1,
        {"persons": 1, "skipped_persons": 1, "skipped": 1},
    )
    assert rejected(done) == [(3, "reference")]
    assert rows("select count(*) from histories_episode") == [(0,)]
    assert rows("select count(*) from histories_load") == [(0,)]
    assert fed_lines(claire) == 0
    assert load(path).counts["added"] == 1


def test_an_interrupted_load_goes_on_and_comes_before_any_other(tmp_path, monkeypatch):
    persons = [add_person(birth_name=f"N{'ABCDEFGH'[n]}") for n in range(6)]
    for person in persons:
        open_space(person)
    lines = [line(person, f"R{n}") for n in range(4) for person in persons]  # not in the order of persons
    path = write(tmp_path / "a.jsonl", lines)
    monkeypatch.setattr(loading, "PIECE", 3)
    stopped = []

    def stop(phase, share):
        if phase == "feed" and share >= 0.5:
            stopped.append(share)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(path, progress=stop)
    assert stopped
    assert rows("select count(*) from histories_episode") == [(12,)]
    other = write(tmp_path / "b.jsonl", [line(persons[0], "Z")])
    with pytest.raises(histories.HistoryRefusedError, match=r"a\.jsonl"):
        load(other)
    done = load(path)
    assert done.counts == {"persons": 6, "added": 24}
    assert rows("select count(*) from histories_episode") == [(24,)]
    assert [fed_lines(person) for person in persons] == [2] * 6  # 4 lines, by pieces of 3
    assert load(other).counts["added"] == 1


def test_a_file_may_be_given_up(claire, tmp_path):
    path = write(tmp_path / "a.jsonl", [line(claire)])
    with pytest.raises(KeyboardInterrupt):
        load(path, progress=lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    other = write(tmp_path / "b.jsonl", [line(claire, "Z")])
    assert load(other, abandon=True).counts["added"] == 1


def test_the_first_feeding_is_told_once_to_the_holder(claire, tmp_path):
    for name in ("a", "b"):
        load(write(tmp_path / f"{name}.jsonl", [line(claire, name)]))
    assert hand_over("histories.first_fed") == 1
    (notice,) = notices.list_notices(claire, about_id=claire)
    assert (notice.code, notice.reference, notice.read) == ("PRIMO_ALIM_MHS", None, False)


def test_a_representative_is_told_of_the_childs_history(claire, tmp_path):
    child = add_person(birth_name="PETIT", birth_date=date(2019, 2, 3), attached_to=claire)
    open_space(child)
    load(write(tmp_path / "a.jsonl", [line(child)]))
    assert hand_over("histories.first_fed") == 1
    assert [one.code for one in notices.list_notices(claire, about_id=child)] == ["PRIMO_ALIM_MHS"]
    assert notices.list_notices(claire, about_id=claire) == []


def test_the_application_cannot_write_there(claire):
    from django.db.utils import ProgrammingError

    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("delete from histories_episode where person_id = %s", [claire])


@pytest.mark.django_db(transaction=True)
def test_many_lines_in_little_memory(tmp_path):
    """A million lines with CARNET_LONG=1: the figure of docs/histories.md."""
    persons, each = (40_000, 25) if os.environ.get("CARNET_LONG") else (40, 50)
    matricules = add_many(persons)
    path = tmp_path / "many.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for n in range(each):
            for matricule in matricules:
                file.write(
                    f'{{"matricule": "{matricule}", "reference": "R{n}", "category": "MEDICINE",'
                    f' "day": "2025-{n % 12 + 1:02d}-11", "label": "Paracétamol 500 mg, comprimé"}}\n'
                )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    done = load(path)
    seconds = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"{done.lines} lines, {persons} persons: {seconds:.1f} s, {done.lines / seconds:.0f} lines/s, +{grown:.0f} MiB"
    )
    assert done.counts == {"persons": persons, "added": persons * each}
    assert grown < 120


def add_many(count):
    """Add persons with an open space by sets; return their matricules."""
    from carnet.platform import clock, crypto
    from carnet.platform.ids import uuid7
    from carnet.standards.ins import OID_INS_TEST, key_of

    numbers = [f"28005{31000 + n // 1000:05d}{n % 1000:03d}" for n in range(count)]
    matricules = [f"{number}{key_of(number):02d}" for number in numbers]
    ids = [uuid7() for _ in matricules]
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute(
            "insert into people_person (id, matricule, oid, birth_name, used_name, given_names, first_given_name,"
            " birth_date, sex, birth_place, family_id, protection, died_on)"
            " select u.id, u.m, %s, 'MARTIN', '', 'CLAIRE', 'CLAIRE', '1980-05-17', 'F', '31555', null, '', null"
            " from unnest(%s::uuid[], %s::text[]) as u (id, m)",
            [OID_INS_TEST, ids, matricules],
        )
        cursor.execute(
            "insert into people_insindex (key, person_id) select u.k, u.id from unnest(%s::bytea[], %s::uuid[]) as u (k, id)",
            [[crypto.index_hash("ins", matricule) for matricule in matricules], ids],
        )
        cursor.execute(
            "insert into enrolment_space (person_id, state, since, channel, no_contact, documents_masked,"
            " emergency_access, samu_access, emergency_masked, terms_version, version)"
            " select u, 'activated', %s, '', false, false, true, true, false, '', 1 from unnest(%s::uuid[]) as u",
            [clock.now(), ids],
        )
        for table in ("people_person", "people_insindex", "enrolment_space"):
            cursor.execute(f"analyze {table}")
    return matricules
