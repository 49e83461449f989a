"""The one decision: who may do what in a person's record, and why. Pure: no I/O, no clock, no ORM.

A Scope is enforced by its two renderings, `allows` (Python) and `sql` (the same rule for a query),
and tells the person its reasons. Professionals get their rules when they come.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from carnet.journal.api import Actor, ActorKind, Purpose
from carnet.people.api import is_minor_on


class Rule(StrEnum):
    """Which rule decided. The code stands in the journal; `EXPLANATIONS` says it to a person."""

    HOLDER = "holder"
    REPRESENTATIVE = "representative"
    FACILITY_DEPOSITS = "facility_deposits"
    FACILITY_OWN = "facility_own"
    INSURER_FEEDS = "insurer_feeds"
    SYSTEM_OPERATES = "system_operates"
    NO_SPACE = "no_space"
    NOT_ACTIVATED = "not_activated"
    OBJECTED = "objected"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    ERASED = "erased"
    NOT_REPRESENTATIVE = "not_representative"
    SEVERED = "severed"
    OF_AGE = "of_age"
    NOT_FOR_THIS = "not_for_this"
    BLOCKED = "blocked"
    NOT_OWN = "not_own"
    WITHDRAWN = "withdrawn"
    CAREGIVER = "caregiver"
    TREATING = "treating"
    CARE_TEAM = "care_team"
    CONSENTED = "consented"
    ADMINISTRATOR = "administrator"
    BREAK_GLASS = "break_glass"
    REGULATION = "regulation"
    PROFESSIONAL_FEEDS = "professional_feeds"
    PROFESSIONAL_OWN = "professional_own"
    NOT_IN_DIRECTORY = "not_in_directory"
    PROFESSIONAL_BLOCKED = "professional_blocked"
    NO_RELATION = "no_relation"
    NOT_INFORMED = "not_informed"
    FROZEN = "frozen"


EXPLANATIONS: dict[Rule, str] = {
    Rule.HOLDER: "C’est votre espace.",
    Rule.REPRESENTATIVE: "Vous êtes représentant légal de cette personne.",
    Rule.FACILITY_DEPOSITS: "Une structure de soins alimente l’espace de la personne qu’elle prend en charge "
    "(code de la santé publique, R1111-47). Elle n’y lit que ce qu’elle a déposé.",
    Rule.FACILITY_OWN: "Une structure de soins retrouve, corrige ou retire ce qu’elle a elle-même déposé. "
    "Elle ne voit rien d’autre.",
    Rule.INSURER_FEEDS: "L’Assurance Maladie alimente l’histoire de santé et les documents administratifs. "
    "Elle n’en lit rien.",
    Rule.SYSTEM_OPERATES: "Traitement prévu par le service, sans lecture par une personne.",
    Rule.NO_SPACE: "Cette personne n’a pas d’espace ouvert.",
    Rule.NOT_ACTIVATED: "L’espace n’est pas encore activé.",
    Rule.OBJECTED: "La personne s’est opposée à l’ouverture de son espace (R1111-28).",
    Rule.CLOSED: "L’espace est fermé (R1111-36).",
    Rule.SUSPENDED: "L’espace est suspendu, à la suite d’une fraude ou d’un dysfonctionnement (R1111-36).",
    Rule.ERASED: "L’espace a été effacé à la demande de la personne (R1111-36).",
    Rule.NOT_REPRESENTATIVE: "Vous n’êtes pas représentant légal de cette personne.",
    Rule.SEVERED: "Le lien avec cette personne a été rompu.",
    Rule.OF_AGE: "La personne est majeure : elle seule gère son espace.",
    Rule.NOT_FOR_THIS: "Cet accès n’est pas prévu pour vous.",
    Rule.BLOCKED: "La personne a bloqué cette structure : elle ne lit plus rien de son espace (L1111-19).",
    Rule.NOT_OWN: "Ce document n’a pas été déposé par cette structure.",
    Rule.WITHDRAWN: "Ce document a été retiré par la structure qui l’avait déposé.",
    Rule.CAREGIVER: "Cette personne vous a choisi comme aidant.",
    Rule.TREATING: "Vous êtes son médecin traitant.",
    Rule.CARE_TEAM: "Vous faites partie de l’équipe de soins de cette personne, qui en est informée "
    "(L1110-4).",
    Rule.CONSENTED: "La personne a consenti à cette consultation (arrêté du 26 octobre 2023).",
    Rule.ADMINISTRATOR: "La personne vous a désigné comme médecin administrateur (R1111-49).",
    Rule.BREAK_GLASS: "Accès en urgence (bris de glace, L1111-17).",
    Rule.REGULATION: "Accès du médecin régulateur du SAMU (L1111-17).",
    Rule.PROFESSIONAL_FEEDS: "Un professionnel alimente l’espace de la personne qu’il prend en charge "
    "(R1111-47).",
    Rule.PROFESSIONAL_OWN: "Un professionnel corrige ou retire ce qu’il a lui-même déposé.",
    Rule.NOT_IN_DIRECTORY: "Vous ne figurez pas dans l’annuaire des professionnels avec cette situation "
    "d’exercice.",
    Rule.PROFESSIONAL_BLOCKED: "La personne vous a bloqué (L1111-19).",
    Rule.NO_RELATION: "Vous ne prenez pas en charge cette personne, et elle n’a pas consenti à cette "
    "consultation.",
    Rule.NOT_INFORMED: "La personne n’a pas encore été informée du partage au sein de son équipe de soins.",
    Rule.FROZEN: "Votre compte est gelé pour les accès ordinaires, à la suite d’une activité inhabituelle.",
}


class Basis(StrEnum):
    """Why a professional takes care of a person (facts/mes.md 4.1)."""

    TREATING = "treating"  # médecin traitant, as the insurer tells
    TEAM = "team"  # of her care team: presumed authorised if she was informed (CSP L1110-4, L1110-12)
    DECLARED = "declared"  # declared by the professional, for a time


class Means(StrEnum):
    """How the consent of one consultation was given."""

    QR = "qr"  # she showed the code of her telephone
    INS = "ins"  # she gave her number and her traits
    LAUNCH = "launch"  # the professional's software says so
    EXPRESS = "express"  # written, for who needs it (occupational doctor; CSP L1111-17)


class PlaceKind(StrEnum):
    """How a professional practises where she acts (directory.Place.kind)."""

    REGULAR = "regular"
    STUDENT = "student"
    REPLACEMENT = "replacement"
    OCCUPATIONAL = "occupational"
    FIRE_BRIGADE = "fire_brigade"


@dataclass(frozen=True)
class Care:
    """What ties a professional to a person now, and what she decided of him.

    `role`: profession (TRE_G15) or SECRETARIAT_MEDICAL, as the annuaire knows. `active`: he and his
    situation stand in the annuaire. `basis`: the relation that stands, if one does, with `informed`.
    `consented`: the consent of this consultation, by which means. `emergency_access`, `samu_access`,
    `emergency_masked`: her three switches. `entered`: his emergency access that stands (break_glass,
    regulation) or "". `frozen`: the guard of accounts froze him.
    """

    role: str = ""
    kind: PlaceKind = PlaceKind.REGULAR
    active: bool = False
    regulator: bool = False
    basis: Basis | None = None
    informed: bool = False
    consented: Means | None = None
    administrator: bool = False
    blocked: bool = False
    emergency_access: bool = True
    samu_access: bool = True
    emergency_masked: bool = False
    entered: str = ""
    frozen: bool = False


class Relation(StrEnum):
    """What the actor is to the person."""

    SELF = "self"
    REPRESENTATIVE = "representative"
    SEVERED = "severed"
    GUARDIAN = "guardian"
    CAREGIVER = "caregiver"
    NONE = "none"


@dataclass(frozen=True)
class Rights:
    """The facts that a decision needs. `space`: the life-cycle state (enrolment), or "" if none.

    `blocked`: the person blocked the structure that acts. `care`: of a professional.
    """

    space: str
    relation: Relation
    birth_date: date
    blocked: bool = False
    care: Care = Care()


@dataclass(frozen=True)
class Visibility:
    """The confidentiality of one thing (facts/mes.md 3.6). `structure`: who deposited it, if one did.

    `professional_id`: the professional who deposited it on these pages. `type_code`: of JDV_J07.
    """

    masked: bool = False
    invisible_patient: bool = False
    invisible_representatives: bool = False
    structure: str = ""
    professional_id: UUID | None = None
    type_code: str = ""


@dataclass(frozen=True)
class Scope:
    """What is allowed, by which rule; what is hidden from this actor.

    `own_of`: the structure (FINESS) that reads what it deposited itself, and nothing else. Of a professional:
    `types`, the document types that the matrix gives him, and `parts`, the rubrics and other parts of the
    record (None: all of them); `hides_masked`, less what `reader` deposited himself. `governs`: decides who
    else enters, closes, copies (a caregiver does not).
    """

    allowed: bool
    rule: Rule
    reads: bool = False
    hides_from_patient: bool = False
    hides_from_representatives: bool = False
    own_of: str = ""
    types: frozenset[str] | None = None
    parts: frozenset[str] | None = None
    hides_masked: bool = False
    reader: UUID | None = None
    governs: bool = False

    @property
    def explanation(self) -> str:
        return EXPLANATIONS[self.rule]

    def allows(self, thing: Visibility) -> bool:
        """Say whether the actor may read a thing of that visibility."""
        if not (self.allowed and self.reads):
            return False
        if self.own_of and thing.structure != self.own_of:
            return False
        if self.hides_masked and thing.masked and not self._is_own(thing):
            return False
        if self.hides_from_patient and thing.invisible_patient:
            return False
        return not (self.hides_from_representatives and thing.invisible_representatives)

    def _is_own(self, thing: Visibility) -> bool:
        return self.reader is not None and thing.professional_id == self.reader

    def sql(self) -> str:
        """Return `allows` as a condition over the columns of the same names."""
        if not (self.allowed and self.reads):
            return "false"
        conditions = ["true"]
        if self.own_of:
            assert self.own_of.isalnum()  # a FINESS number: it can stand in a statement
            conditions.append(f"depositor = 'HEALTHCARE_FACILITY' and structure = '{self.own_of}'")
        if self.hides_masked:
            own = f" or professional_id = '{self.reader}'" if self.reader else ""
            conditions.append(f"(not masked{own})")
        if self.hides_from_patient:
            conditions.append("not invisible_patient")
        if self.hides_from_representatives:
            conditions.append("not invisible_representatives")
        return " and ".join(conditions)


_CLOSED_STATES = {
    "": Rule.NO_SPACE,
    "notified": Rule.NO_SPACE,
    "objected": Rule.OBJECTED,
    "closed": Rule.CLOSED,
    "suspended": Rule.SUSPENDED,
    "erasing": Rule.CLOSED,
    "erased": Rule.ERASED,
}


def decide_scope(actor: Actor, rights: Rights, purpose: Purpose, day: date) -> Scope:
    """Decide for one actor, one person, one purpose, one day of the field."""
    match actor.kind:
        case ActorKind.PATIENT | ActorKind.LEGAL_REPRESENTATIVE:
            return _for_people(rights, purpose, day)
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


def _for_people(rights: Rights, purpose: Purpose, day: date) -> Scope:
    if purpose not in {Purpose.CONSULT, Purpose.MANAGE}:
        return Scope(False, Rule.NOT_FOR_THIS)
    refusal = _relation_refusal(rights, day)
    if refusal:
        return Scope(False, refusal)
    if rights.space in _CLOSED_STATES:
        return Scope(False, _CLOSED_STATES[rights.space])
    if rights.space != "activated":
        return Scope(False, Rule.NOT_ACTIVATED)
    if rights.relation is Relation.SELF:
        return Scope(True, Rule.HOLDER, reads=True, hides_from_patient=True)
    return Scope(
        True,
        Rule.REPRESENTATIVE,
        reads=True,
        hides_from_patient=True,
        hides_from_representatives=rights.relation is Relation.REPRESENTATIVE,
    )


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


def _for_professional(actor: Actor, rights: Rights, purpose: Purpose) -> Scope:
    """A professional feeds whom he takes care of; he reads within the care team, or with consent."""
    care = rights.care
    if not care.active:
        return Scope(False, Rule.NOT_IN_DIRECTORY)
    if purpose is Purpose.DEPOSIT:
        return _for_feeder(rights, purpose, Rule.PROFESSIONAL_FEEDS)
    if purpose not in {Purpose.CONSULT, Purpose.MANAGE}:
        return Scope(False, Rule.NOT_FOR_THIS)
    if rights.space in _CLOSED_STATES:
        return Scope(False, _CLOSED_STATES[rights.space])
    refusal = _care_refusal(rights)
    if refusal:
        return Scope(False, refusal)
    rule = _care_rule(care)
    return Scope(True, rule, reads=True, hides_masked=rule is not Rule.ADMINISTRATOR, reader=actor.id)


def _care_refusal(rights: Rights) -> Rule | None:
    care = rights.care
    if care.frozen:
        return Rule.FROZEN
    if care.blocked:
        return Rule.PROFESSIONAL_BLOCKED
    if rights.blocked:
        return Rule.BLOCKED
    if care.administrator or care.consented:
        return None
    if care.basis is None:
        return Rule.NO_RELATION
    return None if care.informed else Rule.NOT_INFORMED


def _care_rule(care: Care) -> Rule:
    if care.administrator:
        return Rule.ADMINISTRATOR
    if care.basis and care.informed:
        return Rule.TREATING if care.basis is Basis.TREATING else Rule.CARE_TEAM
    return Rule.CONSENTED


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
