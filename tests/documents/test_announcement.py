"""A result not yet announced is nowhere for its patient, by any way, until it is released or its day comes.

And a minor's confidential document is nowhere for who represents her.
"""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.urls import NoReverseMatch, reverse

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.documents import releasing, submitting
from carnet.documents.api import Code, DepositRefused, DocumentUnknownError, Filters
from carnet.documents.queries import fetch
from carnet.journal.api import EventType, Purpose
from carnet.notices import api as notices
from carnet.platform import clock, pump
from tests.conftest import acting_as
from tests.documents.deposits import (
    FACILITY,
    FINESS,
    add_claire,
    deposit,
    holder,
    parent,
    report,
    unique_id_of,
)
from tests.documents.sending import ELSEWHERE
from tests.documents.test_professional_deposits import bring
from tests.exports.copies import download, make, unpack
from tests.portal.visits import give_account, visit
from tests.pro.visits import OTHER_FINESS, actor_of, add_professional, treat
from tests.standards import papers

pytestmark = pytest.mark.django_db

SECRET = "Serologie confidentielle"
DAYS = 5
PAGES = ("home", "documents", "document_categories", "folders", "history", "history_export", "notices", "profile",
         "synthesis", "reports", "copies")  # fmt: skip


def consult(person, by=None):
    return access.open(person, by=by or holder(person), purpose=Purpose.CONSULT)


def ids_of(person):
    with consult(person) as a:
        return [
            one
            for (one,) in fetch(
                "select id from documents_document where person_id = %(p)s", {"p": a.person_id}
            )
        ]


def seen_by(person, by):
    """Everything that a reader can reach of the documents of a record, by each way of the room."""
    ids = ids_of(person)
    with consult(person, by) as a:
        head = documents.overview(a, limit=20)
        found = documents.search(a, "serologie", Filters())
        return {
            "overview": [card.id for card in head.latest],
            "counts": (head.total, head.unread),
            "recent": [card.id for card in documents.list_recent(a)],
            "behind": [card.id for card in documents.list_behind(a)],
            "list": [card.id for card in documents.list_documents(a, Filters(), limit=50)],
            "shelf": documents.get_shelf(a),
            "folders": documents.list_folders(a),
            "search": [card.id for card in found.cards],
            "titles": sorted(documents.list_titles(a, ids)),
            "versions": [found for one in ids for found in documents.list_versions(a, one)],
            "sources": [found.structure for one in ids for found in documents.list_sources(a, one)],
        }


def reached_one_by_one(person, document, by):
    """Whether one document is reached by its id."""
    for act in (
        lambda: documents.open_document(person, document, by=by),
        lambda: documents.open_part(person, document, 0, by=by),
        lambda: documents.download(person, document, by=by),
    ):
        with pytest.raises(DocumentUnknownError):
            act()


def pages_of(client, document):
    """Every page of the space that might speak of a document, as text."""
    shown = {name: client.get(reverse(f"portal:{name}")) for name in PAGES if has(name)}
    assert {name: one.status_code for name, one in shown.items() if one.status_code != 200} == {}
    assert len(shown) >= len(PAGES) - 1
    shown["search"] = client.get(reverse("portal:documents"), {"q": "serologie"})
    for name in ("document", "document_file", "document_report", "document_edit"):
        answer = client.get(reverse(f"portal:{name}", args=[document]))
        assert answer.status_code in {404, 405}, name
        shown[name] = answer
    return {name: b"".join(one).decode("utf-8", "replace") for name, one in shown.items()}


def copied(person, by, folder):
    """Every byte of a copy of the record."""
    return b"".join(
        path.read_bytes()
        for path in unpack(download(make(person, by), person, by), folder).rglob("*")
        if path.is_file()
    )


def has(name):
    try:
        return bool(reverse(f"portal:{name}"))
    except NoReverseMatch:  # a subject that is not installed
        return False


@pytest.fixture
def doctor():
    return add_professional(family="AUBRAC")


def hold(person, doctor, **changes):
    facts = {"title": SECRET, "hold_days": DAYS, "data": papers.pdf("Serologie positive"), **changes}
    return bring(person, *doctor, **facts).document_id


