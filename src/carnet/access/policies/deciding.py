"""The decision itself: facts and a purpose in, a Scope out (docs/access.md, docs/rights.md)."""

from datetime import date
from typing import Final

from carnet.access import matrix
from carnet.access.policies.facts import DOCTOR, SECRETARY, Basis, Care, Means, PlaceKind, Relation, Rights
from carnet.access.policies.rules import Rule
from carnet.access.policies.scope import Scope
from carnet.journal.api import Actor, ActorKind, Purpose
from carnet.people.api import is_minor_on

_CLOSED_STATES: Final = {
    "": Rule.NO_SPACE,
    "notified": Rule.NO_SPACE,
    "objected": Rule.OBJECTED,
    "closed": Rule.CLOSED,
    "suspended": Rule.SUSPENDED,
    "erasing": Rule.CLOSED,
    "erased": Rule.ERASED,
}
_EMERGENCIES: Final = {
    Purpose.BREAK_GLASS: ("break_glass", Rule.BREAK_GLASS),
    Purpose.REGULATE: ("regulation", Rule.REGULATION),
}
_EXPRESS_ONLY: Final = frozenset({PlaceKind.OCCUPATIONAL, PlaceKind.FIRE_BRIGADE})
_DEPENDENT: Final = frozenset({PlaceKind.STUDENT, PlaceKind.REPLACEMENT})
_BASIS_RULES: Final = {
    Basis.TREATING: Rule.TREATING,
    Basis.TEAM: Rule.CARE_TEAM,
    Basis.DECLARED: Rule.DECLARED,
}


def decide_scope(actor: Actor, rights: Rights, purpose: Purpose, day: date) -> Scope:
    """Decide for one actor, one person, one purpose, one day of the field."""
    match actor.kind:
        case ActorKind.PATIENT | ActorKind.LEGAL_REPRESENTATIVE | ActorKind.CAREGIVER:
            return _for_people(actor.kind, rights, purpose, day)
        case ActorKind.HEALTHCARE_PROFESSIONAL:
            return _for_professional(actor, rights, purpose)
        case ActorKind.HEALTHCARE_FACILITY:
            return _for_facility(actor.structure, rights, purpose)
        case ActorKind.INSURER:
            return _for_feeder(rights, purpose, Rule.INSURER_FEEDS)
        case ActorKind.SYSTEM:
            return _for_system(purpose)
        case _:
            return Scope(False, Rule.NOT_FOR_THIS)


# -- the person, and who stands in for her


def _for_people(kind: ActorKind, rights: Rights, purpose: Purpose, day: date) -> Scope:
    if purpose not in {Purpose.CONSULT, Purpose.MANAGE}:
        return Scope(False, Rule.NOT_FOR_THIS)
    is_caregiver = kind is ActorKind.CAREGIVER
    refusal = _caregiver_refusal(rights, day) if is_caregiver else _relation_refusal(rights, day)
    if refusal:
        return Scope(False, refusal)
    if rights.space in _CLOSED_STATES:
        return Scope(False, _CLOSED_STATES[rights.space])
    if rights.space != "activated":
        return Scope(False, Rule.NOT_ACTIVATED)
    return _person_scope(rights.relation)


def _person_scope(relation: Relation) -> Scope:
    """What a minor kept from her parents stays kept from who helps her later: they may be the same people."""
    rules = {Relation.SELF: Rule.HOLDER, Relation.CAREGIVER: Rule.CAREGIVER}
    return Scope(
        True,
        rules.get(relation, Rule.REPRESENTATIVE),
        reads=True,
        hides_from_patient=True,
        hides_from_representatives=relation in {Relation.REPRESENTATIVE, Relation.CAREGIVER},
        governs=relation is not Relation.CAREGIVER,
    )


