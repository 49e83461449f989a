"""The one command line of Carnet: `carnet <command> ...`, `--json` for software, exit codes below."""

import argparse
import errno
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import IntEnum
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
import psycopg
import psycopg.errors

from carnet.platform.postgres.cluster import Cluster
from carnet.platform.postgres.errors import DatabaseError
from carnet.platform.postgres.target import resolve

COMMANDS = ("demo", "check", "serve", "worker", "world", "persons", "enrolment", "documents",
            "histories", "treating", "access", "agents", "clients", "directory", "rights", "outbox",
            "db", "backup", "restore", "keys", "doctor", "training")  # fmt: skip


_UNPREPARED = (
    "La base n’est pas prête, ou refuse ce compte : lancez « carnet db migrate », ou vérifiez DATABASE_URL et"
    " les mots de passe."
)
_WHY_NOT = {
    errno.ENOENT: "il n’existe pas",
    errno.EISDIR: "c’est un dossier",
    errno.ENOTDIR: "son dossier n’en est pas un",
    errno.EACCES: "accès refusé",
    errno.EEXIST: "il existe déjà",
    errno.ENOSPC: "le disque est plein",
    errno.EROFS: "le disque est en lecture seule",
}


class Exit(IntEnum):
    """What the exit code says (docs/commands.md)."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3  # the input breaks a rule, or the decision was no
    UNAVAILABLE = 4  # the database or a file is not there
    INTERRUPTED = 130


class Refusal(Exception):  # noqa: N818 - said to a person, not a failure
    """Bad input or a refused act: the message names the field and the rule, in French."""


class Unavailable(Exception):  # noqa: N818
    """Something needed is not there; the message says what to do."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(
        prog="carnet", description="Le carnet de santé numérique, ouvert et complet."
    )
    parser.add_argument("--home", type=Path, help="dossier de données (CARNET_HOME, ./var par défaut)")
    parser.add_argument("--json", action="store_true", help="réponse en JSON, pour les logiciels")
    commands = parser.add_subparsers(dest="command", required=True, metavar="commande")
    modules = {name: import_module(f"carnet.config.commands.{name}") for name in COMMANDS if _exists(name)}
    for name, module in modules.items():
        module.add_arguments(commands.add_parser(name, help=module.HELP, description=module.__doc__))
    args = parser.parse_args(argv)
    _prepare(args, modules[args.command])
    return _run(args, modules[args.command])


def say(args: argparse.Namespace, text: str, **facts: Any) -> None:
    """Print a result: the sentence for people, or the facts as one JSON line with --json."""
    print(orjson.dumps(facts, default=str).decode() if args.json else text, flush=True)


def _run(args: argparse.Namespace, module: Any) -> int:
    try:
        with _database_of(args, module):
            return int(module.run(args))
    except Refusal as refusal:
        return _complain(args, str(refusal), Exit.REFUSED)
    except (Unavailable, DatabaseError) as missing:
        return _complain(args, str(missing), Exit.UNAVAILABLE)
    except Exception as error:
        if not _is_unprepared(error):
            raise
        return _complain(args, _UNPREPARED, Exit.UNAVAILABLE)
    except KeyboardInterrupt:
        return _complain(args, "Interrompu : relancez la même commande pour reprendre.", Exit.INTERRUPTED)


def _is_unprepared(error: Exception) -> bool:
    """Tell whether the database could not be entered, or has no tables yet: no fault of the program."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return False
    entered = not isinstance(cause, psycopg.OperationalError) or cause.sqlstate is not None
    return not entered or isinstance(cause, psycopg.errors.UndefinedTable)


def why_not(error: OSError) -> str:
    """Say in French why a file cannot be read or written."""
    return _WHY_NOT.get(error.errno or 0, error.strerror or str(error))


def _complain(args: argparse.Namespace, message: str, code: Exit) -> int:
    if args.json:
        print(orjson.dumps({"error": message, "exit": int(code)}).decode(), flush=True)
    else:
        print(message, file=sys.stderr, flush=True)
    return int(code)


def _prepare(args: argparse.Namespace, module: Any) -> None:
    """Choose data folder, settings and role before Django is first imported."""
    if args.home:
        os.environ["CARNET_HOME"] = str(args.home.resolve())
    home = Path(os.environ.setdefault("CARNET_HOME", str(Path("var").resolve())))
    sandbox = args.command == "demo" or (home / "sandbox").exists()
    os.environ.setdefault(
        "DJANGO_SETTINGS_MODULE", f"carnet.config.settings.{'sandbox' if sandbox else 'portal'}"
    )
    os.environ.setdefault("CARNET_ROLE", getattr(args, "role", None) or module.ROLE)
    if getattr(module, "NEEDS_DJANGO", True) and not _is_client(args, module):
        import django

        from carnet.platform import logging as carnet_logging

        carnet_logging.configure(level=getattr(module, "LOG_LEVEL", logging.WARNING))
        django.setup()


@contextmanager
def database() -> Iterator[None]:
    """Have the embedded database serve: the one that does already, or one for the time of the block."""
    home = Path(os.environ["CARNET_HOME"])
    if not resolve(os.environ, home).embedded:
        yield
        return
    with Cluster(home).use():
        yield


def _database_of(args: argparse.Namespace, module: Any) -> AbstractContextManager[None]:
    """Return the database for a command, unless it sees to it itself."""
    needed = getattr(module, "NEEDS_DATABASE", getattr(module, "NEEDS_DJANGO", True))
    return database() if needed and not _is_client(args, module) else nullcontext()


def _is_client(args: argparse.Namespace, module: Any) -> bool:
    """Tell whether this action of a command is of the software at the other end: no Django, no database."""
    return getattr(args, "action", None) in getattr(module, "CLIENT_ACTIONS", frozenset())


def _exists(name: str) -> bool:
    return (Path(__file__).parent / "commands" / f"{name}.py").exists()


if __name__ == "__main__":
    # By its own name: the commands raise the exceptions of that module, not of this one.
    sys.exit(import_module("carnet.config.cli").main())
