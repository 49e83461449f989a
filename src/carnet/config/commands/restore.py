"""Restaurer une sauvegarde dans une base vide : tout est vérifié avant que rien ne soit touché."""

import argparse
import os
from pathlib import Path

from carnet.config.cli import Exit, Refusal, Unavailable, database, say
from carnet.config.commands.backup import blob_folder, shown_on

HELP = "restaurer une sauvegarde dans une base vide"
ROLE = "loader"
NEEDS_DJANGO = False  # settings only: the database may not be there yet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, help="dossier d’une sauvegarde")
    parser.add_argument(
        "--keys-from",
        type=Path,
        metavar="SAUVEGARDE",
        help="prendre les clés d’une sauvegarde plus récente : ce qui fut effacé depuis reste illisible",
    )
    parser.add_argument("--force", action="store_true", help="écraser la base qui existe")
    parser.add_argument("--sandbox", action="store_true", help="c’était un bac à sable : personne n’est réel")


def run(args: argparse.Namespace) -> int:
    from django.conf import settings
    from tqdm import tqdm

    from carnet.platform import post
    from carnet.platform.backup import BackupError, hold_back, restore
    from carnet.platform.postgres.target import resolve

    _check_keys()
    if args.sandbox:
        (Path(os.environ["CARNET_HOME"]) / "sandbox").touch()
    target = resolve(os.environ, settings.CARNET_HOME)
    try:
        with database(), tqdm(disable=args.json, unit=" fichier") as bar:
            manifest = restore(
                target,
                args.source,
                blob_folder(),
                keys_from=args.keys_from,
                force=args.force,
                progress=shown_on(bar),
            )
            held = 0 if post.adapter().transactional else hold_back(target, [post.TOPIC])
    except BackupError as error:
        raise Refusal(str(error)) from error
    waiting = (
        f" {held} message(s) partis peut-être depuis la sauvegarde : « carnet outbox list »." if held else ""
    )
    say(
        args,
        f"Sauvegarde {manifest.id} restaurée et vérifiée.{waiting} Lancez « carnet serve ».",
        id=manifest.id,
        held=held,
    )
    return Exit.DONE


def _check_keys() -> None:
    from django.conf import settings

    path = Path(settings.CARNET_KEY_FILE)
    if not path.is_file():
        raise Unavailable(
            f"Remettez d’abord le fichier de clés {path} : sans lui, ce qui sera restauré reste illisible."
        )
