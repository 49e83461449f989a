"""The rules of identifiers and passwords (facts/mes.md 1.6). Pure: no database, no clock."""

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.contrib.auth.password_validation import CommonPasswordValidator

LOGIN_SHORTEST, LOGIN_LONGEST = 8, 100
PASSWORD_SHORTEST, PASSWORD_LONGEST = 9, 1000
_WORD_SHORTEST = 5  # shorter words turn up in random passwords by chance
_NAME_SHORTEST = 3

_LOGIN = re.compile(r"[0-9a-z_.-]+")
_SEPARATORS = re.compile(r"[_.-]")
_NIR = re.compile(r"(?<![0-9])[12][0-9]{2}(?:0[1-9]|1[0-2])(?:[0-9]{2}|2[ab])[0-9]{6}(?:[0-9]{2})?(?![0-9])")
_IBAN = re.compile(r"fr76|fr[0-9]{12}")
_EMAIL = re.compile(
    r"[^@\s\x00-\x20\"(),:;<>\[\\\]]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]"
)
_EMAIL_LONGEST = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
_PHONES = (re.compile(r"0([67][0-9]{8})"), re.compile(r"(?:00|\+)33([67][0-9]{8})"))


class CredentialError(ValueError):
    """What was chosen breaks a rule. `field`: login, password, email, phone; `message_fr` names the rule."""

    def __init__(self, field: str, message_fr: str) -> None:
        super().__init__(message_fr)
        self.field = field
        self.message_fr = message_fr


# -- identifiers


def fold_login(text: str) -> str:
    """Return an identifier as it is kept and compared: without spaces around, in lower case."""
    return text.strip().lower()


def check_login_rules(login: str) -> list[str]:
    """Return what is wrong with an identifier, in French; empty when it is good (facts/mes.md 1.6).

    8 to 100 characters among 0-9 a-z _ . -, neither a social security number nor the number of a bank
    account: an identifier is typed on other people's screens.
    """
    login = fold_login(login)
    wrong = []
    if not LOGIN_SHORTEST <= len(login) <= LOGIN_LONGEST:
        wrong.append(f"L’identifiant compte de {LOGIN_SHORTEST} à {LOGIN_LONGEST} caractères.")
    if not _LOGIN.fullmatch(login):
        wrong.append(
            "L’identifiant ne contient que des lettres sans accent, des chiffres, le point, le tiret"
            " et le tiret bas."
        )
    compact = _SEPARATORS.sub("", login)
    if _NIR.search(compact):
        wrong.append("L’identifiant ne doit pas contenir de numéro de sécurité sociale.")
    if _IBAN.match(compact):
        wrong.append("L’identifiant ne doit pas ressembler à un numéro de compte bancaire (IBAN).")
    return wrong


def suggest(
    given_name: str, family_name: str, is_free: Callable[[str], bool], *, count: int = 3
) -> list[str]:
    """Return up to `count` free identifiers made of a name and chance; never of a birth date."""
    given, family = _plain(given_name), _plain(family_name)
    stems = [f"{given}.{family}", f"{family}.{given}", f"{given[:1]}.{family}", f"{given}-{family[:1]}"]
    found: list[str] = []
    for stem in stems * 3:
        candidate = f"{stem[:80].strip('.-')}.{secrets.randbelow(9000) + 1000}"
        if not check_login_rules(candidate) and candidate not in found and is_free(candidate):
            found.append(candidate)
        if len(found) == count:
            break
    return found


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", _without_accents(name)).strip("-")


# -- passwords


def check_password_rules(password: str, *, personal: list[str]) -> list[str]:
    """Return what is wrong with a password, in French; empty when it is good (facts/mes.md 1.6).

    At least nine characters with a lower-case letter, an upper-case one, a digit and a special one;
    refused when it contains personal information or a common word. `personal`: names, and birth dates
    as YYYY-MM-DD. The common words are a list of our own and the passwords that Django knows to be
    common: a whole dictionary would refuse the long sentences that are the best passwords.
    """
    wrong = [message for ok, message in _shape(password) if not ok]
    folded = re.sub(r"[^a-z0-9]", "", _without_accents(password))
    if any(part in folded for part in _personal_parts(personal)):
        wrong.append(
            "Le mot de passe ne doit contenir ni votre nom, ni votre prénom, ni votre date de naissance."
        )
    elif word := _common_word(folded):
        wrong.append(f"Le mot de passe contient « {word} », trop facile à deviner.")
    return wrong


