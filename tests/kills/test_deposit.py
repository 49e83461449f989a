"""Deposits are killed: what was acknowledged can be read byte for byte, and sent again it adds nothing."""

from pathlib import Path
from uuid import UUID

import pytest

from carnet.documents import api as documents
from carnet.platform import blobs
from tests.documents.deposits import FINESS, add_claire, holder, report, scanned
from tests.kills.drill import Drill, run

pytestmark = pytest.mark.django_db(transaction=True)

EVENTS = "select count(*) from platform_outbox where topic = 'documents.deposited' and person_id = %s"
LINES = "select event, count(*) from journal where person_id = %s and allowed group by 1"


def test_deposits(nursery, rows, tmp_path):
    sent = {}

    def prepare():
        person = add_claire()
        files = [report(person, 1), scanned(person, 2), report(person, 3)]
        paths = [tmp_path / f"{person}-{number}.xml" for number in range(len(files))]
        for path, data in zip(paths, files, strict=True):
            path.write_bytes(data)
        sent[paths[0].name] = person
        return {"paths": [str(path) for path in paths], "structure": FINESS}

    def person_of(facts):
        return next(person for name, person in sent.items() if facts["paths"][0].endswith(name))

    def check_killed(facts, said):
        person = person_of(facts)
        stored = rows("select id, blob from documents_document where person_id = %s", person)
        assert {UUID(line.split()[0]) for line in said} <= {row[0] for row in stored}
        assert len({row[1] for row in stored}) == len(stored) <= len(facts["paths"])
        for _, blob in stored:  # a row never names a content that is not there whole
            assert blobs.store().get(person, blob)
        # each that was added has its journal line, its words, its source and its event
        lines = dict(rows(LINES, person))
        assert lines.get("document.deposited", 0) == len(stored)
        for table in ("documents_words", "documents_source"):
            assert rows(f"select count(*) from {table} where person_id = %s", person) == [(len(stored),)]
        assert rows(EVENTS, person) == [(len(stored),)]

    def rows_of(facts):
        person = person_of(facts)
        stored = rows(
            "select id, blob, size, body_level from documents_document where person_id = %s", person
        )
        contents = {documents.download(person, row[0], by=holder(person)).data for row in stored}
        assert contents == {Path(path).read_bytes() for path in facts["paths"]}
        assert set(blobs.store().names(person)) == {row[1] for row in stored}
        return sorted(row[3] for row in stored), rows(EVENTS, person)

    run(Drill("deposit", "app", prepare, check_killed, rows_of), nursery)
