"""The command line as people and software use it: another process, its words, its exit code."""

import json
import os
import subprocess
import sys

import pytest

from carnet.platform.crypto import create_key_file

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

    It has a name of its own, as in production.
    """
    import signal
    import socket
    import urllib.request

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARNET_", "DJANGO_"))}
    words = [sys.executable, "-m", "carnet.config.cli", "--home", str(home), "serve", "--port", str(port)]
    with subprocess.Popen(
        words,
        env=kept | {"PYTHONPATH": "src", "CARNET_SECRET_KEY": SECRET, "CARNET_HOSTS": "espace.example"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as serving:
        said = []
        for line in serving.stdout:
            said.append(line)
            if "Carnet est prêt" in line:
                break
        assert serving.poll() is None, "".join(said)
        for page, content in (("readyz", b"ready\n"), ("metrics", b"carnet_requests_total")):
            asked = urllib.request.Request(
                f"http://127.0.0.1:{port}/{page}", headers={"Host": "espace.example"}
            )
            with urllib.request.urlopen(asked, timeout=5) as answer:
                assert content in answer.read()
        code, state, _ = carnet(home, "--json", "doctor", CARNET_SECRET_KEY=SECRET)
        assert (code, json.loads(state)["obstacles"]) == (0, 0), state
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(timeout=30) == 0
    log = (home / "log" / "portal.log").read_text()
    assert '"route": "readyz"' in log


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
