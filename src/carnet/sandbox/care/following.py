"""How a person is followed: visits, examinations of childhood, blood tests."""

from datetime import date, timedelta
from typing import Final

from carnet.sandbox.care import laboratory
from carnet.sandbox.care.ailments import Ailment
from carnet.sandbox.care.conditions import BY_KEY
from carnet.sandbox.care.facts import ADULT, YEAR, Die, Facts
from carnet.sandbox.care.illnesses import PREGNANCY
from carnet.sandbox.care.life import Course, Illness, Sample, Visit
from carnet.sandbox.care.structures import Doctor, Place, doctor_of, place_of

EXAMINATIONS: Final = (
    (0.26, "Certificat de santé du 8e jour"),
    (2, ""),
    (4, ""),
    (6, ""),
    (11, "Certificat de santé du 11e mois"),
    (16, ""),
    (24, "Certificat de santé du 24e mois"),
    (36, ""),
    (48, ""),
    (60, ""),
    (72, ""),
    (102, ""),
    (144, ""),
    (186, ""),
)
"""Compulsory examinations of the child (CSP R2132-1): age in months, and the certificate if there is one."""

_MONTH: Final = 30.44
_STEPS: Final = {
    0: "Éveil normal : fixe le regard, réagit aux bruits.",
    6: "Se retourne, attrape les objets, sourit.",
    12: "Tient debout avec appui, dit deux mots, pointe du doigt.",
    24: "Marche et court, associe deux mots.",
    48: "Phrases construites, dessine un bonhomme, propre le jour et la nuit.",
    72: "Vue et audition normales pour l’âge. Langage correct, scolarité adaptée.",
    150: "Développement pubertaire en cours, dos droit, scolarité sans difficulté.",
}
_HBA1C_START, _HBA1C_TARGET = 8.6, 6.9
_HBA1C_TYPE_1: Final = 7.4
_WHOLE_CHILDHOOD: Final = 6
"""Until that age all examinations are told, not those of the last years alone."""


def draw_visits(
    facts: Facts,
    seed: int,
    *,
    gp: Doctor,
    practice: Place,
    lasting: list[Illness],
    passing: dict[date, Ailment],
    since: date,
    rhythm: int,
) -> list[Visit]:
    """Return the visits since a day: regular, for passing illnesses, of specialists, of childhood."""
    found = [_visit_for(ailment, day, gp, practice) for day, ailment in passing.items()]
    found += _examinations(facts, gp, practice)
    if facts.age >= ADULT:
        found += _regular(facts, seed, gp=gp, practice=practice, lasting=lasting, since=since, rhythm=rhythm)
    found += _specialists(facts, seed, lasting, since)
    first = since if facts.age > _WHOLE_CHILDHOOD else facts.birth_date
    days: set[date] = set()
    kept = []
    for visit in sorted(found, key=lambda one: one.day):
        if visit.day not in days and first <= visit.day <= facts.today:
            days.add(visit.day)
            kept.append(visit)
    return kept


def _visit_for(ailment: Ailment, day: date, gp: Doctor, practice: Place) -> Visit:
    return Visit(
        day,
        practice,
        gp,
        gp.speciality,
        f"{ailment.reason}.",
        (ailment.findings, f"Diagnostic : {ailment.label.lower()}."),
        ("Revenir si la gêne dure au-delà d’une semaine ou en cas de fièvre élevée.",),
        prescribes=True,
    )


def _examinations(facts: Facts, gp: Doctor, practice: Place) -> list[Visit]:
    found = []
    for months, certificate in EXAMINATIONS:
        day = facts.birth_date + timedelta(
            days=round(months * _MONTH) + (facts.birth_date.day % 5 if months > 1 else 0)
        )
        if day <= facts.today and facts.age < ADULT:
            step = next(words for at, words in reversed(_STEPS.items()) if months >= at)
            found.append(
                Visit(
                    day,
                    practice,
                    gp,
                    gp.speciality,
                    f"Examen de l’enfant, {_age_words(months)}.",
                    ("Examen clinique normal. Auscultation du cœur et des poumons normale.", step),
                    ("Vaccinations vues avec les parents.",),
                    certificate=certificate,
                )
            )
    return found


def _age_words(months: float) -> str:
    if months < 1:
        return "8e jour"
    return f"{round(months)} mois" if months < 36 else f"{round(months) // 12} ans"  # noqa: PLR2004


def _regular(
    facts: Facts, seed: int, *, gp: Doctor, practice: Place, lasting: list[Illness], since: date, rhythm: int
) -> list[Visit]:
    die, found = Die.of(seed, facts, "visits"), []
    day = since + timedelta(days=die.randint(10, 150))
    while day <= facts.today:
        ill = [one for one in lasting if one.runs_on(day)]
        working = _working(day)
        if ill:
            found.append(
                _renewal(
                    working, gp, practice, [one for one in lasting if one.runs_on(working)] or ill, rhythm
                )
            )
        elif die.happens(0.3):
            found.append(
                Visit(
                    working,
                    practice,
                    gp,
                    gp.speciality,
                    "Bilan de santé.",
                    ("Pas de plainte. Examen clinique sans particularité.",),
                    ("Vaccinations vérifiées. Activité physique régulière conseillée.",),
                )
            )
        day += timedelta(days=round(rhythm * _MONTH) + die.randint(-12, 12))
    return found


