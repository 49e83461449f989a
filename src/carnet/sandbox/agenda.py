"""Whom each professional of the sandbox expects on a day: those of whom she takes care, at fixed hours.

A list of the sandbox until there is an agenda; the same every day of the week,
so that whoever tries it on a Sunday finds somebody.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from carnet.directory import api as directory
from carnet.people import api as people
from carnet.sandbox.personas import get_persona
from carnet.sandbox.personas.listing import matricule_of
from carnet.sandbox.personas.professionals import find_by_login
from carnet.sandbox.personas.staff import PROFESSIONALS

_FIRST: Final = time(9, 0)
_EACH: Final = timedelta(minutes=20)


def expected(professional_id: UUID, place_id: UUID, day: date) -> Sequence[tuple[UUID, time]]:
    """Return the persons expected by a professional at one of her places on a day, by hour.

    At her first place only. A student sees whom his supervisor expects.
    """
    card, place = directory.find_professional(professional_id), directory.find_place(place_id)
    if card is None or place is None:
        return []
    if place.professional_id != card.id or not place.identifier.endswith("-1"):
        return []
    keys = _patients(card.national_id)
    found = [people.find_by_matricule(matricule_of(get_persona(key))) for key in keys]
    start = datetime.combine(day, _FIRST)
    return [(one.id, (start + _EACH * n).time()) for n, one in enumerate(found) if one is not None]


def _patients(national_id: str) -> list[str]:
    for one in PROFESSIONALS:
        if one.national_id == national_id:
            under = one.practices[0].under if one.practices else ""
            return [tie.persona for tie in (find_by_login(under) if under else one).ties]
    return []
