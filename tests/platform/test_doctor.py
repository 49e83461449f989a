"""What is wrong is found before people meet it, and said with what to do; keys are replaced without loss."""

import base64
import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction

from carnet.config import boot, examination
from carnet.config.boot import BootRefusedError, Level
from carnet.platform import blobs, crypto, keys, outbox, pump
from carnet.platform.post import RefusedError
from tests.conftest import acting_as
from tests.people.register import add_person

PRODUCTION_SECRET = "ksRbm0cAUcz5DgHH-4vJxyEQG6ZpKTO1n2ilwYXsPqFu3NdL7e9tM8oBWV"


def found(check, level=Level.OBSTACLE):
    return [finding.sentence for finding in check() if finding.level is level]


@pytest.fixture
def production(settings):
    settings.CARNET_SANDBOX = False
    settings.SECRET_KEY = PRODUCTION_SECRET


# -- the start is refused


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "demo.example"])
def test_the_sandbox_never_opens_itself_to_others(monkeypatch, host):
    monkeypatch.setenv("CARNET_BIND", host)
    with pytest.raises(BootRefusedError, match="tunnel SSH"):
        boot.refuse_or_pass(boot.SETTINGS_CHECKS)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.53"])
def test_the_sandbox_opens_on_this_machine(monkeypatch, host):
    monkeypatch.setenv("CARNET_BIND", host)
    boot.refuse_or_pass(boot.SETTINGS_CHECKS)


def test_production_may_listen_anywhere(production, monkeypatch):
    monkeypatch.setenv("CARNET_BIND", "0.0.0.0")
    assert found(boot.check_bind) == []


@pytest.mark.parametrize("name", ["X-Client-Cert", "X_Client_Cert", "Certificat-é"])
def test_a_header_that_a_client_could_write_beside_the_proxys_is_refused(settings, name):
    settings.CARNET_CLIENT_CERT_HEADER = name
    with pytest.raises(BootRefusedError, match="CARNET_CLIENT_CERT_HEADER"):
        boot.refuse_or_pass(boot.SETTINGS_CHECKS)


@pytest.mark.parametrize("name", ["", "ClientCertificate"])
def test_a_header_of_the_proxys_alone_passes(settings, name):
    settings.CARNET_CLIENT_CERT_HEADER = name
    assert found(boot.check_certificate_header) == []


@pytest.mark.parametrize("secret", ["", "short", "a" * 60, "sandbox-only-not-a-secret" * 3])
def test_production_wants_a_secret_of_its_own(production, settings, secret):
    settings.SECRET_KEY = secret
    with pytest.raises(BootRefusedError, match="CARNET_SECRET_KEY"):
        boot.refuse_or_pass(boot.SETTINGS_CHECKS)


def test_a_good_secret_passes(production):
    assert found(boot.check_secret) == []


def test_the_key_file_must_be_there_private_and_readable(settings, tmp_path):
    settings.CARNET_KEY_FILE = path = tmp_path / "carnet.keys"
    assert "carnet keys init" in found(boot.check_key_file)[0]
    crypto.create_key_file(path)
    path.chmod(0o640)
    assert f"chmod 600 {path}" in found(boot.check_key_file)[0]
    path.chmod(0o600)
    crypto.key_ring.cache_clear()
    assert found(boot.check_key_file) == []
    path.write_text("index nonsense\n")
    crypto.key_ring.cache_clear()
    assert "ne se lit pas" in found(boot.check_key_file)[0]
    crypto.key_ring.cache_clear()


def test_in_production_keys_beside_the_data_are_pointed_at(production, settings, tmp_path):
    settings.CARNET_HOME = tmp_path
    settings.CARNET_KEY_FILE = tmp_path / "carnet.keys"
    crypto.create_key_file(settings.CARNET_KEY_FILE)
    assert "Déplacez-le" in found(boot.check_key_file, Level.WARNING)[0]
    crypto.key_ring.cache_clear()


