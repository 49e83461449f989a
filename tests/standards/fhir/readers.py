"""FHIR as others read it: two libraries, and the checks that neither makes (facts/interop.md 12)."""

import json
import re
from functools import cache
from importlib import import_module

from carnet.measures.api import KINDS

UCUM = {part.ucum for info in KINDS.values() for part in info.parts} | {"d", "wk", "mo", "a"}
_LOINC = re.compile(r"[0-9]{1,7}-[0-9]|LA[0-9]+-[0-9]")
_STATUS = {
    "AllergyIntolerance": set(), "Condition": set(),
    "DocumentReference": {"current", "superseded"}, "MedicationStatement": {"active", "completed"},
    "Encounter": {"finished"}, "Immunization": {"completed"}, "FamilyMemberHistory": {"partial"},
    "Observation": {"final"}, "Flag": {"active"}, "List": {"current"}, "CareTeam": {"active"},
}  # fmt: skip


def check_resource(resource: dict) -> None:
    """Raise what the two libraries raise about one resource, given as JSON."""
    name = resource["resourceType"]
    _other_model(name).model_validate(resource)
    client_model(name)(resource, strict=True)
    check_own(resource)


def check_bundle(data: bytes) -> None:
    """Check a bundle and each of its entries, and that every reference is to an entry."""
    bundle = json.loads(data)
    _other_model("Bundle").model_validate(bundle)
    client_model("Bundle")(bundle, strict=True)
    names = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(names)) == len(names)
    for entry in bundle["entry"]:
        assert entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}"
        check_resource(entry["resource"])
        for reference, kind in references_of(entry["resource"]):
            assert reference in names, reference
            target = bundle["entry"][names.index(reference)]["resource"]["resourceType"]
            assert kind in (None, target), (reference, kind, target)


def check_own(resource: dict) -> None:
    """Units, LOINC, statuses and invariants of R4 that matter to what we write."""
    name = resource["resourceType"]
    if _STATUS.get(name):
        assert resource["status"] in _STATUS[name]
    for coding in _walk(resource, lambda one: one.get("system") == "http://loinc.org"):
        assert _LOINC.fullmatch(coding["code"]), coding
    for quantity in _walk(resource, lambda one: one.get("system") == "http://unitsofmeasure.org"):
        assert quantity["code"] in UCUM, quantity
    if name == "Condition" and "abatementDateTime" in resource:  # con-4
        assert resource["clinicalStatus"]["coding"][0]["code"] in {"inactive", "resolved", "remission"}
    if name == "AllergyIntolerance":  # ait-1
        assert "clinicalStatus" in resource
    if name == "List":  # lst-1
        assert not ("entry" in resource and "emptyReason" in resource)
    if name == "Observation":  # obs-6, obs-7
        assert any(key.startswith("value") for key in resource) or resource.get("component")
    if name == "Organization":  # org-1
        assert resource.get("name") or resource.get("identifier")


def references_of(resource):
    """Yield (reference, announced type) of everything a resource refers to."""
    for one in _walk(resource, lambda one: isinstance(one.get("reference"), str)):
        yield one["reference"], one.get("type")


def _walk(value, chosen):
    if isinstance(value, dict):
        if chosen(value):
            yield value
        for inner in value.values():
            yield from _walk(inner, chosen)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, chosen)


@cache
def _other_model(name):
    return getattr(import_module(f"fhir.resources.R4B.{name.lower()}"), name)


@cache
def client_model(name):
    return getattr(import_module(f"fhirclient.models.{name.lower()}"), name)
