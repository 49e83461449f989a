"""A life of care from a seed and what the register says: nothing else, so the same each time."""

from datetime import timedelta

from carnet.sandbox.care.circle import draw_blood_group, draw_contacts, draw_family, draw_habits
from carnet.sandbox.care.facts import Die, Facts, years_after
from carnet.sandbox.care.following import draw_samples, draw_visits
from carnet.sandbox.care.growth import Body
from carnet.sandbox.care.illnesses import (
    draw_allergies,
    draw_courses,
    draw_lasting,
    draw_passing,
    in_forms_of_age,
)
from carnet.sandbox.care.images import draw_images
from carnet.sandbox.care.life import Life
from carnet.sandbox.care.measuring import draw_readings
from carnet.sandbox.care.portraits import portrait_of
from carnet.sandbox.care.shots import draw_shots
from carnet.sandbox.care.stays import draw_stays
from carnet.sandbox.care.structures import place_of, practice_of

_HEAVIER = {"diabetes2": 0.12, "hypertension": 0.05, "apnoea": 0.12}


def compose(facts: Facts, *, seed: int) -> Life:
    """Return the life of a person up to `facts.today`; the same for the same facts and seed."""
    portrait = portrait_of(facts.role)
    gp, practice = practice_of(facts.role, facts.insee_code, facts.city)
    since = max(facts.birth_date, years_after(facts.today, -portrait.window))
    lasting = draw_lasting(facts, seed, portrait)
    allergies = draw_allergies(facts, seed, portrait)
    stays = draw_stays(facts, seed, lasting, portrait)
    away = {stay.day + timedelta(days=n) for stay in stays for n in range(stay.days + 1)}
    passing, acute, reasons = draw_passing(facts, seed, lasting, allergies, since)
    regular = draw_courses(facts, seed, lasting)
    held = {(one.medicine.name, day) for one in regular for day in reasons if one.runs_on(day)}
    courses = [*regular, *(one for one in acute if (one.medicine.name, one.since) not in held)]
    courses = in_forms_of_age(courses, facts)
    body = Body(facts, Die.of(seed, facts, "body"), heavier=sum(_HEAVIER.get(one.key, 0) for one in lasting))
    visits = draw_visits(
        facts,
        seed,
        gp=gp,
        practice=practice,
        lasting=lasting,
        passing=reasons,
        since=since,
        rhythm=portrait.rhythm,
    )
    visits = [one for one in visits if one.day not in away]
    samples = draw_samples(facts, seed, gp=gp, lasting=lasting, courses=courses, since=since)
    return Life(
        facts=facts,
        gp=gp,
        practice=practice,
        pharmacy=place_of("pharmacy", facts.insee_code, facts.city),
        blood_group=draw_blood_group(facts, seed),
        illnesses=(*lasting, *passing),
        courses=tuple(courses),
        allergies=allergies,
        shots=draw_shots(facts, seed, practice, gp),
        stays=stays,
        samples=tuple(samples),
        readings=tuple(
            draw_readings(
                facts,
                seed,
                body=body,
                lasting=lasting,
                courses=courses,
                visits=visits,
                samples=samples,
                often=portrait.readings,
            )
        ),
        visits=tuple(visits),
        images=draw_images(facts, seed, [*lasting, *passing], stays, since),
        contacts=portrait.contacts or draw_contacts(facts, seed),
        habits=draw_habits(facts, seed, lasting),
        family=draw_family(facts, seed, lasting),
    )
