"""A patient's record before a professional: one page, few statements, what is hidden is what is absent."""

import re
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carnet.access import api as access
from carnet.directory import api as directory
from carnet.documents import api as documents
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, list_lines
from carnet.measures import api as measures
from carnet.measures.api import Kind
from carnet.platform import clock
from carnet.platform.ids import uuid7
from carnet.pro import agenda
from carnet.pro.page import sign
from carnet.profile import api as profile
from carnet.profile.api import AuthorKind, NewEntry, Rubric
from tests.documents.deposits import add_claire
from tests.documents.shelves import add_document, managed
from tests.portal.browsing import check_pages
from tests.pro.visits import add_professional, treat, visit

pytestmark = pytest.mark.django_db

# Not of the page: what holds a test together, and the movable clock, asked twice a second in the sandbox alone.
CONTROL = re.compile(
    r"^(BEGIN|COMMIT|SAVEPOINT|RELEASE|ROLLBACK)|platform_clock|set_config\('carnet.person_id', ''"
)


@pytest.fixture
def doctor():
    return add_professional()


@pytest.fixture
def claire(doctor):
    person = add_claire()
    treat(person, *doctor)
    return person


@pytest.fixture
def client(doctor):
    return visit(*doctor)


def token_of(client, person):
    visitor = directory.sessions.find(client.cookies[directory.sessions.COOKIE].value)
    return sign(person, visitor)


def lines_of(person, event):
    """Return the lines of an event about a person, the latest first."""
    with managed(person):
        return list_lines(person, key=None, events=[event])


def page(client, person, name="record", *more, **query):
    return client.get(reverse(f"pro:{name}", args=[token_of(client, person), *more]), query)


def give_a_life(person, *, confirmed_by=None):
    """An allergy, an anticoagulant, a trusted person, measures, as the person wrote them."""
    by = Actor(ActorKind.PATIENT, person)
    contact = {
        "kind": "TRUSTED_CONTACT", "first_name": "Camille", "last_name": "Landereau", "relation": "CHILD",
        "mobile": "0639980131", "postal_code": "31000", "city": "Toulouse",
    }  # fmt: skip
    lines = [
        (Rubric.ALLERGIES, {"name": "Pénicilline", "comment": "Urticaire géante"}),
        (Rubric.TREATMENTS, {"name": "Apixaban 5 mg", "posology": "1 comprimé matin et soir"}),
        (Rubric.CONTACTS, contact),
    ]
    with access.open(person, by=by, purpose=Purpose.MANAGE, event=EventType.PROFILE_ADDED) as a:
        rows = [NewEntry(rubric, values, at=clock.now(), author_id=person) for rubric, values in lines]
        if confirmed_by:
            vaccine = {"name": "Grippe", "date": "2025-10"}
            rows.append(NewEntry(Rubric.VACCINATIONS, vaccine, at=clock.now(), locked=True,
                                 author_kind=AuthorKind.PROFESSIONAL, author_id=confirmed_by))  # fmt: skip
        profile.load_entries(a, rows)
    with access.open(person, by=by, purpose=Purpose.MANAGE, event=EventType.MEASURE_ADDED) as a:
        values = [
            measures.Measure(kind=Kind.GLYCATED_HEMOGLOBIN, at=clock.now() - timedelta(days=days), value=7.1)
            for days in (90, 1)
        ]
        measures.load_values(a, values)


def test_everything_that_matters_is_on_the_page(client, claire):
    give_a_life(claire)
    add_document(claire, 1)
    html = page(client, claire).content.decode()
    for words in ("Pénicilline", "Urticaire géante", "Apixaban 5 mg", "1 comprimé matin et soir", "Anticoagulant",
                  "HbA1c", "7,1 %", "Camille Landereau", "06 39 98 01 31", "la personne", "Non renseigné"):  # fmt: skip
        assert words in html, words
    assert str(claire) not in html
    assert "⟪" not in html


def test_the_page_takes_fifteen_statements_at_most(client, claire, doctor):
    give_a_life(claire, confirmed_by=doctor[0].id)
    for number in range(3):
        add_document(claire, number)
    address = reverse("pro:record", args=[token_of(client, claire)])
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    sent = [one["sql"] for one in captured.captured_queries if not CONTROL.search(one["sql"])]
    assert len(sent) <= 15, "\n\n".join(sent)


