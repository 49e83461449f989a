"""A load of the insurer's file is killed: each line counts once, each person is told once, it goes on."""

import json

import pytest

from tests.kills.drill import Drill, run
from tests.people.register import add_person, matricule_of, open_space

pytestmark = pytest.mark.django_db(transaction=True)

PERSONS, LINES, PIECE = 6, 5, 3
TABLES = ("histories_episode", "histories_load", "platform_outbox")


@pytest.fixture
def file(tmp_path):
    """Lines of several persons, one after the other, with corrections, a withdrawal, and faults."""
    persons = [add_person(birth_name=f"NOM{'ABCDEF'[n]}", email="") for n in range(PERSONS)]
    for person in persons[1:]:  # the first has no space
        open_space(person)
    lines = [
        {"matricule": matricule_of(person), "reference": f"R{number}", "category": "BIOLOGY",
         "day": "2025-01-01" if number else "2999-01-01", "label": f"Analyse {number}"}
        for number in range(LINES) for person in persons
    ]  # fmt: skip
    lines += [{**lines[-1], "action": "replace", "label": "Corrigée"}, {**lines[-2], "action": "delete"}]
    path = tmp_path / "mhs.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def test_a_load(nursery, rows, file):
    def prepare():
        rows(f"truncate {', '.join(TABLES)}")
        return {"path": str(file), "piece": PIECE}

    def check_killed(_facts, said):
        doubled = rows(
            "select person_id, source_key from histories_episode group by 1, 2 having count(*) > 1"
        )
        assert doubled == []
        fed = len(rows("select distinct person_id from histories_episode"))
        done = rows("select done_at from histories_load where done_at is not null")
        assert not [word for word in said if word.startswith("done")] or (done and fed == PERSONS - 1)
        told = rows("select count(*), count(distinct person_id) from platform_outbox")
        assert told == [(fed, fed)]

    def rows_of(_facts):
        episodes = rows(
            "select person_id, category, day, encode(source_key, 'hex') from histories_episode order by 1, 4"
        )
        (state,) = rows("select counts, done_at is not null, after_person from histories_load")
        told = rows("select person_id from platform_outbox where topic = 'histories.first_fed' order by 1")
        return episodes, state, told

    run(Drill("load_histories", "loader", prepare, check_killed, rows_of), nursery)
    ((counts,),) = rows("select counts from histories_load")
    facts = json.loads(counts)
    assert (facts["persons"], facts["skipped_persons"], facts["skipped"]) == (PERSONS - 1, 1, LINES - 1)
    assert facts["added"] == (PERSONS - 1) * (LINES - 1) - 1  # one was withdrawn by the same file
