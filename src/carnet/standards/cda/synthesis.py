"""A medical synthesis of level 3: VSM, 60591-5 (facts/interop.md 4).

It holds the three sections that the model makes mandatory: problems and risks (1.2.250.1.213.1.1.2.29),
points to watch (1.3.6.1.4.1.19376.1.5.3.1.3.27), long-term treatments (1.2.250.1.213.1.1.2.32). Problems and
treatments are coded besides; the rest is narrative.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from carnet.standards.cda.elements import LOINC, add, add_code, add_identifier, add_text, add_value
from carnet.standards.cda.model import TEMPLATE_HL7_FRANCE, TEMPLATE_STRUCTMIN, Code, Header
from carnet.standards.cda.sections import Cell, Entry, Section, Table
from carnet.standards.cda.writer import write_n3

SYNTHESIS: Final = Code("60591-5", LOINC, "Synthèse médicale")
TEMPLATES: Final = (TEMPLATE_HL7_FRANCE, TEMPLATE_STRUCTMIN, "1.2.250.1.213.1.1.1.13")
NOTHING_SAID: Final = "Non renseigné."
"""What stands in a section about which nobody wrote anything; it does not mean that there is nothing."""

_DIAGNOSIS: Final = Code("282291009", "2.16.840.1.113883.6.96", "Interprétation diagnostique")
_DRUG: Final = Code("DRUG", "2.16.840.1.113883.5.4", "Médicament")
_PROBLEM: Final = (
    "2.16.840.1.113883.10.20.1.27",
    "1.3.6.1.4.1.19376.1.5.3.1.4.5.1",
    "1.3.6.1.4.1.19376.1.5.3.1.4.5.2",
    "1.2.250.1.213.1.1.3.39",
)
_OBSERVATION: Final = (
    "2.16.840.1.113883.10.20.1.28",
    "1.3.6.1.4.1.19376.1.5.3.1.4.5",
    "1.2.250.1.213.1.1.3.37",
)
_TREATMENT: Final = (
    "2.16.840.1.113883.10.20.1.24",
    "1.3.6.1.4.1.19376.1.5.3.1.4.7",
    "1.2.250.1.213.1.1.3.42",
    "1.3.6.1.4.1.19376.1.5.3.1.4.7.1",
)
_PRODUCT: Final = (
    "2.16.840.1.113883.10.20.1.53",
    "1.3.6.1.4.1.19376.1.5.3.1.4.7.2",
    "1.2.250.1.213.1.1.3.43",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A disease, present or past. Days are `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or empty."""

    label: str
    code: Code | None = None
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """A medicine taken for long: its name and code, how it is taken, since when, for what."""

    label: str
    dosage: str
    code: Code | None = None
    since: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """What the general practitioner says of a patient. Lines are words, each a sentence or less."""

    problems: Sequence[Problem] = ()
    history: Sequence[Problem] = ()
    operations: Sequence[Problem] = ()
    allergies: Sequence[str] = ()
    lifestyles: Sequence[str] = ()
    work_risks: Sequence[str] = ()
    family: Sequence[str] = ()
    watch: Sequence[str] = ()
    treatments: Sequence[Treatment] = ()


def write_synthesis(header: Header, synthesis: Synthesis) -> bytes:
    """Return a synthesis; its code and its templates are those of VSM, whatever the header says.

    Raises ValueError for a header that the rules would refuse, or a day that is none.
    """
    header = replace(header, code=SYNTHESIS, template_ids=TEMPLATES)
    return write_n3(header, [_state(synthesis), _watch(synthesis), _plan(synthesis)])


# The three sections


def _state(synthesis: Synthesis) -> Section:
    return Section(
        title="Pathologies, antécédents, allergies et facteurs de risque",
        code=Code("46612-8", LOINC, "Conclusions de synthèse"),
        templates=("1.2.250.1.213.1.1.2.29",),
        blocks=(),
        sections=(_diseases(synthesis), _risks(synthesis)),
    )


