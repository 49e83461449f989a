"""Les clés : en créer pour une première installation, ou remplacer la clé maîtresse."""

import argparse
from pathlib import Path

from carnet.config.cli import Exit, Refusal, Unavailable, database, say

HELP = "créer les clés, remplacer la clé maîtresse"
ROLE = "loader"
NEEDS_DATABASE = False  # keys are made before there is one


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    actions.add_parser("init", help="écrire le fichier de clés d’une nouvelle installation")
    rotate = actions.add_parser(
        "rotate", help="nouvelle clé maîtresse ; chaque clé de personne est réemballée"
    )
    rotate.add_argument(
        "--resume", action="store_true", help="finir un remplacement interrompu, sans nouvelle clé"
    )


def run(args: argparse.Namespace) -> int:
    return _init(args) if args.action == "init" else _rotate(args)


def _init(args: argparse.Namespace) -> int:
    from django.conf import settings

    from carnet.platform.crypto import create_key_file

    path = Path(settings.CARNET_KEY_FILE)
    try:
        create_key_file(path)
    except FileExistsError as error:
        raise Refusal(f"{path} existe déjà : on n’écrase jamais des clés.") from error
    say(args, f"Clés écrites dans {path}. Sauvegardez ce fichier ailleurs que les données.", path=str(path))
    return Exit.DONE


def _rotate(args: argparse.Namespace) -> int:
    from django.conf import settings
    from tqdm import tqdm

    from carnet.platform import crypto, keys

    path = Path(settings.CARNET_KEY_FILE)
    if not path.is_file():
        raise Unavailable(f"Le fichier de clés {path} manque : « carnet keys init ».")
    if not args.resume:
        crypto.add_master_key(path)
    current = crypto.key_ring().current[0]
    with database(), tqdm(total=keys.count_old(), unit=" clé", disable=args.json) as bar:
        done = keys.rewrap_all(bar.update)
    say(
        args,
        f"{done} clé(s) de personne réemballée(s) sous {current}. Sauvegardez le nouveau fichier {path} ;"
        " les processus qui tournent le relisent d’eux-mêmes.",
        rewrapped=done, key_id=current,
    )  # fmt: skip
    return Exit.DONE
