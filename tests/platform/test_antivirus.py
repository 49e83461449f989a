"""A real clamd that knows one signature of ours; and what happens when there is none."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.documents.api import DepositRefused, UploadRefused
from carnet.journal.api import EventType, Purpose, list_lines
from carnet.platform import antivirus, blobs, clock
from carnet.platform.antivirus import InfectedError, State
from carnet.terminology.api import Category
from tests.documents.deposits import add_claire, deposit, holder, report, scanned
from tests.standards import papers

pytestmark = pytest.mark.django_db
MARK = b"carnet-essai-antivirus-7f3a"


@pytest.fixture(scope="module")
def clamd(tmp_path_factory):
    """The socket of a clamd that finds MARK in any file."""
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("clamd absent (apt install clamav-daemon)")
    home = Path(tmp_path_factory.mktemp("clamd"))
    home.chmod(0o755)
    (home / "carnet.ndb").write_text(f"Carnet.Essai:0:*:{MARK.hex()}\n")
    socket = Path("/tmp") / f"carnet-clamd-{os.getpid()}.ctl"
    lines = [f"LocalSocket {socket}", f"DatabaseDirectory {home}", "Foreground yes"]
    if os.geteuid() == 0:
        lines.append("User root")
    (home / "clamd.conf").write_text("\n".join([*lines, ""]))
    log = (home / "log").open("wb")
    process = subprocess.Popen([program, "-c", str(home / "clamd.conf")], stdout=log, stderr=log)
    deadline = time.monotonic() + 30
    while not socket.exists():
        assert process.poll() is None, (home / "log").read_text()
        assert time.monotonic() < deadline, "clamd does not answer"
        time.sleep(0.05)
    yield str(socket)
    process.terminate()
    process.wait(30)
    log.close()
    socket.unlink(missing_ok=True)


@pytest.fixture
def scanner(clamd, settings):
    settings.CARNET_CLAMD = clamd


def shown(person):
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        return documents.list_recent(a)


def infected(person, number=1):
    return scanned(person, number, data=papers.pdf() + b"% " + MARK)


def test_clean_infected_and_large(scanner):
    assert antivirus.scan(b"rien", b"", b"x" * 5_000_000) is State.CLEAN
    with pytest.raises(InfectedError) as found:
        antivirus.scan(b"rien", b"x" * 100_000 + MARK)
    assert "Carnet.Essai" in found.value.name


def test_a_document_says_that_it_was_scanned(scanner):
    claire = add_claire()
    deposit(report(claire))
    assert [card.scan for card in shown(claire)] == ["clean"]


def test_an_infected_deposit_is_refused_and_leaves_a_line_only(scanner):
    claire = add_claire()
    with pytest.raises(DepositRefused) as refused:
        deposit(infected(claire))
    assert refused.value.field == "antivirus"
    assert list(blobs.store().names(claire)) == []
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT):
        line = list_lines(claire, key=None)[-1]
    assert (line.event, line.allowed, line.reason) == (EventType.DOCUMENT_DEPOSITED, False, "906:antivirus")


def test_so_is_a_file_of_hers(scanner):
    claire = add_claire()
    with pytest.raises(UploadRefused) as refused:
        documents.add_file(
            claire, by=holder(claire), data=b"texte " + MARK, filename="a.txt", title="Texte",
            category=Category.REPORTS, day=clock.today(), masked=False,
        )  # fmt: skip
    assert "antivirus" in refused.value.message_fr
    assert shown(claire) == []


def test_unreachable_it_refuses_nothing_and_what_came_is_scanned_later(clamd, settings):
    settings.CARNET_CLAMD = "127.0.0.1:9"
    claire = add_claire()
    before = antivirus.scans.labels("unreachable")._value.get()
    good, bad = deposit(report(claire, 1)), deposit(infected(claire, 2))
    assert antivirus.scans.labels("unreachable")._value.get() == before + 2
    assert {card.scan for card in shown(claire)} == {"not_scanned"}
    assert documents.scan_all().left == 2

    settings.CARNET_CLAMD = clamd
    done = documents.scan_all()
    assert (done.clean, done.infected, done.left) == (1, 1, 0)
    assert [(card.id, card.scan) for card in shown(claire)] == [(good.document_id, "clean")]
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT):
        events = {(one.event, one.reference) for one in list_lines(claire, key=None)}
    assert events >= {(EventType.DOCUMENTS_SCANNED, None), (EventType.DOCUMENT_DELETED, bad.document_id)}
    assert documents.scan_all() == documents.Scanned()


def test_none_configured():
    assert antivirus.scan(MARK) is State.NOT_SCANNED
