"""What is accepted of a client: its claims, its scopes. Pure.

Sources: RFC 7523, section 3 (claims of the assertion); RFC 6749, 3.3 and 5.2 (scope, errors);
SMART App Launch 2, "Backend Services" (scopes of software).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from carnet.standards import oauth

SCOPES: Final = (
    "system/DocumentReference.cruds", "system/Binary.cr", "system/List.cr", "system/Launch.c",
)  # fmt: skip
"""Launch is no resource of FHIR: a page of a patient, opened from the professional's software."""

LEEWAY_SECONDS: Final = 60
LONGEST_JTI: Final = 255
_END_OF_TIME: Final = 2**40
_SCOPE: Final = re.compile(r"system/([A-Z][A-Za-z]+)\.([cruds]+)")
_WHOLE: Final = dict(one.removeprefix("system/").split(".") for one in SCOPES)
_ASCII: Final = str.maketrans({"’": "'", "«": "'", "»": "'", '"': "'", "\\": "/"})
_QUOTED: Final = re.compile(r"«\s|\s»")


class DirectoryRefused(ValueError):  # noqa: N818 - said to a person, not a failure
    """A structure, a software or a client cannot be written so. `field`: what was given wrong."""

    def __init__(self, field: str, message_fr: str) -> None:
        super().__init__(message_fr)
        self.field = field
        self.message_fr = message_fr


class OAuthRefused(Exception):  # noqa: N818 - an answer, not a failure
    """A request of a token, or a token, is refused. `error`: code of RFC 6749 (5.2) or RFC 6750 (3.1)."""

    def __init__(self, error: str, message_fr: str, *, expired: bool = False) -> None:
        super().__init__(error)
        self.error = error
        self.message_fr = message_fr
        self.expired = expired

    @property
    def description(self) -> str:
        """The sentence in the characters that `error_description` may hold (RFC 6749, 5.2): ASCII."""
        plain = unicodedata.normalize("NFKD", _QUOTED.sub("'", self.message_fr).translate(_ASCII))
        return "".join(character for character in plain if " " <= character <= "~")

    @property
    def challenge(self) -> str:
        """The value of WWW-Authenticate for a refused token (RFC 6750, 3)."""
        return f'Bearer realm="carnet", error="{self.error}", error_description="{self.description}"'


@dataclass(frozen=True, slots=True)
class Claims:
    """What a sound assertion says: who, by which identifier, until when (seconds since 1970)."""

    client_id: UUID
    jti: str
    expires: float


def read_claims(claims: Mapping[str, Any], *, audience: Sequence[str], now: float) -> Claims:
    """Return the claims of an assertion, checked but for its signature; raises OAuthRefused."""
    expires = _check_times(claims, now)
    _check_audience(claims.get("aud"), audience)
    subject, jti = claims.get("sub"), claims.get("jti")
    if not isinstance(subject, str) or claims.get("iss") != subject:
        raise refuse("« iss » et « sub » doivent être tous deux l’identifiant du client (RFC 7523, 3).")
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_JTI:
        raise refuse(
            f"« jti » est obligatoire : un texte de 1 à {LONGEST_JTI} caractères, neuf à chaque fois."
        )
    return Claims(client_uuid(subject), jti, expires)


def refuse(message_fr: str) -> OAuthRefused:
    """Return the refusal of a client that has not proven who it is."""
    return OAuthRefused("invalid_client", message_fr)


def unknown_client() -> OAuthRefused:
    """Return the one answer to a client that is not there and to a signature that is not its own."""
    return refuse("Client inconnu, clé inconnue ou signature fausse.")


def client_uuid(text: str) -> UUID:
    """Return the identifier of a client; one that cannot be is answered as one that is not there."""
    try:
        return UUID(text)
    except ValueError as error:
        raise unknown_client() from error


def _check_times(claims: Mapping[str, Any], now: float) -> float:
    expires = _find_time(claims, "exp")
    if expires is None:
        raise refuse("« exp » est obligatoire : un nombre de secondes depuis 1970.")
    if expires <= now - LEEWAY_SECONDS:
        raise refuse("L’assertion a expiré (« exp ») : signez-en une nouvelle, et vérifiez votre horloge.")
    if expires > now + oauth.LONGEST_SECONDS + LEEWAY_SECONDS:
        raise refuse("« exp » est trop loin, 5 minutes au plus : vérifiez votre horloge.")
    for name in {"iat", "nbf"} & claims.keys():
        moment = _find_time(claims, name)
        if moment is None or moment > now + LEEWAY_SECONDS or moment > expires:
            raise refuse(f"« {name} » n’est pas un moment passé : vérifiez votre horloge.")
    return expires


def _check_audience(given: object, audience: Sequence[str]) -> None:
    """Require the one audience: an assertion meant for several could be replayed at another."""
    one = given[0] if isinstance(given, list) and len(given) == 1 else given
    if not isinstance(one, str) or one not in audience:
        raise refuse(f"« aud » doit être exactement l’adresse du service : {audience[0]}")


def _find_time(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 < value < _END_OF_TIME else None


def grant(asked: str) -> tuple[str, ...]:
    """Return the scopes granted: all of them when none is asked; raises OAuthRefused (invalid_scope)."""
    wanted = asked.split()
    return tuple(dict.fromkeys(_granted(scope) for scope in wanted)) if wanted else SCOPES


def _granted(scope: str) -> str:
    found = _SCOPE.fullmatch(scope)
    whole = _WHOLE.get(found[1], "") if found else ""
    if not found or not set(found[2]) <= set(whole):
        raise OAuthRefused("invalid_scope", f"Portée inconnue. Un client peut demander : {' '.join(SCOPES)}")
    return scope


def includes(scopes: frozenset[str], resource: str, letter: str) -> bool:
    """Tell whether scopes allow one interaction (c, r, u, d or s) on a type of resource."""
    return any(
        (found := _SCOPE.fullmatch(scope)) and found[1] == resource and letter in found[2] for scope in scopes
    )
