"""The resources of the annuaire are read: those of the guide, those of the former format, those that break a rule."""

import json
from datetime import date
from pathlib import Path

import pytest

from carnet.standards.annuaire import AnnuaireError, Organization, Practitioner, read_resource, resources_of
from tests.directory.annuaire import organization, practitioner, role

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "interop" / "fhir"


def samples():
    """The public samples that are JSON, and those that are not."""
    found, broken = [], 0
    for path in sorted([*SAMPLES.glob("annuaire-ig/*.json"), *SAMPLES.glob("annuaire-doc/*.json")]):
        try:
            content = json.loads(path.read_text("utf-8"))
        except json.JSONDecodeError:
            broken += 1
            continue
        found += list(resources_of(content.get("resource", content)))
    return found, broken


def _read(content):
    """Read a sample; a place of the former format that names no professional is told by what is missing."""
    try:
        return read_resource(content)
    except AnnuaireError as error:
        return error.field


def test_the_public_samples_are_read():
    found, broken = samples()
    if not found:
        pytest.skip("0 sample of the annuaire on this machine")
    read = [_read(one) for one in found]
    print(f"{len(found)} samples, {read.count('practitioner.reference')} refused, {broken} that are not JSON")
    kinds = [one.get("resourceType") for one in found]
    by_kind = {kind: [r for r, k in zip(read, kinds, strict=True) if k == kind] for kind in set(kinds)}
    assert {one.national_id for one in by_kind["Practitioner"]} == {"810003461033"}
    assert {"754567860", "580008803", "458174839"} <= {one.number for one in by_kind["Organization"]}
    assert by_kind["Person"] == [None]
    assert {one.id for one in by_kind["PractitionerRole"] if hasattr(one, "id")} >= {"1578230", "1738459"}


def test_a_professional():
    assert read_resource(practitioner(3)) == Practitioner(
        id="3", national_id="810000000003", family_name="NOM3", given_name="Anne Lise", civility="MME",
        profession="10", category="C", speciality="SM54", active=True,
    )  # fmt: skip


def test_the_profession_is_that_of_the_qualification_that_has_one():
    diploma = {"code": {"coding": [{"system": "x", "code": "DE05"}]}}
    content = practitioner(1)
    content["qualification"].insert(0, diploma)
    assert read_resource(content).profession == "10"


def test_a_structure_is_known_by_its_finess_and_keeps_its_other_numbers():
    rang = {"type": {"coding": [{"code": "RPPSRG"}]}, "value": "F690000004"}
    content = organization(4)
    content["identifier"].append(rang)
    assert read_resource(content) == Organization(
        id="94", number="690000004", others=("F690000004",), name="Structure 4", sector="SA07", active=True
    )


@pytest.mark.parametrize(
    ("identifiers", "number"),
    [
        ([("urn:oid:1.2.250.1.71.4.2.2", "IDNST", "312345678900011")], "312345678900011"),
        ([("https://sirene.fr", "SIRET", "12345678900011")], "312345678900011"),
        ([("https://sirene.fr", "SIREN", "123456789")], "2123456789"),
        ([("urn:oid:1.2.250.1.71.4.2.2", "IDNST", "410005531586003")], "410005531586003"),
        ([("https://annuaire.sante.fr", "INTRN", "R10000000000001")], "R10000000000001"),
        ([("urn:oid:1.2.250.1.71.4.2.2", "IDNST", "1754567860")], "754567860"),
    ],
)
def test_a_structure_without_finess_has_its_national_number(identifiers, number):
    content = organization(1, identifier=[
        {"system": system, "value": value, "type": {"coding": [{"code": kind}]}} for system, kind, value in identifiers
    ])  # fmt: skip
    assert read_resource(content).number == number


def test_the_public_twin_of_a_resource_is_the_same():
    twin = role(5, id="75DP") | {"practitioner": {"reference": "https://x/fhir/v2/Practitioner/334081DP"}}
    found = read_resource(twin)
    assert (found.id, found.practitioner, found.since, found.until) == (
        "75",
        "334081",
        date(2020, 1, 31),
        None,
    )


def test_a_place_may_name_its_structure_by_number():
    content = role(6, organization=None) | {"organization": {"identifier": {"value": "1580008803"}}}
    assert read_resource(content).organization_number == "580008803"


def test_other_kinds_and_roles_without_place_are_nothing():
    assert read_resource({"resourceType": "HealthcareService"}) is None
    content = role(7)
    del content["organization"]
    assert read_resource(content) is None


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ([], "resourceType"),
        ({}, "resourceType"),
        (practitioner(1, id=""), "id"),
        (practitioner(1, id="a/b"), "id"),
        (practitioner(1, active="yes"), "active"),
        (practitioner(1, name=[]), "name.family"),
        (practitioner(1, name="NOM"), "name"),
        (practitioner(1, name=[{"family": "N" * 301}]), "family"),
        (practitioner(1, name=[{"family": "N\0"}]), "family"),
        (practitioner(1, identifier=[]), "identifier"),
        (
            practitioner(1, identifier=[{"system": "https://rpps.esante.gouv.fr", "value": "12"}]),
            "identifier",
        ),
        (practitioner(1, qualification=[]), "qualification"),
        (organization(1, identifier=[]), "identifier"),
        (organization(1, name=None), "name"),
        (
            organization(1, identifier=[{"system": "https://finess.esante.gouv.fr", "value": "12"}]),
            "identifier.value",
        ),
        (role(1, practitioner=None) | {"practitioner": {}}, "practitioner.reference"),
        (role(1) | {"period": {"start": "hier"}}, "period.start"),
    ],
)
def test_what_cannot_be_kept_names_the_element(content, field):
    with pytest.raises(AnnuaireError) as refused:
        read_resource(content)
    assert refused.value.field == field
    assert refused.value.rule


def test_a_bundle_gives_its_entries():
    bundle = {
        "resourceType": "Bundle",
        "entry": [{"resource": practitioner(1)}, {"resource": organization(1)}],
    }
    assert [one["resourceType"] for one in resources_of(bundle)] == ["Practitioner", "Organization"]
    with pytest.raises(AnnuaireError):
        list(resources_of({"resourceType": "Bundle", "entry": [{}]}))
