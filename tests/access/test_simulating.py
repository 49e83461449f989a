"""What is foreseen is what happens: each change, simulated, then made, decides the same for everybody."""

from datetime import timedelta
from uuid import UUID

import pytest

from carnet.access import api as access
from carnet.access.api import Basis, Change, Means, Visibility, WatcherKind
from carnet.enrolment import api as enrolment
from carnet.enrolment.api import Choices
from carnet.journal.api import Actor, ActorKind, Purpose
from carnet.platform import clock
from tests.documents.deposits import add_claire
from tests.pro.visits import FINESS, OTHER_FINESS, actor_of, add_professional, treat

pytestmark = pytest.mark.django_db
OPEN, HIDDEN, LIAISON = UUID(int=1), UUID(int=2), UUID(int=3)
THINGS = {
    OPEN: Visibility(type_code="11488-4"),
    HIDDEN: Visibility(masked=True, type_code="11488-4"),
    LIAISON: Visibility(type_code="75496-0"),  # a demand of telemedicine: not for nurses (facts/mes.md 4.2)
}


class World:
    """A person, her doctor, a nurse of another structure, a cardiologist who has her consent, one blocked."""

    def __init__(self):
        self.person = add_claire()
        self.doctor = add_professional(family="AUBRAC")
        self.nurse = add_professional(family="PERRIN", profession="60", structure=OTHER_FINESS)
        self.heart = add_professional(family="VASSEUR", structure=OTHER_FINESS)
        self.blocked = add_professional(family="MORIN")
        treat(self.person, *self.doctor, basis=Basis.TREATING)
        treat(self.person, *self.nurse)
        treat(self.person, *self.blocked)
        access.give_consent(self.person, professional_id=self.heart[0].id, structure=OTHER_FINESS, means=Means.QR,
                            until=clock.now() + timedelta(hours=12))  # fmt: skip
        access.block_professional(self.person, professional_id=self.blocked[0].id, by=self.her)

    @property
    def her(self):
        return Actor(ActorKind.PATIENT, self.person)

    def managing(self):
        return access.open(self.person, by=self.her, purpose=Purpose.MANAGE)


def _block(world, who):
    with world.managing() as a:
        access.block_professional(a.person_id, professional_id=who, by=a.by)


def _unblock(world, who):
    with world.managing() as a:
        access.unblock_professional(a.person_id, professional_id=who)


def _block_structure(world, structure):
    with world.managing() as a:
        access.block(a.person_id, structure=structure, by=a.by)


def _name(world, who):
    with access.open(world.person, by=world.her, purpose=Purpose.MANAGE, late=True) as a:
        access.name_administrator(a, professional_id=who)


def _end(world, who):
    with world.managing() as a:
        for one in access.list_relations(a.person_id):
            if one.professional_id == who:
                access.end_relation(a.person_id, relation_id=one.id)
        access.end_consents_with(a.person_id, professional_id=who)


def _switch(world, **said):
    space = enrolment.find_space(world.person)
    enrolment.change_choices(world.person, by=world.her, choices=Choices(**said), version=space.version)


CHANGES = {
    "block": (lambda w: Change(blocked=w.doctor[0].id), lambda w: _block(w, w.doctor[0].id)),
    "unblock": (lambda w: Change(unblocked=w.blocked[0].id), lambda w: _unblock(w, w.blocked[0].id)),
    "structure": (lambda _w: Change(blocked_structure=OTHER_FINESS), lambda w: _block_structure(w, OTHER_FINESS)),
    "own": (lambda _w: Change(blocked_structure=FINESS), lambda w: _block_structure(w, FINESS)),
    "administrator": (lambda w: Change(administrator=w.heart[0].id), lambda w: _name(w, w.heart[0].id)),
    "end": (lambda w: Change(ended=w.nurse[0].id), lambda w: _end(w, w.nurse[0].id)),
    "end consent": (lambda w: Change(ended=w.heart[0].id), lambda w: _end(w, w.heart[0].id)),
    "switches": (
        lambda _w: Change(emergency_access=False, samu_access=True, emergency_masked=True),
        lambda w: _switch(w, emergency_access=False, samu_access=True, emergency_masked=True),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_foreseen_is_what_happens(name):
    world = World()
    foresee, make = CHANGES[name]
    change = foresee(world)
    foreseen = _effects(world, change)
    make(world)
    happened = _effects(world, Change(), also=change.professionals)
    assert {key: effect.after for key, effect in foreseen.items()} == {
        key: effect.before for key, effect in happened.items() if key in foreseen
    }
    assert any(effect.changes for effect in foreseen.values())
    assert not any(effect.changes for effect in happened.values())


def test_it_decides_as_the_door_does():
    world = World()
    for pair in (world.doctor, world.nurse, world.heart, world.blocked):
        effect = _effects(world, Change())[WatcherKind.PROFESSIONAL, pair[0].id]
        assert effect.before == access.decide(world.person, by=actor_of(*pair), purpose=Purpose.CONSULT)


def test_what_is_hidden_is_lost_to_all_but_the_administrator_and_what_the_matrix_refuses_was_never_there():
    world = World()
    _name(world, world.doctor[0].id)
    effects = _effects(world, Change(masked={OPEN: True, LIAISON: True}))
    assert effects[WatcherKind.PROFESSIONAL, world.doctor[0].id].lost == ()
    assert effects[WatcherKind.PROFESSIONAL, world.nurse[0].id].lost == (OPEN,)
    assert effects[WatcherKind.PROFESSIONAL, world.heart[0].id].lost == (OPEN, LIAISON)
    assert effects[WatcherKind.PROFESSIONAL, world.blocked[0].id].lost == ()


def test_a_part_is_lost_by_whom_it_was_given_and_not_by_a_caregiver():
    world = World()
    watchers = [*access.list_watchers(world.person), access.whoever_is_invited(world.person)]
    change = Change(shared={"measures": False}, invited=True)
    found = access.simulate(watchers, change, day=clock.today(), things=THINGS, shared={"measures": True})
    caregiver = next(one for one in found if one.watcher.kind is WatcherKind.CAREGIVER)
    assert caregiver.gained == (OPEN, HIDDEN, LIAISON)
    assert caregiver.gained_parts == ("measures",)
    doctor = next(one for one in found if one.watcher.actor.id == world.doctor[0].id)
    assert doctor.lost_parts == ("measures",)


def _effects(world, change, also=()):
    watchers = access.list_watchers(world.person, also=[*change.professionals, *also])
    found = access.simulate(watchers, change, day=clock.today(), things=THINGS)
    return {(one.watcher.kind, one.watcher.actor.id): one for one in found}
