"""Where the database is, for those who connect: the embedded server, or the one of DATABASE_URL.

How an external server is described (docs/adr/0002-external-database.md):
    DATABASE_URL                   postgresql://[admin[:password]@]host[:port]/database[?sslmode=...]
    CARNET_DB_PASSWORD_<ROLE>      the password of carnet_<role>, or the same with _FILE: a file holding it
The URL's account prepares the server (roles, database); serving processes can do without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from carnet.platform.postgres import account
from carnet.platform.postgres.configuration import SUPERUSER, port_from
from carnet.platform.postgres.errors import TargetError
from carnet.platform.postgres.layout import layout_of
from carnet.platform.postgres.roles import RoleName, check_version

Who = RoleName | Literal["admin"]

DEFAULT_DATABASE = "carnet"
_CONNECT_SECONDS = "5"


@dataclass(frozen=True)
class Target:
    """A database and how each role reaches it. Secrets stay out of its repr."""

    embedded: bool
    database: str
    host: str
    port: int
    admin: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)

    def user(self, who: Who) -> str:
        """Return the login of a role ("app") or of the account that prepares the server ("admin")."""
        if who != "admin":
            if who not in get_args(RoleName):
                raise TargetError(
                    f"CARNET_ROLE vaut {who!r} : il faut l’un de {', '.join(get_args(RoleName))}."
                )
            return f"carnet_{who}"
        if self.admin is None:
            raise TargetError(
                "DATABASE_URL ne nomme aucun compte : donnez-y le compte qui prépare la base, "
                "postgresql://compte:motdepasse@serveur/base."
            )
        return self.admin

    def django(self, role: RoleName, name: str | None = None) -> dict[str, Any]:
        """Return Django's DATABASES entry for this role; `name` is another database of the same server."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name or self.database,
            "USER": self.user(role),
            "PASSWORD": self.passwords.get(role, ""),
            "HOST": self.host,
            "PORT": str(self.port),
            "OPTIONS": {**self._options(), "application_name": f"carnet-{role}"},
        }

    def conninfo(self, who: Who, database: str | None = None, *, with_password: bool = True) -> str:
        """Return libpq's connection string for this role. It may hold a password: never log it."""
        password = {"password": self.passwords[who]} if with_password and who in self.passwords else {}
        return make_conninfo(
            host=self.host,
            port=self.port,
            user=self.user(who),
            dbname=database or self.database,
            **password,
            **self._options(),
        )

    def check(self, role: RoleName = "app") -> None:
        """Connect as this role: the readiness probe (server, socket, role and grants in one).

        TargetError when it cannot, ServerVersionError outside PostgreSQL 16 to 18.
        """
        try:
            with psycopg.connect(self.conninfo(role), autocommit=True) as connection:
                check_version(connection.info.server_version)
                connection.execute("select 1")
        except psycopg.OperationalError as error:
            raise TargetError(
                f"La base {self.database} ne répond pas à {self.user(role)} : {error}"
            ) from error

    def _options(self) -> dict[str, str]:
        return {"connect_timeout": _CONNECT_SECONDS, **self.parameters}


def resolve(env: Mapping[str, str], home: Path) -> Target:
    """Say where the database is, from the environment and the data folder. Starts and creates nothing.

    TargetError when DATABASE_URL, or a password file, cannot be used.
    """
    url = env.get("DATABASE_URL", "").strip()
    return _external(url, env) if url else _embedded(home, env)


def _embedded(home: Path, env: Mapping[str, str]) -> Target:
    server = account.find_server_account()
    # Whoever else put a server behind the same socket path is refused by the client.
    peer = {"requirepeer": server.name} if server else {}
    return Target(
        embedded=True,
        database=env.get("CARNET_DB_NAME") or DEFAULT_DATABASE,
        host=str(layout_of(home).socket_dir),
        port=port_from(env),
        admin=SUPERUSER,
        parameters=peer,
    )


def _external(url: str, env: Mapping[str, str]) -> Target:
    if not url.startswith(("postgresql://", "postgres://")):
        raise TargetError("DATABASE_URL doit commencer par postgresql:// : Carnet ne connaît que PostgreSQL.")
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError:
        # libpq's message may quote the whole address, password included.
        raise TargetError(
            "DATABASE_URL ne se lit pas : postgresql://compte:motdepasse@serveur/base."
        ) from None
    missing = [
        french for name, french in (("host", "le serveur"), ("dbname", "la base")) if not parts.get(name)
    ]
    if missing:
        raise TargetError(
            f"DATABASE_URL ne dit pas {' ni '.join(missing)} : postgresql://compte@serveur/base."
        )
    port = parts.pop("port", "5432")
    if not (port.isascii() and port.isdecimal()):
        raise TargetError(f"DATABASE_URL : le port {port!r} n’est pas un nombre.")
    passwords = _passwords(env)
    if "password" in parts:
        passwords["admin"] = parts.pop("password")
    return Target(
        embedded=False,
        host=parts.pop("host"),
        port=int(port),
        database=parts.pop("dbname"),
        admin=parts.pop("user", None),
        parameters=parts,
        passwords=passwords,
    )


def _passwords(env: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for role in get_args(RoleName):
        name = f"CARNET_DB_PASSWORD_{role.upper()}"
        if path := env.get(f"{name}_FILE"):
            found[role] = _read_secret(Path(path), f"{name}_FILE")
        elif given := env.get(name):
            found[role] = given
    return found


def _read_secret(path: Path, variable: str) -> str:
    try:
        return path.read_text().rstrip("\r\n")
    except OSError as error:
        raise TargetError(f"{variable} : le fichier {path} ne se lit pas ({error.strerror}).") from error