def told_to(person, about):
    pump.hand_over("app")
    return [one.code for one in notices.list_notices(person, about_id=about)]


def test_what_waits_is_nowhere_for_the_patient(doctor, tmp_path):
    person = add_claire()
    give_account(person)
    deposit(report(person, 1))
    told_to(person, person)
    client = visit(person)
    before, by = seen_by(person, holder(person)), holder(person)
    held = hold(person, doctor)
    assert {**seen_by(person, by), "unread": 0} == {**before, "unread": 0}
    reached_one_by_one(person, held, by)
    assert told_to(person, person) == ["AJOUT_DOCUMENT"]
    for name, text in pages_of(client, held).items():
        assert SECRET not in text, name
        assert "AUBRAC" not in text, name
        assert "attente d’annonce" not in text, name
    copy = copied(person, by, tmp_path)
    assert (SECRET.encode() in copy, b"AUBRAC" in copy) == (False, False)
    stranger = add_professional(structure=OTHER_FINESS)
    access.give_consent(
        person, professional_id=stranger[0].id, structure=OTHER_FINESS, means=access.Means.QR,
        until=clock.now() + timedelta(hours=1),
    )  # fmt: skip
    with consult(person, actor_of(*stranger)) as a:  # professionals read it
        assert held in {card.id for card in documents.list_recent(a)}


def test_released_it_is_everywhere_and_told(doctor):
    person = add_claire()
    give_account(person)
    held = hold(person, doctor)
    documents.release(person, held, by=actor_of(*doctor))
    seen = seen_by(person, holder(person))
    assert all(seen[way] == [held] for way in ("overview", "recent", "list", "search", "titles"))
    assert told_to(person, person) == ["REMISE_VISIBILITE_AUTO"]
    text = pages_text(visit(person))
    assert SECRET in text
    assert documents.list_waiting(by=actor_of(*doctor)) == []
    with pytest.raises(DepositRefused) as refused:
        documents.release(person, held, by=actor_of(*doctor))
    assert refused.value.code is Code.NOT_FOUND


def pages_text(client):
    return client.get(reverse("portal:documents")).content.decode()


def test_who_releases_is_who_deposited_or_a_doctor_of_the_same_structure(doctor):
    person = add_claire()
    held = hold(person, doctor)
    nurse, colleague = add_professional(profession="60"), add_professional()
    stranger = add_professional(structure=OTHER_FINESS)
    for other in (nurse, stranger):
        assert documents.list_waiting(by=actor_of(*other)) == []
        with pytest.raises(DepositRefused):
            documents.release(person, held, by=actor_of(*other))
    assert documents.list_waiting(by=actor_of(*colleague)) == []  # he does not take care of her
    treat(person, *colleague)
    (waiting,) = documents.list_waiting(by=actor_of(*colleague))
    assert (waiting.document_id, waiting.person_id) == (held, person)
    documents.release(person, held, by=actor_of(*colleague))
    assert seen_by(person, holder(person))["recent"] == [held]


def test_when_its_day_has_come_it_is_shown_and_not_before(doctor):
    person, other = add_claire(), add_claire()
    give_account(person)
    late, early = hold(person, doctor, hold_days=8), hold(other, doctor)
    today = clock.today()
    assert releasing.show_passed(today + timedelta(days=DAYS - 1)) == 0
    assert releasing.show_passed(today + timedelta(days=DAYS)) == 1
    assert (seen_by(other, holder(other))["recent"], seen_by(person, holder(person))["recent"]) == (
        [early],
        [],
    )
    assert releasing.show_passed(today + timedelta(days=30)) == 1  # days during which nothing ran
    assert seen_by(person, holder(person))["recent"] == [late]
    assert releasing.show_passed(today + timedelta(days=30)) == 0
    assert told_to(person, person) == ["REMISE_VISIBILITE_AUTO"]


