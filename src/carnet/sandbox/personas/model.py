"""What a persona is: a person of the sandbox who is the same in every world, with a public login."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from carnet.standards.ins import key_of

PASSWORD = "Sable-vermeil-7!"  # noqa: S105 - public: every persona's, printed in docs/personas.md
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - public too

Stage = Literal["", "notified", "opened", "activated", "objected", "closed", "suspended", "erased"]


_FIRST_DIGITS = {("M", False): "1", ("F", False): "2", ("M", True): "7", ("F", True): "8"}


@dataclass(frozen=True, kw_only=True)
class Persona:
    """A person with a name to remember. Other personas are named by their `key`.

    `stage`: how far her space is when the world is made ("": never heard of). `login`: she has an account,
    whose password is PASSWORD. `parent`: whom the insurer attaches her to, `other_parent`: her other
    representative; `guardian`: of a tutelle. `days_old`: for a newborn, whose birth date follows the world's
    first day. `waiting`: her number is one of those given while the register is asked (NIA). `masked`: her
    documents are, as they come. `blocks`: she has blocked the structures of the sandbox, and those that
    vendors make keys for.
    """

    key: str
    use: str
    birth_name: str
    given_names: str
    sex: Literal["M", "F"]
    born: date = date(1970, 1, 1)
    birth_place: str = "31555"
    order: int = 901
    used_name: str = ""
    days_old: int | None = None
    home: str = "31555"
    email: str = ""
    phone: str = ""
    contact_known: bool = True
    serial: str = ""
    with_photo: bool = True
    legible: bool = True
    family: str = ""
    parent: str = ""
    other_parent: str = ""
    guardian: str = ""
    protection: Literal["", "tutelle", "curatelle"] = ""
    died_days_ago: int | None = None
    stage: Stage = ""
    login: str = ""
    factor: Literal["email", "totp"] = "email"
    waiting: bool = False
    masked: bool = False
    blocks: bool = False

    @property
    def name(self) -> str:
        """The name by which the tables of the documentation call her."""
        first = self.given_names.split(maxsplit=1)[0].title()
        return f"{first} {self.used_name or self.birth_name}"

    def birth_date(self, today: date) -> date:
        """Return the date of birth in a world made on `today`."""
        return self.born if self.days_old is None else today - timedelta(days=self.days_old)

    def matricule(self, today: date) -> str:
        """Return the 15 characters of the matricule in a world made on `today`."""
        digit = _FIRST_DIGITS[self.sex, self.waiting]
        number = f"{digit}{self.birth_date(today):%y%m}{self.birth_place}{self.order:03d}"
        return f"{number}{key_of(number):02d}"


@dataclass(frozen=True, kw_only=True)
class AgentPersona:
    """An agent with a public login; the second factor is the TOTP of TOTP_SECRET."""

    login: str
    name: str
    email: str
    roles: tuple[str, ...]
    use: str


@dataclass(frozen=True, kw_only=True)
class FranceConnectPersona:
    """An identity of the FranceConnect simulator. It has no INS."""

    login: str
    given_names: str
    family_name: str
    birth_date: date
    gender: Literal["male", "female"]
    birth_place: str
    email: str
    use: str


@dataclass(frozen=True, kw_only=True)
class Structure:
    """A structure that deposits documents: a FINESS number of no département, with a right key."""

    finess: str
    name: str
    facility: str = field(default="SA01")  # JDV_J02, facility type


@dataclass(frozen=True)
class Practice:
    """Where a professional practises. `structure`: its number; `sector`: TRE_R02; `mode`: TRE_R23.

    `under`: login of whom a student or a replacement answers to.
    """

    structure: str
    sector: str
    mode: str
    kind: str = "regular"
    under: str = ""


@dataclass(frozen=True)
class Tie:
    """A persona of whom a professional takes care. `basis`: treating (médecin traitant) or team."""

    persona: str
    basis: Literal["treating", "team"] = "team"


@dataclass(frozen=True, kw_only=True)
class ProfessionalPersona:
    """A professional who is the same in every world. `login`: at the Pro Santé Connect simulator.

    `national_id`: IdNPS; `profession`: TRE_G15 or SECRETARIAT_MEDICAL; `regulates`: at the SAMU.
    """

    login: str
    use: str
    family_name: str
    given_name: str
    national_id: str
    profession: str
    civility: str = ""
    category: str = "C"
    speciality: str = ""
    active: bool = True
    regulates: bool = False
    practices: tuple[Practice, ...] = ()
    ties: tuple[Tie, ...] = ()

    @property
    def name(self) -> str:
        """The name by which the tables of the documentation call her."""
        return f"{self.given_name} {self.family_name}"
