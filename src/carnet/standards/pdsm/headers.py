"""The header of the CDA that is put around a file which came without one (facts/interop.md 4, level 1).

Only what was sent is said: what the profile of CDA wants beside, and a DocumentReference need not tell, is
left out, and stays unknown.
"""

from typing import Final

from carnet.standards.cda.model import Code, Header, Organisation, Patient
from carnet.standards.cda.writer import N1_TEMPLATES
from carnet.standards.ins import Traits
from carnet.standards.pdsm.codes import LEVELS
from carnet.standards.pdsm.model import DocumentIn

_CONFIDENTIALITY: Final = Code("N", "2.16.840.1.113883.5.25")


def header_of(document: DocumentIn, *, type_code: Code, traits: Traits, structure: Organisation) -> Header:
    """Return the header of the CDA around a document's file.

    `type_code`: the document's type with the OID of its system and its label. `traits`: those of the patient.
    `structure`: whose software sent the document; it keeps it when nobody else is said to.
    """
    named, identity = document.custodian, document.identity
    level = next(iter(document.labels & LEVELS), _CONFIDENTIALITY.code)
    people = [one for one in (document.authenticator, *document.authors) if one and not one.device]
    return Header(
        unique_id=document.unique_id,
        code=type_code,
        title=document.title,
        effective_time=document.creation,
        confidentiality=Code(level, _CONFIDENTIALITY.system),
        language="fr-FR",
        patient=Patient(
            ins=document.matricule.value,
            ins_oid=document.matricule.oid,
            traits=traits,
            used_family=identity.used_family if identity else "",
            used_given=identity.used_given if identity else "",
        ),
        authors=document.authors,
        custodian=named if named and (named.name or named.national_id) else structure,
        legal_authenticator=people[0] if document.authenticator and people else None,
        service_start=document.period_start,
        service_stop=document.period_end,
        facility_type=document.facility,
        practice_setting=document.setting,
        template_ids=N1_TEMPLATES,
    )
