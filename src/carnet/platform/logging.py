"""Logs: one JSON line each on standard error, or short lines for a terminal. Nothing about a person.

What never gets in, checked by tests: query strings, INS and other long numbers, e-mail addresses, names, the
text of an exception and of a database error (they quote values). An exception leaves its kind and where it
happened. The supervisor keeps what its children write in `<home>/log/<process>.log`.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

Line = MutableMapping[str, Any]

_FRAMES = 8
# Fifteen characters of a matricule (2A and 2B in Corsica), with or without spaces, its key or not.
_MATRICULE = re.compile(
    r"(?<!\w)[1-478](?:[ .\u202f\u00a0]?[0-9AB]){12}(?:[ .\u202f\u00a0]?\d){0,2}(?!\w)", re.IGNORECASE
)
_EMAIL = re.compile(r"[^\s<>\"'@]+@[^\s<>\"'@]+\.[^\s<>\"'@,;]+")
# a signed assertion, or whatever else is a JWT; and any token that follows the word
_TOKEN = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*|(?<=\bBearer )[\w.~+/=-]+")
_QUERY = re.compile(r"\?[^\s\"']*=[^\s\"']*")
_UNSAID = frozenset(
    {
        "access_token",
        "address",
        "assertion",
        "authorization",
        "birth_date",
        "birth_name",
        "body",
        "certificate",
        "client_assertion",
        "code",
        "contact",
        "cookie",
        "email",
        "family_name",
        "first_name",
        "given_names",
        "ins",
        "jwk",
        "jwks",
        "key",
        "keys",
        "login",
        "matricule",
        "message_text",
        "name",
        "names",
        "nir",
        "password",
        "payload",
        "person_name",
        "phone",
        "private_key",
        "query",
        "query_string",
        "search",
        "secret",
        "serial",
        "subject",
        "text",
        "title",
        "to",
        "token",
        "used_name",
        "username",
    }
)


def configure(*, terminal: bool | None = None, level: int = logging.INFO, stream: Any = None) -> None:
    """Send every log of this process, ours and the libraries', through the masks. Idempotent.

    `terminal`: short lines for people; by default when `stream` (standard error) is one.
    """
    stream = stream or sys.stderr
    terminal = stream.isatty() if terminal is None else terminal
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        summarise_exception,
        mask,
    ]
    renderer = (
        structlog.dev.ConsoleRenderer(colors=False) if terminal else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[keep_template, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # Our own line of each request, and that of each failure, say more.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    logging.captureWarnings(True)


def keep_template(_logger: Any, _method: str, line: Line) -> Line:
    """Of a library's line, keep the sentence and not its values: a path, a title or a row may be in them."""
    record: logging.LogRecord | None = line.get("_record")
    if record is not None:
        line["event"] = str(record.msg)
        line["logger"] = record.name
        line.pop("positional_args", None)
    return line


def summarise_exception(_logger: Any, _method: str, line: Line) -> Line:
    """Replace an exception by its kind and the places it went through: its text may quote a person's data."""
    given = line.pop("exc_info", None)
    if not given:
        return line
    error = (
        given
        if isinstance(given, BaseException)
        else (given[1] if isinstance(given, tuple) else sys.exc_info()[1])
    )
    if error is None:
        return line
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    line["error"] = " < ".join(kinds_of(error))
    line["where"] = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return line


def kinds_of(error: BaseException) -> list[str]:
    """Return the kinds of an exception and of those that caused it."""
    kinds: list[str] = []
    found: BaseException | None = error
    while found is not None and len(kinds) < _FRAMES:
        kinds.append(type(found).__name__)
        found = found.__cause__ or found.__context__
    return kinds


def mask(_logger: Any, _method: str, line: Line) -> Line:
    """Hide what says who: fields by their name, numbers, addresses and query strings wherever they are."""
    for key, value in line.items():
        line[key] = "⟪masqué⟫" if key in _UNSAID else _masked(value)
    return line


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        value = _QUERY.sub("?⟪masqué⟫", value)
        value = _TOKEN.sub("⟪jeton⟫", value)
        value = _MATRICULE.sub("⟪numéro⟫", value)
        return _EMAIL.sub("⟪adresse⟫", value)
    if isinstance(value, dict):
        return {key: "⟪masqué⟫" if key in _UNSAID else _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value


def _short(path: str) -> str:
    return "/".join(Path(path).parts[-3:])