def _caregiver_refusal(rights: Rights, day: date) -> Rule | None:
    """An adult helps an adult (facts/mes.md 1.8); a minor has representatives."""
    stands = rights.relation is Relation.CAREGIVER and not is_minor_on(rights.birth_date, day)
    return None if stands else Rule.NOT_CAREGIVER


def _relation_refusal(rights: Rights, day: date) -> Rule | None:
    match rights.relation:
        case Relation.SELF | Relation.GUARDIAN:
            return None
        case Relation.REPRESENTATIVE:
            return None if is_minor_on(rights.birth_date, day) else Rule.OF_AGE
        case Relation.SEVERED:
            return Rule.SEVERED
        case Relation.NONE | Relation.CAREGIVER:
            return Rule.NOT_REPRESENTATIVE


# -- professionals


def _for_professional(  # noqa: PLR0911 - one line each
    actor: Actor, rights: Rights, purpose: Purpose
) -> Scope:
    """A professional feeds whom he takes care of; he reads within the care team, or with consent."""
    care = rights.care
    if not care.active or care.outside_training:
        return Scope(False, Rule.TRAINING if care.active else Rule.NOT_IN_DIRECTORY)
    if purpose in _EMERGENCIES:
        return _in_emergency(actor, rights, purpose)
    if care.frozen:
        return Scope(False, Rule.FROZEN)
    if care.step_up and purpose in {Purpose.CONSULT, Purpose.MANAGE}:
        return Scope(False, Rule.STEP_UP)
    if purpose is Purpose.DEPOSIT:
        return _for_feeder(rights, purpose, Rule.PROFESSIONAL_FEEDS)
    if purpose not in {Purpose.CONSULT, Purpose.MANAGE}:
        return Scope(False, Rule.NOT_FOR_THIS)
    if care.role == SECRETARY:
        return Scope(False, Rule.READS_NOTHING)
    if rights.space in _CLOSED_STATES:
        return Scope(False, _CLOSED_STATES[rights.space])
    if purpose is Purpose.MANAGE:
        return _own_scope(actor, rights)
    refusal = _care_refusal(rights)
    return Scope(False, refusal) if refusal else _care_scope(actor, care, _care_rule(care))


def _care_refusal(rights: Rights) -> Rule | None:
    """The person's opposition prevails over everything else, her own consent of the day too (4.3)."""
    refusal = _objection(rights) or _standing_refusal(rights.care)
    if refusal:
        return refusal
    care = rights.care
    if care.kind in _EXPRESS_ONLY:
        return None if care.consented is Means.EXPRESS else Rule.EXPRESS_ONLY
    if _is_administrator(care) or care.consented:
        return None
    if care.basis is None:
        return Rule.NO_RELATION
    return None if care.informed else Rule.NOT_INFORMED


def _objection(rights: Rights) -> Rule | None:
    if rights.care.blocked:
        return Rule.PROFESSIONAL_BLOCKED
    return Rule.BLOCKED if rights.blocked else None


def _standing_refusal(care: Care) -> Rule | None:
    """What his profession and situation refuse him, whoever the person is."""
    if not matrix.get_grant(care.role).reads:
        return Rule.NOT_HABILITATED
    return Rule.NOT_SUPERVISED if care.kind in _DEPENDENT and not care.answers else None


def _is_administrator(care: Care) -> bool:
    return care.administrator and care.role == DOCTOR


def _care_rule(care: Care) -> Rule:
    if care.kind not in _EXPRESS_ONLY:
        if _is_administrator(care):
            return Rule.ADMINISTRATOR
        if care.basis and care.informed:
            return Rule.ACTING_FOR if care.acting_for else _BASIS_RULES[care.basis]
    return Rule.CONSENTED


def _care_scope(actor: Actor, care: Care, rule: Rule) -> Scope:
    """What the matrix gives his profession; an administrator also sees what is masked (R1111-49)."""
    grant = matrix.get_grant(care.role)
    sees_all = rule is Rule.ADMINISTRATOR
    return Scope(
        True, rule, reads=True, types=grant.types, parts=grant.parts,
        levels=None if sees_all else grant.levels, hides_masked=not sees_all,
        reader=actor.id, reader_at=actor.structure,
    )  # fmt: skip


