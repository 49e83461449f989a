"""The five exercises of the training mode: with whom, what is to be done, and whether it was done.

What counts is what was really done: her word against the record, a consent that stands, her own lines of the
journal, an emergency access that stands. Everything happens on invented people, by the ordinary ways; the
door refuses everybody else while she trains (access.Rule.TRAINING).
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from carnet.access import api as access
from carnet.access.api import Basis, HistoryFilters, RelationCard, Rule
from carnet.directory.api import ProVisitor
from carnet.journal.api import Actor, EventType, Purpose, write
from carnet.people import api as people
from carnet.people.api import PersonCard
from carnet.platform import clock
from carnet.platform.ids import uuid7
from carnet.profile import api as profile
from carnet.profile.api import Rubric
from carnet.standards.ins import TEST_OIDS
from carnet.summaries.api import is_anticoagulant

SIZE: Final = 3
"""How many people a training set has: one to read, one to enter, one in emergency."""
_LASTS: Final = timedelta(hours=12)
_QUIZ: Final = ("11502-2", "34112-3", "75496-0", "68817-6", "ATTEST-RESID", "60591-5")


class Exercise(StrEnum):
    """The exercises, three minutes each (docs/learning.md)."""

    FIND = "find"
    ENTER = "enter"
    DEPOSIT = "deposit"
    EMERGENCY = "emergency"
    RIGHTS = "rights"


_POSITIONS: Final = {Exercise.FIND: 0, Exercise.ENTER: 1, Exercise.DEPOSIT: 0, Exercise.EMERGENCY: 2}
_NOT_HERS: Final = frozenset(
    {Rule.NOT_HEALTH_PROFESSIONAL, Rule.NOT_HABILITATED, Rule.READS_NOTHING, Rule.NOT_SUPERVISED}
)
_PURPOSES: Final = {Exercise.EMERGENCY: Purpose.BREAK_GLASS, Exercise.DEPOSIT: Purpose.DEPOSIT}


class TrainingSetError(ValueError):
    """A training set cannot be made of these people: `message_fr` says which, and which rule."""

    def __init__(self, message_fr: str) -> None:
        super().__init__(message_fr)
        self.message_fr = message_fr


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check found. `message_fr`: what is still to be done, "" when it is done."""

    done: bool
    message_fr: str = ""


# -- the training set


def choose_patients(person_ids: Sequence[UUID]) -> None:
    """Make these the training set, in the order: to read, to enter, in emergency. Raises TrainingSetError.

    Invented people with an open space only; what was the set before is so no more.
    """
    if len(set(person_ids)) != SIZE:
        raise TrainingSetError(f"Un jeu d’entraînement compte {SIZE} personnes différentes.")
    for person_id in person_ids:
        _must_be_invented(people.get_person(person_id))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from pro_trainingpatient")
        for position, person_id in enumerate(person_ids):
            cursor.execute(
                "insert into pro_trainingpatient (person_id, position) values (%s, %s)", [person_id, position]
            )


def list_patients() -> list[PersonCard]:
    """Return the training set, in order; empty, or shorter, until it is whole."""
    with connection.cursor() as cursor:
        cursor.execute("select person_id from pro_trainingpatient order by position")
        return [people.get_person(row[0]) for row in cursor.fetchall()]


def patient_of(exercise: Exercise) -> PersonCard | None:
    """Return the person that an exercise is about, None when it has none."""
    position, found = _POSITIONS.get(exercise), list_patients()
    return found[position] if position is not None and position < len(found) else None


def _must_be_invented(person: PersonCard) -> None:
    if person.oid not in TEST_OIDS:
        raise TrainingSetError(
            f"{person.display_name} n’est pas une personne fictive : son matricule est d’une autorité réelle."
        )


# -- one professional's way through it


def begin(visitor: ProVisitor) -> None:
    """Give her the first patient for twelve hours, so that there is a record to read. Training stands on."""
    patient, actor = patient_of(Exercise.FIND), visitor.actor
    if patient is None or access.decide(patient.id, by=actor, purpose=Purpose.CONSULT).allowed:
        return
    with transaction.atomic():
        given = access.declare_relation(
            patient.id, by=actor, basis=Basis.DECLARED, professional_id=actor.id, informed=True,
            until=clock.now() + _LASTS,
        )  # fmt: skip
        write(EventType.RELATION_DECLARED, person_id=patient.id, by=actor, purpose=Purpose.MANAGE,
              reference=given, reason="relation_team")  # fmt: skip


def finish(visitor: ProVisitor) -> None:
    """Take back what `begin` gave; a relation that she has otherwise stays."""
    patient = patient_of(Exercise.FIND)
    for one in access.list_relations(patient.id) if patient else ():
        given = one.basis is Basis.DECLARED and one.until is not None and one.until - one.since <= _LASTS
        if given and one.professional_id == visitor.professional.id:
            _take_back(one, visitor.actor)


def _take_back(given: RelationCard, actor: Actor) -> None:
    with transaction.atomic():
        if access.end_relation(given.person_id, relation_id=given.id):
            write(EventType.RELATION_ENDED, person_id=given.person_id, by=actor, purpose=Purpose.MANAGE,
                  reference=given.id)  # fmt: skip


def list_done(professional_id: UUID) -> set[Exercise]:
    """Return the exercises that a professional has done."""
    with connection.cursor() as cursor:
        cursor.execute("select exercise from pro_trainingstep where professional_id = %s", [professional_id])
        return {Exercise(row[0]) for row in cursor.fetchall()}


