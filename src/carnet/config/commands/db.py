"""La base de données : la préparer et appliquer les migrations."""

import argparse
import os

from carnet.config.cli import Exit, say

HELP = "préparer la base et appliquer les migrations"
ROLE = "owner"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    actions.add_parser("migrate", help="créer rôles et base s’ils manquent, appliquer les migrations")


def run(args: argparse.Namespace) -> int:
    migrate()
    say(args, "La base est à jour.", migrated=True)
    return Exit.DONE


def migrate() -> None:
    """Create roles and database if missing, then apply every migration, as carnet_owner."""
    from django.conf import settings
    from django.core.management import call_command

    from carnet.platform.postgres.roles import bootstrap
    from carnet.platform.postgres.target import resolve

    target = resolve(os.environ, settings.CARNET_HOME)
    bootstrap(target.conninfo("admin", "postgres"), target.database)
    call_command("migrate", interactive=False, verbosity=0)
