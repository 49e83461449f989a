"""Where the database is: embedded by default, or as DATABASE_URL says; secrets stay out of sight."""

import psycopg
import pytest

from carnet.platform.postgres.errors import TargetError
from carnet.platform.postgres.roles import bootstrap
from carnet.platform.postgres.target import resolve
from tests.platform.clusters import erased_after

URL = "postgresql://admin:s3cret@db.exemple.fr:6432/dossier?sslmode=verify-full"


def test_embedded_by_default_and_nothing_is_created(tmp_path):
    home = tmp_path / "home"
    target = resolve({}, home)
    assert target.embedded
    assert target.django("app")["USER"] == "carnet_app"
    assert target.django("app")["HOST"].startswith("/")
    assert target.django("owner", "test_carnet")["NAME"] == "test_carnet"
    assert not home.exists()


def test_an_external_server_is_described_by_its_url_and_passwords(tmp_path):
    secret = tmp_path / "batch"
    secret.write_text("motdepasse\n")
    env = {
        "DATABASE_URL": URL,
        "CARNET_DB_PASSWORD_APP": "p@ss word'",
        "CARNET_DB_PASSWORD_BATCH_FILE": str(secret),
    }
    target = resolve(env, tmp_path)
    entry = target.django("app")
    assert (entry["HOST"], entry["PORT"], entry["NAME"]) == ("db.exemple.fr", "6432", "dossier")
    assert (entry["USER"], entry["PASSWORD"]) == ("carnet_app", "p@ss word'")
    assert entry["OPTIONS"]["sslmode"] == "verify-full"
    assert target.django("batch")["PASSWORD"] == "motdepasse"
    parts = psycopg.conninfo.conninfo_to_dict(target.conninfo("app"))
    assert (parts["user"], parts["password"]) == ("carnet_app", "p@ss word'")
    assert psycopg.conninfo.conninfo_to_dict(target.conninfo("admin"))["password"] == "s3cret"
    assert "s3cret" not in repr(target)
    assert "p@ss" not in repr(target)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://u:s3cret@h/b", "PostgreSQL"),
        ("postgresql://u:s3cret@h/b?inconnu=s3cret", "ne se lit pas"),
        ("postgresql://u:s3cret@h:port/b", "ne se lit pas|port"),
        ("postgresql:///b", "le serveur"),
        ("postgresql://u:s3cret@h", "la base"),
    ],
)
def test_a_bad_url_is_refused_without_repeating_its_secret(tmp_path, url, told):
    with pytest.raises(TargetError, match=told) as refused:
        resolve({"DATABASE_URL": url}, tmp_path)
    assert "s3cret" not in str(refused.value)


def test_a_missing_password_file_is_named(tmp_path):
    env = {"DATABASE_URL": URL, "CARNET_DB_PASSWORD_APP_FILE": str(tmp_path / "absent")}
    with pytest.raises(TargetError, match=r"CARNET_DB_PASSWORD_APP_FILE.*absent"):
        resolve(env, tmp_path)


def test_an_unknown_role_is_refused(tmp_path):
    with pytest.raises(TargetError, match=r"CARNET_ROLE vaut 'ap'"):
        resolve({}, tmp_path).django("ap")


def test_preparing_needs_an_account(tmp_path):
    target = resolve({"DATABASE_URL": "postgresql://h/b"}, tmp_path)
    assert target.django("app")["USER"] == "carnet_app"
    with pytest.raises(TargetError, match="ne nomme aucun compte"):
        target.conninfo("admin")


def test_a_server_reached_by_password_serves_each_role(tmp_path, unused_port):
    """The same server by TCP, as another machine's would be: scram, a password per role, no superuser."""
    env = {"CARNET_DB_LISTEN": "127.0.0.1", "CARNET_DB_PORT": str(unused_port)}
    with erased_after(tmp_path / "home", env=env) as cluster:
        cluster.start()
        passwords = {"app": "un", "loader": "deux"}
        bootstrap(cluster.conninfo(), "carnet", passwords=passwords)
        url = f"postgresql://127.0.0.1:{unused_port}/carnet"
        given = {f"CARNET_DB_PASSWORD_{role.upper()}": value for role, value in passwords.items()}
        target = resolve({"DATABASE_URL": url, **given}, tmp_path)
        target.check("app")
        target.check("loader")
        with pytest.raises(TargetError, match="carnet_batch"):
            target.check("batch")
        with pytest.raises(TargetError):
            resolve({"DATABASE_URL": url, "CARNET_DB_PASSWORD_APP": "faux"}, tmp_path).check("app")
        with pytest.raises(psycopg.OperationalError, match="rejects"):
            psycopg.connect(f"host=127.0.0.1 port={unused_port} user=postgres dbname=postgres password=x")


def test_the_probe_says_that_nothing_answers(tmp_path):
    with pytest.raises(TargetError, match="ne répond pas à carnet_app"):
        resolve({}, tmp_path / "home").check()


@pytest.fixture
def unused_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
