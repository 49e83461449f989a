"""A person with a document, and the report of it."""

from dataclasses import dataclass
from uuid import UUID

from carnet.access import api as access
from carnet.journal.api import Actor, EventType, Purpose
from carnet.support import api as support
from carnet.support.api import Reason
from tests.documents.deposits import add_claire, deposit, holder, report

WORDS = "Ce n’est pas mon prénom sur la page 2."


@dataclass
class Case:
    person: UUID
    document: UUID


def make_case(**facts) -> Case:
    person = add_claire(**facts)
    return Case(person, deposit(report(person)).document_id)


def report_it(case: Case, *, by: Actor | None = None, reason=Reason.NOT_MINE, words=WORDS) -> UUID:
    with access.open(
        case.person, by=by or holder(case.person), purpose=Purpose.MANAGE,
        event=EventType.DOCUMENT_REPORTED, reference=case.document,
    ) as a:  # fmt: skip
        return support.report(a, document_id=case.document, reason=reason, words=words)


def consult(person: UUID, *, by: Actor | None = None):
    return access.open(person, by=by or holder(person), purpose=Purpose.CONSULT)
