"""The pages by which a professional brings, corrects and announces."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.journal.api import EventType, Purpose
from carnet.platform import clock
from tests.documents.deposits import add_claire, holder
from tests.people.register import matricule_of
from tests.portal.browsing import check_pages
from tests.pro.visits import OTHER_FINESS, add_professional, treat, visit
from tests.standards import papers

pytestmark = pytest.mark.django_db


def token_of(client, person):
    from carnet.directory.api import sessions
    from carnet.pro.page import sign

    return sign(person, sessions.find(client.cookies[sessions.COOKIE].value))


def address(client, person, name, *more):
    return reverse(f"pro:{name}", args=[token_of(client, person), *more])


def facts(**changes):
    today = clock.today()
    return {
        "file": SimpleUploadedFile("lettre.pdf", papers.pdf(f"Lettre {uuid4()}"), "application/pdf"),
        "type_code": "11488-4", "title": "Consultation", "acted_on_day": today.day, "acted_on_month": today.month,
        "acted_on_year": today.year, "setting": "AMBULATOIRE", "patient": "now", "hold_days": "8",
        "others": "shown", "form_id": str(uuid4()), **changes,
    }  # fmt: skip


def deposited(person):
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        return documents.list_recent(a)


@pytest.fixture
def doctor():
    return add_professional(speciality="SM54")


def test_a_doctor_brings_a_file(doctor):
    person, client = add_claire(), visit(*doctor)
    answer = client.post(address(client, person, "deposit"), facts())
    assert answer.status_code == 302, answer.context["form"].errors
    (card,) = deposited(person)
    assert (card.title, card.authors, card.structure_name) == (
        "Consultation", (f"Anne {doctor[0].family_name}",), doctor[1].structure_name,
    )  # fmt: skip
    page = client.get(answer["Location"]).content.decode()
    assert f"Reçu n° {str(card.id)[-12:].upper()}" in page


def test_without_a_title_the_type_stands_for_it(doctor):
    person, client = add_claire(), visit(*doctor)
    client.post(address(client, person, "deposit"), facts(title=""))
    assert [card.title for card in deposited(person)] == ["CR ou fiche de consultation ou de visite"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type_code": ""}, "type_code"),
        ({"type_code": "EXPPAT_1"}, "type_code"),
        ({"setting": "NIMPORTE"}, "setting"),
        ({"acted_on_year": "2199"}, "acted_on"),
        ({"patient": "hold", "others": "masked"}, "others"),
        ({"patient": "hold", "hold_days": ""}, "hold_days"),
        ({"patient": "hold", "hold_days": "31"}, "hold_days"),
        ({"file": SimpleUploadedFile("a.exe", b"MZ\x90")}, "file"),
        ({"file": SimpleUploadedFile("a.pdf", b"MZ\x90")}, "file"),
        ({"form_id": "x"}, "form_id"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(doctor, changes, field):
    person, client = add_claire(), visit(*doctor)
    answer = client.post(address(client, person, "deposit"), facts(**changes))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert deposited(person) == []


def test_her_deposits_are_replaced_and_withdrawn(doctor):
    person, client = add_claire(), visit(*doctor)
    client.post(address(client, person, "deposit"), facts())
    (old,) = deposited(person)
    assert "Nouvelle version" in client.get(address(client, person, "replace", old.id)).content.decode()
    answer = client.post(address(client, person, "replace", old.id), facts(title="Corrigé"))
    assert answer["Location"] == f"{address(client, person, 'deposits')}?fait=remplace"
    (new,) = deposited(person)
    assert (new.title, new.version) == ("Corrigé", 2)
    again = client.post(address(client, person, "replace", old.id), facts(title="Encore"))
    assert "erreur 900" in again.content.decode()
    refused = client.post(address(client, person, "withdraw", old.id))
    assert (refused.status_code, "erreur 900" in refused.content.decode()) == (409, True)
    assert new.title in client.get(address(client, person, "withdraw", new.id)).content.decode()
    assert client.post(address(client, person, "withdraw", new.id)).status_code == 302
    assert deposited(person) == []


def test_another_structure_s_document_is_as_if_it_were_not_there(doctor):
    person, client = add_claire(), visit(*doctor)
    client.post(address(client, person, "deposit"), facts())
    (card,) = deposited(person)
    stranger = visit(*add_professional(structure=OTHER_FINESS))
    answers = []
    for document in (card.id, uuid4()):
        assert stranger.get(address(stranger, person, "withdraw", document)).status_code == 404
        assert stranger.get(address(stranger, person, "replace", document)).status_code == 404
        told = stranger.post(address(stranger, person, "withdraw", document))
        answers.append((told.status_code, re.sub(r'value="\w{64}"|nonce="[^"]+"', "", told.content.decode())))
        brought = stranger.post(address(stranger, person, "replace", document), facts())
        assert "erreur 901" in brought.content.decode()
    assert "erreur 901" in answers[0][1]
    shown = [re.sub(r"/dossier/[^/]+/", "/", words) for _, words in answers]  # signed anew each second
    assert shown[0] == shown[1]
    assert "Consultation" not in stranger.get(address(stranger, person, "deposits")).content.decode()


def test_a_result_waits_and_is_announced(doctor):
    person, client = add_claire(), visit(*doctor)
    client.post(address(client, person, "deposit"), facts(patient="hold", hold_days="5"))
    assert deposited(person) == []
    page = client.get(reverse("pro:announcements")).content.decode()
    assert "Claire MARTIN" in page
    (release,) = re.findall(r'action="([^"]+/annoncer/)"', page)
    assert (
        client.post(release, {"vers": "annonces"})["Location"]
        == f"{reverse('pro:announcements')}?fait=annonce"
    )
    assert [card.title for card in deposited(person)] == ["Consultation"]
    assert "Claire MARTIN" not in client.get(reverse("pro:announcements")).content.decode()
    assert client.post(release)["Location"].endswith("?fait=deja")


def test_a_person_who_sees_all_at_once_leaves_nothing_to_hold(doctor):
    person, client = add_claire(), visit(*doctor)
    with access.open(
        person, by=holder(person), purpose=Purpose.MANAGE, event=EventType.RESULTS_CHOICE_CHANGED
    ) as a:
        access.choose_results(a, at_once=True)
    page = client.get(address(client, person, "deposit"))
    assert "hold_days" not in page.context["form"].fields
    client.post(address(client, person, "deposit"), facts(patient="hold"))
    assert len(deposited(person)) == 1


def test_the_secretary_deposits_for_the_doctor_and_reads_nothing(doctor):
    person = add_claire()
    treat(person, *doctor)
    client = visit(*add_professional(profession="SECRETARIAT_MEDICAL", family="BLANC"))
    named = {
        "matricule": matricule_of(person), "family_name": "martin", "given_name": "Claire",
        "birth_date_day": "17", "birth_date_month": "5", "birth_date_year": "1980",
    }  # fmt: skip
    wrong = client.post(reverse("pro:desk"), {**named, "given_name": "Zoé"})
    unknown = client.post(reverse("pro:desk"), {**named, "matricule": "279035121518989"})
    said = [list(one.context["form"].non_field_errors()) for one in (wrong, unknown)]
    assert said[0] == said[1]
    assert said[0]
    menu = [one.href for one in wrong.context["ui_nav"]]
    assert menu == [reverse("pro:desk"), reverse("pro:help")]  # what would refuse her is not offered
    assert client.get(reverse("pro:day"))["Location"] == reverse("pro:desk")
    there = client.post(reverse("pro:desk"), named)["Location"]
    answer = client.post(there, facts(author=str(doctor[0].id)))
    (card,) = deposited(person)
    assert card.authors == (f"Anne {doctor[0].family_name}",)
    assert "Reçu n°" in client.get(answer["Location"]).content.decode()
    for name in ("deposits", "record"):
        shut = client.get(address(client, person, name))
        assert (shut.status_code, "Consultation" in shut.content.decode()) == (403, False)
    assert client.get(address(client, person, "writing"))["Location"] == address(client, person, "deposit")
    stranger = add_professional(structure=OTHER_FINESS)
    refused = client.post(there, facts(author=str(stranger[0].id)))
    assert list(refused.context["form"].errors) == ["author"]


def test_only_a_secretary_has_that_desk(doctor):
    assert visit(*doctor).get(reverse("pro:desk")).status_code == 403


def test_the_pages_are_clean(doctor):
    person, client = add_claire(birth_date=date(2012, 5, 17)), visit(*doctor)
    client.post(address(client, person, "deposit"), facts(patient="hold", representatives="shown"))
    client.post(address(client, person, "deposit"), facts(title="Autre", representatives="shown"))
    shown = next(card for card in deposited(person))
    secretary = visit(*add_professional(profession="SECRETARIAT_MEDICAL", family="BLANC"))
    check_pages(
        {
            "ecrire": client.get(address(client, person, "writing")),
            "deposer": client.get(address(client, person, "deposit") + f"?recu={shown.id}"),
            "deposer-faux": client.post(address(client, person, "deposit"), facts(type_code="", patient="hold", others="masked")),
            "depots": client.get(address(client, person, "deposits") + "?fait=remplace"),
            "retirer": client.get(address(client, person, "withdraw", shown.id)),
            "remplacer": client.get(address(client, person, "replace", shown.id)),
            "annonces": client.get(reverse("pro:announcements")),
            "secretariat": secretary.get(reverse("pro:desk")),
            "secretaire": secretary.get(address(secretary, person, "deposit")),
        }
    )  # fmt: skip
