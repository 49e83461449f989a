"""The last act of every way in: a session, its cookies, its journal line, and a word about a new device."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils.http import url_has_allowed_host_and_scheme

from carnet.journal.api import EventType, Purpose, write
from carnet.people import accounts, alerts, devices, login, sessions
from carnet.people.limits import TooManyError
from carnet.platform.address import client_address

DEVICE_COOKIE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep a cookie (RFC 6265bis, 4.1.2.2)
_WRONG = {
    "email": "Ce code n’est pas le bon, ou il a plus de dix minutes.",
    "totp": "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant.",
    "passkey": "La clé d’accès n’a pas été reconnue. Recommencez.",
}


def browser_of(request: HttpRequest) -> login.Browser:
    """Return from where a request comes, for limits and for the journal."""
    return login.Browser(
        address=client_address(request),
        device_token=request.COOKIES.get(sessions.DEVICE_COOKIE, ""),
        user_agent=request.headers.get("User-Agent", ""),
    )


def next_path(request: HttpRequest) -> str:
    """Return the page to come back to, a path of this site, or an empty text."""
    path = request.GET.get("suite", "")
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""


def refuse_factor(request: HttpRequest, waiting: login.Waiting, proof: str) -> str:
    """Check a second factor: return "" when it is right, else what to say to whoever gave it."""
    try:
        right = login.check_factor(waiting, proof, browser_of(request))
    except TooManyError as error:
        return error.message_fr
    return "" if right else _WRONG[waiting.card.factor]


def log_in_response(request: HttpRequest, response: HttpResponse, account_id: UUID, method: str) -> None:
    """Open a session for an account whose proofs have passed, and set its cookies on the response.

    `method`: email, totp, passkey, franceconnect, activation. A session of this browser that was open is
    ended, so that none is inherited; the CSRF token changes. Writes LOGGED_IN; a device that is new to
    an account that had others is told to its owner by e-mail. It is a transaction of its own.
    """
    with transaction.atomic():
        card = accounts.get_account(account_id)
        device = devices.recognise(
            account_id,
            token=request.COOKIES.get(sessions.DEVICE_COOKIE, ""),
            user_agent=request.headers.get("User-Agent", ""),
        )
        before = getattr(request, "visitor", None)
        if before is not None:
            sessions.end(before.session_id)
        token = sessions.start(account_id=account_id, device_id=device.id, method=method)
        facts = {"device": device.label, "method": method}
        write(
            EventType.LOGGED_IN,
            person_id=card.owner_id,
            by=card.actor,
            purpose=Purpose.MANAGE,
            personal=facts,
        )
        if device.new and not device.first_of_account:
            alerts.tell_new_device(card, device.label)
    rotate_token(request)
    _set_cookie(response, sessions.COOKIE, token, None)
    _set_cookie(response, sessions.DEVICE_COOKIE, device.token, DEVICE_COOKIE_SECONDS)


def log_out_response(request: HttpRequest, response: HttpResponse) -> None:
    """End the session of a request, say so in the journal, and take its cookie back."""
    visitor: sessions.Visitor | None = getattr(request, "visitor", None)
    if visitor is not None:
        card = accounts.get_account(visitor.account_id)
        with transaction.atomic():
            sessions.end(visitor.session_id)
            write(EventType.LOGGED_OUT, person_id=card.owner_id, by=card.actor, purpose=Purpose.MANAGE)
    response.delete_cookie(sessions.COOKIE, samesite="Lax")


def set_step_cookie(response: HttpResponse, name: str, token: str, seconds: int) -> None:
    """Set the cookie that holds a step under way (a login awaiting its second factor)."""
    _set_cookie(response, name, token, seconds)


def _set_cookie(response: HttpResponse, name: str, value: str, seconds: int | None) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )
