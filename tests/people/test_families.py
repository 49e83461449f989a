"""Legal representatives: who may invite whom, who is told what, and what nobody is ever told."""

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, list_lines
from carnet.people import api as people
from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7
from carnet.standards.ins import InsError
from tests.conftest import acting_as
from tests.people.families import (
    PASSWORD,
    accept,
    adult,
    facts_of,
    invite,
    mails,
    make_family,
    pump,
    representative,
)
from tests.people.register import add_person, matricule_of, open_space

pytestmark = pytest.mark.django_db

AGENT = Actor(ActorKind.SUPPORT, uuid4())


def pending(person_id):
    return people.list_pending_invitations(person_id)


def names(cards):
    return [card.first_given_name for card in cards]


def told(who):
    return [text for to, text in mails() if to == f"account-{who}@exemple.test"]


def lines(child, reader):
    """The family lines of a child's journal, the newest first, with their sealed facts."""
    with access.open(child, by=representative(reader), purpose=Purpose.CONSULT):
        found = list_lines(child, key=crypto.find_key(child))
    return [
        (line.event, line.allowed, line.reason, line.personal)
        for line in found
        if line.event.startswith("family.")
    ]


# -- the invitation


def test_the_other_parent_is_invited_accepts_and_enters():
    family = make_family()
    with (
        pytest.raises(access.Refused),
        access.open(family.child, by=representative(family.father), purpose=Purpose.CONSULT),
    ):
        raise AssertionError
    invite(family)
    (invitation,) = pending(family.father)
    assert (invitation.child.id, invitation.invited_by.id) == (family.child, family.mother)
    assert people.list_represented(family.father) == []
    accept(family)
    assert pending(family.father) == []
    assert [one.id for one in people.list_represented(family.father)] == [family.child]
    assert [one.id for one in people.list_representatives(family.child)] == [family.mother, family.father]
    with access.open(family.child, by=representative(family.father), purpose=Purpose.CONSULT) as a:
        assert a.scope.rule is access.Rule.REPRESENTATIVE


@pytest.mark.parametrize(
    "spelling",
    [
        {"birth_name": "d'herouville lebrun"},
        {"first_given_name": " Marc "},
    ],
)
def test_accents_case_and_apostrophes_of_the_name_do_not_count(spelling):
    family = make_family()
    invite(family, **spelling)
    assert len(pending(family.father)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"matricule": "255082B11523450"},
        {"birth_name": "DURAND"},
        {"first_given_name": "MARCEL"},
        {"birth_date": date(1980, 5, 18)},
    ],
)
def test_one_wrong_fact_reaches_nobody_and_looks_the_same(wrong):
    family, other = make_family(), make_family_of_others()
    invite(family, **wrong)
    assert pending(family.father) == []
    assert told("father") == []
    before = lines(family.child, family.mother)
    invite(other)
    assert [line[:3] for line in lines(other.child, other.mother)] == [line[:3] for line in before]


def make_family_of_others():
    from tests.people.families import Family

    mother, father = adult("mother2", "ANNE", "F", "33"), adult("father2", "LUC", "M", "44")
    child = add_person(given_names="ZOE", birth_date=date(2018, 3, 4), attached_to=mother)
    open_space(child)
    return Family(mother, father, child)


def test_who_has_no_account_a_minor_and_a_dead_person_are_not_reached():
    family = make_family()
    nobody = add_person(given_names="PAUL", sex="M")
    invite(family, **facts_of(nobody))
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("update people_person set died_on = %s where id = %s", [clock.today(), family.father])
    invite(family)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from people_representation where state = 'invited'")
        assert cursor.fetchone() == (0,)


def test_the_answer_is_given_before_anybody_is_looked_for():
    """The statements of the request, so its time, cannot tell whether the other exists."""
    family, sent = make_family(), []
    crypto.ensure_key(family.child)  # else the first line makes it
    for facts in (facts_of(family.father), facts_of(family.father, matricule="255082B11523450")):
        with CaptureQueriesContext(connection) as captured:
            people.invite_representative(family.child, by=representative(family.mother), **facts)
        statements = [query["sql"] for query in captured]
        assert "people_insindex" not in str(statements)
        sent.append([one.split()[:4] for one in statements if "SAVEPOINT" not in one and "_clock" not in one])
    assert sent[0] == sent[1]


