"""Un processus de fond : il transmet les messages et fait les travaux du rôle donné, jusqu’à son arrêt."""

import argparse
import logging

from carnet.config.cli import Exit, Unavailable

HELP = "faire les travaux de fond d’un rôle (app, batch ou loader)"
ROLE = "app"
NEEDS_DATABASE = False  # it joins the one that serves
LOG_LEVEL = logging.INFO


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--role", choices=("app", "batch", "loader"), default="app", help="rôle de la base")


def run(args: argparse.Namespace) -> int:
    from carnet.config import boot
    from carnet.platform import worker

    try:
        boot.refuse_or_pass(boot.SETTINGS_CHECKS)
    except boot.BootRefusedError as error:
        raise Unavailable(str(error)) from error
    worker.run(args.role)
    return Exit.DONE
