"""The family pages: whose spaces, switching, sharing, invitations; and what they never show."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, Purpose, list_lines
from carnet.people import api as people
from carnet.platform import clock
from carnet.portal.family import age_words
from tests.conftest import acting_as
from tests.people.families import accept, facts_of, invite, mails, make_family, pump, representative
from tests.people.register import add_person, open_space
from tests.portal.visits import visit

pytestmark = pytest.mark.django_db
HERE = "/famille/"


def posted(person_id, **changes):
    """The form of an invitation as a browser sends it."""
    facts = facts_of(person_id, **changes)
    day = facts.pop("birth_date")
    return facts | {"birth_date_day": day.day, "birth_date_month": day.month, "birth_date_year": day.year}


def share_of(family):
    return reverse("portal:share", args=[family.child])


def profile_of(client):
    return people.sessions.find(client.cookies[people.sessions.COOKIE].value).profile_id


# -- whose spaces


def test_the_page_lists_her_space_and_her_children():
    family = make_family()
    asleep = add_person(
        given_names="ZOE", birth_date=clock.today() - timedelta(days=40), attached_to=family.mother
    )
    open_space(asleep, "notified")
    page = visit(family.mother).get(HERE)
    text = page.content.decode()
    assert page.status_code == 200
    for expected in (
        "Claire MARTIN",
        "Mon espace",
        "Leo MARTIN",
        "né le 04/03/2018",
        "Zoe MARTIN",
        "née le",
        "1 mois",
    ):
        assert expected in text
    assert share_of(family) in text
    assert reverse("portal:share", args=[asleep]) not in text
    assert "⟪" not in text


def test_twins_are_told_apart():
    family = make_family()
    twin = add_person(given_names="TOM", sex="M", birth_date=date(2018, 3, 4), attached_to=family.mother)
    open_space(twin)
    client = visit(family.mother)
    text = client.get(HERE).content.decode()
    assert text.count("vérifiez le prénom") == 2
    assert "Voir l’espace de Leo" in text
    assert "Voir l’espace de Tom" in text
    client.post("/famille/profil/", {"space": str(twin)})
    assert profile_of(client) == twin


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (date(2026, 3, 10), "moins d’un mois"),
        (date(2026, 2, 15), "1 mois"),
        (date(2024, 3, 16), "23 mois"),
        (date(2024, 3, 15), "2 ans"),
        (date(2018, 3, 16), "7 ans"),
        (date(2018, 3, 15), "8 ans"),
    ],
)
def test_an_age_in_words(born, words):
    assert age_words(born, date(2026, 3, 15)) == words


# -- switching


def test_she_looks_at_her_son_and_every_page_says_so():
    family = make_family()
    client = visit(family.mother)
    answer = client.post("/famille/profil/", {"space": str(family.child)})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert profile_of(client) == family.child
    for path in ("/", HERE, share_of(family)):
        text = client.get(path).content.decode()
        assert "Vous agissez pour <strong>Leo MARTIN</strong>" in text, path
    client.post("/famille/profil/", {"space": str(family.mother)})
    assert profile_of(client) == family.mother
    assert "Vous agissez pour" not in client.get("/").content.decode()


def test_the_space_of_another_is_refused_and_the_attempt_stays_in_its_journal():
    family = make_family()
    client = visit(family.father)
    answer = client.post("/famille/profil/", {"space": str(family.child)})
    assert answer.status_code == 403
    assert profile_of(client) == family.father
    with access.open(family.child, by=representative(family.mother), purpose=Purpose.CONSULT):
        line = list_lines(family.child, key=None)[1]
    assert (line.allowed, line.actor.id, line.reason) == (False, family.father, "not_representative")


@pytest.mark.parametrize("value", ["", "1", "00000000-0000-7000-8000-000000000000"])
def test_a_space_that_does_not_exist_is_a_404(value):
    client = visit(make_family().mother)
    assert client.post("/famille/profil/", {"space": value}).status_code == 404


def test_switching_is_never_a_link():
    assert visit(make_family().mother).get("/famille/profil/").status_code == 405


def test_a_space_that_is_not_activated_is_explained():
    family = make_family(state="notified")
    client = visit(family.mother)
    answer = client.post("/famille/profil/", {"space": str(family.child)})
    assert answer.status_code == 403
    assert "n’a pas d’espace ouvert" in answer.content.decode()
    assert profile_of(client) == family.mother


def test_at_eighteen_the_switch_disappears():
    family = make_family()
    client = visit(family.mother, profile=family.child)
    today = clock.today()
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute(
            "update people_person set birth_date = %s where id = %s",
            [today.replace(year=today.year - 18), family.child],
        )
    page = client.get(HERE).content.decode()
    assert "Leo" not in page
    assert str(family.child) not in page
    assert client.get("/").status_code == 403
    assert client.post("/famille/profil/", {"space": str(family.child)}).status_code == 403
    assert client.post("/famille/profil/", {"space": str(family.mother)}).status_code == 302
    assert client.get(share_of(family)).status_code == 403


# -- inviting


def test_the_whole_way_from_the_form_to_the_shared_space():
    family = make_family()
    hers = visit(family.mother)
    answer = hers.post(reverse("portal:invite", args=[family.child]), posted(family.father), follow=True)
    assert "Votre demande est enregistrée" in answer.content.decode()
    pump()
    his = visit(family.father)
    (invitation,) = people.list_pending_invitations(family.father)
    link = reverse("portal:invitation", args=[invitation.id])
    assert link in his.get(HERE).content.decode()
    page = his.get(link).content.decode()
    assert "Claire MARTIN" in page
    assert "né le 04/03/2018" in page
    assert "Cochez cette case" in his.post(link, {}).content.decode()
    answer = his.post(link, {"statement": "on"}, follow=True)
    assert "C’est fait" in answer.content.decode()
    his.post("/famille/profil/", {"space": str(family.child)})
    assert his.get("/").status_code == 200
    text = hers.get(share_of(family)).content.decode()
    assert "Marc D’HÉROUVILLE-LEBRUN" in text
    assert "c’est le maximum" in text


@pytest.mark.parametrize("wrong", [{}, {"birth_name": "DURAND"}, {"matricule": "255082B11523450"}])
def test_the_answer_is_the_same_whether_she_exists_or_not(wrong):
    family = make_family()
    client = visit(family.mother)
    url = reverse("portal:invite", args=[family.child])
    answer = client.post(url, posted(family.father, **wrong))
    assert (answer.status_code, answer["Location"]) == (302, f"{share_of(family)}?fait=invitation")
    pump()
    page = client.get(answer["Location"]).content.decode()
    name = "Marc DURAND" if "birth_name" in wrong else "Marc D’HÉROUVILLE-LEBRUN"
    assert name.replace("Marc", "MARC") in page
    assert "Par discrétion" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"matricule": "279035121518988"}, "La clé"),
        ({"matricule": "27903512151"}, "15 caractères"),
        ({"birth_name": ""}, "Remplissez ce champ"),
        ({"birth_name": "X" * 101}, "100"),
    ],
)
def test_bad_input_is_told_at_its_field(wrong, said):
    family = make_family()
    page = visit(family.mother).post(
        reverse("portal:invite", args=[family.child]), posted(family.father, **wrong)
    )
    assert page.status_code == 200
    assert said in page.content.decode()


def test_inviting_herself_is_told():
    family = make_family()
    page = visit(family.mother).post(reverse("portal:invite", args=[family.child]), posted(family.mother))
    assert "Ce numéro est le vôtre" in page.content.decode()


def test_inviting_asks_for_a_fresh_proof():
    family = make_family()
    client = visit(family.mother)
    with connection.cursor() as cursor:
        cursor.execute("update people_session set proven_at = proven_at - interval '11 minutes'")
    answer = client.get(reverse("portal:invite", args=[family.child]))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("portal:prove"))
    assert client.get(share_of(family)).status_code == 200


def test_the_pages_of_a_child_are_shut_to_others():
    family = make_family()
    client = visit(family.father)
    for name in ("portal:share", "portal:invite"):
        assert client.get(reverse(name, args=[family.child])).status_code == 403
        assert client.get(reverse(name, args=[family.father])).status_code == 404
        assert client.get(reverse(name, args=["00000000-0000-7000-8000-000000000000"])).status_code == 404


def test_a_refusal_is_told_to_who_invited():
    family = make_family()
    invite(family)
    (invitation,) = people.list_pending_invitations(family.father)
    link = reverse("portal:invitation", args=[invitation.id])
    client = visit(family.father)
    assert "refusée" in client.post(link, {"refuser": "1"}, follow=True).content.decode()
    assert any("a été refusée" in text for to, text in mails() if to == "account-mother@exemple.test")
    again = client.post(link, {"statement": "on"})
    assert again.status_code == 409
    assert "n’attend plus de réponse" in again.content.decode()


def test_the_invitation_of_another_is_nobody_s_business():
    family = make_family()
    invite(family)
    (invitation,) = people.list_pending_invitations(family.father)
    link = reverse("portal:invitation", args=[invitation.id])
    client = visit(family.mother)
    assert client.get(link).status_code == 409
    assert client.post(link, {"statement": "on"}).status_code == 409
    assert people.list_pending_invitations(family.father) == [invitation]


def test_who_has_closed_his_own_space_does_not_accept():
    family = make_family()
    invite(family)
    (invitation,) = people.list_pending_invitations(family.father)
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set state = 'closed' where person_id = %s", [family.father])
    page = visit(family.father).post(reverse("portal:invitation", args=[invitation.id]), {"statement": "on"})
    assert "votre propre espace doit être activé" in page.content.decode()
    assert len(people.list_representatives(family.child)) == 1


# -- what is never shown


def test_no_page_nor_mail_tells_one_where_the_other_is():
    family = make_family()
    hers, his = visit(family.mother), visit(family.father)
    shown = {"mother": [], "father": []}

    def see(client, who, path, data=None):
        answer = client.post(path, data, follow=True) if data is not None else client.get(path)
        shown[who].append(answer.content.decode())

    invite_ = reverse("portal:invite", args=[family.child])
    see(hers, "mother", invite_)
    see(hers, "mother", invite_, posted(family.father, birth_name="DURAND"))
    see(hers, "mother", invite_, posted(family.father))
    pump()
    (invitation,) = people.list_pending_invitations(family.father)
    link = reverse("portal:invitation", args=[invitation.id])
    for path in (HERE, link):
        see(his, "father", path)
    see(his, "father", link, {})
    see(his, "father", link, {"statement": "on"})
    see(his, "father", link, {"statement": "on"})
    see(hers, "mother", invite_, posted(family.father))
    see(his, "father", "/famille/profil/", {"space": str(family.child)})
    for client, who in ((hers, "mother"), (his, "father")):
        for path in (HERE, share_of(family), "/", "/historique/"):
            see(client, who, path)
    people.sever(family.child, family.father, by=Actor(ActorKind.SUPPORT), reason=people.Severing.COURT)
    for client, who in ((hers, "mother"), (his, "father")):
        see(client, who, share_of(family))
        see(client, who, HERE)
    history = visit(family.mother, profile=family.child).get("/historique/").content.decode()
    assert "Marc D’HÉROUVILLE-LEBRUN" in history
    assert "décision de justice" in history
    shown["mother"].append(history)
    for who, other in (("mother", "father"), ("father", "mother")):
        texts = shown[who] + [text for to, text in mails() if to == f"account-{who}@exemple.test"]
        assert len(texts) > 10
        for text in texts:
            assert "⟪" not in text
            assert [marker for marker in family.markers_of(other) if marker in text] == []


def test_after_severing_he_is_out_at_once():
    family = make_family()
    invite(family)
    accept(family)
    client = visit(family.father, profile=family.child)
    assert client.get("/").status_code == 200
    people.sever(family.child, family.father, by=Actor(ActorKind.SUPPORT), reason=people.Severing.ASKED)
    assert profile_of(client) == family.father
    assert client.post("/famille/profil/", {"space": str(family.child)}).status_code == 403
    assert client.get(share_of(family)).status_code == 403
