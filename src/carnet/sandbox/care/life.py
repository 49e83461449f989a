"""The parts of a life of care, plain values. A life never contradicts itself: tests hold `living` to that."""

from dataclasses import dataclass, field
from datetime import date

from carnet.sandbox.care.facts import Facts
from carnet.sandbox.care.structures import Doctor, Place


@dataclass(frozen=True, slots=True)
class Medicine:
    """How a medicine is taken: its international name, strength, and posology."""

    name: str
    posology: str
    strength: str = ""

    @property
    def line(self) -> str:
        """The line of a prescription."""
        return f"{self.name} {self.strength}".strip()


@dataclass(frozen=True, slots=True)
class Illness:
    """A disease of the person, over a period. `key`: that of conditions.TABLE or ailments.TABLE."""

    key: str
    label: str
    since: date
    until: date | None = None
    lasting: bool = True

    def runs_on(self, day: date) -> bool:
        """Say whether it was there on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Course:
    """A treatment: what is taken, for which illness, from when to when."""

    medicine: Medicine
    illness: Illness
    since: date
    until: date | None = None

    def runs_on(self, day: date) -> bool:
        """Say whether it is taken on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Allergy:
    """An allergy, its reaction in words, the year of its discovery."""

    name: str
    reaction: str
    year: int


@dataclass(frozen=True, slots=True)
class Shot:
    """A vaccination. `name`: as in terminology; `against`: the diseases; `injection`: code of the profile."""

    name: str
    against: str
    day: date
    rank: int
    injection: str
    lot: str
    mandatory: bool
    place: Place
    doctor: Doctor


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in hospital: why, from when, how many days, and what the letter tells."""

    reason: str
    day: date
    days: int
    place: Place
    doctor: Doctor
    story: tuple[str, ...]
    illness: Illness | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A blood test: each analyte of laboratory.ANALYTES with its value, in the unit of the table."""

    day: date
    values: dict[str, float]
    place: Place
    doctor: Doctor


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure. `by`: "person", or the FINESS of who measured. `kind`: measures.Kind."""

    kind: str
    day: date
    hour: int
    value: float
    second: float | None = None
    context: str = ""
    by: str = "person"
    author: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A consultation. `prescribes`: whether the treatments of that day are written out."""

    day: date
    place: Place
    doctor: Doctor
    speciality: str
    reason: str
    findings: tuple[str, ...]
    plan: tuple[str, ...]
    prescribes: bool = False
    certificate: str = ""  # the certificate of a child's compulsory examination


@dataclass(frozen=True, slots=True)
class Imaging:
    """An examination by images."""

    day: date
    place: Place
    doctor: Doctor
    title: str
    reason: str
    technique: str
    results: tuple[str, ...]
    conclusion: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody around the person: kind and relation as codes of the profile."""

    kind: str
    relation: str
    first_name: str
    last_name: str
    mobile: str


@dataclass(frozen=True, slots=True)
class Life:
    """A whole life of care, up to `facts.today`."""

    facts: Facts
    gp: Doctor
    practice: Place
    pharmacy: Place
    blood_group: str
    illnesses: tuple[Illness, ...] = ()
    courses: tuple[Course, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    shots: tuple[Shot, ...] = ()
    stays: tuple[Stay, ...] = ()
    samples: tuple[Sample, ...] = ()
    readings: tuple[Reading, ...] = ()
    visits: tuple[Visit, ...] = ()
    images: tuple[Imaging, ...] = ()
    contacts: tuple[Contact, ...] = ()
    habits: dict[str, dict[str, object]] = field(default_factory=dict)
    family: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def taken_on(self, day: date) -> list[Course]:
        """Return what is taken on a day, in the order in which it was begun."""
        return sorted((one for one in self.courses if one.runs_on(day)), key=lambda one: one.since)

    def ill_on(self, day: date) -> list[Illness]:
        """Return the lasting diseases of a day."""
        return [one for one in self.illnesses if one.lasting and one.runs_on(day)]
