"""Who asks for a token: a signed assertion (RFC 7523) or a client certificate (RFC 8705), checked.

What concerns only what was sent is said; a client that is not there and a wrong signature get one answer.
Real time.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection
from joserfc import jws
from joserfc.errors import JoseError

from carnet.directory.certificates import is_valid_at, thumbprint
from carnet.directory.keys import choose
from carnet.directory.policies import (
    LEEWAY_SECONDS,
    Claims,
    OAuthRefused,
    client_uuid,
    read_claims,
    refuse,
    unknown_client,
)
from carnet.directory.queries import ClientCard, find_client, find_keys
from carnet.platform import clock, crypto
from carnet.standards import oauth

LONGEST: Final = 8_000


def authenticate(form: Mapping[str, str], *, audience: Sequence[str], certificate: str = "") -> ClientCard:
    """Return the client that a request of a token comes from; raises OAuthRefused.

    `form`: what was posted; `audience`: the addresses that an assertion may be meant for, the first one told;
    `certificate`: the client's certificate in PEM, proven to the proxy in front, or "".
    """
    if form.get("client_secret"):
        raise refuse("Un client n’a pas de secret ici : il signe une assertion, ou présente son certificat.")
    if "client_assertion" in form or "client_assertion_type" in form:
        card = _by_assertion(form, audience)
    else:
        card = _by_certificate(form, certificate)
    if not card.active:
        raise refuse("Ce client a été révoqué.")
    return card


def forget_used() -> int:
    """Delete the identifiers of assertions that have expired by themselves; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("delete from directory_usedassertion where expires_at <= %s", [clock.real_now()])
        return int(cursor.rowcount)


def _by_assertion(form: Mapping[str, str], audience: Sequence[str]) -> ClientCard:
    if form.get("client_assertion_type") != oauth.ASSERTION_TYPE:
        raise refuse(f"« client_assertion_type » doit être {oauth.ASSERTION_TYPE}")
    text = form.get("client_assertion", "")
    header, content = _read(text)
    claims = read_claims(content, audience=audience, now=clock.real_now().timestamp())
    if form.get("client_id") and client_uuid(form["client_id"]) != claims.client_id:
        raise refuse("« client_id » n’est pas le client de l’assertion.")
    _check_signature(text, header, claims.client_id)
    card = find_client(claims.client_id)
    if card is None:
        raise unknown_client()
    _use(claims)
    return card


def _by_certificate(form: Mapping[str, str], certificate: str) -> ClientCard:
    if not certificate:
        raise refuse("Donnez « client_assertion » (private_key_jwt), ou présentez un certificat client.")
    if not form.get("client_id"):
        raise OAuthRefused(
            "invalid_request", "« client_id » est obligatoire avec un certificat (RFC 8705, 2)."
        )
    card, shown = find_client(client_uuid(form["client_id"])), thumbprint(certificate)
    if card is None or not shown or card.certificate != shown:
        raise refuse("Client inconnu, ou certificat qui n’est pas le sien.")
    if not is_valid_at(certificate, clock.real_now()):
        raise refuse("Le certificat de ce client n’est pas dans ses dates.")
    return card


def _read(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the header and claims of an assertion as they are written, believed by nobody yet."""
    if not 0 < len(text) <= LONGEST or not text.isascii():
        raise refuse(f"L’assertion est un JWT signé de {LONGEST} caractères au plus.")
    try:
        read = jws.extract_compact(text.encode(), registry=oauth.Registry())
        header, content = read.headers(), orjson.loads(read.payload)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise refuse("L’assertion n’est pas un JWT signé.") from error
    if not isinstance(header.get("alg"), str) or header["alg"] not in oauth.ALGORITHMS:
        raise refuse(f"« alg » doit être l’un de : {', '.join(oauth.ALGORITHMS)}")
    if not isinstance(content, dict):
        raise refuse("L’assertion n’est pas un JWT signé.")
    return header, content


def _check_signature(text: str, header: Mapping[str, Any], client_id: UUID) -> None:
    """Check an assertion by the client's own key that its header names, never by one that it brings."""
    chosen = choose(find_keys(client_id), header)
    if chosen is None:
        raise unknown_client()
    try:
        jws.deserialize_compact(text.encode(), oauth.import_key(chosen), registry=oauth.Registry())
    except (JoseError, ValueError, TypeError) as error:
        raise unknown_client() from error


def _use(claims: Claims) -> None:
    """Remember that this assertion was used, for as long as it could be shown again; raises OAuthRefused.

    Committed before any token is given: of two at once, one is first.
    """
    key = crypto.index_hash("assertion", f"{claims.client_id}\0{claims.jti}")
    until = datetime.fromtimestamp(claims.expires + LEEWAY_SECONDS, UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into directory_usedassertion (key, expires_at) values (%s, %s) on conflict do nothing",
            [key, until],
        )
        if not cursor.rowcount:
            raise refuse("Cette assertion a déjà servi (« jti ») : signez-en une nouvelle à chaque demande.")
