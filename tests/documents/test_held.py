"""What a structure reads back: its own, and to everything else one answer."""

import hashlib
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carnet.access import api as access
from carnet.access.api import Rule, Visibility
from carnet.documents import api as documents
from carnet.documents.api import HeldDamaged, HeldUnknown, HeldWithdrawn, Submitted
from carnet.journal.api import EventType
from carnet.platform import blobs
from carnet.platform.ids import uuid7
from tests.conftest import LONG
from tests.documents.deposits import add_claire, header_of, holder, report, unique_id_of
from tests.documents.held import CLINIC, LAB, bring, give_face, lines_of
from tests.documents.shelves import row_of, set_columns
from tests.standards.samples import PDF

pytestmark = pytest.mark.django_db

READ, TAKEN = EventType.DOCUMENT_READ, EventType.DOCUMENT_DOWNLOADED
CLOSED = ("closed", "objected", "suspended", "erasing", "erased", "notified")


@pytest.fixture
def claire():
    return add_claire()


def put_in(person, state):
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set state = %s where person_id = %s", [state, person])


def statements(sent):
    return [one["sql"] for one in sent if "platform_clock" not in one["sql"]]


def test_what_it_deposited_it_reads_back(claire):
    sent = report(claire)
    document = bring(claire)
    held = documents.get_held(document, by=LAB)
    assert (held.id, held.person_id, held.status, held.meta_version) == (document, claire, "current", 1)
    assert (held.unique_id, held.type_code) == (
        unique_id_of(claire, 1),
        row_of(claire, document)["type_code"],
    )
    assert (held.size, held.sha1) == (len(sent), hashlib.sha1(sent).digest())
    assert (held.labels, held.face, held.replaces) == (frozenset("N"), None, None)
    assert documents.find_held(unique_id_of(claire, 1), by=LAB) == held
    assert documents.get_held_content(document, by=LAB) == (held, sent)
    own = Rule.FACILITY_OWN
    assert lines_of(claire) == [
        (READ, True, own, document),
        (READ, True, own, document),
        (TAKEN, True, own, document),
    ]


def test_a_reading_takes_three_round_trips(claire):
    document = bring(claire)
    for read in (
        lambda: documents.get_held(document, by=LAB),
        lambda: documents.find_held(unique_id_of(claire, 1), by=LAB),
        lambda: documents.get_held_content(document, by=LAB),
    ):
        with CaptureQueriesContext(connection) as sent:
            read()
        assert len(statements(sent)) == 3


def test_a_file_comes_back_as_it_was_sent(claire):
    sent = Submitted(PDF, "application/pdf", "1.2.250.1.999.1.7", Visibility(), header_of(claire, 7))
    (deposited,) = documents.submit([sent], by=LAB).deposited
    held, data = documents.get_held_content(deposited.document_id, by=LAB)
    assert (data, held.media_type, held.size) == (PDF, "application/pdf", len(PDF))
    assert held.sha1 == hashlib.sha1(PDF).digest()


def test_its_face_is_given_back_as_it_came(claire):
    document = bring(claire)
    face = give_face(claire, document, description="Prélèvement du matin")
    assert documents.get_held(document, by=LAB).face == face


def test_an_old_version_says_so_and_the_new_one_what_it_replaces(claire):
    old = bring(claire, 1)
    new = bring(
        claire, 2, replaces=(unique_id_of(claire, 1),), set_id="1.2.250.1.999.1^SET-1", version_number=3
    )
    assert documents.get_held(old, by=LAB).status == "superseded"
    assert documents.get_held(new, by=LAB).replaces == old
    assert documents.get_held(old, by=LAB).meta_version == 2


def test_its_labels_are_told(claire):
    hidden = bring(claire, 1, flags={"invisible_patient": True, "invisible_representatives": True})
    masked = bring(claire, 2, flags={"masked": True})
    assert documents.get_held(hidden, by=LAB).labels == {
        "N", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX",
    }  # fmt: skip
    assert documents.get_held(masked, by=LAB).labels == {"N", "MASQUE_PS"}


def test_what_it_withdrew_is_there_without_its_content(claire):
    document = bring(claire)
    documents.withdraw(unique_id_of(claire, 1), by=LAB)
    assert documents.get_held(document, by=LAB).status == "entered-in-error"
    with pytest.raises(HeldWithdrawn):
        documents.get_held_content(document, by=LAB)
    assert lines_of(claire, READ, TAKEN) == [
        (READ, True, Rule.FACILITY_OWN, document),
        (TAKEN, False, Rule.WITHDRAWN, document),
    ]


def test_a_content_that_is_lost_is_no_empty_file(claire):
    document = bring(claire)
    blobs.store().delete(claire, row_of(claire, document)["blob"])
    with pytest.raises(HeldDamaged):
        documents.get_held_content(document, by=LAB)


# -- what is not its own


