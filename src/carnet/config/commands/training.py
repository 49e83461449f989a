"""Le mode entraînement des professionnels : choisir les trois patients fictifs (docs/learning.md)."""

import argparse
from collections.abc import Sequence
from uuid import UUID

from carnet.config.cli import Exit, Refusal, say

HELP = "choisir les patients fictifs de l’entraînement des professionnels"
ROLE = "app"
_PERSONAS = ("monique", "hugo", "jean1")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    actions.add_parser("list", help="montrer les patients choisis")
    use = actions.add_parser("use", help="choisir trois personnes fictives : à lire, à recevoir, en urgence")
    use.add_argument("matricules", nargs="*", metavar="MATRICULE", help="15 caractères, d’autorité de test")
    use.add_argument("--personas", action="store_true", help="prendre des personnages du bac à sable")


def run(args: argparse.Namespace) -> int:
    from carnet.pro import exercises

    if args.action == "use":
        try:
            exercises.choose_patients([_find(one) for one in _matricules(args)])
        except exercises.TrainingSetError as error:
            raise Refusal(error.message_fr) from error
    names = [person.display_name for person in exercises.list_patients()]
    say(args, "\n".join(names) or "Aucun patient d’entraînement n’est choisi.", patients=names)
    return Exit.DONE


def _matricules(args: argparse.Namespace) -> Sequence[str]:
    if not args.personas:
        return list(args.matricules)
    from django.apps import apps

    if not apps.is_installed("carnet.sandbox"):
        raise Refusal("--personas : le bac à sable n’est pas installé ici. Donnez trois matricules fictifs.")
    from carnet.sandbox.personas import get_persona
    from carnet.sandbox.personas.listing import matricule_of

    return [matricule_of(get_persona(key)) for key in _PERSONAS]


def _find(matricule: str) -> UUID:
    from carnet.people import api as people
    from carnet.standards.ins import InsError, parse_matricule

    try:
        found = people.find_by_matricule(parse_matricule(matricule).value)
    except InsError as error:
        raise Refusal(f"Matricule {matricule} : {error.message_fr}") from error
    if found is None:
        raise Refusal(f"Matricule {matricule} : cette personne n’est pas dans le registre.")
    return found.id
