"""The shelf: what lists show, how they are narrowed and paged, what a person may do with a document."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carnet.documents import api as documents
from carnet.documents.api import ArrangeRefused, DocumentUnknownError, Filters, Position
from carnet.journal.api import EventType, list_lines
from carnet.platform import blobs, crypto
from carnet.terminology.api import Category
from tests.documents.deposits import FINESS, add_claire, scanned
from tests.documents.shelves import (
    add_document,
    add_own,
    make_twins,
    make_versions,
    managed,
    new_folder,
    opened,
    row_of,
    set_columns,
    unknown,
)
from tests.notices.test_notices import hand_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire():
    return add_claire()


def listed(person, **narrowed):
    with opened(person) as a:
        return [card.id for card in documents.list_documents(a, Filters(**narrowed), limit=100)]


def lines_of(person, event):
    with opened(person):
        lines = list_lines(person, key=crypto.get_key(person), limit=100)
    return [line for line in lines if line.event is event]


def at(day):
    return datetime(2026, 3, day, 12, tzinfo=UTC)


def test_a_list_shows_a_content_once_in_its_latest_version(claire):
    old, new, shown, twin, deleted = (add_document(claire, number) for number in range(5))
    make_versions(claire, old, new)
    make_twins(claire, shown, twin)
    set_columns(claire, deleted, status="deleted")
    assert set(listed(claire)) == {new, shown}
    with opened(claire) as a:
        assert documents.overview(a, limit=5).total == 2
        assert documents.get_shelf(a).total == 2
        assert {card.id: card.sources_count for card in documents.list_documents(a, Filters())} == {
            new: 1,
            shown: 2,
        }
        assert [one.id for one in documents.list_versions(a, new)] == [new, old]
        assert documents.list_versions(a, shown) == []
        assert [one.structure for one in documents.list_sources(a, shown)] == [FINESS, FINESS]
        with pytest.raises(DocumentUnknownError):
            documents.get_document(a, deleted)
        assert documents.get_document(a, old).status == "superseded"


def test_pinned_first_then_latest_and_every_page_goes_on_where_the_last_ended(claire):
    made = [add_document(claire, n, columns={"created_on": at(1 + n // 2)}) for n in range(10)]
    with managed(claire) as a:
        documents.pin(a, document_ids=[made[2], made[7]], pinned=True)
    pages, before = [], None
    with opened(claire) as a:
        while cards := documents.list_documents(a, Filters(), limit=3, before=before):
            pages += [card.id for card in cards]
            before = Position.of(cards[-1])
    assert pages[:2] == [made[7], made[2]]
    assert sorted(pages) == sorted(made)
    others = [row_of(claire, one)["created_on"] for one in pages[2:]]
    assert others == sorted(others, reverse=True)


def test_each_filter_narrows(claire):
    folder = new_folder(claire)
    mine = add_own(claire, 1, columns={"created_on": at(1), "type_code": "DOCPAT07", "masked": True})
    biology = add_document(claire, 2, columns={"created_on": at(10), "read_at": at(11), "folder_id": folder})
    other = add_document(
        claire, 3, columns={"created_on": at(20), "structure": "330000019", "type_code": "34112-3"}
    )
    assert set(listed(claire)) == {mine, biology, other}
    assert listed(claire, own=True) == [mine]
    assert listed(claire, category=Category.CERTIFICATES) == [mine]
    assert listed(claire, hidden=True) == [mine]
    assert listed(claire, folder_id=folder) == [biology]
    assert set(listed(claire, unread=True)) == {mine, other}
    assert listed(claire, structure="330000019") == [other]
    assert listed(claire, since=date(2026, 3, 10), until=date(2026, 3, 10)) == [biology]
    assert listed(claire, since=date(2026, 3, 11)) == [other]
    assert listed(claire, until=date(2026, 3, 9)) == [mine]
    assert len(listed(claire, since=date.min, until=date.max)) == len(listed(claire))
    assert listed(claire, own=True, folder_id=folder) == []


def test_days_are_days_of_paris(claire):
    late = add_document(claire, 1, columns={"created_on": datetime(2026, 3, 9, 23, 30, tzinfo=UTC)})
    assert listed(claire, since=date(2026, 3, 10), until=date(2026, 3, 10)) == [late]
    assert listed(claire, until=date(2026, 3, 9)) == []


def test_the_shelf_counts_and_names(claire):
    folder = new_folder(claire, "Été 2026")
    new_folder(claire, "Dents")
    add_document(claire, 1, columns={"folder_id": folder})
    add_own(claire, 2, columns={"type_code": "DOCPAT07"})
    with opened(claire) as a, CaptureQueriesContext(connection) as sent:
        shelf = documents.get_shelf(a)
    assert shelf.total == 2
    assert dict(shelf.categories) == {Category.BIOLOGY: 1, Category.CERTIFICATES: 1}
    assert [(one.name, one.count) for one in shelf.folders] == [("Dents", 0), ("Été 2026", 1)]
    assert [one.finess for one in shelf.depositors] == [FINESS]
    assert len([one for one in sent if "documents_" in one["sql"]]) == 1


def test_rights_follow_whose_document_it_is(claire):
    own, theirs = add_own(claire, 1), add_document(claire, 2)
    with opened(claire) as a:
        mine, other = (documents.may(documents.get_document(a, one)) for one in (own, theirs))
    assert (mine.rename, mine.delete, mine.hide, mine.arrange, mine.report) == (True, True, True, True, False)
    assert (other.rename, other.delete, other.hide, other.arrange, other.report) == (
        False,
        False,
        True,
        True,
        True,
    )
    assert other.why == "Seul son auteur peut corriger ou retirer ce document."
    with managed(claire) as a:
        with pytest.raises(ArrangeRefused, match="ne peut pas être supprimé"):
            documents.delete_own(a, document_ids=[own, theirs])
        card = documents.get_document(a, theirs)
        with pytest.raises(ArrangeRefused, match="Seul son auteur"):
            documents.change_own(a, document_id=theirs, title="Autre", category=Category.OTHER,
                                 day=date(2026, 3, 1), version=card.entry_id)  # fmt: skip
    assert row_of(claire, own)["status"] == "current"


def test_hiding_reaches_older_versions_and_twins_and_has_a_line_for_each(claire):
    old, new, shown, twin, other = (add_document(claire, number) for number in range(5))
    make_versions(claire, old, new)
    make_twins(claire, shown, twin)
    before = row_of(claire, new)["entry_id"]
    with managed(claire) as a:
        documents.set_masked(a, document_ids=[new, shown], masked=True)
    assert all(row_of(claire, one)["masked"] for one in (old, new, shown, twin))
    assert not row_of(claire, other)["masked"]
    assert row_of(claire, new)["entry_id"] != before
    assert {line.reference for line in lines_of(claire, EventType.DOCUMENT_HIDDEN)} == {new, shown}
    with managed(claire) as a:
        documents.set_masked(a, document_ids=[new], masked=False)
    assert not row_of(claire, old)["masked"]
    assert row_of(claire, shown)["masked"]


@pytest.mark.parametrize("kind", ["absent", "superseded", "twin", "deleted", "hidden", "another's"])
def test_what_is_not_shown_is_not_acted_on_and_nothing_of_the_choice_is(claire, kind):
    good, bad = add_document(claire, 1), add_document(claire, 2)
    match kind:
        case "absent":
            bad = unknown()
        case "superseded":
            make_versions(claire, bad, add_document(claire, 3))
        case "twin":
            make_twins(claire, good, bad)
        case "deleted":
            set_columns(claire, bad, status="deleted")
        case "hidden":
            set_columns(claire, bad, invisible_patient=True)
        case "another's":
            bad = add_document(add_claire(birth_name="DURAND"), 4)
    for act in (
        lambda a: documents.set_masked(a, document_ids=[good, bad], masked=True),
        lambda a: documents.pin(a, document_ids=[good, bad], pinned=True),
        lambda a: documents.move(a, document_ids=[good, bad], folder_id=None),
        lambda a: documents.delete_own(a, document_ids=[good, bad]),
    ):
        with pytest.raises(DocumentUnknownError), managed(claire) as a:
            act(a)
    row = row_of(claire, good)
    assert (row["masked"], row["pinned_at"], row["status"]) == (False, None, "current")


def test_none_and_too_many_are_refused(claire):
    many = [unknown() for _ in range(21)]
    with managed(claire) as a:
        for act, words in (
            (lambda: documents.pin(a, document_ids=[], pinned=True), "au moins un"),
            (lambda: documents.pin(a, document_ids=many, pinned=True), "20 documents au plus"),
            (lambda: documents.delete_own(a, document_ids=many[:11]), "10 documents au plus"),
        ):
            with pytest.raises(ArrangeRefused, match=words):
                act()


def test_what_is_hers_goes_with_its_words_versions_and_content(claire):
    old, new, kept = (add_own(claire, n, text="hépatite") for n in range(3))
    make_versions(claire, old, new)
    contents = {row_of(claire, one)["blob"] for one in (old, new)}
    with managed(claire) as a:
        documents.delete_own(a, document_ids=[new])
    assert set(blobs.store().names(claire)) >= contents
    hand_over("documents.content_dropped")
    assert set(blobs.store().names(claire)) == {row_of(claire, kept)["blob"]}
    assert [row_of(claire, one)["status"] for one in (old, new, kept)] == ["deleted", "deleted", "current"]
    assert listed(claire) == [kept]
    with opened(claire) as a:
        assert [card.id for card in documents.search(a, "hepatite", Filters()).cards] == [kept]
        assert set(documents.list_titles(a, [new])) == {new}


def test_a_content_that_another_document_has_is_kept(claire):
    one, two = add_own(claire, 1), add_document(claire, 2)
    set_columns(claire, two, blob=row_of(claire, one)["blob"])
    with managed(claire) as a:
        documents.delete_own(a, document_ids=[one])
    hand_over("documents.content_dropped")
    assert row_of(claire, two)["blob"] in set(blobs.store().names(claire))


def test_the_professionals_copy_comes_forward(claire):
    mine, mine_again, first, second = (
        add_own(claire, 1),
        add_own(claire, 2),
        add_document(claire, 3),
        add_document(claire, 4),
    )
    make_twins(claire, mine, mine_again, first, second)
    assert listed(claire) == [mine]
    with managed(claire) as a:
        documents.delete_own(a, document_ids=[mine])
    assert listed(claire) == [first]
    assert row_of(claire, second)["same_as"] == first
    assert row_of(claire, mine_again)["status"] == "deleted"
    with opened(claire) as a:
        assert documents.list_documents(a, Filters())[0].sources_count == 2


def rename(
    person, document, *, version=None, title="Radio du genou", category=Category.IMAGING, day=date(2024, 5, 2)
):
    with managed(person) as a:
        version = version or documents.get_document(a, document).entry_id
        documents.change_own(
            a, document_id=document, title=title, category=category, day=day, version=version
        )


def test_hers_takes_another_title_category_and_day(claire):
    document = add_own(claire, 1, text="Méniscectomie", columns={"type_code": "DOCPAT03"})
    before = row_of(claire, document)
    rename(claire, document, title="  Radio   du genou ")
    with opened(claire) as a:
        card = documents.get_document(a, document)
        assert (card.title, card.type.code, card.type.class_code) == ("Radio du genou", "DOCPAT04", "31")
        assert card.created_on == datetime(2024, 5, 2, 10, tzinfo=UTC)
        assert [one.id for one in documents.search(a, "genou", Filters()).cards] == [document]
        assert [one.id for one in documents.search(a, "meniscectomie", Filters()).cards] == [document]
        assert documents.search(a, "analyses", Filters()).cards == ()
    after = row_of(claire, document)
    assert after["entry_id"] != before["entry_id"]
    assert after["logical_id"] == before["logical_id"]
    assert after["blob"] == before["blob"]


def test_a_change_made_in_another_browser_is_not_overwritten(claire):
    document = add_own(claire, 1)
    shown = row_of(claire, document)["entry_id"]
    rename(claire, document, title="Premier")
    with pytest.raises(documents.DocumentChangedError):
        rename(claire, document, title="Second", version=shown)
    with opened(claire) as a:
        assert documents.get_document(a, document).title == "Premier"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "   "}, "title"),
        ({"title": "…"}, "title"),
        ({"title": "x" * 151}, "title"),
        ({"category": Category.PROFILE}, "category"),
        ({"category": Category.TECHNICAL}, "category"),
        ({"day": date(2999, 1, 1)}, "day"),
        ({"day": date(1980, 5, 16)}, "day"),
    ],
)
def test_a_wrong_correction_is_refused_at_its_field(claire, changes, field):
    document = add_own(claire, 1)
    with pytest.raises(ArrangeRefused) as refused:
        rename(claire, document, **changes)
    assert refused.value.field == field


def test_scanned_documents_say_so(claire):
    from tests.documents.deposits import deposit

    document = deposit(scanned(claire)).document_id
    with opened(claire) as a:
        assert documents.get_document(a, document).scan in {"clean", "not_scanned"}
