"""Les messages en attente : voir ceux qui sont en doute ou en échec, les renvoyer, ou y renoncer."""

import argparse
from uuid import UUID

from carnet.config.cli import Exit, Refusal, say

HELP = "les messages en doute ou en échec"
ROLE = "app"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    actions.add_parser("list", help="lister ceux qui attendent une décision")
    for name, text in (("repeat", "renvoyer : au risque qu’il arrive deux fois"), ("drop", "y renoncer")):
        action = actions.add_parser(name, help=text)
        action.add_argument("id", type=UUID, help="numéro donné par « carnet outbox list »")


def run(args: argparse.Namespace) -> int:
    if args.action == "list":
        return _list(args)
    from carnet.platform.pump import settle_in_doubt

    if not settle_in_doubt(args.id, repeat=args.action == "repeat"):
        raise Refusal(f"Aucun message en doute ou en échec ne porte le numéro {args.id}.")
    say(args, "Il sera renvoyé." if args.action == "repeat" else "Il est abandonné.", id=args.id)
    return Exit.DONE


def _list(args: argparse.Namespace) -> int:
    from carnet.platform.pump import list_unsettled

    found = list_unsettled()
    lines = [f"{row.id}  {row.topic}  {row.state}  {row.attempts} essai(s)  {row.error}" for row in found]
    say(
        args,
        "\n".join(lines) or "Aucun message n’attend de décision.",
        messages=[
            {"id": row.id, "topic": row.topic, "state": row.state, "error": row.error} for row in found
        ],
    )
    return Exit.DONE