def test_a_visit_is_journalled_and_what_is_new_counts_from_the_one_before(client, claire, doctor):
    add_document(claire, 1)
    assert "première visite" in page(client, claire).content.decode()
    line = lines_of(claire, EventType.SUMMARY_READ)[0]
    assert (line.allowed, line.actor.id) == (True, doctor[0].id)
    clock.advance_to(clock.today() + timedelta(days=2))
    again = page(client, claire).content.decode()
    assert "Nouveau depuis le " in again
    assert "Rien de nouveau." in again


def test_a_document_that_she_read_is_read_for_her_and_new_for_the_person(client, claire):
    one = add_document(claire, 1)
    assert "Non lu" in page(client, claire).content.decode()
    assert page(client, claire, "record_document", one).status_code == 200
    assert "Non lu" not in page(client, claire).content.decode()
    with managed(claire) as a:
        assert documents.get_document(a, one).new


def test_hidden_and_absent_are_answered_alike_by_the_same_statements(client, claire):
    hidden = add_document(claire, 1)
    with managed(claire) as a:
        documents.set_masked(a, document_ids=[hidden], masked=True)
    answers, statements = [], []
    for document in (hidden, uuid7()):
        with CaptureQueriesContext(connection) as captured:
            answer = page(client, claire, "record_document", document)
        answers.append((answer.status_code, answer.content))
        texts = [re.sub(r"'[^']*'(::\w+)?|\\x[0-9a-f]+|\b\d+\b", "?", one["sql"]) for one in captured]
        statements.append([text for text in texts if not CONTROL.search(text)])
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert statements[0] == statements[1]


def test_hidden_documents_are_in_no_list_count_or_search(client, claire):
    add_document(claire, 1, text="Le genou gauche est douloureux.")
    hidden = add_document(claire, 2, text="Le genou droit est douloureux.")
    with managed(claire) as a:
        documents.set_masked(a, document_ids=[hidden], masked=True)
    for answer in (
        page(client, claire),
        page(client, claire, "record_documents"),
        page(client, claire, "record_search", q="genou"),
    ):
        html = answer.content.decode()
        assert str(hidden) not in html
        assert "droit est" not in html
    assert "(1)" in page(client, claire, "record_documents").content.decode()


def test_a_search_finds_lines_of_every_part(client, claire):
    give_a_life(claire)
    assert "Apixaban 5 mg" in page(client, claire, "record_search", q="apix").content.decode()
    assert "HbA1c : 7,1 %" in page(client, claire, "record_search", q="hba1c").content.decode()
    assert "Rien ne répond" in page(client, claire, "record_search", q="zzz").content.decode()


def test_whoever_does_not_treat_her_is_told_why_and_what_to_do(claire):
    stranger = visit(*add_professional(structure="750000010"))
    answer = page(stranger, claire)
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "Vous ne prenez pas en charge cette personne" in html
    assert "consentement" in html
    assert "Claire" not in html
    assert not lines_of(claire, EventType.SUMMARY_READ)[0].allowed
    for name in ("consent_href", "emergency_href"):  # each button leads to its page
        assert stranger.get(answer.context[name]).status_code == 200


def test_a_token_of_another_session_is_worth_nothing(client, claire, doctor):
    token = token_of(client, claire)
    other = visit(*doctor)
    assert other.get(reverse("pro:record", args=[token])).status_code == 404


def test_an_error_page_leads_back_to_her_own_pages(client):
    html = client.get(reverse("pro:record", args=["perime"])).content.decode()
    assert "Cette page n’existe pas" in html
    assert 'href="/pro/"' in html


def test_what_is_not_shared_is_said_and_nothing_of_it(client, claire):
    give_a_life(claire)
    by = Actor(ActorKind.PATIENT, claire)
    with access.open(claire, by=by, purpose=Purpose.MANAGE, event=EventType.MEASURE_SETTINGS_CHANGED) as a:
        measures.share(a, shared=False)
    assert "7,1 %" not in page(client, claire).content.decode()
    assert "Non partagé" in page(client, claire, "record_measures").content.decode()
    assert "Non partagé" in page(client, claire, "record_measure", "hba1c").content.decode()
    assert "Rien ne répond" in page(client, claire, "record_search", q="hba1c").content.decode()


