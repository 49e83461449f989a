"""The pages by which a professional enters, and her list of patients."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from carnet.access import api as access
from carnet.access.api import Basis, Title
from carnet.directory import api as directory
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.platform import clock
from tests.directory.clients import add_client
from tests.people.register import add_person, matricule_of, open_space
from tests.pro.visits import FINESS, OTHER_FINESS, actor_of, add_professional, treat, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    person_id = add_person()
    open_space(person_id)
    return person_id


@pytest.fixture
def doctor():
    return add_professional()


def show(person_id):
    by = Actor(ActorKind.PATIENT, person_id)
    with access.open(person_id, by=by, purpose=Purpose.MANAGE, event=EventType.CODE_SHOWN) as a:
        return access.show_code(a.person_id).code


def code_form(code, title="consent"):
    return {"way": "code", "code-code": code, "code-title": title}


def identity_form(person_id, title="consent", **changes):
    return {
        "way": "identity", "identity-matricule": matricule_of(person_id), "identity-family_name": "Martin",
        "identity-given_name": "Claire", "identity-birth_date_day": "17", "identity-birth_date_month": "5",
        "identity-birth_date_year": "1980", "identity-title": title,
    } | changes  # fmt: skip


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def goes_to_record(answer, person_id):
    assert answer.status_code == 302, words(answer)
    assert re.fullmatch(r"/pro/dossier/[^/]+/", answer["Location"])
    assert str(person_id) not in answer["Location"]
    assert matricule_of(person_id) not in answer["Location"]


def test_a_code_typed_opens_the_record(person, doctor):
    client = visit(*doctor)
    goes_to_record(client.post("/pro/entrer/", code_form(show(person))), person)
    code = show(person)
    again = client.post("/pro/entrer/", code_form(code[:-1] + ("1" if code[-1] == "0" else "0")))
    assert again.status_code == 200
    assert "n’ouvre rien" in words(again)


def test_the_page_of_the_record_follows(person, doctor):
    page = visit(*doctor).post("/pro/entrer/", code_form(show(person)), follow=True)
    assert page.status_code == 200
    assert "Claire MARTIN" in words(page)


def test_who_is_blocked_reads_why_and_what_to_do(person, doctor):
    from tests.access.test_entering import block

    block(person, doctor[0].id)
    answer = visit(*doctor).post("/pro/entrer/", code_form(show(person)))
    assert "La personne vous a bloqué" in words(answer)
    assert "Ce que vous pouvez faire" in words(answer)


def test_a_scanned_address_fills_the_field_and_opens_nothing(person, doctor):
    code = show(person)
    answer = visit(*doctor).get(f"/pro/entrer/?code={code}")
    assert f'value="{code}"' in answer.content.decode()
    assert access.list_consents(person) == []


def test_the_title_is_never_chosen_in_advance(person, doctor):
    client = visit(*doctor)
    assert "checked" not in client.get("/pro/entrer/").content.decode()
    answer = client.post("/pro/entrer/", code_form(show(person), title=""))
    assert "Choisissez une réponse" in words(answer)
    assert access.list_consents(person) == []


def test_an_identity_opens_the_record(person, doctor):
    goes_to_record(visit(*doctor).post("/pro/entrer/", identity_form(person, title="team")), person)
    (relation,) = access.list_relations(person)
    assert (relation.basis, relation.professional_id) == (Basis.DECLARED, doctor[0].id)


def test_wrong_identities_are_answered_alike(person, doctor):
    closed = add_person()
    open_space(closed, "objected")
    client, told = visit(*doctor), set()
    for form in (identity_form(closed), identity_form(person, **{"identity-given_name": "Zoé"}),
                 identity_form(person, **{"identity-matricule": "299127511600117"})):  # fmt: skip
        page = client.post("/pro/entrer/", form).content.decode()
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
        for typed in (form["identity-matricule"], form["identity-given_name"]):
            page = page.replace(typed, "")
        told.add(page)
    assert len(told) == 1
    assert "Aucun dossier ne s’ouvre" in told.pop()


def test_a_wrong_key_is_named(person, doctor):
    form = identity_form(person, **{"identity-matricule": "299127511600118"})
    assert "clé" in words(visit(*doctor).post("/pro/entrer/", form))


def test_a_stay_is_offered_by_establishments_alone(person):
    clinic = add_professional()
    directory.register_place(
        identifier="SIT-H", professional_id=clinic[0].id, structure=FINESS, sector="SA01"
    )
    hospital = next(one for one in directory.list_places(clinic[0].id) if one.identifier == "SIT-H")
    assert "Elle séjourne" not in words(visit(*clinic).get("/pro/entrer/"))
    assert "Elle séjourne" in words(visit(clinic[0], hospital).get("/pro/entrer/"))
    assert visit(*clinic).post("/pro/entrer/", code_form(show(person), "stay")).status_code == 200
    assert access.list_relations(person) == []
    goes_to_record(visit(clinic[0], hospital).post("/pro/entrer/", code_form(show(person), "stay")), person)


def test_as_what_is_asked_of_whom_the_pages_name(person, doctor):
    treat(person, *doctor)
    client = visit(*doctor)
    record = re.search(r"/pro/dossier/([^/]+)/", client.get("/pro/patients/").content.decode())[1]
    page = client.get(f"/pro/patient/{record}/acces/")
    assert "Claire MARTIN" in words(page)
    goes_to_record(client.post(f"/pro/patient/{record}/acces/", {"title": "consent"}), person)
    assert visit(*add_professional()).get(f"/pro/patient/{record}/acces/").status_code == 404
    client.post(f"/pro/patient/{record}/fin/")
    assert access.list_consents(person) == []


# -- patients


def test_patients_are_listed_by_pages_the_latest_first(doctor):
    people = []
    for number in range(27):
        person_id = add_person(birth_name=f"NOM{number:02d}")
        open_space(person_id)
        treat(person_id, *doctor)
        people.append(f"NOM{number:02d}")
    client = visit(*doctor)
    first = client.get("/pro/patients/")
    names = re.findall(r"NOM\d\d", words(first))
    following = re.search(r'href="(\?apres=[^"]+)"', first.content.decode())[1]
    names += re.findall(r"NOM\d\d", words(client.get(f"/pro/patients/{following}")))
    assert names == people[::-1]


def test_patients_are_found_by_name_and_nobody_else(doctor):
    mine, hers = add_person(birth_name="LE GOFF-D’ARC"), add_person(birth_name="LE GOUX")
    for person_id in (mine, hers):
        open_space(person_id)
    treat(mine, *doctor)
    treat(hers, *add_professional())
    client = visit(*doctor)
    for typed in ("goff", "le d arc", "D’Arc", "cla le"):
        assert "LE GOFF" in words(client.post("/pro/patients/", {"name": typed})), typed
    for typed in ("goux", "le zz", "%%", "__"):
        assert "Aucun de vos patients" in words(client.post("/pro/patients/", {"name": typed})), typed
    assert "deux lettres" in words(client.post("/pro/patients/", {"name": "l"}))


def test_who_consented_is_a_patient_until_it_ends(person, doctor, monkeypatch):
    access.enter_as(person, by=actor_of(*doctor), title=Title.CONSENT)
    client = visit(*doctor)
    assert "consentement jusqu’au" in words(client.get("/pro/patients/"))
    later = clock.now() + timedelta(hours=13)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "Aucun patient" in words(client.get("/pro/patients/"))


# -- launches


def launch(person_id, doctor, *, consented=True):
    from carnet.access.api import Named
    from carnet.people import api as people
    from carnet.standards.ins import parse_matricule

    card = people.get_person(person_id)
    client, _key = add_client(doctor[1].structure)
    named = Named(parse_matricule(card.matricule), card.birth_name, card.first_given_name, card.birth_date)
    token = access.make_launch(
        named, professional_id=doctor[0].id, structure=doctor[1].structure, consented=consented,
        by=Actor(ActorKind.HEALTHCARE_FACILITY, client.id, doctor[1].structure),
    )  # fmt: skip
    return token, client


def test_a_launch_opens_the_record_and_the_session_remembers_the_software(person, doctor):
    token, software = launch(person, doctor)
    client = visit(*doctor)
    assert client.head(f"/pro/lancer/?launch={token}").status_code == 405
    goes_to_record(client.get(f"/pro/lancer/?launch={token}"), person)
    visitor = directory.sessions.find(client.cookies[directory.sessions.COOKIE].value)
    assert (visitor.actor.software, visitor.actor.authentication) == (software.id, "psc_launch")
    assert [one.professional_id for one in directory.list_equipment()] == [doctor[0].id]
    again = client.get(f"/pro/lancer/?launch={token}")
    assert again.status_code == 403
    assert "a servi" in words(again)


def test_another_professional_opens_nothing(person, doctor):
    token, _ = launch(person, doctor)
    assert visit(*add_professional()).get(f"/pro/lancer/?launch={token}").status_code == 403
    goes_to_record(visit(*doctor).get(f"/pro/lancer/?launch={token}"), person)


def test_at_another_place_she_changes_first(person, doctor):
    token, _ = launch(person, doctor)
    directory.register_structure(finess=OTHER_FINESS, name="Hôpital", sector="SA01")
    place_id = directory.register_place(
        identifier="SIT-O", professional_id=doctor[0].id, structure=OTHER_FINESS, sector="SA01"
    )
    client = visit(doctor[0], directory.find_place(place_id))
    answer = client.get(f"/pro/lancer/?launch={token}")
    assert answer.status_code == 409
    assert "/pro/lieu/?suite=%2Fpro%2Flancer%2F%3Flaunch%3D" in answer.content.decode()
    goes_to_record(visit(*doctor).get(f"/pro/lancer/?launch={token}"), person)


def test_without_consent_she_says_as_what(person, doctor):
    token, _ = launch(person, doctor, consented=False)
    answer = visit(*doctor).get(f"/pro/lancer/?launch={token}")
    assert re.fullmatch(r"/pro/patient/[^/]+/acces/", answer["Location"])


def test_who_is_not_logged_in_comes_back_to_the_launch(client, person, doctor):
    token, _ = launch(person, doctor)
    answer = client.get(f"/pro/lancer/?launch={token}")
    assert answer["Location"].startswith("/pro/connexion/?suite=%2Fpro%2Flancer%2F%3Flaunch%3D")


def test_a_launch_of_nobody_says_why_in_no_detail(doctor):
    card, place = doctor
    from carnet.access import passes

    client, _key = add_client(place.structure)
    token = passes.keep_launch(
        UUID(int=0), professional_id=card.id, structure=place.structure, client_id=client.id, consented=True
    )
    answer = visit(*doctor).get(f"/pro/lancer/?launch={token}")
    assert answer.status_code == 403
    assert "Vérifiez l’identité dans votre logiciel" in words(answer)
