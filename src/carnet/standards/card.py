"""Serial number of the carte Vitale, as a person copies it from the card (facts/mes.md 1.6).

Card with a photograph: the number is printed on the front, top right, as the prefix 8025000002 and 11
digits; the person types the 11. Card without: 8 to 13 digits on the back, top left.
"""

import re
from datetime import date
from typing import Final

from carnet.standards.ins import Matricule

PHOTO_CARD_PREFIX: Final = "8025000002"
TECHNICAL_NUMBER: Final = "80250000025"
MIN_DIGITS: Final = 8
MAX_DIGITS: Final = 13

_DIGITS = re.compile(r"[0-9]+")
_SPACES = re.compile(r"\s+")


class CardError(ValueError):
    """A text is not a card serial. `code` is one of digits, length, technical, nir, date."""

    def __init__(self, code: str, message_fr: str) -> None:
        super().__init__(message_fr)
        self.code = code
        self.message_fr = message_fr


def parse_serial(text: str, matricule: Matricule) -> str:
    """Return the digits of a card serial typed by the holder of `matricule`, without spaces.

    Whoever types the 21 digits printed on a card with a photograph is understood: the prefix is taken
    off. Numbers that people commonly copy by mistake are refused, each with its own message: the
    technical number of the card, a part of their own NIR, a date. Raises `CardError`.
    """
    serial = _SPACES.sub("", text)
    if not _DIGITS.fullmatch(serial):
        raise CardError("digits", "Le numéro de série de la carte Vitale ne contient que des chiffres.")
    if len(serial) == len(PHOTO_CARD_PREFIX) + 11 and serial.startswith(PHOTO_CARD_PREFIX):
        serial = serial.removeprefix(PHOTO_CARD_PREFIX)
    _check(serial, matricule)
    return serial


def _check(serial: str, matricule: Matricule) -> None:
    if not MIN_DIGITS <= len(serial) <= MAX_DIGITS:
        raise CardError(
            "length",
            "Saisissez les 11 derniers chiffres du numéro imprimé à côté de la photo, "
            "ou les 8 à 13 chiffres imprimés au dos d’une carte sans photo.",
        )
    if serial == TECHNICAL_NUMBER:
        raise CardError(
            "technical", "Vous avez saisi le début du numéro. Saisissez ses 11 derniers chiffres."
        )
    if serial in matricule.value:
        raise CardError(
            "nir", "Vous avez saisi votre numéro de sécurité sociale. Cherchez le numéro de série."
        )
    if _is_date(serial):
        raise CardError("date", "Vous avez saisi une date. Cherchez le numéro de série de la carte.")


def _is_date(serial: str) -> bool:
    """Whether the digits read as a day of the last or the present century, DDMMYYYY."""
    day = re.fullmatch(r"([0-9]{2})([0-9]{2})((?:19|20)[0-9]{2})", serial)
    if day is None:
        return False
    try:
        date(int(day[3]), int(day[2]), int(day[1]))
    except ValueError:
        return False
    return True