def test_a_wrong_number_is_refused_by_its_shape_alone():
    family = make_family()
    with pytest.raises(InsError) as refused:
        invite(family, matricule="279035121518988")
    assert refused.value.code == "key"


def test_who_is_no_representative_invites_nobody_and_the_attempt_stays():
    family = make_family()
    with pytest.raises(people.FamilyRefused) as refused:
        people.invite_representative(
            family.child, by=representative(family.father), **facts_of(family.mother)
        )
    assert refused.value.rule == "not_representative"
    assert lines(family.child, family.mother) == [
        (EventType.REPRESENTATIVE_INVITED, False, "not_representative", {})
    ]


def test_nobody_invites_herself_nor_for_an_unknown_person():
    family = make_family()
    with pytest.raises(people.FamilyRefused) as refused:
        invite(family, **facts_of(family.mother))
    assert refused.value.rule == "yourself"
    with pytest.raises(people.PersonUnknownError):
        people.invite_representative(uuid4(), by=representative(family.mother), **facts_of(family.father))


def test_two_representatives_at_most():
    family = make_family()
    third = adult("third", "NOE", "M", "55")
    invite(family)
    invite(family, **facts_of(third))
    (his,) = pending(third)
    accept(family)
    with pytest.raises(people.FamilyRefused) as refused:
        people.accept_invitation(his.id, by=representative(third))
    assert refused.value.rule == "already_two"
    with pytest.raises(people.FamilyRefused) as refused:
        invite(family, **facts_of(third))
    assert refused.value.rule == "already_two"
    assert len(people.list_representatives(family.child)) == 2


def test_an_invitation_is_answered_once_and_by_whom_it_is_for():
    family = make_family()
    invite(family)
    (invitation,) = pending(family.father)
    for act in (people.accept_invitation, people.refuse_invitation):
        with pytest.raises(people.FamilyRefused) as refused:
            act(invitation.id, by=representative(family.mother))
        assert refused.value.rule == "no_invitation"
    people.refuse_invitation(invitation.id, by=representative(family.father))
    for act in (people.accept_invitation, people.refuse_invitation):
        with pytest.raises(people.FamilyRefused):
            act(invitation.id, by=representative(family.father))
    assert people.list_represented(family.father) == []


def test_a_refused_invitation_may_be_sent_again():
    family = make_family()
    invite(family)
    (first,) = pending(family.father)
    people.refuse_invitation(first.id, by=representative(family.father))
    invite(family)
    accept(family)
    assert len(people.list_representatives(family.child)) == 2


def test_too_many_invitations_are_refused_for_a_while():
    family = make_family()
    for _ in range(3):
        invite(family, birth_name="DURAND")
    with pytest.raises(people.TooManyError):
        invite(family)
    assert pending(family.father) == []


# -- coming of age, protected adults


def eighteen_on(day: date) -> date:
    return day.replace(year=day.year - 18)


def test_at_eighteen_nobody_represents_invites_nor_accepts():
    today = clock.today()
    family = make_family(today.replace(year=today.year - 18, day=1) + timedelta(days=40))
    invite(family)
    (invitation,) = pending(family.father)
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute(
            "update people_person set birth_date = %s where id = %s", [eighteen_on(today), family.child]
        )
    assert people.list_represented(family.mother) == []
    assert [one.id for one in people.list_profiles(family.mother)] == [family.mother]
    assert people.list_representatives(family.child) == []
    assert pending(family.father) == []
    with pytest.raises(people.FamilyRefused):
        people.accept_invitation(invitation.id, by=representative(family.father))
    with pytest.raises(people.FamilyRefused) as refused:
        invite(family)
    assert refused.value.rule == "of_age"


def test_an_invitation_under_way_on_the_eighteenth_birthday_reaches_nobody():
    family = make_family()
    people.invite_representative(family.child, by=representative(family.mother), **facts_of(family.father))
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute(
            "update people_person set birth_date = %s where id = %s",
            [eighteen_on(clock.today()), family.child],
        )
    pump()
    assert told("father") == []


