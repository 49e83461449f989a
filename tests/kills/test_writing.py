"""A professional's file and a vaccination are killed: each whole or not at all, note and line together."""

from uuid import UUID, uuid4

import pytest

from carnet.documents import api as documents
from carnet.platform import blobs
from tests.documents.deposits import add_claire, holder
from tests.kills.drill import Drill, run
from tests.pro.visits import add_professional
from tests.standards import papers

pytestmark = pytest.mark.django_db(transaction=True)

DOCUMENTS = "select id, blob, type_code from documents_document where person_id = %s order by deposited_at"
LINES = "select count(*) from profile_entry where person_id = %s and locked"
LINKS = "select target_id from profile_link where person_id = %s and kind = 'DOCUMENT'"


def test_a_file_and_a_vaccination(nursery, rows, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(papers.pdf("Lettre"))

    def prepare():
        professional, place = add_professional(profession="60")
        return {
            "person": str(add_claire()), "professional": str(professional.id), "place": str(place.id),
            "path": str(path), "forms": [str(uuid4()), str(uuid4())],
        }  # fmt: skip

    def check_killed(facts, said):
        person = UUID(facts["person"])
        stored = rows(DOCUMENTS, person)
        assert {UUID(one) for one in said if one != "there"} <= {row[0] for row in stored}
        for document, blob, _ in stored:  # a row never names a content that is not there whole
            assert blobs.store().get(person, blob), document
        notes = [row[0] for row in stored if row[2] == "87273-9"]
        assert rows(LINES, person) == [(len(notes),)]
        assert [row[0] for row in rows(LINKS, person)] == notes

    def rows_of(facts):
        person = UUID(facts["person"])
        stored = rows(DOCUMENTS, person)
        for document, *_ in stored:
            assert documents.download(person, document, by=holder(person)).data
        return sorted(row[2] for row in stored), rows(LINES, person)

    run(Drill("vaccinate", "app", prepare, check_killed, rows_of), nursery)
