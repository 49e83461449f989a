"""The stays in hospital of a life."""

from datetime import date, timedelta
from typing import Final

from carnet.sandbox.care.ailments import OPERATIONS, Operation
from carnet.sandbox.care.facts import Die, Facts, years_after
from carnet.sandbox.care.illnesses import PREGNANCY
from carnet.sandbox.care.life import Illness, Stay
from carnet.sandbox.care.portraits import Portrait
from carnet.sandbox.care.structures import doctor_of, place_of

_APART: Final = 40  # days between two stays at least
_RAPID: Final = (
    "Admission par les urgences pour des palpitations et un essoufflement depuis la veille.",
    "Électrocardiogramme : fibrillation auriculaire à 138 par minute, sans signe d’ischémie.",
    "Ralentissement sous bisoprolol, retour à 78 par minute.",
    "Échographie : fraction d’éjection 58 %, oreillette gauche modérément dilatée, pas de valvulopathie.",
    "L’anticoagulation par apixaban 5 mg matin et soir est poursuivie, à la même dose.",
    "Allergie à la pénicilline signalée à l’équipe et inscrite au dossier.",
)
_BIRTH: Final = (
    "Accouchement par voie basse à terme, sous péridurale, sans complication.",
    "Nouveau-né en bonne santé. Suites de couches simples, allaitement débuté.",
)


def draw_stays(facts: Facts, seed: int, lasting: list[Illness], portrait: Portrait) -> tuple[Stay, ...]:
    """Return the stays of a life in the order of their days, none over another."""
    found = [
        _birth(facts, one) for one in lasting if one.key == PREGNANCY and one.until != facts.today
    ]  # else she is still there
    if portrait.stay[0]:
        found.append(_recent(facts, portrait.stay, lasting))
    if not portrait.healthy:
        found += [stay for one in OPERATIONS if (stay := _operation(one, facts, seed, lasting))]
    kept: list[Stay] = []
    for stay in sorted(found, key=lambda one: one.day):
        if not kept or (stay.day - kept[-1].day).days > kept[-1].days + _APART:
            kept.append(stay)
    return tuple(kept)


def _birth(facts: Facts, pregnancy: Illness) -> Stay:
    assert pregnancy.until is not None
    days = min(4, (facts.today - pregnancy.until).days)
    return Stay(
        "Accouchement",
        pregnancy.until,
        days,
        place_of("hospital", facts.departement, facts.city),
        doctor_of("GYNECOLOGIE", facts.departement),
        _BIRTH,
        pregnancy,
    )


def _recent(facts: Facts, stay: tuple[str, int], lasting: list[Illness]) -> Stay:
    day = facts.today - timedelta(days=24 + stay[1])
    illness = next(one for one in lasting if one.key == "afib")
    return Stay(
        stay[0],
        day,
        stay[1],
        place_of("hospital", facts.departement, facts.city),
        doctor_of("CARDIOLOGIE", facts.departement),
        _RAPID,
        illness,
    )


def _operation(operation: Operation, facts: Facts, seed: int, lasting: list[Illness]) -> Stay | None:
    die = Die.of(seed, facts, operation.key)
    drawn, place, days = die.random(), die.random(), die.randint(*operation.days)
    first, last = operation.ages
    reached = min(facts.age, last)
    if facts.traits.sex not in operation.sexes or reached <= first:
        return None
    if drawn >= operation.share * (reached - first) / (last - first):
        return None
    day = years_after(facts.birth_date, first + (reached - first) * place)
    illness = next((one for one in lasting if one.key == operation.needs), None)
    if operation.needs and illness is None:
        return None
    if illness is not None:
        day = _within(illness, day, operation)
    if day > facts.today - timedelta(days=days + 1) or _pregnant(lasting, day):
        return None
    where = place_of(operation.place, facts.departement, facts.city)
    doctor = doctor_of(operation.speciality, facts.departement)
    return Stay(operation.reason, day, days, where, doctor, operation.story, illness)


def _within(illness: Illness, day: date, operation: Operation) -> date:
    """Have the stay that reveals or treats a disease begin with it; another, after it began."""
    if operation.key in {"infarct_stay", "prostate_stay", "breast_stay"}:
        return illness.since + timedelta(days=0 if operation.key == "infarct_stay" else 35)
    return max(day, illness.since + timedelta(days=60))


def _pregnant(lasting: list[Illness], day: date) -> bool:
    return any(one.key == PREGNANCY and one.runs_on(day) for one in lasting)
