"""The medical profile that tells a life: what the general practitioner brought, what the person added."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from carnet.platform.clock import PARIS
from carnet.platform.ids import uuid7
from carnet.profile.api import AuthorKind, LinkKind, NewEntry, Rubric
from carnet.sandbox.care.facts import ADULT, partial
from carnet.sandbox.care.life import Illness, Life

_NAME = 50
_RECENT_YEARS = 1
_LAST_SHOTS = 30


def list_entries(life: Life) -> list[NewEntry]:
    """Return the lines of the profile; a treatment is tied to its disease. Source: facts/mes.md 2.1."""
    return [*_diseases_and_treatments(life), *_stays(life), *_shots(life), *_traits(life), *_circle(life)]


def _diseases_and_treatments(life: Life) -> Iterator[NewEntry]:
    ids: dict[Illness, UUID] = {}
    for illness in life.illnesses:
        if illness.lasting or _is_recent(life, illness.since):
            ids[illness] = uuid7()
            yield _by_gp(life, Rubric.DISEASES, _disease(illness), illness.since, entry_id=ids[illness])
    for course in life.courses:
        if course.illness not in ids or course.since > life.facts.today:
            continue
        values = {
            "name": course.medicine.name[:_NAME],
            "posology": _posology(course.medicine.strength, course.medicine.posology),
            "start": partial(course.since, 2 if course.illness.lasting else 3),
            "reason": course.illness.label[:_NAME],
        }
        if course.until and course.until <= life.facts.today:
            values["end"] = partial(course.until, 2 if course.illness.lasting else 3)
        yield _by_gp(
            life, Rubric.TREATMENTS, values, course.since, links=((LinkKind.DISEASE, ids[course.illness]),)
        )


def _is_recent(life: Life, day: date) -> bool:
    return (life.facts.today - day).days < 365 * _RECENT_YEARS


def _disease(illness: Illness) -> dict[str, Any]:
    values = {"name": illness.label[:_NAME], "episode": "START", "start": partial(illness.since, 2)}
    if illness.until:
        values |= {"episode": "FULL", "end": partial(illness.until, 2)}
    return values


def _posology(strength: str, posology: str) -> str:
    return f"{strength}, {posology}" if strength else posology


def _stays(life: Life) -> Iterator[NewEntry]:
    for stay in life.stays:
        values = {
            "reason": stay.reason,
            "establishment": stay.place.name[:_NAME],
            "date": partial(stay.day, 3),
            "duration": stay.days,
            "unit": "DAY",
        }
        yield _by_gp(life, Rubric.HOSPITALIZATIONS, values, stay.day)


def _shots(life: Life) -> Iterator[NewEntry]:
    for shot in life.shots[-_LAST_SHOTS:]:
        values = {
            "name": shot.name,
            "date": shot.day.isoformat(),
            "injection": shot.injection,
            "lot": shot.lot,
            "duty": "OBLIGATORY" if shot.mandatory else "RECOMMENDED",
            "performer": shot.doctor.name[:_NAME],
        }
        yield _by_gp(life, Rubric.VACCINATIONS, values, shot.day)


def _traits(life: Life) -> Iterator[NewEntry]:
    yield _own(life, Rubric.BLOOD_GROUP, {"group": life.blood_group})
    for allergy in life.allergies:
        day = max(date(allergy.year, 6, 30), life.facts.birth_date)
        values = {"name": allergy.name, "comment": allergy.reaction, "date": str(allergy.year)}
        yield _by_gp(life, Rubric.ALLERGIES, values, day)
    for label, relations in life.family:
        yield _own(life, Rubric.FAMILY_HISTORIES, {"name": label, "relations": list(relations)})
    for section, answers in life.habits.items():
        yield _own(life, Rubric.LIFESTYLES, {"section": section, **answers})


def _circle(life: Life) -> Iterator[NewEntry]:
    facts = life.facts
    yield _own(
        life,
        Rubric.PROFESSIONALS,
        {
            "name": life.gp.name[:_NAME],
            "speciality": life.gp.speciality,
            "role": "MEDECIN_TRAITANT",
            "address": f"{life.practice.name}, {facts.postal_code} {facts.city}"[:100],
        },
    )
    for doctor in dict.fromkeys(visit.doctor for visit in life.visits if visit.doctor != life.gp):
        yield _own(life, Rubric.PROFESSIONALS, {"name": doctor.name[:_NAME], "speciality": doctor.speciality})
    for one in life.contacts:
        values = {
            "kind": one.kind,
            "first_name": one.first_name.title()[:_NAME],
            "last_name": one.last_name[:_NAME],
            "relation": one.relation,
            "mobile": one.mobile,
            "postal_code": facts.postal_code,
            "city": facts.city[:_NAME],
        }
        yield _own(life, Rubric.CONTACTS, values)
    if facts.age >= ADULT and facts.birth_date.day % 4 == 0:
        yield _own(life, Rubric.WISHES, {"informed": "YES", "position": "TOLD"})


def _by_gp(
    life: Life,
    rubric: Rubric,
    values: Mapping[str, Any],
    day: date,
    *,
    entry_id: UUID | None = None,
    links: tuple[tuple[LinkKind, UUID], ...] = (),
) -> NewEntry:
    """A line of the general practitioner's, written the day it happened."""
    return NewEntry(
        rubric,
        values,
        _moment(life, day),
        AuthorKind.PROFESSIONAL,
        structure=life.practice.finess,
        locked=True,
        origin="DEPOSIT",
        links=links,
        id=entry_id,
    )


def _own(life: Life, rubric: Rubric, values: Mapping[str, Any]) -> NewEntry:
    """A line that the person (or a child's parent) wrote, lately."""
    return NewEntry(rubric, values, _moment(life, life.facts.today), author_id=life.facts.person_id)


def _moment(life: Life, day: date) -> datetime:
    return datetime.combine(min(max(day, life.facts.birth_date), life.facts.today), time(0, 5), PARIS)
