"""The synthesis: chosen sections, three states told apart, authors and days; a PDF that anybody can read."""

from dataclasses import replace
from datetime import date

import pytest

from carnet.documents import api as documents
from carnet.documents.api import Filters
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, list_lines
from carnet.measures import api as measures
from carnet.papers import api as papers
from carnet.papers.api import Section
from carnet.papers.sections import Line, SectionView
from carnet.platform import clock
from carnet.platform.typesetting import day_text
from carnet.profile.api import State
from carnet.terminology.api import Category
from tests.documents.deposits import deposit, report
from tests.papers.records import actor, add_adult, check_accessible, door, fill, person_of, text_of_pdf
from tests.people.register import add_person, open_space
from tests.standards.samples import HEADER

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 1)


@pytest.fixture
def claire():
    person = add_adult()
    fill(person)
    return person


def read(person, by=None):
    with door(person, Purpose.CONSULT, by) as a:
        return papers.read_sections(a, person_of(person))


def make(person, chosen=tuple(Section)):
    return papers.make_synthesis(person_of(person), read(person), chosen, day=DAY)


def test_each_section_has_its_state(claire):
    states = {view.section: view.state for view in read(claire)}
    assert states[Section.TREATMENTS] is State.FILLED
    assert states[Section.ALLERGIES] is State.NONE_DECLARED
    assert states[Section.DISEASES] is State.NOT_FILLED
    assert states[Section.MEASURES] is State.FILLED
    assert states[Section.ADMINISTRATIVE_DOCUMENTS] is State.NOT_FILLED
    assert len(states) == len(Section)
    shared = {view.section: view.shared for view in read(claire)}
    assert (shared[Section.TREATMENTS], shared[Section.DISEASES], shared[Section.MEASURES]) == (
        False,
        True,
        None,
    )


def test_a_mean_says_how_many_days_it_spans(claire):
    with door(claire) as a:
        measures.add_value(
            a, kind=measures.Kind.INTERSTITIAL_GLUCOSE, at=clock.now(), value=140, days=14, comment=""
        )
    assert "Moyenne sur : 14 jours" in text_of_pdf(make(claire, [Section.MEASURES]))


def test_the_paper_says_who_when_and_the_three_states(claire):
    text = text_of_pdf(make(claire, [section for section in Section if section is not Section.WISHES]))
    today = day_text(clock.today())
    for words in (
        "Claire MARTIN", "17 mai 1980", "1er mars 2026", "Lévothyrox 75", "Posologie : 1 comprimé le matin",
        f"Claire MARTIN {today}", "72,5 kg", "Aucune allergie", f"déclaré le {today}",
        "Non renseigné. Cela ne veut pas dire qu’il n’y a rien à signaler.", "Rubriques non jointes", "Page 1 /",
    ):  # fmt: skip
        assert words in text, words
    assert text.count("Non renseigné.") == 13 - 4
    joined, apart = text.split("Rubriques non jointes")
    assert Section.WISHES.label not in joined
    assert Section.WISHES.label in apart


def test_the_paper_is_tagged_titled_and_in_french(claire):
    kinds = check_accessible(make(claire), "Synthèse du profil médical")
    assert kinds["/H1"] == 1
    assert kinds["/H2"] == len(Section)
    assert kinds["/Table"] == 4  # identity, treatments, measures, blood group
    assert kinds["/TH"] == 2 + 3 * 3
    assert kinds["/TR"] == 4 + 3 * 2


def test_what_is_not_chosen_is_not_there(claire):
    text = text_of_pdf(make(claire, [Section.BLOOD_GROUP]))
    assert "O+" in text
    assert "Lévothyrox" not in text
    assert "72,5" not in text
    with pytest.raises(papers.NothingChosenError):
        make(claire, [])


def test_what_people_write_is_printed_or_replaced_never_refused():
    title = "Nom \u202e李😀 <b>$x$ #panic()\\ " + "é" * 40
    lines = tuple(
        Line(title, "", (("Commentaire", "mot " * 700), ("", "x" * 900)), "Claire\u0000", DAY)
        for _ in range(30)
    )
    views = [SectionView(Section.DISEASES, State.FILLED, True, None, lines)]
    data = papers.make_synthesis(person_of(add_person()), views, [Section.DISEASES], day=DAY)
    text = text_of_pdf(data)
    assert "<b>$x$ #panic()\\" in text
    assert text.count("mot") >= 700 * 30
    assert check_accessible(data, "Synthèse du profil médical")["/TR"] == 4 + 31


def test_kept_it_is_a_document_and_the_next_one_its_new_version(claire):
    for masked in (False, True):
        papers.save_synthesis(claire, by=actor(claire), pdf=make(claire), day=DAY, masked=masked)
    with door(claire, Purpose.CONSULT) as a:
        (card,) = documents.list_documents(a, Filters(category=Category.PROFILE))
        events = [line.event for line in list_lines(claire, key=a.key())]
    assert (card.type.code, card.own, card.masked) == ("DOCPAT08", True, True)
    assert card.version == 2
    assert "1er mars 2026" in card.title
    assert events.count(EventType.SYNTHESIS_MADE) == 2


def test_a_representative_makes_the_childs(claire):
    child = add_person(birth_name="PETIT", given_names="ZOÉ", birth_date=date(2019, 2, 3), attached_to=claire)
    open_space(child)
    views = read(child, by=Actor(ActorKind.LEGAL_REPRESENTATIVE, claire))
    assert Section.WISHES not in {view.section for view in views}  # too young for that rubric
    assert Section.VACCINES in {view.section for view in views}


def test_no_title_of_a_document_that_is_hidden_from_somebody():
    person = add_adult()
    code = replace(HEADER.code, code="51851-4", display="Document administratif")
    deposit(report(person, 1, code=code, title="Attestation"))
    deposit(report(person, 2, code=code, title="Cachée aux soignants"), masked=True)
    deposit(report(person, 3, code=code, title="Cachée aux parents"), invisible_representatives=True)
    (shown,) = [view for view in read(person) if view.section is Section.ADMINISTRATIVE_DOCUMENTS]
    assert [line.title for line in shown.lines] == ["Attestation"]
