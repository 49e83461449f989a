"""Documents for tests: real ones of others, and small ones of our own about any person of the register."""

from dataclasses import replace
from datetime import date

from django.db import connection

from carnet.documents import api as documents
from carnet.journal.api import Actor, ActorKind
from carnet.people.api import get_person
from carnet.platform import clock
from carnet.platform.ids import uuid7
from carnet.standards.cda.model import Attachment, Header, Patient
from carnet.standards.cda.writer import write_n1, write_n3
from tests.people.register import add_person, open_space
from tests.standards.samples import HEADER, N3_TEMPLATES, PDF, RESULTS

FINESS = "310000013"
FACILITY = Actor(ActorKind.HEALTHCARE_FACILITY, structure=FINESS)
LEVEL_1 = "cda/ci-sis-3.0/BIO-CR-BIO_2021.01_CDA-R2-Niveau-1.xml"
LEVEL_3 = "cda/ci-sis-3.0/BIO-CR-BIO_2021.01_Electrophorese.xml"


def add_dominique(state="activated"):
    """The person whom the real samples are about."""
    person = add_person(
        birth_name="PAT-TROIS",
        given_names="DOMINIQUE MARIE-LOUISE",
        birth_date=date(1979, 3, 28),
        sex="F",
        birth_place="51215",
        matricule="279035121518989",
        email="dominique@exemple.test",
    )
    if state:
        open_space(person, state)
    return person


def add_claire(state="activated", **facts):
    person = add_person(**facts)
    if state:
        open_space(person, state)
    return person


def add_second_parent(child, parent, *, invited_by):
    """Make `parent` an accepted representative of the child, without the invitation (tests/people)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into people_representation"
            " (id, person_id, representative_id, origin, state, invited_by, since)"
            " values (%s, %s, %s, 'invited', 'accepted', %s, %s)",
            [uuid7(), child, parent, invited_by, clock.now()],
        )


def unique_id_of(person_id, number=1) -> str:
    """The name of a document: a laboratory gives none twice, whoever it is about."""
    return f"1.2.250.1.999.1^CR-{person_id.hex[-12:]}-{number}"


def header_of(person_id, number=1, **changes) -> Header:
    person = get_person(person_id)
    patient = Patient(
        ins=person.matricule, ins_oid=person.oid, local_ids=("1.2.250.1.999.2^4578",), traits=person.traits
    )
    facts = {
        "unique_id": unique_id_of(person_id, number), "set_id": f"1.2.250.1.999.1^SET-{number}",
        "replaces": (), "patient": patient, **changes,
    }  # fmt: skip
    return replace(HEADER, **facts)


def report(person_id, number=1, **changes) -> bytes:
    """A small structured report, another for each number; a confidentiality that none may have is put in after."""
    changes.setdefault("template_ids", N3_TEMPLATES)
    confidentiality = changes.pop("confidentiality", HEADER.confidentiality)
    section = replace(RESULTS, blocks=(*RESULTS.blocks, f"Prélèvement numéro {number}."))
    data = write_n3(header_of(person_id, number, **changes), (section,))
    written, wanted = (
        f'<confidentialityCode code="{code}"'.encode()
        for code in (HEADER.confidentiality.code, confidentiality.code)
    )
    assert written in data
    return data.replace(written, wanted)


def scanned(person_id, number=1, *, media_type="application/pdf", data=PDF, **changes) -> bytes:
    """A document of level 1: a file inside a CDA, under any type that it is said to have."""
    if data is PDF and number > 1:  # each number has a content of its own
        data += f"% {number}\n".encode()
    written = write_n1(header_of(person_id, number, **changes), Attachment("application/pdf", data))
    return written.replace(b'mediaType="application/pdf"', f'mediaType="{media_type}"'.encode())


def deposit(data, **options):
    return documents.deposit(data, **{"structure": FINESS, "by": FACILITY, **options})


def holder(person_id):
    return Actor(ActorKind.PATIENT, person_id)


def parent(person_id):
    return Actor(ActorKind.LEGAL_REPRESENTATIVE, person_id)
