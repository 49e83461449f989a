"""Caregivers through the pages: invited after a look at what it changes, accepted, at work, ended."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from carnet.access import api as access
from carnet.access.api import delegations
from carnet.access.delegations import DelegationRefused, Stage
from carnet.documents import api as documents
from carnet.exports import api as exports
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, list_lines
from carnet.notices import api as notices
from carnet.papers.events import write_proof
from carnet.platform import outbox
from carnet.profile import api as profile
from tests.access.test_delegations import add_helper, invite
from tests.documents.deposits import add_claire
from tests.people.register import matricule_of
from tests.portal import visits
from tests.portal.browsing import check_pages
from tests.pro.visits import add_professional

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    person_id = add_claire()
    visits.give_account(person_id)
    return person_id


@pytest.fixture
def helper():
    return add_helper()


def get(client, name, *args):
    return client.get(reverse(f"portal:{name}", args=args))


def post(client, name, *args, **data):
    return client.post(reverse(f"portal:{name}", args=args), data)


def typed(helper, **more):
    return {
        "matricule": matricule_of(helper), "birth_name": "Durand", "first_given_name": "Paul",
        "birth_date_day": "3", "birth_date_month": "2", "birth_date_year": "1970",
    } | more  # fmt: skip


def help_with(person, helper):
    """Make somebody a person's caregiver; return the delegation's id and his browser, in her space."""
    found = invite(person, helper)
    delegations.accept(found, by=Actor(ActorKind.CAREGIVER, helper))
    client = visits.visit(helper)
    client.post(reverse("portal:switch"), {"space": str(person)})
    return found, client


def test_one_sees_what_it_changes_then_invites_and_the_other_accepts(person, helper):
    client = visits.visit(person)
    page = post(client, "caregiver_invite", **typed(helper))
    assert "La personne invitée" in page.content.decode()
    assert delegations.list_delegations(person) == []
    answer = post(client, "caregiver_invite", **typed(helper, vu="1"))
    assert answer.status_code == 302, answer.context["form"].errors
    assert "Paul DURAND" in get(client, "caregivers").content.decode()
    (found,) = delegations.list_helping(helper)
    other = visits.visit(helper)
    assert "Claire Martin" in get(other, "caregiver_invitation", found.id).content.decode().replace(
        "MARTIN", "Martin"
    )
    assert post(other, "caregiver_invitation", found.id, reponse="accepter").status_code == 302
    assert access.list_caregivers(person) == [helper]
    assert notices.NoticeCode.CAREGIVER_ACCEPTED in {
        one.code for one in notices.list_notices(person, about_id=person)
    }


def test_he_works_in_her_space_under_his_own_name(person, helper):
    _, client = help_with(person, helper)
    assert get(client, "documents").status_code == 200
    with access.open(person, by=Actor(ActorKind.PATIENT, person), purpose=Purpose.CONSULT) as a:
        line = list_lines(a.person_id, key=None)[1]
    assert (line.actor.kind, line.actor.id, line.reason) == (ActorKind.CAREGIVER, helper, "caregiver")
    assert "aidant" in get(visits.visit(person), "history").content.decode()


@pytest.mark.parametrize("name", ["caregiver_invite", "choices", "close", "copies", "copy_ask", "block_search",
                                  "administrator_search", "block", "code", "history_export", "results"])  # fmt: skip
def test_what_a_caregiver_does_not_decide_is_refused_with_words(person, helper, name):
    _, client = help_with(person, helper)
    answer = get(client, name)
    assert answer.status_code == 403
    assert "Un aidant agit dans l’espace, mais ne décide" in answer.content.decode()
    with access.open(person, by=Actor(ActorKind.PATIENT, person), purpose=Purpose.CONSULT) as a:
        assert list_lines(a.person_id, key=None)[1].allowed is False


@pytest.mark.parametrize("name", ["home", "documents", "profile", "measures", "care_history", "history",
                                  "rights", "blocks", "caregivers", "family", "notices"])  # fmt: skip
def test_nothing_that_would_refuse_him_is_offered_to_him(person, helper, name):
    _, client = help_with(person, helper)
    html = get(client, name).content.decode()
    explained = {reverse("portal:directives")}  # says itself whose they are
    for href in sorted(set(re.findall(r'<a [^>]*href="(/[^"#]*)"', html)) - explained):
        assert client.get(href.replace("&amp;", "&")).status_code != 403, href


@pytest.mark.parametrize(("name", "data"), [("measures_share", {"shared": "no"}), ("care_history_share", {"shared": "no"}),
                                            ("end_consent", {"consent": str(uuid4())})])  # fmt: skip
def test_nor_does_he_decide_of_sharing(person, helper, name, data):
    _, client = help_with(person, helper)
    assert post(client, name, **data, vu="1").status_code == 403


def test_the_rooms_refuse_him_too(person, helper):
    """Whichever function he comes by: the door knows the act, and who may do it."""
    other = add_helper()
    for one in (helper, other):
        delegations.accept(invite(person, one), by=Actor(ActorKind.CAREGIVER, one))
    by = Actor(ActorKind.CAREGIVER, helper)
    doctor = add_professional()[0].id

    def managed(event, act):
        with access.open(person, by=by, purpose=Purpose.MANAGE, event=event) as a:
            act(a)

    acts = [
        lambda: exports.ask_copy(person, by=by),
        lambda: managed(EventType.CODE_SHOWN, lambda a: access.show_code(a.person_id)),
        lambda: managed(EventType.PROFESSIONAL_BLOCKED, lambda a: access.block_professional(a.person_id, professional_id=doctor, by=by)),
        lambda: managed(EventType.HISTORY_EXPORTED, lambda a: exports.read_history(a, access.HistoryFilters())),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(access.Refused) as refused:
            act()
        assert refused.value.scope.rule is access.Rule.NOT_FOR_THIS
    for wrong in (
        lambda a: a.record(EventType.PROFESSIONAL_BLOCKED),
        lambda a: access.share(a, access.Part.MEASURES, shared=False),
        lambda a: profile.share(a, rubric=profile.Rubric.ALLERGIES, shared=False),
        lambda a: access.choose_results(a, at_once=True),
    ):
        with pytest.raises(PermissionError):
            managed(EventType.SPACE_CONSULTED, wrong)
    (of_other,) = [one.id for one in delegations.list_delegations(person) if one.caregiver_id == other]
    with pytest.raises(DelegationRefused):
        delegations.end(of_other, by=by)


def test_once_ended_he_is_back_in_his_own_space_at_once(person, helper):
    found, client = help_with(person, helper)
    owner = visits.visit(person)
    page = get(owner, "caregiver_end", found).content.decode()
    assert "Ne verra plus rien" in page
    post(owner, "caregiver_end", found, vu="1")
    assert delegations.get_delegation(found, by=person).stage is Stage.ENDED
    assert get(client, "documents").context["ui_space"].own
    assert post(client, "switch", space=str(person)).status_code in {403, 404}


def test_he_may_leave_and_a_stranger_may_not_end_it(person, helper):
    found, client = help_with(person, helper)
    stranger = visits.visit(add_helper())
    assert post(stranger, "caregiver_end", found, vu="1").status_code == 404
    assert post(client, "caregiver_end", found).status_code == 302
    assert access.list_caregivers(person) == []


def test_what_he_adds_is_hers(person, helper):
    _, client = help_with(person, helper)
    del client
    pdf = documents.add_file  # the page of uploads is tested elsewhere
    made = pdf(person, by=Actor(ActorKind.CAREGIVER, helper), data=b"Bonjour.", filename="mot.txt", title="Un mot",
               category=documents_category(), day=date(2026, 1, 5), masked=False)  # fmt: skip
    with access.open(person, by=Actor(ActorKind.PATIENT, person), purpose=Purpose.CONSULT) as a:
        assert documents.may(documents.get_document(a, made.document_id)).delete


def documents_category():
    from carnet.terminology.api import Category

    return Category.OTHER


@pytest.mark.parametrize("answer", ["accept", "refuse", "end"])
def test_each_decision_is_put_on_paper_once(person, helper, answer):
    found = invite(person, helper)
    by = Actor(ActorKind.CAREGIVER, helper)
    (delegations.refuse if answer == "refuse" else delegations.accept)(found, by=by)
    if answer == "end":
        delegations.end(found, by=by)
    event = {"accept": EventType.CAREGIVER_ACCEPTED, "refuse": EventType.CAREGIVER_REFUSED,
             "end": EventType.CAREGIVER_ENDED}[answer]  # fmt: skip
    facts = {"delegation": str(found), "event": str(event)}
    told = outbox.Event(found, delegations.DECIDED, "key", person, facts, 1)
    write_proof(told)
    write_proof(told)  # handed over twice
    with access.open(person, by=Actor(ActorKind.PATIENT, person), purpose=Purpose.CONSULT) as a:
        cards = [card for card in documents.list_recent(a) if card.title.startswith("Justificatif")]
    assert len(cards) == 1
    assert cards[0].masked


def test_pages_in_a_browser(person, helper):
    found, client = help_with(person, helper)
    waiting = invite(person, add_helper())
    owner = visits.visit(person)
    other = visits.visit(delegations.get_delegation(waiting, by=person).caregiver_id)
    check_pages({
        "caregivers": get(owner, "caregivers"),
        "invite": get(owner, "caregiver_invite"),
        "invitation": get(other, "caregiver_invitation", waiting),
        "preview": post(owner, "caregiver_invite", **typed(add_helper())),
        "end": get(owner, "caregiver_end", found),
        "leave": get(client, "caregiver_end", found),
        "helped": get(client, "caregivers"),
    })  # fmt: skip
