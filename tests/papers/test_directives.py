"""Advance directives: two forms, what the law asks, one writing in force, nobody's but the author's."""

from datetime import date, datetime, time

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from carnet.documents import api as documents
from carnet.documents.anniversaries import _DUE
from carnet.documents.api import UploadRefused
from carnet.journal.api import EventType, Purpose, list_lines
from carnet.notices import api as notices
from carnet.papers import api as papers
from carnet.papers.api import UNSAID, DirectivesRefused, Situation
from carnet.papers.questions import PARTS
from carnet.papers.tasks import REVIEW, remind_of_directives
from carnet.platform.clock import PARIS
from carnet.terminology.api import Category
from tests.conftest import acting_as
from tests.notices.test_notices import hand_over
from tests.papers.records import actor, add_adult, check_accessible, door, person_of, text_of_pdf
from tests.portal.visits import give_account

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 1)
WANTED = {
    "birth_place": "Toulouse",
    "coma": "stop",
    "resuscitation": "no",
    "other_wishes": "Chez moi.\n\nAvec ma sœur.",
}


def make(person, situation=Situation.HEALTHY, answers=None):
    checked = papers.check(situation, answers or WANTED)
    return papers.make_directives(person_of(person), situation, checked, day=DAY)


def save(person, wish="Chez moi.", **options):
    pdf = make(person, answers=WANTED | {"other_wishes": wish})
    return papers.save_directives(person, by=actor(person), pdf=pdf, day=DAY, **({"masked": False} | options))


def in_force(person):
    with door(person, Purpose.CONSULT) as a:
        return papers.list_directives(a)


def refused(answers, situation=Situation.HEALTHY):
    with pytest.raises(DirectivesRefused) as caught:
        papers.check(situation, answers)
    return caught.value.errors


def test_each_situation_has_its_own_questions():
    def names(situation):
        return {question.name for part in papers.list_parts(situation) for question in part.questions}

    assert {"illness", "advanced", "own_treatment"} <= names(Situation.ILL) - names(Situation.HEALTHY)
    assert "brain" in names(Situation.HEALTHY) - names(Situation.ILL)
    every = [question.name for part in PARTS for question in part.questions]
    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"birth_place": " "}, "birth_place"),
        ({"coma": "maybe"}, "coma"),
        ({"other_wishes": "x" * 3001}, "other_wishes"),
        ({"trusted_name": "x" * 201}, "trusted_name"),
        ({"witness_1": "Paul"}, "witness_2"),
        ({"witness_2": "Paul"}, "witness_1"),
        ({"coma": "", "resuscitation": "", "other_wishes": "\n"}, ""),
    ],
)
def test_what_does_not_make_directives_is_refused_at_its_question(change, field):
    assert list(refused(WANTED | change)) == [field]


def test_an_answer_to_a_question_of_the_other_form_is_not_taken():
    assert "illness" not in papers.check(Situation.HEALTHY, WANTED | {"illness": "secret"})


def test_a_choice_not_made_is_said_so_and_an_empty_text_is_left_out():
    said = papers.say(Situation.HEALTHY, papers.check(Situation.HEALTHY, WANTED))
    pairs = dict(pair for part in said for pair in part.pairs)
    assert pairs["Une machine qui respire à ma place"] == UNSAID
    assert "D’autres traitements que je veux ou que je refuse" not in pairs
    assert pairs["Ce que je veux ajouter"] == "Chez moi.\n\nAvec ma sœur."


@given(
    st.dictionaries(st.sampled_from([q.name for part in PARTS for q in part.questions]), st.text(max_size=60))
)
def test_any_answers_are_taken_or_refused_by_name(answers):
    faults = {}
    for situation in Situation:
        try:
            checked = papers.check(situation, answers)
        except DirectivesRefused as error:
            faults.update(error.errors)
        else:
            assert papers.check(situation, checked) == checked
    assert all(faults.values())


def test_the_paper_names_its_author_as_the_law_asks():
    person = add_adult()
    witnesses = {"witness_1": "Paul DURAND, voisin", "witness_2": "Zoé PETIT, amie", "illness": "Une SLA"}
    data = make(person, Situation.ILL, WANTED | witnesses)
    text = text_of_pdf(data)
    for words in (
        "MARTIN CLAIRE LOUISE", "17 mai 1980", "Toulouse", "1er mars 2026", "Une SLA", "Non, je le refuse",
        "Je ne veux pas qu’on me maintienne en vie artificiellement", "Si je ne peux plus dire ce que je veux.",
        "S’ils n’avaient pour but que de prolonger ma vie.", "signature de l’auteur", "Témoin : Paul DURAND, voisin",
        "Témoin : Zoé PETIT, amie", UNSAID,
    ):  # fmt: skip
        assert words in text, words
    kinds = check_accessible(data, "Directives anticipées")
    assert kinds["/H1"] == 1
    assert kinds["/H2"] == kinds["/Table"]  # each part has its table; identity has one, the signature none


