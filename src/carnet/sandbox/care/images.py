"""The examinations by images of a life: what each is made for, and what it shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from carnet.sandbox.care.facts import Die, Facts, years_after
from carnet.sandbox.care.illnesses import PREGNANCY
from carnet.sandbox.care.life import Illness, Imaging, Stay
from carnet.sandbox.care.structures import doctor_of, place_of


@dataclass(frozen=True, slots=True)
class View:
    """The words of an examination."""

    title: str
    reason: str
    technique: str
    results: tuple[str, ...]
    conclusion: str


_VIEWS: Final = {
    "sprain": View(
        "Radiographie de la cheville",
        "Entorse, douleur à l’appui.",
        "Clichés de face et de profil.",
        (
            "Pas de trait de fracture. Interligne articulaire conservé.",
            "Épaississement des parties molles externes.",
        ),
        "Pas de lésion osseuse.",
    ),
    "copd": View(
        "Scanner du thorax",
        "Bronchite chronique, surveillance.",
        "Acquisition sans injection.",
        ("Emphysème centrolobulaire des sommets.", "Pas de nodule suspect. Pas d’épanchement."),
        "Emphysème modéré, pas de nodule.",
    ),
    "arthrosis": View(
        "Radiographie des genoux",
        "Douleurs mécaniques des genoux.",
        "Clichés en charge, de face et de profil.",
        ("Pincement des interlignes fémoro-tibiaux internes.", "Ostéophytose modérée."),
        "Gonarthrose bilatérale modérée.",
    ),
    PREGNANCY: View(
        "Échographie obstétricale",
        "Surveillance de la grossesse.",
        "Échographie par voie abdominale.",
        (
            "Activité cardiaque présente et régulière.",
            "Biométrie conforme au terme. Liquide en quantité normale.",
        ),
        "Grossesse d’évolution normale.",
    ),
}
_HIP: Final = View(
    "Radiographie de la hanche",
    "Contrôle d’une prothèse de hanche droite.",
    "Bassin de face, hanche de profil.",
    ("Prothèse en place, bien orientée. Pas de liseré ni de descellement.",),
    "Aspect satisfaisant.",
)
_BREASTS: Final = View(
    "Mammographie de dépistage",
    "Dépistage organisé du cancer du sein.",
    "Deux incidences par sein, double lecture.",
    ("Densité mammaire de type B. Pas d’opacité suspecte.", "Pas de foyer de microcalcifications."),
    "ACR 2 des deux côtés. Prochain dépistage dans deux ans.",
)
_ECHOGRAPHIES: Final = (12, 22, 32)  # weeks
_SCREENED: Final = range(50, 75, 2)
_SCREENED_SHARE: Final = 0.6


def draw_images(
    facts: Facts, seed: int, illnesses: list[Illness], stays: tuple[Stay, ...], since: date
) -> tuple[Imaging, ...]:
    """Return the examinations by images since a day: sprains, lungs, knees, hips, pregnancies, breasts."""
    place = place_of("imaging", facts.departement, facts.city)
    doctor = doctor_of("RADIOLOGIE", facts.departement)
    found = [*_of_illnesses(facts, seed, illnesses, since), *_of_stays(stays)]
    if not any(one.key == "breast" for one in illnesses):
        found += _screenings(facts, seed)
    kept = [(day, view) for day, view in found if max(since, facts.birth_date) <= day <= facts.today]
    return tuple(
        Imaging(day, place, doctor, view.title, view.reason, view.technique, view.results, view.conclusion)
        for day, view in sorted(kept, key=lambda one: (one[0], one[1].title))
    )


def _of_illnesses(
    facts: Facts, seed: int, illnesses: list[Illness], since: date
) -> Iterator[tuple[date, View]]:
    for one in illnesses:
        view = _VIEWS.get(one.key)
        if view is None:
            continue
        if one.key == PREGNANCY:
            yield from ((one.since + timedelta(weeks=weeks), view) for weeks in _ECHOGRAPHIES)
        elif one.lasting:
            die = Die.of(seed, facts, f"image/{one.key}/{one.since}")
            yield die.day(max(since, one.since), facts.today), view
        else:
            yield one.since + timedelta(days=1), view


def _of_stays(stays: tuple[Stay, ...]) -> Iterator[tuple[date, View]]:
    for stay in stays:
        if stay.reason == "Prothèse de hanche":
            yield stay.day + timedelta(days=45), _HIP


def _screenings(facts: Facts, seed: int) -> Iterator[tuple[date, View]]:
    die = Die.of(seed, facts, "mammography")
    if not facts.male and die.happens(_SCREENED_SHARE):
        for age in _SCREENED:
            yield years_after(facts.birth_date, age) + timedelta(days=die.randint(20, 200)), _BREASTS
