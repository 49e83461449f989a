"""Objecting: with the code, by telephone, late; the proof; the other parent."""

from datetime import date
from io import BytesIO

import pikepdf
import pytest
from django.db import connection

from carnet.enrolment import api as enrolment
from carnet.enrolment.api import ActivationRefused, DraftMissing, DraftStale, ProofRefused, TransitionRefused
from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.ids import uuid7
from tests.enrolment.acts import (
    AGENT,
    activate,
    as_herself,
    code_of,
    facts,
    journal_of,
    notified,
    pass_days,
    posted,
)
from tests.people.register import add_person

pytestmark = pytest.mark.django_db


def objected(person_id, code, **changed):
    token = enrolment.start_objection(**facts(person_id, code), **changed)
    return token, enrolment.confirm_objection(token, version=1)


def test_two_screens_and_a_proof():
    claire = add_person()
    code = notified(claire)
    token = enrolment.start_objection(**facts(claire, code))
    assert enrolment.find_state(claire) == "notified"  # nothing before she confirms
    with pytest.raises(DraftMissing):
        enrolment.find_objection(token)
    objection = enrolment.confirm_objection(token, version=1)
    assert enrolment.find_state(claire) == "objected"
    assert enrolment.find_objection(token) == objection
    assert not objection.closed
    assert journal_of(claire)[-1] == ("enrolment.objected", True, "R1111-28")
    message = posted(claire)[-1]
    assert message.pdf[:5] == b"%PDF-"
    assert message.to == "claire@exemple.test"


def test_the_proof_is_an_accessible_pdf():
    claire = add_person()
    _, objection = objected(claire, notified(claire))
    with pikepdf.open(BytesIO(enrolment.make_proof(objection))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr-FR"
        assert "/StructTreeRoot" in pdf.Root
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        metadata = pdf.open_metadata()
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Preuve d’opposition"
        tags = {str(kind) for kind in _tags(pdf.Root.StructTreeRoot)}
    assert {"/Document", "/H1", "/Table", "/TH", "/TD", "/L"} <= tags


def _tags(node, depth=0):
    assert depth < 40
    if "/S" in node:
        yield node.S
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary):
            yield from _tags(child, depth + 1)


def test_the_code_serves_once_but_the_proof_can_be_had_again():
    claire = add_person()
    code = notified(claire)
    _, first = objected(claire, code)
    again = enrolment.start_objection(**facts(claire, code))
    assert enrolment.find_objection(again) == first
    with pytest.raises(DraftMissing):
        enrolment.confirm_objection(again, version=1)
    with pytest.raises(ProofRefused) as refused:
        enrolment.start_activation(**facts(claire, code))
    assert refused.value.rule == "code_used"


def test_two_windows_confirm_once():
    claire = add_person()
    code = notified(claire)
    one, two = (enrolment.start_objection(**facts(claire, code)) for _ in range(2))
    with pytest.raises(DraftStale):
        enrolment.confirm_objection(one, version=7)
    enrolment.confirm_objection(one, version=1)
    with pytest.raises(ActivationRefused) as refused:
        enrolment.confirm_objection(two, version=1)
    assert refused.value.rule == "code_used"


def test_by_telephone_and_no_code_is_good_any_more():
    claire = add_person()
    code = notified(claire)
    agent = enrolment.Objection
    objection = enrolment.object_by_support(claire, by=AGENT)
    assert isinstance(objection, agent)
    with pytest.raises(ProofRefused) as refused:
        enrolment.start_activation(**facts(claire, code))
    assert refused.value.rule == "code_revoked"
    never_notified = add_person(given_names="PAUL")
    enrolment.object_by_support(never_notified, by=AGENT)
    assert enrolment.find_state(never_notified) == "objected"
    with pytest.raises(TransitionRefused) as late:
        enrolment.notify(never_notified, by=AGENT)
    assert late.value.rule == "not_from_objected"


def test_silence_never_opens_what_was_objected_to(monkeypatch):
    claire = add_person()
    objected(claire, notified(claire))
    enrolment.reissue_by_support(claire, by=AGENT)  # she asks for a space, then does nothing
    pass_days(monkeypatch, 400)
    assert enrolment.open_silent_spaces(clock.today()) == 0
    assert enrolment.find_state(claire) == "objected"


