"""Three screens from a code to an open space, and everything that must not open one."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from carnet.enrolment import api as enrolment
from carnet.enrolment import proofs
from carnet.enrolment.actions import activation
from carnet.enrolment.api import ActivationRefused, Choices, DraftMissing, DraftStale, ProofRefused
from carnet.people import api as people
from carnet.platform import clock
from tests.enrolment.acts import (
    AGENT,
    NOBODY,
    PASSWORD,
    activate,
    as_parent,
    code_of,
    confirm,
    facts,
    journal_of,
    notified,
    one_time_code,
    pass_days,
    posted,
)
from tests.people.register import SERIAL, add_person, matricule_of

pytestmark = pytest.mark.django_db


def finish(token, version, **changed):
    asked = {"terms_accepted": True, "choices": Choices()} | changed
    return enrolment.finish_activation(token, version=version, **asked)


# -- the way


def test_three_screens_open_a_space_with_an_account():
    claire = add_person()
    token = enrolment.start_activation(**facts(claire, notified(claire)))
    draft = confirm(token, email="Claire.M@exemple.test", phone="06 12 34 56 78")
    assert draft.contacts_confirmed
    draft = enrolment.set_credentials(
        token, version=draft.version, login=" Claire.Martin ", password=PASSWORD
    )
    done = finish(token, draft.version, choices=Choices(documents_masked=True, samu_access=False))
    account = people.find_account(claire)
    assert done.account_id == account.id
    assert (account.login, account.phone) == ("claire.martin", "+33612345678")
    space = enrolment.find_space(claire)
    assert (space.state, space.documents_masked, space.samu_access) == ("activated", True, False)
    assert space.terms_version
    events = [event for event, _, _ in journal_of(claire)]
    assert events[:2] == ["enrolment.notified", "enrolment.activation_started"]
    assert "enrolment.activated" in events
    assert posted(claire)[-1].to == account.email
    assert enrolment.find_draft(token, enrolment.ACTIVATION) is None


def test_a_draft_survives_a_reload_and_is_unreadable_without_its_browser():
    claire = add_person()
    token = enrolment.start_activation(**facts(claire, notified(claire)))
    draft = confirm(token)
    draft = enrolment.set_credentials(token, version=draft.version, login="claire.martin", password=PASSWORD)
    again = enrolment.get_draft(token, enrolment.ACTIVATION)
    assert again == draft
    with connection.cursor() as cursor:
        cursor.execute("select d::text from enrolment_draft d")
        stored = cursor.fetchone()[0]
    assert token not in stored
    assert PASSWORD.encode().hex() not in stored


def test_a_draft_lasts_an_hour(monkeypatch):
    claire = add_person()
    token = enrolment.start_activation(**facts(claire, notified(claire)))
    later = clock.real_now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    with pytest.raises(DraftMissing):
        enrolment.get_draft(token, enrolment.ACTIVATION)


# -- what does not open


@pytest.mark.parametrize("wrong", ["code", "serial", "matricule", "nobody", "other", "illegible"])
def test_one_answer_for_whatever_is_wrong(wrong):
    claire, paul = add_person(legible=wrong != "illegible"), add_person(given_names="PAUL", sex="M")
    code = notified(claire)
    changed = {
        "code": {"code": "CDFGHJKMNPQR"},
        "serial": {"serial": "99999999999"},
        "matricule": {"matricule": matricule_of(paul)},
        "nobody": {"matricule": NOBODY},
        "other": {"code": notified(paul)},
        "illegible": {},
    }[wrong]
    with pytest.raises(ProofRefused) as refused:
        enrolment.start_activation(**facts(claire, code, **changed))
    assert refused.value.rule == "unknown"
    assert "3422" in refused.value.message_fr


def test_the_same_reads_whether_or_not_the_person_exists(django_assert_num_queries):
    claire = add_person()
    notified(claire)
    counts = []
    for changed in ({"serial": "99999999999"}, {"matricule": NOBODY}, {"code": "CDFGHJKMNPQR"}):
        shown = facts(claire, "CDFGHJKMNPQT", **changed)
        with django_assert_num_queries(12, exact=False) as captured, pytest.raises(ProofRefused):
            enrolment.start_activation(**shown)
        counts.append(len(captured))
    assert len(set(counts)) == 1


def test_a_code_expires_after_six_weeks(monkeypatch):
    claire = add_person()
    code = notified(claire)
    pass_days(monkeypatch, 42)
    enrolment.start_activation(**facts(claire, code))
    pass_days(monkeypatch, 1)
    with pytest.raises(ProofRefused) as refused:
        enrolment.start_activation(**facts(claire, code))
    assert refused.value.rule == "code_expired"


def test_a_used_code_and_a_replaced_one_say_so():
    claire = add_person()
    code = notified(claire)
    activate(claire, code)
    with pytest.raises(ProofRefused) as refused:
        enrolment.start_activation(**facts(claire, code))
    assert refused.value.rule == "code_used"
    paul = add_person(given_names="PAUL", sex="M")
    old = notified(paul)
    enrolment.reissue_by_support(paul, by=as_parent(claire))
    with pytest.raises(ProofRefused) as refused:
        enrolment.start_activation(**facts(paul, old))
    assert refused.value.rule == "code_revoked"


def test_ten_guesses_then_even_the_right_code_waits(monkeypatch):
    claire = add_person()
    code = notified(claire)
    for i in range(10):
        with pytest.raises(ProofRefused) as refused:
            enrolment.start_activation(**facts(claire, "CDFGHJKMNPQR", address=f"192.0.2.{i}"))
        assert refused.value.rule == "unknown"
    with pytest.raises(ProofRefused) as refused:
        enrolment.start_activation(**facts(claire, code, address="198.51.100.1"))
    assert refused.value.rule == "too_many"
    assert "minutes" in refused.value.message_fr
    later = clock.real_now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    enrolment.start_activation(**facts(claire, code, address="198.51.100.1"))


def test_one_address_does_not_guess_about_everybody():
    claire = add_person()
    code = notified(claire)
    for _ in range(20):
        unknown = f"1900154{uuid4().int % 10**6:06d}"
        unknown += f"{97 - int(unknown) % 97:02d}"
        with pytest.raises(ProofRefused) as refused:
            enrolment.start_activation(**facts(claire, code, matricule=unknown))
        assert refused.value.rule == "unknown"
    with pytest.raises(ProofRefused) as refused:
        enrolment.start_activation(**facts(claire, code))
    assert refused.value.rule == "too_many"
    enrolment.start_activation(**facts(claire, code, address="198.51.100.7"))


def test_who_succeeds_is_not_counted():
    claire = add_person()
    code = notified(claire)
    for _ in range(25):
        enrolment.start_activation(**facts(claire, code))
    assert proofs.ADDRESS.seconds_left("192.0.2.1") > 0
    assert not proofs.ADDRESS.is_reached("192.0.2.1")


def test_the_deceased_are_not_activated():
    claire = add_person()
    code = notified(claire)
    from tests.conftest import acting_as

    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("update people_person set died_on = %s where id = %s", [clock.today(), claire])
    with pytest.raises(enrolment.TransitionRefused) as refused:
        enrolment.start_activation(**facts(claire, code))
    assert refused.value.rule == "deceased"
    assert journal_of(claire)[-1] == ("enrolment.activated", False, "deceased")


# -- contacts and credentials


def test_every_contact_given_must_be_confirmed():
    claire = add_person()
    token = enrolment.start_activation(**facts(claire, notified(claire)))
    with pytest.raises(ActivationRefused) as refused:
        enrolment.set_contacts(token, version=1, email="", phone="")
    assert refused.value.field == "email"
    with pytest.raises(ActivationRefused) as refused:
        enrolment.set_contacts(token, version=1, email="", phone="12")
    assert refused.value.field == "phone"
    before = len(posted())
    draft = enrolment.set_contacts(token, version=1, email="c@exemple.test", phone="0612345678")
    mail, sms = posted()[before:]
    with pytest.raises(ActivationRefused) as refused:
        enrolment.confirm_contacts(
            token, version=draft.version, email_code=one_time_code(mail), phone_code="000000"
        )
    assert refused.value.field == "phone_code"
    draft = enrolment.get_draft(token, enrolment.ACTIVATION)
    assert (draft.email_confirmed, draft.phone_confirmed) == (True, False)
    with pytest.raises(ActivationRefused) as refused:
        finish(token, draft.version)
    assert refused.value.rule == "incomplete"
    draft = enrolment.confirm_contacts(token, version=draft.version, phone_code=one_time_code(sms))
    assert draft.contacts_confirmed


def test_a_changed_contact_is_confirmed_anew():
    claire = add_person()
    token = enrolment.start_activation(**facts(claire, notified(claire)))
    draft = confirm(token)
    draft = enrolment.set_contacts(token, version=draft.version, email="other@exemple.test", phone="")
    assert not draft.contacts_confirmed


def between(monkeypatch, module, name, act):
    """Let another window act in the middle of this one, just before `name` runs."""
    real = getattr(module, name)

    def interrupted(*given, **more):
        monkeypatch.setattr(module, name, real)
        act()
        return real(*given, **more)

    monkeypatch.setattr(module, name, interrupted)


def test_a_code_confirms_only_the_address_it_was_sent_to(monkeypatch):
    """Two windows at once must not confirm an address that nobody has shown to be hers."""
    claire = add_person()
    token = enrolment.start_activation(**facts(claire, notified(claire)))
    draft = enrolment.set_contacts(token, version=1, email="claire.m@exemple.test", phone="")
    code = one_time_code(posted()[-1])

    def other_window():
        enrolment.set_contacts(token, version=draft.version, email="victim@exemple.test", phone="")

    between(monkeypatch, activation, "change_draft", other_window)
    with pytest.raises(DraftStale):
        enrolment.confirm_contacts(token, version=draft.version + 1, email_code=code)
    assert not enrolment.get_draft(token, enrolment.ACTIVATION).email_confirmed


def test_the_last_screen_checks_what_it_writes(monkeypatch):
    claire = add_person()
    token = enrolment.start_activation(**facts(claire, notified(claire)))
    draft = confirm(token)
    draft = enrolment.set_credentials(token, version=draft.version, login="claire.martin", password=PASSWORD)

    def other_window():
        enrolment.set_contacts(token, version=draft.version, email="victim@exemple.test", phone="")

    between(monkeypatch, activation, "lock_draft", other_window)
    with pytest.raises(ActivationRefused) as refused:
        finish(token, draft.version + 1)
    assert refused.value.rule == "incomplete"
    assert people.find_account(claire) is None


@pytest.mark.parametrize(
    ("login", "password", "field"),
    [
        ("short", PASSWORD, "login"),
        ("fr7612345678", PASSWORD, "login"),
        ("claire.martin", "short", "password"),
        ("claire.martin", "Martin-1980-Zz!", "password"),
        ("claire.martin", "motdepasse", "password"),
    ],
)
def test_rules_of_credentials(login, password, field):
    claire = add_person()
    token = enrolment.start_activation(**facts(claire, notified(claire)))
    draft = confirm(token)
    with pytest.raises(ActivationRefused) as refused:
        enrolment.set_credentials(token, version=draft.version, login=login, password=password)
    assert refused.value.field == field


def test_an_identifier_taken_between_two_screens_is_said_and_nothing_is_written():
    claire, paul = add_person(), add_person(given_names="PAUL", sex="M")
    token = enrolment.start_activation(**facts(claire, notified(claire)))
    draft = confirm(token)
    draft = enrolment.set_credentials(token, version=draft.version, login="martin.famille", password=PASSWORD)
    activate(paul, notified(paul), login="martin.famille", email="paul@exemple.test")
    with pytest.raises(ActivationRefused) as refused:
        finish(token, draft.version)
    assert refused.value.field == "login"
    assert enrolment.find_state(claire) == "notified"
    assert people.find_account(claire) is None
    draft = enrolment.set_credentials(token, version=draft.version, login="claire.martin", password=PASSWORD)
    finish(token, draft.version)


def test_terms_are_accepted_or_nothing_happens():
    claire = add_person()
    token = enrolment.start_activation(**facts(claire, notified(claire)))
    with pytest.raises(ActivationRefused) as refused:
        finish(token, 1, terms_accepted=False)
    assert refused.value.field == "terms"


# -- two browsers


def test_two_windows_saving_the_same_page():
    claire = add_person()
    token = enrolment.start_activation(**facts(claire, notified(claire)))
    enrolment.set_contacts(token, version=1, email="c@exemple.test", phone="")
    with pytest.raises(DraftStale):
        enrolment.set_contacts(token, version=1, email="d@exemple.test", phone="")
    assert enrolment.get_draft(token, enrolment.ACTIVATION).email == "c@exemple.test"


def test_two_browsers_with_the_same_code():
    claire = add_person()
    code = notified(claire)
    tokens = [enrolment.start_activation(**facts(claire, code)) for _ in range(2)]
    for number, token in enumerate(tokens):
        draft = confirm(token, email=f"c{number}@exemple.test")
        enrolment.set_credentials(token, version=draft.version, login=f"claire.m{number}", password=PASSWORD)
    versions = [enrolment.get_draft(token, enrolment.ACTIVATION).version for token in tokens]
    finish(tokens[0], versions[0])
    with pytest.raises(ActivationRefused) as refused:
        finish(tokens[1], versions[1])
    assert refused.value.rule == "code_used"
    assert people.find_account(claire).login == "claire.m0"


# -- families


@pytest.fixture
def family():
    claire = add_person()
    leo = add_person(given_names="LEO", birth_date=date(2020, 2, 29), attached_to=claire)
    zoe = add_person(given_names="ZOE", birth_date=date(2020, 2, 29), attached_to=claire)
    return claire, leo, zoe


def child_facts(parent, code, **changed):
    return facts(parent, code) | {"as_representative": True} | changed


def test_a_parent_activates_the_space_of_one_of_twins(family):
    claire, leo, zoe = family
    code = notified(leo)
    activate(claire, notified(claire))
    for changed, rule in (
        ({"as_representative": False}, "statement"),
        ({}, "which_child"),
        ({"child_id": zoe}, "wrong_child"),
    ):
        with pytest.raises(ActivationRefused) as refused:
            enrolment.start_activation(**child_facts(claire, code, **changed))
        assert refused.value.rule == rule
    token = enrolment.start_activation(**child_facts(claire, code, child_id=leo))
    draft = enrolment.get_draft(token, enrolment.ACTIVATION)
    assert draft.for_child
    for visitor in (None, uuid4()):
        with pytest.raises(ActivationRefused) as refused:
            finish(token, draft.version, visitor_id=visitor)
        assert refused.value.rule == "log_in"
    done = finish(token, draft.version, visitor_id=claire)
    assert done == enrolment.Activated(leo, people.find_account(claire).id)
    assert enrolment.find_state(leo) == "activated"
    assert people.find_account(leo) is None
    assert enrolment.can_manage(leo, as_parent(claire))
    assert posted(leo)[-1].to == "claire.m@exemple.test"


def test_the_parent_comes_first(family):
    claire, leo, _ = family
    with pytest.raises(ActivationRefused) as refused:
        enrolment.start_activation(**child_facts(claire, notified(leo), child_id=leo))
    assert refused.value.rule == "parent_first"


def test_the_number_asked_is_the_parents_not_the_childs(family):
    _, leo, _ = family
    with pytest.raises(ActivationRefused) as refused:
        enrolment.start_activation(**child_facts(leo, notified(leo), child_id=leo))
    assert refused.value.rule == "minor"


def test_a_link_severed_between_two_screens_activates_nothing(family):
    claire, leo, _ = family
    activate(claire, notified(claire))
    token = enrolment.start_activation(**child_facts(claire, notified(leo), child_id=leo))
    people.sever(leo, claire, by=AGENT, reason=people.Severing.COURT)
    with pytest.raises(ActivationRefused) as refused:
        finish(token, 1, visitor_id=claire)
    assert refused.value.rule == "severed"
    assert enrolment.find_state(leo) == "notified"


def test_another_parent_cannot_activate(family):
    _, leo, _ = family
    paul = add_person(given_names="PAUL", sex="M")
    with pytest.raises(ProofRefused) as refused:
        enrolment.start_activation(**child_facts(paul, notified(leo)))
    assert refused.value.rule == "unknown"


# -- by FranceConnect


def test_an_identified_adult_needs_no_code():
    claire = add_person()
    token = enrolment.start_activation_by_identity(person_id=claire)
    draft = confirm(token)
    draft = enrolment.set_credentials(token, version=draft.version, login="claire.martin", password=PASSWORD)
    finish(token, draft.version)
    assert enrolment.find_state(claire) == "activated"
    with pytest.raises(enrolment.TransitionRefused):
        enrolment.start_activation_by_identity(person_id=claire)
    with pytest.raises(enrolment.TransitionRefused) as refused:
        enrolment.start_activation_by_identity(person_id=add_person(birth_date=date(2020, 1, 1)))
    assert refused.value.rule == "minor"


# -- later


def test_a_space_opened_by_silence_is_activated_with_a_new_code(monkeypatch):
    claire = add_person()
    code = notified(claire)
    pass_days(monkeypatch, 43)
    assert enrolment.open_silent_spaces(clock.today()) == 1
    with pytest.raises(ProofRefused) as refused:
        enrolment.start_activation(**facts(claire, code))
    assert refused.value.rule == "code_expired"
    enrolment.reissue_by_support(claire, by=as_parent(claire))
    activate(claire, code_of(posted(claire)[-1]))
    space = enrolment.find_space(claire)
    assert space.state == "activated"
    assert space.opened_at is not None


def test_the_serial_is_compared_with_the_holders_card():
    claire = add_person(serial="11111111111")
    with pytest.raises(ProofRefused):
        enrolment.start_activation(**facts(claire, notified(claire), serial=SERIAL))