@pytest.mark.parametrize("day", ["2026-02-28", "2026-03-01", "2024-02-29", "2028-02-29", "2023-12-31"])
@pytest.mark.parametrize(
    "born", ["2008-02-28", "2008-02-29", "2008-03-01", "2006-02-28", "2006-03-01", "2010-02-28"]
)
def test_the_database_and_the_rules_agree_on_the_birthday(monkeypatch, day, born):
    mother = add_person()
    child = add_person(birth_date=date.fromisoformat(born), attached_to=mother)
    today = date.fromisoformat(day)
    monkeypatch.setattr(clock, "today", lambda: today)
    expected = access.is_minor(date.fromisoformat(born), today)
    assert (people.list_represented(mother) != []) is expected
    assert (people.list_representatives(child) != []) is expected
    assert (len(people.list_profiles(mother)) == 2) is expected
    assert people.is_minor(people.get_person(child)) is expected


def test_a_guardian_named_by_a_court_keeps_an_adult_and_invites_nobody():
    family = make_family()
    adult_ = add_person(given_names="ODETTE", birth_date=date(1940, 1, 2), protection="tutelle")
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into people_representation (id, person_id, representative_id, origin, state, since)"
            " values (%s, %s, %s, 'court', 'accepted', %s)",
            [uuid7(), adult_, family.mother, clock.now()],
        )
    assert names(people.list_represented(family.mother)) == ["ODETTE", "LEO"]
    with pytest.raises(people.FamilyRefused) as refused:
        people.invite_representative(adult_, by=representative(family.mother), **facts_of(family.father))
    assert refused.value.rule == "of_age"


# -- severing


def test_the_3422_severs_a_link_and_both_are_told():
    family = make_family()
    invite(family)
    accept(family)
    before = len(told("mother")), len(told("father"))
    people.sever(family.child, family.father, by=AGENT, reason=people.Severing.COURT)
    assert people.list_represented(family.father) == []
    assert people.find_relation(family.child, family.father) == "severed"
    assert "votre lien" in told("father")[before[1]]
    assert "le lien d’un autre représentant légal" in told("mother")[before[0]]
    assert (len(told("mother")), len(told("father"))) == (before[0] + 1, before[1] + 1)
    event, allowed, reason, personal = lines(family.child, family.mother)[0]
    assert (event, allowed, reason) == (EventType.REPRESENTATIVE_SEVERED, True, "severed_by_court")
    assert personal == {"representative": "Marc D’HÉROUVILLE-LEBRUN"}


def test_a_severed_link_is_not_made_again_by_an_invitation():
    family = make_family()
    invite(family)
    accept(family)
    people.sever(family.child, family.father, by=AGENT, reason=people.Severing.COURT)
    invite(family)
    assert pending(family.father) == []
    assert people.find_relation(family.child, family.father) == "severed"


def test_an_invitation_of_somebody_severed_since_lets_nobody_in():
    family = make_family()
    invite(family)
    (invitation,) = pending(family.father)
    people.sever(family.child, family.mother, by=AGENT, reason=people.Severing.COURT)
    assert pending(family.father) == []
    with pytest.raises(people.FamilyRefused) as refused:
        people.accept_invitation(invitation.id, by=representative(family.father))
    assert refused.value.rule == "no_invitation"
    assert people.list_represented(family.father) == []


def die(person_id):
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("update people_person set died_on = %s where id = %s", [clock.today(), person_id])


def test_the_account_of_a_deceased_parent_opens_no_childs_space():
    family = make_family()
    invite(family)
    accept(family)
    die(family.father)
    with (
        pytest.raises(access.Refused) as refused,
        access.open(family.child, by=representative(family.father), purpose=Purpose.CONSULT),
    ):
        raise AssertionError
    assert refused.value.scope.rule is access.Rule.NOT_REPRESENTATIVE
    assert people.list_represented(family.father) == []
    assert [one.id for one in people.list_representatives(family.child)] == [family.mother]
    other = adult("third", "NOE", "M", "55")
    invite(family, **facts_of(other))  # a place is free
    assert len(pending(other)) == 1


