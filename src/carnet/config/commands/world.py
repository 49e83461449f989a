"""Le monde synthétique du bac à sable : le créer, le vider, le peupler de soins, avancer l’horloge."""

import argparse
import os
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from carnet.config.cli import Exit, Refusal, Unavailable, say, why_not

if TYPE_CHECKING:
    from carnet.sandbox.care.feeding import Fed

HELP = "le monde synthétique du bac à sable"
ROLE = "loader"
MOST = 20_000_000
_BEHIND = 15  # niceness: those who use the portal come first


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    for name, text in (("make", "créer le monde"), ("reset", "tout vider, puis créer le monde")):
        action = actions.add_parser(name, help=text)
        action.add_argument("--persons", type=int, default=1000, help="personnes, hors personnages (1 000)")
        action.add_argument("--seed", type=int, default=1, help="graine : même graine, même monde (1)")
    care = actions.add_parser("care", help="donner à chacun une vie de soins, ou reprendre")
    care.add_argument("--seed", type=int, default=1, help="graine : même graine, mêmes vies (1)")
    care.add_argument("--personas", action="store_true", help="seulement les personnages")
    care.add_argument("--most", type=int, metavar="N", help="N vies au plus")
    care.add_argument("--behind", action="store_true", help="un seul processus, qui laisse passer les autres")
    clock = actions.add_parser("clock", help="avancer l’horloge et exécuter les jours sautés")
    when = clock.add_mutually_exclusive_group(required=True)
    when.add_argument("--to", type=date.fromisoformat, metavar="AAAA-MM-JJ", help="jusqu’à ce jour")
    when.add_argument("--days", type=int, help="de ce nombre de jours")
    document = actions.add_parser("document", help="écrire un compte rendu d’exemple, à déposer soi-même")
    document.add_argument("file", type=Path, metavar="FICHIER", help="fichier CDA à créer")
    document.add_argument("--persona", default="dominique", help="personnage concerné (dominique)")
    actions.add_parser("personas", help="lister les personnages et leurs identifiants")
    actions.add_parser("patients", help="lister les personnes de test des éditeurs")


def run(args: argparse.Namespace) -> int:
    from django.conf import settings

    if not settings.CARNET_SANDBOX:
        raise Refusal("Le monde synthétique n’existe que dans le bac à sable.")
    actions = {"make": _make, "reset": _reset, "care": _care, "clock": _clock, "personas": _personas,
               "document": _document, "patients": _patients}  # fmt: skip
    actions[args.action](args)
    return Exit.DONE


def _make(args: argparse.Namespace) -> None:
    from carnet.sandbox.world.making import WorldExistsError, make

    if not 1 <= args.persons <= MOST:
        raise Refusal(f"--persons : de 1 à {MOST:,} personnes.".replace(",", " "))
    try:
        made = make(args.persons, seed=args.seed, quiet=args.json)
    except WorldExistsError as error:
        raise Refusal("Il y a déjà un monde : `carnet world reset` le vide et en crée un autre.") from error
    say(
        args,
        f"{made.persons} personnes et {made.personas} personnages, en {made.seconds:.1f} s.",
        persons=made.persons,
        personas=made.personas,
        seconds=round(made.seconds, 2),
        seed=args.seed,
    )


def _reset(args: argparse.Namespace) -> None:
    from carnet.sandbox.world.making import empty

    empty()
    _make(args)


def _care(args: argparse.Namespace) -> None:
    from tqdm import tqdm

    from carnet.sandbox.care import running

    if args.most is not None and args.most < 1:
        raise Refusal("--most : un nombre de vies, 1 au moins.")
    if args.behind:
        os.nice(_BEHIND)
    started = time.monotonic()
    try:
        with tqdm(total=None, unit=" vies", disable=args.json or args.behind or None) as bar:
            cared = running.care(
                seed=args.seed, personas_only=args.personas,
                processes=1 if args.behind or args.personas else 2,
                most=args.most, progress=bar.update,
            )  # fmt: skip
    except running.CareUnderWayError as error:
        raise Refusal("Des vies de soins se font déjà : attendez la fin.") from error
    seconds, fed = time.monotonic() - started, cared.fed
    say(
        args, _lives(cared.lives, fed, seconds) if cared.lives else "vies de soins : toutes étaient faites",
        lives=cared.lives, spaces=cared.spaces, documents=fed.documents, measures=fed.measures,
        entries=fed.entries, episodes=fed.episodes, seconds=round(seconds, 1), seed=args.seed,
    )  # fmt: skip


def _lives(lives: int, fed: "Fed", seconds: float) -> str:
    return (
        f"vies de soins : {lives} faites en {seconds:.0f} s ({fed.documents} documents,"
        f" {fed.measures} mesures, {fed.entries} lignes de profil, {fed.episodes} remboursements)"
    )


def _clock(args: argparse.Namespace) -> None:
    from tqdm import tqdm

    from carnet.platform import clock
    from carnet.platform.daily import DailyJobError, advance_to

    start = clock.today()
    day = args.to or start + timedelta(days=args.days)
    if day <= start:
        raise Refusal(f"L’horloge n’avance que vers le futur : nous sommes le {start:%d/%m/%Y}.")
    try:
        with tqdm(total=(day - start).days, unit="jour", disable=args.json or None) as bar:
            advance_to(day, progress=lambda _day: bar.update())
    except DailyJobError as error:
        raise Unavailable(str(error)) from error
    say(args, f"Nous sommes le {clock.today():%d/%m/%Y}.", today=clock.today())


def _document(args: argparse.Namespace) -> None:
    from carnet.sandbox.personas.documents import write_sample

    try:
        data, finess = write_sample(args.persona)
    except KeyError as error:
        raise Refusal(f"--persona : « {args.persona} » n’est pas un personnage du bac à sable.") from error
    try:
        with args.file.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise Refusal(f"{args.file} : {why_not(error)}. Donnez le nom d’un fichier à créer.") from error
    say(args, f"Écrit. Pour le déposer : carnet documents deposit {args.file} --by {finess}",
        file=args.file, by=finess)  # fmt: skip


def _personas(args: argparse.Namespace) -> None:
    from carnet.sandbox.personas.listing import as_facts, as_text

    say(args, as_text(), **as_facts())


def _patients(args: argparse.Namespace) -> None:
    from carnet.sandbox.vendors.patients import as_facts, as_text

    try:
        say(args, as_text(), patients=as_facts())
    except LookupError as error:
        raise Refusal("Il n’y a pas encore de monde : `carnet world make` le crée.") from error
