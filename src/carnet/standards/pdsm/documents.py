"""One DocumentReference: what is read of it, and ITI-105, which sends one with its file inside."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from carnet.standards import sniff
from carnet.standards.pdsm import codes, content, patients, people
from carnet.standards.pdsm.codes import Bindings
from carnet.standards.pdsm.content import Cda
from carnet.standards.pdsm.deviations import (
    AUTHOR_NOT_CONTAINED,
    CUSTODIAN_MISSING,
    HASH_MISSING,
    IDENTIFIER_PRESENT,
    SIZE_MISSING,
    SOURCE_PATIENT_NOT_CONTAINED,
    UNIQUE_ID_ELSEWHERE,
)
from carnet.standards.pdsm.face import IS_ARCHIVED, make_face
from carnet.standards.pdsm.findings import Findings, refuse
from carnet.standards.pdsm.identifiers import find_unique_id, find_uuid, type_of
from carnet.standards.pdsm.model import DocumentIn, Publication
from carnet.standards.pdsm.moments import read_moment
from carnet.standards.pdsm.patients import Identity
from carnet.standards.pdsm.reading import Resource
from carnet.standards.pdsm.references import Named, check_contained, find_name
from carnet.standards.pdsm.shapes import copy_of

MAX_TITLE: Final = 500
_ROOT: Final = "DocumentReference"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a DocumentReference stands in: the patients beside it, and how its file is found.

    `simplified`: ITI-105, whose file is inside. `patients`: (resource, FHIRPath) by the reference that names
    them. `files`: the Binary entries of the bundle, (contentType, base64, FHIRPath), by `fullUrl` and by
    `Binary/<id>`.
    """

    simplified: bool
    patients: Mapping[str, tuple[Resource, str]] = field(default_factory=dict)
    files: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)


def read_publish(resource: Resource, *, strict: bool, bindings: Bindings, now: datetime) -> Publication:
    """Return the document that ITI-105 publishes: one DocumentReference with its file inside.

    `now`: the field's time. Raises Broken, with every rule that is broken (pdsm-simplified-publish).
    """
    check_resource_type(resource, _ROOT)
    findings = Findings(strict)
    copied = copy_of(resource, findings, path=_ROOT)
    around = Surroundings(simplified=True)
    document = read_document(copied, findings, bindings, path=_ROOT, now=now, around=around)
    findings.settle()
    assert document is not None
    return Publication(replace(document, warnings=findings.warnings))


def check_resource_type(resource: Resource, expected: str) -> None:
    """Refuse, 400, what is not the resource that an address takes."""
    kind = resource.get("resourceType")
    if kind != expected:
        told = f"non {kind[:40]}" if isinstance(kind, str) else "rien ne dit laquelle c’est"
        raise refuse("fhir.resourceType", "", f"Une ressource {expected} est attendue, et {told}.")


def read_document(
    resource: Resource,
    findings: Findings,
    bindings: Bindings,
    *,
    path: str,
    now: datetime,
    around: Surroundings,
) -> DocumentIn | None:
    """Return what a DocumentReference says, None when rules are broken, which are reported.

    `resource`: a copy that `copy_of` made. `path`: its FHIRPath.
    """
    return _Reading(resource, findings, bindings, path, now, around).read()


