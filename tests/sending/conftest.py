import json
from dataclasses import replace

import pytest
from joserfc.jwk import ECKey

from carnet.config import cli
from tests.sending.line import Line, listening
from tests.standards.samples import HEADER, n3

CLIENT = "0198f000-0000-7000-8000-000000000001"


@pytest.fixture(scope="session")
def pair():
    return ECKey.generate_key("P-256", {"kid": "k1"})


@pytest.fixture
def line(pair):
    with listening(Line(pair.as_dict(private=False))) as made:
        yield made


@pytest.fixture
def key(pair, tmp_path):
    path = tmp_path / "client.json"
    path.write_text(json.dumps(pair.as_dict(private=True) | {"client_id": CLIENT}))
    return path


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "folder"
    made.mkdir()
    return made


@pytest.fixture
def write(folder):
    """Write a document of that number into the folder."""

    def write_one(number, name="", **changes):
        header = replace(HEADER, **{"unique_id": f"1.2.250.1.999.1.{number}", "replaces": (), **changes})
        path = folder / (name or f"{number:05}.xml")
        path.write_bytes(
            n3(**{name: value for name, value in vars(header).items() if name != "template_ids"})
        )
        return path

    return write_one


@pytest.fixture
def send(line, key, folder, capsys):
    """Run the command; return its exit code and what it says to software."""

    def run(*options, api=""):
        code = cli.main(
            ["--json", "documents", "send", str(folder), "--api", api or line.url, "--key", str(key),
             "--patience", "2", *options]
        )  # fmt: skip
        return code, json.loads(capsys.readouterr().out)

    return run
