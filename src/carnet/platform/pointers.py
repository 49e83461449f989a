"""Tokens that stand in an address for somebody: signed, of one session, for a while.

Never a number of the person in an address: it would stay in histories, logs and bookmarks.
"""

from uuid import UUID

from django.core import signing
from django.http import Http404


def point(about_id: UUID, session_id: UUID, *, what: str) -> str:
    """Return the token under which a session may look at something. `what`: kinds do not mix."""
    return signing.dumps([str(about_id), str(session_id)], salt=what)


def follow(token: str, session_id: UUID, *, what: str, seconds: int) -> UUID:
    """Return what a token is about; raises Http404 when it is not this session's, or too old."""
    try:
        about_id, of_session = signing.loads(token, salt=what, max_age=seconds)
    except signing.BadSignature as error:
        raise Http404 from error
    if of_session != str(session_id):
        raise Http404
    return UUID(about_id)
