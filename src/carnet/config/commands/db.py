"""La base de données : la préparer, appliquer les migrations, voir où elle en est, y entrer."""

import argparse
import os
from pathlib import Path

from carnet.config.cli import Exit, Unavailable, say

HELP = "préparer la base, appliquer les migrations, voir où elle en est"
ROLE = "owner"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    actions.add_parser("migrate", help="créer rôles et base s’ils manquent, appliquer les migrations")
    actions.add_parser("prepare", help="migrate, puis les fichiers statiques et les contrôles du démarrage")
    actions.add_parser("status", help="version, taille, connexions, migrations à appliquer")
    shell = actions.add_parser("shell", help="ouvrir psql")
    shell.add_argument(
        "--as", dest="who", default="app", help="rôle : app (par défaut), batch, loader, owner"
    )


def run(args: argparse.Namespace) -> int:
    match args.action:
        case "migrate":
            migrate()
            say(args, "La base est à jour.", migrated=True)
        case "prepare":
            return _prepare(args)
        case "status":
            _show_status(args)
        case "shell":
            _open_shell(args.who)
    return Exit.DONE


def migrate() -> None:
    """Create roles and database if missing, then apply every migration, as carnet_owner."""
    from django.conf import settings
    from django.core.management import call_command

    from carnet.platform.postgres.roles import bootstrap
    from carnet.platform.postgres.target import resolve

    target = resolve(os.environ, settings.CARNET_HOME)
    bootstrap(
        target.conninfo("admin", "postgres"), target.database, passwords=_role_passwords(target.passwords)
    )
    call_command("migrate", interactive=False, verbosity=0)


def _role_passwords(passwords: object) -> dict[str, str]:
    assert isinstance(passwords, dict)
    return {role: password for role, password in passwords.items() if role != "admin"}


def _prepare(args: argparse.Namespace) -> int:
    from carnet.config import boot, static_files

    try:
        # Before any migration: on a half-restored database they would prevent its end.
        boot.refuse_or_pass((*boot.SETTINGS_CHECKS, boot.check_restoration))
        migrate()
        collected = static_files.collect()
        boot.refuse_or_pass(boot.DATABASE_CHECKS)
    except boot.BootRefusedError as error:
        raise Unavailable(str(error)) from error
    say(args, "La base et les fichiers sont prêts.", migrated=True, static_files=collected)
    return Exit.DONE


def _show_status(args: argparse.Namespace) -> None:
    from django.conf import settings
    from django.db import connection

    from carnet.platform.schema import list_pending_migrations

    with connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('server_version'), pg_database_size(current_database()),"
            " (select count(*) from pg_stat_activity where datname = current_database())"
        )
        version, size, sessions = cursor.fetchone() or ("", 0, 0)
    pending = list_pending_migrations()
    say(
        args,
        f"PostgreSQL {version}, base {settings.DATABASES['default']['NAME']} : {size / 1e6:.0f} Mo,"
        f" {sessions} connexion(s), {len(pending)} migration(s) à appliquer.",
        version=version, bytes=size, connections=sessions, pending=pending,
    )  # fmt: skip


def _open_shell(who: str) -> None:
    from carnet.platform.postgres.binaries import wheel_bin
    from carnet.platform.postgres.target import resolve

    target = resolve(os.environ, Path(os.environ["CARNET_HOME"]))
    psql = wheel_bin() / "psql"
    import subprocess

    subprocess.run([psql, target.conninfo(who)], check=False)  # type: ignore[arg-type] # noqa: S603 - our own program
