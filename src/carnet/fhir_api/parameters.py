"""The parameters of an address: declared or refused, read by their FHIR type. Pure.

Source: FHIR R4, search (hl7.org/fhir/R4/search.html): token 3.1.1.4.10, date 3.1.1.4.7, prefixes 3.1.1.4.5.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

import orjson

from carnet.documents.api import Span
from carnet.fhir_api.outcomes import Refused, refuse

LONGEST: Final = 2_000
LONGEST_TOGETHER: Final = 5_000  # bytes in JSON, so that the token of the next page stands in an address
LONGEST_PAGE: Final = 8_000  # what the proxies in front take by default
PAGE: Final = "_page"
MOST: Final = 40
_CLAUSE: Final = "FHIR R4, search"
_PREFIXES: Final = ("eq", "ne", "lt", "gt", "le", "ge", "sa", "eb", "ap")
_MOMENT: Final = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?)?)?"
)


class Kind(StrEnum):
    """The FHIR type of a search parameter; `SPECIAL` for those of the address itself."""

    TOKEN = "token"  # noqa: S105 - a type of parameter
    DATE = "date"
    REFERENCE = "reference"
    STRING = "string"
    NUMBER = "number"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that a route knows. `documentation`: in French, for the descriptions of the service."""

    name: str
    kind: Kind
    documentation: str
    example: str = ""


Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Token:
    """One value of a token: `system` is None when none was said, "" when it was said that there is none."""

    system: str | None
    code: str

    def of(self, systems: Iterable[str]) -> bool:
        """Tell whether it may mean a code of these systems."""
        return self.system is None or self.system in systems


FORMAT: Final = Parameter("_format", Kind.SPECIAL, "Le format de la réponse : JSON seulement.", "json")


def check_known(pairs: Sequence[Pair], known: Iterable[str]) -> dict[str, list[str]]:
    """Return the values of each parameter; refuses, 400, one that the route does not know."""
    if len(pairs) > MOST:
        raise bad("", f"{MOST} paramètres au plus.", "too-costly")
    if sum(len(orjson.dumps(pair)) for pair in pairs if pair[0] != PAGE) > LONGEST_TOGETHER:
        raise bad("", f"{LONGEST_TOGETHER} octets de paramètres au plus.", "too-costly")
    found: dict[str, list[str]] = {}
    names = frozenset(known)
    for name, value in pairs:
        if name not in names:
            raise bad(
                name, f"Paramètre inconnu : « {name[:60]} ». Sont connus : {', '.join(sorted(names))}.",
                "not-supported",
            )  # fmt: skip
        longest = LONGEST_PAGE if name == PAGE else LONGEST
        if len(value) > longest or "\0" in value:
            raise bad(name, f"« {name} » : {longest} caractères au plus, sans caractère nul.")
        if value:
            found.setdefault(name, []).append(value)
    return found


def one(values: Mapping[str, list[str]], name: str) -> str:
    """Return the only value of a parameter, "" when it is not there; refuses several."""
    given = values.get(name, [])
    if len(given) > 1:
        raise bad(name, f"« {name} » ne se donne qu’une fois.")
    return given[0] if given else ""


def tokens(text: str) -> tuple[Token, ...]:
    """Return the alternatives of a token value: `code`, `system|code`, `|code`, separated by commas."""
    return tuple(token(part) for part in split(text) if part)


def token(text: str) -> Token:
    """Return one token."""
    system, bar, code = _unescaped_partition(text)
    return Token(_plain(system), _plain(code)) if bar else Token(None, _plain(text))


def split(text: str) -> list[str]:
    """Return the alternatives of a value: commas separate, unless escaped (FHIR R4, search 3.1.1.5)."""
    return re.split(r"(?<!\\),", text)


def boolean(name: str, text: str) -> bool:
    """Return a boolean value."""
    if text not in {"true", "false"}:
        raise bad(name, f"« {name} » : true ou false.")
    return text == "true"


def number(name: str, text: str, *, least: int, most: int, default: int) -> int:
    """Return a whole number within bounds; what is more than the bound is the bound."""
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10) or int(text) < least:  # noqa: PLR2004
        raise bad(name, f"« {name} » : un nombre entier d’au moins {least}.")
    return min(int(text), most)


def span(name: str, text: str) -> Span:
    """Return a date with its prefix, as the moments that it covers (a day of no zone is a day of UTC)."""
    prefix, rest = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
    if prefix not in _PREFIXES:
        raise bad(name, f"« {name} » : préfixes acceptés : {', '.join(_PREFIXES)}.")
    found = _MOMENT.fullmatch(rest.replace(" ", "+"))  # an unescaped + is a blank
    if found is None:
        raise bad(
            name, f"« {name} » : une date FHIR (AAAA, AAAA-MM, AAAA-MM-JJ ou un instant avec décalage)."
        )
    try:
        return Span(prefix, *_covered(found))
    except (ValueError, OverflowError):
        raise bad(name, f"« {name} » : cette date n’existe pas.") from None


def bad(name: str, message_fr: str, code: str = "value") -> Refused:
    """Return the refusal of a parameter: 400."""
    return refuse(
        400, code, message_fr, rule=f"http.parameter.{name[:60]}" if name else "http.parameters",
        clause=_CLAUSE, expression=f"http.{name[:60]}" if name else "",
    )  # fmt: skip


def _covered(found: re.Match[str]) -> tuple[datetime, datetime]:
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    if hour is None:
        start = date(int(year), int(month or 1), int(day or 1))
        return _midnight(start), _midnight(_next_day(start, month, day))
    moment = datetime.fromisoformat(
        f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{(fraction or '')[:7]}"
        + ("+00:00" if zone == "Z" else zone)
    ).astimezone(UTC)
    lasts = timedelta(minutes=1) if second is None else timedelta(seconds=1)
    if fraction:
        lasts = timedelta(seconds=10 ** -min(len(fraction) - 1, 6))
    return moment, moment + lasts


def _next_day(start: date, month: str | None, day: str | None) -> date:
    if day is not None:
        return start + timedelta(days=1)
    if month is not None:
        return date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return date(start.year + 1, 1, 1)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _unescaped_partition(text: str) -> tuple[str, str, str]:
    found = re.search(r"(?<!\\)\|", text)
    return (text, "", "") if found is None else (text[: found.start()], "|", text[found.end() :])


def _plain(text: str) -> str:
    return re.sub(r"\\([,|$\\])", r"\1", text)
