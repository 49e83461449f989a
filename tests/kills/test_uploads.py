"""A person's file and a merge of photographs are killed: whole or nothing, and nothing twice when done again."""

from uuid import UUID

import pytest

from carnet.documents import api as documents
from carnet.platform import blobs, clock
from tests.documents.deposits import add_claire, holder
from tests.kills.drill import Drill, run
from tests.standards import papers

pytestmark = pytest.mark.django_db(transaction=True)

DOCUMENTS = "select id, blob from documents_document where person_id = %s"
LINES = "select count(*) from journal where person_id = %s and allowed and event = 'document.added'"


def test_files_and_photographs(nursery, rows, tmp_path):
    paths = [tmp_path / "a.pdf", tmp_path / "1.jpg", tmp_path / "2.jpg"]
    contents = [papers.pdf("Fracture"), papers.image(), papers.image(size=(30, 70))]
    for path, data in zip(paths, contents, strict=True):
        path.write_bytes(data)

    def prepare():
        return {"person": str(add_claire()), "paths": [str(p) for p in paths], "day": str(clock.today())}

    def check_killed(facts, said):
        person = UUID(facts["person"])
        stored = rows(DOCUMENTS, person)
        assert {UUID(line) for line in said} <= {row[0] for row in stored}
        assert rows(LINES, person) == [(len(stored),)]
        for table in ("documents_words", "documents_source"):
            assert rows(f"select count(*) from {table} where person_id = %s", person) == [(len(stored),)]
        for _, blob in stored:  # a row never names a content that is not there whole
            assert blobs.store().get(person, blob)

    def rows_of(facts):
        person = UUID(facts["person"])
        stored = rows(DOCUMENTS, person)
        kept = [documents.open_document(person, row[0], by=holder(person)).parts[0].data for row in stored]
        assert contents[0] in kept
        return len(stored), rows(LINES, person)

    run(Drill("add_files", "app", prepare, check_killed, rows_of), nursery)
