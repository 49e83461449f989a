"""What a DocumentReference must hold and may not, whatever it says (PDSm 3.1.1, both profiles)."""

from carnet.standards.pdsm.deviations import CUSTODIAN_MISSING
from carnet.standards.pdsm.references import check_contained
from carnet.standards.pdsm.sent import Sent


def check_frame(sent: Sent) -> None:
    """What must be there, what may not, whatever it says."""
    if "docStatus" in sent.resource:
        sent.fault("pdsm.docStatus.0..0", "docStatus", "Cet élément n’est pas admis.")
    for name in ("implicitRules", "modifierExtension"):
        if name in sent.resource:
            sent.fault("fhir.implicitRules", name, "Cet élément n’est pas admis.")
    if sent.resource.get("status", "current") != "current":
        sent.fault("pdsm.status", "status", "Un document déposé est « current ».")
    contents = sent.resource.get("content", [])
    if len(contents) != 1:
        sent.fault("pdsm.content.1..1", "content", "Un document a un contenu et un seul.")
    check_contained(sent.resource, sent.findings, path=sent.path)
    sent.require("pdsm.subject.1..1", sent.resource, "subject", sent.path, "le patient")
    sent.require("pdsm.date.1..1", sent.resource, "date", sent.path, "la date")
    sent.require("pdsm.author.1..*", sent.resource, "author", sent.path, "l’auteur")
    if "custodian" not in sent.resource and f"{sent.path}.custodian" not in sent.findings.faulted:
        sent.findings.deviate(
            CUSTODIAN_MISSING, f"{sent.path}.custodian", "Il manque la structure qui garde le document."
        )
    if not sent.around.simplified:
        _check_comprehensive(sent)


def _check_comprehensive(sent: Sent) -> None:
    """What ITI-65 wants beside: pdsm-comprehensive-document-reference."""
    resource, context = sent.resource, sent.context
    sent.require("pdsm.contained.1..*", resource, "contained", sent.path, "ce que la ressource contient")
    sent.require("pdsm.type.1..1", resource, "type", sent.path, "le type du document")
    sent.require("pdsm.category.1..1", resource, "category", sent.path, "la classe du document")
    sent.require("pdsm.securityLabel.1..*", resource, "securityLabel", sent.path, "la confidentialité")
    sent.require("pdsm.format.1..1", sent.content, "format", f"{sent.path}.content[0]", "le format")
    if sent.require("pdsm.context.1..1", resource, "context", sent.path, "le contexte"):
        where = f"{sent.path}.context"
        start = sent.require("pdsm.period.start.1..1", context, "period", where, "la période de l’acte")
        if start:
            period = context["period"]
            sent.require("pdsm.period.start.1..1", period, "start", f"{where}.period", "le début de l’acte")
        sent.require("pdsm.facilityType.1..1", context, "facilityType", where, "le type de structure")
        sent.require("pdsm.practiceSetting.1..1", context, "practiceSetting", where, "le cadre d’exercice")
        sent.require(
            "pdsm.sourcePatientInfo.1..1", context, "sourcePatientInfo", where, "l’identité du patient"
        )
