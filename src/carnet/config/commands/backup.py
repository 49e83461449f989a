"""Sauvegarder la base et les documents dans un dossier neuf, pendant que le service tourne."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carnet.config.cli import Exit, Refusal, database, say

if TYPE_CHECKING:
    from tqdm import tqdm

HELP = "sauvegarder la base et les documents"
ROLE = "loader"
NEEDS_DJANGO = False  # settings only


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("destination", type=Path, help="dossier à créer ; il est complet ou absent")


def run(args: argparse.Namespace) -> int:
    from django.conf import settings
    from tqdm import tqdm

    from carnet.platform.backup import BackupError, backup
    from carnet.platform.postgres.target import resolve

    target = resolve(os.environ, settings.CARNET_HOME)
    try:
        with database(), tqdm(disable=args.json, unit=" fichier") as bar:
            manifest = backup(target, blob_folder(), args.destination.resolve(), progress=shown_on(bar))
    except BackupError as error:
        raise Refusal(str(error)) from error
    say(
        args,
        f"Sauvegarde {manifest.id} faite dans {args.destination}. Le fichier des clés maîtresses"
        f" ({settings.CARNET_KEY_FILE}) n’y est pas : gardez-en une copie ailleurs.",
        id=manifest.id,
        destination=str(args.destination),
        key_file=str(settings.CARNET_KEY_FILE),
    )
    return Exit.DONE


def blob_folder() -> Path | None:
    """Return the folder of the documents; None where an object store keeps them."""
    from django.conf import settings

    where = str(settings.CARNET_BLOBS)
    return None if "://" in where else Path(where)


def shown_on(bar: "tqdm[Any]") -> Callable[[str, int, int | None], None]:
    """Return a progress that is shown on this bar."""

    def show(step: str, done: int, total: int | None) -> None:
        bar.set_description(step, refresh=False)
        bar.total, bar.n = total, done
        bar.refresh()

    return show
