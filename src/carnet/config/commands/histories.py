"""Les histoires de santé : charger un fichier de l’Assurance Maladie (docs/histories.md)."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from carnet.config.cli import Exit, Refusal, Unavailable, say

if TYPE_CHECKING:
    from carnet.histories.api import Summary

HELP = "charger les histoires de santé"
ROLE = "loader"
_PASSES = {"check": "vérification", "feed": "alimentation"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    load = actions.add_parser("load", help="charger un fichier, ou reprendre où il s’est arrêté")
    load.add_argument("file", type=Path, metavar="FICHIER", help="fichier de lignes JSON (UTF-8)")
    load.add_argument("--dry-run", action="store_true", help="vérifier chaque ligne, sans rien écrire")
    load.add_argument("--abandon", action="store_true", help="renoncer à un autre fichier chargé en partie")
    load.add_argument(
        "--again", action="store_true", help="relire un fichier déjà chargé (espaces ouverts depuis)"
    )


def run(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from carnet.histories import api as histories

    if not args.file.is_file():
        raise Unavailable(f"Fichier introuvable : {args.file}")
    started = time.monotonic()
    with tqdm(total=200, unit="%", disable=args.json or None, bar_format="{l_bar}{bar}| {postfix}") as bar:

        def show(phase: str, share: float) -> None:
            bar.set_postfix_str(_PASSES[phase], refresh=False)
            bar.update(round(share * 100) + (100 if phase == "feed" else 0) - bar.n)

        try:
            done = histories.load(
                args.file, dry_run=args.dry_run, abandon=args.abandon, again=args.again, progress=show
            )
        except histories.HistoryRefusedError as error:
            raise Refusal(str(error)) from error
    seconds = time.monotonic() - started
    say(
        args, _sentence(done, seconds, dry_run=args.dry_run),
        file=done.file, lines=done.lines, rejected=done.rejected, counts=done.counts,
        rejected_file=done.rejected_file, already=done.already, dry_run=args.dry_run,
        seconds=round(seconds, 1),
    )  # fmt: skip
    return Exit.DONE


def _sentence(done: "Summary", seconds: float, *, dry_run: bool) -> str:
    if done.already:
        return f"{done.file} était déjà chargé : rien à faire (--again le relit)."
    count = done.counts.get
    skipped = (
        f"{count('skipped_persons', 0)} personnes sans espace ouvert ({count('skipped', 0)} lignes laissées)"
    )
    if dry_run:
        text = (
            f"{done.file} : {done.lines} lignes vérifiées, {done.rejected} à rejeter, {count('persons', 0)}"
            f" personnes à alimenter, {skipped}. Rien n’a été écrit."
        )
    else:
        text = (
            f"{done.file} : {done.lines} lignes en {seconds:.0f} s. {count('persons', 0)} personnes"
            f" alimentées : {count('added', 0)} lignes ajoutées, {count('replaced', 0)} remplacées,"
            f" {count('deleted', 0)} retirées, {count('already', 0)} déjà là, {count('absent', 0)} retraits"
            f" sans objet ; {skipped} ; {done.rejected} rejetées."
        )
    return f"{text} Rejets : {done.rejected_file}" if done.rejected_file else text
