"""The documents that we build: each follows the rules, reads back to its header, and says what it was told."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.standards.cda import biology, reports, synthesis, vaccination
from carnet.standards.cda.biology import Chapter, Result, write_biology
from carnet.standards.cda.elements import LOINC
from carnet.standards.cda.model import Code
from carnet.standards.cda.narrative import to_html
from carnet.standards.cda.reader import read
from carnet.standards.cda.reports import Part, Report, part, write_report
from carnet.standards.cda.rules import check as check_rules
from carnet.standards.cda.synthesis import Problem, Synthesis, Treatment, write_synthesis
from carnet.standards.cda.vaccination import Vaccination, write_vaccination_note
from carnet.standards.cda.writer import Table
from tests.standards.html_check import check
from tests.standards.samples import CODES, FEW, HEADER, HEADERS, LINES, TIMES

H = {"h": "urn:hl7-org:v3"}
AT = datetime(2026, 2, 2, 7, 30, tzinfo=UTC)
GLUCOSE = Result(
    code=Code("2345-7", LOINC, "Glucose"),
    value="1.10",
    unit="g/L",
    low="0.70",
    high="1.05",
    interpretation="H",
)
CHEMISTRY = Chapter(
    title="Biochimie",
    code=Code("18719-5", LOINC, "Biochimie"),
    results=(
        GLUCOSE,
        Result(
            code=Code("2160-0", LOINC, "Créatinine"),
            value="72",
            unit="umol/L",
            shown_unit="µmol/L",
            high="84",
        ),
        Result(code=Code("5778-6", LOINC, "Couleur des urines"), value="jaune clair"),
    ),
    comment="Glycémie à contrôler à jeun.",
)
TETANUS = Vaccination(
    vaccine="REVAXIS",
    at=AT,
    diseases="Diphtérie, tétanos, poliomyélite",
    code=Code("J07CA01", "2.16.840.1.113883.6.73", "Diphtérie-poliomyélite-tétanos"),
    lot="R4521",
    rank=3,
)
CLOPIDOGREL = Treatment(
    label="Clopidogrel 75 mg",
    dosage="1 comprimé par jour",
    code=Code("B01AC04", "2.16.840.1.113883.6.73", "Clopidogrel"),
    since="2019-08",
    reason="Angine de poitrine",
)
STATE = Synthesis(
    problems=(Problem(label="Angine de poitrine", code=Code("I20.0", "2.16.840.1.113883.6.3", "Angor"), since="2019-08-11"),),
    history=(Problem(label="Hépatite A", since="1998", until="1999"),),
    operations=(Problem(label="Appendicectomie", since="1987-05"),),
    allergies=("Pénicilline : urticaire",),
    lifestyles=("Tabac arrêté en 2010",),
    family=("Père : infarctus à 54 ans",),
    watch=("Hémibloc antérieur gauche",),
    treatments=(CLOPIDOGREL,),
)  # fmt: skip


def entries(document, path):
    return document.structured_body.findall(f".//h:entry{path}", H)


def shown(document) -> str:
    return "".join(check(to_html(document)).text)


def references_lead_somewhere(document) -> bool:
    body = document.structured_body
    named = {element.get("ID") for element in body.iter() if element.get("ID")}
    called = {element.get("value").lstrip("#") for element in body.iterfind(".//h:reference", H)}
    return bool(called) and called <= named


def kept(document, header, code, templates) -> bool:
    return document.header == replace(header, code=code, template_ids=templates)


def test_a_biology_report():
    data = write_biology(HEADER, (CHEMISTRY,), sampled_at=AT)
    assert check_rules(data) == []
    document = read(data)
    assert kept(document, HEADER, biology.REPORT, biology.TEMPLATES)
    text = shown(document)
    for words in (
        "Biochimie",
        "Glucose",
        "1,10 g/L",
        "0,70 à 1,05",
        "Anormalement haut",
        "72 µmol/L",
        "moins de 84",
    ):
        assert words in text
    assert "Glycémie à contrôler à jeun." in text
    first, second, third = entries(document, "/h:act/h:entryRelationship/h:observation")
    assert first.find("h:code", H).get("code") == "2345-7"
    assert dict(first.find("h:value", H).attrib) == {
        "value": "1.10",
        "unit": "g/L",
        "{http://www.w3.org/2001/XMLSchema-instance}type": "PQ",
    }
    assert first.find("h:interpretationCode", H).get("code") == "H"
    bounds = first.find("h:referenceRange/h:observationRange/h:value", H)
    assert [(b.get("value"), b.get("unit")) for b in bounds] == [("0.70", "g/L"), ("1.05", "g/L")]
    assert [b.tag.rpartition("}")[2] for b in second.find(".//h:observationRange/h:value", H)] == ["high"]
    assert third.find("h:value", H).text == "jaune clair"
    assert references_lead_somewhere(document)


@pytest.mark.parametrize(
    "change",
    [{"value": "1,10"}, {"value": "haut"}, {"low": "-"}, {"high": "1.0.5"}, {"value": "\x00", "unit": ""}],
)
def test_a_result_that_is_none(change):
    chapter = replace(CHEMISTRY, results=(replace(GLUCOSE, **change),))
    with pytest.raises(ValueError, match=r"number|character"):
        write_biology(HEADER, (chapter,), sampled_at=AT)


def test_a_vaccination_note():
    data = write_vaccination_note(
        HEADER, (TETANUS, replace(TETANUS, code=None, rank=None)), comment="Bras gauche."
    )
    assert check_rules(data) == []
    document = read(data)
    assert kept(document, HEADER, vaccination.NOTE, vaccination.TEMPLATES)
    for words in (
        "REVAXIS",
        "02/02/2026",
        "Diphtérie, tétanos, poliomyélite",
        "R4521",
        "Dose 3",
        "Intramusculaire",
    ):
        assert words in shown(document)
    coded, uncoded = entries(document, "/h:substanceAdministration")
    material = "h:consumable/h:manufacturedProduct/h:manufacturedMaterial/h:code"
    assert coded.find(material, H).get("code") == "J07CA01"
    assert uncoded.find(material, H).get("nullFlavor") == "UNK"
    assert coded.find(".//h:entryRelationship/h:observation/h:value", H).get("value") == "3"
    assert references_lead_somewhere(document)
    for wrong in ((), (replace(TETANUS, route="X"),)):
        with pytest.raises(ValueError, match="vaccin"):
            write_vaccination_note(HEADER, wrong)


def test_a_synthesis_holds_the_three_sections_of_its_model():
    data = write_synthesis(HEADER, STATE)
    assert check_rules(data) == []
    document = read(data)
    assert kept(document, HEADER, synthesis.SYNTHESIS, synthesis.TEMPLATES)
    first = document.structured_body.findall("h:component/h:section", H)
    claimed = [section.find("h:templateId", H).get("root") for section in first]
    assert claimed == ["1.2.250.1.213.1.1.2.29", "1.3.6.1.4.1.19376.1.5.3.1.3.27", "1.2.250.1.213.1.1.2.32"]
    text = shown(document)
    for words in (
        "11/08/2019",
        "Angine de poitrine",
        "1998",
        "05/1987",
        "Pénicilline : urticaire",
        "1 comprimé par jour",
    ):
        assert words in text
    assert text.count(synthesis.NOTHING_SAID) == 1
    values = [e.get("code") for e in entries(document, "/h:act/h:entryRelationship/h:observation/h:value")]
    assert values == ["I20.0", None]
    assert [e.get("code") for e in entries(document, "/h:act/h:statusCode")] == ["active", "completed"]
    assert references_lead_somewhere(document)


def test_an_empty_synthesis_does_not_say_that_there_is_nothing():
    document = read(write_synthesis(HEADER, Synthesis()))
    assert shown(document).count(synthesis.NOTHING_SAID) == 9
    assert entries(document, "") == []


@pytest.mark.parametrize("day", ["19", "2019-8", "2019-08-11T", "août 2019", "2019-08-11-01"])
def test_a_day_that_is_none(day):
    with pytest.raises(ValueError, match="day"):
        write_synthesis(HEADER, Synthesis(problems=(Problem(label="x", since=day),)))


@pytest.mark.parametrize("kind", Report)
def test_a_report_of_words_and_tables(kind):
    table = Table(headings=("Médicament", "Posologie"), rows=(("Paracétamol", "1 g"),), caption="Ordonnance")
    sections = (part(Part.REASON, "Douleur."), part(Part.MEDICINES, table, title="Traitement prescrit"))
    data = write_report(HEADER, kind, sections)
    assert check_rules(data) == []
    document = read(data)
    assert kept(document, HEADER, kind.value, reports.TEMPLATES)
    for words in ("Motif", "Douleur.", "Traitement prescrit", "Ordonnance", "Paracétamol"):
        assert words in shown(document)


WORDS = LINES | st.sampled_from(["<script>", "a & b", "]]>", "é" * 300])
NUMBERS = st.decimals(0, 10_000, places=2).map(str)
RESULTS = st.builds(
    Result,
    code=st.builds(Code, st.just("2345-7"), st.just(LOINC), WORDS),
    value=NUMBERS,
    unit=st.sampled_from(["g/L", "mmol/L", "%"]),
    low=st.just("") | NUMBERS,
    high=st.just("") | NUMBERS,
    interpretation=st.sampled_from(["", "N", "L", "H", "LL", "HH"]),
)
CHAPTERS = st.builds(
    Chapter, title=WORDS, code=CODES, results=st.lists(RESULTS, max_size=4), comment=st.just("") | WORDS
)


@FEW
@given(HEADERS, st.lists(CHAPTERS, min_size=1, max_size=3), TIMES)
def test_any_biology_report_reads_back(header, chapters, at):
    data = write_biology(header, chapters, sampled_at=at)
    assert check_rules(data) == []
    document = read(data)
    assert kept(document, header, biology.REPORT, biology.TEMPLATES)
    assert len(entries(document, "/h:act")) == len(chapters)
    assert len(entries(document, "//h:observation")) == sum(len(chapter.results) for chapter in chapters)
    text = "".join(shown(document).split())
    for chapter in chapters:
        assert all("".join(result.shown.split()) in text for result in chapter.results)


@FEW
@given(
    HEADERS,
    st.lists(st.builds(Problem, label=WORDS, since=st.sampled_from(["", "2019", "2019-08"])), max_size=4),
    st.lists(WORDS, max_size=3),
)
def test_any_synthesis_reads_back(header, problems, lines):
    data = write_synthesis(header, Synthesis(problems=problems, allergies=lines, watch=lines))
    assert check_rules(data) == []
    document = read(data)
    assert kept(document, header, synthesis.SYNTHESIS, synthesis.TEMPLATES)
    text = "".join(shown(document).split())
    for words in [*lines, *(problem.label for problem in problems)]:
        assert "".join(words.split()) in text


@pytest.mark.parametrize(
    "write",
    [
        lambda: write_biology(HEADER, (CHEMISTRY, CHEMISTRY), sampled_at=AT),
        lambda: write_vaccination_note(HEADER, (TETANUS,)),
        lambda: write_synthesis(HEADER, STATE),
        lambda: write_report(HEADER, Report.CONSULTATION, (part(Part.REASON, "Douleur."),)),
    ],
    ids=["biology", "vaccination", "synthesis", "report"],
)
def test_a_document_costs_little_to_write(write):
    """Less than two milliseconds of processor each: a synthetic world writes thousands."""
    write()
    begun = time.process_time()
    for _ in range(50):
        write()
    assert (time.process_time() - begun) / 50 < 0.002
