"""Les comptes des logiciels : en créer un pour une structure, renouveler ses clés, le révoquer."""

import argparse
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from carnet.config.cli import Exit, Refusal, Unavailable, say, why_not

if TYPE_CHECKING:
    from carnet.directory.api import ClientCard

HELP = "créer, lister, renouveler et révoquer les comptes des logiciels de soins"
ROLE = "app"
CLIENT_ACTIONS = frozenset({"token"})  # asked for from the software's side
_API = "http://localhost:8001"
_LONGEST_FILE = 200_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    create = actions.add_parser("create", help="créer le compte d’un logiciel dans une structure")
    create.add_argument("--structure", required=True, metavar="FINESS", help="numéro FINESS de la structure")
    create.add_argument("--name", metavar="NOM", help="nom de la structure, si elle n’est pas enregistrée")
    create.add_argument("--vendor", required=True, help="éditeur du logiciel")
    create.add_argument("--product", required=True, help="nom du logiciel")
    create.add_argument("--version", required=True, help="version du logiciel")
    create.add_argument("--strict", action="store_true", help="aucun écart au profil, aucune relecture")
    _add_ways(create)
    listing = actions.add_parser("list", help="lister les comptes")
    listing.add_argument("--structure", default="", metavar="FINESS", help="ceux de cette structure")
    _add_client(actions.add_parser("show", help="montrer un compte et ses clés publiques"))
    renew = actions.add_parser("renew", help="donner de nouvelles clés, ou un nouveau certificat")
    _add_client(renew)
    renew.add_argument("--keep", action="store_true", help="les clés d’avant restent bonnes à côté")
    _add_ways(renew)
    _add_client(actions.add_parser("revoke", help="révoquer un compte, pour toujours"))
    strict = actions.add_parser("strict", help="exiger la lettre du profil, ou non")
    _add_client(strict)
    strict.add_argument("value", choices=("on", "off"))
    token = actions.add_parser("token", help="demander un jeton, comme le fait le logiciel")
    token.add_argument("--key", required=True, type=Path, metavar="FICHIER", help="clé privée du compte")
    token.add_argument("--api", metavar="ADRESSE", help="adresse du service (CARNET_API_URL par défaut)")
    token.add_argument("--ca", default="", metavar="FICHIER", help="autorité du certificat du service (PEM)")


def run(args: argparse.Namespace) -> int:
    actions = {
        "create": _create, "list": _list, "show": _show, "renew": _renew, "revoke": _revoke,
        "strict": _strict, "token": _token,
    }  # fmt: skip
    return actions[args.action](args)


