"""Rules on the act, its place, the versions of the document, and its body (facts/interop.md 4)."""

from collections.abc import Iterator

from lxml import etree

from carnet.standards import sniff
from carnet.standards.cda.rules.finding import Fault, every, first, known, rule

LEVEL_1_MEDIA_TYPES = frozenset({sniff.PDF, sniff.PLAIN, sniff.RTF, sniff.JPEG, sniff.TIFF})
_EVENT = "documentationOf/serviceEvent"
_ENTITY = "performer/assignedEntity"
_FACILITY = "componentOf/encompassingEncounter/location/healthCareFacility"


def _principal(document: etree._Element) -> etree._Element | None:
    """The principal act is the first one."""
    return first(document, _EVENT)


@rule("documentationOf", "documentationOf [1..*]")
def documentation_of(document: etree._Element) -> Iterator[Fault]:
    """`documentationOf` [1..*]: the document tells of an act."""
    if not known(document, _EVENT):
        yield "documentationOf", "Le document doit décrire l’acte dont il rend compte."


@rule("documentationOf.effectiveTime", "documentationOf/serviceEvent/effectiveTime/low [1..1]")
def act_time(document: etree._Element) -> Iterator[Fault]:
    """The principal act has a beginning."""
    event = _principal(document)
    if event is not None and [bool(e.get("value")) for e in every(event, "effectiveTime/low")] != [True]:
        yield f"{_EVENT}/effectiveTime/low", "Il manque la date de début de l’acte principal."


@rule("documentationOf.performer", "documentationOf/serviceEvent/performer [1..1]")
def act_performer(document: etree._Element) -> Iterator[Fault]:
    """The principal act has one performer, who acts for a structure."""
    event = _principal(document)
    if event is None:
        return
    performers = every(event, "performer")
    if len(performers) != 1 or not every(performers[0], "assignedEntity/representedOrganization"):
        yield f"{_EVENT}/performer", "L’acte principal doit avoir un exécutant et un seul, avec sa structure."


@rule("documentationOf.practiceSetting", "…/representedOrganization/standardIndustryClassCode [1..1]")
def practice_setting(document: etree._Element) -> Iterator[Fault]:
    """The structure of the principal act says its setting of care (practiceSetting of XDS)."""
    event = _principal(document)
    if event is None:
        return
    for structure in every(event, f"{_ENTITY}/representedOrganization"):
        codes = known(structure, "standardIndustryClassCode")
        if len(codes) != 1 or not (codes[0].get("code") and codes[0].get("codeSystem")):
            yield (
                f"{_EVENT}/{_ENTITY}/representedOrganization/standardIndustryClassCode",
                "Il manque le cadre d’exercice de l’acte principal.",
            )


@rule("componentOf", "componentOf [1..1]")
def component_of(document: etree._Element) -> Iterator[Fault]:
    """`componentOf` [1..1]: the encounter in which the act took place, with its time."""
    if not len(every(document, "componentOf")) == len(every(document, _FACILITY)) == 1:
        yield "componentOf", "Le document doit dire dans quelle prise en charge il s’inscrit, et une seule."
    elif first(document, "componentOf/encompassingEncounter/effectiveTime") is None:
        yield "componentOf/encompassingEncounter/effectiveTime", "Il manque la date de la prise en charge."


@rule("componentOf.facilityType", "componentOf/…/healthCareFacility/code [1..1]")
def facility_type(document: etree._Element) -> Iterator[Fault]:
    """healthCareFacility/code: the sector of the place of care (healthcareFacilityType of XDS)."""
    for facility in every(document, _FACILITY):
        codes = known(facility, "code")
        if len(codes) != 1 or not (codes[0].get("code") and codes[0].get("codeSystem")):
            yield f"{_FACILITY}/code", "Il manque le secteur d’activité du lieu de prise en charge."


@rule("relatedDocument", "relatedDocument [0..1] : RPLC ou XFRM")
def related_document(document: etree._Element) -> Iterator[Fault]:
    """`relatedDocument` [0..1]: replaces or transforms one other document, by its id."""
    found = every(document, "relatedDocument")
    if len(found) > 1 or any(e.get("typeCode") not in ("RPLC", "XFRM") for e in found):
        yield "relatedDocument", "Un document remplace ou transforme au plus un autre document."
    own = {_key(e) for e in every(document, "id")}
    for related in found:
        parents = [_key(e) for e in known(related, "parentDocument/id")]
        if len(parents) != 1 or parents[0] in own:
            yield "relatedDocument/parentDocument/id", "Le document remplacé doit être un autre, identifié."


def _key(identifier: etree._Element) -> tuple[str, str]:
    return (identifier.get("root", "").upper(), identifier.get("extension", ""))


@rule("component", "component [1..1] : nonXMLBody ou structuredBody")
def body(document: etree._Element) -> Iterator[Fault]:
    """`component` [1..1], holding one body, of one level."""
    bodies = every(document, "component/nonXMLBody") + every(document, "component/structuredBody")
    if not len(bodies) == len(every(document, "component")) == 1:
        yield "component", "Le document doit avoir un corps et un seul."


@rule("nonXMLBody", "nonXMLBody/text : mediaType, base64")
def level_1_body(document: etree._Element) -> Iterator[Fault]:
    """nonXMLBody/text: a file in base64, of one of the five accepted types."""
    for found in every(document, "component/nonXMLBody"):
        texts = every(found, "text")
        if len(texts) != 1 or texts[0].get("mediaType") not in LEVEL_1_MEDIA_TYPES:
            yield (
                "component/nonXMLBody/text",
                "Le fichier doit être PDF, texte, RTF, JPEG ou TIFF.",
            )
        elif texts[0].get("representation") != "B64":
            yield "component/nonXMLBody/text", "Le fichier du document doit être écrit en base64."
