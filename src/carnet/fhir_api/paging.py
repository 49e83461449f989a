"""Pages of a search, by opaque tokens: sealed, of one client, for an hour.

The matricule that was searched for is inside the token, so that no address of a page shows it.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson

from carnet.documents.api import HeldPosition
from carnet.fhir_api.outcomes import refuse
from carnet.fhir_api.parameters import PAGE, bad
from carnet.platform import clock, crypto

LIFE_SECONDS: Final = 3600
_PURPOSE: Final = "fhir-page"


@dataclass(frozen=True, slots=True)
class Page:
    """What a token holds: the search as it was asked, and where this page begins (None: at the start)."""

    values: Mapping[str, list[str]]
    after: HeldPosition | None


def write(page: Page, *, client: UUID) -> str:
    """Return the token of a page, for the client that searched."""
    after = [page.after.created_on.isoformat(), str(page.after.id)] if page.after else None
    ends = int(clock.real_now().timestamp()) + LIFE_SECONDS
    sealed = crypto.seal_system(_PURPOSE, orjson.dumps([str(client), ends, dict(page.values), after]))
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def read(token: str, *, client: UUID) -> Page:
    """Return the page of a token; refuses one that is damaged (400), has ended or is another's (410)."""
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        owner, ends, values, after = orjson.loads(crypto.open_system(_PURPOSE, sealed))
    except (binascii.Error, ValueError) as error:
        raise bad(PAGE, "« _page » : cette adresse de page n’est pas de ce service.") from error
    if owner != str(client) or ends <= clock.real_now().timestamp():
        raise refuse(
            410,
            "expired",
            "Cette page n’est plus donnée : recommencez la recherche.",
            rule="http.parameter._page",
        )
    return Page(values, HeldPosition(datetime.fromisoformat(after[0]), UUID(after[1])) if after else None)
