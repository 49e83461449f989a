"""A sending of three documents is killed: all or none of them is there, and sent again they are there once."""

from uuid import UUID

import pytest

from carnet.documents import api as documents
from carnet.platform import blobs
from tests.documents.deposits import FINESS, add_claire, holder
from tests.documents.sending import cda, file
from tests.kills.drill import Drill, run

pytestmark = pytest.mark.django_db(transaction=True)

OF = "select count(*) from {} where person_id = %s"
EVENTS = f"{OF.format('platform_outbox')} and topic = 'documents.deposited'"
LINES = f"{OF.format('journal')} and event = 'document.deposited' and allowed"


def test_submit(nursery, rows, tmp_path):
    def prepare():
        person = add_claire()
        sent = [cda(person, 1), file(person, 2), cda(person, 3)]
        paths = [tmp_path / f"{person}-{number}" for number in range(len(sent))]
        for path, one in zip(paths, sent, strict=True):
            path.write_bytes(one.data)
        return {
            "paths": [str(path) for path in paths], "structure": FINESS, "lot": f"LOT-{person}",
            "person": str(person),
        }  # fmt: skip

    def check_killed(facts, said):
        person = UUID(facts["person"])
        stored = rows("select id, blob from documents_document where person_id = %s", person)
        assert len(stored) in {0, 3}
        if said:
            assert {UUID(one) for one in said[0].split()} == {row[0] for row in stored}
        for _, blob in stored:
            assert blobs.store().get(person, blob)
        for query in (OF.format("documents_words"), OF.format("documents_source"), EVENTS, LINES):
            assert rows(query, person) == [(len(stored),)]
        # by name and by id, and the set by its own
        assert rows(OF.format("documents_locator"), person) == [(7 if stored else 0,)]
        assert rows(OF.format("documents_submission"), person) == [(1 if stored else 0,)]

    def rows_of(facts):
        person = UUID(facts["person"])
        stored = rows(
            "select id, blob, size, media_type from documents_document where person_id = %s", person
        )
        for document, *_ in stored:
            assert documents.download(person, document, by=holder(person)).data
        assert set(blobs.store().names(person)) == {row[1] for row in stored}
        return sorted(row[2:] for row in stored)

    run(Drill("submit", "app", prepare, check_killed, rows_of), nursery)
