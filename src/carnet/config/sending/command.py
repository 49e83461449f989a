"""`carnet documents send`: what is asked, checked; how it went, told."""

import argparse
import os
from collections import Counter
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx2
from tqdm import tqdm

from carnet.config.cli import Exit, Refusal, Unavailable, say, why_not
from carnet.config.sending.arguments import STATE
from carnet.config.sending.folder import list_files, name_of, send
from carnet.config.sending.ledger import Ledger, LedgerRefused, Outcome
from carnet.config.sending.server import Server, ServerGone
from carnet.config.sending.tokens import Key, KeyRefused, read_key

_MOST_AT_ONCE: Final = 32
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def run(args: argparse.Namespace) -> int:
    """Send the folder. Exit.REFUSED when a document is refused, now or by an earlier run; FAILED likewise."""
    api, key = _api(args.api), _key(args.key)
    if not 1 <= args.at_once <= _MOST_AT_ONCE:
        raise Refusal(f"--at-once : un nombre de 1 à {_MOST_AT_ONCE}.")
    if not args.folder.is_dir():
        raise Unavailable(f"Le dossier {args.folder} n’existe pas.")
    files = list_files(args.folder)
    state = args.state or args.folder / STATE
    try:
        with Ledger(state, api=api, client_id=key.client_id) as ledger, _server(args, api, key) as server:
            done = _send(args, files, server, ledger)
            counts = ledger.count(name_of(args.folder, path) for path in files)
    except LedgerRefused as error:
        raise Refusal(str(error)) from error
    except ServerGone as error:
        raise Unavailable(f"{error} Relancez la même commande pour reprendre.") from error
    except OSError as error:
        raise Unavailable(f"{error.filename or state} : {why_not(error)}.") from error
    return _tell(args, done, len(files), counts, state)


def _send(args: argparse.Namespace, files: list[Path], server: Server, ledger: Ledger) -> Counter[Outcome]:
    refused = 0
    with tqdm(total=len(files), unit=" doc", disable=args.json or None) as bar:

        def progress(outcome: Outcome) -> None:
            nonlocal refused
            bar.update()
            if outcome in {Outcome.REFUSED, Outcome.FAILED}:
                refused += 1
                bar.set_postfix_str(f"{refused} refus", refresh=False)

        return send(
            args.folder, files, server=server, ledger=ledger, at_once=args.at_once, again=args.again,
            progress=progress,
        )  # fmt: skip


def _tell(
    args: argparse.Namespace, done: Counter[Outcome], files: int, all_runs: Counter[Outcome], state: Path
) -> int:
    refused, failed = all_runs[Outcome.REFUSED], all_runs[Outcome.FAILED]
    words = (
        f"{files} fichier(s) : {done[Outcome.DEPOSITED]} déposé(s), {done[Outcome.ALREADY]} déjà là, "
        f"{done[Outcome.REFUSED]} refusé(s), {done[Outcome.FAILED]} en échec, "
        f"{files - done.total()} traité(s) auparavant."
    )
    if refused or failed:
        words += f"\nEn tout, {refused} refusé(s) et {failed} en échec, avec leurs règles : {state}"
    counts = {outcome.value: done[outcome] for outcome in Outcome}
    say(args, words, files=files, **counts, skipped=files - done.total(), state=state,
        refused_in_all=refused, failed_in_all=failed)  # fmt: skip
    return Exit.REFUSED if refused else Exit.FAILED if failed else Exit.DONE


def _server(args: argparse.Namespace, api: str, key: Key) -> Server:
    if args.ca and not os.access(args.ca, os.R_OK):
        raise Unavailable(f"Le fichier {args.ca} ne peut pas être lu.")
    return Server(api, key, at_once=args.at_once, ca=args.ca, patience=args.patience)


def _api(text: str) -> str:
    """Return the address without its end; Refusal when it is none, or would let documents travel in clear."""
    try:
        parts = urlsplit(text)
        httpx2.URL(text)
    except (ValueError, httpx2.InvalidURL) as error:
        raise Refusal("--api : cette adresse n’en est pas une.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise Refusal("--api : une adresse comme https://carnet.example.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise Refusal("--api : des documents de santé ne partent qu’en https vers une autre machine.")
    return text.rstrip("/").removesuffix("/fhir")


def _key(path: Path) -> Key:
    try:
        return read_key(path)
    except KeyRefused as error:
        raise Refusal(str(error)) from error
    except OSError as error:
        raise Unavailable(f"Le fichier {path} ne peut pas être lu ({why_not(error)}).") from error
