"""Structures and clients for tests, and what a client's software does: sign, ask for a token."""

from datetime import timedelta

from carnet.directory import api as directory
from carnet.platform import clock
from carnet.standards import oauth

LILAS, HOSPITAL = "310000013", "310000021"
ENDPOINT = "https://api.exemple.test/oauth/token"
ISSUER = "https://api.exemple.test"
AUDIENCE = (ENDPOINT, ISSUER)


def add_client(structure=LILAS, *, kind="EC", name="Laboratoire des Lilas", **more):
    """Register a structure and a client of its; return (card, private key file)."""
    key = oauth.make_key(kind)
    directory.register_structure(finess=structure, name=name)
    keys = {"keys": [oauth.public_part(key)]}
    told = {"vendor": "Éditeur Exemple", "product": "Labo Exemple", "version": "4.2", "keys": keys} | more
    card = directory.create_client(structure=structure, **told)
    return card, key | {"client_id": str(card.id)}


def token_of(card, *, scope=""):
    """Return an access token of a client, without its signing anything."""
    return directory.issue_token(card, scope=scope).access_token


def now():
    return clock.real_now().timestamp()


def wait(monkeypatch, **time):
    """Let real time pass, for this process: so many seconds, minutes, days."""
    moment = clock.real_now() + timedelta(**time)
    monkeypatch.setattr(clock, "real_now", lambda: moment)


def form_of(key, *, audience=ENDPOINT, **more):
    """Return the form that a client posts, with a fresh assertion."""
    return oauth.token_form(oauth.sign_assertion(key, audience=audience, now=now())) | more
