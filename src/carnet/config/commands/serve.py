"""Lance tout Carnet sur cette machine : base, portail, processus de fond. Ctrl-C arrête tout."""

import argparse
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from carnet.config import processes
from carnet.config.cli import Exit, Refusal, Unavailable
from carnet.config.processes import Place
from carnet.platform.loopback import is_loopback
from carnet.platform.postgres.cluster import Cluster
from carnet.platform.postgres.target import resolve
from carnet.platform.supervisor import Process, Supervisor

HELP = "lancer la base, le portail, l’interface des logiciels et les processus de fond"
ROLE = "app"
NEEDS_DJANGO = False  # each process loads what it needs; the supervisor stays small

Step = Callable[[], None]
ROLES = ("app", "batch", "loader")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="port du portail (8000)")
    parser.add_argument(
        "--host", default=os.environ.get("CARNET_BIND", "127.0.0.1"), help="adresse d’écoute du portail"
    )
    add_api_arguments(parser)


def add_api_arguments(parser: argparse.ArgumentParser) -> None:
    """Add where the interface for software listens, and with which certificate."""
    parser.add_argument(
        "--api-port", type=int, help="port de l’interface des logiciels (celui du portail plus un)"
    )
    parser.add_argument(
        "--bind", default="127.0.0.1", metavar="ADRESSE",
        help="adresse d’écoute de l’interface des logiciels ; ailleurs qu’ici, TLS est obligatoire",
    )  # fmt: skip
    parser.add_argument(
        "--tls-cert", type=Path, metavar="FICHIER", help="certificat TLS (PEM, chaîne entière)"
    )
    parser.add_argument("--tls-key", type=Path, metavar="FICHIER", help="clé du certificat (PEM, PKCS #8)")
    parser.add_argument(
        "--even-with-public-logins", action="store_true",
        help="bac à sable seulement : ouvrir malgré les identifiants publics",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    home = Path(os.environ["CARNET_HOME"])
    return serve(home, Place(args.host, args.port), api_of(args), on_ready=_tell_address)


def api_of(args: argparse.Namespace) -> Process:
    """Return the process for software as the arguments say; Refusal when it would be open and unsafe."""
    sandbox = os.environ["DJANGO_SETTINGS_MODULE"].endswith(".sandbox")
    place = Place(args.bind, args.api_port or args.port + 1, args.tls_cert, args.tls_key)
    _check_certificate(place)
    if not is_loopback(place.host):
        if place.certificate is None:
            raise Refusal(
                f"--bind {place.host} : ailleurs que sur cette machine, l’interface des logiciels exige TLS."
                " Donnez --tls-cert et --tls-key, ou laissez-la ici derrière un mandataire qui chiffre."
            )
        if sandbox and not args.even_with_public_logins:
            raise Refusal(
                f"--bind {place.host} : les identifiants de ce bac à sable sont publics. Pour l’ouvrir quand"
                " même aux logiciels d’une autre machine, ajoutez --even-with-public-logins."
            )
    os.environ.setdefault("CARNET_API_URL", place.outer_url)
    return processes.api(place, even_with_public_logins=args.even_with_public_logins)


def _check_certificate(place: Place) -> None:
    if (place.certificate is None) != (place.key is None):
        raise Refusal("--tls-cert et --tls-key vont ensemble.")
    for file in filter(None, (place.certificate, place.key)):
        if not file.is_file():
            raise Unavailable(f"Le fichier {file} manque ou ne se lit pas.")


def serve(
    home: Path,
    place: Place,
    api: Process,
    *,
    on_ready: Callable[[], None],
    before: Step = lambda: None,
    after: Step = lambda: None,
    besides: Sequence[Process] = (),
) -> int:
    """Prepare the database and files, then run every process until a signal; returns the exit code.

    `place`: of the portal. `before` runs once the database answers, `after` once it is prepared;
    `besides` are further processes. Unavailable when either fails.
    """
    os.environ.update(_environment(place))
    cluster = Cluster(home) if resolve(os.environ, home).embedded else None
    try:
        if cluster is not None:
            cluster.start(progress=lambda text: print(text, flush=True))
        before()
        command("db", "prepare")
        after()
        workers = [processes.worker(role) for role in ROLES]
        everything = [processes.portal(place), api, *workers, *besides]
        return Supervisor(home, cluster, everything, console=_say, on_ready=on_ready).run()
    finally:
        if cluster is not None:
            cluster.stop()


def command(*words: str, accept: tuple[Exit, ...] = ()) -> None:
    """Run one command of ours to its end; Unavailable if it fails, which it has explained itself.

    `accept`: what is no failure besides Exit.DONE.
    """
    done = subprocess.run([*processes.carnet(), *words], check=False, env=_without_role())  # noqa: S603 - our own
    if done.returncode not in (Exit.DONE, *accept):
        raise Unavailable(f"« carnet {' '.join(words)} » a échoué : voyez ce qui précède.")


def _environment(place: Place) -> Mapping[str, str]:
    # A browser takes "localhost", never an address, as the name of a site for passkeys.
    base = os.environ.get("CARNET_BASE_URL", place.url)
    return {"CARNET_BIND": place.host, "CARNET_BASE_URL": base, "PYTHONUNBUFFERED": "1"}


def _tell_address() -> None:
    print(f"Carnet est prêt : {os.environ['CARNET_BASE_URL']}/", flush=True)
    print(f"Logiciels (FHIR) : {os.environ['CARNET_API_URL']}/fhir", flush=True)


def _without_role() -> dict[str, str]:
    """Our environment less the role: each command knows its own."""
    return {name: value for name, value in os.environ.items() if name != "CARNET_ROLE"}


def _say(line: str) -> None:
    """Show what concerns people: structured lines are in the logs already."""
    if " | {" not in line:
        print(line, flush=True)