def test_what_software_hides_waits_the_usual_time(doctor):
    person = add_claire()
    done = deposit(report(person, 1), invisible_patient=True)
    rows = fetch("select held_until from documents_hold where document_id = %(d)s", {"d": done.document_id})
    assert rows[0][0].astimezone(clock.PARIS).date() == clock.today() + timedelta(days=documents.DEFAULT_DAYS)
    doctor_there = add_professional(structure=FINESS)
    documents.release(person, done.document_id, by=actor_of(*doctor_there))
    assert seen_by(person, holder(person))["recent"] == [done.document_id]


def test_what_was_hidden_before_waits_had_an_end_gets_one():
    person = add_claire()
    done = deposit(report(person, 1), invisible_patient=True)
    fill = import_module("carnet.documents.migrations.0015_waiting").FILL
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("delete from documents_hold")
        cursor.execute("update documents_document set held_until = null")
    with acting_as("carnet_owner"), connection.cursor() as cursor:
        for statement in fill:
            cursor.execute(statement)
    rows = fetch("select held_until from documents_hold where document_id = %(d)s", {"d": done.document_id})
    real = clock.real_now().astimezone(clock.PARIS).date()
    assert rows[0][0].astimezone(clock.PARIS).date() == real + timedelta(days=documents.DEFAULT_DAYS)
    assert releasing.show_passed(rows[0][0].astimezone(clock.PARIS).date()) == 1
    assert seen_by(person, holder(person))["recent"] == [done.document_id]


def test_who_wants_all_at_once_has_nothing_held(doctor):
    person = add_claire()
    client = visit(person)
    held = hold(person, doctor)
    page = client.get(reverse("portal:results")).content
    answer = client.post(reverse("portal:results"), {"results": "at_once"})
    assert answer["Location"].endswith("?fait=1")
    assert SECRET.encode() not in page
    assert seen_by(person, holder(person))["recent"] == [held]
    new = hold(person, doctor, data=papers.pdf("Une autre"))
    by_software = deposit(report(person, 2), invisible_patient=True).document_id
    assert {new, by_software} < set(seen_by(person, holder(person))["recent"])
    assert fetch("select 1 from documents_hold where person_id = %(p)s", {"p": person}) == []


def test_what_comes_while_she_chooses_is_not_held(monkeypatch):
    person, read = add_claire(), submitting.text.read

    def choose_meanwhile(*given):
        with access.open(person, by=holder(person), purpose=Purpose.MANAGE,
                         event=EventType.RESULTS_CHOICE_CHANGED) as a:  # fmt: skip
            access.choose_results(a, at_once=True)
        return read(*given)

    monkeypatch.setattr(submitting.text, "read", choose_meanwhile)
    done = deposit(report(person, 1), invisible_patient=True)
    assert seen_by(person, holder(person))["recent"] == [done.document_id]
    assert fetch("select 1 from documents_hold where person_id = %(p)s", {"p": person}) == []


def test_the_page_of_the_choice_does_not_say_whether_something_waits(doctor):
    first, second = add_claire(), add_claire()
    hold(second, doctor)
    pages = []
    for person in (first, second):
        client = visit(person)
        pages.append([client.get(reverse("portal:results")).context["form"].initial,
                      client.post(reverse("portal:results"), {"results": "at_once"})["Location"]])  # fmt: skip
    assert pages[0] == pages[1]


def test_a_new_version_of_what_waits_does_not_wait_longer(doctor):
    person = add_claire()
    old = hold(person, doctor, hold_days=3)
    new = hold(person, doctor, hold_days=30, replaces=old, data=papers.pdf("Serologie corrigée"))
    (waiting,) = documents.list_waiting(by=actor_of(*doctor))
    assert (waiting.document_id, waiting.held_until.astimezone(clock.PARIS).date()) == (
        new, clock.today() + timedelta(days=3),
    )  # fmt: skip
    assert releasing.show_passed(clock.today() + timedelta(days=3)) == 1
    with consult(person) as a:
        assert {card.id for card in documents.list_versions(a, new)} == {old, new}