def test_nobody_logs_in_to_the_account_of_a_deceased_person():
    family = make_family()
    here = people.login.Browser(address="192.0.2.1")
    people.login.check_password(login="login.of.father", password=PASSWORD, kind="person", browser=here)
    die(family.father)
    with pytest.raises(people.login.LoginRefusedError):
        people.login.check_password(login="login.of.father", password=PASSWORD, kind="person", browser=here)


def test_a_parent_severs_nobody_and_a_link_that_is_not_there_is_not_severed():
    family = make_family()
    invite(family)
    accept(family)
    with pytest.raises(people.FamilyRefused) as refused:
        people.sever(
            family.child, family.father, by=representative(family.mother), reason=people.Severing.ASKED
        )
    assert refused.value.rule == "support_only"
    with pytest.raises(people.FamilyRefused) as refused:
        people.sever(family.child, uuid7(), by=AGENT, reason=people.Severing.FAULT)
    assert refused.value.rule == "no_link"
    assert len(people.list_representatives(family.child)) == 2


def test_severing_turns_his_open_sessions_away_from_the_child():
    family = make_family()
    invite(family)
    accept(family)
    account = people.find_account(family.father)
    device = uuid7()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into people_device (id, account_id, token_key, label, first_seen_at, last_seen_at)"
            " values (%s, %s, '\\x01', '', now(), now())",
            [device, account.id],
        )
    token = people.sessions.start(account_id=account.id, device_id=device, method="email")
    people.sessions.choose_profile(people.sessions.find(token).session_id, family.child)
    assert people.sessions.find(token).profile_id == family.child
    people.sever(family.child, family.father, by=AGENT, reason=people.Severing.FAULT)
    assert people.sessions.find(token).profile_id == family.father


def test_every_link_is_listed_for_the_desk():
    family = make_family()
    invite(family)
    accept(family)
    people.sever(family.child, family.father, by=AGENT, reason=people.Severing.ASKED)
    assert [
        (link.representative.id, link.origin, link.state) for link in people.list_links(family.child)
    ] == [
        (family.mother, "attached", "accepted"),
        (family.father, "invited", "severed"),
    ]


# -- what nobody is told


def test_no_message_tells_one_where_the_other_is():
    family = make_family()
    invite(family, first_given_name="MARCEL")
    invite(family)
    (invitation,) = pending(family.father)
    people.refuse_invitation(invitation.id, by=representative(family.father))
    invite(family)
    accept(family)
    people.sever(family.child, family.father, by=AGENT, reason=people.Severing.COURT)
    received = {who: told(who) for who in ("mother", "father")}
    assert (len(received["mother"]), len(received["father"])) == (3, 4)
    for who, other in (("mother", "father"), ("father", "mother")):
        for text in received[who]:
            for marker in [*family.markers_of(other), *family.markers_of(who)]:
                assert marker not in text
            assert matricule_of(family.mother) not in text
            assert matricule_of(family.father) not in text


def test_the_invitation_does_not_name_the_child_before_she_is_logged_in():
    family = make_family()
    invite(family)
    (text,) = told("father")
    assert "Léo" not in text
    assert "Leo" not in text


def test_who_has_no_e_mail_is_told_by_sms_without_a_name():
    family = make_family()
    father = add_person(given_names="LUC", sex="M")
    people.create_account(
        person_id=father, login="luc.sans.courriel", password="Tournesol-7-brume", email="", phone="0622222222",
        by=Actor(ActorKind.PATIENT, father),
    )  # fmt: skip
    invite(family, **facts_of(father))
    ((_to, text),) = [mail for mail in mails() if mail[0] == "+33622222222"]
    assert "invitation" in text
    assert len(text) <= 200
    assert "Leo" not in text


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_the_same_moment_are_not_three():
    family = make_family()
    third = adult("third", "NOE", "M", "55")
    invite(family)
    invite(family, **facts_of(third))
    answers, together = [], threading.Barrier(2)

    def accept_as(person_id):
        try:
            (invitation,) = pending(person_id)
            together.wait(10)
            people.accept_invitation(invitation.id, by=representative(person_id))
            answers.append("accepted")
        except people.FamilyRefused as refused:
            answers.append(refused.rule)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept_as, args=[one]) for one in (family.father, third)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(answers) == ["accepted", "already_two"]
    assert len(people.list_representatives(family.child)) == 2
