"""The measures and the reimbursements that tell a life."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from carnet.histories.api import Action, Category, Line
from carnet.measures.api import AuthorKind, Kind, Measure
from carnet.platform.clock import PARIS
from carnet.sandbox.care.conditions import BY_KEY
from carnet.sandbox.care.facts import Facts
from carnet.sandbox.care.life import Life, Reading, Visit
from carnet.terminology import api as terminology

_ACT = "Consultation"
_VACCINE_NAMES = 300


def list_measures(life: Life, *, now: datetime) -> list[Measure]:
    """Return the measures of a life up to a moment."""
    return [one for one in (_measure(reading, life) for reading in life.readings) if one.at <= now]


def _measure(reading: Reading, life: Life) -> Measure:
    own = reading.by == "person"
    return Measure(
        Kind(reading.kind),
        datetime.combine(reading.day, time(reading.hour, 0), PARIS),
        reading.value,
        reading.second,
        reading.context,
        author_kind=AuthorKind.PERSON if own else AuthorKind.PROFESSIONAL,
        author_id=life.facts.person_id if own else None,
        structure="" if own else reading.by,
        locked=not own,
        author=reading.author,
    )


def list_episodes(life: Life, *, first: date) -> list[Line]:
    """Return what the insurer reimbursed from `first` on: the acts of the documents, and the medicines."""
    found = list(_episodes(life))
    return [one for one in found if first <= one.day <= life.facts.today]


def _episodes(life: Life) -> Iterator[Line]:
    line = _Lines(life.facts)
    for visit in life.visits:
        yield line(
            Category.MEDICAL_DENTAL_CARE,
            visit.day,
            f"{_ACT} : {_speciality(visit)}",
            visit.place.name,
            visit.doctor.name,
        )
        taken = life.taken_on(visit.day) if visit.prescribes else []
        if taken:
            yield line(
                Category.MEDICINE,
                visit.day,
                ", ".join(one.medicine.line for one in taken)[:300],
                life.pharmacy.name,
                visit.doctor.name,
            )
    for sample in life.samples:
        yield line(Category.BIOLOGY, sample.day, "Analyses de sang", sample.place.name, sample.doctor.name)
    for image in life.images:
        yield line(Category.RADIOLOGY, image.day, image.title, image.place.name, image.doctor.name)
    for stay in life.stays:
        yield line(
            Category.HOSPITALIZATION,
            stay.day,
            stay.reason,
            stay.place.name,
            stay.doctor.name,
            until=stay.day + timedelta(days=stay.days),
        )
    for shot in life.shots:
        yield line(
            Category.VACCINE,
            shot.day,
            f"Vaccin : {shot.name}"[:_VACCINE_NAMES],
            life.pharmacy.name,
            shot.doctor.name,
        )
    yield from _covered(life, line)


def _covered(life: Life, line: "_Lines") -> Iterator[Line]:
    for illness in life.illnesses:
        if illness.key in BY_KEY and BY_KEY[illness.key].covered:
            yield line(
                Category.DISEASE,
                max(illness.since, life.facts.birth_date),
                f"Affection de longue durée : {illness.label}",
                "",
                "",
            )


def _speciality(visit: Visit) -> str:
    names = {one.code: one.label for one in terminology.list_specialities()}
    return names[visit.speciality].lower()


class _Lines:
    """Makes the lines of one person, each with a reference of its own."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.number = 0

    def __call__(
        self,
        category: Category,
        day: date,
        label: str,
        place: str,
        professional: str,
        *,
        until: date | None = None,
    ) -> Line:
        self.number += 1
        reference = f"BAC-{self.number:05d}-{day:%Y%m%d}"
        return Line(
            self.facts.matricule, reference, Action.ADD, category, day, until, label, "", place, professional
        )
