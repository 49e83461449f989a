"""The three configuration files of the embedded server, as text.

They live outside the data folder, written by us at each start: the server reads them and cannot
change them (`allow_alter_system = off`).
"""

from collections.abc import Iterable, Mapping

from carnet.platform.postgres.errors import ClusterError
from carnet.platform.postgres.layout import Layout

SUPERUSER = "postgres"

# What an operator may change from the environment, and under which name.
FROM_ENVIRONMENT = {
    "CARNET_DB_SHARED_BUFFERS": "shared_buffers",
    "CARNET_DB_MAX_WAL_SIZE": "max_wal_size",
    "CARNET_DB_MAX_CONNECTIONS": "max_connections",
    "CARNET_DB_MAINTENANCE_WORK_MEM": "maintenance_work_mem",
    # TCP with a password, for foreign tools: 127.0.0.1 opens it. The port also names the socket.
    "CARNET_DB_LISTEN": "listen_addresses",
    "CARNET_DB_PORT": "port",
}
DEFAULT_PORT = 5432

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "min_wal_size": "80MB",
    # Erased content must not linger in old log segments kept for re-use; new ones are filled with zeros.
    "wal_recycle": "off",
    "wal_init_zero": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "default_text_search_config": "pg_catalog.french",
    "password_encryption": "scram-sha-256",
    "allow_alter_system": "off",
    # No personal data in the log. Messages of level ERROR quote the refused value ("invalid input syntax
    # for type date: ..."), their DETAIL the row, their STATEMENT the query: only LOG, FATAL and PANIC are
    # written, tersely (no DETAIL, HINT, QUERY, CONTEXT). The application gets the errors anyway.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_connections": "",
    "log_disconnections": "off",
    "log_line_prefix": "%m [%p] %b ",
    "logging_collector": "off",
}


def settings_from(env: Mapping[str, str]) -> dict[str, str]:
    """Return the server settings that the environment changes (see FROM_ENVIRONMENT)."""
    return {setting: env[name] for name, setting in FROM_ENVIRONMENT.items() if env.get(name)}


def port_from(env: Mapping[str, str]) -> int:
    """Return the port (it names the socket, too). ClusterError when CARNET_DB_PORT is not 1024 to 65535."""
    text = env.get("CARNET_DB_PORT") or str(DEFAULT_PORT)
    if not (text.isascii() and text.isdecimal() and 1024 <= int(text) <= 65535):  # noqa: PLR2004 - the ports of ordinary users
        raise ClusterError(f"CARNET_DB_PORT vaut {text!r} : il faut un nombre de 1024 à 65535.")
    return int(text)


def server_conf(layout: Layout, changed: Mapping[str, str]) -> str:
    """Return postgresql.conf: our settings, those `changed`, and the places."""
    places = {
        "hba_file": str(layout.conf / "pg_hba.conf"),
        "ident_file": str(layout.conf / "pg_ident.conf"),
        "unix_socket_directories": f'"{layout.socket_dir}"',  # a list: quoted, a comma stays in the name
    }
    settings = {"port": str(DEFAULT_PORT), **_SETTINGS, **changed, **places}
    return "".join(f"{name} = {_quoted(value)}\n" for name, value in settings.items())


def access_conf() -> str:
    """Return pg_hba.conf: by socket as the operating system knows us; by TCP (off by default) a password.

    The superuser never enters by TCP.
    """
    return (
        "local all all peer map=carnet\n"
        f"host all {SUPERUSER} all reject\n"
        "host all all 127.0.0.1/32 scram-sha-256\n"
        "host all all ::1/128 scram-sha-256\n"
    )


def identity_conf(os_users: Iterable[str], roles: Iterable[str]) -> str:
    """Return pg_ident.conf: each of these operating system users may enter as each of these roles."""
    names = sorted(set(roles) | {SUPERUSER})
    return "".join(f'carnet "{user}" {role}\n' for user in sorted(set(os_users)) for role in names)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
