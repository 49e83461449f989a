"""Search: how it reads what is typed, what it finds, what it marks, how it is sent to the database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from carnet.documents import api as documents
from carnet.documents import asked
from carnet.documents.api import Filters
from carnet.documents.search import excerpt, mark_all
from carnet.standards.words import normalise
from carnet.terminology.api import Category
from tests.conftest import acting_as
from tests.documents.deposits import add_claire, parent
from tests.documents.shelves import add_document, add_own, make_twins, make_versions, opened, set_columns
from tests.people.register import add_person, open_space

pytestmark = pytest.mark.django_db

REPORT = (
    "Examen du 3 mars. La sérologie de l’hépatite B est négative. Œdème des membres inférieurs, "
    "sans phlébite. Vaccination à jour. Prise de sang à refaire dans trois mois ; radiographies normales."
)


@pytest.fixture
def claire():
    return add_claire()


def found(person, words, *, by=None, **narrowed):
    with opened(person, by=by) as a:
        return [card.id for card in documents.search(a, words, Filters(**narrowed)).cards]


@pytest.mark.parametrize(
    "words",
    [
        "hépatite", "hepatite", "HÉPATITES", "hepat", "oedeme", "œdème", "Oedèmes", "vaccinati", "vaccin",
        "radiographie", "radiographi", "hépatite oedeme", "phlebite sang", "l'hépatite", "l’hépatite b",
        '"prise de sang"', "«Prise de Sang»", '"membres inférieurs" vaccination', "hépatite -cancer",
        "analyses", "mercier", "hépatite d",
    ],
)  # fmt: skip
def test_it_is_found(claire, words):
    document = add_document(claire, 1, text=REPORT)
    assert found(claire, words) == [document]


@pytest.mark.parametrize(
    "words",
    [
        "", "   ", "…", '""', "cancer", "hépatite cancer", "hépatite -phlébite", '"sang de prise"', "xhepatite",
        '"hépatite sang"', "-cancer", "\x00", "' or 1=1 --", ":*", "&|!()<->", "a" * 5000, "de la",
    ],
)  # fmt: skip
def test_it_is_not_found(claire, words):
    add_document(claire, 1, text=REPORT)
    assert found(claire, words) == []


def test_only_what_stands_in_lists_is_found_and_filters_hold(claire):
    old, new, shown, twin, hidden, deleted, mine = (
        add_document(claire, number, text=REPORT) for number in range(7)
    )
    make_versions(claire, old, new)
    make_twins(claire, shown, twin)
    set_columns(claire, hidden, invisible_patient=True)
    set_columns(claire, deleted, status="deleted")
    set_columns(claire, mine, depositor="PATIENT", type_code="DOCPAT07")
    assert set(found(claire, "hepatite")) == {new, shown, mine}
    assert found(claire, "hepatite", category=Category.CERTIFICATES) == [mine]
    assert found(claire, "hepatite", own=True) == [mine]
    assert found(add_claire(birth_name="DURAND"), "hepatite") == []


def test_secret_care_is_not_found_by_a_parent():
    from datetime import date

    mother = add_claire()
    son = add_person(given_names="TOM", sex="M", birth_date=date(2012, 2, 29), attached_to=mother)
    open_space(son)
    add_document(son, 1, text=REPORT)
    secret = add_document(son, 2, text="Hépatite", columns={"invisible_representatives": True})
    assert secret not in found(son, "hepatite", by=parent(mother))
    assert len(found(son, "hepatite", by=parent(mother))) == 1


def test_every_page_of_results_goes_on(claire):
    made = [add_document(claire, number, text=REPORT) for number in range(7)]
    pages, before = [], None
    while True:
        with opened(claire) as a:
            page = documents.search(a, "hepatite", Filters(), limit=3, before=before)
        pages.append([card.id for card in page.cards])
        if page.last is None:
            break
        before = page.last
    assert [len(page) for page in pages] == [3, 3, 1]
    assert sorted(one for page in pages for one in page) == sorted(made)


def test_a_search_in_quotes_goes_through_all_pages(claire, monkeypatch):
    from carnet.documents import search

    monkeypatch.setattr(search, "_CANDIDATES", 4)
    for number in range(9):
        add_document(claire, number, text="sang de prise" if number % 3 else REPORT)
    shown, before, turns = [], None, 0
    while turns == 0 or before is not None:
        with opened(claire) as a:
            page = documents.search(a, '"prise de sang"', Filters(), limit=2, before=before)
        shown += [card.id for card in page.cards]
        before, turns = page.last, turns + 1
    assert len(shown) == len(set(shown)) == 3
    assert turns > 1


def test_words_are_marked_where_they_stand(claire):
    document = add_document(claire, 1, text=REPORT, title="Hépatites : sérologie")
    with opened(claire) as a:
        page = documents.search(a, "hepatite oedeme", Filters())
    assert page.titles[document] == "<mark>Hépatites</mark> : sérologie"
    assert "l’<mark>hépatite</mark> B est négative" in page.snippets[document]
    assert "<mark>Œdème</mark> des membres" in page.snippets[document]


def test_a_document_found_by_its_title_has_no_snippet(claire):
    document = add_document(claire, 1, text=REPORT, title="Compte rendu opératoire")
    with opened(claire) as a:
        page = documents.search(a, "operatoire", Filters())
    assert [card.id for card in page.cards] == [document]
    assert page.snippets == {}


def test_what_somebody_wrote_never_becomes_markup(claire):
    document = add_document(
        claire, 1, text="<script>alert(1)</script> hépatite <b onload=x>", title="<img src=x> hépatite"
    )
    with opened(claire) as a:
        page = documents.search(a, "hepatite", Filters())
    assert page.titles[document] == "&lt;img src=x&gt; <mark>hépatite</mark>"
    assert "<script" not in page.snippets[document]
    assert "&lt;b onload=x&gt;" in page.snippets[document]


PLAIN = st.text(st.characters(exclude_characters="<>&\"'"), max_size=200)


@given(PLAIN, st.sets(st.sampled_from(["a", "b", "hepatite", "oe", "1"])))
def test_marking_adds_marks_and_nothing_else(text, answers):
    marked = str(mark_all(text, frozenset(answers)))
    assert marked.replace("<mark>", "").replace("</mark>", "") == text
    for piece in str(excerpt(text, frozenset(answers))).split("<mark>")[1:]:
        assert answers & set(normalise(piece.partition("</mark>")[0]).split())


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read(typed):
    read = asked.read(typed)
    assert all(word.isalnum() for word in (*read.every(), *read.without))
    assert len(read.words) <= asked.MAX_WORDS


def test_reading_what_is_typed():
    assert asked.read("Hépatite B") == asked.Asked(("hepatite",), (), "b")
    assert asked.read('"prise de sang" fo') == asked.Asked(("prise", "de", "sang"), ("prise de sang",), "fo")
    assert asked.read('foie "prise de') == asked.Asked(("foie", "prise", "de"), ("prise de",), "")
    assert asked.read("foie -anti-HBs") == asked.Asked((), (), "foie", ("anti", "hbs"))
    assert not asked.read("-foie")


def test_it_is_two_statements_by_the_persons_key(claire):
    """The vectors are reached by the key of this person: no index on words, no row of another."""
    for number in range(30):
        add_document(claire, number, text=REPORT)
    copy_to_others(claire, 100)
    with opened(claire) as a:
        a.key()
        with CaptureQueriesContext(connection) as sent:
            documents.search(a, "hepatite", Filters())
        rows, answers = [query["sql"] for query in sent]
        assert "unnest" in answers
        with connection.cursor() as cursor:
            cursor.execute(f"explain (analyze, costs off, timing off, summary off) {rows}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in plan, plan
    plan = plan.partition("SubPlan")[0]
    assert "Rows Removed by Filter" not in plan, plan
    for table in ("documents_words w", "documents_document d"):
        reached = plan.partition(f" on {table}")[2].partition("->  Index Scan using documents_document")[0]
        assert f"person_id = '{claire}'::uuid" in reached.partition("Index Cond:")[2], plan


def copy_to_others(person, others):
    """Give the same documents to that many persons more, and let the planner know."""
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute(
            "create temporary table them as select gen_random_uuid() as them from generate_series(1, %s)",
            [others],
        )
        for table in ("documents_document", "documents_words", "documents_source"):
            cursor.execute(
                "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped and attname <> 'person_id'",
                [table],
            )
            columns = cursor.fetchone()[0]
            cursor.execute(
                f"insert into {table} (person_id, {columns}) select them, {columns} from {table}, them where person_id = %s",
                [person],
            )
    with acting_as("carnet_owner"), connection.cursor() as cursor:
        cursor.execute("analyze documents_document, documents_words, documents_source")


def test_mine_is_found_too(claire):
    document = add_own(claire, 1, text="ordonnance de kinésithérapie")
    assert found(claire, "kinesitherapie") == [document]
