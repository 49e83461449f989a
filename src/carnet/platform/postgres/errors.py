"""What can go wrong with the database, said to the person who runs Carnet."""


class DatabaseError(Exception):
    """Base: the message is French and says what to do."""


class ClusterError(DatabaseError):
    """The embedded server cannot be prepared, started or stopped."""


class ClusterBusyError(ClusterError):
    """Another live process already runs the server of this data folder."""

    def __init__(self, home: str, pid: int | None) -> None:
        who = f"le processus {pid}" if pid else "un autre processus"
        super().__init__(
            f"La base du dossier {home} est déjà tenue par {who}. "
            "Arrêtez-le d’abord, ou choisissez un autre dossier avec CARNET_HOME."
        )
        self.pid = pid


class ServerVersionError(DatabaseError):
    """The server is not a version that Carnet runs on."""


class TargetError(DatabaseError):
    """The environment describes no usable database."""


class BootstrapError(DatabaseError):
    """Roles or database are missing, and the account given may not create them."""
