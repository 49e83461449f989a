"""Documents of our own writing for the tests of the codecs, and where the samples of others are found."""

import os
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from carnet.standards.cda.model import (
    TEMPLATE_HL7_FRANCE,
    TEMPLATE_STRUCTMIN,
    Attachment,
    Author,
    Code,
    Header,
    Organisation,
    Patient,
)
from carnet.standards.cda.writer import N1_TEMPLATES, Section, Table, write_n1, write_n3
from carnet.standards.ins import INS_OIDS, OID_INS_TEST, Traits, key_of

FEW = settings(max_examples=1000 if os.environ.get("CARNET_LONG") == "1" else 60, deadline=None)
MANY = settings(max_examples=5000 if os.environ.get("CARNET_LONG") == "1" else 200, deadline=None)

SHARED = Path(os.environ.get("CARNET_SHARED", Path(__file__).parents[2] / ".." / "shared")).resolve()
FOREIGN_CDA = sorted((SHARED / "data/interop/cda").glob("*/*.xml"))


def foreign(path: str) -> bytes:
    """A sample written by others, under data/interop/cda; the test is skipped without it, but fails in CI."""
    file = SHARED / "data/interop/cda" / path
    if not file.exists():
        require_foreign()
    return file.read_bytes()


def require_foreign() -> None:
    if FOREIGN_CDA:
        return
    message = f"0 CDA samples under {SHARED}: set CARNET_SHARED"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf00000003000101"
    "42ad2e450000000049454e44ae426082"
)
PARIS_WINTER = timezone(timedelta(hours=1))
LABORATORY = Organisation(name="Laboratoire des Tilleuls", national_id="1010000123")
BIOLOGIST = Author(
    family="MERCIER",
    given="Anne",
    prefix="DR",
    national_id="899700012345",
    role=Code("G15_10/SM03", "1.2.250.1.213.1.1.4.5", "Médecin - Biologie médicale (SM)"),
    organisation=LABORATORY,
    at=datetime(2026, 2, 3, 10, 0, tzinfo=PARIS_WINTER),
)
HEADER = Header(
    unique_id="1.2.250.1.999.1^CR-2026-1",
    set_id="1.2.250.1.999.1^CR-2026",
    version_number=2,
    replaces=("1.2.250.1.999.1^CR-2026-0",),
    code=Code("11502-2", "2.16.840.1.113883.6.1", "CR d'examens biologiques"),
    title="Compte rendu d’analyses",
    effective_time=datetime(2026, 2, 3, 10, 0, tzinfo=PARIS_WINTER),
    confidentiality=Code("N", "2.16.840.1.113883.5.25", "Normal"),
    language="fr-FR",
    patient=Patient(
        ins="279035121518989",
        ins_oid=OID_INS_TEST,
        local_ids=("1.2.250.1.999.2^4578",),
        traits=Traits(
            birth_name="D’ARC-L’HÉRITIER",
            first_given_name="Zoé",
            given_names="ZOE MARIE-LOU",
            birth_date=date(1979, 3, 28),
            sex="F",
            birth_place="51215",
        ),
        used_family="NGUYEN",
        used_given="Zoé",
        birth_place_name="DOMPREMY",
    ),
    authors=(BIOLOGIST,),
    custodian=LABORATORY,
    legal_authenticator=BIOLOGIST,
    service_start=datetime(2026, 2, 2, 7, 30, tzinfo=PARIS_WINTER),
    service_stop=datetime(2026, 2, 3, 9, 0, tzinfo=PARIS_WINTER),
    facility_type=Code("SA25", "1.2.250.1.71.4.2.4", "Laboratoire de biologie médicale"),
    practice_setting=Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire"),
    template_ids=N1_TEMPLATES,
)
N3_TEMPLATES = (TEMPLATE_HL7_FRANCE, TEMPLATE_STRUCTMIN, "1.2.250.1.213.1.1.1.55")
RESULTS = Section(
    title="Biochimie",
    code=Code("18719-5", "2.16.840.1.113883.6.1", "Chimie"),
    blocks=(
        "Prélèvement du 2 février 2026 à 7 h 30.",
        Table(
            caption="Résultats",
            headings=("Analyse", "Résultat", "Valeurs de référence"),
            rows=(("Glucose (g/L)", "1,10", "0,70 à 1,05"), ("Créatinine (µmol/L)", "72", "< 84")),
        ),
    ),
)


def n1(header: Header = HEADER, *, media_type: str = "application/pdf", data: bytes = PDF) -> bytes:
    return write_n1(header, Attachment(media_type, data))


def n3(*sections: Section, **changes: object) -> bytes:
    values = {**vars(HEADER), "template_ids": N3_TEMPLATES, **changes}
    return write_n3(Header(**values), sections or (RESULTS,))


