"""Random records, whatever people write in them: the bundle is valid for two other readers each time."""

import json
from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from carnet.access.api import Teller
from carnet.documents.api import DocumentCard
from carnet.exports.bundle.whole import resources
from carnet.exports.originals import CarriedFile, DocumentFiles
from carnet.exports.record import Record
from carnet.exports.stream import Written
from carnet.histories.api import Category, Episode
from carnet.journal.api import Actor, ActorKind, EventType, Line, Purpose
from carnet.measures.api import KINDS, AuthorKind, Kind, Value
from carnet.people.api import PersonCard
from carnet.profile import api as profile
from carnet.profile.api import Entry, Link, LinkKind, Rubric, RubricView, State, definition_of
from carnet.standards.fhir.codec import write_bundle
from carnet.terminology import api as terminology
from tests.conftest import LONG
from tests.standards.fhir.readers import check_bundle

_FIRST, _LAST = datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2099-01-01")
MOMENTS = st.datetimes(_FIRST, _LAST, timezones=st.just(UTC))
SAID = st.text(min_size=1, max_size=40).filter(str.strip)  # no room keeps blanks alone
WORDS = st.just("") | SAID
PARTIAL = st.one_of(
    st.integers(1900, 2026).map(str),
    st.builds("{:04d}-{:02d}".format, st.integers(1900, 2026), st.integers(1, 12)),
    st.dates(date(1900, 1, 1), date(2026, 1, 1)).map(date.isoformat),
)
IDS = st.uuids(version=4)
PERSON = UUID(int=1)
SECTIONS = [one.code for one in definition_of(Rubric.LIFESTYLES).fields[0].choices]
FINESS = st.sampled_from(["", "310000013", "750000018"])


def value_of(field):
    match field.kind:
        case profile.Kind.DATE:
            return PARTIAL
        case profile.Kind.CHOICE:
            return st.sampled_from([one.code for one in field.choices])
        case profile.Kind.MANY:
            codes = [one.code for one in field.choices]
            return st.lists(st.sampled_from(codes), min_size=1, unique=True)
        case profile.Kind.CODE:
            return st.text("0123456789ABCDEF", min_size=1, max_size=13)
        case profile.Kind.NUMBER:
            return st.integers(1, 999).map(str)
    return SAID


@st.composite
def entries(draw, rubric, targets):
    definition = definition_of(rubric)
    section = {"section": draw(st.sampled_from(sorted(SECTIONS)))} if rubric is Rubric.LIFESTYLES else {}
    fields = definition.list_fields(section)
    values = section | {
        field.name: draw(value_of(field))
        for field in fields
        if field.name not in section
        and field.kind is not profile.Kind.SCAN
        and (field.required or draw(st.booleans()))
    }
    links = draw(
        st.lists(
            st.builds(Link, st.sampled_from([LinkKind.DOCUMENT, LinkKind.FOLDER]), st.sampled_from(targets)),
            max_size=2,
        )
    )
    return Entry(
        id=draw(IDS), rubric=rubric, values=values, author_kind=draw(st.sampled_from(profile.AuthorKind)),
        author_id=draw(st.one_of(st.none(), IDS)), structure=draw(FINESS), locked=draw(st.booleans()), version=1,
        created_at=draw(MOMENTS), changed_at=draw(MOMENTS), links=tuple(links),
    )  # fmt: skip


@st.composite
def rubrics(draw, targets):
    found = []
    for rubric in Rubric:
        lines = tuple(draw(st.lists(entries(rubric, targets), max_size=2)))
        state = (
            State.FILLED
            if lines
            else draw(st.sampled_from([one for one in State if one is not State.FILLED]))
        )
        declared = draw(st.dates()) if state is State.NONE_DECLARED else None
        found.append(RubricView(rubric, state, draw(st.booleans()), declared, lines))
    return found


@st.composite
def values(draw, kind):
    info = KINDS[kind]
    numbers = st.floats(0, 1000, allow_nan=False)
    return Value(
        id=draw(IDS), kind=kind, at=draw(MOMENTS), value=draw(numbers),
        second=draw(numbers) if len(info.parts) == 2 else None,
        context=draw(st.sampled_from(["", *(code for code, _ in info.contexts)])),
        days=draw(st.integers(1, 400)) if info.days else None,
        author_kind=draw(st.sampled_from(AuthorKind)), author_id=draw(st.one_of(st.none(), IDS)),
        structure=draw(FINESS), locked=False, version=1, comment=draw(WORDS), recorded_at=draw(MOMENTS),
        author=draw(WORDS),
    )  # fmt: skip


