"""A hospital deposits a folder, is interrupted, resumes: each document is there once, and told once."""

import json
import os
import random
import signal
import subprocess
import sys

import pytest

from carnet.config.sending.arguments import STATE
from tests.clients.papers import documents
from tests.clients.running import ROOT, rows, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 10_000 if os.environ.get("CARNET_LONG") else 200


@pytest.fixture
def folder(people, tmp_path):
    """Documents about several persons, each in a file."""
    made = tmp_path / "documents"
    made.mkdir()
    each = -(-MANY // len(people))
    for place, person in enumerate(people):
        for number, data in enumerate(documents(person, range(place * each, (place + 1) * each))):
            (made / f"{place}-{number:05}.xml").write_bytes(data)
    return made


def start(folder, api, software):
    """Run the command as the software of a hospital: another process, no settings of ours."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("CARNET_", "DJANGO_"))
    }
    return subprocess.Popen(
        [sys.executable, "-m", "carnet.config.cli", "--json", "documents", "send", str(folder),
         "--api", api.url, "--key", str(software.key_file)],
        env=environment | {"PYTHONPATH": str(ROOT / "src")}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finish(process):
    out, err = process.communicate(timeout=3600)
    assert process.returncode == 0, f"{out}\n{err}"
    return json.loads(out)


def answered(folder):
    path = folder / STATE
    return max(path.read_bytes().count(b"\n") - 1, 0) if path.exists() else 0


def test_a_batch_that_is_killed_twice(api, folder, people, software):
    files = len(list(folder.glob("*.xml")))
    seed = int(os.environ.get("CARNET_KILLS_SEED") or random.randrange(2**32))
    print(f"seed {seed}")
    first, second = sorted(random.Random(seed).sample(range(files // 10, files * 8 // 10), 2))

    sender = start(folder, api, software)
    wait_for(lambda: answered(folder) >= first or sender.poll() is not None, seconds=1800)
    sender.kill()
    sender.communicate()
    assert sender.returncode == -signal.SIGKILL, "the folder was sent before it could be killed"
    assert 0 < answered(folder) < files

    sender = start(folder, api, software)
    wait_for(lambda: answered(folder) >= second or sender.poll() is not None, seconds=1800)
    assert sender.poll() is None, "the folder was sent before the server could be killed"
    api.kill()
    between = rows("select count(*) from documents_document")[0][0]
    assert between < files
    api.start()
    told = finish(sender)
    assert told["refused_in_all"] == told["failed_in_all"] == 0

    again = finish(start(folder, api, software))
    assert (again["skipped"], again["deposited"]) == (files, 0)
    check_each_once(files, people)

    (folder / STATE).unlink()  # a hospital that lost its own memory
    lost = finish(start(folder, api, software))
    assert (lost["already"], lost["deposited"]) == (files, 0)
    check_each_once(files, people)


def check_each_once(files, people):
    """Rows, contents, journal lines and events: as many as files, whoever died meanwhile."""
    assert rows("select count(*), count(distinct (person_id, unique_key)) from documents_document") == [
        (files, files)
    ]
    assert rows("select count(distinct blob) from documents_document") == [(files,)]
    told = "select count(*), count(distinct key) from platform_outbox where topic = 'documents.deposited'"
    assert rows(told) == [(files, files)]
    lines = (
        "select count(*) from journal where event = 'document.deposited' and allowed and person_id = any(%s)"
    )
    assert rows(lines, people) == [(files,)]
