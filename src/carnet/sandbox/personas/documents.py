"""A few CDA documents of our own writing for the personas: results as tables, letters as PDF.

Patients, professionals, structures and contents are invented.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import orjson

from carnet.documents import api as documents
from carnet.journal.api import Actor, ActorKind
from carnet.people import api as people
from carnet.people.api import PersonCard
from carnet.platform import clock
from carnet.sandbox.personas import STRUCTURES, Persona, Structure, get_persona
from carnet.sandbox.personas.listing import matricule_of
from carnet.standards.cda.model import (
    TEMPLATE_HL7_FRANCE,
    TEMPLATE_STRUCTMIN,
    Attachment,
    Author,
    Code,
    Header,
    Organisation,
    Patient,
)
from carnet.standards.cda.writer import N1_TEMPLATES, Section, Table, write_n1, write_n3

LABORATORY, HOSPITAL, CLINIC, CENTRE = STRUCTURES

OID = "1.2.250.1.999.77"  # an arc of nobody
_LOINC = "2.16.840.1.113883.6.1"
N3_TEMPLATES = (TEMPLATE_HL7_FRANCE, TEMPLATE_STRUCTMIN, "1.2.250.1.213.1.1.1.55")
_FACILITIES = {
    "SA01": "Etablissement public de santé",
    "SA04": "Etablissement privé non PSPH",
    "SA05": "Centre de santé",
    "SA25": "Laboratoire de biologie médicale",
}
_TYPES = {
    "11502-2": "CR d'examens biologiques",
    "11490-0": "Lettre de liaison à la sortie d'un établissement de soins",
    "11488-4": "CR ou fiche de consultation ou de visite",
}


@dataclass(frozen=True)
class Demo:
    """A document to deposit for a persona, some days before the world was made."""

    persona: str
    number: int
    days_ago: int
    structure: Structure
    author: tuple[str, str]
    type_code: str
    title: str
    sections: tuple[Section, ...] = ()
    letter: tuple[str, ...] = ()
    confidential: bool = False  # a minor's: her representatives do not see it


def _table(caption: str, *rows: tuple[str, str, str]) -> Table:
    return Table(headings=("Analyse", "Résultat", "Valeurs usuelles"), rows=rows, caption=caption)


_BLOOD = Section(
    title="Hématologie", code=Code("18723-7", _LOINC, "Hématologie"),
    blocks=(
        _table(
            "Numération formule sanguine", ("Hémoglobine", "13,4 g/dL", "12,0 à 16,0"),
            ("Leucocytes", "6,1 G/L", "4,0 à 10,0"), ("Plaquettes", "245 G/L", "150 à 400"),
        ),
    ),
)  # fmt: skip
_CHEMISTRY = Section(
    title="Biochimie", code=Code("18719-5", _LOINC, "Biochimie"),
    blocks=(
        _table(
            "Sang", ("Glycémie à jeun", "1,10 g/L", "0,70 à 1,10"), ("Créatinine", "72 µmol/L", "50 à 90"),
            ("Cholestérol LDL", "1,32 g/L", "moins de 1,60"),
        ),
        "Résultats à interpréter avec le médecin qui a prescrit ces examens.",
    ),
)  # fmt: skip

RESULTS = (_BLOOD, _CHEMISTRY)

DEMOS: tuple[Demo, ...] = (
    Demo("dominique", 1, 12, LABORATORY, ("VERNOLLE", "Anne"), "11502-2", "Bilan sanguin annuel", (_BLOOD,
        _CHEMISTRY)),
    Demo("estelle", 2, 40, LABORATORY, ("VERNOLLE", "Anne"), "11502-2", "Bilan sanguin", (_BLOOD,
        _CHEMISTRY)),
    Demo(
        "estelle", 3, 21, HOSPITAL, ("MONTELIER", "Paul"), "11490-0", "Lettre de sortie",
        letter=(
            "Séjour de deux jours dans le service de chirurgie ambulatoire, sans complication.",
            "Pansement à refaire tous les deux jours pendant dix jours. Reprise des activités sans effort.",
            "Consultation de contrôle prévue dans un mois.",
        ),
    ),
    Demo(
        "estelle", 4, 5, CENTRE, ("DRUAND", "Léa"), "11488-4", "Compte rendu de consultation",
        letter=("Consultation de suivi. Cicatrisation satisfaisante.", "Pas de traitement à poursuivre."),
    ),
    Demo("denis", 5, 60, LABORATORY, ("VERNOLLE", "Anne"), "11502-2", "Bilan biologique", (_CHEMISTRY,)),
    Demo(
        "tom", 6, 15, CENTRE, ("DRUAND", "Léa"), "11488-4", "Visite des huit ans",
        letter=("Croissance régulière, vue et audition normales pour l’âge.", "Vaccinations à jour."),
    ),
    Demo(
        "henri", 7, 9, CLINIC, ("AUBEREL", "Marc"), "11490-0", "Lettre de sortie",
        letter=("Hospitalisation de trois jours pour surveillance.",
            "Retour à domicile avec passage infirmier."),
    ),
    Demo(
        "lina", 8, 50, CENTRE, ("DRUAND", "Léa"), "11488-4", "Certificat de sport",
        letter=("Examen sans particularité.", "Aucune contre-indication à la pratique du handball."),
    ),
    Demo(
        "lina", 9, 18, CENTRE, ("DRUAND", "Léa"), "11488-4", "Consultation confidentielle",
        letter=("Consultation demandée par l’adolescente, à sa demande hors de la présence de ses parents.",
            "Information sur la contraception. Prochain rendez-vous dans trois mois."),
        confidential=True,
    ),
)  # fmt: skip


def deposit_documents() -> None:
    """Deposit every demonstration document; one that is there already is not added again."""
    for demo in DEMOS:
        data = write(demo)
        by = Actor(ActorKind.HEALTHCARE_FACILITY, structure=demo.structure.finess, secret=demo.confidential)
        documents.deposit(
            data, structure=demo.structure.finess, by=by, invisible_representatives=demo.confidential
        )


def write_sample(persona: str) -> tuple[bytes, str]:
    """Return (a fresh laboratory report about a persona, the FINESS of who would deposit it).

    Each second gives another document. Raises KeyError for an unknown persona.
    """
    number = int(clock.real_now().timestamp()) % 10_000
    demo = Demo(persona, number, 1, LABORATORY, ("VERNOLLE", "Anne"), "11502-2", "Bilan de contrôle",
                (_BLOOD, _CHEMISTRY))  # fmt: skip
    return write(demo), LABORATORY.finess


def write(demo: Demo) -> bytes:
    """Return a demonstration document: level 3 with its sections, or level 1 around the PDF of its letter."""
    person = _person(get_persona(demo.persona))
    patient = patient_of(person, demo.number)
    if demo.sections:
        return write_n3(header_of(demo, patient, N3_TEMPLATES), demo.sections)
    return write_n1(
        header_of(demo, patient, N1_TEMPLATES), Attachment("application/pdf", make_pdf(demo, person))
    )


def patient_of(person: PersonCard, number: int) -> Patient:
    """Return a person as the structure that writes about her knows her, under a number of its own."""
    return Patient(
        ins=person.matricule, ins_oid=person.oid, local_ids=(f"{OID}.3^{number}",), traits=person.traits,
        used_family=person.used_name or person.birth_name, used_given=person.first_given_name,
    )  # fmt: skip


def make_pdf(demo: Demo, person: PersonCard) -> bytes:
    """Return the letter of a demonstration document as a tagged PDF."""
    import typst

    facts = {
        "title": demo.title, "structure": demo.structure.name, "person": person.display_name,
        "day": f"{_moment(demo):%d/%m/%Y}", "paragraphs": demo.letter,
        "author": f"Dr {demo.author[1]} {demo.author[0]}",
    }  # fmt: skip
    made: bytes = typst.compile(
        Path(__file__).with_name("document.typ"), format="pdf", pdf_standards=["ua-1"],
        sys_inputs={"data": orjson.dumps(facts).decode()}, ignore_system_fonts=True,
    )  # fmt: skip
    return made


def header_of(demo: Demo, patient: Patient, templates: Sequence[str]) -> Header:
    """Return the header of a document about that patient, written by the demonstration's structure."""
    at, structure = _moment(demo), demo.structure
    organisation = Organisation(name=structure.name, national_id=f"1{structure.finess}")
    author = Author(
        family=demo.author[0], given=demo.author[1], prefix="DR", national_id=f"89970000{demo.number:04d}",
        role=Code("G15_10", "1.2.250.1.213.1.1.4.5", "Médecin"), organisation=organisation, at=at,
    )  # fmt: skip
    return Header(
        unique_id=f"{OID}.1^DEMO-{demo.number}-{at:%Y%m%d}",
        set_id=f"{OID}.2^DEMO-{demo.number}-{at:%Y%m%d}",
        version_number=1,
        code=Code(demo.type_code, _LOINC, _TYPES[demo.type_code]),
        title=demo.title,
        effective_time=at,
        confidentiality=Code("N", "2.16.840.1.113883.5.25", "Normal"),
        language="fr-FR",
        patient=patient,
        authors=(author,),
        custodian=organisation,
        legal_authenticator=author,
        service_start=at,
        facility_type=Code(structure.facility, "1.2.250.1.71.4.2.4", _FACILITIES[structure.facility]),
        practice_setting=Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire"),
        template_ids=tuple(templates),
    )  # fmt: skip


def _moment(demo: Demo) -> datetime:
    day = clock.today() - timedelta(days=demo.days_ago)
    return datetime(day.year, day.month, day.day, 9, 30, tzinfo=clock.PARIS)


def _person(persona: Persona) -> PersonCard:
    person = people.find_by_matricule(matricule_of(persona))
    if person is None:
        raise LookupError(f"{persona.key} is not in the register")
    return person