def _diseases(synthesis: Synthesis) -> Section:
    return Section(
        title="Pathologies en cours, antécédents et allergies",
        code=Code("34117-2", LOINC, "Historique et physique"),
        templates=("1.2.250.1.213.1.1.2.30",),
        blocks=(),
        sections=(
            _problems(
                "Pathologies en cours",
                Code("11450-4", LOINC, "Liste des problèmes actifs"),
                ("2.16.840.1.113883.10.20.1.11", "1.3.6.1.4.1.19376.1.5.3.1.3.6", "1.2.250.1.213.1.1.2.132"),
                "pathologie",
                synthesis.problems,
            ),
            _problems(
                "Antécédents médicaux",
                Code("11348-0", LOINC, "Antécédents médicaux"),
                ("1.3.6.1.4.1.19376.1.5.3.1.3.8", "1.2.250.1.213.1.1.2.134"),
                "antecedent",
                synthesis.history,
            ),
            _operations(synthesis.operations),
            _lines(
                "Allergies et intolérances",
                Code("48765-2", LOINC, "Allergies et hypersensibilités"),
                synthesis.allergies,
                ("2.16.840.1.113883.10.20.1.2", "1.3.6.1.4.1.19376.1.5.3.1.3.13", "1.2.250.1.213.1.1.2.137"),
            ),
        ),
    )


def _risks(synthesis: Synthesis) -> Section:
    return Section(
        title="Facteurs de risque",
        code=Code("57207-3", LOINC, "Facteurs de risque"),
        templates=("1.2.250.1.213.1.1.2.31",),
        blocks=(),
        sections=(
            _lines("Mode de vie", Code("29762-2", LOINC, "Habitus, mode de vie"), synthesis.lifestyles),
            _lines(
                "Facteurs de risque professionnels",
                Code("10161-8", LOINC, "Facteurs de risques professionnels"),
                synthesis.work_risks,
            ),
            _lines(
                "Antécédents familiaux",
                Code("10157-6", LOINC, "Historique des pathologies familiales"),
                synthesis.family,
            ),
        ),
    )


def _watch(synthesis: Synthesis) -> Section:
    templates = ("1.3.6.1.4.1.19376.1.5.3.1.3.27", "1.2.250.1.213.1.1.2.150")
    code = Code("30954-2", LOINC, "Résultats d'examens")
    return _lines("Points de vigilance", code, synthesis.watch, templates)


def _plan(synthesis: Synthesis) -> Section:
    treatments = synthesis.treatments
    inner = Section(
        title="Traitements",
        code=Code("10160-0", LOINC, "Traitements"),
        templates=(
            "2.16.840.1.113883.10.20.1.8",
            "1.3.6.1.4.1.19376.1.5.3.1.3.19",
            "1.2.250.1.213.1.1.2.143",
        ),
        blocks=(_treatments_table(treatments),) if treatments else (NOTHING_SAID,),
        entries=[_treatment_entry(treatment, n) for n, treatment in enumerate(treatments, 1)],
    )
    return Section(
        title="Traitements au long cours",
        code=Code("18776-5", LOINC, "Plan de traitement"),
        templates=("1.2.250.1.213.1.1.2.32",),
        blocks=(),
        sections=(inner,),
    )


# Sections of lines, of problems, of treatments


def _lines(title: str, code: Code, lines: Sequence[str], templates: Sequence[str] = ()) -> Section:
    return Section(title=title, code=code, templates=templates, blocks=tuple(lines) or (NOTHING_SAID,))


def _problems(
    title: str, code: Code, templates: Sequence[str], name: str, problems: Sequence[Problem]
) -> Section:
    names = [f"{name}-{number}" for number in range(1, len(problems) + 1)]
    table = Table(
        headings=("Depuis", "Jusqu’à", "Pathologie"),
        rows=[
            (_shown(problem.since), _shown(problem.until), Cell(problem.label, reference))
            for problem, reference in zip(problems, names, strict=True)
        ],
    )
    return Section(
        title=title,
        code=code,
        templates=templates,
        blocks=(table,) if problems else (NOTHING_SAID,),
        entries=[_problem_entry(problem, name) for problem, name in zip(problems, names, strict=True)],
    )