@st.composite
def cards(draw, document_id, replaced_by):
    return DocumentCard(
        id=document_id, type=draw(st.sampled_from(terminology.list_document_types())), title=draw(SAID),
        created_on=draw(MOMENTS), deposited_at=draw(MOMENTS), authors=tuple(draw(st.lists(SAID, max_size=2))),
        organisation=draw(WORDS), structure=draw(FINESS), structure_name=draw(WORDS), body_level="N1", size=10,
        masked=draw(st.booleans()), new=False, blob="", entry_id=document_id, version=1,
        status="superseded" if replaced_by else "current", status_at=None, archived=False,
        replaced_by=replaced_by, folder_id=None, pinned=False, scan="clean",
        depositor=draw(st.sampled_from(["PATIENT", "HEALTHCARE_FACILITY", "LEGAL_REPRESENTATIVE"])),
        sources_count=1,
    )  # fmt: skip


@st.composite
def files(draw, card):
    written = st.builds(
        Written, path=st.just("documents/a/original.xml"), size=st.integers(0, 5_000_000),
        sha1=st.binary(min_size=20, max_size=20), sha256=st.binary(min_size=32, max_size=32),
    )  # fmt: skip
    parts = st.lists(st.builds(CarriedFile, written, st.just("application/pdf"), SAID), max_size=2)
    original = draw(st.one_of(st.none(), written))
    return DocumentFiles(card, original, tuple(draw(parts)) if original else ())


@st.composite
def lines(draw, references):
    kind = draw(st.sampled_from(ActorKind))
    return Line(
        id=draw(IDS), at=draw(MOMENTS), event=draw(st.sampled_from(EventType)),
        actor=Actor(kind, draw(st.one_of(st.none(), st.just(PERSON), IDS)), draw(FINESS)),
        purpose=draw(st.sampled_from(Purpose)), allowed=draw(st.booleans()),
        reference=draw(st.one_of(st.none(), st.sampled_from(references))),
        reason=draw(st.sampled_from(["holder", "severed", "", "R1111-43"])),
        personal=draw(st.dictionaries(st.sampled_from(["title", "structure_name", "device"]), SAID, max_size=2)),
    )  # fmt: skip


@st.composite
def records(draw):
    documents = draw(st.lists(IDS, min_size=1, max_size=3, unique=True))
    replaced = [None, *documents[:-1]]
    found = [draw(cards(one, by)) for one, by in zip(documents, replaced, strict=True)]
    person = PersonCard(
        id=PERSON, matricule="279035121518989", oid=draw(st.sampled_from(["1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.10"])),
        birth_name=draw(SAID), used_name=draw(WORDS), given_names=draw(SAID), first_given_name=draw(SAID),
        birth_date=draw(st.dates()), sex=draw(st.sampled_from("MF")), birth_place="31555", protection="",
        died_on=draw(st.one_of(st.none(), st.dates())), family_id=None,
    )  # fmt: skip
    episodes = st.builds(
        Episode,
        IDS,
        st.sampled_from(Category),
        st.dates(),
        st.one_of(st.none(), st.dates()),
        SAID,
        WORDS,
        WORDS,
        WORDS,
    )
    return Record(
        person=person, asker_id=PERSON, at=draw(MOMENTS), rubrics=draw(rubrics([*documents, UUID(int=99)])),
        measures={kind: draw(st.lists(values(kind), max_size=1)) for kind in Kind},
        episodes=draw(st.lists(episodes, max_size=2)), episodes_shared=True, documents=found, folders={},
        lines=draw(st.lists(lines([*documents, UUID(int=98)]), max_size=4)), names={}, key=None,
    ), [draw(files(card)) for card in found]  # fmt: skip


@settings(max_examples=500 if LONG else 25)
@given(records())
def test_any_record_makes_a_bundle_that_others_read(made):
    record, found = made
    teller = Teller(record.asker_id, record.person.id, record.names, record.titles)
    pieces = write_bundle(resources(record, found, teller), id=UUID(int=5), at=record.at)
    data = b"".join(pieces)
    check_bundle(data)
    written = [entry["resource"] for entry in json.loads(data)["entry"]]
    assert sum(one["resourceType"] == "AuditEvent" for one in written) == len(record.lines)
    assert sum(one["resourceType"] == "DocumentReference" for one in written) == len(found)
