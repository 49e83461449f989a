"""The stays in hospital of a life, and the examinations by images that go with what she has had."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from carnet.sandbox.care.ailments import OPERATIONS, Operation
from carnet.sandbox.care.facts import Die, Facts, years_after
from carnet.sandbox.care.illnesses import PREGNANCY
from carnet.sandbox.care.life import Illness, Imaging, Stay
from carnet.sandbox.care.portraits import Portrait
from carnet.sandbox.care.structures import doctor_of, place_of

Add = Callable[[date, str, str, str, tuple[str, ...], str], None]
"""Writes one: day, title, reason, technique, results, conclusion."""

_APART: Final = 40  # days between two stays at least
_RAPID: Final = (
    "Admission par les urgences pour des palpitations et un essoufflement depuis la veille.",
    "Électrocardiogramme : fibrillation auriculaire à 138 par minute, sans signe d’ischémie.",
    "Ralentissement sous bisoprolol, retour à 78 par minute. Échographie : fraction d’éjection 58 %,"
    " oreillette gauche modérément dilatée, pas de valvulopathie.",
    "L’anticoagulation par apixaban 5 mg matin et soir est poursuivie sans changement de dose"
    " (fonction rénale normale, poids supérieur à 60 kg).",
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
    return Stay("Accouchement", pregnancy.until, days, place_of("hospital", facts.departement, facts.city),
                doctor_of("GYNECOLOGIE", facts.departement), _BIRTH, pregnancy)  # fmt: skip


def _recent(facts: Facts, stay: tuple[str, int], lasting: list[Illness]) -> Stay:
    day = facts.today - timedelta(days=24 + stay[1])
    illness = next(one for one in lasting if one.key == "afib")
    return Stay(stay[0], day, stay[1], place_of("hospital", facts.departement, facts.city),
                doctor_of("CARDIOLOGIE", facts.departement), _RAPID, illness)  # fmt: skip


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


# -- images


def draw_images(
    facts: Facts, seed: int, illnesses: list[Illness], stays: tuple[Stay, ...], since: date
) -> tuple[Imaging, ...]:
    """Return the examinations by images since a day: sprains, lungs, breasts, hips, pregnancies, joints."""
    found: list[Imaging] = []

    def add(
        day: date, title: str, reason: str, technique: str, results: tuple[str, ...], conclusion: str
    ) -> None:
        if since <= day <= facts.today and day >= facts.birth_date:
            place = place_of("imaging", facts.departement, facts.city)
            doctor = doctor_of("RADIOLOGIE", facts.departement)
            found.append(Imaging(day, place, doctor, title, reason, technique, results, conclusion))

    for one in illnesses:
        die = Die.of(seed, facts, f"image/{one.key}/{one.since}")
        if one.key == "sprain":
            add(one.since + timedelta(days=1), "Radiographie de la cheville", "Entorse, douleur à l’appui.",
                "Clichés de face et de profil.", ("Pas de trait de fracture. Interligne articulaire conservé.",
                "Épaississement des parties molles externes."), "Pas de lésion osseuse.")  # fmt: skip
        elif one.key == "copd":
            add(die.day(since, facts.today), "Scanner du thorax", "Bronchite chronique, surveillance.",
                "Acquisition sans injection.", ("Emphysème centrolobulaire des sommets.",
                "Pas de nodule suspect. Pas d’épanchement."), "Emphysème modéré, pas de nodule.")  # fmt: skip
        elif one.key == "arthrosis":
            add(die.day(max(since, one.since), facts.today), "Radiographie des genoux", "Douleurs mécaniques des genoux.",
                "Clichés en charge, de face et de profil.", ("Pincement des interlignes fémoro-tibiaux internes.",
                "Ostéophytose modérée."), "Gonarthrose bilatérale modérée.")  # fmt: skip
        elif one.key == PREGNANCY:
            for weeks in (12, 22, 32):
                add(one.since + timedelta(weeks=weeks), "Échographie obstétricale", f"Surveillance de grossesse, {weeks} semaines.",
                    "Échographie par voie abdominale.", ("Activité cardiaque présente et régulière.",
                    "Biométrie conforme au terme. Liquide en quantité normale."), "Grossesse d’évolution normale.")  # fmt: skip
    _mammographies(facts, seed, add)
    for stay in stays:
        if stay.reason == "Prothèse de hanche":
            add(stay.day + timedelta(days=45), "Radiographie de la hanche", "Contrôle d’une prothèse de hanche droite.",
                "Bassin de face, hanche de profil.", ("Prothèse en place, bien orientée. Pas de liseré ni de descellement.",),
                "Aspect satisfaisant.")  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.day, one.title)))


def _mammographies(facts: Facts, seed: int, add: Add) -> None:
    die = Die.of(seed, facts, "mammography")
    if facts.male or not die.happens(0.6):
        return
    for age in range(50, 75, 2):
        day = years_after(facts.birth_date, age) + timedelta(days=die.randint(20, 200))
        add(day, "Mammographie de dépistage", "Dépistage organisé du cancer du sein.", "Deux incidences par sein, double lecture.",
            ("Densité mammaire de type B. Pas d’opacité suspecte.", "Pas de foyer de microcalcifications."),
            "ACR 2 des deux côtés. Prochain dépistage dans deux ans.")  # fmt: skip
