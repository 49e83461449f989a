"""A new version takes the place of the old; the same content shows once, with all its sources."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.documents.api import Code, DepositRefused
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, list_lines
from carnet.platform import blobs
from tests.documents.deposits import FACILITY, FINESS, add_claire, deposit, header_of, holder, report, scanned
from tests.standards import papers
from tests.standards.samples import HEADER

pytestmark = pytest.mark.django_db

OTHER = "330000019"
THERE = Actor(ActorKind.HEALTHCARE_FACILITY, structure=OTHER)
SET = "1.2.250.1.999.1^SET"


@pytest.fixture
def claire():
    return add_claire()


def version(person, number, *, of=0, **changes):
    replaces = (header_of(person, of).unique_id,) if of else ()
    return report(person, number, **{"set_id": SET, "version_number": number, "replaces": replaces} | changes)


def elsewhere(data, structure=OTHER, **options):
    by = Actor(ActorKind.HEALTHCARE_FACILITY, structure=structure)
    return deposit(data, structure=structure, by=by, **options)


def shown(person):
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        return documents.list_recent(a)


def lines(person):
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        return [one for one in list_lines(person, key=a.key()) if one.event.startswith("document.")]


def refusal(data, send=deposit):
    with pytest.raises(DepositRefused) as refused:
        send(data)
    return refused.value


def arrange(person, **columns):
    with access.open(person, by=holder(person), purpose=Purpose.MANAGE), connection.cursor() as cursor:
        for name, value in columns.items():
            cursor.execute(f"update documents_document set {name} = %s where person_id = %s", [value, person])


def hide(person, *document_ids, masked=True):
    with access.open(person, by=holder(person), purpose=Purpose.MANAGE, late=True) as a:
        documents.set_masked(a, document_ids=document_ids, masked=masked)


def topics(person):
    with connection.cursor() as cursor:
        cursor.execute("select topic from platform_outbox where person_id = %s order by id", [person])
        return [row[0] for row in cursor.fetchall()]


# -- versions


def test_the_new_one_stands_for_the_old_which_stays_readable(claire):
    data = version(claire, 1)
    first, second = deposit(data), deposit(version(claire, 2, of=1))
    (card,) = shown(claire)
    assert (card.id, card.version) == (second.document_id, 2)
    assert documents.download(claire, first.document_id, by=holder(claire)).data == data
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT) as a:
        found = documents.list_versions(a, card.id)
    assert [one.id for one in found] == [second.document_id, first.document_id]
    written = [
        (one.event, one.reference) for one in lines(claire) if one.event is not EventType.DOCUMENT_DOWNLOADED
    ]
    assert set(written) == {
        (EventType.DOCUMENT_DEPOSITED, first.document_id),
        (EventType.DOCUMENT_DEPOSITED, second.document_id),
        (EventType.DOCUMENT_REPLACED, first.document_id),
    }


def test_sent_again_both_stay_as_they_are(claire):
    one, two = version(claire, 1), version(claire, 2, of=1)
    deposit(one)
    deposit(two)
    assert (deposit(one).already, deposit(two).already) == (True, True)
    assert [card.version for card in shown(claire)] == [2]


def test_it_keeps_her_masking_her_folder_and_her_pin(claire):
    deposit(version(claire, 1))
    hide(claire, shown(claire)[0].id)
    arrange(claire, pinned_at="2026-01-01T00:00:00Z")
    deposit(version(claire, 2, of=1))
    (card,) = shown(claire)
    assert (card.masked, card.pinned) == (True, True)


def test_what_its_depositor_hid_the_next_version_may_show(claire):
    deposit(version(claire, 1), masked=True)
    deposit(version(claire, 2, of=1))
    assert [card.masked for card in shown(claire)] == [False]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"version_number": 1}, "numéro plus grand"),
        ({"set_id": f"{SET}-OTHER"}, "setId"),
    ],
)
def test_a_version_that_does_not_follow_is_refused(claire, changes, says):
    deposit(version(claire, 1))
    before = set(blobs.store().names(claire))
    refused = refusal(version(claire, 2, of=1, **changes))
    assert (refused.code, says in refused.message_fr) == (Code.WRONG_VERSION, True)
    assert set(blobs.store().names(claire)) == before
    assert next((one.event, one.allowed, one.reason) for one in lines(claire)) == (
        EventType.DOCUMENT_DEPOSITED, False, "900:relatedDocument",
    )  # fmt: skip


def test_only_the_latest_is_replaced(claire):
    deposit(version(claire, 1))
    deposit(version(claire, 2, of=1))
    assert refusal(version(claire, 3, of=1)).code is Code.WRONG_VERSION


def test_what_another_structure_deposited_is_as_if_it_were_not_there(claire):
    first = deposit(version(claire, 1))
    second = elsewhere(version(claire, 2, of=1))  # the same author, from elsewhere: nothing is replaced
    assert {card.id for card in shown(claire)} == {first.document_id, second.document_id}
    assert not elsewhere(version(claire, 3, of=2)).already
    assert {card.version for card in shown(claire)} == {1, 3}
    assert topics(claire) == [documents.DEPOSITED, documents.DEPOSITED, documents.REPLACED]


def test_the_first_that_comes_may_be_the_third(claire):
    deposit(version(claire, 3, of=2))
    assert [card.version for card in shown(claire)] == [3]


@pytest.mark.parametrize("hidden", ["invisible_patient", "invisible_representatives"])
def test_a_version_hidden_from_who_reads_the_old_one_takes_nothing_away(claire, hidden):
    first = deposit(version(claire, 1))
    refused = refusal(version(claire, 2, of=1), lambda data: deposit(data, **{hidden: True}))
    assert (refused.code, refused.field) == (Code.OTHER, "confidentialityCode")
    assert [card.id for card in shown(claire)] == [first.document_id]


def test_what_was_hidden_may_be_replaced_by_what_is_still_hidden_or_no_longer(claire):
    deposit(version(claire, 1), invisible_patient=True)
    deposit(version(claire, 2, of=1), invisible_patient=True)
    assert shown(claire) == []
    deposit(version(claire, 3, of=2))
    assert [card.version for card in shown(claire)] == [3]


def test_what_only_says_the_same_set_is_not_shown_with_another(claire):
    one, other = deposit(version(claire, 1)), deposit(version(claire, 2))
    for masked, chosen in ((True, [one, other]), (False, [one])):
        with access.open(claire, by=holder(claire), purpose=Purpose.MANAGE, late=True) as a:
            documents.set_masked(a, document_ids=[done.document_id for done in chosen], masked=masked)
    assert {card.id: card.masked for card in shown(claire)} == {
        one.document_id: False,
        other.document_id: True,
    }


def test_hiding_reaches_what_another_sent_of_an_older_version(claire):
    paper = papers.pdf("Un")
    deposit(scanned(claire, 1, data=paper, set_id=SET, version_number=1))
    other = elsewhere(scanned(claire, 3, data=paper))
    replaces = (header_of(claire, 1).unique_id,)
    new = scanned(claire, 2, data=papers.pdf("Deux"), set_id=SET, version_number=2, replaces=replaces)
    done = deposit(new)
    with access.open(claire, by=holder(claire), purpose=Purpose.MANAGE, late=True) as a:
        documents.set_masked(a, document_ids=[done.document_id], masked=True)
    documents.withdraw(header_of(claire, 2).unique_id, by=FACILITY)
    assert [(card.id, card.masked) for card in shown(claire)] == [(other.document_id, True)]


def test_what_was_withdrawn_is_no_longer_a_source(claire):
    paper = papers.pdf("Source")
    deposit(scanned(claire, 1, data=paper))
    elsewhere(scanned(claire, 2, data=paper))
    documents.withdraw(header_of(claire, 2).unique_id, by=THERE)
    assert [card.sources_count for card in shown(claire)] == [1]


# -- the same identifier


def test_another_content_under_it_leaves_a_line_and_nothing_else(claire):
    deposit(report(claire))
    before = set(blobs.store().names(claire))
    assert refusal(report(claire, title="Autre")).code is Code.DUPLICATE
    assert set(blobs.store().names(claire)) == before
    last = lines(claire)[0]
    assert (last.event, last.allowed, last.reason) == (
        EventType.DOCUMENT_DEPOSITED, False, "duplicate:uniqueId",
    )  # fmt: skip


def test_the_same_from_another_structure_is_a_source_more(claire):
    data = report(claire)
    first, other = deposit(data), elsewhere(data)
    assert (other.already, other.shown_as) == (False, first.document_id)
    assert other.document_id != first.document_id
    assert deposit(data).already
    assert elsewhere(data) == replace(other, already=True)
    assert [card.sources_count for card in shown(claire)] == [2]


def test_other_bytes_under_the_name_that_another_gave_tell_nothing(claire):
    deposit(report(claire))
    assert not elsewhere(report(claire, title="Autre")).already
    assert [card.sources_count for card in shown(claire)] == [2]  # the same words: it shows once


# -- the same content


def test_received_twice_it_shows_once_with_both_sources(claire):
    paper = papers.pdf("Reçu deux fois")
    first, second = deposit(scanned(claire, 1, data=paper)), elsewhere(scanned(claire, 2, data=paper))
    assert second.shown_as == first.document_id
    (card,) = shown(claire)
    assert (card.id, card.sources_count) == (first.document_id, 2)
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT) as a:
        assert [one.structure for one in documents.list_sources(a, card.id)] == [FINESS, OTHER]
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from platform_outbox where topic = 'documents.deposited'")
        assert cursor.fetchone() == (1,)  # she is told once


def test_the_same_words_another_day_are_another_document(claire):
    section = {"unique_id": "1.2.250.1.999.1^X", "effective_time": HEADER.effective_time + timedelta(days=1)}
    deposit(report(claire, 1))
    deposit(report(claire, 1, **section))
    assert len(shown(claire)) == 2
    deposit(report(claire, 1, unique_id="1.2.250.1.999.1^Y"))
    assert len(shown(claire)) == 2


@pytest.mark.parametrize("flag", ["invisible_representatives", "masked"])
def test_what_others_may_not_see_never_hides_behind_what_they_may(claire, flag):
    paper = papers.pdf("Secret")
    deposit(scanned(claire, 1, data=paper))
    deposit(scanned(claire, 2, data=paper), **{flag: True})
    assert len(shown(claire)) == 2


def test_what_she_hid_stays_hidden_when_it_comes_again(claire):
    paper = papers.pdf("Hidden")
    deposit(scanned(claire, 1, data=paper))
    arrange(claire, masked=True)
    deposit(scanned(claire, 2, data=paper))
    assert [(card.masked, card.sources_count) for card in shown(claire)] == [(True, 2)]


def test_withdrawn_by_its_author_its_twin_comes_forward(claire):
    paper = papers.pdf("Retrait")
    first, second = deposit(scanned(claire, 1, data=paper)), elsewhere(scanned(claire, 2, data=paper))
    unique_id = header_of(claire, 1).unique_id
    assert documents.withdraw(unique_id, by=FACILITY) == first.document_id
    assert [(card.id, card.sources_count) for card in shown(claire)] == [(second.document_id, 1)]
    with pytest.raises(DepositRefused) as refused:
        documents.withdraw(unique_id, by=FACILITY)
    assert refused.value.code is Code.WRONG_VERSION


def test_when_the_new_version_is_withdrawn_what_another_sent_of_the_old_one_comes_forward(claire):
    paper = papers.pdf("Un")
    deposit(scanned(claire, 1, data=paper, set_id=SET, version_number=1))
    other = elsewhere(scanned(claire, 3, data=paper))
    replaces = (header_of(claire, 1).unique_id,)
    deposit(scanned(claire, 2, data=papers.pdf("Deux"), set_id=SET, version_number=2, replaces=replaces))
    documents.withdraw(header_of(claire, 2).unique_id, by=FACILITY)
    assert [card.id for card in shown(claire)] == [other.document_id]


def test_an_old_version_received_again_stays_behind_the_new_one(claire):
    paper = papers.pdf("Un")
    deposit(scanned(claire, 1, data=paper, set_id=SET, version_number=1))
    replaces = (header_of(claire, 1).unique_id,)
    deposit(scanned(claire, 2, data=papers.pdf("Deux"), set_id=SET, version_number=2, replaces=replaces))
    elsewhere(scanned(claire, 3, data=paper))
    assert [card.version for card in shown(claire)] == [2]