def test_new_directives_take_the_place_of_the_old_which_are_not_kept():
    person = add_adult()
    first = save(person)
    assert documents.may(in_force(person)[0]).delete
    second = save(person, "À l’hôpital.", masked=True)
    (card,) = in_force(person)
    assert (card.id, card.type.code, card.masked) == (second.document_id, "EXPPAT_3", True)
    with door(person, Purpose.CONSULT) as a:
        assert first.document_id not in {one.id for one in documents.list_documents(a, documents.Filters())}
        events = [line.event for line in list_lines(person, key=a.key())]
    assert events.count(EventType.DIRECTIVES_MADE) == 2
    assert events.count(EventType.DOCUMENT_DELETED) == 1


def test_the_very_same_writing_is_there_once_as_visible_as_asked_last():
    person = add_adult()
    first = save(person)
    assert save(person).already
    assert [card.id for card in in_force(person)] == [first.document_id]
    save(person, masked=True)
    assert [card.masked for card in in_force(person)] == [True]


def test_stopped_before_the_old_went_the_new_comes_first_and_the_next_writing_clears(monkeypatch):
    person = add_adult()
    save(person)

    def stop(*_args, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(documents, "delete_own", stop)
        save(person, "À l’hôpital.")
    assert len(in_force(person)) == 2
    newest = max(in_force(person), key=lambda card: card.deposited_at)
    assert in_force(person)[0].id == newest.id
    last = save(person, "Où l’on voudra.")
    assert [card.id for card in in_force(person)] == [last.document_id]


def test_removed_there_are_none():
    person = add_adult()
    save(person)
    assert papers.remove_directives(person, by=actor(person)) == 1
    assert in_force(person) == []
    assert papers.remove_directives(person, by=actor(person)) == 0


def at_noon(day):
    return datetime.combine(day, time(12), PARIS)


def reminded(person):
    hand_over(REVIEW)
    return [one.code for one in notices.list_notices(person, about_id=person)].count("RAPPEL_MODIF_DA")


def remind(day):
    with acting_as("carnet_loader"):
        remind_of_directives(day)


def made_on(person, day):
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute(
            "update documents_document set created_on = %s where person_id = %s and status = 'current'",
            [at_noon(day), person],
        )


def test_they_are_to_be_read_again_every_two_years():
    person = add_adult()
    give_account(person)
    save(person)
    made_on(person, date(2024, 2, 29))
    found = []
    for day in (date(2025, 2, 28), date(2026, 2, 27), date(2026, 2, 28), date(2027, 2, 28)):
        remind(day)
        found.append(reminded(person))
    assert found == [0, 0, 1, 1]
    remind(date(2026, 2, 28))  # the job was killed before it was noted: done again
    assert reminded(person) == 1
    notices.mark_all_read(person, about_ids=[person])
    remind(date(2028, 2, 29))
    assert reminded(person) == 2


def test_nobody_is_reminded_of_what_was_removed_or_replaced():
    person = add_adult()
    give_account(person)
    save(person)
    made_on(person, date(2024, 3, 1))
    save(person, "À l’hôpital.")
    remind(date(2026, 3, 1))
    papers.remove_directives(person, by=actor(person))
    made_on(person, date(2024, 3, 1))
    remind(date(2026, 3, 1))
    assert reminded(person) == 0


def test_finding_them_reads_no_other_document():
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("explain " + _DUE, {"type": "EXPPAT_3", "day": DAY, "every": 2})
        plan = " ".join(row[0] for row in cursor.fetchall())
    assert "document_directives" in plan


def test_the_same_file_among_other_papers_is_no_reason_to_have_no_directives():
    person = add_adult()
    save(person)
    data = make(person, answers=WANTED | {"other_wishes": "Chez ma sœur."})
    documents.add_file(
        person, by=actor(person), data=data, filename="a.pdf", title="À garder", category=Category.OTHER,
        day=DAY, masked=False,
    )  # fmt: skip
    papers.deposit_directives(
        person, by=actor(person), data=data, filename="directives.pdf", day=DAY, masked=False
    )
    (card,) = in_force(person)
    assert card.type.code == "EXPPAT_3"
    with door(person, Purpose.CONSULT) as a:
        assert len(documents.list_recent(a)) == 2


def test_a_writing_from_elsewhere_takes_the_place_of_the_others():
    person = add_adult()
    save(person)
    data = make(person)
    papers.deposit_directives(
        person, by=actor(person), data=data, filename="directives.pdf", day=date(2020, 1, 2), masked=False
    )
    (card,) = in_force(person)
    assert (card.type.code, card.title) == ("EXPPAT_3", "Directives anticipées du 2 janvier 2020")
    with pytest.raises(UploadRefused, match=r"exe|programme|PDF") as caught:
        papers.deposit_directives(
            person, by=actor(person), data=b"MZ" + bytes(90), filename="directives.pdf", day=DAY, masked=False
        )
    assert caught.value.field == "data"
    assert len(in_force(person)) == 1  # what was refused took nothing away
