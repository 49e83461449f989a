"""What a software sends, for tests: CDA documents and files about any person of the register."""

from dataclasses import replace
from uuid import UUID

from carnet.access.api import Visibility
from carnet.documents import api as documents
from carnet.documents.api import Identity, SubmissionSet, Submitted
from carnet.journal.api import Actor, ActorKind
from carnet.people.api import get_person
from carnet.standards.cda.writer import N1_TEMPLATES
from tests.documents.deposits import FINESS, header_of, report, unique_id_of
from tests.standards import papers

OTHER_FINESS = "330000019"
SOFTWARE = Actor(ActorKind.HEALTHCARE_FACILITY, UUID(int=4), FINESS)
ELSEWHERE = Actor(ActorKind.HEALTHCARE_FACILITY, UUID(int=5), OTHER_FINESS)

FILES = {
    "application/pdf": papers.pdf("Fracture du scaphoïde"),
    "text/plain": "Fracture du scaphoïde".encode(),
    "text/rtf": rb"{\rtf1\ansi Fracture du scapho\'efde}",
    "image/jpeg": papers.image("JPEG"),
    "image/tiff": papers.image("TIFF"),
}


def cda(person, number=1, *, said=None, **options) -> Submitted:
    """A structured report; `said` are changes of its header."""
    data = report(person, number, **(said or {}))
    return Submitted(data, "text/xml", unique_id_of(person, number) if not said else "", **_open(options))


def file(person, number=1, *, media_type="application/pdf", data=None, said=None, **options) -> Submitted:
    """A file by itself, and what is said of it."""
    header = replace(header_of(person, number), template_ids=N1_TEMPLATES, **(said or {}))
    data = FILES[media_type] if data is None else data
    options.setdefault("identity", identity_of(person))
    return Submitted(data, media_type, header.unique_id, header=header, **_open(options))


def identity_of(person, **traits) -> Identity:
    known = get_person(person)
    return Identity(known.matricule, known.oid, replace(known.traits, **traits))


def a_set(name="LOT-1", facts=b'{"title":"Lot"}') -> SubmissionSet:
    return SubmissionSet(f"1.2.250.1.999.5^{name}", None, facts)


def send(*sent, by=SOFTWARE, **options):
    return documents.submit(sent, by=by, **options)


def _open(options):
    return {"visibility": Visibility(), **options}
