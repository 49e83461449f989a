"""What a process looks at before it serves, and what `carnet doctor` looks at on demand: the same functions.

Each check returns what it found; an obstacle stops the start, with a sentence that says what to do.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

from carnet.platform.backup import find_unfinished
from carnet.platform.loopback import is_loopback
from carnet.platform.postgres.errors import DatabaseError
from carnet.platform.postgres.roles import check_version
from carnet.platform.postgres.target import resolve
from carnet.platform.schema import list_pending_migrations

SANDBOX_OIDS = ("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11")
_SECRET_LENGTH = 50


class Level(StrEnum):
    """How grave a finding is. An obstacle prevents the start."""

    GOOD = "good"
    WARNING = "warning"
    OBSTACLE = "obstacle"


@dataclass(frozen=True)
class Finding:
    """What one check says: `check` is its short name, `text` what was seen, `remedy` what to do."""

    check: str
    level: Level
    text: str
    remedy: str = ""

    @property
    def sentence(self) -> str:
        return f"{self.text} {self.remedy}".strip()


Check = Callable[[], Iterable[Finding]]


class BootRefusedError(Exception):
    """The process must not serve; the text says why and what to do."""


def refuse_or_pass(checks: Iterable[Check]) -> None:
    """Raise BootRefusedError if one of these checks finds an obstacle."""
    obstacles = [found for check in checks for found in check() if found.level is Level.OBSTACLE]
    if obstacles:
        raise BootRefusedError("\n".join(found.sentence for found in obstacles))


def check_key_file() -> Iterator[Finding]:
    """The master key is there, readable by its owner alone, and not beside the data in production."""
    path = Path(settings.CARNET_KEY_FILE)
    if not path.is_file():
        yield Finding(
            "keys",
            Level.OBSTACLE,
            f"Le fichier de clés {path} manque.",
            "Première installation : « carnet keys init ». Sinon, remettez celui qui a été sauvegardé :"
            " sans lui, rien de ce qui est chiffré ne se relit.",
        )
        return
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding(
            "keys",
            Level.OBSTACLE,
            f"Le fichier de clés {path} est lisible par d’autres.",
            f"Faites « chmod 600 {path} ».",
        )
        return
    if not settings.CARNET_SANDBOX and path.resolve().is_relative_to(settings.CARNET_HOME):
        yield Finding(
            "keys",
            Level.WARNING,
            f"Le fichier de clés {path} est dans le dossier de données.",
            "Déplacez-le ailleurs et donnez sa place par CARNET_KEY_FILE : qui copie le dossier aurait tout.",
        )
    yield from _check_keys_readable()


def _check_keys_readable() -> Iterator[Finding]:
    from carnet.platform import crypto

    try:
        ring = crypto.key_ring()
    except (OSError, ValueError) as error:
        yield Finding(
            "keys",
            Level.OBSTACLE,
            f"Le fichier de clés ne se lit pas ({type(error).__name__}).",
            "Remettez celui qui a été sauvegardé.",
        )
    else:
        yield Finding("keys", Level.GOOD, f"Fichier de clés lu : {len(ring.masters)} clé(s) maîtresse(s).")


def check_secret() -> Iterator[Finding]:
    """In production the secret that signs forms is long and ours."""
    if settings.CARNET_SANDBOX:
        return
    try:
        secret = str(settings.SECRET_KEY)
    except ImproperlyConfigured:  # Django refuses to read an empty one
        secret = ""
    if len(secret) < _SECRET_LENGTH or len(set(secret)) < _SECRET_LENGTH // 5 or "sandbox" in secret:
        yield Finding(
            "secret",
            Level.OBSTACLE,
            "CARNET_SECRET_KEY manque ou se devine.",
            f"Donnez-lui au moins {_SECRET_LENGTH} caractères au hasard, par exemple :"
            " python3 -c 'import secrets; print(secrets.token_urlsafe(50))'.",
        )
    else:
        yield Finding("secret", Level.GOOD, "Le secret des formulaires est long.")


def check_bind() -> Iterator[Finding]:
    """The sandbox answers to this machine only: its logins are public and its mail is read by all.

    Its interface for software may be opened to another machine by who asks for it in so many words.
    """
    bind = os.environ.get("CARNET_BIND", "127.0.0.1")
    for_software = settings.ROOT_URLCONF == "carnet.config.urls_api"
    asked = for_software and bool(os.environ.get("CARNET_EVEN_WITH_PUBLIC_LOGINS"))
    if settings.CARNET_SANDBOX and not is_loopback(bind) and not asked:
        yield Finding(
            "bind",
            Level.OBSTACLE,
            f"Le bac à sable ne s’ouvre pas sur {bind} : ses identifiants sont publics.",
            "Retirez CARNET_BIND ou --host ; pour le montrer ailleurs, passez par un tunnel SSH.",
        )
    else:
        yield Finding("bind", Level.GOOD, f"Adresse d’écoute : {bind}.")


def check_certificate_header() -> Iterator[Finding]:
    """Nobody but the proxy can write the header in which it passes a client's certificate.

    To an application a header "X_Client_Cert" is "X-Client-Cert" (PEP 3333), and the last one counts. Many
    proxies let the first through beside the second, which is theirs: so the name has neither sign in it.
    """
    name = settings.CARNET_CLIENT_CERT_HEADER
    if name and not (name.isascii() and name.isalnum()):
        yield Finding(
            "client-certificates",
            Level.OBSTACLE,
            f"CARNET_CLIENT_CERT_HEADER : un client pourrait écrire lui-même l’en-tête {name}.",
            "Donnez-lui un nom fait de lettres et de chiffres seulement, par exemple ClientCertificate,"
            " ici et dans le mandataire.",
        )


def check_restoration() -> Iterator[Finding]:
    """No restoration was interrupted."""
    try:
        unfinished = find_unfinished(resolve(os.environ, settings.CARNET_HOME))
    except psycopg.OperationalError:
        return  # no database yet: nothing was restored
    if unfinished:
        yield Finding(
            "restore",
            Level.OBSTACLE,
            f"La restauration de la sauvegarde {unfinished} est inachevée.",
            "Relancez la même commande « carnet restore » : elle reprend.",
        )


def check_server() -> Iterator[Finding]:
    """The database answers to this process's role, and is PostgreSQL 16 to 18."""
    try:
        version = _version()
        check_version(version)
    except OperationalError:
        yield Finding(
            "database",
            Level.OBSTACLE,
            f"La base ne répond pas au rôle {settings.DATABASES['default']['USER']}.",
            "Lancez « carnet serve » (base embarquée), ou vérifiez DATABASE_URL et les mots de passe.",
        )
    except DatabaseError as error:
        yield Finding("database", Level.OBSTACLE, str(error))
    else:
        yield Finding("database", Level.GOOD, f"PostgreSQL {version // 10_000} répond.")


