"""National health identity (INS): the matricule (NIR or NIA), its key, and the five strict traits.

Sources: facts/mes.md 1.3 and 14, facts/interop.md 0.1.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

OID_INS_NIR: Final = "1.2.250.1.213.1.4.8"
OID_INS_NIA: Final = "1.2.250.1.213.1.4.9"
OID_INS_TEST: Final = "1.2.250.1.213.1.4.10"
OID_INS_DEMO: Final = "1.2.250.1.213.1.4.11"

REAL_OIDS: Final = frozenset({OID_INS_NIR, OID_INS_NIA})
TEST_OIDS: Final = frozenset({OID_INS_TEST, OID_INS_DEMO})
INS_OIDS: Final = REAL_OIDS | TEST_OIDS

Sex = Literal["M", "F", "U"]
"""`U` only for a newborn whose sex could not be determined."""

NUMBER_LENGTH: Final = 13
LENGTH: Final = 15
_DECEMBER: Final = 12
_UNKNOWN_MONTH: Final = 20
"""From here on, the two digits of the month say that it is not known."""

_NUMBER = re.compile(r"[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{6}")
_SPACES = re.compile(r"\s+")


class InsError(ValueError):
    """A text is not a matricule. `code` is one of length, pattern, department, sex, month, key."""

    def __init__(self, code: str, message_fr: str) -> None:
        super().__init__(message_fr)
        self.code = code
        self.message_fr = message_fr


@dataclass(frozen=True, slots=True, order=True)
class Matricule:
    """A matricule whose key has been checked.

    Its printed form is masked, so that it can appear in a log line or a traceback; the whole value is
    asked for by name. Two matricules of different OIDs are different, though their numbers be the same.
    """

    number: str = field(repr=False)
    oid: str = field(default=OID_INS_NIR, repr=False)

    def __post_init__(self) -> None:
        if not _NUMBER.fullmatch(self.number):
            raise InsError("pattern", "Le matricule INS n’a pas la forme attendue.")
        if self.oid not in INS_OIDS:
            raise InsError("oid", "L’identifiant de l’autorité INS n’est pas connu.")

    @property
    def key(self) -> str:
        """The two digits of the key."""
        return f"{key_of(self.number):02d}"

    @property
    def value(self) -> str:
        """The 15 characters: 13 of the number, 2 of the key, without spaces, letters in upper case."""
        return self.number + self.key

    def __repr__(self) -> str:
        return f"<Matricule {mask(self)}>"

    def __str__(self) -> str:
        return mask(self)


def key_of(number13: str) -> int:
    """Return the key (1 to 97) of the 13 characters of a NIR or NIA: 97 minus the number modulo 97.

    Corsican departments count as 19 (2A) and 18 (2B). Since 97 is prime and greater than 81, any single
    wrong character and any two neighbours swapped give another key. What it cannot tell apart is a birth
    in 2A (or 2B) from the same number written with 19 (or 18).
    """
    if not _NUMBER.fullmatch(number13):
        raise InsError(
            "pattern", "Le numéro doit compter 13 caractères : des chiffres, ou 2A et 2B pour la Corse."
        )
    digits = number13.replace("2A", "19").replace("2B", "18")
    return 97 - int(digits) % 97


def parse_matricule(text: str, *, oid: str = OID_INS_NIR, strict_form: bool = False) -> Matricule:
    """Read a matricule as a person types it: 15 characters, spaces anywhere, letters of either case.

    `strict_form` applies the narrower pattern of the public activation form: sex 1 or 2, month 01 to 12.
    Otherwise the general number is accepted: months from 20 (month of birth unknown), sex 7 and 8
    (waiting numbers). Raises `InsError`, whose message is meant for the person.
    """
    value = _SPACES.sub("", text).upper()
    _check_length(value)
    number, key = value[:NUMBER_LENGTH], value[NUMBER_LENGTH:]
    _check_pattern(number, key)
    _check_sex(number, strict=strict_form)
    _check_month(number, strict=strict_form)
    if int(key) != key_of(number):
        raise InsError(
            "key", "La clé (les deux derniers chiffres) ne correspond pas au numéro. Vérifiez votre saisie."
        )
    return Matricule(number, oid)


def mask(matricule: Matricule) -> str:
    """Return a form for logs and messages: three characters of fifteen, the order number of the birth."""
    return f"**********{matricule.number[10:]}**"


def _check_length(value: str) -> None:
    if len(value) == NUMBER_LENGTH:
        raise InsError("length", "Il manque la clé : ajoutez les deux derniers chiffres du numéro.")
    if len(value) != LENGTH:
        raise InsError(
            "length", f"Le numéro de sécurité sociale compte 15 caractères. Vous en avez saisi {len(value)}."
        )


def _check_pattern(number: str, key: str) -> None:
    if not re.fullmatch(r"[0-9A-Z]{13}", number) or not re.fullmatch(r"[0-9]{2}", key):
        raise InsError(
            "pattern", "Le numéro de sécurité sociale ne contient que des chiffres, sauf 2A et 2B en Corse."
        )
    if not re.fullmatch(r"[0-9]{5}..[0-9]{6}", number):
        raise InsError(
            "pattern", "Les seules lettres possibles sont 2A et 2B, en sixième et septième position."
        )
    if not re.fullmatch(r"[0-9]{2}|2[AB]", number[5:7]):
        raise InsError(
            "department", "Le département de naissance (sixième et septième caractères) n’existe pas."
        )


def _check_sex(number: str, *, strict: bool) -> None:
    if number[0] not in ("12" if strict else "1278"):
        raise InsError("sex", "Le premier chiffre du numéro doit être 1 ou 2.")


def _check_month(number: str, *, strict: bool) -> None:
    month = int(number[3:5])
    if 1 <= month <= _DECEMBER or (month >= _UNKNOWN_MONTH and not strict):
        return
    raise InsError("month", "Le mois de naissance (quatrième et cinquième chiffres) doit aller de 01 à 12.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """The five strict identity traits, as the civil register or a document writes them.

    `given_names` is the whole list of the birth certificate on one line (it cannot be cut safely, as a
    given name may hold a space); empty when the source does not give it. `birth_place` is the INSEE code
    of the commune, or 99 and three digits for a country.
    """

    birth_name: str
    first_given_name: str
    given_names: str = ""
    birth_date: date
    sex: Sex
    birth_place: str


_LETTERS = str.maketrans(
    {
        "Œ": "OE", "Æ": "AE", "Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "ẞ": "SS", "Ħ": "H",
        "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "′": "'",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
    }
)  # fmt: skip


def normalise_name(text: str) -> str:
    """Write a name as the national identity register does: upper case, no accents, `œ` as OE.

    Apostrophes and hyphens stay, in their plain form; runs of spaces become one. Applying it twice
    changes nothing. A character of another script is kept rather than lost.
    """
    # Fold before and after: upper-casing may bring marks back (ŉ), and folding may bring small letters (ª).
    folded = _without_marks(_without_marks(text).upper()).upper()
    return " ".join(folded.translate(_LETTERS).split())


def comparison_key(name: str) -> str:
    """Return what two spellings of one name have in common.

    Case, accents, hyphens, apostrophes and doubled spaces do not count: `Jean-Paul` and `JEAN PAUL`,
    `D’Arc` and `D ARC` have the same key. `DARC` does not.
    """
    return " ".join(normalise_name(name).replace("-", " ").replace("'", " ").split())


def same_traits(a: Traits, b: Traits) -> tuple[str, ...]:
    """Return the names of the traits by which two identities differ; empty when they are the same.

    Names are compared by `comparison_key`. The list of given names is compared only when both sides give
    it (older documents do not). Any other trait missing on one side differs: identity is not presumed.
    """
    different = [
        name
        for name in ("birth_name", "first_given_name", "given_names")
        if comparison_key(getattr(a, name)) != comparison_key(getattr(b, name))
    ]
    if "given_names" in different and not (a.given_names.strip() and b.given_names.strip()):
        different.remove("given_names")
    different += [name for name in ("birth_date", "sex") if getattr(a, name) != getattr(b, name)]
    if a.birth_place.strip().upper() != b.birth_place.strip().upper():
        different.append("birth_place")
    return tuple(different)


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
