"""The rules that a request is held against: their names, clauses, and what an answer says of a breach.

The profiles of PDSm 3.1.1 and their parents (IHE MHD 4.2.3, HL7 France core 2.1.0, FHIR R4) are coded by
hand: many of their invariants are words, without an expression (facts/interop.md 2.10). `of` says which
requests a rule is for: B the bundle of ITI-65, C its DocumentReference, S that of ITI-105, P a PATCH.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name and clause; the IssueType, HTTP status and XDS code of a breach; its requests."""

    id: str
    clause: str
    code: str
    status: int
    xds: str
    of: str


_DOCUMENT: Final = "PDSm 3.1.1, pdsm-comprehensive-document-reference"
_SIMPLE: Final = "PDSm 3.1.1, pdsm-simplified-publish"
_BOTH: Final = "PDSm 3.1.1, pdsm-comprehensive-document-reference et pdsm-simplified-publish"
_BUNDLE: Final = "PDSm 3.1.1, pdsm-comprehensive-provide-document-bundle"
_LIST: Final = "PDSm 3.1.1, pdsm-submissionset-comprehensive"
_PATIENT: Final = "FR Core 2.1.0, fr-core-patient-ins"
_UPDATE: Final = "PDSm 3.1.1, mise à jour des métadonnées (flux 3 et 4)"
_R4: Final = "FHIR R4"

