"""Any JSON at all: what was sent is read or `Broken` says why, in time that grows with its size alone."""

import copy
import json
import os
import sys
from typing import Any

import orjson
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from carnet.standards.cda.model import Code, Organisation
from carnet.standards.cda.reader import read
from carnet.standards.cda.writer import write_envelope
from carnet.standards.pdsm import Broken, Change, DocumentIn, Issue, parse, read_patch, split_face
from carnet.standards.pdsm.face import IS_ARCHIVED
from carnet.standards.pdsm.findings import MAX_ISSUES
from carnet.standards.pdsm.headers import header_of
from carnet.standards.pdsm.patches import JSON_PATCH
from carnet.standards.pdsm.rules import RULES
from carnet.standards.sniff import XML
from tests.standards.pdsm.patching import FHIR, LABEL_N, json_patch, op, operation, parameters
from tests.standards.pdsm.sent import bundle, provide, publish, replacing, simplified, simplified_cda
from tests.standards.samples import SHARED, Attachment

LONG = os.environ.get("CARNET_LONG") == "1"
CASES = settings(max_examples=5_000 if LONG else 200, deadline=None)


def _foreign() -> list[Any]:
    made = []
    for folder in ("pdsm", "pdsm4dmp", "mhd-ihe"):
        for file in sorted((SHARED / "data/interop/fhir" / folder).glob("*.json")):
            try:
                made.append(orjson.loads(file.read_bytes()))
            except orjson.JSONDecodeError:
                continue
    return made


OWN = [simplified(), simplified_cda(), bundle(), replacing()]
REQUESTS = [one for one in _foreign() if one["resourceType"] in {"DocumentReference", "Bundle"}]
SAMPLES = [*OWN * (1 + len(REQUESTS) // 2), *REQUESTS]
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
    | st.sampled_from(
        ["#pat", "#", "urn:oid:1.2.3", "urn:uuid:x", "Patient?identifier=|", "\x00", "\ufffe", "0000", "é" * 600,
         "2026-02-30", "9999-12-31T23:59:60+14:00", "0001-01-01T00:00:00-14:00", "submissionset", "^", "a^b"]
    )
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
NAMES = ("resourceType", "id", "code", "coding", "value", "system", "reference", "extension", "url", "contained",
         "valueString", "valueBoolean", "identifier", "name", "use", "entry", "resource", "type")  # fmt: skip


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (parent, key) of a value."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        part = waiting.pop()
        keys = list(part) if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
        for key in keys:
            found.append((part, key))
            waiting.append(part[key])
    return found


@st.composite
def damaged(draw):
    """A request, ours or of others, with a few values changed, taken away, put elsewhere or doubled."""
    made = copy.deepcopy(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(1, 3))):
        known = places(made)
        if not known:
            break
        parent, key = known[draw(st.integers(0, len(known) - 1))]
        match draw(st.sampled_from((0, 1, 1, 1, 2, 3, 4))):
            case 0:
                parent[key] = draw(VALUES)
            case 1:
                del parent[key]
            case 2:
                other, its = known[draw(st.integers(0, len(known) - 1))]
                parent[key] = copy.deepcopy(other[its])
            case 3 if isinstance(parent, dict):
                parent[draw(st.sampled_from(NAMES))] = draw(VALUES)
            case _:
                parent[key] = [parent[key], parent[key]]
    return json.dumps(made).encode()


def check_issues(issues: tuple[Issue, ...], *, refused: bool = False) -> None:
    assert refused == any(issue.severity == "error" for issue in issues)
    assert len(issues) <= MAX_ISSUES
    assert all(issue.rule in RULES and issue.message_fr and len(issue.message_fr) < 700 for issue in issues)


def check_document(document: DocumentIn) -> None:
    """What was accepted can be kept: its face is JSON, a file goes into a CDA that is read again."""
    cut = split_face(document.face)
    orjson.loads(b'{%s,"url":"x"%s}' % (cut.head, cut.tail))
    for items in (cut.extensions, cut.identifiers, cut.relations):
        orjson.loads(b"[%s]" % items)
    if document.media_type == XML or document.identity is None or document.identity.traits is None:
        return
    header = header_of(
        document, type_code=Code(document.type_code, "1.2", "x"), traits=document.identity.traits,
        structure=Organisation(name="x", national_id="1310000013"),
    )  # fmt: skip
    assert (
        read(write_envelope(header, Attachment(document.media_type, document.data))).unique_id
        == document.unique_id
    )


def examined(data: bytes, *, strict: bool) -> str:
    try:
        made = parse(data)
        if made.get("resourceType") == "Bundle":
            lot = provide(made, strict=strict)
            documents, warnings = lot.documents, lot.warnings
        else:
            documents = (publish(made, strict=strict),)
            warnings = documents[0].warnings
    except Broken as broken:
        check_issues(broken.issues, refused=True)
        return f"refused: {broken.issues[0].rule}"
    check_issues(warnings)
    for one in documents:
        check_document(one)
    return "accepted"


@CASES
@given(damaged(), st.booleans())
def test_a_damaged_request_is_read_or_refused(data, strict):
    event(examined(data, strict=strict))


@pytest.mark.parametrize("kind", ["Organization", "Device", "Patient"])
def test_a_role_whose_practitioner_is_none(kind):
    made = copy.deepcopy(simplified())
    role = next(one for one in made["contained"] if one["resourceType"] == "PractitionerRole")
    made["contained"].append({"resourceType": kind, "id": "autre", "name": "Laboratoire des Tilleuls"})
    role["practitioner"] = {"reference": "#autre"}
    for strict in (True, False):
        examined(json.dumps(made).encode(), strict=strict)


@CASES
@given(
    st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), VALUES, max_size=6),
    st.sampled_from(["DocumentReference", "Bundle"]),
)
def test_any_json_is_read_or_refused(made, kind):
    examined(json.dumps(made | {"resourceType": kind}).encode(), strict=False)