@pytest.mark.django_db
def test_the_sandbox_refuses_real_people():
    with acting_as("carnet_loader"):
        person = add_person()
        assert found(boot.check_register) == []
        with connection.cursor() as cursor:
            cursor.execute("update people_person set oid = %s where id = %s", ["1.2.250.1.213.1.4.8", person])
        assert "identités réelles" in found(boot.check_register)[0]


@pytest.mark.django_db
def test_an_old_server_is_refused(monkeypatch):
    monkeypatch.setattr(boot, "_version", lambda: 150_004)
    assert "PostgreSQL 15" in found(boot.check_server)[0]


@pytest.mark.django_db
def test_missing_migrations_are_named(monkeypatch):
    monkeypatch.setattr(boot, "list_pending_migrations", lambda: ["people.0009_next"])
    assert "carnet db migrate" in found(boot.check_migrations)[0]


# -- the examination


@pytest.mark.django_db
def test_a_sound_installation_has_no_obstacle():
    with acting_as("carnet_loader"):
        obstacles = [each for each in examination.examine() if each.level is Level.OBSTACLE]
    assert obstacles == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "breach",
    [
        "alter table documents_document no force row level security",
        "grant select on documents_document to carnet_batch",
        "create view shortcut as select * from documents_document",
        "create function shortcut() returns int security definer language sql as 'select 1'",
        "grant select on journal_{month} to carnet_app",
    ],
)
def test_a_hole_in_the_walls_is_found(breach):
    with connection.cursor() as cursor:
        cursor.execute("select max(relname) from pg_class where relname ~ '^journal_[0-9]{6}$'")
        month = cursor.fetchone()[0].removeprefix("journal_")
    with acting_as("carnet_owner"), connection.cursor() as cursor:
        assert found(examination.check_walls) == []
        cursor.execute(breach.format(month=month))
        assert "Des murs manquent" in found(examination.check_walls)[0]


@pytest.mark.django_db
def test_a_journal_without_room_is_an_obstacle(monkeypatch):
    far = examination.clock.today() + timedelta(days=400)
    assert found(examination.check_months) == []
    monkeypatch.setattr(examination.clock, "today", lambda: far)
    assert "carnet worker --role loader" in found(examination.check_months)[0]


@pytest.mark.django_db
def test_a_message_in_failure_is_shown_without_its_address(monkeypatch):
    monkeypatch.setattr(outbox, "handlers", registry := {})
    monkeypatch.setattr(pump, "handlers", registry)

    @outbox.handles("letters", transactional=False)
    def refuses(event):
        raise RefusedError("smtp 550")

    with transaction.atomic():
        outbox.emit("letters", key="k1", facts={"to": "zoe@exemple.test"})
    pump.hand_over("app")
    (said,) = found(examination.check_outbox, Level.WARNING)
    assert "letters failed" in said
    assert "zoe" not in said


@pytest.mark.django_db
def test_a_message_that_nobody_hands_over_is_noticed():
    with transaction.atomic():
        outbox.emit("letters", key="k1", facts={})
    assert found(examination.check_outbox, Level.WARNING) == []
    with connection.cursor() as cursor:
        cursor.execute("update platform_outbox set due_at = now() - interval '6 minutes'")
    assert "carnet worker --role app" in found(examination.check_outbox, Level.WARNING)[0]


@pytest.mark.django_db
def test_a_content_without_document_and_a_document_without_content_are_found(settings, tmp_path, monkeypatch):
    settings.CARNET_BLOBS = str(tmp_path)
    store = blobs.FolderStore(tmp_path)
    monkeypatch.setattr(blobs, "store", lambda: store)
    person = uuid4()
    store.put(person, "a1", b"sealed")
    with acting_as("carnet_loader"):
        assert examination.list_orphans(tmp_path) == [f"{person}/a1"]
        assert found(examination.check_blobs) == []
        with monkeypatch.context() as patched:
            patched.setattr(examination, "_latest_documents", lambda: [(person, "a1"), (person, "gone")])
            assert f"{person}/gone" in found(examination.check_blobs)[0]


