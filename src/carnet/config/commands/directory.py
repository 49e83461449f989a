"""L’annuaire des professionnels : le charger, l’exporter, et savoir qui utilise quel logiciel."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from carnet.config.cli import Exit, Refusal, Unavailable, say, why_not

if TYPE_CHECKING:
    from carnet.directory.api import annuaire as annuaires

HELP = "charger et exporter l’annuaire des professionnels, lister les logiciels utilisés"
ROLE = "app"
_NAMES = {
    "structures": "structures", "professionals": "professionnels", "places": "lieux d’exercice",
    "ignored": "ressources d’un autre type", "rejected": "ressources refusées",
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    load = actions.add_parser("load", help="charger des fichiers de l’annuaire (NDJSON, ou Bundle en JSON)")
    load.add_argument("files", nargs="+", type=Path, metavar="FICHIER", help="dans un ordre quelconque")
    load.add_argument("--again", action="store_true", help="relire un fichier déjà chargé en entier")
    export = actions.add_parser("export", help="écrire l’annuaire en NDJSON")
    export.add_argument("file", type=Path, metavar="FICHIER", help="fichier à créer")
    equipment = actions.add_parser("equipment", help="lister qui utilise quelle version de quel logiciel")
    equipment.add_argument("--product", default="", metavar="NOM", help="d’un seul logiciel")


def run(args: argparse.Namespace) -> int:
    return {"load": _load, "export": _export, "equipment": _equipment}[args.action](args)


def _load(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from carnet.directory.api import annuaire

    try:
        if args.again:
            for path in args.files:
                annuaire.forget(path)
        with tqdm(unit=" ressources", disable=args.json or None) as bar:
            done = annuaire.load(args.files, progress=bar.update)
    except OSError as error:
        raise Unavailable(f"{error.filename} : {why_not(error)}.") from error
    except annuaire.UnreadableError as error:
        raise Refusal(str(error)) from error
    _tell(args, done)
    return Exit.REFUSED if done.rejected else Exit.DONE


def _tell(args: argparse.Namespace, done: "annuaires.Loaded") -> None:
    for one in done.rejected:
        words = f"{one.file}, ressource {one.line} : « {one.field} » {one.rule}."
        if not args.json:
            print(words, file=sys.stderr)
    told = [f"{done.counts[name]} {words}" for name, words in _NAMES.items() if done.counts.get(name)]
    text = f"Annuaire : {', '.join(told)}." if told else "Annuaire : ces fichiers étaient chargés déjà."
    say(args, text, counts=done.counts, rejected=[asdict(one) for one in done.rejected])


def _export(args: argparse.Namespace) -> int:
    from carnet.directory.api import export_annuaire

    count = 0
    try:
        with args.file.open("xb") as file:
            for line in export_annuaire():
                file.write(line)
                count += 1
    except OSError as error:
        raise Unavailable(f"{args.file} : {why_not(error)}.") from error
    say(args, f"{count} ressources écrites dans {args.file}.", resources=count, file=str(args.file))
    return Exit.DONE


def _equipment(args: argparse.Namespace) -> int:
    from carnet.directory import api as directory

    for one in directory.list_equipment(product=args.product):
        seen = f"{one.last_seen_at:%d/%m/%Y}"
        words = (one.national_id, one.name, one.structure, f"{one.vendor} {one.product} {one.version}", seen)
        say(
            args, "\t".join(words), national_id=one.national_id, structure=one.structure, vendor=one.vendor,
            product=one.product, version=one.version, first_seen_at=one.first_seen_at,
            last_seen_at=one.last_seen_at,
        )  # fmt: skip
    return Exit.DONE
