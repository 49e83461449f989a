"""Lance tout Carnet sur cette machine : base, portail, processus de fond. Ctrl-C arrête tout."""

import argparse
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from carnet.config.cli import Exit, Unavailable
from carnet.platform.postgres.cluster import Cluster
from carnet.platform.postgres.target import resolve
from carnet.platform.supervisor import Process, Supervisor, Tier

HELP = "lancer la base, le portail et les processus de fond"
ROLE = "app"
NEEDS_DJANGO = False  # each process loads what it needs; the supervisor stays small

Step = Callable[[], None]
ROLES = ("app", "batch", "loader")
_THREADS = 4
_HERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - where to ask one that listens everywhere


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="port du portail (8000)")
    parser.add_argument("--host", default=os.environ.get("CARNET_BIND", "127.0.0.1"), help="adresse d’écoute")


def run(args: argparse.Namespace) -> int:
    home = Path(os.environ["CARNET_HOME"])
    return serve(home, args.host, args.port, on_ready=_tell_address)


def serve(
    home: Path,
    host: str,
    port: int,
    *,
    on_ready: Callable[[], None],
    before: Step = lambda: None,
    after: Step = lambda: None,
    besides: Sequence[Process] = (),
) -> int:
    """Prepare the database and files, then run every process until a signal; returns the exit code.

    `before` runs once the database answers, `after` once it is prepared; `besides` are further
    processes. Unavailable when either fails.
    """
    environment = _environment(host, port)
    os.environ.update(environment)
    cluster = Cluster(home) if resolve(os.environ, home).embedded else None
    try:
        if cluster is not None:
            cluster.start(progress=lambda text: print(text, flush=True))
        before()
        command("db", "prepare")
        after()
        processes = [portal(host, port), *(worker(role) for role in ROLES), *besides]
        return Supervisor(home, cluster, processes, console=_say, on_ready=on_ready).run()
    finally:
        if cluster is not None:
            cluster.stop()


def command(*words: str, accept: tuple[Exit, ...] = ()) -> None:
    """Run one command of ours to its end; Unavailable if it fails, which it has explained itself.

    `accept`: what is no failure besides Exit.DONE.
    """
    done = subprocess.run([*_carnet(), *words], check=False, env=_without_role())  # noqa: S603 - our own
    if done.returncode not in (Exit.DONE, *accept):
        raise Unavailable(f"« carnet {' '.join(words)} » a échoué : voyez ce qui précède.")


def portal(host: str, port: int) -> Process:
    """Return the process that serves people: one interpreter, a few threads."""
    words: Sequence[str] = (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", "1", "--blocking-threads", str(_THREADS), "--backpressure", "64"),
        *("--log-level", "warning", "--no-access-log"),
        "carnet.config.wsgi:application",
    )
    return Process("portal", words, env={"CARNET_ROLE": "app"}, ready=lambda: is_ready(host, port))


def worker(role: str) -> Process:
    """Return the process that works for one database role."""
    return Process(
        f"w-{role}", [*_carnet(), "worker", "--role", role], env={"CARNET_ROLE": role}, tier=Tier.WORKER
    )


def errand(name: str, role: str, *words: str) -> Process:
    """Return the process of one command of ours that is done once, while the others serve."""
    return Process(name, [*_carnet(), *words], env={"CARNET_ROLE": role}, tier=Tier.WORKER, once=True)


def is_ready(host: str, port: int) -> bool:
    """Tell whether the portal that listens on that address answers that it may take requests."""
    place = _HERE.get(host, f"[{host}]" if ":" in host else host)
    request = urllib.request.Request(f"http://{place}:{port}/readyz", headers={"Host": "localhost"})
    try:
        with urllib.request.urlopen(request, timeout=2) as answer:  # noqa: S310 - our own process
            return bool(answer.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False


def _environment(host: str, port: int) -> Mapping[str, str]:
    # A browser takes "localhost", never an address, as the name of a site for passkeys.
    base = os.environ.get("CARNET_BASE_URL", f"http://localhost:{port}")
    return {"CARNET_BIND": host, "CARNET_BASE_URL": base, "PYTHONUNBUFFERED": "1"}


def _tell_address() -> None:
    print(f"Carnet est prêt : {os.environ['CARNET_BASE_URL']}/", flush=True)


def _without_role() -> dict[str, str]:
    """Our environment less the role: each command knows its own."""
    return {name: value for name, value in os.environ.items() if name != "CARNET_ROLE"}


def _carnet() -> tuple[str, ...]:
    return (sys.executable, "-m", "carnet.config.cli")


def _say(line: str) -> None:
    """Show what concerns people: structured lines are in the logs already."""
    if " | {" not in line:
        print(line, flush=True)