class _Reading:
    """The reading of one DocumentReference: each method looks at one part of it, and reports."""

    def __init__(  # noqa: PLR0917 - set once, read by each method
        self,
        resource: Resource,
        findings: Findings,
        bindings: Bindings,
        path: str,
        now: datetime,
        around: Surroundings,
    ) -> None:
        self.resource, self.findings, self.bindings = resource, findings, bindings
        self.path, self.now, self.around = path, now, around
        self.contained = {f"#{one.get('id', '')}": one for one in resource.get("contained", ())}
        self.context: dict[str, Any] = resource.get("context", {})
        contents = resource.get("content", [])
        self.content: dict[str, Any] = contents[0] if contents else {}
        self.attachment: dict[str, Any] = self.content.get("attachment", {})
        self.at = f"{path}.content[0].attachment"

    def read(self) -> DocumentIn | None:
        before = len(self.findings.faulted)
        self._check_frame()
        facts: dict[str, Any] = {**self._names(), **self._says(), **self._when(), **self._people()}
        identity = self._identity()
        media_type, data = self._file()
        type_code = codes.read_type(self.resource, self.findings, self.bindings, path=self.path)
        cda = (
            content.read_cda(data, self.findings, path=self.at) if data and media_type == sniff.XML else None
        )
        matricule = identity.matricule if identity else None
        if cda is not None:
            matricule = content.check_cda(
                cda, self.findings, path=self.path, unique_id=facts["unique_id"], type_code=type_code,
                identity=identity,
            )  # fmt: skip
        elif media_type and media_type != sniff.XML:
            self._check_identified(identity)
        facts |= self._kind(type_code, cda, media_type)
        if len(self.findings.faulted) > before or data is None or matricule is None:
            return None
        subject = (f"urn:oid:{matricule.oid}", matricule.value)
        return DocumentIn(
            path=self.path, data=data, media_type=media_type, identity=identity, matricule=matricule, cda=cda,
            face=make_face(self.resource, subject=subject), **facts,
        )  # fmt: skip

    def _fault(self, rule: str, name: str, message_fr: str) -> None:
        self.findings.fault(rule, f"{self.path}.{name}" if name else self.path, message_fr)

    def _require(self, rule: str, parent: dict[str, Any], name: str, where: str, what: str) -> bool:
        """Report an element that is missing, unless what stood there was reported already."""
        if name in parent:
            return True
        if f"{where}.{name}" not in self.findings.faulted:
            self.findings.fault(rule, f"{where}.{name}", f"Il manque {what} ({name}).")
        return False

    # the frame

    def _check_frame(self) -> None:
        """What must be there, what may not, whatever it says."""
        if "docStatus" in self.resource:
            self._fault("pdsm.docStatus.0..0", "docStatus", "Cet élément n’est pas admis.")
        for name in ("implicitRules", "modifierExtension"):
            if name in self.resource:
                self._fault("fhir.implicitRules", name, "Cet élément n’est pas admis.")
        if self.resource.get("status", "current") != "current":
            self._fault("pdsm.status", "status", "Un document déposé est « current ».")
        contents = self.resource.get("content", [])
        if len(contents) != 1:
            self._fault("pdsm.content.1..1", "content", "Un document a un contenu et un seul.")
        check_contained(self.resource, self.findings, path=self.path)
        self._require("pdsm.subject.1..1", self.resource, "subject", self.path, "le patient")
        self._require("pdsm.date.1..1", self.resource, "date", self.path, "la date")
        self._require("pdsm.author.1..*", self.resource, "author", self.path, "l’auteur")
        if "custodian" not in self.resource and f"{self.path}.custodian" not in self.findings.faulted:
            self.findings.deviate(
                CUSTODIAN_MISSING, f"{self.path}.custodian", "Il manque la structure qui garde le document."
            )
        if not self.around.simplified:
            self._check_comprehensive()

    def _check_comprehensive(self) -> None:
        """What ITI-65 wants beside: pdsm-comprehensive-document-reference."""
        resource, context = self.resource, self.context
        self._require("pdsm.contained.1..*", resource, "contained", self.path, "ce que la ressource contient")
        self._require("pdsm.type.1..1", resource, "type", self.path, "le type du document")
        self._require("pdsm.category.1..1", resource, "category", self.path, "la classe du document")
        self._require("pdsm.securityLabel.1..*", resource, "securityLabel", self.path, "la confidentialité")
        self._require("pdsm.format.1..1", self.content, "format", f"{self.path}.content[0]", "le format")
        if self._require("pdsm.context.1..1", resource, "context", self.path, "le contexte"):
            where = f"{self.path}.context"
            start = self._require("pdsm.period.start.1..1", context, "period", where, "la période de l’acte")
            if start:
                period = context["period"]
                self._require(
                    "pdsm.period.start.1..1", period, "start", f"{where}.period", "le début de l’acte"
                )
            self._require("pdsm.facilityType.1..1", context, "facilityType", where, "le type de structure")
            self._require(
                "pdsm.practiceSetting.1..1", context, "practiceSetting", where, "le cadre d’exercice"
            )
            self._require(
                "pdsm.sourcePatientInfo.1..1", context, "sourcePatientInfo", where, "l’identité du patient"
            )

    # names

    def _names(self) -> dict[str, Any]:
        resource, findings = self.resource, self.findings
        identifiers = resource.get("identifier", [])
        if identifiers and self.around.simplified and "masterIdentifier" in resource:
            findings.deviate(
                IDENTIFIER_PRESENT, f"{self.path}.identifier", "Cet élément n’est pas admis ici."
            )
        entry_uuid = None
        for index, one in enumerate(identifiers):
            if type_of(one) == "entryUUID" and not self.around.simplified:
                entry_uuid = find_uuid(one.get("value", ""))
                if entry_uuid is None:
                    self._fault(
                        "pdsm.identifier.entryUUID",
                        f"identifier[{index}]",
                        "Un UUID (urn:uuid:) est attendu.",
                    )
        logical = next((one.get("value", "") for one in identifiers if type_of(one) in ("", "logicalId")), "")
        return {"unique_id": self._unique_id(), "entry_uuid": entry_uuid, "logical_id": logical}

    def _unique_id(self) -> str:
        where = f"{self.path}.masterIdentifier"
        if (master := self.resource.get("masterIdentifier")) is not None:
            return self._find_unique_id(master, where)
        for index, one in enumerate(self.resource.get("identifier", ())):
            if type_of(one) == "uniqueId" or (
                type_of(one) == "" and find_unique_id(one.get("system", ""), one.get("value", ""))
            ):
                self.findings.deviate(UNIQUE_ID_ELSEWHERE, where, "Il manque l’identifiant du document.")
                return self._find_unique_id(one, f"{self.path}.identifier[{index}]")
        if where not in self.findings.faulted:
            self.findings.fault("pdsm.masterIdentifier.1..1", where, "Il manque l’identifiant du document.")
        return ""

    def _find_unique_id(self, identifier: dict[str, Any], where: str) -> str:
        found = find_unique_id(identifier.get("system", ""), identifier.get("value", ""))
        if found is None:
            self.findings.fault(
                "pdsm.masterIdentifier", where, "L’identifiant s’écrit « urn:oid:… » ou « urn:uuid:… »."
            )
        return found or ""

    # what it says

    def _says(self) -> dict[str, Any]:
        resource, attachment = self.resource, self.attachment
        path = f"{self.path}.securityLabel"
        return {
            "title": self._title(),
            "description": resource.get("description", ""),
            "language": attachment.get("language", ""),
            "labels": codes.read_labels(resource.get("securityLabel", []), self.findings, path=path),
            "archived": self._archived(),
            "replaces": self._replaces(),
        }

    def _title(self) -> str:
        title = " ".join(self.attachment.get("title", "").split())
        if self.content and self.attachment and not title:
            self._require("pdsm.attachment.title.1..1", self.attachment, "title", self.at, "le titre")
        if len(title) > MAX_TITLE:
            self.findings.fault(
                "pdsm.attachment.title.length",
                f"{self.at}.title",
                f"Le titre dépasse {MAX_TITLE} caractères.",
            )
        return title

    def _archived(self) -> bool:
        found = [one for one in self.resource.get("extension", ()) if one.get("url") == IS_ARCHIVED]
        if len(found) > 1 or (found and "valueBoolean" not in found[0]):
            self._fault("pdsm.isArchived", "extension", "isArchived vaut true ou false, une seule fois.")
            return False
        return bool(found and found[0]["valueBoolean"])

    def _replaces(self) -> tuple[Named, ...]:
        """The document that this one replaces. `appends` and `transforms` are kept and do nothing."""
        replaced = []
        for index, relation in enumerate(self.resource.get("relatesTo", ())):
            where, code = f"relatesTo[{index}]", relation.get("code")
            if code == "replaces":
                if (named := find_name(relation.get("target", {}))) is None:
                    self._fault(
                        "pdsm.relatesTo.replaces",
                        f"{where}.target",
                        "Le document remplacé se nomme « DocumentReference/<id> » ou par son identifiant.",
                    )
                else:
                    replaced.append(named)
            elif code in ("appends", "transforms"):
                self.findings.note(
                    "pdsm.relatesTo.code", f"{self.path}.{where}", "Cette relation est gardée, et sans effet."
                )
            else:
                self._fault(
                    "pdsm.relatesTo.code", where, "Seule la relation « replaces » est prise en charge."
                )
        if len(replaced) > 1:
            self._fault("pdsm.relatesTo.replaces", "relatesTo", "Un document n’en remplace qu’un.")
        return tuple(replaced)

    def _when(self) -> dict[str, Any]:
        period, where = self.context.get("period", {}), f"{self.path}.context.period"
        start = self._moment(period, "start", where)
        end = self._moment(period, "end", where)
        if start and end and start > end:
            self.findings.fault("pdsm.period.order", where, "La période finit avant de commencer.")
        date = self._moment(self.resource, "date", self.path)
        creation = self._moment(self.attachment, "creation", self.at)
        if not self.around.simplified and self.attachment:
            self._require(
                "pdsm.attachment.creation.1..1", self.attachment, "creation", self.at, "la date de création"
            )
        return {"date": date, "creation": creation or date, "period_start": start, "period_end": end}

    def _moment(self, parent: dict[str, Any], name: str, where: str) -> datetime | None:
        if name not in parent:
            return None
        return read_moment(parent[name], self.findings, path=f"{where}.{name}", now=self.now)

    # people

    def _people(self) -> dict[str, Any]:
        authors = [
            self._author(reference, f"author[{index}]")
            for index, reference in enumerate(self.resource.get("author", ()))
        ]
        authenticator = self.resource.get("authenticator")
        return {
            "authors": tuple(authors),
            "authenticator": people.read_author(authenticator, self.contained) if authenticator else None,
            "custodian": self._custodian(),
        }

    def _author(self, reference: dict[str, Any], where: str) -> Any:
        name = reference.get("reference", "")
        kind = self.contained[name].get("resourceType", "") if name in self.contained else name.split("/")[0]
        if name in self.contained and kind not in people.AUTHORS:
            self._fault("pdsm.author.type", where, f"Un auteur n’est pas une ressource {kind[:40]}.")
        elif not self.around.simplified and not name.startswith("#"):
            self.findings.deviate(
                AUTHOR_NOT_CONTAINED, f"{self.path}.{where}", "L’auteur doit être une ressource contenue."
            )
        return people.read_author(reference, self.contained)

    def _custodian(self) -> Any:
        reference = self.resource.get("custodian", {})
        target = self.contained.get(reference.get("reference", ""))
        if target is not None and target.get("resourceType") != "Organization":
            self._fault("pdsm.custodian.type", "custodian", "La structure est une ressource Organization.")
        return people.find_organisation(reference, self.contained) if reference else None

    # the patient

    def _identity(self) -> Identity | None:
        """Return who the document is said to be about: the source patient, and the subject, the same."""
        source = self._resolve(
            self.context.get("sourcePatientInfo"), f"{self.path}.context.sourcePatientInfo"
        )
        subject = self._resolve(self.resource.get("subject"), f"{self.path}.subject")
        found = [one for one in (source, subject) if one]
        named = {one.matricule for one in found}
        if len(named) > 1:
            self._fault("pdsm.patient.one", "subject", "Le patient n’est pas celui de sourcePatientInfo.")
        return next((one for one in found if one.traits), found[0] if found else None)

    def _resolve(self, reference: dict[str, Any] | None, where: str) -> Identity | None:
        if reference is None:
            return None
        name = reference.get("reference", "")
        if name in self.contained:
            return self._patient(self.contained[name], f"{self.path}.contained")
        if where.endswith("sourcePatientInfo") and not self.around.simplified:
            self.findings.deviate(
                SOURCE_PATIENT_NOT_CONTAINED, where, "L’identité du patient doit être une ressource contenue."
            )
        if name in self.around.patients:
            return self._patient(*self.around.patients[name])
        matricule = patients.read_reference(reference, self.findings, path=where)
        return Identity(matricule) if matricule else None

    def _patient(self, patient: Resource, where: str) -> Identity | None:
        if patient.get("resourceType") != "Patient":
            self.findings.fault("pdsm.subject.identified", where, "Une ressource Patient est attendue.")
            return None
        return patients.read_identity(patient, self.findings, path=where, now=self.now)

    def _check_identified(self, identity: Identity | None) -> None:
        """A file says nothing of its patient: what is beside it must, matricule and traits (interop 0.1)."""
        if identity is not None and identity.traits is not None:
            return
        if not {"pdsm.patient.ins", "pdsm.patient.traits"} & {issue.rule for issue in self.findings.issues}:
            self._fault(
                "pdsm.subject.identified",
                "subject",
                "Le matricule INS et les cinq traits du patient sont attendus (ressource Patient contenue).",
            )

    # the file

    def _file(self) -> tuple[str, bytes | None]:
        """Return the media type and the bytes of the file, held against what is said of them."""
        if not self.attachment:
            return "", None
        media_type = ""
        if self._require(
            "pdsm.attachment.contentType.1..1",
            self.attachment,
            "contentType",
            self.at,
            "la nature du fichier",
        ):
            declared = self.attachment["contentType"]
            media_type = content.media_type_of(declared, self.findings, path=f"{self.at}.contentType")
        if not self.around.simplified:
            self._require("pdsm.attachment.language.1..1", self.attachment, "language", self.at, "la langue")
            self._warn_of_missing(HASH_MISSING, "hash", "Il manque l’empreinte du fichier.")
            self._warn_of_missing(SIZE_MISSING, "size", "Il manque la taille du fichier.")
        text, where = self._inline() if self.around.simplified else self._entry(media_type)
        if not text or not media_type:
            return media_type, None
        data = content.decode(text, self.findings, path=where, media_type=media_type)
        if data is not None:
            content.check_bytes(data, self.attachment, self.findings, path=self.at, media_type=media_type)
        return media_type, data

    def _warn_of_missing(self, deviation: Any, name: str, message_fr: str) -> None:
        if name not in self.attachment and f"{self.at}.{name}" not in self.findings.faulted:
            self.findings.deviate(deviation, f"{self.at}.{name}", message_fr)

    def _inline(self) -> tuple[str, str]:
        if "url" in self.attachment:
            self.findings.fault(
                "pdsm.attachment.url.0..0", f"{self.at}.url", "Le fichier est dans « data », sans adresse."
            )
        self._require("pdsm.attachment.data.1..1", self.attachment, "data", self.at, "le fichier")
        return self.attachment.get("data", ""), f"{self.at}.data"

    def _entry(self, media_type: str) -> tuple[str, str]:
        """Return the base64 of the Binary of the bundle to which the attachment refers, and its path."""
        if "data" in self.attachment:
            self.findings.fault(
                "pdsm.attachment.data.0..0",
                f"{self.at}.data",
                "Le fichier est dans une ressource Binary du lot.",
            )
        if not self._require(
            "pdsm.attachment.url.1..1", self.attachment, "url", self.at, "l’adresse du fichier"
        ):
            return "", self.at
        found = self.around.files.get(self.attachment["url"])
        if found is None:
            self.findings.fault(
                "pdsm.attachment.url",
                f"{self.at}.url",
                "Aucune ressource Binary du lot ne porte cette adresse.",
            )
            return "", self.at
        declared, text, where = found
        if media_type and content.MEDIA_TYPES.get(declared.partition(";")[0].strip().lower()) != media_type:
            self.findings.fault(
                "pdsm.binary.contentType",
                f"{where}.contentType",
                "La nature du fichier n’est pas celle annoncée.",
            )
        return text, f"{where}.data"

    # its kind

    def _kind(self, type_code: str, cda: Cda | None, media_type: str) -> dict[str, Any]:
        where, place = f"{self.path}.content[0]", f"{self.path}.context"
        if cda is not None and "type" not in self.resource:
            type_code = self._type_of(cda)
        elif not type_code and self.around.simplified and "type" not in self.resource:
            self._require("pdsm.type.1..1", self.resource, "type", self.path, "le type du document")
        class_code = codes.read_category(
            self.resource, self.findings, self.bindings, path=self.path, type_code=type_code
        )
        declared = codes.read_format(self.content, self.findings, self.bindings, path=where)
        if media_type and (cda is not None or media_type != sniff.XML):
            declared = content.check_format(
                declared, self.findings, self.bindings, path=f"{where}.format", media_type=media_type, cda=cda
            )
        return {
            "type_code": type_code,
            "class_code": class_code,
            "format_code": declared,
            "facility": codes.FACILITY.read(
                self.context, self.findings, self.bindings.has_facility, path=place
            ),
            "setting": codes.SETTING.read(self.context, self.findings, self.bindings.has_setting, path=place),
        }

    def _type_of(self, cda: Cda) -> str:
        """The type that the CDA itself gives, held against the list."""
        code = cda.document.code
        coding = {"code": code.code, "system": f"urn:oid:{code.system}", "display": code.display}
        return codes.read_type(
            {"type": {"coding": [coding]}}, self.findings, self.bindings, path=f"{self.at}[ClinicalDocument]"
        )