def test_what_was_withdrawn_never_appears(doctor):
    person = add_claire()
    held = hold(person, doctor)
    documents.withdraw_own(person, held, by=actor_of(*doctor))
    assert documents.list_waiting(by=actor_of(*doctor)) == []
    assert releasing.show_passed(clock.today() + timedelta(days=40)) == 0
    text = "".join(pages_of(visit(person), held).values())
    assert SECRET not in text
    assert "AUBRAC" not in text


def test_the_same_content_from_another_is_shown_once(doctor):
    person, data = add_claire(), papers.pdf("Serologie unique")
    held = hold(person, doctor, data=data)
    elsewhere = add_professional(structure=OTHER_FINESS)
    seen = bring(person, *elsewhere, data=data, title="Copie").document_id
    documents.release(person, held, by=actor_of(*doctor))
    assert seen_by(person, holder(person))["recent"] == [seen]


def test_what_other_software_may_change_ends_the_wait(doctor):
    person = add_claire()
    done = deposit(report(person, 1), invisible_patient=True)
    documents.change_held(done.document_id, by=FACILITY, labels=frozenset({"N"}))
    assert fetch("select 1 from documents_hold where person_id = %(p)s", {"p": person}) == []
    assert seen_by(person, holder(person))["recent"] == [done.document_id]


def test_what_its_software_shows_is_shown_with_its_older_versions_and_once():
    person = add_claire()
    old = deposit(report(person, 1), invisible_patient=True).document_id
    set_id, replaced = "1.2.250.1.999.1^SET-1", unique_id_of(person, 1)
    new = deposit(report(person, 2, set_id=set_id, version_number=3, replaces=(replaced,)),
                  invisible_patient=True).document_id  # fmt: skip
    copy = report(person, 2, unique_id=unique_id_of(person, 3), set_id="1.2.250.1.999.1^SET-3")
    seen = deposit(copy, structure=ELSEWHERE.structure, by=ELSEWHERE).document_id
    documents.change_held(new, by=FACILITY, labels=frozenset({"N"}))
    with consult(person) as a:
        assert {card.id for card in documents.list_versions(a, new)} == {old, new}
        assert [card.id for card in documents.list_documents(a, Filters(), limit=50)] == [seen]
    assert fetch("select 1 from documents_hold where person_id = %(p)s", {"p": person}) == []


def test_a_minor_s_confidential_document_is_nowhere_for_her_parents(doctor, tmp_path):
    mother = add_claire(email="mere@exemple.test")
    give_account(mother, email="mere@exemple.test")
    teenager = add_claire(birth_date=date(2011, 5, 17), given_names="LEA", attached_to=mother)
    deposit(report(teenager, 1))
    told_to(mother, teenager)
    client = visit(mother, profile=teenager, email="mere@exemple.test")
    before = seen_by(teenager, parent(mother))
    secretly = actor_of(*doctor, secret=True)
    kept = [
        bring(teenager, *doctor, by=secretly, title=SECRET, data=papers.pdf("Serologie A")).document_id,
        bring(teenager, *doctor, title=SECRET, data=papers.pdf("Serologie B"),
              hidden_from_representatives=True).document_id,
    ]  # fmt: skip
    assert seen_by(teenager, parent(mother)) == before
    for one in kept:
        reached_one_by_one(teenager, one, parent(mother))
        for name, text in pages_of(client, one).items():
            assert SECRET not in text, name
            assert "AUBRAC" not in text, name
    assert told_to(mother, teenager) == ["AJOUT_DOCUMENT"]
    copy = copied(teenager, parent(mother), tmp_path)
    assert (SECRET.encode() in copy, b"AUBRAC" in copy) == (False, False)
    assert set(kept) <= set(seen_by(teenager, holder(teenager))["recent"])


def test_every_act_stands_in_the_journal(doctor):
    person = add_claire()
    held = hold(person, doctor)
    documents.release(person, held, by=actor_of(*doctor))
    with consult(person) as a:
        events = [
            event for (event,) in fetch(
                "select event from journal where person_id = %(p)s and reference = %(d)s order by id",
                {"p": a.person_id, "d": held},
            )
        ]  # fmt: skip
    assert events == [EventType.DOCUMENT_DEPOSITED, EventType.RESULT_HELD, EventType.RESULT_RELEASED]
