"""What a software sends: one person's documents, all or none, each structure under its own names."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from carnet.access import api as access
from carnet.access.api import Visibility
from carnet.directory import api as directory
from carnet.documents import api as documents
from carnet.documents.api import Code, DepositRefused, Filters, Identity
from carnet.documents.submitting import take
from carnet.journal.api import EventType, Purpose, list_lines
from carnet.platform import blobs, clock, crypto
from carnet.platform.outbox import read_payload
from tests.documents.deposits import FINESS, add_claire, header_of, holder, unique_id_of
from tests.documents.sending import (
    ELSEWHERE,
    FILES,
    SOFTWARE,
    a_set,
    cda,
    file,
    identity_of,
    send,
)
from tests.documents.shelves import managed, row_of, set_columns
from tests.standards import papers

pytestmark = pytest.mark.django_db

SHUT = ("notified", "objected", "closed", "suspended", "erasing", "erased")


@pytest.fixture
def claire():
    return add_claire()


def shown(person):
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        return documents.list_recent(a)


def lines(person):
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set state = 'activated' where person_id = %s", [person])
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT):
        key = crypto.find_key(person)
        return [one for one in list_lines(person, key=key) if one.event.startswith("document.")]


def told():
    with connection.cursor() as cursor:
        cursor.execute("select topic, payload from platform_outbox order by id")
        return [(topic, read_payload(payload)["told"]) for topic, payload in cursor.fetchall()]


def refusal(*sent, **options):
    with pytest.raises(DepositRefused) as refused:
        send(*sent, **options)
    return refused.value


def count(table, person):
    with managed(person), connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table} where person_id = %s", [person])
        return cursor.fetchone()[0]


# -- together


def test_three_of_one_person_come_together_and_stay_so_when_sent_again(claire):
    sent = [cda(claire, 1), file(claire, 2), cda(claire, 3)]
    first = send(*sent, submission=a_set())
    assert [one.already for one in first.deposited] == [False, False, False]
    assert len(shown(claire)) == 3
    again = send(*sent, submission=a_set())
    assert again.submission_id == first.submission_id
    assert [one.document_id for one in again.deposited] == [one.document_id for one in first.deposited]
    assert [one.already for one in again.deposited] == [True, True, True]
    assert (len(shown(claire)), count("documents_source", claire)) == (3, 3)
    assert told() == [(documents.DEPOSITED, [str(claire)])] * 3
    events = [line.event for line in lines(claire)]
    assert events.count(EventType.DOCUMENT_DEPOSITED) == 3
    assert events.count(EventType.DOCUMENT_ALREADY_THERE) == 3


def test_the_set_says_what_came_in_it(claire):
    receipt = send(cda(claire, 1), cda(claire, 2), submission=a_set())
    ids = [one.document_id for one in receipt.deposited]
    assert {row_of(claire, one)["submission_id"] for one in ids} == {receipt.submission_id}
    card = documents.get_submission(receipt.submission_id, by=SOFTWARE)
    assert (list(card.documents), card.facts) == (ids, b'{"title":"Lot"}')
    assert card.unique_id == "1.2.250.1.999.5^LOT-1"


def test_a_set_is_one_sending(claire):
    send(cda(claire, 1), submission=a_set())
    before = set(blobs.store().names(claire))
    refused = refusal(cda(claire, 2), submission=a_set())
    assert (refused.code, refused.field) == (Code.DUPLICATE, "submissionSet")
    assert set(blobs.store().names(claire)) == before  # refused before anything was stored
    assert lines(claire)[0].allowed is False
    assert len(shown(claire)) == 1
    send(cda(claire, 2), submission=a_set(), by=ELSEWHERE)  # the same name, of another structure


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: replace(one, data=b"<a/>"),
        lambda one: replace(one, unique_id="1.2.3"),
        lambda one: replace(one, media_type="image/png"),
        lambda one: replace(one, replaces=("1.2.250.1.999.1^ABSENT",)),
        lambda one: replace(one, visibility=Visibility(masked=True, invisible_patient=True)),
    ],
)
def test_all_or_none(claire, spoil):
    refused = refusal(cda(claire, 1), spoil(cda(claire, 2)), submission=a_set())
    assert refused.index == 1
    assert shown(claire) == []
    assert list(blobs.store().names(claire)) == []
    assert count("documents_submission", claire) == count("documents_locator", claire) == 0


def test_what_is_there_with_other_bytes_refuses_all(claire):
    send(cda(claire, 2))
    other = replace(cda(claire, 2, said={"title": "Autre"}), unique_id="")
    refused = refusal(cda(claire, 1), other)
    assert (refused.code, refused.index) == (Code.DUPLICATE, 1)
    assert len(shown(claire)) == 1


def test_one_name_twice_or_two_persons_are_no_one_sending(claire):
    twice = refusal(cda(claire, 1), cda(claire, 1))
    assert (twice.code, twice.index) == (Code.DUPLICATE, 1)
    paul = add_claire(birth_name="DURAND")
    two = refusal(cda(claire, 1), cda(paul, 2))
    assert (two.code, two.index) == (Code.INS_DIFFERS, 1)
    assert refusal().field == "documents"


def test_the_software_and_its_structure_are_kept(claire):
    directory.register_structure(finess=FINESS, name="Laboratoire des Tilleuls", sector="")
    done = send(cda(claire, 1)).deposited[0]
    row = row_of(claire, done.document_id)
    assert (row["structure"], row["client_id"]) == (FINESS, SOFTWARE.id)
    assert (row["entry_id"], row["meta_version"]) == (done.entry_id, done.meta_version)
    assert row["deposited_at"] == done.changed_at
    (line,) = lines(claire)
    assert (line.actor, line.personal["structure_name"]) == (SOFTWARE, "Laboratoire des Tilleuls")


# -- files


@pytest.mark.parametrize("media_type", FILES)
def test_a_file_is_kept_inside_a_document_and_given_back_as_it_came(claire, media_type):
    sent = file(claire, media_type=media_type)
    done = send(sent).deposited[0]
    held, data = documents.get_held_content(done.document_id, by=SOFTWARE)
    assert (data, held.media_type, held.size) == (sent.data, media_type, len(sent.data))
    view = documents.open_document(claire, done.document_id, by=holder(claire))
    assert [(part.media_type, part.data) for part in view.parts] == [(media_type, sent.data)]
    assert (view.card.body_level, view.card.title) == ("N1", "Compte rendu d’analyses")
    assert send(sent).deposited[0].already
    assert send(replace(sent, header=replace(sent.header, title="Autre titre"))).deposited[0].already


def test_words_of_a_file_are_found(claire):
    send(file(claire))
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT) as a:
        assert len(documents.search(a, "scaphoide", Filters()).cards) == 1


@pytest.mark.parametrize(
    ("media_type", "data", "field"),
    [
        ("application/pdf", b"MZ\x90\x00" + papers.pdf(), "content"),
        ("image/jpeg", papers.pdf(), "content"),
        ("application/pdf", b"", "size"),
        ("application/pdf", b"%PDF-" + b" " * 5_000_000, "size"),
        ("image/png", papers.image("PNG"), "contentType"),
        ("application/pdf", papers.pdf_with_javascript(), "content"),
        ("application/pdf", papers.pdf_encrypted(), "content"),
    ],
)
def test_a_file_that_is_refused_inside_a_document_is_refused_by_itself(claire, media_type, data, field):
    refused = refusal(file(claire, media_type="application/pdf"), replace(
        file(claire, 2, data=data), media_type=media_type))  # fmt: skip
    assert (refused.code, refused.field, refused.index) == (Code.OTHER, field, 1)
    assert shown(claire) == []


def test_a_file_of_which_little_is_said(claire):
    bare = {
        "custodian": None, "legal_authenticator": None, "service_start": None,
        "service_stop": None, "facility_type": None, "practice_setting": None, "set_id": None,
        "version_number": None,
    }  # fmt: skip
    done = send(file(claire, said=bare)).deposited[0]
    card = documents.open_document(claire, done.document_id, by=holder(claire)).card
    assert (card.organisation, card.version) == ("Laboratoire des Tilleuls", 1)
    assert refusal(file(claire, 2, said=bare | {"authors": ()})).field == "author"


@pytest.mark.parametrize(
    "change", [{"header": None}, {"title": "Un\x00"}], ids=["no header", "a character that XML has not"]
)
def test_a_file_that_nothing_describes(claire, change):
    sent = file(claire)
    if "title" in change:
        change = {"header": replace(sent.header, **change)}
    assert refusal(replace(sent, **change)).field == "header"


def test_a_file_without_birth_place_is_compared_by_the_four_other_traits(claire):
    less = replace(header_of(claire).patient.traits, birth_place="")
    patient = replace(header_of(claire).patient, traits=less)
    done = send(file(claire, said={"patient": patient})).deposited[0]
    kept = documents.download(claire, done.document_id, by=holder(claire)).data
    assert b"<county>31555</county>" in kept  # as the register says it
    other = replace(patient, traits=replace(less, sex="M"))
    assert refusal(file(claire, 2, said={"patient": other})).code is Code.UNKNOWN_PATIENT


# -- names


@pytest.mark.parametrize(
    ("inside", "beside"),
    [
        ("1.2.250.1.999.3", "urn:oid:1.2.250.1.999.3"),
        ("1F0D2A5C-0E2B-4C6B-9E55-111122223333", "urn:uuid:1f0d2a5c-0e2b-4c6b-9e55-111122223333"),
        ("1F0D2A5C-0E2B-4C6B-9E55-111122223333", "1f0d2a5c-0e2b-4c6b-9e55-111122223333"),
    ],
)
def test_a_name_is_the_same_in_a_document_and_in_fhir(claire, inside, beside):
    sent = replace(cda(claire, 1, said={"unique_id": inside}), unique_id=beside)
    done = send(sent).deposited[0]
    assert documents.find_held(beside, by=SOFTWARE).id == done.document_id
    assert documents.find_held(inside, by=SOFTWARE).unique_id == inside
    assert refusal(replace(file(claire, 2), unique_id=beside)).code is Code.DUPLICATE
    assert documents.withdraw(beside, by=SOFTWARE) == done.document_id


def test_another_structure_gives_the_same_name_and_learns_nothing(claire):
    mine = send(cda(claire, 1)).deposited[0]
    other = send(cda(claire, 1), by=ELSEWHERE).deposited[0]
    changed = replace(cda(claire, 1, said={"title": "Tout autre"}), unique_id="")
    assert other.document_id != mine.document_id
    assert not other.already
    assert refusal(changed).code is refusal(changed, by=ELSEWHERE).code is Code.DUPLICATE
    assert [card.sources_count for card in shown(claire)] == [2]
    assert documents.find_held(unique_id_of(claire), by=ELSEWHERE).id == other.document_id
    documents.withdraw(unique_id_of(claire), by=ELSEWHERE)
    assert [card.id for card in shown(claire)] == [mine.document_id]


def test_a_name_that_the_structure_gave_to_another_person_is_taken(claire):
    paul = add_claire(birth_name="DURAND")
    send(cda(claire, 1))
    refused = refusal(cda(paul, 1, said={"unique_id": unique_id_of(claire)}))
    assert (refused.code, refused.field) == (Code.DUPLICATE, "uniqueId")
    assert [(line.allowed, line.reason) for line in lines(paul)] == [(False, "duplicate:uniqueId")]


# -- whose it is


def answers(refused):
    return refused.code, refused.field, refused.message_fr, refused.index, str(refused)


@pytest.mark.parametrize("what", [cda, file])
def test_unknown_other_and_shut_are_one_answer(claire, what):
    unknown = refusal(what(claire), by=SOFTWARE) if remove(claire) else None
    found = {answers(unknown)}
    for number, state in enumerate(SHUT):
        person = add_claire(state, birth_name=f"FERMÉ{'ABCDEFG'[number]}")
        refused = refusal(what(person))
        found.add(answers(refused))
        assert list(blobs.store().names(person)) == []
        assert [(line.event, line.allowed) for line in lines(person)] == [
            (EventType.DOCUMENT_DEPOSITED, False)
        ]
    never = add_claire(None, birth_name="JAMAIS")
    found.add(answers(refusal(what(never))))
    other = add_claire(birth_name="AUTRE")
    patient = header_of(other).patient
    wrong = replace(patient, traits=replace(patient.traits, birth_name="AUTREMENT"))
    refused = refusal(what(other, said={"patient": wrong}, identity=None))
    found.add(answers(refused))
    assert refused.reason == "traits:birth_name"
    assert [(line.allowed, line.reason) for line in lines(other)] == [(False, "traits:birth_name")]
    assert len(found) == 1
    assert unknown.code is Code.UNKNOWN_PATIENT


def remove(person):
    """Take a person's matricule out of the register's index: nobody has it any more."""
    with connection.cursor() as cursor:
        cursor.execute("set local role carnet_owner")
        cursor.execute("delete from people_insindex where person_id = %s", [person])
        found = cursor.rowcount
        cursor.execute("set local role carnet_app")
    return bool(found)


def test_what_is_wrong_in_the_bytes_is_said_whoever_the_person_is(claire):
    shut = add_claire("closed", birth_name="FERMÉE")
    for spoil in (
        lambda one: replace(one, visibility=Visibility(masked=True, invisible_patient=True)),
        lambda one: replace(one, unique_id="1.2.3"),
        lambda one: replace(one, data=one.data[:-40]),
    ):
        assert answers(refusal(spoil(cda(claire)))) == answers(refusal(spoil(cda(shut))))


def test_named_beside_otherwise_than_inside(claire):
    paul = add_claire(birth_name="DURAND")
    assert refusal(cda(claire, identity=identity_of(paul))).code is Code.INS_DIFFERS
    assert refusal(cda(claire, identity=identity_of(claire, sex="M"))).field == "sex"
    known = identity_of(claire)
    send(cda(claire, identity=Identity(known.matricule, known.oid)))
    send(cda(claire, 2, identity=identity_of(claire, birth_place="")))


def test_a_document_of_the_day_after_tomorrow(claire):
    late = clock.now() + timedelta(days=1, minutes=5)
    assert refusal(cda(claire, said={"effective_time": late})).field == "effectiveTime"
    send(cda(claire, 2, said={"effective_time": late - timedelta(minutes=10)}))


def test_only_a_structure_sends(claire):
    for by in (holder(claire), replace(SOFTWARE, structure=""), replace(SOFTWARE, structure="310000014")):
        assert refusal(cda(claire), by=by).code is Code.AUTHOR_NOT_ALLOWED


def test_strict_asks_for_the_header_of_the_profile(claire):
    odd = replace(cda(claire), data=cda(claire).data.replace(b"<realmCode", b"<!-- --><realmCode", 1))
    take([odd], by=SOFTWARE, strict=True)
    bare = cda(claire, 2)
    bare = replace(bare, data=bare.data.replace(b'<realmCode code="FR"/>', b"", 1))
    with pytest.raises(DepositRefused) as refused:
        take([bare], by=SOFTWARE, strict=True)
    assert "realmCode" in refused.value.message_fr
    send(bare)


# -- versions


@pytest.mark.parametrize("way", ["name", "id"])
@pytest.mark.parametrize("what", [cda, file])
def test_it_replaces_its_own(claire, way, what):
    old = send(file(claire, 1)).deposited[0]
    named = unique_id_of(claire, 1) if way == "name" else old.document_id
    said = {"set_id": unique_id_of(claire, 1), "version_number": 2} if what is cda else {}
    new = send(what(claire, 2, said=said, replaces=(named,))).deposited[0]
    assert new.replaced == old.document_id
    assert [card.id for card in shown(claire)] == [new.document_id]
    row = row_of(claire, old.document_id)
    assert (row["status"], row["replaced_by"], row["meta_version"]) == ("superseded", new.document_id, 2)
    assert [topic for topic, _ in told()] == [documents.DEPOSITED, documents.REPLACED]
    again = send(what(claire, 2, said=said, replaces=(named,))).deposited[0]
    assert (again.already, again.replaced) == (True, old.document_id)
    late = refusal(cda(claire, 3, replaces=(named,)))
    assert (late.code, late.field) == (Code.WRONG_VERSION, "relatedDocument")


def test_what_it_replaces_must_be_its_own(claire):
    theirs = send(cda(claire, 1), by=ELSEWHERE).deposited[0]
    absent = refusal(cda(claire, 2, replaces=("1.2.250.1.999.1^ABSENT",)))
    assert absent.code is Code.NOT_FOUND
    for named in (unique_id_of(claire, 1), theirs.document_id):
        assert answers(refusal(cda(claire, 2, replaces=(named,)))) == answers(absent)
    assert {line.reason for line in lines(claire) if not line.allowed} == {"not_found:relatesTo"}
    # What only the document itself names, and is not there, refuses nothing.
    assert not send(cda(claire, 3, said={"replaces": (unique_id_of(claire, 1),)})).deposited[0].replaced


def test_two_of_one_sending_do_not_replace_one(claire):
    old = send(file(claire, 1)).deposited[0]
    before = set(blobs.store().names(claire))
    both = [
        file(claire, 2, replaces=(old.document_id,)),
        file(claire, 3, replaces=(unique_id_of(claire, 1),)),
    ]
    refused = refusal(*both)
    assert (refused.code, refused.index) == (Code.WRONG_VERSION, 1)
    assert set(blobs.store().names(claire)) == before


def test_what_she_hid_stays_hidden_and_what_she_shows_is_shown(claire):
    old = send(file(claire, 1)).deposited[0]
    with managed(claire) as a:
        documents.set_masked(a, document_ids=[old.document_id], masked=True)
    assert row_of(claire, old.document_id)["meta_version"] == 2
    new = send(file(claire, 2, data=papers.pdf("Deux"), replaces=(old.document_id,))).deposited[0]
    row = row_of(claire, new.document_id)
    assert (row["masked"], row["masked_by_person"]) == (True, True)
    with managed(claire) as a:
        documents.set_masked(a, document_ids=[new.document_id], masked=False)
    row = row_of(claire, new.document_id)
    assert (row["masked"], row["masked_by_person"]) == (False, False)


def test_her_default_is_her_word(claire):
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set documents_masked = true where person_id = %s", [claire])
    done = send(cda(claire)).deposited[0]
    row = row_of(claire, done.document_id)
    assert (row["masked"], row["masked_by_person"]) == (True, True)


def test_what_its_depositor_hides_is_not_her_word(claire):
    done = send(cda(claire, visibility=Visibility(masked=True))).deposited[0]
    row = row_of(claire, done.document_id)
    assert (row["masked"], row["masked_by_person"]) == (True, False)


# -- taken back


def test_taken_back_she_is_told_and_it_does_not_come_again(claire):
    done = send(cda(claire)).deposited[0]
    assert documents.withdraw(unique_id_of(claire), by=SOFTWARE) == done.document_id
    assert shown(claire) == []
    assert told() == [(documents.DEPOSITED, [str(claire)]), (documents.WITHDRAWN, [str(claire)])]
    line = lines(claire)[0]
    assert (line.event, line.actor, line.personal["title"]) == (
        EventType.DOCUMENT_WITHDRAWN, SOFTWARE, "Compte rendu d’analyses",
    )  # fmt: skip
    assert refusal(cda(claire)).code is Code.WITHDRAWN
    assert send(cda(claire, 2)).deposited[0].already is False


def withdrawal(unique_id, by=SOFTWARE):
    with pytest.raises(DepositRefused) as refused:
        documents.withdraw(unique_id, by=by)
    return refused.value


def test_only_its_own_latest_of_an_open_space_is_taken_back(claire):
    shut = add_claire(birth_name="FERMÉE")
    send(cda(claire, 1))
    send(cda(shut, 1))
    set_state(shut, "closed")
    absent = withdrawal("1.2.250.1.999.1^ABSENT")
    assert answers(withdrawal(unique_id_of(claire), ELSEWHERE)) == answers(absent)
    assert answers(withdrawal(unique_id_of(shut))) == answers(absent)
    line = lines(shut)[0]
    assert (line.event, line.allowed, line.reason) == (EventType.DOCUMENT_WITHDRAWN, False, "closed")
    send(file(claire, 2, replaces=(unique_id_of(claire, 1),)))
    assert withdrawal(unique_id_of(claire, 1)).code is Code.WRONG_VERSION
    line = lines(claire)[0]
    assert (line.event, line.allowed, line.reason) == (EventType.DOCUMENT_WITHDRAWN, False, "900:uniqueId")


def set_state(person, state):
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set state = %s where person_id = %s", [state, person])


def test_who_may_not_see_it_is_told_nothing_of_it(claire):
    send(cda(claire, visibility=Visibility(invisible_patient=True)))
    documents.withdraw(unique_id_of(claire), by=SOFTWARE)
    assert told() == []


def test_a_row_that_was_damaged_is_not_taken_for_another(claire):
    done = send(cda(claire)).deposited[0]
    set_columns(claire, done.document_id, sealed=b"\x01" + b"0" * 60)
    with pytest.raises(crypto.SealBrokenError):
        send(cda(claire))


# -- at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turned", [False, True])
def test_one_sending_twice_at_once_is_there_once(turned):
    claire = add_claire()
    sent = [cda(claire, 1), file(claire, 2), cda(claire, 3)]
    together, ended = threading.Barrier(4), []

    def run(number):
        mine = sent[::-1] if turned and number % 2 else sent
        try:
            together.wait(10)
            name = "LOT-B" if turned and number % 2 else "LOT-A"
            ended.append({one.document_id for one in send(*mine, submission=a_set(name)).deposited})
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(ended) == 4
    assert all(one == ended[0] for one in ended)
    assert {card.id for card in shown(claire)} == ended[0]
    assert [topic for topic, _ in told()] == [documents.DEPOSITED] * 3
    assert count("documents_submission", claire) == (2 if turned else 1)


@pytest.mark.django_db(transaction=True)
def test_one_name_for_two_persons_at_once_goes_to_one():
    claire, paul = add_claire(), add_claire(birth_name="DURAND")
    name = {"unique_id": "1.2.250.1.999.1^COMMUN"}
    together, ended = threading.Barrier(2), []

    def run(person):
        try:
            together.wait(10)
            ended.append(send(cda(person, 1, said=name)).person_id)
        except DepositRefused as refused:
            ended.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[person]) for person in (claire, paul)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(ended) == 2
    assert Code.DUPLICATE in ended
    assert len(shown(claire)) + len(shown(paul)) == 1
