"""Le cycle de vie des espaces : informer, renvoyer un code, dire où en est un espace, ouvrir."""

import argparse
from datetime import date
from typing import TYPE_CHECKING, Any

from carnet.config.cli import Exit, Refusal, say

if TYPE_CHECKING:
    from carnet.people.api import PersonCard

HELP = "informer une personne, renvoyer un code, dire où en est un espace, ouvrir les espaces"
ROLE = "app"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    notify = actions.add_parser("notify", help="envoyer l’information et un code provisoire")
    notify.add_argument(
        "--channel",
        choices=("auto", "letter"),
        default="auto",
        help="auto : e-mail s’il est connu, sinon lettre ; letter : lettre, aussi après un e-mail en échec",
    )
    reissue = actions.add_parser("reissue", help="envoyer un nouveau code ; l’ancien ne sert plus")
    status = actions.add_parser("status", help="dire où en est un espace")
    suspend = actions.add_parser("suspend", help="suspendre un espace : fraude ou dysfonctionnement grave")
    lift = actions.add_parser("lift", help="lever une suspension")
    for action in (notify, reissue, status, suspend, lift):
        action.add_argument("--ins", required=True, metavar="MATRICULE", help="15 caractères, clé comprise")
    opening = actions.add_parser("open", help="ouvrir les espaces restés six semaines sans réponse")
    opening.add_argument("--day", type=_day, metavar="AAAA-MM-JJ", help="jour à traiter (aujourd’hui)")
    opening.set_defaults(role="batch")


def run(args: argparse.Namespace) -> int:
    from carnet.enrolment.api import TransitionRefused

    try:
        return _ACTIONS[args.action](args)
    except TransitionRefused as refusal:
        if not args.json:
            raise Refusal(f"Refusé ({refusal.rule}) : {refusal.message_fr}") from refusal
        say(args, "", error=refusal.message_fr, code=refusal.rule, exit=int(Exit.REFUSED))
        return Exit.REFUSED


def _notify(args: argparse.Namespace) -> int:
    from carnet.enrolment import api as enrolment
    from carnet.journal.api import Actor, ActorKind

    person = _find(args.ins)
    channel = enrolment.notify(person.id, by=Actor(ActorKind.ENROLMENT), letter=args.channel == "letter")
    opens = enrolment.opens_on(_sent_on(person))
    words = f"Information envoyée à {person.display_name} ({_WAYS[channel]})."
    say(args, f"{words} Sans réponse, l’espace s’ouvre le {opens:%d/%m/%Y}.",
        person_id=person.id, channel=channel, opens_on=opens)  # fmt: skip
    return Exit.DONE


def _reissue(args: argparse.Namespace) -> int:
    from carnet.enrolment import api as enrolment
    from carnet.journal.api import Actor, ActorKind

    person = _find(args.ins)
    channel = enrolment.reissue_by_support(person.id, by=Actor(ActorKind.SUPPORT))
    say(args, f"Nouveau code envoyé ({_WAYS[channel]}).", person_id=person.id, channel=channel)
    return Exit.DONE


def _status(args: argparse.Namespace) -> int:
    from carnet.enrolment.api import find_space

    person = _find(args.ins)
    space = find_space(person.id)
    since = f" depuis le {space.since:%d/%m/%Y}" if space.since else ""
    facts: dict[str, Any] = {
        name: getattr(space, name)
        for name in ("state", "since", "notified_on", "channel", "opened_at", "activated_at", "objected_at",
                     "closed_at", "archive_until", "erasure_due_on", "no_contact")
    }  # fmt: skip
    say(args, f"{person.display_name} : {_STATES[space.state]}{since}.", person_id=person.id, **facts)
    return Exit.DONE


def _open(args: argparse.Namespace) -> int:
    from carnet.enrolment.api import open_silent_spaces
    from carnet.platform import clock

    day = args.day or clock.today()
    if day > clock.today():
        raise Refusal(f"--day : le {day:%d/%m/%Y} n’est pas encore venu.")
    opened = open_silent_spaces(day)
    say(args, f"{opened} espace(s) ouvert(s) pour le {day:%d/%m/%Y}.", day=day, opened=opened)
    return Exit.DONE


def _suspend(args: argparse.Namespace) -> int:
    from carnet.enrolment import api as enrolment
    from carnet.journal.api import Actor, ActorKind

    person = _find(args.ins)
    space = enrolment.suspend(person.id, by=Actor(ActorKind.INSURER))
    closes = enrolment.opens_on(space.suspended_on) if space.suspended_on else None
    say(args, f"Espace de {person.display_name} suspendu. Sans contestation, il ferme le {closes:%d/%m/%Y}.",
        person_id=person.id, state=space.state, closes_on=closes)  # fmt: skip
    return Exit.DONE


def _lift(args: argparse.Namespace) -> int:
    from carnet.enrolment import api as enrolment
    from carnet.journal.api import Actor, ActorKind

    person = _find(args.ins)
    space = enrolment.lift_suspension(person.id, by=Actor(ActorKind.INSURER))
    say(args, f"Suspension levée : {_STATES[space.state]}.", person_id=person.id, state=space.state)
    return Exit.DONE


_ACTIONS = {
    "notify": _notify, "reissue": _reissue, "status": _status, "open": _open, "suspend": _suspend,
    "lift": _lift,
}  # fmt: skip
_WAYS = {"email": "e-mail", "sms": "SMS", "letter": "lettre"}
_STATES = {
    "eligible": "aucun espace, jamais informé",
    "notified": "informé, délai de six semaines en cours",
    "activated": "espace activé",
    "opened": "espace ouvert sans réponse, pas encore activé",
    "objected": "opposition enregistrée",
    "suspended": "espace suspendu",
    "closed": "espace fermé, archivé",
    "erasing": "effacement demandé",
    "erased": "espace effacé",
}


def _find(text: str) -> "PersonCard":
    from carnet.people.api import find_by_matricule
    from carnet.standards.ins import InsError, parse_matricule

    try:
        person = find_by_matricule(parse_matricule(text).value)
    except InsError as error:
        raise Refusal(f"--ins : {error.message_fr}") from error
    if person is None:
        raise Refusal("--ins : ce matricule INS n’est pas connu du registre.")
    return person


def _sent_on(person: "PersonCard") -> date:
    from carnet.enrolment.api import find_space

    sent_on = find_space(person.id).notified_on
    assert sent_on is not None
    return sent_on


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"« {text} » n’est pas un jour : AAAA-MM-JJ") from None
