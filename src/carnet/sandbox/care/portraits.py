"""The personas whose life has a subject: what is decided of it; all the rest is drawn like anybody's."""

from dataclasses import dataclass
from typing import Final

from carnet.sandbox.care.life import Allergy, Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """What is decided of a life. `conditions`: years since each began; `window`: years that are documented.

    `stay`: reason and days of a stay that ended three weeks ago. `readings`: how closely she measures
    herself at home, 1 for anybody. `rhythm`: months between two visits.
    """

    conditions: tuple[tuple[str, float], ...] = ()
    only: bool = True  # no other condition is drawn
    allergies: tuple[Allergy, ...] = ()
    window: float = 3
    stay: tuple[str, int] = ("", 0)
    readings: int = 1
    rhythm: int = 6
    contacts: tuple[Contact, ...] = ()
    healthy: bool = False  # no operation and no passing illness of the past


PORTRAITS: Final = {
    "monique": Portrait(
        conditions=(("diabetes2", 6.4), ("hypertension", 8.2), ("cholesterol", 5.1), ("afib", 2.3)),
        allergies=(
            Allergy(
                "Pénicilline", "Urticaire géante et gonflement du visage une heure après la prise.", 1994
            ),
        ),
        window=5.6,
        stay=("Fibrillation auriculaire rapide", 4),
        readings=3,
        rhythm=4,
        healthy=True,
        contacts=(
            Contact("TRUSTED_CONTACT", "CHILD", "Camille", "Landereau", "0639980131"),
            Contact("EMERGENCY_CONTACT", "CHILD", "Camille", "Landereau", "0639980131"),
        ),
    ),
    "henri": Portrait(conditions=(("hypertension", 14), ("arthrosis", 9)), window=2),
    "tom": Portrait(conditions=(("asthma", 3.1),), window=9, healthy=True),
    "leo": Portrait(window=9, healthy=True),
    "": Portrait(only=False),
}


def portrait_of(role: str) -> Portrait:
    """Return what is decided of a persona's life; for anybody else, nothing."""
    return PORTRAITS.get(role, PORTRAITS[""])
