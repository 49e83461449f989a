"""Who would see what, before it is decided: the same decision, with the rights as they would be.

`list_watchers` gathers whose eyes are borrowed: those who have a tie with the person, and those who may come
(a doctor to whom she consents, an emergency, the SAMU). `simulate` is pure: it decides twice for each, and
compares. Only what the person herself may see is counted, so that nothing hidden from her shows by a number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from carnet.access.administrators import find_administrator
from carnet.access.blocks import list_blocked_professionals
from carnet.access.caring import care_rights
from carnet.access.delegations import list_caregivers
from carnet.access.policies import (
    DOCTOR,
    Care,
    Means,
    Relation,
    Rights,
    Scope,
    Visibility,
    decide_scope,
)
from carnet.access.relations import RelationCard, list_consents, list_relations
from carnet.directory import api as directory
from carnet.enrolment.api import SpaceCard, find_space
from carnet.journal.api import Actor, ActorKind, Purpose
from carnet.people.api import get_birth_date

NEXT: Final = UUID(int=0)
"""Stands for the next document that a structure will deposit: a consultation report."""
NEXT_TYPE: Final = "11488-4"


class WatcherKind(StrEnum):
    """Whose eyes are borrowed."""

    PROFESSIONAL = "professional"
    STRUCTURE = "structure"  # whoever acts in a structure that takes care of her
    NEWCOMER = "newcomer"  # a doctor to whom she consents for one consultation
    EMERGENCY = "emergency"
    SAMU = "samu"
    CAREGIVER = "caregiver"


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody of whom it is asked what he would see. `actor.id`: None for somebody who may come."""

    kind: WatcherKind
    actor: Actor
    rights: Rights
    purpose: Purpose = Purpose.CONSULT


@dataclass(frozen=True, slots=True)
class Change:
    """What the person is about to decide; each value is one more change, the default is none.

    `ended`, `ended_structure`: the professional whose relations and consents end, the structure that does not
    take care of her any more as a whole. `invited`: somebody, as caregiver. `masked`: documents (or NEXT) to
    hide or to show. `shared`: parts of the record (a rubric, measures, care_history) to share or not.
    """

    blocked: UUID | None = None
    unblocked: UUID | None = None
    blocked_structure: str = ""
    unblocked_structure: str = ""
    administrator: UUID | None = None
    no_administrator: bool = False
    ended: UUID | None = None
    ended_structure: str = ""
    emergency_access: bool | None = None
    samu_access: bool | None = None
    emergency_masked: bool | None = None
    invited: bool = False
    ended_caregiver: UUID | None = None
    masked: Mapping[UUID, bool] = field(default_factory=dict)
    shared: Mapping[str, bool] = field(default_factory=dict)

    @property
    def professionals(self) -> list[UUID]:
        """Those whom it is about, whether or not they have a tie with the person yet."""
        return [one for one in (self.blocked, self.unblocked, self.administrator, self.ended) if one]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change makes of one watcher. `lost`, `gained`: documents (NEXT among them) and parts."""

    watcher: Watcher
    before: Scope
    after: Scope
    saw: int
    sees: int
    lost: tuple[UUID, ...] = ()
    gained: tuple[UUID, ...] = ()
    lost_parts: tuple[str, ...] = ()
    gained_parts: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything is different for him."""
        seen = self.lost or self.gained or self.lost_parts or self.gained_parts
        return bool(seen) or (self.before.allowed, self.before.rule) != (self.after.allowed, self.after.rule)


# -- whose eyes


def list_watchers(person_id: UUID, *, also: Sequence[UUID] = (), with_secret: bool = True) -> list[Watcher]:
    """Return those who may look at a person's record now, and those who may come. Reads administrative rows.

    `also`: professionals who have no tie with her yet. A professional is there once for each of her places.
    `with_secret`: False for a minor's representatives, to whom her confidential care is nobody's.
    """
    relations, space = list_relations(person_id, with_secret=with_secret), find_space(person_id)
    ids = [one.professional_id for one in relations if one.professional_id]
    ids += [one.professional_id for one in list_consents(person_id, with_secret=with_secret)]
    administrator = find_administrator(person_id)
    ids += [administrator.professional_id] if administrator else []
    ids += [one.professional_id for one in list_blocked_professionals(person_id)]
    found = _professionals(person_id, list(dict.fromkeys([*ids, *also])), with_secret)
    structures = dict.fromkeys(one.structure for one in relations if one.professional_id is None)
    found += [_of_structure(space, one, relations) for one in structures]
    return found + _who_may_come(space) + _caregivers(person_id, space)


def whoever_is_invited(person_id: UUID) -> Watcher:
    """Return somebody who would become her caregiver, and sees nothing today."""
    rights = Rights(find_space(person_id).state, Relation.NONE, get_birth_date(person_id))
    return Watcher(WatcherKind.CAREGIVER, Actor(ActorKind.CAREGIVER), rights)


def _professionals(person_id: UUID, ids: Sequence[UUID], with_secret: bool) -> list[Watcher]:  # noqa: FBT001
    cards = directory.name_professionals(ids)
    actors = [
        directory.actor_of(cards[one], place, authentication="psc")
        for one in ids
        if one in cards
        for place in directory.list_places(one)
    ]
    return [
        Watcher(WatcherKind.PROFESSIONAL, one, care_rights(person_id, one, with_secret=with_secret))
        for one in actors
    ]


def _of_structure(space: SpaceCard, structure: str, relations: Sequence[RelationCard]) -> Watcher:
    informed = any(one.informed for one in relations if one.structure == structure)
    basis = next(one.basis for one in relations if one.structure == structure)
    care = Care(role=DOCTOR, active=True, basis=basis, informed=informed)
    return Watcher(WatcherKind.STRUCTURE, _somebody(structure), _rights(space, care))


