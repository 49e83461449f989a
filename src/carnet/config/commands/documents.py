"""Les documents : en déposer un, envoyer un dossier, montrer à l’antivirus ceux qu’il n’a pas vus."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from carnet.config.cli import Exit, Refusal, Unavailable, say, why_not
from carnet.config.sending import arguments

if TYPE_CHECKING:
    from uuid import UUID

    from carnet.documents.api import Deposited, DepositRefused

HELP = "déposer un document pour une structure de soins, en envoyer un dossier, vérifier les autres"
ROLE = "app"
CLIENT_ACTIONS = frozenset({"send"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    deposit = actions.add_parser("deposit", help="déposer un document CDA")
    deposit.add_argument("file", type=Path, metavar="FICHIER", help="document CDA (XML)")
    deposit.add_argument("--by", required=True, metavar="FINESS", help="numéro FINESS de la structure")
    deposit.add_argument("--ins", help="matricule INS attendu : un document d’une autre personne est refusé")
    deposit.add_argument(
        "--tolerant",
        action="store_true",
        help="accepter un en-tête hors de la structuration minimale",
    )
    deposit.add_argument("--masked", action="store_true", help="caché aux autres professionnels")
    deposit.add_argument(
        "--invisible-patient", action="store_true", help="pas encore visible par la personne"
    )
    deposit.add_argument(
        "--invisible-representatives", action="store_true", help="caché aux représentants légaux d’un mineur"
    )

    arguments.add_arguments(
        actions.add_parser("send", help="envoyer un dossier de documents à un serveur FHIR, et reprendre")
    )
    actions.add_parser("scan", help="montrer à l’antivirus les documents qu’il n’a pas vus (CARNET_CLAMD)")


def run(args: argparse.Namespace) -> int:
    doing = {"scan": _scan, "send": _send, "deposit": _run_deposit}
    return doing[args.action](args)


def _send(args: argparse.Namespace) -> int:
    from carnet.config.sending.command import run as send

    return send(args)


def _scan(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from carnet.documents import api as documents
    from carnet.platform import antivirus

    if not antivirus.configured():
        raise Unavailable("Aucun antivirus n’est indiqué : donnez CARNET_CLAMD (chemin, ou hôte:port).")
    with tqdm(total=documents.count_persons(), unit=" espace", disable=args.json) as bar:
        done = documents.scan_all(bar.update)
    words = (
        f"{done.clean} document(s) vérifié(s), {done.infected} infecté(s) retiré(s), {done.left} restant(s)."
    )
    say(args, words, clean=done.clean, infected=done.infected, left=done.left)
    return Exit.REFUSED if done.left else Exit.DONE


def _run_deposit(args: argparse.Namespace) -> int:
    from carnet.documents.api import DepositRefused

    data = _read(args.file)
    try:
        deposited = _deposit(args, data)
    except DepositRefused as refused:
        return _refuse(args, refused)
    words = "Ce document était déjà là : rien n’a été ajouté." if deposited.already else "Document déposé."
    say(args, words, document_id=deposited.document_id, already=deposited.already)
    return Exit.DONE


def _deposit(args: argparse.Namespace, data: bytes) -> "Deposited":
    from carnet.documents import api as documents
    from carnet.journal.api import Actor, ActorKind

    return documents.deposit(
        data,
        structure=args.by,
        by=Actor(ActorKind.HEALTHCARE_FACILITY, structure=args.by),
        person_id=_find_expected(args.ins) if args.ins else None,
        masked=args.masked,
        invisible_patient=args.invisible_patient,
        invisible_representatives=args.invisible_representatives,
        strict=not args.tolerant,
    )


def _find_expected(text: str) -> "UUID":
    from carnet.documents.api import Code, DepositRefused
    from carnet.people.api import find_by_matricule
    from carnet.standards.ins import InsError, parse_matricule

    try:
        person = find_by_matricule(parse_matricule(text).value)
    except InsError as error:
        raise DepositRefused(Code.INS_INCOMPLETE, "--ins", error.message_fr) from error
    if person is None:
        raise DepositRefused(Code.UNKNOWN_PATIENT, "--ins", "Ce matricule INS n’est pas connu du registre.")
    return person.id


def _refuse(args: argparse.Namespace, refused: "DepositRefused") -> int:
    if not args.json:
        raise Refusal(f"Refusé ({refused.code}, « {refused.field} ») : {refused.message_fr}")
    say(args, "", error=refused.message_fr, code=refused.code, field=refused.field, exit=int(Exit.REFUSED))
    return Exit.REFUSED


def _read(file: Path) -> bytes:
    """Return the file, or its first bytes when it is far beyond the bound: they are enough to refuse it."""
    from carnet.documents.api import MAX_CDA_BYTES

    try:
        with file.open("rb") as opened:
            return opened.read(MAX_CDA_BYTES + 1)
    except OSError as error:
        raise Unavailable(f"Le fichier {file} ne peut pas être lu ({why_not(error)}).") from error
