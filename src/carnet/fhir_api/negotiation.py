"""What a call accepts and what it sends: JSON only, on purpose (docs/fhir.md). Pure.

XML asked for gets 406, XML sent gets 415, though the French guide wants both (facts/interop.md 2).
"""

from collections.abc import Iterator
from typing import Final

from carnet.fhir_api.outcomes import Refused, refuse

FHIR_JSON: Final = "application/fhir+json"
JSON: Final = "application/json"
JSON_PATCH: Final = "application/json-patch+json"
FORM: Final = "application/x-www-form-urlencoded"
_FORMATS: Final = frozenset({"json", JSON, FHIR_JSON, "application/fhir json"})  # an unescaped + is a blank
_CHARSETS: Final = frozenset({"", "utf-8", "utf8"})


def wants_json(accept: str, format_asked: str) -> bool:
    """Tell whether FHIR JSON answers what was asked; `_format` goes before Accept (FHIR R4, http)."""
    if format_asked:
        return format_asked.lower() in _FORMATS
    return any(matches(asked, FHIR_JSON) or matches(asked, JSON) for asked in _ranges(accept))


def check_json_wanted(accept: str, format_asked: str) -> None:
    """Refuse, 406, a call that accepts no JSON."""
    if not wants_json(accept, format_asked):
        raise _not_acceptable(f"Ce service répond en JSON seulement ({FHIR_JSON}).")


def choose_content(accept: str, format_asked: str, media_type: str) -> str:
    """Return how a Binary is given: `media_type`, its bytes as they are, or FHIR JSON around them (ITI-68).

    Raises Refused, 406, when neither is accepted.
    """
    if format_asked:
        if not wants_json("", format_asked):
            raise _not_acceptable(f"« _format » : {FHIR_JSON} seulement.")
        return FHIR_JSON
    for asked in _ranges(accept):
        if matches(asked, media_type):
            return media_type
        if matches(asked, FHIR_JSON) or matches(asked, JSON):
            return FHIR_JSON
    raise _not_acceptable(
        f"Ce document se donne en {media_type}, ou dans une ressource Binary ({FHIR_JSON})."
    )


def check_sent(content_type: str, encoding: str, taken: tuple[str, ...]) -> str:
    """Return the media type of a body; raises Refused, 415, when it is none of `taken` or is encoded."""
    if encoding.strip().lower() not in {"", "identity"}:
        raise refuse(
            415, "not-supported", f"Content-Encoding {encoding[:40]} : envoyez le contenu sans compression.",
            rule="http.content-encoding", headers={"Accept-Encoding": "identity"},
        )  # fmt: skip
    media_type, _, rest = content_type.partition(";")
    media_type = media_type.strip().lower()
    if media_type not in taken or _charset(rest) not in _CHARSETS:
        raise refuse(
            415, "not-supported", f"Content-Type : {' ou '.join(taken)}, en UTF-8.", rule="http.content-type"
        )
    return media_type


def matches(asked: str, media_type: str) -> bool:
    """Tell whether a media range (RFC 9110, 12.5.1) takes a media type."""
    kind, _, _ = media_type.partition("/")
    return asked in {media_type, f"{kind}/*", "*/*"}


def _ranges(accept: str) -> Iterator[str]:
    """Yield the media ranges of an Accept header, the dearest first, those refused (q=0) left out."""
    if not accept.strip():
        yield "*/*"
        return
    weighed = [_weighed(part) for part in accept.split(",") if part.strip()]
    for quality, asked in sorted(weighed, key=lambda one: -one[0]):  # stable: as they were given
        if quality > 0:
            yield asked


def _weighed(part: str) -> tuple[float, str]:
    asked, *parameters = (word.strip().lower() for word in part.split(";"))
    quality = next((word[2:] for word in parameters if word.startswith("q=")), "1")
    try:
        return float(quality), asked
    except ValueError:
        return 1.0, asked


def _charset(parameters: str) -> str:
    for word in parameters.split(";"):
        name, _, value = word.strip().lower().partition("=")
        if name == "charset":
            return value.strip('"')
    return ""


def _not_acceptable(message_fr: str) -> Refused:
    return refuse(406, "not-supported", message_fr, rule="http.accept")