def _shape(password: str) -> list[tuple[bool, str]]:
    return [
        (
            len(password) >= PASSWORD_SHORTEST,
            f"Le mot de passe compte au moins {PASSWORD_SHORTEST} caractères.",
        ),
        (len(password) <= PASSWORD_LONGEST, f"Le mot de passe compte au plus {PASSWORD_LONGEST} caractères."),
        (any(c.islower() for c in password), "Le mot de passe contient au moins une minuscule."),
        (any(c.isupper() for c in password), "Le mot de passe contient au moins une majuscule."),
        (any(c.isdecimal() for c in password), "Le mot de passe contient au moins un chiffre."),
        (
            any(not c.isalnum() and not c.isspace() for c in password),
            "Le mot de passe contient au moins un caractère spécial, par exemple ! ? - + *.",
        ),
    ]


def _personal_parts(personal: Iterable[str]) -> set[str]:
    parts: set[str] = set()
    for text in personal:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            parts |= _date_parts(date.fromisoformat(text))
        else:
            parts |= {
                word
                for word in re.split(r"[^a-z0-9]+", _without_accents(text))
                if len(word) >= _NAME_SHORTEST
            }
    return parts


def _date_parts(day: date) -> set[str]:
    return {day.strftime(form) for form in ("%d%m%Y", "%Y%m%d", "%d%m%y", "%y%m%d", "%m%d%Y", "%Y%d%m")}


def _common_word(folded: str) -> str:
    """Return the common word that a folded password contains or is, or an empty text."""
    words, whole = _lists()
    contained = [word for word in words if word in folded]
    if contained:
        return max(contained, key=len)
    core = folded.strip("0123456789")
    return next((text for text in (folded, core) if len(text) >= _WORD_SHORTEST and text in whole), "")


@lru_cache(maxsize=1)
def _lists() -> tuple[tuple[str, ...], frozenset[str]]:
    own = (Path(__file__).parent / "data" / "common_words.txt").read_text().splitlines()
    words = {word for line in own if not line.startswith("#") for word in line.split()}
    whole = frozenset(CommonPasswordValidator().passwords)
    return tuple(sorted(word for word in words if len(word) >= _WORD_SHORTEST)), whole


def _without_accents(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(c for c in spread if not unicodedata.combining(c))


# -- contacts


def fold_email(text: str) -> str:
    """Return an e-mail address as it is kept; raises CredentialError. Its domain is in lower case."""
    local, _, domain = text.strip().rpartition("@")
    address = f"{local}@{domain.lower()}"
    if len(address) > _EMAIL_LONGEST or not _EMAIL.fullmatch(address):
        raise CredentialError("email", "Écrivez une adresse complète, par exemple nom@domaine.fr.")
    return address


def fold_phone(text: str) -> str:
    """Return a French mobile number as +33612345678; raises CredentialError."""
    digits = re.sub(r"[\s.\-()]", "", text.replace("(0)", ""))
    for pattern in _PHONES:
        if match := pattern.fullmatch(digits):
            return f"+33{match[1]}"
    raise CredentialError("phone", "Écrivez un numéro de portable français, qui commence par 06 ou 07.")


def hide_email(email: str) -> str:
    """Return an address of which only the owner recognises the rest: c•••e@exemple.fr."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}•••{local[-1:] if len(local) > 1 else ''}@{domain}" if local else ""


def hide_phone(phone: str) -> str:
    """Return the last two digits of a number: •• •• •• •• 78."""
    return f"•• •• •• •• {phone[-2:]}" if phone else ""
