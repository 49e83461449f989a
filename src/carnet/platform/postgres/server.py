"""One postmaster: launched, waited for, stopped. Readiness is `pg_isready`, never a process number."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from carnet.platform.lifeline import tied_to_parent
from carnet.platform.postgres.account import Account
from carnet.platform.postgres.binaries import wheel_bin
from carnet.platform.postgres.configuration import SUPERUSER
from carnet.platform.postgres.errors import ClusterError
from carnet.platform.postgres.layout import Layout

Progress = Callable[[str], None]

_LOG_ROTATED_AT = 10_000_000
_SAID_EVERY = 2.0


class ServerExitedError(ClusterError):
    """The server ended before it accepted connections."""


def clean_environment() -> dict[str, str]:
    """Return our environment without libpq's variables: they would redirect PostgreSQL's programs."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def is_ready(socket_dir: Path, port: int) -> bool:
    """Tell whether the server accepts connections on its socket."""
    place = ["-h", str(socket_dir), "-p", str(port), "-U", SUPERUSER, "-d", "postgres"]
    command = [str(wheel_bin() / "pg_isready"), "-q", "-t", "3", *place]
    asked = subprocess.run(command, check=False, env=clean_environment(), capture_output=True)  # noqa: S603 - our own program
    return asked.returncode == 0


def launch(programs: Path, layout: Layout, account: Account) -> subprocess.Popen[bytes]:
    """Start the server: in a session of its own (Ctrl-C stays away), tied to our life, its log appended.

    When we die, however we die, the kernel sends it SIGINT: fast shutdown with a checkpoint.
    """
    log = _open_log(layout.log)
    try:
        return subprocess.Popen(  # noqa: S603 - our own program, no shell
            [
                programs / "postgres",
                "-D",
                layout.data,
                "-c",
                f"config_file={layout.conf / 'postgresql.conf'}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=clean_environment(),
            umask=0o077,
            start_new_session=True,
            preexec_fn=tied_to_parent(signal.SIGINT),  # noqa: PLW1509 - one bare system call, loaded beforehand
            **account.popen,
        )
    finally:
        os.close(log)


def wait_ready(
    process: subprocess.Popen[bytes], layout: Layout, port: int, *, within: float, progress: Progress
) -> None:
    """Wait until the server accepts connections, telling `progress` about every two seconds.

    After a crash it replays its log first: seconds to minutes. ServerExitedError when it ends meanwhile,
    ClusterError past `within` seconds.
    """
    started, said = time.monotonic(), time.monotonic()
    pause = 0.02
    while not is_ready(layout.socket_dir, port):
        now = time.monotonic()
        if process.poll() is not None:
            raise ServerExitedError(f"La base s’est arrêtée au démarrage.\n{log_tail(layout.log)}")
        if now - started > within:
            raise ClusterError(f"La base ne répond pas après {within:.0f} s. Son journal : {layout.log}")
        if now - said >= _SAID_EVERY:
            progress(f"La base démarre ou reprend après un arrêt brutal ({now - started:.0f} s)…")
            said = now
        time.sleep(pause)
        pause = min(pause * 1.5, 0.5)


def stop(process: subprocess.Popen[bytes], *, within: float) -> None:
    """Stop the server: fast (SIGINT); past `within` seconds, immediate (SIGQUIT: it will replay its log).

    Never SIGTERM: it would wait for persistent connections for ever.
    """
    for sent in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(sent)
        try:
            process.wait(within)
        except subprocess.TimeoutExpired:
            continue
        return


def end_previous(data: Path, *, within: float, progress: Progress) -> None:
    """See that no server works on `data` any more. To be called by the holder of the lock only.

    After a supervisor's death its server still writes its checkpoint: it is waited for. A file naming a
    process that is not a server of `data` is removed: PostgreSQL itself would refuse a recycled number
    of the same user.
    """
    deadline = time.monotonic() + within
    while (pid := _recorded_pid(data)) is not None:
        if not _serves(pid, data):
            (data / "postmaster.pid").unlink(missing_ok=True)
            return
        if time.monotonic() > deadline:
            raise ClusterError(f"Le serveur précédent (processus {pid}) ne s’arrête pas : kill -QUIT {pid}.")
        progress("Le serveur précédent finit de s’arrêter…")
        _ask_to_end(pid)
        time.sleep(0.25)


def log_tail(log: Path, lines: int = 8) -> str:
    """Return the last lines of the server's log (it holds no personal data)."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""


def _open_log(log: Path) -> int:
    """Open the log for appending; past ten megabytes the old one becomes `.1`."""
    if log.exists() and log.stat().st_size > _LOG_ROTATED_AT:
        log.replace(log.with_suffix(".log.1"))
    return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)


def _recorded_pid(data: Path) -> int | None:
    try:
        first = (data / "postmaster.pid").read_text().split("\n", 1)[0].strip()
    except FileNotFoundError:
        return None
    return int(first) if first.isdecimal() else 0


def _serves(pid: int, data: Path) -> bool:
    """Tell whether this process is a server of `data`: a server's current folder is its data folder."""
    try:
        return (
            Path(f"/proc/{pid}/cwd").readlink() == data
            and Path(f"/proc/{pid}/comm").read_text() == "postgres\n"
        )
    except OSError:  # no such process, a zombie, or (elsewhere than Linux) no /proc
        return False


def _ask_to_end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGINT)
    except ProcessLookupError:
        return
