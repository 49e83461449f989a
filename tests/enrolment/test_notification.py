"""The information of R1111-28, and codes asked for again."""

from datetime import date, timedelta

import pikepdf
import pytest
from django.db import connection
from django.urls import reverse

from carnet.enrolment import api as enrolment
from carnet.enrolment import codes, messages
from carnet.enrolment.actions.notification import CODE_ASKED, answer_code_asked
from carnet.people import api as people
from carnet.platform import clock, limits, outbox
from carnet.platform.ids import uuid7
from carnet.platform.post import Channel
from carnet.standards.ins import parse_matricule
from tests.conftest import acting_as
from tests.enrolment.acts import (
    AGENT,
    NOBODY,
    SYSTEM,
    activate,
    as_herself,
    code_of,
    facts,
    journal_of,
    notified,
    pass_days,
    posted,
)
from tests.people.register import SERIAL, add_person, matricule_of

pytestmark = pytest.mark.django_db


def asked(matricule, *, serial=SERIAL, for_children=False):
    """Run the worker's answer to a code asked for."""
    facts = {"matricule": matricule, "serial": serial, "for_children": for_children}
    answer_code_asked(outbox.Event(uuid7(), CODE_ASKED, "k", None, facts, 1))


def test_an_email_says_what_the_law_asks_and_carries_no_ins_and_no_code_in_a_link():
    claire = add_person(email="claire@exemple.test")
    assert enrolment.notify(claire, by=SYSTEM) is Channel.EMAIL
    (message,) = posted(claire)
    assert message.to == "claire@exemple.test"
    text = message.text
    for said in (
        "dossier médical partagé",
        "Vous opposer",
        "3422",
        "fermer l’espace à tout moment",
        "archivé dix ans",
    ):
        assert said in text
    code = code_of(message)
    assert f"{code[:4]} {code[4:8]} {code[8:]}" in text
    assert matricule_of(claire) not in text
    assert all(code not in line for line in text.splitlines() if "http" in line)
    space = enrolment.find_space(claire)
    assert (space.state, space.notified_on, space.channel) == ("notified", clock.today(), "email")
    assert journal_of(claire) == [("enrolment.notified", True, "R1111-28")]