# name | clause | issue type | requests
_TABLE: Final = (
    ("fhir.json", f"{_R4}, JSON", "structure", "BCSP"),
    ("fhir.json.bounds", f"{_R4}, JSON : bornes de ce service", "too-long", "BCSP"),
    ("fhir.resourceType", f"{_R4}, Resource", "structure", "BCSP"),
    ("fhir.element.type", f"{_R4}, types de données", "structure", "BCSP"),
    ("fhir.element.known", f"{_R4}, éléments de la ressource", "structure", "BCS"),
    ("fhir.element.empty", f"{_R4}, JSON : ni null, ni élément vide", "structure", "BCS"),
    ("fhir.element.1..1", f"{_R4}, cardinalités", "required", "BCS"),
    ("fhir.implicitRules", f"{_R4}, implicitRules et modifierExtension", "not-supported", "BCS"),
    ("fhir.dom-2", f"{_R4}, dom-2 : ressources contenues", "invariant", "BCS"),
    ("fhir.dom-3", f"{_R4}, dom-3 : ressources contenues", "invariant", "BCS"),
    ("fhir.dom-4", f"{_R4}, dom-4 : ressources contenues", "invariant", "BCS"),
    ("fhir.reference", f"{_R4}, références", "invariant", "BCS"),
    ("pdsm.meta.profile", f"{_BUNDLE}, meta.profile", "required", "B"),
    ("pdsm.contained.1..*", f"{_DOCUMENT}, contained", "required", "C"),
    ("pdsm.masterIdentifier.1..1", f"{_BOTH}, masterIdentifier", "required", "CS"),
    ("pdsm.masterIdentifier", f"{_BOTH}, masterIdentifier : OID ou UUID", "value", "CS"),
    ("pdsm.identifier.0..0", f"{_SIMPLE}, identifier", "structure", "S"),
    ("pdsm.identifier.entryUUID", f"{_DOCUMENT}, identifier:entryUUID", "value", "C"),
    ("pdsm.status", f"{_BOTH}, status = current", "value", "CS"),
    ("pdsm.docStatus.0..0", f"{_BOTH}, docStatus", "structure", "CS"),
    ("pdsm.type.1..1", f"{_DOCUMENT}, type", "required", "CS"),
    ("pdsm.type.JDV_J07", f"{_BOTH}, constr-bind-type (JDV_J07)", "code-invalid", "CS"),
    ("pdsm.type.health", "CSP art. R1111-42 : documents utiles aux soins", "business-rule", "CS"),
    ("pdsm.category.1..1", f"{_DOCUMENT}, category", "required", "CS"),
    ("pdsm.category.JDV_J06", f"{_BOTH}, constr-bind-category (JDV_J06)", "code-invalid", "CS"),
    ("pdsm.category.class-of-type", "Association X04 : classe du type", "code-invalid", "CS"),
    ("pdsm.coding.system", f"{_BOTH}, terminologies de référence", "code-invalid", "CS"),
    ("pdsm.subject.1..1", f"{_BOTH}, subject", "required", "CS"),
    ("pdsm.subject.identified", f"{_BOTH}, subject (fr-core-patient)", "required", "CS"),
    ("pdsm.patient.ins", f"{_PATIENT}, identifier : matricule INS", "value", "CS"),
    ("pdsm.patient.one", f"{_BOTH}, subject : un seul patient", "invariant", "BCS"),
    ("pdsm.patient.traits", f"{_PATIENT}, name, gender, birthDate", "required", "CS"),
    ("pdsm.patient.birthPlace", f"{_PATIENT}, extension:birthPlace", "required", "CS"),
    ("pdsm.date.1..1", f"{_BOTH}, date", "required", "CS"),
    ("pdsm.date.future", "Une date ne dépasse pas demain", "value", "BCS"),
    ("pdsm.date.calendar", f"{_R4}, dateTime : jour du calendrier, après 1850", "value", "BCS"),
    ("pdsm.author.1..*", f"{_BOTH}, author", "required", "CS"),
    ("pdsm.author.contained", f"{_DOCUMENT}, author (contenu)", "invariant", "C"),
    ("pdsm.author.type", f"{_BOTH}, author", "value", "CS"),
    ("pdsm.custodian.1..1", f"{_BOTH}, custodian", "required", "CS"),
    ("pdsm.custodian.type", f"{_BOTH}, custodian : Organization", "value", "CS"),
    ("pdsm.relatesTo.replaces", f"{_DOCUMENT}, relatesTo : replaces", "value", "CS"),
    ("pdsm.relatesTo.code", f"{_DOCUMENT}, relatesTo.code", "not-supported", "CS"),
    ("pdsm.securityLabel.1..*", f"{_DOCUMENT}, securityLabel", "required", "C"),
    ("pdsm.securityLabel.JDV_J08", f"{_BOTH}, securityLabel (JDV_J08)", "code-invalid", "CSP"),
    ("pdsm.securityLabel.one", f"{_BOTH}, securityLabel : N, R ou V", "invariant", "CSP"),
    ("pdsm.securityLabel.hidden", "Exigence EX_2.1-1050 du DMP", "business-rule", "CSP"),
    ("pdsm.isArchived", f"{_DOCUMENT}, extension:isArchived", "value", "CSP"),
    ("pdsm.content.1..1", f"{_BOTH}, content", "required", "CS"),
    ("pdsm.attachment.contentType.1..1", f"{_BOTH}, attachment.contentType", "required", "CS"),
    ("pdsm.attachment.contentType", "CI-SIS : CDA R2, PDF, texte, RTF, JPEG, TIFF", "value", "CS"),
    ("pdsm.attachment.language.1..1", f"{_DOCUMENT}, attachment.language", "required", "C"),
    ("pdsm.attachment.title.1..1", f"{_BOTH}, attachment.title", "required", "CS"),
    ("pdsm.attachment.title.length", "Longueur d’un titre : 500 caractères", "too-long", "CS"),
    ("pdsm.attachment.creation.1..1", f"{_DOCUMENT}, attachment.creation", "required", "C"),
    ("pdsm.attachment.size.1..1", f"{_DOCUMENT}, attachment.size", "required", "C"),
    ("pdsm.attachment.hash.1..1", f"{_DOCUMENT}, attachment.hash", "required", "C"),
    ("pdsm.attachment.size", f"{_R4}, Attachment.size", "value", "CS"),
    ("pdsm.attachment.hash", f"{_R4}, Attachment.hash : SHA-1 en base64", "value", "CS"),
    ("pdsm.attachment.data.1..1", f"{_SIMPLE}, attachment.data", "required", "S"),
    ("pdsm.attachment.data.0..0", f"{_DOCUMENT}, attachment.data", "structure", "C"),
    ("pdsm.attachment.url.0..0", f"{_SIMPLE}, attachment.url", "structure", "S"),
    ("pdsm.attachment.url.1..1", f"{_DOCUMENT}, attachment.url", "required", "C"),
    ("pdsm.attachment.url", f"{_DOCUMENT}, constr-bind-attachmenturl", "not-found", "C"),
    ("pdsm.attachment.bytes", "Le fichier est de la nature annoncée", "value", "CS"),
    ("pdsm.attachment.length", "5 Mo par fichier, 7 Mo par document CDA", "too-long", "CS"),
    ("fhir.base64Binary", f"{_R4}, base64Binary", "value", "CS"),
    ("pdsm.format.1..1", f"{_DOCUMENT}, content.format", "required", "C"),
    ("pdsm.format.JDV_J10", f"{_BOTH}, constr-bind-format (JDV_J10, JDV_J60)", "code-invalid", "CS"),
    ("pdsm.format.content", "Associations A11 et A12 : format du contenu", "code-invalid", "CS"),
    ("pdsm.context.1..1", f"{_DOCUMENT}, context", "required", "C"),
    ("pdsm.period.start.1..1", f"{_DOCUMENT}, context.period.start", "required", "C"),
    ("pdsm.period.order", f"{_R4}, per-1 : début avant la fin", "invariant", "CS"),
    ("pdsm.facilityType.1..1", f"{_DOCUMENT}, context.facilityType", "required", "C"),
    ("pdsm.facilityType.JDV_J02", f"{_BOTH}, constr-bind-ProducteurDoc (JDV_J02)", "code-invalid", "CS"),
    ("pdsm.practiceSetting.1..1", f"{_DOCUMENT}, context.practiceSetting", "required", "C"),
    ("pdsm.practiceSetting.JDV_J04", f"{_BOTH}, context.practiceSetting (JDV_J04)", "code-invalid", "CS"),
    ("pdsm.sourcePatientInfo.1..1", f"{_DOCUMENT}, context.sourcePatientInfo", "required", "C"),
    (
        "pdsm.sourcePatientInfo.contained",
        f"{_DOCUMENT}, context.sourcePatientInfo (contenu)",
        "invariant",
        "C",
    ),
    ("pdsm.cda.uniqueId", "CI-SIS : uniqueId = ClinicalDocument/id", "invariant", "CS"),
    ("pdsm.cda.type", "CI-SIS : typeCode = ClinicalDocument/code", "invariant", "CS"),
    ("pdsm.cda.patient", "CI-SIS : patientId = ClinicalDocument/recordTarget", "invariant", "CS"),
    ("cda.read", "CDA R2, structuration minimale 1.16.8", "value", "CS"),
    ("cda.header", "CDA R2, structuration minimale 1.16.8", "invariant", "CS"),
    ("pdsm.bundle.type", f"{_BUNDLE}, type = transaction", "value", "B"),
    ("pdsm.bundle.entry.1..*", f"{_BUNDLE}, entry", "required", "B"),
    ("pdsm.bundle.entry.length", "100 documents par lot", "too-long", "B"),
    ("pdsm.bundle.entry.type", f"{_BUNDLE}, entry (découpage fermé)", "not-supported", "B"),
    ("pdsm.bundle.fullUrl", f"{_R4}, bdl-7 : fullUrl", "invariant", "B"),
    ("pdsm.bundle.request", f"{_BUNDLE}, entry.request", "value", "B"),
    ("pdsm.bundle.list.1..1", f"{_BUNDLE}, entry:SubmissionSet", "required", "B"),
    ("pdsm.bundle.documents.1..*", f"{_BUNDLE}, entry:DocumentRefs", "required", "B"),
    ("pdsm.bundle.uniqueId", "XDS : un uniqueId par document", "duplicate", "B"),
    ("pdsm.bundle.folder", "Classeurs (Folder) : non pris en charge", "not-supported", "B"),
    ("pdsm.bundle.manifest", "DocumentManifest (MHD 3) remplacé par List", "not-supported", "B"),
    ("pdsm.bundle.fhir-document", "Documents FHIR : non pris en charge", "not-supported", "B"),
    ("pdsm.binary.used", f"{_BUNDLE}, entry:Documents", "invariant", "B"),
    ("pdsm.binary.one", f"{_BUNDLE}, entry:Documents : un fichier, un document", "invariant", "B"),
    ("pdsm.binary.contentType", f"{_DOCUMENT}, attachment.contentType = Binary.contentType", "value", "B"),
    ("pdsm.list.designationType.1..1", f"{_LIST}, extension:designationType", "required", "B"),
    ("pdsm.list.sourceId.1..1", f"{_LIST}, extension:sourceId", "required", "B"),
    ("pdsm.list.contained.1..*", f"{_LIST}, contained", "required", "B"),
    ("pdsm.list.status", f"{_LIST}, status = current", "value", "B"),
    ("pdsm.list.mode", f"{_LIST}, mode = working", "value", "B"),
    ("pdsm.list.code", f"{_LIST}, code = MHDlistTypes#submissionset", "value", "B"),
    ("pdsm.list.subject.1..1", f"{_LIST}, subject", "required", "B"),
    ("pdsm.list.date.1..1", f"{_LIST}, date", "required", "B"),
    ("pdsm.list.source.1..1", f"{_LIST}, source", "required", "B"),
    ("pdsm.list.source.type", f"{_LIST}, source : PractitionerRole, Device ou Patient", "value", "B"),
    ("pdsm.list.identifier", f"{_LIST}, identifier", "value", "B"),
    ("pdsm.list.forbidden", f"{_LIST}, éléments interdits", "structure", "B"),
    ("pdsm.list.entry", f"{_LIST}, entry.item", "invariant", "B"),
    ("pdsm.patch.type", f"{_UPDATE}, formats", "not-supported", "P"),
    ("pdsm.patch.operation", f"{_UPDATE}, opérations", "structure", "P"),
    ("pdsm.patch.path", "RFC 6902 et RFC 6901, chemins", "structure", "P"),
    ("pdsm.patch.quotes", "RFC 8259, guillemets", "structure", "P"),
    ("pdsm.patch.element", f"{_UPDATE} : status, securityLabel, isArchived", "not-supported", "BP"),
    ("pdsm.patch.status", f"{_UPDATE}, status", "code-invalid", "BP"),
    ("pdsm.patch.securityLabel", f"{_UPDATE}, securityLabel : CodeableConcept", "value", "P"),
    ("pdsm.patch.isArchived.url", f"{_UPDATE}, extension isArchived", "value", "P"),
    ("pdsm.patch.replaced", f"{_BUNDLE}, entry:UpdateDocumentRefs", "invariant", "B"),
)

