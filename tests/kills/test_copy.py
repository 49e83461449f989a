"""A copy is killed while it is prepared: ready once or not at all, told once, nothing of a dead attempt left."""

import io
import zipfile
from uuid import UUID

import pytest

from carnet.exports import api as exports
from carnet.notices import api as notices
from carnet.platform import blobs
from tests.documents.deposits import add_claire, deposit, holder, report, scanned
from tests.exports import copies
from tests.kills.drill import Drill, run
from tests.portal.visits import give_account

pytestmark = pytest.mark.django_db(transaction=True)

LINES = "select count(*) from journal where person_id = %s and event = %s and allowed"
POSTED = "select count(*) from platform_outbox where topic = 'post' and person_id = %s"


def test_a_copy(nursery, rows):
    people = {}

    def prepare():
        person = add_claire()
        give_account(person)
        for number in range(3):
            deposit(report(person, number))
        deposit(scanned(person, 9))
        copy_id = exports.ask_copy(person, by=holder(person))
        people[str(copy_id)] = person, rows(POSTED, person)
        return {"copy": str(copy_id)}

    def check_killed(facts, said):
        person, posted = people[facts["copy"]]
        copy = copies.find(UUID(facts["copy"]))
        assert copy.ready or copy.unfinished
        if said:
            assert copy.ready
        for part in copy.parts:  # a row never names a blob that is not there whole
            for name in part.names:
                assert blobs.store().get(person, name)
        told = [one for one in notices.list_notices(person, about_id=person) if one.reference == copy.id]
        assert len(told) == rows(LINES, person, "copy.prepared")[0][0] == copy.ready
        assert rows(POSTED, person)[0][0] == posted[0][0] + copy.ready

    def rows_of(facts):
        person, _ = people[facts["copy"]]
        copy = copies.find(UUID(facts["copy"]))
        assert copy.ready
        assert copies.stored(person) == sorted(name for part in copy.parts for name in part.names)
        (archive,) = copies.download(copy.id, person)
        assert len(archive) == copy.size
        return names_in(archive), rows(LINES, person, "copy.prepared"), copy.done

    run(Drill("prepare_copy", "app", prepare, check_killed, rows_of), nursery)


def names_in(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        return sorted(name.rpartition("/")[2] for name in opened.namelist())
