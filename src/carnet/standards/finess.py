"""FINESS: the national number of health and social structures.

Nine characters: the department on two (2A and 2B in Corsica), six for the order, a Luhn key. In the key
A counts as 1 and B as 2.
"""

import re
from typing import Final

LENGTH: Final = 9
_FORM = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{7}")


class FinessError(ValueError):
    """A text is not a FINESS number. `code` is one of form, key."""

    def __init__(self, code: str, message_fr: str) -> None:
        super().__init__(message_fr)
        self.code = code
        self.message_fr = message_fr


def parse_finess(text: str) -> str:
    """Return a FINESS number without spaces, in upper case; raise `FinessError`, in French."""
    value = re.sub(r"\s+", "", text).upper()
    if not _FORM.fullmatch(value):
        raise FinessError(
            "form", "Le numéro FINESS compte 9 chiffres (2A ou 2B au début en Corse), par exemple 310000013."
        )
    if key_of(value[:-1]) != int(value[-1]):
        raise FinessError("key", "La clé du numéro FINESS (le dernier chiffre) ne correspond pas au numéro.")
    return value


def key_of(number8: str) -> int:
    """Return the key (0 to 9) of the first eight characters of a FINESS number, by Luhn's rule."""
    digits = [int(character) for character in number8.replace("A", "1").replace("B", "2")]
    doubled = [2 * digit if index % 2 == 0 else digit for index, digit in enumerate(reversed(digits))]
    return -sum(value // 10 + value % 10 for value in doubled) % 10