def test_an_objection_until_the_space_is_really_open(monkeypatch):
    claire = add_person()
    code = notified(claire)
    pass_days(monkeypatch, 42)  # the day has come, the job has not run yet
    objected(claire, code)
    assert enrolment.open_silent_spaces(clock.today()) == 0


def test_after_the_opening_an_objection_closes(monkeypatch):
    claire = add_person()
    notified(claire)
    pass_days(monkeypatch, 42)
    enrolment.open_silent_spaces(clock.today())
    enrolment.reissue_by_support(claire, by=AGENT)
    token, objection = objected(claire, code_of(posted(claire)[-1]))
    assert objection.closed
    space = enrolment.find_space(claire)
    assert space.state == "closed"
    assert space.archive_until.year == clock.today().year + 10
    assert ("enrolment.closed", True, "R1111-36") in journal_of(claire)
    with pikepdf.open(BytesIO(enrolment.make_proof(enrolment.find_objection(token)))) as pdf:
        assert pdf.open_metadata()["dc:title"] == "Preuve de fermeture après opposition"
    enrolment.reissue_by_support(claire, by=AGENT)
    activate(claire, code_of(posted(claire)[-1]))
    assert enrolment.find_state(claire) == "activated"


def test_an_activated_space_is_closed_from_the_account():
    claire = add_person()
    code = notified(claire)
    activate(claire, code)
    with pytest.raises(ProofRefused):
        enrolment.start_objection(**facts(claire, code))
    with pytest.raises(TransitionRefused) as refused:
        enrolment.object_by_support(claire, by=AGENT)
    assert refused.value.rule == "not_from_activated"


def test_the_other_parent_is_told_without_any_address():
    claire, paul = add_person(), add_person(given_names="PAUL", sex="M", email="paul@exemple.test")
    leo = add_person(given_names="LEO", birth_date=date(2020, 1, 1), attached_to=claire)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into people_representation (id, person_id, representative_id, origin, state, invited_by, since)"
            " values (%s, %s, %s, 'invited', 'accepted', %s, %s)",
            [uuid7(), leo, paul, claire, clock.now()],
        )
    activate(paul, notified(paul), login="paul.martin", email="paul.account@exemple.test")
    before = len(posted())
    token = enrolment.start_objection(**facts(claire, notified(leo)), as_representative=True)
    enrolment.confirm_objection(token, version=1)
    told = [message for message in posted()[before:] if message.to == "paul.account@exemple.test"]
    assert len(told) == 1
    assert "s’est opposé" in told[0].text
    assert "Lilas" not in told[0].text
    assert "claire@" not in told[0].text
    assert as_herself(claire).id == claire


def test_a_minor_does_not_object_with_a_card_of_her_own():
    """As for an activation, the number asked is that of the parent who received the letter."""
    leo = add_person(given_names="LEO", birth_date=date(2011, 1, 1), attached_to=add_person())
    with pytest.raises(ActivationRefused) as refused:
        enrolment.start_objection(**facts(leo, notified(leo)))
    assert refused.value.rule == "minor"


def test_a_parent_does_not_object_for_a_child_who_is_of_age():
    """The insurer keeps a child attached after 18; the letter lies in the same house."""
    claire = add_person()
    tom = add_person(given_names="TOM", birth_date=date(1999, 1, 1), attached_to=claire)
    with pytest.raises(ProofRefused) as refused:
        enrolment.start_objection(**facts(claire, notified(tom)), as_representative=True)
    assert refused.value.rule == "unknown"


def test_a_parent_severed_between_two_screens_objects_to_nothing():
    claire = add_person()
    leo = add_person(given_names="LEO", birth_date=date(2020, 1, 1), attached_to=claire)
    token = enrolment.start_objection(**facts(claire, notified(leo)), as_representative=True)
    people.sever(leo, claire, by=AGENT, reason=people.Severing.COURT)
    with pytest.raises(ActivationRefused) as refused:
        enrolment.confirm_objection(token, version=1)
    assert refused.value.rule == "severed"
    assert enrolment.find_state(leo) == "notified"
