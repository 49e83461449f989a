"""What an identity of FranceConnect means here: known, to be linked, to be activated, or nobody."""

from datetime import date, timedelta

import pytest
from django.db import connection

from carnet.journal.api import EventType
from carnet.people import accounts, alerts, franceconnect
from carnet.people.franceconnect import Identity, Meeting, read_traits, recognise
from carnet.platform import clock
from tests.people.mail import last_code, last_link, sent
from tests.people.persons import EMAIL, HERE, PHONE, claire
from tests.people.register import add_person
from tests.portal.test_login import lines_of
from tests.sandbox.franceconnect import ISSUER

pytestmark = pytest.mark.django_db
CLAIMS = {
    "given_name": "Claire Louise",
    "family_name": "Martin",
    "birthdate": "1980-05-17",
    "gender": "female",
    "birthplace": "31555",
    "birthcountry": "99100",
}


def identity(sub="sub-claire", **changes):
    return Identity(ISSUER, sub, read_traits(CLAIMS | changes), "a.b.c")


def link(card, who=None):
    """Link as the pages do: begin, the code of the e-mail, confirm."""
    from carnet.people import login

    waiting = franceconnect.find_waiting(franceconnect.begin_link(card, who or identity()))
    assert login.check_factor(waiting, last_code(EMAIL), HERE)
    franceconnect.confirm_link(waiting)


# -- the five traits


def test_the_pivot_identity_is_five_traits():
    traits = read_traits(CLAIMS)
    assert (traits.birth_name, traits.first_given_name, traits.given_names) == (
        "Martin",
        "Claire",
        "Claire Louise",
    )
    assert (traits.birth_date, traits.sex, traits.birth_place) == (date(1980, 5, 17), "F", "31555")


def test_given_names_may_come_as_a_list():
    assert read_traits(CLAIMS | {"given_name": ["Claire", "Louise"]}) == read_traits(CLAIMS)


def test_born_abroad_the_country_stands_for_the_place():
    assert read_traits(CLAIMS | {"birthplace": "", "birthcountry": "99350"}).birth_place == "99350"


@pytest.mark.parametrize(
    "changes",
    [
        {"given_name": ""}, {"given_name": None}, {"given_name": []}, {"family_name": " "}, {"family_name": None},
        {"birthdate": "1980-05"}, {"birthdate": "1980-00-00"}, {"birthdate": None}, {"birthdate": 19800517},
        {"birthdate": "19800517"}, {"birthdate": "1980-W20-6"},
        {"gender": "unspecified"}, {"gender": None}, {"birthplace": ""}, {"birthplace": None}, {"birthcountry": ""},
    ],
)  # fmt: skip
def test_a_trait_that_is_missing_makes_it_nobody(changes):
    claire()
    assert read_traits(CLAIMS | changes) is None
    assert recognise(identity(**changes)).meeting is Meeting.UNKNOWN


# -- recognition


def test_one_person_with_an_account_is_to_be_linked_then_known():
    card = claire()
    found = recognise(identity())
    assert (found.meeting, found.account) == (Meeting.LINK, card)
    link(card)
    found = recognise(identity())
    assert (found.meeting, found.account) == (Meeting.KNOWN, card)


def test_accents_and_case_do_not_count():
    claire(birth_name="LÉVÊQUE-DUPRÉ")
    assert recognise(identity(family_name="Leveque Dupre")).meeting is Meeting.LINK


def test_a_link_holds_though_the_names_change():
    link(claire())
    assert recognise(identity(family_name="Durand")).meeting is Meeting.KNOWN


def test_a_link_is_of_one_issuer_and_one_subject():
    link(claire())
    assert recognise(identity("sub-other")).meeting is Meeting.LINK
    other = Identity("https://elsewhere.test", "sub-claire", read_traits(CLAIMS))
    assert recognise(other).meeting is Meeting.LINK


def test_one_person_without_an_account_may_activate():
    person_id = add_person()
    found = recognise(identity())
    assert (found.meeting, found.person_id, found.account) == (Meeting.ACTIVATE, person_id, None)


@pytest.mark.parametrize(
    "changes",
    [{"given_name": "Paul"}, {"given_name": "Claire"}, {"family_name": "Durand"}, {"birthdate": "1980-05-18"},
     {"gender": "male"}, {"birthplace": "31556"}, {"birthcountry": "99350"}],
)  # fmt: skip
def test_one_trait_apart_is_nobody(changes):
    claire()
    assert recognise(identity(**changes)).meeting is Meeting.UNKNOWN


def test_nobody_homonyms_minors_and_the_deceased_are_one_answer():
    nobody = recognise(identity())
    add_person(), add_person()
    homonyms = recognise(identity())
    add_person(birth_name="PETIT", birth_date=clock.today() - timedelta(days=17 * 365))
    minor = recognise(identity(family_name="Petit", birthdate=str(clock.today() - timedelta(days=17 * 365))))
    claire(birth_name="FEU", died_on=date(2020, 1, 1))
    deceased = recognise(identity(family_name="Feu"))
    assert {nobody, homonyms, minor, deceased} == {franceconnect.Recognition(Meeting.UNKNOWN)}


