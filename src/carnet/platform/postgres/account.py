"""The operating system's account under which the embedded server runs.

PostgreSQL refuses to run as root: there, a system account of its own is used. Otherwise our own.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from typing import Any

from carnet.platform.postgres.errors import ClusterError

NAME = "carnet-db"


@dataclass(frozen=True)
class Account:
    """An account: name, user and group numbers; `switched` when it is not the one we run under."""

    name: str
    uid: int
    gid: int
    switched: bool

    @property
    def popen(self) -> dict[str, Any]:
        """The arguments that make a `subprocess.Popen` run under this account."""
        if not self.switched:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def is_root() -> bool:
    """Tell whether we run as root."""
    return os.geteuid() == 0


def server_account() -> Account:
    """Return the server's account; as root, create it at the first call.

    ClusterError when we have no name (peer authentication needs one) or the account cannot be made.
    """
    if not is_root():
        return _account(own_name(), switched=False)
    found = find_server_account()
    if found is None:
        _create()
        found = find_server_account()
    if found is None:
        raise ClusterError(
            f"Le compte système {NAME} n’a pas pu être créé. Créez-le : useradd --system {NAME}"
        )
    return found


def find_server_account() -> Account | None:
    """Return the server's account if it exists already. Creates nothing."""
    try:
        return _account(NAME, switched=True) if is_root() else _account(own_name(), switched=False)
    except KeyError:
        return None


def own_name() -> str:
    """Return the name of the account we run under. ClusterError when the number has no name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError as error:
        raise ClusterError(
            f"Le compte numéro {os.geteuid()} n’a pas de nom sur cette machine : PostgreSQL ne peut pas "
            "le reconnaître. Lancez Carnet sous un compte nommé, ou utilisez DATABASE_URL."
        ) from error


def _account(name: str, *, switched: bool) -> Account:
    entry = pwd.getpwnam(name)
    return Account(name, entry.pw_uid, entry.pw_gid, switched)


def _create() -> None:
    """Create the system account. A second process may have been first: the caller looks again."""
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run([*command, "--shell", "/usr/sbin/nologin", NAME], check=False, capture_output=True)  # noqa: S603 - fixed words
    except OSError as error:
        raise ClusterError(
            f"La commande useradd manque. Créez le compte système {NAME}, ou lancez Carnet sans être root."
        ) from error
