"""Le bac à sable en une commande : un monde inventé, son courrier, son horloge, et tout Carnet.

La première fois : clés, base, personnes inventées ; leurs vies de soins se font ensuite, pendant qu’il sert.
Les fois suivantes il repart en quelques secondes.
"""

import argparse
import os
from pathlib import Path

from carnet.config.cli import Exit, Unavailable
from carnet.config.commands.serve import add_api_arguments, api_of, command, serve
from carnet.config.processes import Place, errand
from carnet.platform.postgres.layout import layout_of

HELP = "tout essayer sur cette machine, avec des personnes inventées"
ROLE = "app"
NEEDS_DJANGO = False

PERSONS = 1000
_MADE = "world-made"  # written once the world is whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--persons", type=int, default=PERSONS, help=f"nombre de personnes inventées ({PERSONS})"
    )
    parser.add_argument("--port", type=int, default=8000, help="port du portail (8000)")
    parser.add_argument("--host", default=os.environ.get("CARNET_BIND", "127.0.0.1"), help=argparse.SUPPRESS)
    add_api_arguments(parser)


def run(args: argparse.Namespace) -> int:
    home = Path(os.environ["CARNET_HOME"])
    _mark_as_sandbox(home)
    return serve(
        home,
        Place(args.host, args.port),
        api_of(args),
        before=_make_keys,
        after=lambda: _make_world(home, args.persons),
        besides=[errand("soins", "loader", "world", "care", "--behind")],
        on_ready=lambda: print(_welcome(args.port), flush=True),
    )


def _mark_as_sandbox(home: Path) -> None:
    """Say that this folder holds nobody real; a folder already used for real people is left alone."""
    home.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
    marker = home / "sandbox"
    if not marker.exists() and layout_of(home).initialised:
        raise Unavailable(
            f"Le dossier {home} sert déjà, et pas au bac à sable. Choisissez-en un autre avec --home."
        )
    marker.touch()


def _make_keys() -> None:
    home = Path(os.environ["CARNET_HOME"])
    if not Path(os.environ.get("CARNET_KEY_FILE", home / "keys" / "carnet.keys")).exists():
        command("keys", "init")


def _make_world(home: Path, persons: int) -> None:
    """Make the world unless it is whole; one that was interrupted is made whole, one that exists is kept."""
    made = home / _MADE
    if not made.exists():
        command("world", "make", "--persons", str(persons), accept=(Exit.REFUSED,))
        command("world", "care", "--personas")
        command("training", "use", "--personas")
        made.touch()


def _welcome(port: int) -> str:
    """Return what to open, and who to be."""
    base = f"http://localhost:{port}"
    return "\n".join(
        [
            "",
            f"  Carnet           {base}/",
            f"  Courrier reçu    {base}/bac-a-sable/courrier/",
            f"  Horloge          {base}/bac-a-sable/horloge/",
            f"  Personnages      {base}/bac-a-sable/personnages/   (numéros, cartes, identifiants)",
            f"  Conseillers      {base}/bureau/",
            f"  Logiciels        {os.environ['CARNET_API_URL']}/fhir",
            f"  Éditeurs         {base}/bac-a-sable/editeurs/   (clés, console, personnes de test)",
            "",
            *_logins(),
            "",
            "  Ctrl-C pour arrêter. Les données restent dans " + os.environ["CARNET_HOME"],
            "",
        ]
    )


def _logins() -> list[str]:
    """Return who may be tried out. Everything here is public: nobody is real."""
    from carnet.sandbox.personas import AGENTS, PASSWORD, PERSONAS
    from carnet.sandbox.personas.staff import PROFESSIONALS

    people = [f"  {one.login or '(pas encore)':<22} {one.name} : {one.use}" for one in PERSONAS]
    agents = [f"  {one.login:<22} {one.use}" for one in AGENTS]
    staff = [f"  {one.login:<22} {one.name} : {one.use}" for one in PROFESSIONALS]
    return [
        f"  Mot de passe de tous : {PASSWORD}", *people, "",
        "  Professionnels, sans mot de passe, à /pro/connexion/", *staff, "", "  Conseillers", *agents,
    ]  # fmt: skip
