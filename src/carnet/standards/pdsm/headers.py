"""The header of the CDA that is put around a file which came without one (facts/interop.md 4, level 1).

What the sender said is kept; what the profile of CDA wants beside, and a DocumentReference need not say, is
made from the structure whose software sent it.
"""

from typing import Final
from uuid import NAMESPACE_OID, uuid5

from carnet.standards.cda.model import Author, Code, Header, Organisation, Patient
from carnet.standards.cda.writer import N1_TEMPLATES
from carnet.standards.ins import Traits
from carnet.standards.pdsm.codes import LEVELS
from carnet.standards.pdsm.model import DocumentIn

_CONFIDENTIALITY: Final = "2.16.840.1.113883.5.25"
_UNDEFINED_SECTOR: Final = Code("SA43", "1.2.250.1.71.4.2.4", "Secteur non défini")
_HOSPITALS: Final = frozenset({"SA01", "SA02", "SA03", "SA04", "SA30", "SA36", "SA51", "SA53"})
_SETTING: Final = "1.2.250.1.213.1.1.4.9"


def header_of(document: DocumentIn, *, type_code: Code, traits: Traits, structure: Organisation) -> Header:
    """Return the header of the CDA around a document's file.

    `type_code`: the document's type with the OID of its system and its label. `traits`: the five of the
    register, once those that were sent have been compared with them. `structure`: whose software sent it; it
    answers for the document where nobody else is said to.
    """
    assert document.matricule is not None
    facility = document.facility or _UNDEFINED_SECTOR
    custodian = document.custodian if document.custodian and document.custodian.national_id else structure
    authors = document.authors or (_speaking_for(structure),)
    return Header(
        unique_id=document.unique_id,
        set_id=document.unique_id,
        version_number=1,
        replaces=tuple(named.value for named in document.replaces if named.kind == "identifier")[:1],
        code=type_code,
        title=document.title,
        effective_time=document.creation,
        confidentiality=Code(next(iter(document.labels & LEVELS), "N"), _CONFIDENTIALITY),
        language="fr-FR",
        patient=_patient(document, traits, structure),
        authors=authors,
        custodian=custodian,
        legal_authenticator=_answering(document, structure),
        service_start=document.period_start or document.creation,
        service_stop=document.period_end,
        facility_type=facility,
        practice_setting=document.setting or _setting_of(facility),
        template_ids=N1_TEMPLATES,
    )


def _patient(document: DocumentIn, traits: Traits, structure: Organisation) -> Patient:
    """The profile wants an identifier of the structure's own beside the INS: one is made of the two."""
    matricule, identity = document.matricule, document.identity
    given = traits.given_names or traits.first_given_name
    local = uuid5(NAMESPACE_OID, f"{structure.national_id}^{matricule.value}")
    return Patient(
        ins=matricule.value,
        ins_oid=matricule.oid,
        local_ids=(f"2.25.{local.int}",),
        traits=Traits(
            birth_name=traits.birth_name,
            first_given_name=traits.first_given_name,
            given_names=given,
            birth_date=traits.birth_date,
            sex=traits.sex,
            birth_place=traits.birth_place,
        ),
        used_family=identity.used_family if identity else "",
        used_given=identity.used_given if identity else "",
    )


def _answering(document: DocumentIn, structure: Organisation) -> Author:
    """Who answers for the document: a person, else the structure by its name."""
    people = [one for one in (document.authenticator, *document.authors) if one and not one.device]
    return people[0] if people else _speaking_for(structure)


def _speaking_for(structure: Organisation) -> Author:
    return Author(
        family=structure.name or "Structure", national_id=f"1{structure.finess}" if structure.finess else "",
        organisation=structure,
    )  # fmt: skip


def _setting_of(facility: Code) -> Code:
    """The practice setting that goes with a place of care that says none (JDV_J04)."""
    if facility.code in _HOSPITALS:
        return Code("ETABLISSEMENT", _SETTING, "Etablissement de santé")
    return Code("AMBULATOIRE", _SETTING, "Ambulatoire")
