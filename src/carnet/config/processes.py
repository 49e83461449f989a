"""The processes of Carnet as the supervisor starts them, and how each says that it serves."""

import os
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from carnet.platform.loopback import is_loopback
from carnet.platform.supervisor import Process, Tier

_THREADS = 4
_CONNECTIONS = 1024  # open at once, idle ones among them: a browser keeps several
_HERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - where to ask one that listens everywhere
_WAITING = "2048"  # connections that wait their turn: a thousand clients at once all get an answer


@dataclass(frozen=True)
class Place:
    """Where a process listens. With `certificate` and `key` (PEM files) it speaks TLS itself."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None

    @property
    def url(self) -> str:
        """Its address as this machine itself calls it."""
        return f"{self.scheme}://localhost:{self.port}"

    @property
    def scheme(self) -> str:
        return "https" if self.certificate else "http"

    @property
    def outer_url(self) -> str:
        """Its address as another machine calls it, when it listens on one address of ours."""
        if is_loopback(self.host) or self.host in _HERE:
            return self.url
        return f"{self.scheme}://{_bracketed(self.host)}:{self.port}"

    @property
    def words(self) -> list[str]:
        """What the HTTP server is told of it."""
        words = ["--host", self.host, "--port", str(self.port)]
        if self.certificate and self.key:
            words += ["--ssl-certificate", str(self.certificate), "--ssl-keyfile", str(self.key)]
            words += ["--ssl-protocol-min", "tls1.2"]
        return words


def portal(place: Place) -> Process:
    """Return the process that serves people: one interpreter, a few threads."""
    return Process("portal", _server(place), env={"CARNET_ROLE": "app"}, ready=lambda: is_ready(place))


def api(place: Place, *, even_with_public_logins: bool = False) -> Process:
    """Return the process that serves software of care: the same, with settings of its own."""
    env = {
        "CARNET_ROLE": "app",
        "CARNET_BIND": place.host,
        "CARNET_EVEN_WITH_PUBLIC_LOGINS": "1" if even_with_public_logins else "",
        "DJANGO_SETTINGS_MODULE": _api_settings(),
    }
    words = _server(place, backlog=_WAITING)
    return Process("api", words, env=env, ready=lambda: is_ready(place))


def worker(role: str) -> Process:
    """Return the process that works for one database role."""
    return Process(
        f"w-{role}", [*carnet(), "worker", "--role", role], env={"CARNET_ROLE": role}, tier=Tier.WORKER
    )


def errand(name: str, role: str, *words: str) -> Process:
    """Return the process of one command of ours that is done once, while the others serve."""
    return Process(name, [*carnet(), *words], env={"CARNET_ROLE": role}, tier=Tier.WORKER, once=True)


def carnet() -> tuple[str, ...]:
    """Return the words that start our command line."""
    return (sys.executable, "-m", "carnet.config.cli")


def is_ready(place: Place) -> bool:
    """Tell whether the process that listens there answers that it may take requests."""
    host = _HERE.get(place.host, _bracketed(place.host))
    request = urllib.request.Request(  # noqa: S310 - our own process
        f"{place.scheme}://{host}:{place.port}/readyz", headers={"Host": "localhost"}
    )
    try:
        context = _own_context() if place.certificate else None
        with urllib.request.urlopen(request, timeout=2, context=context) as answer:  # noqa: S310
            return bool(answer.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _own_context() -> ssl.SSLContext:
    """We ask our own child by an address of this machine, which its certificate need not name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _server(place: Place, *, backlog: str = "1024") -> Sequence[str]:
    return (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", *place.words),
        *("--workers", "1", "--blocking-threads", str(_THREADS)),
        *("--backpressure", str(_CONNECTIONS), "--backlog", backlog),
        *("--log-level", "warning", "--no-access-log"),
        "carnet.config.wsgi:application",
    )


def _api_settings() -> str:
    """The settings of the process for software, beside those of the portal that we run with."""
    sandbox = os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith(".sandbox")
    return f"carnet.config.settings.{'sandbox_api' if sandbox else 'api'}"