def test_a_print_is_journalled(client, claire):
    give_a_life(claire)
    assert "Imprimé par" in page(client, claire, "record_print").content.decode()
    assert lines_of(claire, EventType.RECORD_PRINTED)[0].allowed


@pytest.fixture
def expected(monkeypatch):
    """Let a test say who is expected."""
    lines = []
    monkeypatch.setattr(agenda._Port, "answer", lambda *_who: lines)
    return lines


def test_the_day_opens_nine_patients_by_a_key(client, claire, expected):
    page(client, claire)
    html = client.get(reverse("pro:day")).content.decode()
    assert "Personne n’est attendu aujourd’hui à ce lieu." in html
    expected.append((claire, time(9, 30)))
    html = client.get(reverse("pro:day")).content.decode()
    assert ">9 h 30<" in html
    assert re.findall(r'data-key="(\d)"', html) == ["1", "2"]
    assert str(claire) not in html


def test_in_training_the_day_shows_nobody_real(client, claire):
    page(client, claire)
    visitor = directory.sessions.find(client.cookies[directory.sessions.COOKIE].value)
    directory.sessions.set_training(visitor.session_id, training=True)
    assert "Claire MARTIN" not in client.get(reverse("pro:day")).content.decode()


def test_every_page_says_whose_record_it_is(client, claire):
    one = add_document(claire, 1)
    pages = [("record", ()), ("record_documents", ()), ("record_document", (one,)), ("record_profile", ()),
             ("record_measures", ()), ("record_measure", ("hba1c",)), ("record_history", ()),
             ("record_search", ()), ("record_print", ())]  # fmt: skip
    assert [
        name
        for name, more in pages
        if "Claire MARTIN" not in page(client, claire, name, *more).content.decode()
    ] == []


@pytest.mark.browser
def test_pages_are_accessible_at_every_width(client, claire):
    give_a_life(claire)
    one = add_document(claire, 1, text="Une phrase à retrouver.")
    stranger = visit(*add_professional(structure="750000010"))
    answers = {"pro-record": page(client, claire)}
    for name, more in (("record_documents", ()), ("record_document", (one,)), ("record_profile", ()),
                       ("record_measures", ()), ("record_history", ()),
                       ("record_print", ())):  # fmt: skip
        answers[f"pro-{name}"] = page(client, claire, name, *more)
    answers["pro-search"] = page(client, claire, "record_search", q="phrase")
    answers["pro-day"] = client.get(reverse("pro:day"))
    answers["pro-measure"] = page(client, claire, "record_measure", "hba1c")
    assert {answer.status_code for answer in answers.values()} == {200}
    answers["pro-refused"] = page(stranger, claire)
    check_pages(answers)


def test_a_profession_sees_what_the_matrix_gives_and_is_told_of_the_rest(claire):
    give_a_life(claire)
    worker = add_professional(profession="41", structure="750000010")
    treat(claire, *worker)
    html = page(visit(*worker), claire).content.decode()
    assert "Non ouvert à votre profession" in html
    assert "Pénicilline" not in html
    assert "7,1 %" not in html
    assert "Rien ne répond" in page(visit(*worker), claire, "record_search", q="penicilline").content.decode()


def test_a_blocked_professional_is_told_so_and_what_remains(client, claire, doctor):
    with managed(claire) as a:
        access.block_professional(claire, professional_id=doctor[0].id, by=a.by)
    answer = page(client, claire)
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "bloqué" in html
    for name in ("enter_as", "emergency"):  # neither would open anything
        assert reverse(f"pro:{name}", args=[token_of(client, claire)])[:20] not in html


def test_in_an_emergency_each_door_opens_for_it_and_the_page_says_so(claire):
    stranger = add_professional(structure="750000010")
    client = visit(*stranger)
    assert page(client, claire).status_code == 403
    visitor = directory.sessions.find(client.cookies[directory.sessions.COOKIE].value)
    access.enter_emergency(claire, by=visitor.actor, reason="Patiente inconsciente, allergies inconnues.")
    answer = page(client, claire)
    assert answer.status_code == 200
    assert "urgence" in answer.content.decode()
    assert lines_of(claire, EventType.SUMMARY_READ)[0].purpose is Purpose.BREAK_GLASS
