"""What is hidden from a professional is what does not exist: the same error, the same SQL, the same line."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.documents.api import DocumentUnknownError
from carnet.journal.api import EventType, Purpose, list_lines
from carnet.platform.ids import uuid7
from carnet.profile import api as profile
from carnet.profile.api import EntryUnknownError, Rubric, State
from tests.documents.deposits import add_claire
from tests.documents.shelves import add_document, managed, new_folder, opened
from tests.pro.visits import FINESS, actor_of, add_professional, treat

pytestmark = pytest.mark.django_db
VARYING = re.compile(r"'[0-9a-f]{32}'|'[0-9a-f]{8}-[0-9a-f-]{27}'|'\d{4}-\d\d-\d\d[^']*'|\"?s\d+_x\d+\"?")
HIDDEN = {
    "masked": {"masked": True},
    "not in the matrix": {"type_code": "75496-0"},
    "restricted": {"level": "R"},
    "very restricted": {"level": "V"},
}


@pytest.fixture
def nurse():
    return add_professional(profession="60")


@pytest.fixture
def claire(nurse):
    person = add_claire()
    treat(person, *nurse)
    return person


def trace(act, document, error=DocumentUnknownError):
    """Return all that somebody could tell apart: what is raised, and what was sent to the database."""
    with CaptureQueriesContext(connection) as queries, pytest.raises(error) as raised:
        act(document)
    said = str(raised.value).replace(str(document), "ID")
    sent = [
        VARYING.sub("X", query["sql"].replace(document.hex, "ID"))
        for query in queries.captured_queries
        if "platform_clock" not in query["sql"]  # read again twice a second, whatever is asked
    ]
    return type(raised.value), said, sent


@pytest.mark.parametrize("columns", HIDDEN.values(), ids=HIDDEN.keys())
@pytest.mark.parametrize("act", [documents.open_document, documents.download, documents.open_part])
def test_opening_what_is_hidden_is_opening_what_is_not_there(claire, nurse, columns, act):
    actor = actor_of(*nurse)
    hidden = add_document(claire, 1, columns=columns)
    more = (0,) if act is documents.open_part else ()

    def ask(document):
        return act(claire, document, *more, by=actor)

    assert trace(ask, hidden) == trace(ask, uuid7())


def test_her_journal_says_the_same_of_both(claire, nurse):
    hidden, absent = add_document(claire, 1, columns={"masked": True}), uuid7()
    for document in (hidden, absent):
        with pytest.raises(DocumentUnknownError):
            documents.open_document(claire, document, by=actor_of(*nurse))
    with managed(claire):
        lines = list_lines(claire, key=None, events=[EventType.DOCUMENT_READ, EventType.OPENED_THEN_FAILED])
    told = {
        document: [(line.event, line.allowed, line.reason) for line in lines if line.reference == document]
        for document in (hidden, absent)
    }
    assert told[hidden] == told[absent]


@pytest.mark.parametrize("columns", HIDDEN.values(), ids=HIDDEN.keys())
def test_its_versions_and_sources_are_not_there_either(claire, nurse, columns):
    hidden = add_document(claire, 1, columns=columns)
    with opened(claire, by=actor_of(*nurse)) as a:
        for document in (hidden, uuid7()):
            assert documents.list_versions(a, document) == documents.list_sources(a, document) == []
            assert documents.list_titles(a, [document]) == {}


def test_how_she_arranges_her_documents_is_hers(claire, nurse):
    new_folder(claire, "Cancer")
    with opened(claire) as a:
        assert [folder.name for folder in documents.list_folders(a)] == ["Cancer"]
    with opened(claire, by=actor_of(*nurse)) as a:
        assert documents.list_folders(a) == []
        assert documents.get_shelf(a).folders == ()


@pytest.fixture
def dietician(claire):
    one = add_professional(profession="95")
    treat(claire, *one)
    return actor_of(*one)


def add_line(person, rubric, values, *, shared):
    with managed(person) as a:
        line = profile.add_entry(a, rubric=rubric, values=values)
        profile.share(a, rubric=rubric, shared=shared)
    return line


def test_a_line_that_is_not_for_her_profession_is_a_line_that_is_not_there(claire, dietician):
    not_given = add_line(claire, Rubric.TREATMENTS, {"name": "Sertraline"}, shared=True)
    not_shared = add_line(claire, Rubric.ALLERGIES, {"name": "Pollen"}, shared=False)
    with opened(claire, by=dietician) as a:

        def ask(entry):
            return profile.get_entry(a, entry)

        expected = trace(ask, uuid7(), EntryUnknownError)
        assert trace(ask, not_given, EntryUnknownError) == expected
        assert trace(ask, not_shared, EntryUnknownError) == expected
        assert profile.count_entries(a) == 0
        views = {view.rubric: view for view in profile.list_rubrics(a)}
    assert views[Rubric.TREATMENTS].state is State.NOT_GIVEN
    assert views[Rubric.ALLERGIES].state is State.NOT_SHARED
    assert not any(view.entries for view in views.values())


def test_a_rubric_not_given_says_nothing_of_the_person(claire, dietician):
    with opened(claire, by=dietician) as a:
        before = profile.get_rubric(a, Rubric.TREATMENTS)
    add_line(claire, Rubric.TREATMENTS, {"name": "Sertraline"}, shared=True)
    with opened(claire, by=dietician) as a:
        assert profile.get_rubric(a, Rubric.TREATMENTS) == before


def test_nobody_but_her_changes_what_is_hers(claire, nurse):
    line = add_line(claire, Rubric.ALLERGIES, {"name": "Pollen"}, shared=True)
    with managed(claire, by=actor_of(*nurse)) as a:
        with pytest.raises(PermissionError):
            profile.add_entry(a, rubric=Rubric.ALLERGIES, values={"name": "Chat"})
        with pytest.raises(PermissionError):
            profile.remove_entry(a, entry_id=line, version=1)
        with pytest.raises(PermissionError):
            profile.share(a, rubric=Rubric.ALLERGIES, shared=False)


def listed(person, professional):
    with access.open(person, by=actor_of(*professional), purpose=Purpose.MANAGE) as a:
        return {card.id for card in documents.list_recent(a, limit=20)}


def test_what_her_structure_deposited_is_hers_to_correct_only_where_she_may_read_it(nurse):
    """The list of deposits is no way round the relation, the block, the matrix: only her own stays hers."""
    person = add_claire()
    from_hospital = {"structure": FINESS, "depositor": "HEALTHCARE_PROFESSIONAL"}
    mine = add_document(person, 1, columns=from_hospital | {"professional_id": nurse[0].id})
    colleague = add_professional()[0].id
    given = add_document(person, 2, columns=from_hospital | {"professional_id": colleague})
    add_document(person, 3, columns=from_hospital | {"professional_id": colleague, "masked": True})
    add_document(person, 4, columns=from_hospital | {"professional_id": colleague, "type_code": "75496-0"})
    assert listed(person, nurse) == {mine}
    treat(person, *nurse)
    assert listed(person, nurse) == {mine, given}
    with managed(person) as a:
        access.block_professional(person, professional_id=nurse[0].id, by=a.by)
    assert listed(person, nurse) == {mine}
