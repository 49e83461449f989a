"""The supervisor with the real server and real processes: order, restarts, stops, and its own sudden death."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from carnet.platform.supervisor import Process, Supervisor, Tier
from tests.platform.clusters import FAST, erased_after, servers_of, wait_until

# A process that says it runs, and notes its end; `deaf` ignores SIGTERM and has a deaf child.
MEMBER = """
import os, signal, subprocess, sys, time
notes, name, kind = sys.argv[1:]
def note(what):
    with open(notes, "a") as file:
        file.write(f"{what} {name} {os.getpid()}\\n")
def end(*_):
    note("end")
    sys.exit(0)
if kind == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if name != "inner":
        subprocess.Popen([sys.executable, "-I", sys.argv[0], notes, "inner", "deaf"])
else:
    signal.signal(signal.SIGTERM, end)
note("start")
print(f"je suis {name}", flush=True)
if kind == "brief":
    time.sleep(0.3)
    sys.exit(3)
while True:
    time.sleep(60)
"""

SUPERVISED = """
import json, sys
from pathlib import Path
from carnet.platform.postgres.cluster import Cluster
from carnet.platform.supervisor import Process, Supervisor, Tier
home, processes, settings, grace = json.loads(sys.argv[1])
home = Path(home)
specs = [Process(name, argv, tier=Tier[tier]) for name, argv, tier in processes]
cluster = Cluster(home, settings=settings) if settings else None
sys.exit(Supervisor(home, cluster, specs, grace=grace, console=lambda line: print(line, flush=True)).run())
"""


class House:
    """A supervisor in a process of its own, and what its members note."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home, self.notes = folder, folder / "home", folder / "notes"
        self.script = folder / "member.py"
        self.script.write_text(MEMBER)
        self.process: subprocess.Popen[str] | None = None

    def member(self, name: str, kind: str = "well", tier: str = "EDGE") -> list:
        return [name, [sys.executable, "-I", str(self.script), str(self.notes), name, kind], tier]

    def open(self, *members: list, settings: dict | None = None, grace: float = 3) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISED, json.dumps([str(self.home), members, settings, grace])],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )

    def noted(self, what: str, name: str = "") -> list[tuple[str, int]]:
        if not self.notes.exists():
            return []
        lines = [line.split() for line in self.notes.read_text().splitlines()]
        return [(line[1], int(line[2])) for line in lines if line[0] == what and name in ("", line[1])]

    def read_until(self, words: str) -> str:
        said = ""
        for line in self.process.stdout:
            said += line
            if words in line:
                return said
        raise AssertionError(f"{words!r} never came:\n{said}")

    def close(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=30)[0]


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path)
    with erased_after(house.home) as house.cluster:
        yield house
        if house.process is not None and house.process.returncode is None:
            house.process.kill()
            house.process.communicate()
        pids = [pid for _, pid in house.noted("start")]
        wait_until(lambda: not any(alive(pid) for pid in pids), seconds=10)


def test_everything_starts_after_the_database_and_stops_before_it(house):
    cluster = house.cluster
    house.open(house.member("worker", tier="WORKER"), house.member("portal"), settings=FAST)
    said = house.read_until("Tout est prêt.")
    assert said.index("base |") < said.index("Tout est prêt")
    assert cluster.is_ready()
    wait_until(lambda: len(house.noted("start")) == 2, seconds=5)
    pids = dict(house.noted("start"))
    assert psutil.Process(pids["worker"]).create_time() <= psutil.Process(pids["portal"]).create_time()
    started = time.monotonic()
    house.close()
    assert time.monotonic() - started < 5
    assert house.process.returncode == 0
    # edges first, then workers, though workers started first
    assert [name for name, _ in house.noted("end")] == ["portal", "worker"]
    assert not servers_of(cluster)
    assert "database system is shut down" in cluster.layout.log.read_text()
    assert "je suis portal" in (house.home / "log" / "portal.log").read_text()