def with_text(narrative: str, *, after: str = "") -> bytes:
    """A level 3 document whose section text is the given XML; `after` follows the text in the section."""
    document = n3(Section(title="Texte", code=RESULTS.code, blocks=("PLACE",)))
    marker = b"<text><paragraph>PLACE</paragraph></text>"
    assert marker in document
    return document.replace(marker, f"<text>{narrative}</text>{after}".encode())


# Strategies

_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
LINES = (
    st.lists(_WORDS, min_size=1, max_size=4).map(lambda words: " ".join(" ".join(words).split())).filter(bool)
)
NUMBERS = st.from_regex(r"[12][0-9]{2}(0[1-9]|1[0-2])([0-9]{2}|2[AB])[0-9]{6}", fullmatch=True)
MATRICULES = NUMBERS.map(lambda number: f"{number}{key_of(number):02d}")
TIMES = st.datetimes(
    datetime(1900, 1, 1),  # noqa: DTZ001 - the zone is the strategy's
    datetime(2199, 12, 31),  # noqa: DTZ001
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    | st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
_ROOTS = st.from_regex(r"[0-2](\.[1-9][0-9]{0,4}){2,8}", fullmatch=True) | st.uuids().map(
    lambda u: str(u).upper()
)
IDENTIFIERS = st.one_of(
    _ROOTS, st.tuples(_ROOTS, st.from_regex(r"[A-Za-z0-9_./-]{1,40}", fullmatch=True)).map("^".join)
)
CODES = st.builds(
    Code,
    st.from_regex(r"[A-Z0-9_/-]{1,12}", fullmatch=True),
    st.just("") | st.from_regex(r"[0-2](\.[1-9][0-9]{0,3}){2,5}", fullmatch=True),
    st.just("") | LINES,
)
FULL_CODES = st.builds(
    Code,
    st.from_regex(r"[A-Z0-9_/-]{1,12}", fullmatch=True),
    st.from_regex(r"[0-2](\.[1-9][0-9]{0,3}){2,5}", fullmatch=True),
    LINES,
)
CONFIDENTIALITIES = st.sampled_from(["N", "R", "V"]).map(
    lambda code: Code(code, "2.16.840.1.113883.5.25", code)
)
ORGANISATIONS = st.builds(
    Organisation,
    name=st.just("") | LINES,
    national_id=st.sampled_from(["", "1010000123", "3123456789", "1.2.250.1.999.3^77"]),
)
AUTHORS = st.builds(
    Author,
    family=LINES,
    given=st.just("") | LINES,
    prefix=st.sampled_from(["", "M", "MME"]),
    national_id=st.sampled_from(["", "801234567890", "1.2.250.1.999.3^77"]),
    role=st.none() | CODES,
    organisation=st.none() | ORGANISATIONS,
    at=TIMES,
)
DEVICES = st.builds(Author, device=LINES, at=TIMES, organisation=st.none() | ORGANISATIONS)


@st.composite
def traits(draw: st.DrawFn) -> Traits:
    first = draw(LINES)
    return Traits(
        birth_name=draw(LINES),
        first_given_name=first,
        given_names=draw(st.just(first) | LINES.map(lambda others: f"{first} {others}")),
        birth_date=draw(st.dates(date(1900, 1, 1), date(2099, 12, 31))),
        sex=draw(st.sampled_from(["M", "F", "U"])),
        birth_place=draw(st.sampled_from(["75056", "2A004", "99139"])),
    )


PATIENTS = st.builds(
    Patient,
    ins=MATRICULES,
    ins_oid=st.sampled_from(sorted(INS_OIDS)),
    local_ids=st.lists(IDENTIFIERS, min_size=1, max_size=3).map(tuple),
    traits=traits(),
    used_family=st.just("") | LINES,
    used_given=st.just("") | LINES,
    birth_place_name=st.just("") | LINES,
)
HEADERS = st.builds(
    Header,
    unique_id=IDENTIFIERS,
    set_id=IDENTIFIERS,
    version_number=st.integers(1, 999),
    replaces=st.lists(IDENTIFIERS, max_size=1).map(tuple),
    code=FULL_CODES,
    title=LINES,
    effective_time=TIMES,
    confidentiality=CONFIDENTIALITIES,
    language=st.just("fr-FR"),
    patient=PATIENTS,
    authors=st.lists(AUTHORS | DEVICES, min_size=1, max_size=3).map(tuple),
    data_enterer=st.none() | AUTHORS,
    custodian=ORGANISATIONS.filter(lambda structure: structure.national_id),
    legal_authenticator=AUTHORS,
    service_start=TIMES,
    service_stop=st.none() | TIMES,
    facility_type=FULL_CODES,
    practice_setting=FULL_CODES,
    template_ids=st.just(N1_TEMPLATES),
).filter(lambda header: header.unique_id not in header.replaces)
