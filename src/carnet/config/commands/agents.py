"""Les agents : inviter, lister, retirer. Le premier administrateur est invité d’ici."""

import argparse

from carnet.config.cli import Exit, Refusal, say

HELP = "inviter, lister et retirer les agents"
ROLE = "app"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    invite = actions.add_parser("invite", help="envoyer une invitation par e-mail")
    invite.add_argument("--email", required=True, help="adresse de l’agent")
    invite.add_argument("--name", required=True, help="nom de l’agent")
    invite.add_argument(
        "--roles", required=True, help="rôles séparés par des virgules : administrator, adviser, supervisor,"
        " campaign_operator, ambassador, auditor",
    )  # fmt: skip
    actions.add_parser("list", help="lister les comptes d’agents")
    revoke = actions.add_parser("revoke", help="supprimer un compte d’agent et fermer ses sessions")
    revoke.add_argument("--login", required=True, help="identifiant de l’agent")


def run(args: argparse.Namespace) -> int:
    actions = {"invite": _invite, "list": _list, "revoke": _revoke}
    return actions[args.action](args)


def _invite(args: argparse.Namespace) -> int:
    from carnet.people import api as people

    try:
        link = people.agents.invite(email=args.email, name=args.name, roles=args.roles.split(","))
    except people.CredentialError as error:
        raise Refusal(error.message_fr) from error
    say(args, f"Invitation envoyée à {args.email}, valable 7 jours :\n{link}", email=args.email, link=link)
    return Exit.DONE


def _list(args: argparse.Namespace) -> int:
    from carnet.people import api as people

    for card in people.list_agents():
        roles = " ".join(sorted(card.roles))
        say(args, f"{card.login}\t{card.name}\t{roles}\t{card.factor}",
            login=card.login, name=card.name, roles=sorted(card.roles), factor=card.factor)  # fmt: skip
    return Exit.DONE


def _revoke(args: argparse.Namespace) -> int:
    from carnet.people import api as people

    card = next((agent for agent in people.list_agents() if agent.login == args.login.strip().lower()), None)
    if card is None:
        raise Refusal(f"Aucun agent n’a l’identifiant {args.login}.")
    people.agents.revoke(card.id)
    say(args, f"Le compte de {card.name} est supprimé.", login=card.login, revoked=True)
    return Exit.DONE