def _version() -> int:
    """Return the server's version as libpq counts it (180004 is 18.4)."""
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version_num')::int")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def check_migrations() -> Iterator[Finding]:
    """Every migration of this version is applied."""
    pending = list_pending_migrations()
    if pending:
        yield Finding(
            "migrations",
            Level.OBSTACLE,
            f"{len(pending)} migration(s) à appliquer : {', '.join(pending[:3])}…",
            "Faites « carnet db migrate ».",
        )
    else:
        yield Finding("migrations", Level.GOOD, "Toutes les migrations sont appliquées.")


def check_register() -> Iterator[Finding]:
    """In the sandbox nobody is real: every person bears a test OID."""
    if not settings.CARNET_SANDBOX:
        return
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from people_person where oid <> all(%s))", [list(SANDBOX_OIDS)])
        real = cursor.fetchone() == (True,)
    if real:
        yield Finding(
            "register",
            Level.OBSTACLE,
            "Ce bac à sable contient des identités réelles (OID de production).",
            "Effacez ce dossier et refaites un monde inventé ; pour des personnes réelles, commencez un autre"
            " dossier, sans « carnet demo ».",
        )
    else:
        yield Finding("register", Level.GOOD, "Personne n’est réel dans ce bac à sable.")


def check_matrix() -> Iterator[Finding]:
    """The matrix of habilitation can be read: without it no professional would see anything."""
    from carnet.access import api as access

    try:
        found = access.check_matrix(settings.CARNET_MATRIX)
    except access.MatrixError as error:
        yield Finding("matrix", Level.OBSTACLE, str(error), "Corrigez-la : « carnet rights check ».")
    else:
        count = sum(grant.reads for grant in found.grants.values())
        yield Finding("matrix", Level.GOOD, f"Matrice d’habilitation lue : {count} professions lisent.")


def check_guard() -> Iterator[Finding]:
    """The starting baselines of the guard of accounts can be read: without them nobody could read."""
    from carnet.access import api as access

    try:
        found = access.starting_baselines()
    except (access.BaselineError, OSError) as error:
        yield Finding("guard", Level.OBSTACLE, f"Seuils du garde des comptes : {error}", "Corrigez le fichier"
                      " que nomme CARNET_GUARD_BASELINE (docs/guard.md).")  # fmt: skip
    else:
        yield Finding("guard", Level.GOOD, f"Seuils du garde des comptes lus : {len(found)} professions.")


def check_interests() -> Iterator[Finding]:
    """What each profession looks for first can be read: without it no page of a record would open."""
    from carnet.summaries import api as summaries

    try:
        count = summaries.check_interests(settings.CARNET_INTERESTS)
    except (summaries.InterestsRefusedError, OSError) as error:
        yield Finding("interests", Level.OBSTACLE, f"Intérêts des professions : {error}", "Corrigez le"
                      " fichier que nomme CARNET_INTERESTS (docs/pro.md).")  # fmt: skip
    else:
        yield Finding("interests", Level.GOOD, f"Intérêts des professions lus : {count} listes.")


SETTINGS_CHECKS: tuple[Check, ...] = (
    check_key_file,
    check_secret,
    check_bind,
    check_certificate_header,
    check_matrix,
    check_guard,
    check_interests,
)
DATABASE_CHECKS: tuple[Check, ...] = (check_restoration, check_server, check_migrations, check_register)
