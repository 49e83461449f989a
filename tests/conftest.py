"""The harness: stricter than production.

A real embedded PostgreSQL lives as long as the test session (its data in CARNET_HOME, a folder of the
temporary directory by default). Migrations run as carnet_owner; tests act as carnet_app.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

LONG = bool(os.environ.get("CARNET_LONG"))
# No timed assertion: these machines are noisy. Random cases are few by default, many with CARNET_LONG.
hypothesis_settings.register_profile(
    "carnet",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=1000 if LONG else 100,
    print_blob=True,
)
hypothesis_settings.load_profile("carnet")

SKIPPED: list[str] = []
HOUSES = {"tests/clients", "tests/drills", "tests/stories"}


def house_of(path: str) -> str:
    """Return which running house the tests of a file share, "" for none.

    The stories of professionals have a demo of their own: those of people change whom they need.
    """
    folder, _, name = path.rpartition("/")
    if folder not in HOUSES:
        return ""
    return f"{folder}/pro" if name.startswith("test_pro_") else folder


def pytest_configure(config):
    from django.conf import settings

    from carnet.platform.crypto import create_key_file
    from carnet.platform.postgres.cluster import Cluster
    from carnet.platform.postgres.errors import ClusterError
    from carnet.platform.postgres.roles import bootstrap
    from carnet.platform.postgres.target import resolve

    if hasattr(config, "workerinput"):
        return
    home = settings.CARNET_HOME
    if not Path(settings.CARNET_KEY_FILE).exists():
        create_key_file(Path(settings.CARNET_KEY_FILE))
    shutil.rmtree(settings.CARNET_BLOBS, ignore_errors=True)
    target = resolve(os.environ, home)
    if target.embedded:
        try:
            config.carnet_cluster = Cluster(home)
            config.carnet_cluster.start()
        except ClusterError as error:  # another test session on the same folder serves it already
            config.carnet_cluster = None
            target.check("owner") if Path(target.host).exists() else pytest.exit(str(error), 2)
    bootstrap(target.conninfo("admin", "postgres"), target.database, for_tests=True)


def pytest_unconfigure(config):
    cluster = getattr(config, "carnet_cluster", None)
    if cluster is not None:
        cluster.stop()


def _note_skip(report):
    if report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        SKIPPED.append(f"{report.nodeid}: {why}")


pytest_runtest_logreport = pytest_collectreport = _note_skip


def pytest_sessionfinish(session):
    """In continuous integration a skipped test is a failure: what is not run proves nothing."""
    if (
        os.environ.get("CI")
        and SKIPPED
        and not hasattr(session.config, "workerinput")
        and not session.exitstatus
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if os.environ.get("CI") and SKIPPED:
        terminalreporter.section("skipped, which fails in continuous integration", red=True)
        for line in SKIPPED:
            terminalreporter.line(line)


def pytest_report_header(config):
    return f"CARNET_HOME={os.environ.get('CARNET_HOME')} CARNET_LONG={os.environ.get('CARNET_LONG', '')}"


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Send what follows as another role; only a test's login may do that."""
    from django.db import connection

    before = connection.settings_dict["OPTIONS"]["assume_role"]
    become(role)
    try:
        yield
    finally:
        become(before)


def become(role: str) -> None:
    from django.db import connection

    connection.settings_dict["OPTIONS"]["assume_role"] = role
    if connection.connection is not None:
        with connection.cursor() as cursor:
            cursor.execute(f"set role {role}")


def _flush_as_owner():
    """A test with real transactions empties the tables afterwards, which only the owner may do."""
    from django.test import TransactionTestCase

    original = TransactionTestCase._fixture_teardown

    def teardown(self):
        with acting_as("carnet_owner"):
            original(self)

    TransactionTestCase._fixture_teardown = teardown


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """Migrate as owner, then be the application."""
    from django.test.utils import setup_databases, teardown_databases

    with django_db_blocker.unblock():
        worker = getattr(request.config, "workerinput", {}).get("workerid")
        from django.db import connection

        if worker:
            connection.settings_dict["TEST"]["NAME"] += f"_{worker}"
        old = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
        become("carnet_app")
        _flush_as_owner()
    yield
    with django_db_blocker.unblock():
        become("carnet_owner")
        teardown_databases(old, verbosity=0)


@pytest.fixture(autouse=True)
def _own_logging():
    """A command run inside a test writes its log to that test's captured output: not beyond it."""
    import structlog

    configuration = structlog.get_config()
    yield
    structlog.configure(**configuration)


@pytest.fixture(autouse=True)
def _fresh_clock(monkeypatch):
    """The clock is read once a test, and again when the test moves it: never because a machine was slow."""
    from carnet.platform import clock, ids

    monkeypatch.setattr(clock, "_REFRESH_SECONDS", 3600)
    clock.forget()
    ids._last = (0, 0)  # else identifiers made after a test that moved the clock stay in its future
    yield
    clock.forget()


@pytest.fixture(scope="session")
def interop() -> Path:
    """The real material written by others; absent, its tests skip, and in CI that is a failure."""
    folder = Path(os.environ.get("CARNET_SHARED", Path(__file__).parents[2] / "shared")) / "data" / "interop"
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{folder} manque : en intégration continue ce matériel est obligatoire")
        pytest.skip(f"{folder} absent")
    return folder


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give each folder that shares a running house to one process; all other tests go where there is room.

    The marks of `--dist loadgroup` have no effect with the locked versions of pytest and its xdist.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByHouse(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return house_of(nodeid.split("::")[0]) or nodeid

    return ByHouse(config, log)
