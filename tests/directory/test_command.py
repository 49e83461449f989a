"""`carnet clients`: accounts of software made, renewed and revoked from the command line."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import UUID, uuid4

import orjson
import pytest

from carnet.config import cli
from carnet.config.commands import clients as command
from carnet.directory import api as directory
from carnet.standards import oauth
from tests.directory.certificates import make_certificate
from tests.directory.clients import AUDIENCE, LILAS, add_client, form_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def django_is_there(monkeypatch):
    """Django was set up by the test session."""
    monkeypatch.setattr(command, "NEEDS_DJANGO", False, raising=False)


def carnet(*words):
    return cli.main([str(word) for word in words])


def answer(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


SOFTWARE = ("--vendor", "Éditeur Exemple", "--product", "Labo Exemple", "--version", "4.2")


def create(*words, structure=LILAS):
    return carnet("--json", "clients", "create", "--structure", structure, *SOFTWARE, *words)


def test_an_account_is_made_with_its_key(tmp_path, capsys):
    file = tmp_path / "client.json"
    assert create("--name", "Laboratoire des Lilas", "--make-key", file) == cli.Exit.DONE
    said, key = answer(capsys), orjson.loads(file.read_bytes())
    assert (said["structure_name"], said["strict"], said["state"]) == (
        "Laboratoire des Lilas",
        False,
        "active",
    )
    assert file.stat().st_mode & 0o777 == 0o600
    assert key["client_id"] == said["client_id"]
    card = directory.authenticate(form_of(key), audience=AUDIENCE)
    assert card.id == UUID(said["client_id"])


def test_a_key_is_never_written_over_another_file(tmp_path, capsys):
    file = tmp_path / "client.json"
    file.write_text("ma clé")
    assert create("--name", "Lilas", "--make-key", file) == cli.Exit.REFUSED
    assert "existe déjà" in answer(capsys)["error"]
    assert file.read_text() == "ma clé"
    assert directory.list_clients() == []


def test_a_key_of_no_account_is_not_left_behind(tmp_path, capsys):
    file = tmp_path / "client.json"
    assert create("--make-key", file) == cli.Exit.REFUSED  # the structure is not registered
    assert "enregistrée" in answer(capsys)["error"]
    assert not file.exists()
    assert create("--make-key", tmp_path / "nowhere" / "client.json") == cli.Exit.UNAVAILABLE


def test_the_keys_of_the_vendor(tmp_path, capsys):
    key, file = oauth.make_key(), tmp_path / "jwks.json"
    file.write_bytes(orjson.dumps({"keys": [oauth.public_part(key)]}))
    assert create("--name", "Lilas", "--jwks", file, "--strict") == cli.Exit.DONE
    said = answer(capsys)
    assert said["strict"] is True
    assert [one["kid"] for one in directory.find_keys(UUID(said["client_id"]))] == [key["kid"]]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"{", "JSON"),
        (b"[]", "JWK"),
        (orjson.dumps(oauth.make_key()), "privée"),
        (b"{}", "keys"),
    ],
)
def test_files_that_are_refused(tmp_path, capsys, content, word):
    file = tmp_path / "jwks.json"
    file.write_bytes(content)
    assert create("--name", "Lilas", "--jwks", file) == cli.Exit.REFUSED
    assert word in answer(capsys)["error"]


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert create("--name", "Lilas", "--jwks", tmp_path / "absent") == cli.Exit.UNAVAILABLE
    assert "absent" in answer(capsys)["error"]


def test_a_certificate(tmp_path, capsys):
    file = tmp_path / "client.pem"
    file.write_text(make_certificate())
    assert create("--name", "Lilas", "--certificate", file) == cli.Exit.DONE
    assert len(answer(capsys)["certificate"]) == 43


def test_an_account_without_any_way_to_prove_itself(capsys):
    assert create("--name", "Lilas") == cli.Exit.REFUSED
    assert "ses clés, ou son certificat" in answer(capsys)["error"]
    assert create("--name", "Lilas", structure="310000014") == cli.Exit.REFUSED
    assert "FINESS" in answer(capsys)["error"]


def test_list_show_strict_and_revoke(capsys):
    card, key = add_client()
    assert carnet("clients", "list") == cli.Exit.DONE
    assert str(card.id) in capsys.readouterr().out
    assert carnet("clients", "show", card.id) == cli.Exit.DONE
    shown = capsys.readouterr().out
    assert key["kid"] in shown
    assert "souple" in shown
    assert carnet("clients", "strict", card.id, "on") == cli.Exit.DONE
    assert "strict" in capsys.readouterr().out
    assert directory.find_client(card.id).strict
    assert carnet("clients", "revoke", card.id) == cli.Exit.DONE
    assert not directory.find_client(card.id).active
    capsys.readouterr()
    assert carnet("clients", "list", "--structure", "310000021") == cli.Exit.DONE
    assert capsys.readouterr().out == ""


def test_new_keys_beside_the_old_then_alone(tmp_path, capsys):
    card, old = add_client()
    file = tmp_path / "new.json"
    assert carnet("--json", "clients", "renew", card.id, "--keep", "--make-key", file) == cli.Exit.DONE
    assert answer(capsys)["keys"] == 2
    new = orjson.loads(file.read_bytes())
    for key in (old, new):
        assert directory.authenticate(form_of(key), audience=AUDIENCE) == card
    assert carnet("clients", "renew", card.id, "--make-key", tmp_path / "newest.json") == cli.Exit.DONE
    with pytest.raises(directory.OAuthRefused):
        directory.authenticate(form_of(new), audience=AUDIENCE)


@pytest.mark.parametrize(
    "words", [("show",), ("revoke",), ("strict", "on"), ("renew", "--make-key", "{file}")]
)
def test_an_account_that_is_not_there(tmp_path, capsys, words):
    action, *more = words
    file = tmp_path / "key.json"
    said = [word.format(file=file) for word in more]
    assert carnet("--json", "clients", action, uuid4(), *said) == cli.Exit.REFUSED
    assert "Aucun compte" in answer(capsys)["error"]
    assert not file.exists()


@pytest.fixture
def service():
    """A token endpoint that answers as ours does, on the loopback; `given` collects what it was sent."""

    class Endpoint(BaseHTTPRequestHandler):
        def answer(self, status, said):
            body = orjson.dumps(said)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            self.answer(200, {"token_endpoint": f"http://127.0.0.1:{self.server.server_port}/oauth/token"})

        def do_POST(self):
            self.server.given.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.answer(*self.server.said)

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    server.given, server.said = [], (200, {"access_token": "le-jeton", "token_type": "Bearer"})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_token_from_the_side_of_the_software(tmp_path, capsys, service):
    file = tmp_path / "client.json"
    file.write_bytes(orjson.dumps(oauth.make_key() | {"client_id": str(uuid4())}))
    api = f"http://127.0.0.1:{service.server_port}"
    assert carnet("clients", "token", "--key", file, "--api", api) == cli.Exit.DONE
    assert capsys.readouterr().out == "le-jeton\n"
    assert b"client_assertion=" in service.given[0]
    service.said = (400, {"error": "invalid_client", "error_description": "Client inconnu"})
    assert carnet("--json", "clients", "token", "--key", file, "--api", api) == cli.Exit.REFUSED
    assert "Client inconnu" in answer(capsys)["error"]


def test_a_token_of_nobody(tmp_path, capsys):
    file = tmp_path / "client.json"
    assert carnet("clients", "token", "--key", file) == cli.Exit.UNAVAILABLE
    assert "clé" in capsys.readouterr().err
    file.write_bytes(orjson.dumps(oauth.public_part(oauth.make_key()) | {"client_id": "x"}))
    assert carnet("clients", "token", "--key", file) == cli.Exit.REFUSED
    file.write_bytes(orjson.dumps(oauth.make_key() | {"client_id": str(uuid4())}))
    assert carnet("clients", "token", "--key", file, "--api", "http://127.0.0.1:1") == cli.Exit.UNAVAILABLE
    assert "127.0.0.1:1" in capsys.readouterr().err