def _renewal(day: date, gp: Doctor, practice: Place, ill: list[Illness], rhythm: int) -> Visit:
    names = ", ".join(one.label[0].lower() + one.label[1:] for one in ill)
    findings = [
        "Bonne tolérance des traitements. Auscultation cardiaque et pulmonaire sans anomalie nouvelle."
    ]
    findings += [words for key, words in _FINDINGS.items() if any(one.key == key for one in ill)]
    return Visit(
        day,
        practice,
        gp,
        gp.speciality,
        f"Suivi : {names}.",
        tuple(findings),
        (f"Traitement poursuivi. Prochaine consultation dans {rhythm} mois, plus tôt si besoin.",),
        prescribes=True,
    )


_FINDINGS: Final = {
    "diabetes2": "Pas de lésion des pieds, monofilament perçu. Fond d’œil annuel à prévoir.",
    "diabetes1": "Peu d’hypoglycémies ressenties. Points d’injection sans lipodystrophie.",
    "asthma": "Pas de sibilants. Technique d’inhalation revue.",
    "copd": "Murmure vésiculaire diminué aux deux bases. Dyspnée de stade 2.",
    "afib": "Rythme irrégulier bien ralenti. Pas de saignement sous anticoagulant.",
    "heart_failure": "Pas d’œdème des chevilles, pas de prise de poids rapide.",
    "depression": "Humeur stable, sommeil correct.",
    "arthrosis": "Douleurs mécaniques des genoux, sans épanchement.",
    PREGNANCY: "Grossesse d’évolution normale, mouvements perçus selon le terme.",
}


def _specialists(facts: Facts, seed: int, lasting: list[Illness], since: date) -> list[Visit]:
    found = []
    for illness in lasting:
        follow = BY_KEY[illness.key].follow if illness.key in BY_KEY else ""
        die = Die.of(seed, facts, f"{illness.key}/follow")
        day = max(since, illness.since) + timedelta(days=die.randint(20, 240))
        while follow and day <= facts.today:
            doctor = doctor_of(follow, facts.departement)
            place = place_of("clinic" if die.happens(0.5) else "hospital", facts.departement, facts.city)
            found.append(
                Visit(
                    _working(day),
                    place,
                    doctor,
                    follow,
                    f"Consultation annuelle : {illness.label}.",
                    (
                        _FINDINGS.get(illness.key, "Examen stable par rapport à l’an dernier."),
                        "Traitement bien suivi, sans effet indésirable.",
                    ),
                    ("Je vous propose de poursuivre le traitement actuel.", "À revoir dans un an."),
                )
            )
            day += timedelta(days=die.randint(340, 400))
    return found


def _working(day: date) -> date:
    return day - timedelta(days=(0, 0, 0, 0, 0, 1, 2)[day.weekday()])


# -- blood tests


def draw_samples(
    facts: Facts, seed: int, *, gp: Doctor, lasting: list[Illness], courses: list[Course], since: date
) -> list[Sample]:
    """Return the blood tests since a day: each three months for a diabetic, each six for the ill."""
    die, found = Die.of(seed, facts, "samples"), []
    place = place_of("laboratory", facts.departement, facts.city)
    day, number = since + timedelta(days=die.randint(5, 80)), 0
    while (working := _working(day)) <= facts.today:
        ill = {one.key for one in lasting if one.runs_on(working)}
        panels, pause = _panels(facts, die, ill, number)
        if panels and working >= facts.birth_date:
            treated = {one.illness.key for one in courses if one.runs_on(working - timedelta(days=60))}
            values = laboratory.draw(
                die, panels, male=facts.male, ill=ill, treated=treated, hba1c=_hba1c(lasting, working, die)
            )
            found.append(Sample(working, values, place, gp))
        day += timedelta(days=pause + die.randint(-8, 8))
        number += 1
    return found


def _panels(facts: Facts, die: Die, ill: set[str], number: int) -> tuple[set[str], int]:
    """Return which panels are asked for, and the days until the next test."""
    asked = {panel for key in ill if key in BY_KEY for panel in BY_KEY[key].panels}
    if PREGNANCY in ill:
        return {"count", "iron", *asked}, 60
    if "diabetes" in asked:
        return (asked | {"count"} if number % 2 == 0 else {"diabetes"}), 91
    if asked:
        return asked | {"count"}, 182
    healthy = {"count", "lipids", "kidney", "diabetes"} if facts.age >= 40 else {"count", "iron"}  # noqa: PLR2004
    return (healthy if facts.age >= ADULT and die.happens(0.4) else set()), 400


def _hba1c(lasting: list[Illness], day: date, die: Die) -> float | None:
    for one in lasting:
        if one.key in {"diabetes1", "diabetes2"} and one.runs_on(day):
            years = (day - one.since).days / YEAR
            target = _HBA1C_TYPE_1 if one.key == "diabetes1" else _HBA1C_TARGET
            fall = (_HBA1C_START - target) * max(0.0, 1 - years / 0.8)
            return round(target + fall + min(0.6, years * 0.06) + die.gauss(0, 0.2), 1)
    return None
