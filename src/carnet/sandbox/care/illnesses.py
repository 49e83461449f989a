"""What a person has had: lasting diseases, pregnancies, passing illnesses, and what was taken for each."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from carnet.sandbox.care.ailments import AILMENTS, CHILD_FORMS, CHILD_UNTIL, Ailment
from carnet.sandbox.care.conditions import BY_KEY, TABLE, Condition, share_at
from carnet.sandbox.care.facts import YEAR, Die, Facts, years_after
from carnet.sandbox.care.life import Allergy, Course, Illness, Medicine
from carnet.sandbox.care.portraits import Portrait

PREGNANCY: Final = "pregnancy"
_PREGNANT_DAYS: Final = 273
_BEARING_AGES: Final = (17, 48)
_BEARS: Final = frozenset({"asthma", "hypothyroidism", "rhinitis", "eczema", "epilepsy", "diabetes1"})
"""What may have begun before a pregnancy: for the others, treatments that are not given then."""
_NO_NSAID: Final = frozenset({"afib", "heart_failure", "infarct", "hypertension", "diabetes2", PREGNANCY})
_FOLIC: Final = Medicine("Acide folique", "1 comprimé par jour", "0,4 mg")
_IRON: Final = Medicine("Fer (sulfate ferreux)", "1 comprimé par jour, à distance du thé", "80 mg")

_ALLERGENS: Final = (
    (0.05, Allergy("Pénicilline", "Éruption de plaques au deuxième jour du traitement.", 0)),
    (0.02, Allergy("Arachide", "Gonflement des lèvres et gêne pour respirer.", 0)),
    (0.03, Allergy("Acariens de la poussière", "Éternuements, nez bouché le matin.", 0)),
    (0.03, Allergy("Graminées (pollen)", "Yeux rouges et éternuements au printemps.", 0)),
    (0.01, Allergy("Latex", "Plaques au contact de gants.", 0)),
    (0.015, Allergy("Guêpe (piqûre)", "Gonflement de tout le bras.", 0)),
    (0.01, Allergy("Iode (produits de contraste)", "Démangeaisons après un scanner.", 0)),
)


def draw_lasting(facts: Facts, seed: int, portrait: Portrait) -> list[Illness]:
    """Return the lasting diseases of a life, and her pregnancies, in the order of their beginning."""
    found = [_since(key, years_after(facts.today, -years)) for key, years in portrait.conditions]
    if not (portrait.only and portrait.conditions) and not portrait.healthy:
        for condition in TABLE:
            die = Die.of(seed, facts, condition.key)
            onset = _onset(condition, facts, die, {one.key for one in found})
            if onset is not None:
                found.append(_since(condition.key, onset))
    births = sorted(
        {one.birth_date for one in facts.relatives if _is_mother(facts, one.birth_date, one.relation)}
    )
    found = [moved for one in found if (moved := _after(one, births, facts.today))]
    return sorted([*found, *map(_pregnancy, births)], key=lambda one: (one.since, one.key))


def _since(key: str, since: date) -> Illness:
    return Illness(key, BY_KEY[key].label, since)


def _onset(condition: Condition, facts: Facts, die: Die, there: set[str]) -> date | None:
    """Return the day on which a condition began, None when she does not have it."""
    table = condition.men if facts.male else condition.women
    drawn, place = die.random(), die.random()  # both always: one table changed leaves the others alone
    age = (facts.today - facts.birth_date).days / YEAR
    if drawn >= share_at(table, age) or there & set(condition.excludes):
        return None
    if condition.needs and condition.needs not in there:
        return None
    first, last = condition.onset[0], min(condition.onset[1], age - 0.3)
    return None if last <= first else years_after(facts.birth_date, first + (last - first) * place)


def _is_mother(facts: Facts, child_born: date, relation: str) -> bool:
    """Whether she bore a child: one born when she was older than that is of her family in another way."""
    first, last = _BEARING_AGES
    return not facts.male and relation == "CHILD" and first <= facts.age_on(child_born) <= last


def _pregnancy(born: date) -> Illness:
    return Illness(PREGNANCY, "Grossesse", born - timedelta(days=_PREGNANT_DAYS), born)


def _after(illness: Illness, births: list[date], today: date) -> Illness | None:
    """Let a disease whose treatment is not for pregnant women begin after the last birth, or not at all."""
    if not births or illness.key in _BEARS or illness.since > births[-1]:
        return illness
    since = births[-1] + timedelta(days=400)
    return replace(illness, since=since) if since < today else None


def draw_allergies(facts: Facts, seed: int, portrait: Portrait) -> tuple[Allergy, ...]:
    """Return the allergies of a life."""
    if portrait.allergies:
        return portrait.allergies
    found = []
    for share, allergy in _ALLERGENS:
        die = Die.of(seed, facts, allergy.name)
        if die.happens(share) and facts.age >= 2:  # noqa: PLR2004
            found.append(replace(allergy, year=facts.birth_date.year + die.randint(2, min(40, facts.age))))
    return tuple(found)


def draw_courses(facts: Facts, seed: int, lasting: list[Illness]) -> list[Course]:
    """Return the treatments of the lasting diseases: a first line, then perhaps another."""
    return [
        course
        for illness in lasting
        for course in _courses_of(illness, Die.of(seed, facts, illness.key + "/course"), facts)
    ]


def _courses_of(illness: Illness, die: Die, facts: Facts) -> list[Course]:
    if illness.key == PREGNANCY:
        assert illness.until is not None
        return [
            Course(_FOLIC, illness, illness.since, illness.since + timedelta(days=84)),
            Course(_IRON, illness, illness.since + timedelta(days=160), illness.until),
        ]
    steps = BY_KEY[illness.key].steps
    if not steps:
        return []
    start = illness.since + timedelta(days=die.randint(5, 60))
    second = start + timedelta(days=die.randint(500, 1500))
    if len(steps) == 1 or second >= facts.today:
        return [Course(one, illness, start) for one in steps[0] if start <= facts.today]
    kept = [one for one in steps[0] if one in steps[1]]
    return [
        *(
            Course(one, illness, start, None if one in kept else second - timedelta(days=1))
            for one in steps[0]
        ),
        *(Course(one, illness, second) for one in steps[1] if one not in kept),
    ]


def in_forms_of_age(courses: list[Course], facts: Facts) -> list[Course]:
    """Return treatments with what a child takes until she is twelve, and what an adult takes from then on."""
    grown = years_after(facts.birth_date, CHILD_UNTIL)
    found: list[Course] = []
    for one in courses:
        if one.medicine.name not in CHILD_FORMS or one.since >= grown:
            found.append(one)
            continue
        childhood = replace(one, medicine=CHILD_FORMS[one.medicine.name])
        if grown > facts.today or (one.until and one.until < grown):
            found.append(childhood)
        else:
            found += [replace(childhood, until=grown - timedelta(days=1)), replace(one, since=grown)]
    return found


def draw_passing(
    facts: Facts, seed: int, lasting: list[Illness], allergies: tuple[Allergy, ...], since: date
) -> tuple[list[Illness], list[Course], dict[date, Ailment]]:
    """Return the passing illnesses since a day, their treatments, and what each visit was for."""
    illnesses: list[Illness] = []
    courses: list[Course] = []
    visits: dict[date, Ailment] = {}
    for year in range(since.year, facts.today.year + 1):
        for ailment in AILMENTS:
            day = _day_of(ailment, facts, Die.of(seed, facts, f"{ailment.key}/{year}"), year, since)
            if day is None or any(abs((day - other).days) < 20 for other in visits):  # noqa: PLR2004
                continue
            end = day + timedelta(days=ailment.days)
            illness = Illness(ailment.key, ailment.label, day, end, lasting=False)
            illnesses.append(illness)
            courses += [
                Course(one, illness, day, end) for one in _medicines(ailment, lasting, allergies, day)
            ]
            visits[day] = ailment
    return illnesses, courses, visits


def _day_of(ailment: Ailment, facts: Facts, die: Die, year: int, since: date) -> date | None:
    drawn = die.happens(ailment.share) and facts.traits.sex in ailment.sexes
    day = die.day(date(year, 1, 8), date(year, 12, 20))
    last = facts.today - timedelta(days=ailment.days + 1)
    fits = ailment.ages[0] <= facts.age_on(day) <= ailment.ages[1]
    return day if drawn and fits and max(since, facts.birth_date) <= day <= last else None


def _medicines(
    ailment: Ailment, lasting: list[Illness], allergies: tuple[Allergy, ...], day: date
) -> tuple[Medicine, ...]:
    names = {one.name for one in allergies}
    ill = {one.key for one in lasting if one.runs_on(day)}
    avoided = ailment.avoids in names or (ailment.avoids == "no_nsaid" and ill & _NO_NSAID)
    return ailment.instead if avoided and ailment.instead else ailment.medicines
