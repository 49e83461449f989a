"""Rules on the patient: recordTarget, the INS and its traits (facts/interop.md 4)."""

import re
from collections.abc import Iterator

from lxml import etree

from carnet.standards.cda.rules.finding import Fault, every, known, rule, text_of
from carnet.standards.ins import INS_OIDS

_ROLE = "recordTarget/patientRole"
_PATIENT = f"{_ROLE}/patient"
_NAME = f"{_PATIENT}/name"


@rule("recordTarget", "recordTarget [1..1]")
def record_target(document: etree._Element) -> Iterator[Fault]:
    """`recordTarget` [1..1], with a patientRole and its patient."""
    if not len(every(document, "recordTarget")) == len(known(document, _PATIENT)) == 1:
        yield "recordTarget", "Le document doit concerner un patient et un seul."


@rule("recordTarget.ins", "recordTarget/patientRole/id : INS")
def matricule(document: etree._Element) -> Iterator[Fault]:
    """One id is the INS: fifteen characters under one of its OIDs, those of tests included."""
    for role in every(document, _ROLE):
        found = [e.get("extension", "").strip() for e in every(role, "id") if e.get("root") in INS_OIDS]
        if len(found) != 1 or not re.fullmatch(r"[0-9AB]{15}", found[0]):
            yield f"{_ROLE}/id", "Le matricule INS du patient doit figurer une fois, sur 15 caractères."


@rule("recordTarget.id", "recordTarget/patientRole/id, sans nullFlavor")
def patient_identifiers(document: etree._Element) -> Iterator[Fault]:
    """No id of the patient says that it is missing."""
    if len(every(document, f"{_ROLE}/id")) != len(known(document, f"{_ROLE}/id")):
        yield f"{_ROLE}/id", "Un identifiant du patient est annoncé sans valeur."


@rule("patient.name", "patient/name [1..1]")
def patient_name(document: etree._Element) -> Iterator[Fault]:
    """`name` [1..1]: the names of birth and of use stand in one element."""
    for patient in every(document, _PATIENT):
        if len(known(patient, "name")) != 1:
            yield _NAME, "Les noms du patient doivent tenir dans un seul élément (name)."


@rule("patient.family", "patient/name/family : qualifier BR ou CL, BR obligatoire")
def patient_family(document: etree._Element) -> Iterator[Fault]:
    """`family`: BR for the name of birth, mandatory, CL for the name in use; nothing else."""
    for name in every(document, _NAME):
        yield from _family_faults(name)


def _family_faults(name: etree._Element) -> Iterator[Fault]:
    families = every(name, "family")
    if any(e.get("qualifier") not in ("BR", "CL") for e in families):
        yield f"{_NAME}/family", "Un nom du patient est soit de naissance (BR), soit utilisé (CL)."
    if not any(e.get("qualifier") == "BR" and text_of(e) for e in families):
        yield f"{_NAME}/family", "Il manque le nom de naissance du patient (BR)."


@rule("patient.given", "patient/name/given : liste de naissance, BR, CL")
def patient_given(document: etree._Element) -> Iterator[Fault]:
    """`given`: BR for the first given name of birth, none for their list, both mandatory; CL in use."""
    for name in every(document, _NAME):
        yield from _given_faults(name)


def _given_faults(name: etree._Element) -> Iterator[Fault]:
    givens = every(name, "given")
    if any(e.get("qualifier") not in (None, "BR", "CL") for e in givens):
        yield f"{_NAME}/given", "Un prénom du patient est de naissance (BR ou sans mention) ou utilisé (CL)."
    told = {e.get("qualifier") for e in givens if text_of(e)}
    if "BR" not in told:
        yield f"{_NAME}/given", "Il manque le premier prénom de naissance du patient (BR)."
    if None not in told:
        yield f"{_NAME}/given", "Il manque la liste des prénoms de naissance du patient."


@rule("patient.gender", "patient/administrativeGenderCode [1..1] : M, F ou U")
def patient_gender(document: etree._Element) -> Iterator[Fault]:
    """`administrativeGenderCode` [1..1]: M, F, or U."""
    for patient in every(document, _PATIENT):
        if [e.get("code") in ("M", "F", "U") for e in every(patient, "administrativeGenderCode")] != [True]:
            yield (
                f"{_PATIENT}/administrativeGenderCode",
                "Le sexe du patient doit figurer une fois : M, F ou U.",
            )


@rule("patient.birthTime", "patient/birthTime [1..1]")
def patient_birth_time(document: etree._Element) -> Iterator[Fault]:
    """`birthTime` [1..1]: the day of birth is one of the traits of the INS."""
    for patient in every(document, _PATIENT):
        found = [e.get("value", "") for e in every(patient, "birthTime")]
        if len(found) != 1 or not re.match(r"[0-9]{8}", found[0]):
            yield f"{_PATIENT}/birthTime", "La date de naissance du patient doit figurer une fois."


@rule("patient.birthplace", "patient/birthplace/place/addr/county : code INSEE")
def patient_birthplace(document: etree._Element) -> Iterator[Fault]:
    """`birthplace`: the code of the place of birth in the official geographical code, five characters."""
    for patient in every(document, _PATIENT):
        found = [text_of(e) for e in every(patient, "birthplace/place/addr/county")]
        if len(found) != 1 or not re.fullmatch(r"[0-9][0-9AB][0-9]{3}", found[0]):
            yield (
                f"{_PATIENT}/birthplace/place/addr/county",
                "Le code INSEE du lieu de naissance doit figurer une fois, sur 5 caractères.",
            )


@rule("patient.forbidden", "patient : ni religion, ni race, ni groupe ethnique")
def patient_forbidden(document: etree._Element) -> Iterator[Fault]:
    """No religiousAffiliationCode, raceCode or ethnicGroupCode: French law lets none be recorded."""
    for name in ("religiousAffiliationCode", "raceCode", "ethnicGroupCode"):
        if every(document, f"{_PATIENT}/{name}"):
            yield f"{_PATIENT}/{name}", "Le document ne peut rien dire de la religion ni de l’origine."