def _operations(operations: Sequence[Problem]) -> Section:
    table = Table(
        headings=("Date", "Intervention"),
        rows=[(_shown(operation.since), operation.label) for operation in operations],
    )
    return Section(
        title="Antécédents chirurgicaux",
        code=Code("47519-4", LOINC, "Historique des actes"),
        templates=("2.16.840.1.113883.10.20.1.12", "1.3.6.1.4.1.19376.1.5.3.1.3.11"),
        blocks=(table,) if operations else (NOTHING_SAID,),
    )


def _treatments_table(treatments: Sequence[Treatment]) -> Table:
    return Table(
        headings=("Depuis", "Médicament", "Posologie", "Motif"),
        rows=[
            (
                _shown(treatment.since),
                Cell(treatment.label, f"traitement-{number}"),
                treatment.dosage,
                treatment.reason,
            )
            for number, treatment in enumerate(treatments, 1)
        ],
    )


# Entries


def _problem_entry(problem: Problem, name: str) -> Entry:
    def write(section: etree._Element) -> None:
        act = add(add(section, "entry"), "act", classCode="ACT", moodCode="EVN")
        _templates(act, _PROBLEM)
        add_identifier(act, "id", "")
        add(act, "code", nullFlavor="NA")
        add(act, "statusCode", code="completed" if problem.until else "active")
        _write_times(act, problem.since, problem.until)
        relation = add(act, "entryRelationship", typeCode="SUBJ", inversionInd="false")
        _write_diagnosis(relation, problem, name)

    return write


def _write_diagnosis(relation: etree._Element, problem: Problem, name: str) -> None:
    observation = add(relation, "observation", classCode="OBS", moodCode="EVN", negationInd="false")
    _templates(observation, _OBSERVATION)
    add_identifier(observation, "id", "")
    add_code(observation, "code", _DIAGNOSIS)
    add(add(observation, "text"), "reference", value=f"#{name}")
    add(observation, "statusCode", code="completed")
    _write_times(observation, problem.since, problem.until)
    if problem.code is None:
        value = add_value(observation, "CD", nullFlavor="UNK")
    else:
        code = problem.code
        value = add_value(observation, "CD", code=code.code, displayName=code.display, codeSystem=code.system)
    add(add(value, "originalText"), "reference", value=f"#{name}")


def _treatment_entry(treatment: Treatment, number: int) -> Entry:
    def write(section: etree._Element) -> None:
        entry = add(section, "entry", typeCode="DRIV")
        administration = add(entry, "substanceAdministration", classCode="SBADM", moodCode="EVN")
        _templates(administration, _TREATMENT)
        add_identifier(administration, "id", "")
        add_code(administration, "code", _DRUG)
        add(add(administration, "text"), "reference", value=f"#traitement-{number}")
        add(administration, "statusCode", code="completed")
        _write_times(administration, treatment.since, "")
        _write_product(administration, treatment, number)

    return write


def _write_product(administration: etree._Element, treatment: Treatment, number: int) -> None:
    product = add(add(administration, "consumable"), "manufacturedProduct")
    _templates(product, _PRODUCT)
    material = add(product, "manufacturedMaterial")
    if treatment.code is None:
        code = add(material, "code", nullFlavor="UNK")
        add(add(code, "originalText"), "reference", value=f"#traitement-{number}")
    else:
        add_code(material, "code", treatment.code, reference=f"traitement-{number}")
    add_text(material, "name", treatment.label)


def _templates(element: etree._Element, roots: Sequence[str]) -> None:
    for root in roots:
        add(element, "templateId", root=root)


def _write_times(element: etree._Element, since: str, until: str) -> None:
    times = add(element, "effectiveTime")
    for name, day in (("low", since), ("high", until)):
        if day:
            add(times, name, value="".join(_parts(day)))
        elif name == "low":
            add(times, name, nullFlavor="UNK")


def _shown(day: str) -> str:
    return "/".join(reversed(_parts(day))) if day else ""


def _parts(day: str) -> list[str]:
    """Year, month, day of a partial day. Raises ValueError."""
    parts = day.split("-")
    if [len(part) for part in parts] not in ([4], [4, 2], [4, 2, 2]) or not day.replace("-", "").isdecimal():
        raise ValueError(f"not a day, a month or a year: {day[:20]!r}")
    return parts
