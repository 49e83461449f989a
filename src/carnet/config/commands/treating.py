"""Les médecins traitants : charger le fichier de l’Assurance Maladie (docs/entering.md)."""

import argparse
from pathlib import Path

from carnet.config.cli import Exit, Refusal, Unavailable, say

HELP = "charger les médecins traitants que l’Assurance Maladie connaît"
ROLE = "app"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    load = actions.add_parser("load", help="charger un fichier ; recommencé, il ne change plus rien")
    load.add_argument("file", type=Path, metavar="FICHIER", help="CSV (UTF-8) : matricule;rpps")


def run(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from carnet.access import api as access

    if not args.file.is_file():
        raise Unavailable(f"Fichier introuvable : {args.file}")
    with tqdm(disable=args.json or None, unit=" ligne") as bar:
        try:
            done = access.load_treating(args.file, progress=bar.update)
        except access.TreatingRefused as error:
            raise Refusal(str(error)) from error
    rejects = [f"ligne {number}, {field} : {rule}" for number, field, rule in done.rejects]
    text = (
        f"{done.lines} lignes : {done.changed} médecins traitants changés, {done.already} déjà connus,"
        f" {done.rejected} rejetées."
    )
    say(
        args, "\n".join([text, *rejects]),
        lines=done.lines, changed=done.changed, already=done.already, rejected=done.rejected, rejects=rejects,
    )  # fmt: skip
    return Exit.DONE