def _who_may_come(space: SpaceCard) -> list[Watcher]:
    """A doctor whom she meets, one in an emergency, the regulator of the SAMU."""
    care = Care(
        role=DOCTOR, active=True, emergency_access=space.emergency_access, samu_access=space.samu_access,
        emergency_masked=space.emergency_masked,
    )  # fmt: skip
    comes = (
        (WatcherKind.NEWCOMER, replace(care, consented=Means.QR), Purpose.CONSULT),
        (WatcherKind.EMERGENCY, replace(care, entered="break_glass"), Purpose.BREAK_GLASS),
        (WatcherKind.SAMU, replace(care, entered="regulation", regulator=True), Purpose.REGULATE),
    )
    return [Watcher(kind, _somebody(), _rights(space, one), purpose) for kind, one, purpose in comes]


def _caregivers(person_id: UUID, space: SpaceCard) -> list[Watcher]:
    rights = Rights(space.state, Relation.CAREGIVER, get_birth_date(person_id))
    return [
        Watcher(WatcherKind.CAREGIVER, Actor(ActorKind.CAREGIVER, one), rights)
        for one in list_caregivers(person_id)
    ]


def _somebody(structure: str = "") -> Actor:
    return Actor(ActorKind.HEALTHCARE_PROFESSIONAL, None, structure, role=DOCTOR)


def _rights(space: SpaceCard, care: Care) -> Rights:
    return Rights(space.state, Relation.NONE, date.min, care=care)


# -- what would change


def simulate(
    watchers: Sequence[Watcher],
    change: Change,
    *,
    day: date,
    things: Mapping[UUID, Visibility],
    shared: Mapping[str, bool] | None = None,
) -> list[Effect]:
    """Decide for each watcher as things stand and as they would be; return what it makes of each. Pure.

    `things`: what the person sees, by id, as it is hidden today. `shared`: the parts asked about, as they
    are shared today.
    """
    after = {
        one: replace(thing, masked=change.masked[one]) if one in change.masked else thing
        for one, thing in things.items()
    }
    parts = dict(shared or {})
    now, then = _Record(things, parts), _Record(after, parts | dict(change.shared))
    return [_compare(one, now.seen_by(one, one.rights, day), then.seen_by(one, changed(one, change), day))
            for one in watchers]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sight:
    """What one watcher sees: documents in their order, parts."""

    scope: Scope
    things: dict[UUID, None]
    parts: set[str]


@dataclass(frozen=True, slots=True)
class _Record:
    """What there is to see, as it is hidden at one moment."""

    things: Mapping[UUID, Visibility]
    parts: Mapping[str, bool]

    def seen_by(self, watcher: Watcher, rights: Rights, day: date) -> _Sight:
        """Decide; a part is read when the profession has it and it is shared, which a caregiver needs not."""
        scope = decide_scope(watcher.actor, rights, watcher.purpose, day)
        own = watcher.kind is WatcherKind.CAREGIVER
        return _Sight(
            scope,
            dict.fromkeys(one for one, thing in self.things.items() if scope.allows(thing)),
            {part for part, shared in self.parts.items() if scope.gives(part) and (own or shared)},
        )


def _compare(watcher: Watcher, before: _Sight, after: _Sight) -> Effect:
    return Effect(
        watcher, before.scope, after.scope,
        saw=len(before.things) - (NEXT in before.things),
        sees=len(after.things) - (NEXT in after.things),
        lost=tuple(one for one in before.things if one not in after.things),
        gained=tuple(one for one in after.things if one not in before.things),
        lost_parts=tuple(sorted(before.parts - after.parts)),
        gained_parts=tuple(sorted(after.parts - before.parts)),
    )  # fmt: skip


def changed(watcher: Watcher, change: Change) -> Rights:
    """Return the rights of a watcher as they would be."""
    if watcher.kind is WatcherKind.CAREGIVER:
        return _helping(watcher, change)
    care = _switched(watcher.rights.care, change)
    if watcher.kind is WatcherKind.STRUCTURE and watcher.actor.structure == change.ended_structure:
        care = replace(care, basis=None, informed=False)
    if watcher.actor.id:
        care = _decided(care, watcher.actor.id, change)
    return replace(watcher.rights, care=care, blocked=_is_blocked(watcher, change))


def _helping(watcher: Watcher, change: Change) -> Rights:
    if watcher.actor.id is None and change.invited:
        return replace(watcher.rights, relation=Relation.CAREGIVER)
    if watcher.actor.id and watcher.actor.id == change.ended_caregiver:
        return replace(watcher.rights, relation=Relation.NONE)
    return watcher.rights


def _switched(care: Care, change: Change) -> Care:
    said: dict[str, Any] = {
        "emergency_access": change.emergency_access,
        "samu_access": change.samu_access,
        "emergency_masked": change.emergency_masked,
    }
    return replace(care, **{name: value for name, value in said.items() if value is not None})


def _decided(care: Care, professional_id: UUID, change: Change) -> Care:
    """What is decided of one professional; to name an administrator removes whoever was."""
    if change.ended == professional_id:
        care = replace(care, basis=None, informed=False, consented=None)
    if change.blocked == professional_id:
        care = replace(care, blocked=True, administrator=False)
    if change.unblocked == professional_id:
        care = replace(care, blocked=False)
    if change.administrator:
        return replace(care, administrator=change.administrator == professional_id)
    return replace(care, administrator=False) if change.no_administrator else care


def _is_blocked(watcher: Watcher, change: Change) -> bool:
    structure = watcher.actor.structure
    if structure and structure == change.blocked_structure:
        return True
    return watcher.rights.blocked and structure != change.unblocked_structure