_METADATA: Final = (422, "XDSRegistryMetadataError")
_ANSWERS: Final = {
    (400, ""): {
        "fhir.json",
        "fhir.json.bounds",
        "fhir.resourceType",
        "pdsm.patch.operation",
        "pdsm.patch.quotes",
    },
    (422, "XDSPatientIdDoesNotMatch"): {"pdsm.patient.one", "pdsm.cda.patient"},
    (422, "XDSRepositoryMetadataError"): {
        "pdsm.attachment.contentType",
        "pdsm.attachment.size.1..1",
        "pdsm.attachment.hash.1..1",
        "pdsm.attachment.size",
        "pdsm.attachment.hash",
        "pdsm.attachment.data.1..1",
        "pdsm.attachment.bytes",
        "pdsm.attachment.length",
        "fhir.base64Binary",
        "cda.read",
        "cda.header",
        "pdsm.binary.contentType",
    },
    (422, "XDSMissingDocument"): {"pdsm.attachment.url.1..1", "pdsm.attachment.url"},
    (409, "XDSDuplicateUniqueIdInRegistry"): {"pdsm.bundle.uniqueId"},
    (415, ""): {"pdsm.patch.type"},
    (405, ""): {"pdsm.patch.element"},
}
"""The HTTP status and XDS code of a breach, where they are not those of metadata (facts/interop.md 2.8)."""


def _answer(name: str) -> tuple[int, str]:
    return next((answer for answer, names in _ANSWERS.items() if name in names), _METADATA)


RULES: Final = {
    name: Rule(name, clause, code, *_answer(name), requests) for name, clause, code, requests in _TABLE
}
"""Every rule by its name."""


def rules_of(requests: str) -> tuple[Rule, ...]:
    """Return the rules of requests: letters of `Rule.of`, "BC" for a bundle and what is in it."""
    return tuple(rule for rule in RULES.values() if set(rule.of) & set(requests))