def test_a_letter_is_a_tagged_pdf_with_the_same_words():
    claire = add_person(email="", phone="")
    assert enrolment.notify(claire, by=SYSTEM) is Channel.LETTER
    (message,) = posted(claire)
    assert message.to.splitlines() == ["Claire MARTIN", "12 rue des Lilas", "31000 TOULOUSE"]
    with pikepdf.open(__import__("io").BytesIO(message.pdf)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr-FR"
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
        assert pdf.open_metadata()["dc:title"] == message.subject


def test_a_phone_alone_gets_the_letter_for_the_information():
    claire = add_person(email="", phone="0600000009")
    assert enrolment.notify(claire, by=SYSTEM) is Channel.LETTER


def test_a_childs_message_goes_to_the_parent_to_whom_it_is_attached():
    claire = add_person(email="claire@exemple.test")
    leo = add_person(given_names="LEO", birth_date=date(2020, 2, 29), attached_to=claire, email="")
    enrolment.notify(leo, by=SYSTEM)
    (message,) = posted(leo)
    assert message.to == "claire@exemple.test"
    assert "Leo MARTIN" in message.text
    assert "votre propre carte Vitale" in message.text


def test_notified_once_and_not_the_deceased():
    claire = add_person()
    enrolment.notify(claire, by=SYSTEM)
    with pytest.raises(enrolment.TransitionRefused) as refused:
        enrolment.notify(claire, by=SYSTEM)
    assert refused.value.rule == "not_from_notified"
    gone = add_person(died_on=date(2020, 1, 1))
    with pytest.raises(enrolment.TransitionRefused) as refused:
        enrolment.notify(gone, by=SYSTEM)
    assert refused.value.rule == "deceased"
    assert journal_of(gone) == [("enrolment.notified", False, "deceased")]
    assert enrolment.find_state(gone) is None


def test_a_bounce_starts_the_weeks_again_with_the_same_code(monkeypatch):
    claire = add_person()
    first = notified(claire)
    pass_days(monkeypatch, 10)
    assert enrolment.record_bounce(claire, by=SYSTEM) is Channel.LETTER
    letter = posted(claire)[-1]
    assert code_of(letter) == first
    assert enrolment.find_space(claire).notified_on == clock.today()
    with pytest.raises(enrolment.TransitionRefused):
        enrolment.record_bounce(claire, by=SYSTEM)  # a letter does not bounce into another


def test_a_code_asked_again_replaces_the_former():
    claire = add_person()
    first = notified(claire)
    asked(matricule_of(claire))
    second = code_of(posted(claire)[-1])
    assert second != first
    assert codes.find_code([claire], first).revoked_at
    assert enrolment.find_state(claire) == "notified"


@pytest.mark.parametrize("serial", ["99999999999", SERIAL])
def test_nothing_is_sent_to_who_does_not_prove(serial):
    claire = add_person(legible=serial != SERIAL)
    asked(matricule_of(claire), serial=serial)
    asked(NOBODY)
    assert posted() == []


def test_without_known_address_the_letter_is_left_to_the_3422():
    claire = add_person(email="", phone="")
    asked(matricule_of(claire))
    assert posted() == []
    enrolment.reissue_by_support(claire, by=AGENT)
    assert posted(claire)[-1].channel is Channel.LETTER
    assert journal_of(claire)[-1] == ("enrolment.code_issued", True, "R1111-28")


def test_a_phone_gets_a_code_by_sms():
    claire = add_person(email="", phone="0600000009")
    asked(matricule_of(claire))
    (message,) = posted(claire)
    assert (message.channel, message.to) == (Channel.SMS, "0600000009")
    assert len(message.text) <= 160


def test_codes_of_children_go_to_the_parent():
    claire = add_person()
    leo = add_person(given_names="LEO", birth_date=date(2020, 1, 1), attached_to=claire)
    add_person(given_names="TOM", birth_date=date(1999, 1, 1), attached_to=claire)
    asked(matricule_of(claire), for_children=True)
    assert [message.person_id for message in posted()] == [leo]


def test_the_line_about_a_childs_code_names_the_parent_as_such():
    claire = add_person()
    leo = add_person(given_names="LEO", birth_date=date(2020, 1, 1), attached_to=claire)
    asked(matricule_of(claire), for_children=True)
    with acting_as("carnet_seal"), connection.cursor() as cursor:
        cursor.execute("select actor_kind, actor_id from journal where person_id = %s", [leo])
        assert cursor.fetchall() == [("LEGAL_REPRESENTATIVE", claire)]


def severed_family():
    """A child attached to her mother, whose link was severed; her father was invited and has accepted."""
    claire, paul = add_person(), add_person(given_names="PAUL", sex="M", email="paul@exemple.test")
    leo = add_person(given_names="LEO", birth_date=date(2020, 1, 1), attached_to=claire, email="")
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into people_representation (id, person_id, representative_id, origin, state, invited_by, since)"
            " values (%s, %s, %s, 'invited', 'accepted', %s, %s)",
            [uuid7(), leo, paul, claire, clock.now()],
        )
    people.sever(leo, claire, by=AGENT, reason=people.Severing.COURT)
    return claire, paul, leo


def test_a_severed_parent_gets_no_code_and_no_news_of_the_child():
    claire, _, leo = severed_family()
    before = len(posted())
    enrolment.notify(leo, by=SYSTEM)
    enrolment.reissue_by_support(leo, by=AGENT)
    asked(matricule_of(claire), for_children=True)
    assert {message.to for message in posted()[before:]} == {"paul@exemple.test"}


def test_the_code_of_a_child_serves_the_representative_who_remains():
    _, paul, leo = severed_family()
    token = enrolment.start_objection(**facts(paul, notified(leo)), as_representative=True)
    enrolment.confirm_objection(token, version=1)
    assert enrolment.find_state(leo) == "objected"


def test_without_any_representative_the_childs_letter_goes_to_the_childs_address():
    claire = add_person()
    leo = add_person(given_names="LEO", birth_date=date(2020, 1, 1), attached_to=claire, email="", phone="")
    people.sever(leo, claire, by=AGENT, reason=people.Severing.COURT)
    enrolment.notify(leo, by=SYSTEM)
    assert posted(leo)[-1].to.startswith("Leo MARTIN")


