"""The rules of a line of the profile, pure: what each field accepts, in words that name field and rule."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from carnet.profile import dates
from carnet.profile.dates import ValueRefused
from carnet.profile.fields import Field, Kind
from carnet.profile.rubrics import Definition, LinkKind, Rubric, definition_of

FORBIDDEN: Final = frozenset("@<>?:/€*#|%~+£$!§¤")
"""What a name may not hold (facts/mes.md 2.1). Longer texts may: a posology needs "1/2"."""

MAX_LINKS: Final = 50
_SPACES: Final = re.compile(r"\s+")
_BREAKS: Final = re.compile(r"\r\n?|[\u2028\u2029]")
_SEPARATORS: Final = re.compile(r"[\s.\u00a0\u202f()-]")
_NATIONAL: Final = re.compile(r"0([1-9][0-9]{8})", re.ASCII)


class EntryRefused(ValueError):  # noqa: N818 - the outcome is a refusal
    """A line was not kept. `errors`: by field, the rule in French; "" for what concerns no single field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class _Shape:
    """The shape of a code. `clean` takes away what people add to read it easily."""

    pattern: re.Pattern[str]
    rule_fr: str
    clean: Callable[[str], str]


def _compact(text: str) -> str:
    return _SEPARATORS.sub("", text)


def _telephone(text: str) -> str:
    compact = _compact(text.replace("(0)", ""))
    compact = f"+{compact[2:]}" if compact.startswith("00") else compact
    return _NATIONAL.sub(r"+33\1", compact) if _NATIONAL.fullmatch(compact) else compact


_SHAPES: Final = {
    "cip13": _Shape(re.compile(r"[0-9]{13}", re.ASCII), "13 chiffres sont attendus.", _compact),
    "lot": _Shape(
        re.compile(r"[A-Za-z0-9 ._/-]+"),
        "lettres sans accent, chiffres, point, tiret et barre seulement.",
        str.strip,
    ),
    "postal_code": _Shape(re.compile(r"[0-9]{5}", re.ASCII), "5 chiffres sont attendus.", _compact),
    "phone": _Shape(re.compile(r"\+[0-9]{8,15}", re.ASCII), "10 chiffres sont attendus.", _telephone),
    "mobile": _Shape(
        re.compile(r"\+33[67][0-9]{8}|\+(?!33)[0-9]{8,15}", re.ASCII),
        "10 chiffres qui commencent par 06 ou 07 sont attendus.",
        _telephone,
    ),
}


def validate(rubric: Rubric, values: Mapping[str, Any], *, birth_date: date, today: date) -> dict[str, Any]:
    """Return the values of a line as they are kept: checked, cleaned, without what is empty.

    Fields that the rubric does not have are an error, not a silence. Raises EntryRefused.
    """
    definition = definition_of(rubric)
    if not is_open(definition, birth_date=birth_date, today=today):
        raise EntryRefused({"": f"« {rubric.label} » : à partir de {definition.years} ans."})
    given = dict(values)
    errors = definition.complete(given)
    fields = definition.list_fields(given)
    errors |= _unknown(fields, given)
    kept: dict[str, Any] = {}
    for field in fields:
        if field.name in errors or field.kind is Kind.SCAN or not field.applies(kept):
            continue
        try:
            value = _check(field, given.get(field.name), birth_date, today)
        except ValueRefused as error:
            errors[field.name] = f"{field.label} : {error}"
        else:
            if value not in (None, "", []):
                kept[field.name] = value
    errors = errors or definition.check(kept)
    if errors:
        raise EntryRefused(errors)
    return kept


def is_open(definition: Definition, *, birth_date: date, today: date) -> bool:
    """Say whether the person is old enough for a rubric."""
    had = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (0 if had else 1) >= definition.years


def check_links(
    rubric: Rubric, links: Sequence[tuple[LinkKind, UUID]], *, own_id: UUID
) -> list[tuple[LinkKind, UUID]]:
    """Return the links of a line, once each; raises EntryRefused for a kind the rubric does not have."""
    once = list(dict.fromkeys((LinkKind(kind), target) for kind, target in links))
    allowed = definition_of(rubric).links
    if any(kind not in allowed for kind, _ in once):
        raise EntryRefused({"links": f"« {rubric.label} » ne se relie pas à cela."})
    if any(target == own_id for _, target in once):
        raise EntryRefused({"links": "Une ligne ne se relie pas à elle-même."})
    if len(once) > MAX_LINKS:
        raise EntryRefused({"links": f"Liens : {MAX_LINKS} au plus."})
    return once


def _unknown(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, str]:
    known = {field.name for field in fields}
    return {name: f"« {name} » n’est pas un champ de cette rubrique." for name in given if name not in known}


def _check(field: Field, value: Any, birth_date: date, today: date) -> Any:
    """Return one value as it is kept, None for an empty one; raises ValueRefused."""
    given = None if value in (None, "", [], ()) else value
    if given is not None and field.kind is Kind.DATE:
        given = dates.check(str(given), birth_date=birth_date, today=today)
    elif given is not None:
        given = _CHECKS[field.kind](field, given)
    if given in (None, "") and field.required:
        words = "choisissez une réponse." if field.choices else "remplissez ce champ."
        raise ValueRefused(words)
    return given


def _choice(field: Field, value: Any) -> str:
    if value not in {one.code for one in field.choices}:
        raise ValueRefused("choisissez une des réponses proposées.")
    return str(value)


def _many(field: Field, value: Any) -> list[str]:
    if not isinstance(value, list | tuple):
        raise ValueRefused("choisissez parmi les réponses proposées.")
    return list(dict.fromkeys(_choice(field, one) for one in value))


def _number(field: Field, value: Any) -> int:
    text = _SPACES.sub("", str(value))
    if not (text.isascii() and text.isdigit()):
        raise ValueRefused("écrivez un nombre entier, en chiffres.")
    if len(text) > len(str(field.most)) or int(text) > field.most:
        raise ValueRefused(f"{field.most} au plus.")
    return int(text)


def _line(field: Field, value: Any) -> str:
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", str(value))).strip()
    for sign in text:
        if sign in FORBIDDEN:
            raise ValueRefused(f"le caractère « {sign} » n’est pas accepté.")
    return _bounded(field, text)


def _long(field: Field, value: Any) -> str:
    return _bounded(field, _BREAKS.sub("\n", unicodedata.normalize("NFC", str(value))).strip())


def _bounded(field: Field, text: str) -> str:
    if any(unicodedata.category(sign) in {"Cc", "Cs", "Co"} and sign not in "\n\t" for sign in text):
        raise ValueRefused("un caractère invisible n’est pas accepté : retapez le texte.")
    if len(text) > field.most:
        raise ValueRefused(f"{field.most} caractères au plus ; vous en avez saisi {len(text)}.")
    return text


def _code(field: Field, value: Any) -> str:
    shape = _SHAPES[field.name]
    text = shape.clean(str(value))
    if len(text) > field.most or not shape.pattern.fullmatch(text):
        raise ValueRefused(shape.rule_fr)
    return text


_CHECKS: Final[dict[Kind, Callable[[Field, Any], Any]]] = {
    Kind.TEXT: _line,
    Kind.LONG: _long,
    Kind.CHOICE: _choice,
    Kind.MANY: _many,
    Kind.NUMBER: _number,
    Kind.CODE: _code,
}
