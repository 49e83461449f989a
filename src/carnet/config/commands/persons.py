"""Le registre des assurés : charger un fichier CSV ou Parquet, entier ou de la semaine (docs/register.md)."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from carnet.config.cli import Exit, Refusal, Unavailable, say

if TYPE_CHECKING:
    from carnet.people.register import Summary

HELP = "charger le registre des assurés"
ROLE = "loader"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    load = actions.add_parser("load", help="charger un fichier, ou reprendre où il s’est arrêté")
    load.add_argument("file", type=Path, help="fichier CSV (UTF-8) ou Parquet")
    load.add_argument("--abandon", action="store_true", help="renoncer à un autre fichier chargé en partie")


def run(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from carnet.people.api import register

    if not args.file.is_file():
        raise Unavailable(f"Fichier introuvable : {args.file}")
    started = time.monotonic()
    with tqdm(total=100, unit="%", disable=args.json or None, bar_format="{l_bar}{bar}| {postfix}") as bar:

        def show(share: float, line: int) -> None:
            bar.set_postfix_str(f"{line - 1} lignes", refresh=False)
            bar.update(round(share * 100) - bar.n)

        try:
            done = register.load(args.file, abandon=args.abandon, progress=show)
        except register.RegisterRefusedError as error:
            raise Refusal(str(error)) from error
    seconds = time.monotonic() - started
    say(
        args, _sentence(done, seconds),
        file=done.file, lines=done.lines, accepted=done.accepted, rejected=done.rejected,
        by_operation=done.by_operation, rejected_file=done.rejected_file, already=done.already,
        seconds=round(seconds, 1),
    )  # fmt: skip
    return Exit.DONE


def _sentence(done: "Summary", seconds: float) -> str:
    if done.already:
        return (
            f"{done.file} était déjà chargé : rien à faire ({done.accepted} lignes, {done.rejected} rejets)."
        )
    text = f"{done.file} : {done.accepted} lignes chargées, {done.rejected} rejetées, en {seconds:.0f} s."
    return f"{text} Rejets : {done.rejected_file}" if done.rejected_file else text