@CASES
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    examined(data, strict=True)
    for kind in (JSON_PATCH, FHIR, "text/plain"):
        with pytest.raises(Broken):
            read_patch(data, kind, strict=False)


PATCHES = [
    orjson.loads(body)
    for body in (
        json_patch(op("replace", "/securityLabel", [LABEL_N]), op("add", "/extension/-", {"url": IS_ARCHIVED, "valueBoolean": True})),
        json_patch(op("replace", "/status", "current"), op("replace", f"/extension[url:'{IS_ARCHIVED}']/valueBoolean", True)),
        parameters(
            operation("replace", "DocumentReference.status", valueCode="superseded"),
            operation("add", "DocumentReference", "securityLabel", valueCodeableConcept=LABEL_N),
        ),
    )
]  # fmt: skip


@CASES
@given(st.data())
def test_a_damaged_patch_is_read_or_refused(data):
    made = copy.deepcopy(data.draw(st.sampled_from(PATCHES)))
    for _ in range(data.draw(st.integers(1, 3))):
        if known := places(made):
            parent, key = known[data.draw(st.integers(0, len(known) - 1))]
            parent[key] = data.draw(VALUES)
    try:
        change = read_patch(
            json.dumps(made).encode(), data.draw(st.sampled_from([JSON_PATCH, FHIR])), strict=False
        )
    except Broken as broken:
        check_issues(broken.issues, refused=True)
    else:
        assert isinstance(change, Change)
        after = change.labels_after(frozenset("N"))
        assert after is None or len(after & {"N", "R", "V"}) == 1


@pytest.mark.parametrize(
    "name", ["contained", "author", "extension", "identifier", "relatesTo", "securityLabel", "category"]
)
def test_work_grows_with_the_size_alone(name):
    """A list forty times longer costs some forty times the calls, never the square of them."""

    def calls(length: int) -> int:
        made = simplified()
        item = made.get(name, [{"url": "http://x", "value": "y"}])[0]
        made[name] = [{**item, "id": f"n{n}"} for n in range(length)]
        data = orjson.dumps(made)
        counted = 0

        def count(_frame, event, _arg):
            nonlocal counted
            counted += event in {"call", "c_call"}

        sys.setprofile(count)
        try:
            examined(data, strict=False)
        finally:
            sys.setprofile(None)
        return counted

    assert calls(2000) < calls(50) * 60


@pytest.mark.parametrize(
    "text", ["%7C" * 100_000, "a/" * 150_000, "|" * 300_000, "'" * 300_000, "(" * 300_000]
)
@pytest.mark.parametrize(
    "start", ["Patient?identifier=a", "http://", "DocumentReference?identifier=a", "urn:oid:1"]
)
def test_a_long_text_is_answered(text, start):
    """A pattern that tried it again from each of its characters would not come back."""
    long = f"{start}{text}&"
    made = simplified()
    made["subject"] = {"reference": long}
    made["masterIdentifier"]["value"] = long
    made["relatesTo"] = [{"code": "replaces", "target": {"reference": long}}]
    made["custodian"] = {"reference": long, "display": long}
    assert examined(orjson.dumps(made), strict=False).startswith("refused")
    for body in (
        json_patch(op("replace", f"/extension[url:'{long}']/valueBoolean", True)),
        parameters(operation("delete", f"DocumentReference.extension.where(url='{long}').value")),
    ):
        with pytest.raises(Broken):
            read_patch(body, JSON_PATCH if body.startswith(b"[") else FHIR, strict=False)


def test_many_addresses_are_answered():
    """Five thousand targets of two thousand characters, each made to be tried at every one of its bars."""
    made = simplified()
    target = {"reference": "DocumentReference?identifier=" + "%7C" * 650 + "&"}
    made["relatesTo"] = [{"code": "replaces", "target": target}] * 5_000
    data = orjson.dumps(made)
    assert examined(data, strict=False).startswith("refused")