def why_not_hers(exercise: Exercise, actor: Actor) -> str:
    """Return why an exercise is not for this profession, "" when it is."""
    patient = patient_of(exercise)
    if patient is None:
        return ""
    purpose = _PURPOSES.get(exercise, Purpose.CONSULT)
    scope = access.decide(patient.id, by=actor, purpose=purpose)
    return scope.explanation if not scope.allowed and scope.rule in _NOT_HERS else ""


def check(exercise: Exercise, visitor: ProVisitor, *, typed: str = "") -> Answer:
    """Look whether an exercise was done, and keep it when it was. `typed`: her answer, where one is asked."""
    if not visitor.training:
        return Answer(False, "Entrez d’abord en mode entraînement.")
    found = _CHECKS[exercise](visitor, typed)
    if found.done:
        keep(exercise, visitor.professional.id)
    return found


def keep(exercise: Exercise, professional_id: UUID) -> None:
    """Write that an exercise is done; once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into pro_trainingstep (id, professional_id, exercise, done_at) values (%s, %s, %s, %s)"
            " on conflict do nothing",
            [uuid7(), professional_id, exercise, clock.now()],
        )


# -- the quiz on what her profession reads


def quiz() -> tuple[str, ...]:
    """Return the types of document that the last exercise asks about."""
    return _QUIZ


def mark(answers: dict[str, bool], profession: str) -> list[str]:
    """Return the types of the quiz that were answered wrongly for this profession."""
    return [code for code in _QUIZ if answers.get(code) is not access.may_read_type(profession, code)]


# -- the checks


def _check_found(visitor: ProVisitor, typed: str) -> Answer:
    """Her word is an anticoagulant that stands in the record, read through her own door."""
    patient = patient_of(Exercise.FIND)
    words = _fold(typed)
    if patient is None or not words:
        return Answer(False, "Écrivez le nom de l’anticoagulant.")
    try:
        names = _anticoagulants_of(patient.id, visitor.actor)
    except access.Refused as refused:
        return Answer(False, refused.scope.explanation)
    if any(words in name.split() for name in names):
        return Answer(True)
    return Answer(False, "Ce n’est pas celui du dossier. Regardez le bloc « Traitements » de sa page.")


def _anticoagulants_of(person_id: UUID, actor: Actor) -> list[str]:
    with access.open(person_id, by=actor, purpose=Purpose.CONSULT, event=EventType.PROFILE_READ) as a:
        entries = profile.get_rubric(a, Rubric.TREATMENTS).entries
    names = [str(entry.values.get("name") or "") for entry in entries]
    return [_fold(name) for name in names if is_anticoagulant(name)]


def _check_entered(visitor: ProVisitor, _typed: str) -> Answer:
    """A consent, or a relation of hers, stands with the second patient."""
    patient = patient_of(Exercise.ENTER)
    if patient is None:
        return Answer(False, _NO_SET)
    hers = visitor.professional.id
    consented = any(one.professional_id == hers for one in access.list_consents(patient.id))
    if consented or any(one.professional_id == hers for one in access.list_relations(patient.id)):
        return Answer(True)
    return Answer(False, "Ce dossier ne vous est pas encore ouvert : passez par « Nouveau patient ».")


def _check_deposited(visitor: ProVisitor, _typed: str) -> Answer:
    """Her own lines say that she deposited, then withdrew."""
    patient = patient_of(Exercise.DEPOSIT)
    if patient is None:
        return Answer(False, _NO_SET)
    wanted = (EventType.DOCUMENT_DEPOSITED, EventType.DOCUMENT_WITHDRAWN)
    filters = HistoryFilters(actor=visitor.professional.id, events=wanted)
    try:
        with access.open(
            patient.id, by=visitor.actor, purpose=Purpose.CONSULT, event=EventType.HISTORY_READ
        ) as a:
            done = {line.event for line in access.list_history(a, hidden=[], filters=filters) if line.allowed}
    except access.Refused as refused:
        return Answer(False, refused.scope.explanation)
    missing = [words for event, words in _STEPS if event not in done]
    return Answer(not missing, f"Il reste à {missing[0]}." if missing else "")


def _check_emergency(visitor: ProVisitor, _typed: str) -> Answer:
    """Her emergency access to the third patient stands."""
    patient = patient_of(Exercise.EMERGENCY)
    if patient is None:
        return Answer(False, _NO_SET)
    if access.find_emergency(patient.id, by=visitor.actor):
        return Answer(True)
    return Answer(False, "Aucun accès d’urgence n’est ouvert. Vérifiez avant de mettre fin à l’accès.")


def _check_rights(_visitor: ProVisitor, _typed: str) -> Answer:
    return Answer(False, "Répondez aux questions.")


def _fold(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(one for one in bare if not unicodedata.combining(one)).split())


_NO_SET: Final = "Aucun patient d’entraînement n’est choisi : l’exploitant en choisit trois."
_STEPS: Final = (
    (EventType.DOCUMENT_DEPOSITED, "déposer un document"),
    (EventType.DOCUMENT_WITHDRAWN, "retirer celui que vous avez déposé"),
)
_CHECKS: Final[dict[Exercise, Callable[[ProVisitor, str], Answer]]] = {
    Exercise.FIND: _check_found,
    Exercise.ENTER: _check_entered,
    Exercise.DEPOSIT: _check_deposited,
    Exercise.EMERGENCY: _check_emergency,
    Exercise.RIGHTS: _check_rights,
}
