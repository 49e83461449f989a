"""The command line as people and software use it: another process, its words, its exit code."""

import contextlib
import json
import os
import subprocess
import sys

import pytest

from carnet.platform.crypto import create_key_file
from tests.fhir_api.certificates import make_certificate

SECRET = "ksRbm0cAUcz5DgHH-4vJxyEQG6ZpKTO1n2ilwYXsPqFu3NdL7e9tM8oBWV"


def carnet(home, *words, **env):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARNET_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "carnet.config.cli", "--home", str(home), *words],
        env=kept | {"PYTHONPATH": "src"} | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout.strip(), done.stderr.strip()


@pytest.fixture
def home(tmp_path):
    """An installation that has its keys and no database."""
    create_key_file(tmp_path / "keys" / "carnet.keys")
    return tmp_path


def test_keys_are_made_once(tmp_path):
    code, said, _ = carnet(tmp_path, "keys", "init")
    assert (code, (tmp_path / "keys" / "carnet.keys").is_file()) == (0, True)
    assert "Sauvegardez" in said
    code, _, complaint = carnet(tmp_path, "keys", "init")
    assert code == 3
    assert "existe déjà" in complaint
    assert "Traceback" not in complaint


def test_for_software_every_answer_is_json(tmp_path):
    code, said, _ = carnet(tmp_path, "--json", "keys", "rotate")
    assert code == 4
    assert json.loads(said)["exit"] == 4
    assert "carnet keys init" in json.loads(said)["error"]


def test_a_restoration_without_keys_does_not_begin(tmp_path):
    code, _, complaint = carnet(tmp_path, "restore", "nowhere")
    assert code == 4
    assert "fichier de clés" in complaint
    assert not (tmp_path / "postgres").exists()


def test_a_restoration_of_nothing_is_refused(home):
    code, _, complaint = carnet(home, "restore", str(home / "nowhere"))
    assert code == 3
    assert "nowhere" in complaint
    assert "Traceback" not in complaint


def test_a_folder_of_real_people_never_becomes_a_sandbox(home):
    (home / "postgres" / "data").mkdir(parents=True)
    (home / "postgres" / "data" / "PG_VERSION").write_text("18\n")
    code, _, complaint = carnet(home, "demo")
    assert code == 4
    assert "pas au bac à sable" in complaint
    assert not (home / "sandbox").exists()


def test_serving_starts_everything_and_ends_within_seconds(home):
    """From an empty folder to the page, then a stop asked for: one real run of the whole.

    It has a name of its own, as in production; software is served over TLS.
    """
    import signal
    import socket
    import ssl
    import urllib.request

    with socket.create_server(("127.0.0.1", 0)) as free, socket.create_server(("127.0.0.1", 0)) as other:
        port, api_port = free.getsockname()[1], other.getsockname()[1]
    certificate, key = make_certificate(home)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARNET_", "DJANGO_"))}
    words = [
        *(sys.executable, "-m", "carnet.config.cli", "--home", str(home), "serve", "--port", str(port)),
        *("--api-port", str(api_port), "--tls-cert", str(certificate), "--tls-key", str(key)),
    ]
    with (
        subprocess.Popen(
            words,
            env=kept | {"PYTHONPATH": "src", "CARNET_SECRET_KEY": SECRET, "CARNET_HOSTS": "espace.example"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as serving,
        contextlib.ExitStack() as at_the_end,
    ):
        at_the_end.callback(serving.kill)  # or whoever fails here would wait for its end for ever
        said = []
        for line in serving.stdout:
            said.append(line)
            if "Logiciels (FHIR)" in line:
                assert f"https://localhost:{api_port}/fhir" in line
                break
        assert serving.poll() is None, "".join(said)
        for page, content in (("readyz", b"ready\n"), ("metrics", b"carnet_requests_total")):
            asked = urllib.request.Request(
                f"http://127.0.0.1:{port}/{page}", headers={"Host": "espace.example"}
            )
            with urllib.request.urlopen(asked, timeout=5) as answer:
                assert content in answer.read()
        trusted = ssl.create_default_context(cafile=str(certificate))
        for page, content in (("readyz", b"ready\n"), ("fhir/metadata", b"CapabilityStatement")):
            with urllib.request.urlopen(
                f"https://localhost:{api_port}/{page}", timeout=5, context=trusted
            ) as answer:
                assert content in answer.read()
        code, state, _ = carnet(home, "--json", "doctor", CARNET_SECRET_KEY=SECRET)
        assert (code, json.loads(state)["obstacles"]) == (0, 0), state
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(timeout=30) == 0
    for name in ("portal", "api"):
        assert '"route": "readyz"' in (home / "log" / f"{name}.log").read_text()


@pytest.mark.parametrize(
    ("sandbox", "words", "code", "says"),
    [
        (False, ["--bind", "0.0.0.0"], 3, "exige TLS"),
        (False, ["--bind", "192.0.2.1", "--even-with-public-logins"], 3, "exige TLS"),
        (False, ["--tls-cert", "cert.pem"], 3, "vont ensemble"),
        (False, ["--tls-cert", "/nulle/part", "--tls-key", "/nulle/part"], 4, "/nulle/part"),
        (True, ["--bind", "0.0.0.0", "--tls-cert", "cert.pem", "--tls-key", "key.pem"], 3, "identifiants"),
    ],
)
def test_software_of_another_machine_is_served_only_safely(home, sandbox, words, code, says):
    make_certificate(home)
    if sandbox:
        (home / "sandbox").touch()
    words = [str(home / word) if word.endswith(".pem") else word for word in words]
    found, _, complaint = carnet(home, "serve", *words)
    assert (found, says in complaint) == (code, True), complaint
    assert not (home / "postgres").exists()


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"CARNET_SECRET_KEY": ""}, "CARNET_SECRET_KEY manque"),
        ({"CARNET_SECRET_KEY": SECRET, "CARNET_KEY_FILE": "/nonexistent/keys"}, "/nonexistent/keys manque"),
    ],
)
def test_a_worker_refuses_to_start_unsafe(home, env, says):
    code, _, complaint = carnet(home, "worker", "--role", "batch", **env)
    assert code == 4
    assert says in complaint
    assert "Traceback" not in complaint


def test_a_database_that_is_not_ready_is_said_in_words(home):
    code, _, complaint = carnet(home, "clients", "list")
    assert code == 4
    assert "carnet db migrate" in complaint
    assert "Traceback" not in complaint


def test_a_file_that_cannot_be_read_is_said_in_french(home):
    for file, words in ((home / "absent.xml", "il n’existe pas"), (home, "c’est un dossier")):
        code, _, complaint = carnet(home, "check", str(file))
        assert code == 4
        assert words in complaint