def test_who_has_an_account_is_told_so_instead():
    claire = add_person()
    activate(claire, notified(claire))
    asked(matricule_of(claire))
    message = posted(claire)[-1]
    assert "vous avez déjà un compte" in message.text
    assert message.to == "claire@exemple.test"
    assert journal_of(claire)[-1][:2] == ("enrolment.code_issued", False)


def test_who_objected_or_closed_may_ask_for_a_space():
    claire = add_person()
    notified(claire)
    enrolment.object_by_support(claire, by=AGENT)
    asked(matricule_of(claire))
    assert enrolment.find_state(claire) == "objected"
    activate(claire, code_of(posted(claire)[-1]))
    assert enrolment.find_state(claire) == "activated"


def test_asking_answers_the_same_for_everybody_and_is_throttled():
    claire = add_person()
    for matricule in (matricule_of(claire), NOBODY):
        number = parse_matricule(matricule)
        ask = {"matricule": number, "serial": SERIAL, "for_children": False, "address": "192.0.2.1"}
        assert enrolment.ask_code(**ask) is None
        with pytest.raises(enrolment.TooManyCodes) as refused:
            enrolment.ask_code(**ask)
        assert "secondes" in refused.value.message_fr
    with connection.cursor() as cursor:
        cursor.execute("select person_id, payload from platform_outbox where topic = %s", [CODE_ASKED])
        rows = cursor.fetchall()
    assert [person_id for person_id, _ in rows] == [None, None]
    assert len({len(payload) for _, payload in rows}) == 1


def test_at_most_five_codes_a_day(monkeypatch):
    number = parse_matricule(matricule_of(add_person()))
    ask = {"matricule": number, "serial": SERIAL, "for_children": False, "address": "192.0.2.2"}
    real = clock.real_now
    for i in range(5):
        monkeypatch.setattr(clock, "real_now", lambda i=i: real() + timedelta(minutes=i + 1))
        enrolment.ask_code(**ask)
    monkeypatch.setattr(clock, "real_now", lambda: real() + timedelta(minutes=30))
    with pytest.raises(enrolment.TooManyCodes):
        enrolment.ask_code(**ask)
    monkeypatch.setattr(clock, "real_now", lambda: real() + timedelta(hours=25))
    enrolment.ask_code(**ask)


def test_asking_is_refused_when_attempts_cannot_be_counted(monkeypatch):
    monkeypatch.setattr(limits, "hit", lambda *_args, **_kwargs: False)
    number = parse_matricule(matricule_of(add_person()))
    with pytest.raises(enrolment.TooManyCodes):
        enrolment.ask_code(matricule=number, serial=SERIAL, for_children=False, address="x")


def test_come_of_age_she_may_have_a_code_of_her_own(monkeypatch):
    claire = add_person()
    activate(claire, notified(claire))
    zoe = add_person(
        given_names="ZOE", birth_date=clock.today() - timedelta(days=365 * 17 + 300), attached_to=claire
    )
    code = notified(zoe)
    token = enrolment.start_activation(
        code=code,
        matricule=parse_matricule(matricule_of(claire)),
        serial=SERIAL,
        address="a",
        as_representative=True,
    )
    draft = enrolment.get_draft(token, enrolment.ACTIVATION)
    enrolment.finish_activation(
        token, version=draft.version, terms_accepted=True, choices=enrolment.Choices(), visitor_id=claire
    )
    before = len(posted(zoe))
    asked(matricule_of(claire), for_children=True)
    assert len(posted(zoe)) == before + 1  # the parent is told that there is an account
    pass_days(monkeypatch, 90)
    asked(matricule_of(zoe))
    activate(zoe, code_of(posted(zoe)[-1]), login="zoe.martin", email="zoe@exemple.test")
    assert enrolment.find_state(zoe) == "activated"
    assert enrolment.can_manage(zoe, as_herself(zoe))


def test_the_links_lead_to_pages_that_exist():
    assert reverse("portal:activate") == messages.ACTIVATE_PATH
    assert reverse("portal:object") == messages.OBJECT_PATH
    assert reverse("portal:login") == messages.LOGIN_PATH
