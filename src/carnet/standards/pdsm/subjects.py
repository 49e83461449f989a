"""Whom a DocumentReference is about: its source patient and its subject, who must be the same."""

from typing import Any

from carnet.standards.pdsm import patients
from carnet.standards.pdsm.deviations import SOURCE_PATIENT_NOT_CONTAINED
from carnet.standards.pdsm.patients import Identity
from carnet.standards.pdsm.reading import Resource
from carnet.standards.pdsm.sent import Sent


def read_identity(sent: Sent) -> Identity | None:
    """Return who the document is said to be about: the source patient, and the subject, the same."""
    told, named = sent.context.get("sourcePatientInfo"), sent.resource.get("subject")
    source = _resolve(sent, told, f"{sent.path}.context.sourcePatientInfo")
    subject = source if named == told else _resolve(sent, named, f"{sent.path}.subject")
    found = [one for one in (source, subject) if one]
    if len({one.matricule for one in found}) > 1:
        sent.fault("pdsm.patient.one", "subject", "Le patient n’est pas celui de sourcePatientInfo.")
    return next((one for one in found if one.traits), found[0] if found else None)


def _resolve(sent: Sent, reference: dict[str, Any] | None, where: str) -> Identity | None:
    if reference is None:
        return None
    name = reference.get("reference", "")
    if name in sent.contained:
        return _patient(
            sent, sent.contained[name], f"{sent.path}.contained[{list(sent.contained).index(name)}]"
        )
    if where.endswith("sourcePatientInfo") and not sent.around.simplified:
        sent.findings.deviate(
            SOURCE_PATIENT_NOT_CONTAINED, where, "L’identité du patient doit être une ressource contenue."
        )
    if name in sent.around.patients:
        return _patient(sent, *sent.around.patients[name])
    matricule = patients.read_reference(reference, sent.findings, path=where)
    return Identity(matricule) if matricule else None


def _patient(sent: Sent, patient: Resource, where: str) -> Identity | None:
    if patient.get("resourceType") != "Patient":
        sent.findings.fault("pdsm.subject.identified", where, "Une ressource Patient est attendue.")
        return None
    return patients.read_identity(patient, sent.findings, path=where, now=sent.now)


def check_identified(sent: Sent, identity: Identity | None) -> None:
    """A file says nothing of its patient: what is beside it must, matricule and traits (interop 0.1)."""
    if identity is not None and identity.traits is not None:
        return
    if not {"pdsm.patient.ins", "pdsm.patient.traits"} & {issue.rule for issue in sent.findings.issues}:
        sent.fault(
            "pdsm.subject.identified",
            "subject",
            "Le matricule INS et les cinq traits du patient sont attendus (ressource Patient contenue).",
        )
