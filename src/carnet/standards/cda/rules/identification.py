"""Rules on what identifies and describes the document itself (facts/interop.md 4)."""

import re
from collections.abc import Iterator

from lxml import etree

from carnet.standards.cda.model import TEMPLATE_HL7_FRANCE, TEMPLATE_N1, TEMPLATE_STRUCTMIN
from carnet.standards.cda.rules.finding import Fault, every, known, rule, text_of

CONFIDENTIALITY_OID = "2.16.840.1.113883.5.25"
CONFIDENTIALITY_CODES = ("N", "R", "V")
LEAST_TEMPLATES = 3


@rule("realmCode", "realmCode [1..1] = FR")
def realm_code(document: etree._Element) -> Iterator[Fault]:
    """`realmCode` [1..1], whose code is FR."""
    if [e.get("code") for e in every(document, "realmCode")] != ["FR"]:
        yield "realmCode", "Le document doit porter une fois le code de pays « FR » (realmCode)."


@rule("typeId", "typeId [1..1] = 2.16.840.1.113883.1.3 / POCD_HD000040")
def type_id(document: etree._Element) -> Iterator[Fault]:
    """`typeId` [1..1], that of the hierarchical description of CDA release 2."""
    found = [(e.get("root"), e.get("extension")) for e in every(document, "typeId")]
    if found != [("2.16.840.1.113883.1.3", "POCD_HD000040")]:
        yield "typeId", "Le document ne dit pas qu’il suit le modèle CDA R2 (typeId)."


@rule("templateId.hl7-france", f"templateId [1..1] = {TEMPLATE_HL7_FRANCE}")
def template_of_hl7_france(document: etree._Element) -> Iterator[Fault]:
    """`templateId` of HL7 France [1..1]."""
    yield from _claimed_once(document, TEMPLATE_HL7_FRANCE, "de HL7 France")


@rule("templateId.structmin", f"templateId [1..1] = {TEMPLATE_STRUCTMIN}")
def template_of_the_minimal_structure(document: etree._Element) -> Iterator[Fault]:
    """`templateId` of the structuration minimale [1..1]."""
    yield from _claimed_once(document, TEMPLATE_STRUCTMIN, "de la structuration minimale")


def _claimed_once(document: etree._Element, template: str, name: str) -> Iterator[Fault]:
    count = sum(e.get("root") == template for e in every(document, "templateId"))
    if count != 1:
        yield "templateId", f"Le document doit annoncer une fois le modèle {name} ({template})."


@rule("templateId.model", "templateId [1..*] du modèle propre au document")
def template_of_the_model(document: etree._Element) -> Iterator[Fault]:
    """At least one templateId besides the two common ones: that of the kind of document."""
    common = {TEMPLATE_HL7_FRANCE, TEMPLATE_STRUCTMIN}
    claimed = {e.get("root") for e in every(document, "templateId")} - {None}
    if len(every(document, "templateId")) < LEAST_TEMPLATES or claimed <= common:
        yield "templateId", "Le document doit annoncer le modèle de sa propre catégorie (templateId)."


@rule("templateId.n1", f"nonXMLBody : trois templateId dont {TEMPLATE_N1}")
def template_of_level_1(document: etree._Element) -> Iterator[Fault]:
    """A document of level 1 claims template 1.3.6.1.4.1.19376.1.2.20 as its own, and no fourth."""
    if not every(document, "component/nonXMLBody"):
        return
    roots = [e.get("root") for e in every(document, "templateId")]
    if TEMPLATE_N1 not in roots or len(roots) > LEAST_TEMPLATES:
        yield "templateId", f"Un document non structuré annonce pour seul modèle propre {TEMPLATE_N1}."


@rule("id", "id [1..1], sans nullFlavor")
def identifier(document: etree._Element) -> Iterator[Fault]:
    """`id` [1..1], with a root."""
    if not _once_and_known(document, "id", "root"):
        yield "id", "Le document doit avoir un identifiant et un seul (id)."


@rule("code", "code [1..1] : code, codeSystem, displayName")
def type_code(document: etree._Element) -> Iterator[Fault]:
    """`code` [1..1]: the kind of document, with its system and its label."""
    if not _once_and_known(document, "code", "code", "codeSystem", "displayName"):
        yield "code", "Le type du document doit figurer une fois, avec son code, son système et son libellé."


@rule("title", "title [1..1]")
def title(document: etree._Element) -> Iterator[Fault]:
    """`title` [1..1], which holds words."""
    if not _once_and_known(document, "title") or not text_of(every(document, "title")[0]):
        yield "title", "Le document doit avoir un titre et un seul."


@rule("effectiveTime", "effectiveTime [1..1], sans nullFlavor")
def effective_time(document: etree._Element) -> Iterator[Fault]:
    """`effectiveTime` [1..1]: when this version was made."""
    if not _once_and_known(document, "effectiveTime", "value"):
        yield "effectiveTime", "La date de création du document doit figurer une fois et une seule."


@rule("confidentialityCode", "confidentialityCode [1..1] : N, R ou V")
def confidentiality_code(document: etree._Element) -> Iterator[Fault]:
    """`confidentialityCode` [1..1], one of N, R, V of HL7's Confidentiality."""
    found = [(e.get("code"), e.get("codeSystem")) for e in every(document, "confidentialityCode")]
    if len(found) != 1 or found[0] not in [(code, CONFIDENTIALITY_OID) for code in CONFIDENTIALITY_CODES]:
        yield "confidentialityCode", "La confidentialité du document doit être N, R ou V, une seule fois."


@rule("languageCode", "languageCode [1..1] = fr-FR")
def language_code(document: etree._Element) -> Iterator[Fault]:
    """`languageCode` [1..1], fr-FR."""
    if [e.get("code") for e in every(document, "languageCode")] != ["fr-FR"]:
        yield "languageCode", "La langue du document doit être « fr-FR », indiquée une seule fois."


@rule("setId", "setId [1..1], sans nullFlavor")
def set_id(document: etree._Element) -> Iterator[Fault]:
    """`setId` [1..1]: what all versions of a document share."""
    if not _once_and_known(document, "setId", "root"):
        yield "setId", "L’identifiant commun aux versions du document (setId) doit figurer une fois."


@rule("versionNumber", "versionNumber [1..1], sans nullFlavor")
def version_number(document: etree._Element) -> Iterator[Fault]:
    """`versionNumber` [1..1], a positive whole number."""
    found = [e.get("value", "") for e in known(document, "versionNumber")]
    if len(found) != 1 or not re.fullmatch(r"0*[1-9][0-9]{0,8}", found[0]):
        yield "versionNumber", "Le numéro de version doit figurer une fois : un nombre entier positif."


def _once_and_known(document: etree._Element, name: str, *attributes: str) -> bool:
    """Whether an element stands once, has a value, and bears these attributes."""
    found = known(document, name)
    return len(found) == len(every(document, name)) == 1 and all(
        (found[0].get(attribute) or "").strip() for attribute in attributes
    )
