"""The facts that a decision needs, and what it decides about: plain values."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

SECRETARY: Final = "SECRETARIAT_MEDICAL"
"""The profession, in the annuaire, of who deposits for a doctor and reads nothing."""

DOCTOR: Final = "10"


class Basis(StrEnum):
    """Why a professional takes care of a person (facts/mes.md 4.1)."""

    TREATING = "treating"  # médecin traitant, as the insurer tells
    TEAM = "team"  # of her care team: presumed authorised if she was informed (CSP L1110-4, L1110-12)
    DECLARED = "declared"  # declared by the professional, for a time


class Means(StrEnum):
    """How the consent of one consultation was given."""

    QR = "qr"  # she showed the code of her telephone
    INS = "ins"  # she gave her number and her traits
    ORAL = "oral"  # she said so, and her identity was known already (an appointment, an earlier visit)
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
    situation stand in the annuaire. `answers`: a student's or a replacement's situation names whom he
    answers to. `basis`: the relation that stands, if one does, with `informed`; `acting_for`: it is that of
    whom he answers to. `consented`: the consent of this consultation, by which means. `blocked`: she blocked
    him, or whom he answers to. `emergency_access`, `samu_access`, `emergency_masked`: her three switches.
    `entered`: his emergency access that stands (break_glass, regulation) or "". `frozen`: the guard of
    accounts froze him; `step_up`: it asks him to prove his identity again. `outside_training`:
    he trains, and she is not a fictitious person (docs/learning.md).
    """

    role: str = ""
    kind: PlaceKind = PlaceKind.REGULAR
    active: bool = False
    regulator: bool = False
    answers: bool = False
    basis: Basis | None = None
    informed: bool = False
    acting_for: bool = False
    consented: Means | None = None
    administrator: bool = False
    blocked: bool = False
    emergency_access: bool = True
    samu_access: bool = True
    emergency_masked: bool = False
    entered: str = ""
    frozen: bool = False
    step_up: bool = False
    outside_training: bool = False


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
    `level`: N normal, R restricted, V very restricted.
    """

    masked: bool = False
    invisible_patient: bool = False
    invisible_representatives: bool = False
    structure: str = ""
    professional_id: UUID | None = None
    type_code: str = ""
    level: str = "N"
