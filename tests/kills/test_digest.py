"""The e-mails of the day are killed: each person has one, and no notice is in two or in none."""

from datetime import timedelta
from itertools import count

import pytest

from carnet.notices import api as notices
from carnet.notices.api import NoticeCode, Preferences, Rhythm
from carnet.platform import clock, outbox
from carnet.platform.ids import uuid7
from tests.kills.drill import Drill, run
from tests.people.persons import claire

pytestmark = pytest.mark.django_db(transaction=True)

PERSONS, BATCH = 5, 2
_cases = count(1)
NOTICES = "select mail_id, in_digest from notices_notice where person_id = %s"
MAILS = """
select key, text from sandbox_mail where person_id = %s
union all select key, null from platform_outbox where person_id = %s and topic = 'post'"""


def test_the_mails_of_a_day(nursery, rows):
    told = [uuid7()]  # who was told of how much: the persons of the present case

    def prepare():
        case = next(_cases)
        rows("truncate notices_notice, notices_preference, platform_outbox, sandbox_mail")
        told[:] = [claire(login=f"claire.jour.{case}.{number}").owner_id for number in range(PERSONS)]
        for number, person in enumerate(told):
            notices.save_preferences(person, Preferences(rhythm=Rhythm.DAILY))
            for _ in range(number + 1):
                notices.tell(person, about_id=person, code=NoticeCode.DOCUMENT_ADDED)
        return {"day": str(clock.today() + timedelta(days=1)), "batch": BATCH}

    def check_killed(_facts, _said):
        for person in told:
            found, mails = rows(NOTICES, person), dict(mails_of(person))
            taken = {mail for mail, _ in found if mail}
            assert {f"notice:{mail}" for mail in taken} == set(mails)
            assert len(mails) <= 1, "two e-mails for one person"
            assert {waits for mail, waits in found if mail} <= {False}
            assert len({mail for mail, _ in found}) == 1, "some in the e-mail, some not"

    def mails_of(person):
        return rows(MAILS, person, person)

    def rows_of(_facts):
        texts = [text for person in told for _, text in mails_of(person)]
        assert rows("select 1 from platform_outbox") == []
        return [text.split(" dans ")[0] for text in texts]

    run(Drill("write_digest", "app", prepare, check_killed, rows_of), nursery)
    assert rows_of({})[:2] == [
        "Bonjour,\n\nUne nouveauté vous attend",
        "Bonjour,\n\n2 nouveautés vous attendent",
    ]
    assert outbox.handlers["notices.digest"].transactional