# -- the master key


@pytest.mark.django_db
def test_a_new_master_key_rewraps_every_persons_key_and_loses_nothing(settings, tmp_path, monkeypatch):
    settings.CARNET_KEY_FILE = tmp_path / "carnet.keys"
    crypto.create_key_file(settings.CARNET_KEY_FILE)
    crypto.key_ring.cache_clear()
    people = [uuid4() for _ in range(7)]
    sealed = {person: crypto.ensure_key(person).seal("test", b"hers") for person in people}
    before = crypto.key_ring()
    crypto.add_master_key(settings.CARNET_KEY_FILE)
    monkeypatch.setattr(keys, "_BATCH", 3)
    told = []
    with acting_as("carnet_loader"):
        assert keys.count_old() == 7
        keys._rewrap_batch()  # then interrupted
        assert keys.count_old() == 4
        assert keys.rewrap_all(told.append) == 4
        assert (keys.count_old(), told) == (0, [3, 1])
    # A process that started before still holds the old list: it reads the file again.
    monkeypatch.setattr(crypto, "key_ring", _remembering(before, crypto.key_ring))
    assert all(crypto.get_key(person).open("test", sealed[person]) == b"hers" for person in people)
    monkeypatch.undo()
    crypto.key_ring.cache_clear()


@pytest.mark.django_db
def test_a_process_that_started_before_a_rotation_never_wraps_by_the_old_master_key(settings, tmp_path):
    settings.CARNET_KEY_FILE = path = tmp_path / "carnet.keys"
    crypto.create_key_file(path)
    crypto.key_ring.cache_clear()
    before = crypto.key_ring()
    with path.open("a") as file:  # another process, by its own command
        file.write(f"master k2 {base64.b64encode(os.urandom(32)).decode()}\n")
    assert crypto.key_ring() == before
    person = uuid4()
    sealed = crypto.ensure_key(person).seal("test", b"hers")
    # All are wrapped again: the old one is taken away.
    path.write_text("".join(line for line in path.open() if " k1 " not in line))
    crypto.key_ring.cache_clear()
    assert crypto.get_key(person).open("test", sealed) == b"hers"
    crypto.key_ring.cache_clear()


def test_a_new_master_key_never_takes_the_name_of_another(tmp_path):
    path = tmp_path / "carnet.keys"
    crypto.create_key_file(path)
    assert (crypto.add_master_key(path), crypto.add_master_key(path)) == ("k2", "k3")
    path.write_text("".join(line for line in path.open() if " k1 " not in line).rstrip("\n"))
    assert crypto.add_master_key(path) == "k4"
    assert [key_id for key_id, _ in crypto._read(path).masters] == ["k2", "k3", "k4"]


@pytest.mark.parametrize("line", ["master k1 {key}", "master {key}", "nonsense"])
def test_a_key_file_that_says_two_things_or_nothing_is_refused(tmp_path, line):
    path = tmp_path / "carnet.keys"
    crypto.create_key_file(path)
    with path.open("a") as file:
        file.write(line.format(key=base64.b64encode(os.urandom(32)).decode()) + "\n")
    with pytest.raises(ValueError, match="clés"):
        crypto._read(path)


def _remembering(old, real):
    """A cached key ring that was read before the file changed."""
    state = {"ring": old}

    def key_ring():
        if state["ring"] is None:
            state["ring"] = real()
        return state["ring"]

    key_ring.cache_clear = lambda: state.update(ring=None)
    return key_ring


def test_keys_are_never_overwritten(tmp_path):
    path = Path(tmp_path) / "carnet.keys"
    crypto.create_key_file(path)
    written = path.read_bytes()
    with pytest.raises(FileExistsError):
        crypto.create_key_file(path)
    assert path.read_bytes() == written
    assert path.stat().st_mode & 0o777 == 0o600
