"""A vaccination note of level 3: VAC-NOTE, 87273-9 (facts/interop.md 4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from lxml import etree

from carnet.standards.cda.elements import LOINC, add, add_code, add_identifier, add_text, add_value
from carnet.standards.cda.model import TEMPLATE_HL7_FRANCE, TEMPLATE_STRUCTMIN, Code, Header
from carnet.standards.cda.sections import Cell, Section, Table
from carnet.standards.cda.timestamp import format_timestamp
from carnet.standards.cda.writer import write_n3

NOTE: Final = Code("87273-9", LOINC, "Note de vaccination")
TEMPLATES: Final = (
    TEMPLATE_HL7_FRANCE,
    TEMPLATE_STRUCTMIN,
    "1.3.6.1.4.1.19376.1.5.3.1.1.18.1.2",
    "1.2.250.1.213.1.1.1.46",
)
ROUTES: Final = {
    "IM": "Intramusculaire",
    "SC": "Sous-cutanée",
    "IDINJ": "Intradermique",
    "PO": "Par la bouche",
    "NASINHLC": "Par le nez",
}
_ROUTE_OID: Final = "2.16.840.1.113883.5.112"
_SECTION: Final = (
    "2.16.840.1.113883.10.20.1.6",
    "1.3.6.1.4.1.19376.1.5.3.1.3.23",
    "1.2.250.1.213.1.1.2.147",
)
_ENTRY: Final = (
    "2.16.840.1.113883.10.20.1.24",
    "1.3.6.1.4.1.19376.1.5.3.1.4.12",
    "1.2.250.1.213.1.1.3.45",
)
_PRODUCT: Final = (
    "2.16.840.1.113883.10.20.1.53",
    "1.3.6.1.4.1.19376.1.5.3.1.4.7.2",
    "1.2.250.1.213.1.1.3.43",
)
_RANK: Final = ("2.16.840.1.113883.10.20.1.46", "1.2.250.1.213.1.1.3.82")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vaccination:
    """An injection: the vaccine's name and code when it has one, when, its lot, its rank, its route."""

    vaccine: str
    at: datetime
    diseases: str
    code: Code | None = None
    lot: str = ""
    rank: int | None = None
    route: str = "IM"


def write_vaccination_note(
    header: Header, vaccinations: Sequence[Vaccination], *, comment: str = ""
) -> bytes:
    """Return a vaccination note; its code and its templates are those of VAC-NOTE, whatever the header says.

    Raises ValueError for a header that the rules would refuse, no vaccination, a route that is not known.
    """
    if not vaccinations:
        raise ValueError("a vaccination note needs a vaccination")
    header = replace(header, code=NOTE, template_ids=TEMPLATES)
    section = Section(
        title="Vaccinations",
        code=Code("11369-6", LOINC, "Historique des vaccinations"),
        templates=_SECTION,
        blocks=(_table(vaccinations), *([comment] if comment else [])),
        entries=[
            partial(_write_entry, vaccination=vaccination, number=number)
            for number, vaccination in enumerate(vaccinations, 1)
        ],
    )
    return write_n3(header, [section])


def _table(vaccinations: Sequence[Vaccination]) -> Table:
    return Table(
        headings=("Date", "Vaccin", "Contre", "Dose", "Lot", "Voie"),
        rows=[
            (
                f"{vaccination.at:%d/%m/%Y}",
                Cell(vaccination.vaccine, f"vaccin-{number}"),
                vaccination.diseases,
                Cell(f"Dose {vaccination.rank}" if vaccination.rank else "", f"rang-{number}"),
                vaccination.lot,
                _route(vaccination.route).display,
            )
            for number, vaccination in enumerate(vaccinations, 1)
        ],
    )


def _route(code: str) -> Code:
    if code not in ROUTES:
        raise ValueError(f"the route of a vaccine is one of {', '.join(ROUTES)}")
    return Code(code, _ROUTE_OID, ROUTES[code])


def _write_entry(section: etree._Element, vaccination: Vaccination, number: int) -> None:
    administration = add(
        add(section, "entry"),
        "substanceAdministration",
        classCode="SBADM",
        moodCode="EVN",
        negationInd="false",
    )
    for template in _ENTRY:
        add(administration, "templateId", root=template)
    add_identifier(administration, "id", "")
    add_code(administration, "code", Code("IMMUNIZ", "2.16.840.1.113883.5.4", "Vaccination"))
    add(add(administration, "text"), "reference", value=f"#vaccin-{number}")
    add(administration, "statusCode", code="completed")
    add(administration, "effectiveTime", value=format_timestamp(vaccination.at))
    add_code(administration, "routeCode", _route(vaccination.route))
    add(administration, "doseQuantity", value="1")
    _write_product(administration, vaccination, number)
    if vaccination.rank:
        _write_rank(administration, vaccination.rank, number)


def _write_product(administration: etree._Element, vaccination: Vaccination, number: int) -> None:
    consumable = add(administration, "consumable", typeCode="CSM")
    product = add(consumable, "manufacturedProduct")
    for template in _PRODUCT:
        add(product, "templateId", root=template)
    material = add(product, "manufacturedMaterial")
    if vaccination.code is not None:
        add_code(material, "code", vaccination.code, reference=f"vaccin-{number}")
    else:
        code = add(material, "code", nullFlavor="UNK")
        add(add(code, "originalText"), "reference", value=f"#vaccin-{number}")
    add_text(material, "name", vaccination.vaccine)
    add_text(material, "lotNumberText", vaccination.lot)


def _write_rank(administration: etree._Element, rank: int, number: int) -> None:
    relation = add(administration, "entryRelationship", typeCode="SUBJ")
    observation = add(relation, "observation", classCode="OBS", moodCode="EVN")
    for template in _RANK:
        add(observation, "templateId", root=template)
    add_code(observation, "code", Code("30973-2", LOINC, "Rang de la vaccination"))
    add(add(observation, "text"), "reference", value=f"#rang-{number}")
    add(observation, "statusCode", code="completed")
    add_value(observation, "INT", value=str(rank))
