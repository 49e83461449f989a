"""Where a page of a list ends, as a token in an address; it says a moment and an identifier, nothing else."""

import base64
import binascii
from datetime import date, datetime
from uuid import UUID

from django.http import Http404

from carnet.platform.clock import PARIS


def write_position(at: date | datetime, identifier: UUID, *, pinned: bool = False) -> str:
    """Return an opaque token of where a page ends."""
    text = f"{pinned:d} {at.isoformat()} {identifier}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_moment(token: str) -> tuple[datetime, UUID, bool] | None:
    """Return what `write_position` wrote of an instant, None for no token; a broken one is a 404."""
    found = _read(token)
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(found[1])
        moment.astimezone(PARIS)
        return moment, UUID(found[2]), found[0] == "1"
    except (ValueError, OverflowError) as error:
        raise Http404 from error


def read_day(token: str) -> tuple[date, UUID] | None:
    """Return what `write_position` wrote of a day, None for no token; a broken one is a 404."""
    found = _read(token)
    if found is None:
        return None
    try:
        return date.fromisoformat(found[1]), UUID(found[2])
    except ValueError as error:
        raise Http404 from error


def _read(token: str) -> list[str] | None:
    if not token:
        return None
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    except (ValueError, binascii.Error) as error:
        raise Http404 from error
    parts = text.split(" ")
    if len(parts) != 3:  # noqa: PLR2004 - three words
        raise Http404
    return parts