def _own_scope(actor: Actor, rights: Rights) -> Scope:
    """He corrects what he deposited, though he takes care of the person no more, though she blocked him.

    What others of his structure deposited (901), only where he may read the record, and no more of it than he
    reads: whoever works in a hospital would see the titles of all that it sends.
    """
    grant = matrix.get_grant(rights.care.role)
    reads = _care_refusal(rights) is None
    return Scope(
        True, Rule.PROFESSIONAL_OWN, reads=True, own_only=True, types=grant.types,
        parts=grant.parts if reads else frozenset(), levels=frozenset({"N"}), hides_masked=True,
        reader=actor.id, reader_at=actor.structure if reads else "",
    )  # fmt: skip


def _in_emergency(actor: Actor, rights: Rights, purpose: Purpose) -> Scope:
    """The last refusal is that he has not said why yet: whoever meets another may not enter at all."""
    care = rights.care
    mode, rule = _EMERGENCIES[purpose]
    if rights.space in _CLOSED_STATES:
        return Scope(False, _CLOSED_STATES[rights.space])
    refusal = _objection(rights) or _standing_refusal(care) or _emergency_refusal(care, purpose)
    if refusal is None and care.entered != mode:
        refusal = Rule.NOT_ENTERED
    if refusal:
        return Scope(False, refusal)
    grant = matrix.get_grant(care.role)
    return Scope(
        True, rule, reads=True, types=grant.types, parts=grant.parts, levels=grant.levels,
        hides_masked=not care.emergency_masked, reader=actor.id, reader_at=actor.structure,
    )  # fmt: skip


def _emergency_refusal(care: Care, purpose: Purpose) -> Rule | None:
    if care.kind in _EXPRESS_ONLY:
        return Rule.EXPRESS_ONLY
    if not matrix.get_grant(care.role).is_health:
        return Rule.NOT_HEALTH_PROFESSIONAL
    if purpose is Purpose.BREAK_GLASS:
        return None if care.emergency_access else Rule.EMERGENCY_REFUSED
    if not (care.regulator and care.role == DOCTOR):
        return Rule.NOT_REGULATOR
    return None if care.samu_access else Rule.SAMU_REFUSED


# -- structures, the insurer, the service itself


def _for_facility(structure: str, rights: Rights, purpose: Purpose) -> Scope:
    """A structure deposits; it finds again, corrects and withdraws its own. Blocked, it reads nothing."""
    if purpose is Purpose.DEPOSIT:
        return _for_feeder(rights, purpose, Rule.FACILITY_DEPOSITS)
    if purpose not in {Purpose.CONSULT, Purpose.MANAGE} or not structure:
        return Scope(False, Rule.NOT_FOR_THIS)
    if rights.space in _CLOSED_STATES:
        return Scope(False, _CLOSED_STATES[rights.space])
    if rights.blocked and purpose is Purpose.CONSULT:
        return Scope(False, Rule.BLOCKED)
    return Scope(True, Rule.FACILITY_OWN, reads=True, own_of=structure)


def _for_feeder(rights: Rights, purpose: Purpose, rule: Rule) -> Scope:
    """Whoever brings documents or facts writes, and reads nothing."""
    if purpose is not Purpose.DEPOSIT:
        return Scope(False, Rule.NOT_FOR_THIS)
    if rights.space in _CLOSED_STATES:
        return Scope(False, _CLOSED_STATES[rights.space])
    return Scope(True, rule)


def _for_system(purpose: Purpose) -> Scope:
    if purpose is Purpose.OPERATE:
        return Scope(True, Rule.SYSTEM_OPERATES)
    return Scope(False, Rule.NOT_FOR_THIS)
