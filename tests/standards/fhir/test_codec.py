"""Resources to JSON and back, and real ones of others."""

import json
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from carnet.standards.fhir import codec
from carnet.standards.fhir.resources import Encounter, List, Patient
from carnet.standards.fhir.types import Coding, HumanName
from tests.standards.fhir.readers import client_model
from tests.standards.samples import SHARED, require_foreign

KNOWN = {"Patient", "Observation", "DocumentReference", "List"}
SAMPLES = [
    path
    for path in sorted((SHARED / "data/interop/fhir").glob("*/*.json"))
    if path.name.split("-")[0].split(".")[0] in KNOWN and not path.name.startswith("own-")
]
AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ID = UUID(int=7)


def test_there_are_samples():
    if not SAMPLES:
        require_foreign()
    assert len(SAMPLES) > 15


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_resource_of_others_is_read_and_written_again(path):
    """What Carnet knows of it stays as it was; the other library still takes it."""
    sample = json.loads(path.read_text())
    written = json.loads(codec.encode(codec.decode(path.read_bytes())))
    assert written["resourceType"] == sample["resourceType"]
    assert within(written, sample)
    client_model(written["resourceType"])(written, strict=True)


def within(part, whole):
    """Say whether all that `part` says stands in `whole`."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            name in whole and within(value, whole[name]) for name, value in part.items()
        )
    if isinstance(part, list):
        return len(part) == len(whole) and all(within(*pair) for pair in zip(part, whole, strict=True))
    return part == whole


def test_names_are_those_of_the_standard():
    encounter = Encounter(id="a", status="finished", class_=Coding(code="IMP"))
    assert json.loads(codec.encode(encounter)) == {
        "resourceType": "Encounter", "id": "a", "status": "finished", "class": {"code": "IMP"},
    }  # fmt: skip
    patient = Patient(id="a", birth_date="1980-05", general_practitioner=(codec.refer(ID),))
    assert set(json.loads(codec.encode(patient))) == {
        "resourceType",
        "id",
        "birthDate",
        "generalPractitioner",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"birthDate": "1980-13"},
        {"birthDate": "17/05/1980"},
        {"birthDate": None},
        {"id": "a/b"},
        {"id": ""},
        {"id": "a" * 65},
        {"meta": {"lastUpdated": "2026-03-01"}},
        {"meta": {"lastUpdated": "2026-03-01T09:30:00"}},
        {"resourceType": "Spaceship"},
        {"name": {"family": "MARTIN"}},
    ],
    ids=str,
)
def test_what_is_wrong_is_named(wrong):
    with pytest.raises(msgspec.ValidationError):
        codec.decode(json.dumps({"resourceType": "Patient", "id": "a"} | wrong).encode())


def test_a_bundle_without_entry_and_with_two():
    empty = json.loads(b"".join(codec.write_bundle([], id=ID, at=AT)))
    assert empty == {
        "resourceType": "Bundle", "id": str(ID), "type": "collection", "timestamp": "2026-03-01T09:30:00.000+00:00",
    }  # fmt: skip
    client_model("Bundle")(empty, strict=True)
    two = [
        Patient(id=str(ID), name=(HumanName(family='"\\\n</script>é'),)),
        List(id=str(UUID(int=8)), status="current", mode="snapshot"),
    ]
    read = codec.decode_bundle(b"".join(codec.write_bundle(iter(two), id=ID, at=AT)))
    assert [entry.resource for entry in read.entry] == two
    assert [entry.full_url for entry in read.entry] == [f"urn:uuid:{one.id}" for one in two]


def test_a_bundle_is_written_as_it_comes():
    """Nothing is kept: the second entry is asked for once the first is given."""
    asked = []

    def resources():
        for number in range(3):
            asked.append(number)
            yield Patient(id=str(UUID(int=number)))

    pieces = codec.write_bundle(resources(), id=ID, at=AT)
    next(pieces)
    next(pieces)
    assert asked == [0]


def test_a_moment_without_offset_is_refused():
    with pytest.raises(ValueError, match="décalage"):
        codec.instant(datetime(2026, 3, 1))  # noqa: DTZ001


@pytest.mark.parametrize(("value", "written"), [(128.0, "128"), (72.5, "72.5"), (0.1, "0.1"), (0.0, "0")])
def test_numbers_are_written_as_people_write_them(value, written):
    quantity = codec.quantity(value, ucum="kg", unit="kg")
    assert msgspec.json.encode(quantity).decode().startswith('{"value":' + written + ",")


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("\xa0", "–"),
        (" \n\t\u2003", "–"),
        ("\x00\x1f", "–"),
        ("a\x07b", "a b"),
        ("\b\f", "–"),
        ("a\fb\\f", "a b\\f"),
        ("\\u0007", "\\u0007"),
        ("\\\x07", "\\ "),
        ('"', '"'),
        (" a ", " a "),
        ("\n.", "\n."),
    ],
)
def test_a_text_is_one_that_fhir_allows(said, written):
    patient = Patient(id="a", name=(HumanName(text=said),))
    assert json.loads(codec.encode(patient))["name"][0]["text"] == written
