"""A deposit killed with -9 at its worst moments: the whole document or nothing, and once when sent again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.journal.api import EventType, Purpose, list_lines
from tests.documents.deposits import FINESS, add_claire, deposit, holder, report

pytestmark = pytest.mark.django_db(transaction=True)

# Each moment: the function at which the process kills itself, before or after calling it.
MOMENTS = {
    "before the content is written": ("carnet.platform.blobs", "FolderStore", "put_many", False),
    "after the content is written": ("carnet.platform.blobs", "FolderStore", "put_many", True),
    "after the row, before the event": ("carnet.platform.outbox", "", "emit", False),
    "after the event, before the commit": ("carnet.platform.outbox", "", "emit", True),
    "after the commit, before the answer": ("carnet.documents.entering", "", "enter_all", True),
}
SCRIPT = """
import importlib, os, signal, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "carnet.config.settings.sandbox"
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
module, owner, name, after = sys.argv[3:7]
import django; django.setup()
holder = importlib.import_module(module)
holder = getattr(holder, owner) if owner else holder
original = getattr(holder, name)
def fatal(*args, **kwargs):
    if after:
        original(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(holder, name, fatal)
from carnet.documents import api
from carnet.journal.api import Actor, ActorKind
api.deposit(open(sys.argv[2], "rb").read(), structure=sys.argv[7],
            by=Actor(ActorKind.HEALTHCARE_FACILITY, structure=sys.argv[7]))
"""


def deposit_and_die(file: Path, moment: str) -> int:
    module, owner, name, after = MOMENTS[moment]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO_", "PYTEST_"))}
    environment = kept | {
        "CARNET_HOME": str(settings.CARNET_HOME),
        "CARNET_KEY_FILE": str(settings.CARNET_KEY_FILE),
        "CARNET_BLOBS": str(settings.CARNET_BLOBS),
        "CARNET_ROLE": "app",
        "PYTHONPATH": "src",
    }
    arguments = [
        connection.settings_dict["NAME"],
        str(file),
        module,
        owner,
        name,
        "1" if after else "",
        FINESS,
    ]
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        env=environment, cwd=Path(__file__).parents[2], timeout=60, check=False,
    )  # fmt: skip
    return run.returncode


def what_there_is(person):
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a, connection.cursor() as cursor:
        cards = documents.list_recent(a)
        lines = list_lines(person, key=None, events=[EventType.DOCUMENT_DEPOSITED])
        cursor.execute("select count(*) from platform_outbox where topic = 'documents.deposited'")
        return cards, len(lines), cursor.fetchone()[0]


@pytest.mark.parametrize("moment", MOMENTS)
def test_whole_or_nothing_then_once(moment, tmp_path):
    claire = add_claire()
    data = report(claire)
    file = tmp_path / "report.xml"
    file.write_bytes(data)
    assert deposit_and_die(file, moment) == -signal.SIGKILL
    cards, lines, told = what_there_is(claire)
    committed = moment == "after the commit, before the answer"
    assert (len(cards), lines, told) == ((1, 1, 1) if committed else (0, 0, 0))

    assert deposit(data).already is committed
    cards, lines, told = what_there_is(claire)
    assert (len(cards), told) == (1, 1)
    assert lines == 1
    assert documents.download(claire, cards[0].id, by=holder(claire)).data == data
