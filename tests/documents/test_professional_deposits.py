"""What a professional brings: it becomes a document whose author she is, and hers to correct."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from carnet.access import api as access
from carnet.directory import api as directory
from carnet.documents import api as documents
from carnet.documents.api import Brought, Code, DepositRefused, Writer
from carnet.documents.queries import fetch
from carnet.journal.api import EventType, Purpose
from carnet.platform import clock
from carnet.standards.cda import reader, rules
from carnet.standards.ins import parse_matricule
from tests.documents.deposits import add_claire, holder
from tests.pro.visits import OTHER_FINESS, actor_of, add_professional, treat
from tests.standards import papers

pytestmark = pytest.mark.django_db


def brought(**changes):
    facts = {
        "title": "Compte rendu de consultation", "type_code": "11488-4", "acted_on": clock.today(),
        "setting": "AMBULATOIRE", "form_id": uuid4(),
    }  # fmt: skip
    return Brought(**{**facts, **changes})


def bring(person, professional, place, *, data=None, by=None, enterer=None, filename="lettre.pdf", **changes):
    return documents.deposit_file(
        person, by=by or actor_of(professional, place), writer=Writer(professional, place, enterer),
        brought=brought(**changes), data=data if data is not None else papers.pdf(f"Lettre {uuid4()}"),
        filename=filename,
    )  # fmt: skip


def kept(person, document_id):
    """The document as it is kept, read by its holder."""
    return documents.download(person, document_id, by=holder(person)).data


def test_a_pdf_becomes_a_document_whose_header_follows_every_rule():
    person = add_claire()
    doctor, place = add_professional(speciality="SM54")
    done = bring(person, doctor, place, acted_on=clock.today() - timedelta(days=2))
    data = kept(person, done.document_id)
    assert rules.check(data) == []
    read = reader.read(data)
    (author,) = read.authors
    assert (author.national_id, author.role.code, author.prefix) == (doctor.national_id, "G15_10/SM54", "DR")
    assert (author.organisation.finess, read.custodian.finess) == (place.structure, place.structure)
    assert read.legal_authenticator.national_id == doctor.national_id
    assert parse_matricule(read.patient.ins, oid=read.patient.ins_oid)
    assert (read.facility_type.code, read.practice_setting.code) == ("SA07", "AMBULATOIRE")
    assert read.service_start.date() == clock.today() - timedelta(days=2)
    assert (read.code.code, read.confidentiality.code, read.level) == ("11488-4", "N", "N1")
    assert (read.version_number, read.data_enterer) == (1, None)


@pytest.mark.parametrize("profession", ["21", "40", "50", "60", "41", "95"])
def test_every_profession_has_a_role_that_the_rules_admit(profession):
    person = add_claire()
    professional, place = add_professional(profession=profession)
    data = kept(person, bring(person, professional, place).document_id)
    assert rules.check(data) == []
    assert reader.read(data).authors[0].role.code.endswith(profession)


def test_a_secretary_types_for_the_doctor_and_reads_nothing():
    person = add_claire()
    doctor, place = add_professional()
    secretary, desk = add_professional(profession="SECRETARIAT_MEDICAL", family="BLANC")
    by = actor_of(secretary, desk)
    done = bring(person, doctor, place, by=by, enterer=secretary)
    read = reader.read(kept(person, done.document_id))
    assert rules.check(kept(person, done.document_id)) == []
    assert (read.authors[0].family, read.data_enterer.family) == (doctor.family_name, "BLANC")
    for purpose in (Purpose.CONSULT, Purpose.MANAGE):
        with pytest.raises(access.Refused), access.open(person, by=by, purpose=purpose):
            pass
    with pytest.raises(DepositRefused) as refused:  # nobody writes in another's name otherwise
        bring(person, doctor, place, by=by)
    assert refused.value.code is Code.AUTHOR_NOT_ALLOWED


def test_a_form_sent_twice_brings_one_document():
    person = add_claire()
    doctor, place = add_professional()
    form, data = uuid4(), papers.pdf("Une fois")
    first = bring(person, doctor, place, form_id=form, data=data)
    again = bring(person, doctor, place, form_id=form, data=data)
    assert (again.document_id, first.already, again.already) == (first.document_id, False, True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"type_code": "EXPPAT_1"}, "type_code"),
        ({"type_code": "60591-5"}, "type_code"),
        ({"setting": "EXP_PATIENT"}, "setting"),
        ({"acted_on": date(2200, 1, 1)}, "acted_on"),
        ({"acted_on": date(1900, 1, 1)}, "acted_on"),
        ({"hold_days": 31}, "hold_days"),
        ({"hold_days": 0}, "hold_days"),
        ({"hold_days": 8, "masked": True}, "confidentialityCode"),
    ],
)
def test_what_is_refused_says_which_field(changes, field):
    doctor, place = add_professional()
    with pytest.raises(DepositRefused) as refused:
        bring(add_claire(), doctor, place, **changes)
    assert (refused.value.field, refused.value.code) == (field, Code.OTHER)


def test_a_new_version_takes_the_place_of_the_old_one():
    person = add_claire()
    doctor, place = add_professional()
    old = bring(person, doctor, place)
    new = bring(person, doctor, place, replaces=old.document_id)
    read = reader.read(kept(person, new.document_id))
    assert (read.version_number, new.replaced) == (2, old.document_id)
    assert read.set_id == reader.read(kept(person, old.document_id)).set_id
    with pytest.raises(DepositRefused) as refused:
        bring(person, doctor, place, replaces=old.document_id)
    assert refused.value.code is Code.WRONG_VERSION


def test_only_its_author_or_the_same_structure_replaces_and_withdraws():
    person = add_claire()
    author, place = add_professional()
    colleague, beside = add_professional()
    stranger, elsewhere = add_professional(structure=OTHER_FINESS)
    done = bring(person, author, place)
    for act in (
        lambda: bring(person, stranger, elsewhere, replaces=done.document_id),
        lambda: documents.withdraw_own(person, done.document_id, by=actor_of(stranger, elsewhere)),
        lambda: documents.withdraw_own(person, uuid4(), by=actor_of(author, place)),
    ):
        with pytest.raises(DepositRefused) as refused:
            act()
        assert refused.value.code is Code.AUTHOR_NOT_ALLOWED
    with pytest.raises(
        DepositRefused
    ):  # a colleague who does not take care of her reads, and corrects, nothing
        bring(person, colleague, beside, replaces=done.document_id)
    for one in ((colleague, beside), (author, place)):
        treat(person, *one)
    newer = bring(person, colleague, beside, replaces=done.document_id)
    with pytest.raises(DepositRefused) as refused:
        documents.withdraw_own(person, done.document_id, by=actor_of(author, place))
    assert refused.value.code is Code.WRONG_VERSION
    documents.withdraw_own(person, newer.document_id, by=actor_of(author, place))
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        assert documents.get_document(a, newer.document_id, deleted=True).status == "deleted"


def test_an_author_corrects_her_own_from_another_place():
    person = add_claire()
    author, place = add_professional()
    directory.register_structure(finess=OTHER_FINESS, name="Hôpital", sector="SA01")
    there = directory.find_place(
        directory.register_place(
            identifier="SIT-AILLEURS", professional_id=author.id, structure=OTHER_FINESS, sector="SA01"
        )
    )
    old = bring(person, author, place)
    assert bring(person, author, there, replaces=old.document_id).replaced == old.document_id


def test_a_secret_connection_hides_from_the_representatives():
    person = add_claire()
    doctor, place = add_professional()
    done = bring(person, doctor, place, by=actor_of(doctor, place, secret=True))
    with access.open(person, by=actor_of(doctor, place), purpose=Purpose.MANAGE) as a:
        assert done.document_id in {card.id for card in documents.list_recent(a)}
    with access.open(
        person, by=holder(person), purpose=Purpose.CONSULT, event=EventType.SPACE_CONSULTED
    ) as a:
        assert fetch(
            "select invisible_representatives from documents_document where person_id = %(p)s", {"p": person}
        ) == [(True,)]
