"""What arrived for her patients, on her day: counted when she may read it, forgotten with what is hidden."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carnet.access import api as access
from carnet.access.api import Basis
from carnet.documents import api as documents
from carnet.documents.arriving import forget_old
from carnet.journal.api import Actor, Purpose
from carnet.platform import clock
from carnet.platform.ids import uuid7
from tests.documents.deposits import FACILITY, add_claire, deposit, report, scanned, unique_id_of
from tests.documents.shelves import add_document, managed, set_columns
from tests.people.register import add_person, open_space
from tests.portal.browsing import check_pages
from tests.pro.test_record import CONTROL, page
from tests.pro.visits import FINESS, OTHER_FINESS, actor_of, add_professional, treat, visit
from tests.standards.samples import PDF

pytestmark = pytest.mark.django_db

SIGNED = re.compile(r'/pro/dossier/[^/"]+/')


@pytest.fixture
def doctor():
    return add_professional()


@pytest.fixture
def claire(doctor):
    person = add_claire()
    treat(person, *doctor)
    return person


def day(who) -> str:
    """Return her day, without what changes at each look: the tokens, the shield against forgery."""
    html = visit(*who).get(reverse("pro:day")).content.decode()
    return re.sub(r'value="[^"]{64}"', "", SIGNED.sub("/pro/dossier/…/", html))


def arrived(who) -> list[str]:
    block = day(who).split('id="arrives"')[1].split("</section>")[0]
    return re.findall(r"<small>([^<]+)</small>", block)


def test_what_arrived_is_counted_until_she_opens_the_record(doctor, claire):
    assert arrived(doctor) == []
    add_document(claire, 1)
    assert arrived(doctor) == ["1 nouveau document"]
    add_document(claire, 2)
    html = day(doctor)
    assert "2 nouveaux documents" in html
    assert "Claire MARTIN" in html
    clock.advance_to(clock.today() + timedelta(days=1))
    page(visit(*doctor), claire)
    assert arrived(doctor) == []
    clock.advance_to(clock.today() + timedelta(days=1))
    add_document(claire, 3)
    assert arrived(doctor) == ["1 nouveau document"]


def test_what_she_read_is_not_new_for_her_and_is_for_her_colleague(doctor, claire):
    colleague = add_professional(structure=OTHER_FINESS)
    treat(claire, *colleague)
    one = add_document(claire, 1)
    assert page(visit(*doctor), claire, "record_document", one).status_code == 200
    assert arrived(doctor) == []
    assert arrived(colleague) == ["1 nouveau document"]


# -- what is hidden is what never was


def mask(claire, document, _doctor):
    with managed(claire) as a:
        documents.set_masked(a, document_ids=[document], masked=True)


def withdraw(claire, _document, _doctor):
    documents.withdraw(unique_id_of(claire, 1), by=FACILITY)


def error(_claire, document, _doctor):
    documents.change_held(document, by=FACILITY, status="entered-in-error")


def restrict(claire, document, _doctor):
    set_columns(claire, document, level="V")


def retype(claire, document, _doctor):
    set_columns(claire, document, type_code="not-of-the-matrix")


def show_its_twin(claire, document, _doctor):
    set_columns(claire, document, same_as=uuid7())


def delete(claire, document, _doctor):
    set_columns(claire, document, status="deleted")


def block(claire, _document, doctor):
    with managed(claire) as a:
        access.block_professional(claire, professional_id=doctor[0].id, by=a.by)


def block_structure(claire, _document, _doctor):
    with managed(claire) as a:
        access.block(claire, structure=FINESS, by=a.by)


def end_relation(claire, _document, doctor):
    access.end_relations_with(claire, professional_id=doctor[0].id, structure=FINESS)


def close(claire, _document, _doctor):
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set state = 'closed' where person_id = %s", [claire])


HIDING = (mask, withdraw, error, restrict, retype, show_its_twin, delete, block, block_structure, end_relation, close)  # fmt: skip


@pytest.mark.parametrize("hide", HIDING, ids=lambda one: one.__name__)
def test_a_day_without_it_is_the_day_of_who_never_had_it(hide, doctor, claire):
    hugo = add_person(birth_name="GRÉSAC")
    open_space(hugo)
    treat(hugo, *doctor)
    add_document(hugo, 1)
    never, asked = looked(doctor)
    document = add_document(claire, 1)
    assert day(doctor) != never
    hide(claire, document, doctor)
    assert looked(doctor) == (never, asked)


def looked(who):
    """Return her day and the statements that it took, less their values."""
    with CaptureQueriesContext(connection) as captured:
        html = day(who)
    texts = [re.sub(r"'[^']*'(::\w+)?|\\\\x[0-9a-f]+|\b\d+\b", "?", one["sql"]) for one in captured]
    return html, [text for text in texts if not CONTROL.search(text)]


def test_a_day_of_a_frozen_account_tells_of_nobody(doctor, claire):
    add_document(claire, 1)
    access.freeze(doctor[0].id, reviewer_id=uuid7())
    assert arrived(doctor) == []


def test_a_new_version_is_one_arrival(doctor, claire):
    options = {"set_id": "1.2.250.1.999.1^SET-V"}
    deposit(report(claire, 1, version_number=1, **options))
    replaced = (unique_id_of(claire, 1),)
    deposit(report(claire, 2, replaces=replaced, version_number=2, **options))
    assert arrived(doctor) == ["1 nouveau document"]


def test_the_same_content_again_is_no_arrival(doctor, claire):
    for number in (1, 2):
        deposit(scanned(claire, number, data=PDF + b"% same"))
    assert arrived(doctor) == ["1 nouveau document"]


def test_each_profession_counts_what_the_matrix_gives_her(doctor, claire):
    social_worker = add_professional(profession="41", structure=OTHER_FINESS)
    treat(claire, *social_worker)
    add_document(claire, 1)
    assert arrived(doctor) == ["1 nouveau document"]
    assert access.decide(claire, by=actor_of(*social_worker), purpose=Purpose.CONSULT).allowed
    assert arrived(social_worker) == []


def test_an_administrator_counts_what_is_masked_as_long_as_she_is(doctor, claire):
    deposit(report(claire, 1), masked=True)
    assert arrived(doctor) == []
    with managed(claire) as a:
        access.name_administrator(a, professional_id=doctor[0].id)
    assert arrived(doctor) == ["1 nouveau document"]
    with managed(claire) as a:
        access.remove_administrator(a)
    assert arrived(doctor) == []


def test_whom_she_answers_to_and_her_structure_make_patients(doctor, claire):
    student = add_professional(kind="student", replaces_id=doctor[0].id)
    unknown = add_professional(structure=OTHER_FINESS)
    add_document(claire, 1)
    assert arrived(student) == ["1 nouveau document"]
    assert arrived(unknown) == []
    access.declare_relation(
        claire, by=actor_of(*unknown), basis=Basis.DECLARED, professional_id=None, structure=OTHER_FINESS,
        informed=True, until=None,
    )  # fmt: skip
    assert arrived(unknown) == []  # of her structure, but she has never come to see her
    page(visit(*unknown), claire)
    clock.advance_to(clock.today() + timedelta(days=1))
    add_document(claire, 2)
    assert arrived(unknown) == ["1 nouveau document"]


def test_what_she_brought_herself_is_no_arrival(doctor, claire):
    one = add_document(claire, 1)
    assert arrived(doctor)
    set_columns(claire, one, professional_id=doctor[0].id)
    assert arrived(doctor) == []


def test_it_is_forgotten_after_a_month_and_erased_with_the_rest(doctor, claire):
    add_document(claire, 1)
    assert forget_old(clock.today() + timedelta(days=30)) == 0
    assert arrived(doctor)
    assert forget_old(clock.today() + timedelta(days=31)) == 1
    assert arrived(doctor) == []


def test_the_day_of_ten_patients_takes_few_statements(doctor):
    for number in range(10):
        person = add_claire()
        treat(person, *doctor)
        add_document(person, number)
    _, asked = looked(doctor)
    assert arrived(doctor) == ["1 nouveau document"] * 10
    assert len(asked) <= 12, "\n\n".join(asked)


def test_the_latest_come_first_and_twenty_at_most(doctor, claire):
    first = add_document(claire, 1)
    for number in range(3):
        clock.advance_to(clock.today() + timedelta(days=1))
        person = add_claire(birth_name=f"NUMÉRO{number}")
        treat(person, *doctor)
        add_document(person, 1)
    block = day(doctor).split('id="arrives"')[1].split("</section>")[0]
    assert re.findall(r"([A-ZÉ]+)\d?</a>", block) == ["NUMÉRO", "NUMÉRO", "NUMÉRO", "MARTIN"]
    assert first
    found = documents.list_arrived(by=actor_of(*doctor), limit=2)
    assert len(found) == 2
    assert found[0].at > found[1].at


@pytest.mark.browser
def test_the_day_is_accessible_at_every_width(doctor, claire):
    never = add_professional(structure=OTHER_FINESS)
    add_document(claire, 1)
    page(visit(*doctor), claire)
    clock.advance_to(clock.today() + timedelta(days=1))
    for number in range(2, 5):
        add_document(claire, number)
    other = add_claire(birth_name="NOM-TRÈS-LONG-QUI-NE-TIENT-PAS-SUR-UNE-LIGNE")
    treat(other, *doctor)
    add_document(other, 1)
    answers = {"pro-day-arrived": doctor, "pro-day-nothing": never}
    check_pages({name: visit(*who).get(reverse("pro:day")) for name, who in answers.items()})


def test_what_is_loaded_counts_when_it_is_recent(doctor, claire):
    moments = {1: clock.now() - timedelta(days=3), 2: clock.now() - timedelta(days=60)}
    data = [report(claire, number, effective_time=at) for number, at in moments.items()]
    with access.open(claire, by=Actor.system(), purpose=Purpose.OPERATE) as a:
        assert documents.load_documents(a, data) == 2
    assert arrived(doctor) == ["1 nouveau document"]
