"""Les accès des professionnels : ce qui attend un contrôle, les comptes gelés, les seuils du garde."""

import argparse

from carnet.config.cli import Exit, say

HELP = "les accès en urgence à contrôler, les comptes gelés, les seuils du garde des comptes"
ROLE = "app"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    reviews = actions.add_parser("reviews", help="lister les accès en urgence à contrôler, en retard d’abord")
    reviews.add_argument("--late", action="store_true", help="seulement ceux dont le délai est dépassé")
    actions.add_parser("frozen", help="lister les comptes gelés")
    actions.add_parser("guard", help="montrer les seuils de chaque profession")


def run(args: argparse.Namespace) -> int:
    return {"reviews": _reviews, "frozen": _frozen, "guard": _guard}[args.action](args)


def _reviews(args: argparse.Namespace) -> int:
    """List what waits, page by page: nobody is named, neither the person nor the professional."""
    from carnet.access import api as access
    from carnet.platform import clock

    counts, now, after = access.count_reviews(), clock.now(), None
    say(args, f"{counts.waiting} accès à contrôler, dont {counts.late} en retard.",
        waiting=counts.waiting, late=counts.late)  # fmt: skip
    while found := access.list_reviews(after=after, limit=200):
        for card in found:
            if args.late and card.due_at > now:
                return Exit.DONE
            late = "en retard" if card.due_at <= now else ""
            due = f"{card.due_at.astimezone(clock.PARIS):%d/%m/%Y %H:%M}"
            say(args, f"{card.id}\t{card.mode}\tavant le {due}\t{late}",
                id=card.id, mode=str(card.mode), due_at=card.due_at.isoformat(), late=bool(late))  # fmt: skip
        after = (found[-1].due_at, found[-1].id)
    return Exit.DONE


def _frozen(args: argparse.Namespace) -> int:
    from carnet.access import api as access
    from carnet.directory import api as directory

    cards = access.list_frozen(limit=1000)
    known = directory.name_professionals({card.professional_id for card in cards})
    for card in cards:
        doctor = known.get(card.professional_id)
        number = doctor.rpps if doctor else str(card.professional_id)
        say(args, f"{number}\t{card.since:%d/%m/%Y}\t{card.reason}",
            rpps=number, since=card.since.isoformat(), reason=card.reason)  # fmt: skip
    if not cards:
        say(args, "Aucun compte n’est gelé.")
    return Exit.DONE


def _guard(args: argparse.Namespace) -> int:
    from carnet.access import api as access

    for card in access.list_baselines():
        source = f"{card.accounts} comptes" if card.accounts else "seuils de départ"
        limits = {name: [limit.step, limit.freeze] for name, limit in card.limits.items()}
        words = ", ".join(f"{name} {step}/{freeze}" for name, (step, freeze) in limits.items())
        say(args, f"{card.role}\t{source}\t{words}", role=card.role, accounts=card.accounts, limits=limits)
    return Exit.DONE
