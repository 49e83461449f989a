"""The vendors' pages: keys that are given once, examples that can be sent, test people, files to copy."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from carnet.access import api as access
from carnet.config.cli import main
from carnet.directory import api as directory
from carnet.platform.limits import Limit
from carnet.sandbox.personas import STRUCTURES, get_persona
from carnet.sandbox.personas.listing import matricule_of
from carnet.sandbox.personas.register import add_personas
from carnet.sandbox.personas.structures import register_structures
from carnet.sandbox.vendors import examples, keys, views
from carnet.sandbox.vendors.patients import PATIENTS, get_patient
from carnet.standards.cda import reader, rules
from tests.conftest import acting_as
from tests.documents.deposits import open_space

ASKED = {"structure": "000000018", "finess": "", "vendor": "Éditeur Exemple", "product": "Labo Exemple",
         "version": "4.2", "mode": "souple"}  # fmt: skip
LABORATORY = directory.StructureCard("000000018", "Laboratoire des Quatre Saisons", "SA25")


@pytest.fixture
def ids(db):
    with acting_as("carnet_loader"):
        ids = add_personas()
    register_structures()
    return ids


def make_keys(client, **changes):
    answer = client.post(reverse("sandbox:vendors"), ASKED | changes)
    assert answer.status_code == 302, answer.context["form"].errors
    return directory.list_clients()[0], answer["Location"]


def test_keys_on_the_spot_and_a_line_that_needs_no_change(ids):
    client = Client()
    card, address = make_keys(client)
    assert (card.structure, card.software, card.strict) == (
        "000000018",
        "Labo Exemple 4.2 (Éditeur Exemple)",
        False,
    )
    page = client.get(address).content.decode()
    token = re.search(r"Bearer ([\w-]+)", page)[1]
    assert directory.read_token(token).client_id == card.id
    assert "--data-binary @-" in page
    assert f"structure={card.structure}" in page


def test_a_private_key_is_given_once_and_kept_nowhere(ids):
    client = Client()
    card, address = make_keys(client)
    assert "Télécharger la clé" in client.get(address).content.decode()
    file = client.post(reverse("sandbox:vendor_key_file", args=[card.id]))
    key = json.loads(file.content)
    assert file["Content-Disposition"].startswith("attachment")
    assert (key["client_id"], key["kty"]) == (str(card.id), "EC")
    assert [one["kid"] for one in directory.find_keys(card.id)] == [key["kid"]]
    assert not any("d" in one for one in directory.find_keys(card.id))
    again = client.post(reverse("sandbox:vendor_key_file", args=[card.id]))
    assert again.status_code == 302
    page = client.get(address).content.decode()
    assert "Télécharger la clé" not in page
    assert "Bearer" in page  # the token is still at hand


def test_another_browser_sees_no_key_and_may_have_a_token(ids):
    card, address = make_keys(Client())
    other = Client()
    page = other.get(address).content.decode()
    assert "Bearer ey" not in page
    assert "Un nouveau jeton" in page
    other.post(reverse("sandbox:vendor_token", args=[card.id]), follow=True)
    token = re.search(r"-H &#x27;Authorization: Bearer ([\w-]+)", other.get(address).content.decode())[1]
    assert directory.read_token(token).client_id == card.id
    assert other.post(reverse("sandbox:vendor_key_file", args=[card.id])).status_code == 302


def test_a_damaged_cookie_is_no_key(ids):
    client = Client()
    card, address = make_keys(client)
    for text in ("", "é", "AAAA", "x" * 4000, client.cookies[keys.COOKIE].value[:-6]):
        client.cookies[keys.COOKIE] = text
        assert "Bearer " not in client.get(address).content.decode().split("Python")[0]
    directory.revoke_client(card.id)
    assert client.post(reverse("sandbox:vendor_token", args=[card.id])).status_code == 404
    assert "révoqué" in client.get(address).content.decode()


def test_a_structure_of_ones_own_is_registered_and_blocked_by_who_blocks(ids):
    open_space(ids["blandine"])
    client = Client()
    card, _ = make_keys(client, structure="autre", finess="31 0000013", mode="strict")
    assert (card.structure, card.strict) == ("310000013", True)
    assert access.is_blocked(ids["blandine"], "310000013")
    assert not access.is_blocked(ids["dominique"], "310000013")
    make_keys(client, structure="autre", finess="310000013")
    assert len(directory.list_clients("310000013")) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"structure": "autre", "finess": "310000014"}, "finess"),
        ({"structure": "autre", "finess": ""}, "finess"),
        ({"structure": "999999999"}, "structure"),
        ({"vendor": ""}, "vendor"),
        ({"vendor": "x" * 81}, "vendor"),
        ({"product": "a\u202eb"}, "product"),
        ({"version": ""}, "version"),
        ({"mode": "large"}, "mode"),
    ],
)
def test_what_cannot_be_is_refused_in_the_form(ids, changes, field):
    answer = Client().post(reverse("sandbox:vendors"), ASKED | changes)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert directory.list_clients() == []


def test_keys_are_not_made_without_end(ids, monkeypatch):
    monkeypatch.setattr(views, "_LIMIT", Limit("vendor-keys-test", most=2, window=views._LIMIT.window))
    client = Client()
    assert [client.post(reverse("sandbox:vendors"), ASKED).status_code for _ in range(3)] == [302, 302, 429]


def test_a_form_of_another_site_makes_nothing(ids):
    assert Client(enforce_csrf_checks=True).post(reverse("sandbox:vendors"), ASKED).status_code == 403
    assert directory.list_clients() == []


# -- examples


@pytest.mark.parametrize("patient", PATIENTS, ids=lambda patient: patient.key)
def test_an_example_is_about_the_person_it_says(ids, patient):
    answer = Client().get(
        reverse("sandbox:example"), {"personne": patient.key, "numero": "7", "forme": "cda"}
    )
    document = reader.read(answer.content)
    expected = matricule_of(get_persona(patient.persona))
    bent = patient.key in {"inconnu", "cle-fausse"}
    assert (document.patient.ins == expected) is not bent
    assert document.unique_id == examples.unique_id_of("000000018", 7)
    assert document.custodian.finess == "000000018"
    assert rules.check(reader.parse(answer.content)) == []


def test_the_same_number_is_the_same_document(ids):
    def get(**asked):
        return Client().get(reverse("sandbox:example"), asked).content

    assert get(numero="7") == get(numero="7")
    assert get(numero="7") != get(numero="8")
    assert get() != get()
    assert get(numero="7", structure="000000026") != get(numero="7")


def test_a_replacement_names_what_it_replaces(ids):
    first, second = (
        reader.read(
            examples.write_cda(examples.Example(get_patient("dominique"), LABORATORY, number, replaces))
        )
        for number, replaces in ((7, 0), (8, 7))
    )
    assert second.replaces == (first.unique_id,)
    assert (second.set_id, second.version_number) == (first.set_id, 2)
    bundle = json.loads(
        examples.write_transaction(examples.Example(get_patient("dominique"), LABORATORY, 8, 7))
    )
    reference = bundle["entry"][1]["resource"]
    assert reference["relatesTo"][0]["target"]["identifier"]["value"] == f"urn:oid:{first.unique_id}"


@pytest.mark.parametrize(
    "asked",
    [{"personne": "personne"}, {"structure": "310000013"}, {"numero": "-1"}, {"numero": "1" * 10}, {"numero": "²"},
     {"remplace": "x"}, {"forme": "xml"}],
)  # fmt: skip
def test_an_example_that_cannot_be_is_not_found(ids, asked):
    assert Client().get(reverse("sandbox:example"), asked).status_code == 404


def test_before_the_world_there_is_no_test_person(db):
    register_structures()
    for name in ("sandbox:patients", "sandbox:patients_json", "sandbox:example"):
        assert Client().get(reverse(name)).status_code == 404


def test_the_page_and_the_file_say_the_same_of_each_person(ids):
    told = json.loads(Client().get(reverse("sandbox:patients_json")).content)["patients"]
    page = Client().get(reverse("sandbox:patients")).content.decode()
    assert [one["key"] for one in told] == [patient.key for patient in PATIENTS]
    for one in told:
        assert one["ins"] in page
        assert one["state"].replace("'", "&#x27;") in page


def test_the_command_lists_the_same_people(ids, capsys):
    assert main(["world", "patients"]) == 0
    text = capsys.readouterr().out
    assert main(["--json", "world", "patients"]) == 0
    told = json.loads(capsys.readouterr().out)["patients"]
    assert told == json.loads(Client().get(reverse("sandbox:patients_json")).content)["patients"]
    for one in told:
        assert f"{one['key']:<11} {one['ins']}  {one['deposit']['status']}" in text


def test_before_the_world_the_command_says_how_to_make_it(db, capsys):
    assert main(["world", "patients"]) == 3
    assert "carnet world make" in capsys.readouterr().err


def test_the_structures_of_the_sandbox_are_in_the_directory(ids):
    found = {card.finess: card.name for card in directory.list_structures()}
    assert found == {one.finess: one.name for one in STRUCTURES}