def test_after_kill_9_nothing_is_left_even_the_deaf(house):
    cluster = house.cluster
    house.open(house.member("portal"), house.member("deaf", "deaf"), settings=FAST)
    house.read_until("Tout est prêt.")
    wait_until(lambda: len(house.noted("start")) == 3, seconds=5)
    pids = [pid for _, pid in house.noted("start")]
    guardians = [
        p for p in psutil.Process(house.process.pid).children() if "guardian" in " ".join(p.cmdline())
    ]
    assert len(guardians) == 1
    house.process.kill()
    house.process.communicate()
    wait_until(lambda: not any(alive(pid) for pid in pids), seconds=12)
    wait_until(lambda: not servers_of(cluster), seconds=12)
    wait_until(lambda: not guardians[0].is_running(), seconds=12)
    assert [name for name, _ in house.noted("end")] == ["portal"]


def test_a_fallen_process_is_started_again_later_and_later(house):
    house.open(house.member("brief", "brief"), house.member("portal"))
    wait_until(lambda: len(house.noted("start", "brief")) >= 3, seconds=10)
    said = house.close()
    assert said.index("relance dans 0.5 s") < said.index("relance dans 1 s")
    assert "code 3" in said
    assert len(house.noted("start", "portal")) == 1


def test_a_killed_process_comes_back_with_its_leftovers_removed(house):
    house.open(house.member("deaf", "deaf"), grace=0.3)
    wait_until(lambda: len(house.noted("start")) == 2, seconds=10)
    [(_, leader)], [(_, inner)] = house.noted("start", "deaf"), house.noted("start", "inner")
    os.kill(leader, signal.SIGKILL)
    wait_until(lambda: len(house.noted("start", "deaf")) == 2, seconds=10)
    assert not alive(inner)
    started = time.monotonic()
    house.close()
    assert time.monotonic() - started < 4  # the deaf are killed after their grace


def test_a_second_signal_does_not_wait(house):
    house.open(house.member("deaf", "deaf"), grace=60)
    wait_until(lambda: len(house.noted("start")) == 2, seconds=10)
    started = time.monotonic()
    house.process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    house.close()
    assert time.monotonic() - started < 4


def test_a_database_that_falls_is_started_again(house):
    cluster = house.cluster
    house.open(house.member("portal"), settings=FAST)
    house.read_until("Tout est prêt.")
    postmaster = int((cluster.layout.data / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    house.read_until("relance")
    wait_until(cluster.is_ready, seconds=15)
    house.close()
    assert len(house.noted("start", "portal")) == 1
    assert not servers_of(cluster)


def test_a_process_that_cannot_start_stops_the_house_and_names_its_log(house):
    house.open(house.member("portal"), ["absent", ["/nowhere/absent"], "EDGE"])
    said = house.process.communicate(timeout=20)[0]
    assert house.process.returncode == 1
    assert "/nowhere/absent" in said
    assert [name for name, _ in house.noted("start")] == [name for name, _ in house.noted("end")]


def test_a_process_never_ready_stops_the_house(tmp_path):
    said = []
    specs = [
        Process("fast", ["/bin/sh", "-c", "echo bonjour; exec sleep 60"]),
        Process(
            "late", ["/bin/sh", "-c", "exec 1>&- 2>&-; exec sleep 60"], ready=lambda: False, tier=Tier.WORKER
        ),
    ]
    code = Supervisor(tmp_path, None, specs, console=said.append, ready_within=0.5).run()
    assert code == 1
    assert any("late ne répond pas" in line and str(tmp_path / "log" / "late.log") in line for line in said)
    assert "    fast | bonjour" in said


def test_a_process_that_ends_before_it_is_ready_stops_the_house(tmp_path):
    said = []
    spec = Process("portal", ["/bin/sh", "-c", "echo mal réglé; exit 2"], ready=lambda: False)
    assert Supervisor(tmp_path, None, [spec], console=said.append).run() == 1
    assert any("s’est arrêté au démarrage" in line for line in said)
    assert (tmp_path / "log" / "portal.log").read_text() == "mal réglé\n"


def test_the_environment_reaches_the_process_and_long_lines_are_cut_on_the_console_only(tmp_path):
    said = []
    ready = tmp_path / "ready"
    script = f"printf '%0500d\\n' 1; printf %s $CARNET_ROLE; touch {ready}; exit 0"
    spec = Process("worker", ["/bin/sh", "-c", script], env={"CARNET_ROLE": "batch"}, ready=lambda: False)
    Supervisor(tmp_path, None, [spec], console=said.append).run()
    assert (tmp_path / "log" / "worker.log").read_text() == f"{1:0500d}\nbatch"
    assert any(line == "  worker | batch" for line in said)
    assert max(len(line) for line in said if "000" in line) < 200