def _add_client(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("client", metavar="CLIENT", type=UUID, help="identifiant du compte")


def _add_ways(parser: argparse.ArgumentParser) -> None:
    """A client proves who it is by keys, by a certificate, or by either."""
    keys = parser.add_mutually_exclusive_group()
    keys.add_argument("--jwks", type=Path, metavar="FICHIER", help="ses clés publiques (jeu de clés JWK)")
    keys.add_argument(
        "--make-key", type=Path, metavar="FICHIER", help="faire une paire de clés, écrire la privée ici"
    )
    parser.add_argument("--certificate", type=Path, metavar="FICHIER", help="son certificat client (PEM)")


def _create(args: argparse.Namespace) -> int:
    from carnet.directory import api as directory

    with _said(), _keys(args) as (keys, keep_key):
        if args.name:
            directory.register_structure(finess=args.structure, name=args.name)
        card = directory.create_client(
            structure=args.structure, vendor=args.vendor, product=args.product, version=args.version,
            keys=keys, certificate=_certificate(args), strict=args.strict,
        )  # fmt: skip
        keep_key(card.id)
    words = f"Compte {card.id} créé : {card.software}, {card.structure_name}."
    written = (
        f"\nClé privée écrite dans {args.make_key} : elle n’est nulle part ailleurs." if args.make_key else ""
    )
    say(args, words + written, **_facts(card))
    return Exit.DONE


def _renew(args: argparse.Namespace) -> int:
    from carnet.directory import api as directory

    with _said(), _keys(args) as (keys, keep_key):
        card = directory.renew_client(args.client, keys=keys, certificate=_certificate(args), keep=args.keep)
        keep_key(card.id)
    count = len(directory.find_keys(card.id))
    say(args, f"Compte {card.id} renouvelé : {count} clé(s).", keys=count, **_facts(card))
    return Exit.DONE


def _list(args: argparse.Namespace) -> int:
    from carnet.directory import api as directory

    for card in directory.list_clients(args.structure):
        words = (str(card.id), card.structure, card.structure_name, card.software, _state(card))
        say(args, "\t".join(words), **_facts(card))
    return Exit.DONE


def _show(args: argparse.Namespace) -> int:
    from carnet.directory import api as directory

    card, keys = directory.find_client(args.client), directory.find_keys(args.client)
    if card is None:
        raise Refusal(f"Aucun compte n’a l’identifiant {args.client}.")
    lines = [
        f"Compte      {card.id}", f"Structure   {card.structure_name} (FINESS {card.structure})",
        f"Logiciel    {card.software}", f"État        {_state(card)}",
        *(f"Clé         {key['kid']} ({key['kty']})" for key in keys),
        *([f"Certificat  {card.certificate}"] if card.certificate else []),
    ]  # fmt: skip
    say(args, "\n".join(lines), keys={"keys": keys}, **_facts(card))
    return Exit.DONE


def _revoke(args: argparse.Namespace) -> int:
    from carnet.directory import api as directory

    with _said():
        card = directory.revoke_client(args.client)
    say(args, f"Compte {card.id} révoqué ; ses jetons ne servent plus.", **_facts(card))
    return Exit.DONE


def _strict(args: argparse.Namespace) -> int:
    from carnet.directory import api as directory

    with _said():
        card = directory.set_strict(args.client, args.value == "on")
    say(args, f"Compte {card.id} : {_state(card)}.", **_facts(card))
    return Exit.DONE


def _token(args: argparse.Namespace) -> int:
    import ssl

    import httpx2

    from carnet.config.sending.tokens import KeyRefused, TokenRefused, Tokens, read_key

    api = (args.api or os.environ.get("CARNET_API_URL") or _API).rstrip("/")
    try:
        key, tls = read_key(args.key), ssl.create_default_context(cafile=args.ca or None)
    except KeyRefused as error:
        raise Refusal(str(error)) from error
    except OSError as error:
        raise Unavailable(f"La clé ou l’autorité ne peut pas être lue ({why_not(error)}).") from error
    try:
        with httpx2.Client(verify=tls, timeout=10, trust_env=False) as client:
            token = Tokens(client, api, key).get()
    except TokenRefused as error:
        raise Refusal(f"Jeton refusé : {error}") from error
    except httpx2.HTTPError as error:
        raise Unavailable(f"Pas de réponse de {api} ({type(error).__name__}).") from error
    say(args, token, access_token=token)
    return Exit.DONE


def _state(card: "ClientCard") -> str:
    mode = "strict" if card.strict else "souple"
    return f"actif, {mode}" if card.active else "révoqué"


def _facts(card: "ClientCard") -> dict[str, Any]:
    return {
        "client_id": card.id, "structure": card.structure, "structure_name": card.structure_name,
        "vendor": card.vendor, "product": card.product, "version": card.version, "strict": card.strict,
        "state": card.state, "certificate": card.certificate,
    }  # fmt: skip


@contextmanager
def _said() -> Iterator[None]:
    """Say what the directory refuses."""
    from carnet.directory.api import DirectoryRefused

    try:
        yield
    except DirectoryRefused as refused:
        raise Refusal(refused.message_fr) from refused
    except LookupError as error:
        raise Refusal(f"Aucun compte n’a l’identifiant {error}.") from error


@contextmanager
def _keys(args: argparse.Namespace) -> Iterator[tuple[dict[str, Any] | None, Any]]:
    """Give the public keys to register, and what writes the private one once the account has its name.

    A file that is there is never overwritten; one that was begun for nothing is taken away.
    """
    from carnet.standards.oauth import make_key, public_part

    if not args.make_key:
        yield (_read_json(args.jwks) if args.jwks else None), lambda _client: None
        return
    key = make_key()
    try:
        descriptor = os.open(args.make_key, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise Refusal(f"{args.make_key} existe déjà : on n’écrase jamais une clé.") from error
    except OSError as error:
        raise Unavailable(f"Le fichier {args.make_key} ne peut pas être écrit ({why_not(error)}).") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield {"keys": [public_part(key)]}, lambda client: _write(file, key | {"client_id": str(client)})
    except BaseException:
        args.make_key.unlink(missing_ok=True)
        raise


def _write(file: Any, key: Mapping[str, str]) -> None:
    file.write(orjson.dumps(key, option=orjson.OPT_INDENT_2) + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _certificate(args: argparse.Namespace) -> str:
    return _read(args.certificate).decode("ascii", "replace") if args.certificate else ""


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = orjson.loads(_read(path))
    except orjson.JSONDecodeError as error:
        raise Refusal(f"{path} n’est pas du JSON.") from error
    if not isinstance(found, dict):
        raise Refusal(f"{path} n’est pas un jeu de clés JWK.")
    return found


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:
            return opened.read(_LONGEST_FILE)
    except OSError as error:
        raise Unavailable(f"Le fichier {path} ne peut pas être lu ({why_not(error)}).") from error
