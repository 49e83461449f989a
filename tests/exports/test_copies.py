"""The life of a copy: asked, prepared as its asker may see, told, downloaded, gone."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

from carnet.access import api as access
from carnet.config.examination import list_orphans
from carnet.exports import actions, archive, queries, records
from carnet.exports import api as exports
from carnet.exports.policies import GIVEN_UP, State
from carnet.exports.preparing import prepare
from carnet.journal.api import EventType
from carnet.notices import api as notices
from carnet.platform import blobs, clock, jobs
from tests.conftest import acting_as
from tests.days import live, live_until
from tests.documents.deposits import add_claire, add_second_parent, deposit, holder, parent, report
from tests.exports import copies
from tests.people.register import add_person, open_space
from tests.portal.visits import give_account

pytestmark = pytest.mark.django_db

COPY_EVENTS = [
    EventType.COPY_ASKED, EventType.COPY_PREPARED, EventType.COPY_DOWNLOADED, EventType.COPY_DELETED
]  # fmt: skip


@pytest.fixture
def claire():
    person = add_claire()
    give_account(person)
    deposit(report(person, 1))
    return person


def events_of(person):
    return [line[0] for line in copies.journal_of(person, *COPY_EVENTS)]


def add_child(birth_date=date(2015, 4, 2)):
    claire = add_claire()
    give_account(claire)
    child = add_person(given_names="LEA", birth_name="MARTIN", birth_date=birth_date, attached_to=claire)
    open_space(child)
    return claire, child


def posted():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from platform_outbox where topic = 'post'")
        return cursor.fetchone()[0]


def test_asked_prepared_told_and_downloaded(claire):
    copy_id = exports.ask_copy(claire, by=holder(claire))
    assert copies.find(copy_id).state is State.ASKED
    assert jobs.list_arguments("exports.prepare", active=True) == [{"copy_id": str(copy_id)}]
    before = posted()
    prepare(copy_id)
    copy = copies.find(copy_id)
    assert copy.state is State.READY
    assert copy.expires_at - copy.ready_at == timedelta(days=7)
    assert copy.done == copy.total == 4
    (told,) = [one for one in notices.list_notices(claire, about_id=claire) if one.reference == copy_id]
    assert told.code is notices.NoticeCode.COPY_READY
    assert posted() == before + 1
    copies.download(copy_id, claire)
    assert events_of(claire) == ["copy.asked", "copy.prepared", "copy.downloaded"]


def test_the_job_run_again_does_nothing(claire):
    copy_id = copies.make(claire)
    names = copies.stored(claire)
    prepare(copy_id)
    assert copies.stored(claire) == names
    assert events_of(claire) == ["copy.asked", "copy.prepared"]


def test_one_at_a_time(claire):
    exports.ask_copy(claire, by=holder(claire))
    with pytest.raises(exports.CopyUnderWayError):
        exports.ask_copy(claire, by=holder(claire))
    assert events_of(claire) == ["copy.asked"]
    assert len(jobs.list_arguments("exports.prepare", active=True)) == 1


def test_two_clicks_at_once_make_one(claire, monkeypatch):
    """The second click read the list before the first had written."""
    exports.ask_copy(claire, by=holder(claire))
    monkeypatch.setattr(queries, "list_copies", lambda *_args, **_options: [])
    with pytest.raises(exports.CopyUnderWayError):
        exports.ask_copy(claire, by=holder(claire))
    assert len(jobs.list_arguments("exports.prepare", active=True)) == 1


def test_a_new_copy_takes_the_place_of_the_one_before(claire):
    first, second = copies.make(claire), copies.make(claire)
    assert copies.find(first).state is State.EXPIRED
    assert copies.find(second).ready
    assert all(second.hex in name for name in copies.stored(claire))
    assert events_of(claire).count("copy.deleted") == 1


def test_after_seven_days_it_is_gone(claire):
    copy_id = copies.make(claire)
    live(6)
    copies.download(copy_id, claire)
    live(2)  # days begin at six in the morning
    assert copies.find(copy_id).state is State.EXPIRED
    assert copies.stored(claire) == []
    with pytest.raises(exports.CopyUnknownError):
        exports.open_part(copy_id, 1, person_id=claire, by=holder(claire))
    assert events_of(claire)[-1] == "copy.deleted"
    (line,) = copies.journal_of(claire, EventType.COPY_DELETED)
    assert line[1:3] == ("SYSTEM", "operate")


def test_an_hour_past_its_time_it_is_refused_before_any_daily_run(claire):
    copy_id = copies.make(claire)
    with connection.cursor() as cursor:
        cursor.execute("update exports_copy set expires_at = %s where id = %s", [clock.now(), copy_id])
    with pytest.raises(exports.CopyUnknownError):
        exports.open_part(copy_id, 1, person_id=claire, by=holder(claire))


def test_it_is_deleted_at_will(claire):
    copy_id = copies.make(claire)
    exports.delete_copy(copy_id, person_id=claire, by=holder(claire))
    assert copies.find(copy_id).state is State.EXPIRED
    assert copies.stored(claire) == []
    assert events_of(claire)[-1] == "copy.deleted"
    with pytest.raises(exports.CopyUnknownError):
        exports.delete_copy(copy_id, person_id=claire, by=holder(claire))


def test_what_a_kill_left_after_a_deletion_is_deleted_the_day_after(claire, monkeypatch):
    copy_id = copies.make(claire)
    with monkeypatch.context() as killed:
        killed.setattr(actions, "sweep", lambda _copy: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            exports.delete_copy(copy_id, person_id=claire, by=holder(claire))
    assert copies.stored(claire)
    actions.end_due(clock.now())
    assert copies.stored(claire) == []
    assert events_of(claire).count("copy.deleted") == 1


def test_what_a_killed_preparation_left_is_taken_away(claire):
    copy_id = exports.ask_copy(claire, by=holder(claire))
    blobs.store().put(claire, f"copy-{copy_id.hex}-00000000-1-0-10", b"left")
    prepare(copy_id)
    assert copies.stored(claire) == sorted(name for part in copies.find(copy_id).parts for name in part.names)


def test_a_preparation_that_never_ends_is_told_and_makes_room(claire):
    copy_id = exports.ask_copy(claire, by=holder(claire))
    blobs.store().put(claire, f"copy-{copy_id.hex}-00000000-1-0-10", b"left")
    with connection.cursor() as cursor:
        cursor.execute(
            "update exports_copy set asked_at = %s where id = %s", [clock.now() - GIVEN_UP, copy_id]
        )
    assert copies.find(copy_id).state is State.FAILED
    second = exports.ask_copy(claire, by=holder(claire))
    assert copies.stored(claire) == []
    prepare(copy_id)
    assert not copies.find(copy_id).ready
    prepare(second)
    assert copies.find(second).ready


def test_given_up_while_it_was_prepared_nothing_is_left(claire, monkeypatch):
    copy_id = exports.ask_copy(claire, by=holder(claire))
    noted = actions.note_progress

    def give_up(*args, **options):
        noted(*args, **options)
        with connection.cursor() as cursor:
            cursor.execute("update exports_copy set state = 'failed' where id = %s", [copy_id])

    monkeypatch.setattr(actions, "note_progress", give_up)
    prepare(copy_id)
    assert copies.find(copy_id).state is State.FAILED
    assert copies.stored(claire) == []
    assert events_of(claire).count("copy.prepared") == 0


def test_anothers_copy_is_not_there(claire):
    copy_id, other = copies.make(claire), add_claire(given_names="JEANNE")
    for person, by in ((other, holder(other)), (claire, parent(other)), (other, holder(claire))):
        with pytest.raises(exports.CopyUnknownError):
            exports.open_part(copy_id, 1, person_id=person, by=by)
        with pytest.raises(exports.CopyUnknownError):
            exports.delete_copy(copy_id, person_id=person, by=by)
    for number in (0, 2, 99):
        with pytest.raises(exports.CopyUnknownError):
            exports.open_part(copy_id, number, person_id=claire, by=holder(claire))
    with pytest.raises(exports.CopyUnknownError):
        exports.get_copy(uuid4(), person_id=claire, asked_by=claire)


def test_a_representative_gets_what_he_may_see_and_nothing_more(tmp_path):
    claire, child = add_child()
    deposit(report(child, 1, title="Vaccins"))
    deposit(report(child, 2, title="Confidence"), invisible_representatives=True)
    copy_id = copies.make(child, by=parent(claire))
    root = copies.unpack(copies.download(copy_id, child, by=parent(claire)), tmp_path)
    whole = b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())
    assert b"Vaccins" in whole
    assert b"Confidence" not in whole
    assert len(list(root.glob("documents/*"))) == 1
    accesses = (root / "acces.csv").read_text()
    assert accesses.count("Document déposé") == 1
    assert "demandée par un représentant légal" in (root / "index.html").read_text()


def test_the_copy_of_one_parent_is_not_the_others_nor_the_childs():
    claire, child = add_child()
    paul = add_claire(given_names="PAUL", sex="M")
    add_second_parent(child, paul, invited_by=claire)
    copy_id = copies.make(child, by=parent(claire))
    for by in (parent(paul), holder(child)):
        with pytest.raises(exports.CopyUnknownError):
            exports.open_part(copy_id, 1, person_id=child, by=by)
    assert exports.list_copies(child, asked_by=paul) == []


def test_asked_by_a_parent_and_prepared_after_the_child_came_of_age_it_is_refused(monkeypatch):
    monkeypatch.setattr(records, "GIVEN_UP", timedelta(days=2))
    eighteen = clock.today() + timedelta(days=1)
    claire, child = add_child(birth_date=eighteen.replace(year=eighteen.year - 18))
    copy_id = exports.ask_copy(child, by=parent(claire))
    clock.advance_to(eighteen)
    prepare(copy_id)
    assert copies.find(copy_id).state is State.FAILED
    assert copies.stored(child) == []
    refused = [line for line in copies.journal_of(child) if not line[3]]
    assert [(line[0], line[4]) for line in refused] == [("access.consulted", "of_age")]


def test_ready_before_and_downloaded_after_the_child_came_of_age_it_is_refused():
    eighteen = clock.today() + timedelta(days=1)
    claire, child = add_child(birth_date=eighteen.replace(year=eighteen.year - 18))
    copy_id = copies.make(child, by=parent(claire))
    clock.advance_to(eighteen)
    with pytest.raises(access.Refused):
        exports.open_part(copy_id, 1, person_id=child, by=parent(claire))


def test_of_age_between_the_reading_and_the_end_nothing_is_given(monkeypatch):
    eighteen = clock.today() + timedelta(days=1)
    claire, child = add_child(birth_date=eighteen.replace(year=eighteen.year - 18))
    copy_id = exports.ask_copy(child, by=parent(claire))
    written = archive.write_archive

    def slow(*args, **options):
        written(*args, **options)
        clock.advance_to(eighteen)

    monkeypatch.setattr(archive, "write_archive", slow)
    prepare(copy_id)
    assert copies.find(copy_id).state is State.FAILED
    assert copies.stored(child) == []


def test_a_closed_space_gives_no_copy(claire):
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set state = 'closed' where person_id = %s", [claire])
    with pytest.raises(access.Refused):
        exports.ask_copy(claire, by=holder(claire))
    assert exports.list_copies(claire, asked_by=claire) == []
    assert jobs.list_arguments("exports.prepare", active=True) == []


def test_a_chunk_that_is_missing_is_told(claire):
    copy_id = copies.make(claire)
    blobs.store().delete(claire, copies.stored(claire)[0])
    with pytest.raises(exports.CopyDamagedError):
        exports.open_part(copy_id, 1, person_id=claire, by=holder(claire))


def test_the_list_forgets_after_a_year(claire):
    copy_id = copies.make(claire)
    live_until(clock.today() + timedelta(days=8))
    actions.end_due(clock.now() + timedelta(days=366))
    assert copies.find(copy_id) is None


def test_an_empty_space_has_a_copy_too(tmp_path):
    jeanne = add_claire(given_names="JEANNE")
    root = copies.unpack(copies.download(copies.make(jeanne), jeanne), tmp_path)
    for name in ("documents.html", "mesures.html", "histoire-de-sante.html"):
        assert 'class="empty"' in (root / name).read_text()


def test_the_doctor_knows_the_blobs_of_copies(claire):
    copies.make(claire)
    exports.ask_copy(claire, by=holder(claire))
    with acting_as("carnet_loader"):
        root = Path(settings.CARNET_BLOBS)
        assert [name for name in list_orphans(root) if str(claire) in name] == []
        under_way = next(copy for copy in queries.list_copies(claire, asked_by=claire) if copy.unfinished)
        blobs.store().put(claire, f"copy-{under_way.id.hex}-00000000-1-0-10", b"being written")
        assert [name for name in list_orphans(root) if str(claire) in name] == []
        blobs.store().put(claire, f"copy-{uuid4().hex}-00000000-1-0-10", b"nobody's")
        assert len([name for name in list_orphans(root) if str(claire) in name]) == 1