def test_a_homonym_with_an_account_does_not_draw_the_other_to_it():
    claire()
    add_person()
    assert recognise(identity()).meeting is Meeting.UNKNOWN


def test_a_link_opens_nothing_after_a_death():
    from tests.conftest import acting_as

    card = claire()
    link(card)
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("update people_person set died_on = '2026-01-01' where id = %s", [card.owner_id])
    assert recognise(identity()) == franceconnect.Recognition(Meeting.UNKNOWN)


# -- linking and unlinking


def test_a_link_is_written_and_told_with_a_way_to_refuse_it():
    card = claire()
    link(card)
    event, allowed, _, personal = lines_of(card)[-1]
    assert (event, allowed, personal) == (EventType.FRANCECONNECT_LINKED, True, {"method": "franceconnect"})
    assert any("FranceConnect vient d’être relié" in message.text for message in sent(EMAIL))
    assert any("FranceConnect" in message.text for message in sent(PHONE))
    token = last_link(EMAIL).rstrip("/").rpartition("/")[2]
    assert alerts.refuse(token) == "franceconnect"
    assert recognise(identity()).meeting is Meeting.LINK
    with pytest.raises(accounts.FrozenError):
        franceconnect.begin_link(accounts.get_account(card.id), identity())


def test_a_wrong_code_links_nothing():
    from carnet.people import login

    card = claire()
    token = franceconnect.begin_link(card, identity())
    right = last_code(EMAIL)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    assert not login.check_factor(franceconnect.find_waiting(token), wrong, HERE)
    assert recognise(identity()).meeting is Meeting.LINK
    assert lines_of(card)[-1][:3] == (EventType.LOGIN_REFUSED, False, "wrong_factor")


def test_a_code_of_an_ordinary_login_links_nothing():
    from carnet.people import login

    card = claire()
    login.send_first_code(login.LOGIN, card)
    ordinary = last_code(EMAIL)
    waiting = franceconnect.find_waiting(franceconnect.begin_link(card, identity()))
    assert not login.check_factor(waiting, ordinary, HERE)


def test_an_account_has_one_link_and_the_new_subject_takes_the_place():
    card = claire()
    link(card)
    with connection.cursor() as cursor:  # a code may be asked again after half a minute
        cursor.execute("delete from people_onetimecode")
    link(card, identity("sub-new"))
    assert recognise(identity("sub-new")).meeting is Meeting.KNOWN
    assert recognise(identity()).meeting is Meeting.LINK


def test_own_identity_is_linked_from_inside_and_taken_off():
    card = claire()
    assert franceconnect.find_link(card.id) is None
    franceconnect.link_own(card.id, identity())
    franceconnect.link_own(card.id, identity())
    assert franceconnect.find_link(card.id) is not None
    assert franceconnect.unlink(card.id)
    assert not franceconnect.unlink(card.id)
    assert recognise(identity()).meeting is Meeting.LINK
    events = [line[0] for line in lines_of(card)]
    assert events.count(EventType.FRANCECONNECT_LINKED) == events.count(EventType.FRANCECONNECT_UNLINKED) == 1


def test_the_identity_of_somebody_else_is_not_linked_and_that_is_written():
    card = claire()
    for other in (identity(given_name="Paul", gender="male"), identity(birthdate="1980-00-00")):
        with pytest.raises(franceconnect.OtherIdentityError):
            franceconnect.link_own(card.id, other)
        assert lines_of(card)[-1][:3] == (EventType.FRANCECONNECT_LINKED, False, "other_identity")
    assert franceconnect.find_link(card.id) is None


def test_a_subject_linked_to_another_account_stays_there():
    first = claire()
    link(first)
    second = claire(login="claire.martin.49", email="autre@exemple.test")
    with pytest.raises(franceconnect.OtherIdentityError):
        franceconnect.link_own(second.id, identity())
    assert recognise(identity()).account == first


def test_nothing_is_unlinked_while_changes_are_frozen():
    card = claire()
    link(card)
    alerts.freeze(card)
    with pytest.raises(accounts.FrozenError):
        franceconnect.unlink(card.id)
    assert recognise(identity()).meeting is Meeting.KNOWN


def test_neither_issuer_nor_subject_lies_in_clear():
    link(claire())
    with connection.cursor() as cursor:
        cursor.execute("select l::text from people_franceconnectlink l")
        row = cursor.fetchone()[0]
        cursor.execute("select count(*) from people_pending where sealed::text like '%sub-claire%'")
        assert cursor.fetchone() == (0,)
    assert "sub-claire" not in row
    assert b"sub-claire".hex() not in row


def test_a_deleted_account_leaves_no_link():
    card = claire()
    link(card)
    accounts.delete_account(card.owner_id)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from people_franceconnectlink")
        assert cursor.fetchone() == (0,)
    assert recognise(identity()).meeting is Meeting.ACTIVATE


def test_refusing_an_unknown_device_cuts_franceconnect_too():
    """Whoever has come in by it stays out, like whoever has the password."""
    card = claire()
    link(card)
    alerts.tell_new_device(card, "Firefox sur Windows")
    assert alerts.refuse(last_link(EMAIL).rstrip("/").rpartition("/")[2]) == "device"
    assert recognise(identity()).meeting is Meeting.LINK
