"""A structure corrects the metadata of its own documents: what may change, what may not, who is told."""

import threading
from collections import Counter

import pytest
from django.db import connection

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.documents.api import HeldCode, HeldRefused, HeldUnknown
from carnet.journal.api import EventType
from tests.documents.deposits import add_claire, holder, unique_id_of
from tests.documents.held import CLINIC, LAB, bring, lines_of
from tests.documents.shelves import managed, row_of, set_columns

MASKED, HIDDEN, NOT_PARENTS = "MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX"
LABELLED, ARCHIVED = EventType.DOCUMENT_LABELLED, EventType.DOCUMENT_ARCHIVED
CHANGES = [LABELLED, ARCHIVED, EventType.DOCUMENT_WITHDRAWN, EventType.DOCUMENT_READ]

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire():
    return add_claire()


def labelled(document, *labels, **how):
    return documents.change_held(document, by=LAB, labels=frozenset(labels), **how)


def refused(document, **change):
    with pytest.raises(HeldRefused) as found:
        documents.change_held(document, by=LAB, **change)
    return found.value.code, found.value.field


def outbox(topic="documents.deposited"):
    with connection.cursor() as cursor:
        cursor.execute("select key from platform_outbox where topic = %s order by key", [topic])
        return [row[0] for row in cursor.fetchall()]


def test_labels_become_what_is_asked(claire):
    document = bring(claire)
    before = documents.get_held(document, by=LAB)
    after = labelled(document, "R", MASKED)
    assert (after.labels, after.level, after.meta_version) == ({"R", MASKED}, "R", 2)
    assert after.entry_id != before.entry_id
    assert after.changed_at > before.changed_at
    assert (after.id, after.logical_id, after.sha1) == (before.id, before.logical_id, before.sha1)
    assert labelled(document, "N").labels == {"N"}
    assert documents.get_held(document, by=LAB).meta_version == 3
    lines = lines_of(claire, LABELLED)
    assert [line[1:] for line in lines] == [(True, "facility_own", document)] * 2


def test_labels_may_be_said_of_those_it_has(claire):
    document = bring(claire, flags={"masked": True})
    seen = []

    def add(labels):
        seen.append(labels)
        return labels - {"N"} | {"V"}

    changed = documents.change_held(document, by=LAB, labels=add)
    assert (seen, changed.labels) == ([{"N", MASKED}], {"V", MASKED})
    assert documents.change_held(document, by=LAB, labels=lambda _: None, archived=True).archived
    assert [line[0] for line in lines_of(claire, *CHANGES)] == [LABELLED, ARCHIVED]


def test_what_is_so_already_changes_nothing(claire):
    document = bring(claire)
    before = documents.get_held(document, by=LAB)
    again = documents.change_held(
        unique_id_of(claire, 1), by=LAB, status="current", labels=frozenset("N"), archived=False
    )
    assert again == before
    assert lines_of(claire, *CHANGES[:3]) == []


def test_what_she_hid_stays_hidden_whatever_its_depositor_says(claire):
    document = bring(claire)
    with managed(claire) as a:
        documents.set_masked(a, document_ids=[document], masked=True)
    assert labelled(document, "R").labels == {"R", MASKED}
    assert row_of(claire, document)["masked"]
    with managed(claire) as a:
        documents.set_masked(a, document_ids=[document], masked=False)
    assert documents.get_held(document, by=LAB).labels == {"R"}


def test_what_is_hidden_is_not_left_readable_in_an_older_version(claire):
    old = bring(claire, 1)
    new = bring(
        claire, 2, replaces=(unique_id_of(claire, 1),), set_id="1.2.250.1.999.1^SET-1", version_number=3
    )
    labelled(new, "N", MASKED)
    assert documents.get_held(old, by=LAB).labels == {"N", MASKED}
    labelled(new, "N")
    assert documents.get_held(old, by=LAB).labels == {"N", MASKED}
    assert labelled(old, "N").labels == {"N"}


@pytest.mark.parametrize(
    ("labels", "code"),
    [
        (set(), HeldCode.VALUE), ({"N", "R"}, HeldCode.VALUE), ({MASKED}, HeldCode.VALUE),
        ({"N", "X"}, HeldCode.VALUE), ({"N", MASKED, HIDDEN}, HeldCode.RULE),
        ({"N", HIDDEN}, HeldCode.RULE), ({"N", NOT_PARENTS}, HeldCode.RULE),
    ],
)  # fmt: skip
def test_labels_that_are_refused(claire, labels, code):
    document = bring(claire)
    assert refused(document, labels=frozenset(labels)) == (code, "labels")
    assert documents.get_held(document, by=LAB).meta_version == 1
    assert lines_of(claire, LABELLED) == [(LABELLED, False, f"{code}:labels", document)]