def answers(document, name, by):
    """Return how each route answers about one document: the exception and what it says."""
    found = []
    for ask in (
        lambda: documents.get_held(document, by=by),
        lambda: documents.get_held_content(document, by=by),
        lambda: documents.find_held(name, by=by),
        lambda: documents.get_submission(document, by=by),
        lambda: documents.change_held(document, by=by, status="entered-in-error"),
        lambda: documents.change_held(document, by=by, labels=frozenset("X"), expected=9),
        lambda: documents.change_held(name, by=by, archived=True),
    ):
        with pytest.raises(LookupError) as refused:
            ask()
        found.append((type(refused.value), str(refused.value), refused.value.args))
    return found


def test_another_structures_documents_are_like_what_does_not_exist():
    seed = random.randrange(1 << 32)
    draw = random.Random(seed)
    print(f"seed {seed}")
    absent = answers(uuid7(), "1.2.3.4", CLINIC)
    for number in range(500 if LONG else 8):
        person = add_claire(attached_to=None, given_names=f"CLAIRE {number}")
        document = bring(
            person, number + 1,
            flags={"masked": draw.random() < 0.3, "invisible_representatives": draw.random() < 0.3},
        )  # fmt: skip
        match draw.randrange(4):
            case 0:
                documents.withdraw(unique_id_of(person, number + 1), by=LAB)
            case 1:
                set_columns(person, document, depositor="PATIENT", structure="")
            case 2:
                access.block(person, structure=CLINIC.structure, by=holder(person))
            case _:
                put_in(person, draw.choice(CLOSED))
        assert answers(document, unique_id_of(person, number + 1), CLINIC) == absent, number


def test_what_is_absent_costs_as_many_round_trips_as_what_is_hidden(claire):
    hidden, absent = bring(claire, 1), uuid7()
    found = []
    for document in (hidden, absent):
        with CaptureQueriesContext(connection) as sent, pytest.raises(HeldUnknown):
            documents.get_held(document, by=CLINIC)
        found.append(len(statements(sent)))
    assert found == [3, 3]


def test_her_journal_says_what_was_refused(claire):
    document = bring(claire)
    answers(document, unique_id_of(claire, 1), CLINIC)
    events = [READ, TAKEN, EventType.DOCUMENT_WITHDRAWN, EventType.DOCUMENT_LABELLED]
    assert lines_of(claire) == [(event, False, "not_own", document) for event in events]
    assert row_of(claire, document)["meta_version"] == 1


@pytest.mark.parametrize("state", CLOSED)
def test_its_own_in_a_space_that_is_not_open_is_the_same_again(claire, state):
    document = bring(claire)
    absent = answers(uuid7(), "1.2.3.4", LAB)
    put_in(claire, state)
    assert answers(document, unique_id_of(claire, 1), LAB) == absent
    assert len([line for line in lines_of(claire) if not line[1]]) == len(absent) - 1  # its set is unknown


def test_the_same_uniqueid_of_two_structures_is_two_documents(claire):
    mine, theirs = bring(claire, 1), bring(claire, 1, by=CLINIC)
    assert mine != theirs
    assert documents.find_held(unique_id_of(claire, 1), by=LAB).id == mine
    assert documents.find_held(unique_id_of(claire, 1), by=CLINIC).id == theirs


def test_blocked_it_is_told_so_of_its_own_alone(claire):
    mine, theirs = bring(claire, 1), bring(claire, 2, by=CLINIC)
    access.block(claire, structure=LAB.structure, by=holder(claire))
    for ask in (
        lambda: documents.get_held(mine, by=LAB),
        lambda: documents.get_held_content(mine, by=LAB),
        lambda: documents.find_held(unique_id_of(claire, 1), by=LAB),
    ):
        with pytest.raises(access.Refused) as refused:
            ask()
        assert refused.value.scope.rule is Rule.BLOCKED
    with pytest.raises(HeldUnknown):
        documents.get_held(theirs, by=LAB)
    assert [line[2] for line in lines_of(claire)] == ["blocked"] * 4
    access.unblock(claire, structure=LAB.structure)
    assert documents.get_held(mine, by=LAB).id == mine


def test_a_set_is_read_back_by_who_sent_it(claire):
    sent = [Submitted(report(claire, n), "text/xml", "", Visibility()) for n in (1, 2)]
    submission = documents.SubmissionSet("1.2.250.1.999.5.1", None, b'{"title":"Envoi"}')
    receipt = documents.submit(sent, by=LAB, submission=submission)
    card = documents.get_submission(receipt.submission_id, by=LAB)
    assert card.facts == b'{"title":"Envoi"}'
    assert card.documents == tuple(one.document_id for one in receipt.deposited)
    with pytest.raises(HeldUnknown):
        documents.get_submission(receipt.submission_id, by=CLINIC)
    access.block(claire, structure=LAB.structure, by=holder(claire))
    with pytest.raises(access.Refused):
        documents.get_submission(receipt.submission_id, by=LAB)
    with pytest.raises(HeldUnknown):
        documents.get_submission(receipt.submission_id, by=CLINIC)
