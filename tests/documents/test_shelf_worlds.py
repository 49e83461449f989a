"""Random shelves: each route returns exactly what the one decision admits, whatever stands in them."""

import random
from collections import Counter
from datetime import date

import pytest
from django.db import connection

from carnet.access.api import Visibility
from carnet.documents import api as documents
from carnet.documents.api import DocumentUnknownError, Filters, Position
from carnet.terminology import api as terminology
from tests.conftest import LONG
from tests.documents.deposits import FINESS, add_claire, add_second_parent, holder, parent
from tests.documents.shelves import (
    add_document,
    make_twins,
    make_versions,
    new_folder,
    opened,
    row_of,
    set_columns,
    unknown,
)
from tests.people.register import add_person, open_space

pytestmark = pytest.mark.django_db
WORLDS = 200 if LONG else 6
TYPES = ("11502-2", "34112-3", "57833-6", "DOCPAT07", "18748-4")
WORDS = ("hépatite", "fracture", "vaccination")


def make_world(draw):
    """A child of two parents, with documents of every state; return him, his parents, his documents."""
    mother = add_claire()
    father = add_person(birth_name="DURAND", given_names="PAUL", sex="M")
    open_space(father)
    son = add_person(given_names="TOM", sex="M", birth_date=date(2012, 2, 29), attached_to=mother)
    open_space(son)
    add_second_parent(son, father, invited_by=mother)
    folders = [new_folder(son, name) for name in ("Un", "Deux")]
    made = [
        add_document(
            son, number, text=draw.choice(WORDS),
            columns={
                "invisible_patient": draw.random() < 0.2,
                "invisible_representatives": draw.random() < 0.2,
                "masked": draw.random() < 0.3,
                "type_code": draw.choice(TYPES),
                "folder_id": draw.choice([None, *folders]),
                "depositor": draw.choice(["HEALTHCARE_FACILITY", "PATIENT"]),
                "status": draw.choices(["current", "deleted"], [9, 1])[0],
            },
        )
        for number in range(draw.randint(3, 9))
    ]  # fmt: skip
    if len(made) > 5:
        make_versions(son, *made[:3])
        set_columns(son, made[4], invisible_patient=row_of(son, made[3])["invisible_patient"],
                    invisible_representatives=row_of(son, made[3])["invisible_representatives"])  # fmt: skip
        make_twins(son, made[3], made[4])
    return son, mother, father, made, folders


def admitted(rows, scope):
    return [
        row
        for row in rows
        if scope.allows(Visibility(row["masked"], row["invisible_patient"], row["invisible_representatives"]))
    ]


def check(person, actor, made, folders, draw):
    rows = [row_of(person, one) for one in made]
    with opened(person, by=actor) as a:
        seen = admitted(rows, a.scope)
        shown = [row for row in seen if row["status"] == "current" and row["same_as"] is None]
        ids = {row["id"] for row in shown}
        assert {card.id for card in documents.list_documents(a, Filters(), limit=50)} == ids
        assert {card.id for card in documents.list_recent(a, limit=50)} == ids
        assert walk(a, Filters(), limit=draw.randint(1, 4)) == ids
        overview = documents.overview(a, limit=50)
        assert (overview.total, {card.id for card in overview.latest}) == (len(ids), ids)
        assert (
            set(overview.hidden)
            == set(documents.list_hidden(a))
            == {row["id"] for row in rows} - {row["id"] for row in seen}
        )
        assert set(documents.list_titles(a, made)) == {row["id"] for row in seen}
        check_shelf(a, shown, folders)
        check_filters(a, shown, folders)
        check_search(a, shown)
        check_one_by_one(a, rows, seen)


def walk(a, filters, *, limit):
    found, before = [], None
    while cards := documents.list_documents(a, filters, limit=limit, before=before):
        found += [card.id for card in cards]
        before = Position.of(cards[-1])
    assert len(found) == len(set(found))
    return set(found)


def check_shelf(a, shown, folders):
    shelf = documents.get_shelf(a)
    kinds = Counter(terminology.get_document_type(row["type_code"]).category for row in shown)
    assert shelf.total == len(shown)
    assert dict(shelf.categories) == kinds
    inside = Counter(row["folder_id"] for row in shown)
    assert {one.id: one.count for one in shelf.folders} == {folder: inside[folder] for folder in folders}
    assert {one.finess for one in shelf.depositors} == ({FINESS} if shown else set())


def check_filters(a, shown, folders):
    cases = (
        (Filters(folder_id=folders[0]), lambda row: row["folder_id"] == folders[0]),
        (Filters(hidden=True), lambda row: row["masked"]),
        (Filters(own=True), lambda row: row["depositor"] == "PATIENT"),
        (Filters(category=terminology.Category.BIOLOGY), lambda row: row["type_code"] == "11502-2"),
    )
    for filters, holds in cases:
        expected = {row["id"] for row in shown if holds(row)}
        assert {card.id for card in documents.list_documents(a, filters, limit=50)} == expected


def check_search(a, shown):
    with connection.cursor() as cursor:
        for word, stem in zip(WORDS, ("hepatit", "fractur", "vaccin"), strict=True):
            cursor.execute(
                "select id from documents_words where person_id = %s and %s = any(tsvector_to_array(vector))",
                [a.person_id, stem],
            )
            having = {row[0] for row in cursor.fetchall()}
            page = documents.search(a, word, Filters(), limit=50)
            assert {card.id for card in page.cards} == having & {row["id"] for row in shown}


def check_one_by_one(a, rows, seen):
    readable = {row["id"] for row in seen if row["status"] != "deleted"}
    for row in [*rows, {"id": unknown()}]:
        if row["id"] in readable:
            assert documents.get_document(a, row["id"]).id == row["id"]
        else:
            with pytest.raises(DocumentUnknownError):
                documents.get_document(a, row["id"])
        versions = {one.id for one in documents.list_versions(a, row["id"])}
        assert versions <= readable
        assert bool(documents.list_sources(a, row["id"])) == (row["id"] in readable)


def test_every_route_returns_what_the_decision_admits():
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    for _ in range(WORLDS):
        son, mother, father, made, folders = make_world(draw)
        for actor in (holder(son), parent(mother), parent(father)):
            check(son, actor, made, folders, draw)