def test_what_becomes_readable_is_announced_once_to_who_may_read_it(claire):
    document = bring(claire, flags={"invisible_patient": True})
    assert outbox() == []
    assert labelled(document, "N").labels == {"N"}
    assert len(outbox()) == 1
    labelled(document, "R")
    assert len(outbox()) == 1
    assert refused(document, labels=frozenset({"R", HIDDEN})) == (HeldCode.RULE, "labels")


def test_archiving_and_back(claire):
    document = bring(claire)
    assert documents.change_held(document, by=LAB, archived=True).archived
    both = documents.change_held(document, by=LAB, archived=False, labels=frozenset("V"))
    assert (both.archived, both.level, both.meta_version) == (False, "V", 3)
    assert [line[0] for line in lines_of(claire, *CHANGES)] == [ARCHIVED, LABELLED, ARCHIVED]


def test_entered_in_error_is_a_withdrawal(claire):
    document = bring(claire)
    gone = documents.change_held(document, by=LAB, status="entered-in-error")
    assert (gone.status, gone.meta_version) == ("entered-in-error", 2)
    assert len(outbox("documents.withdrawn")) == 1
    assert documents.change_held(document, by=LAB, status="entered-in-error") == gone
    assert len(outbox("documents.withdrawn")) == 1
    for change in ({"status": "current"}, {"labels": frozenset("R")}, {"archived": True}):
        assert refused(document, **change) == (HeldCode.RULE, "status")


def test_a_status_is_not_written_by_hand(claire):
    old = bring(claire, 1)
    assert refused(old, status="superseded") == (HeldCode.RULE, "status")
    assert refused(old, status="final") == (HeldCode.VALUE, "status")
    assert refused(old, status="entered-in-error", archived=True) == (HeldCode.RULE, "status")
    bring(claire, 2, replaces=(unique_id_of(claire, 1),), set_id="1.2.250.1.999.1^SET-1", version_number=3)
    assert documents.change_held(old, by=LAB, status="superseded").status == "superseded"
    assert refused(old, status="current") == (HeldCode.RULE, "status")
    assert refused(old, status="entered-in-error") == (HeldCode.RULE, "status")


def test_another_version_than_the_one_read_is_told(claire):
    document = bring(claire)
    labelled(document, "R", expected=1)
    assert refused(document, labels=frozenset("V"), expected=1) == (HeldCode.PRECONDITION, "version")
    assert (HeldCode.PRECONDITION.status, HeldCode.RULE.status) == (412, 422)
    assert labelled(document, "V", expected=2).meta_version == 3


def test_a_blocked_structure_still_corrects_what_it_brought(claire):
    document = bring(claire)
    access.block(claire, structure=LAB.structure, by=holder(claire))
    changed = labelled(document, "N", MASKED)
    assert changed.withheld
    assert row_of(claire, document)["masked"]


def test_another_structure_changes_nothing(claire):
    document = bring(claire)
    before = row_of(claire, document)
    with pytest.raises(HeldUnknown):
        documents.change_held(document, by=CLINIC, status="entered-in-error")
    set_columns(claire, document, depositor="PATIENT", structure="")
    with pytest.raises(HeldUnknown):
        documents.change_held(document, by=LAB, archived=True)
    assert row_of(claire, document) == before | {"depositor": "PATIENT", "structure": ""}


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_that_read_the_same_version_one_is_told():
    claire = add_claire()
    document = bring(claire)
    for version in range(1, 7):
        ends, together = Counter(), threading.Barrier(2)

        def change(level, version=version, ends=ends, together=together):
            try:
                together.wait(10)
                labelled(document, level, expected=version)
                ends["done"] += 1
            except HeldRefused as error:
                ends[error.code] += 1
            finally:
                connection.close()

        levels = ("R", "V") if version % 2 else ("N", "N")
        threads = [threading.Thread(target=change, args=(level,)) for level in levels]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert ends == {"done": 1, HeldCode.PRECONDITION: 1}
        assert documents.get_held(document, by=LAB).meta_version == version + 1
