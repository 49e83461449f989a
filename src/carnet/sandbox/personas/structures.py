"""The structures of the sandbox in the directory, and the persons who block those of vendors."""

from collections.abc import Iterable
from uuid import UUID

from carnet.access import api as access
from carnet.directory import api as directory
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.people import api as people
from carnet.sandbox.personas import PERSONAS, STRUCTURES
from carnet.sandbox.personas.listing import matricule_of


def register_structures() -> None:
    """Register the structures of the sandbox; those that are there already keep their clients."""
    for structure in STRUCTURES:
        directory.register_structure(finess=structure.finess, name=structure.name, sector=structure.facility)


def block_structures(structures: Iterable[str]) -> None:
    """Have the personas who block do so with these structures (FINESS), by their own act, once.

    Whose space is not open (any more) blocks nothing: nobody reads there.
    """
    people_who_block = [_find(matricule_of(persona)) for persona in PERSONAS if persona.blocks]
    for number in structures:
        for person_id in people_who_block:
            if person_id and not access.is_blocked(person_id, number):
                _block(person_id, number)


def _block(person_id: UUID, number: str) -> None:
    by, card = Actor(ActorKind.PATIENT, person_id), directory.find_structure(number)
    if not access.decide(person_id, by=by, purpose=Purpose.MANAGE).allowed:
        return
    with access.open(
        person_id, by=by, purpose=Purpose.MANAGE, event=EventType.STRUCTURE_BLOCKED,
        personal={"title": card.name if card else number},
    ):  # fmt: skip
        access.block(person_id, structure=number, by=by)


def _find(matricule: str) -> UUID | None:
    person = people.find_by_matricule(matricule)
    return person.id if person else None
