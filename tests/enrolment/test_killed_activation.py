"""An activation killed with -9 at its worst moments: the whole space with its account, or nothing."""

import signal

import pytest
from django.db import connection

from carnet.enrolment import api as enrolment
from carnet.people import api as people
from tests.enrolment import killed
from tests.enrolment.acts import PASSWORD, confirm, facts, journal_of, notified
from tests.people.register import add_person

pytestmark = pytest.mark.django_db(transaction=True)

FINISH = """
from carnet.enrolment import api
api.finish_activation({token!r}, version={version}, terms_accepted=True, choices=api.Choices())
"""
MOMENTS = {
    "the code is used": ("carnet.enrolment.codes", "use_code", True),
    "the account is made": ("carnet.enrolment.actions.activation", "_account", True),
    "everything is written, nothing committed": ("carnet.enrolment.messages", "tell_account", True),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_whole_or_nothing(moment):
    claire = add_person()
    token = enrolment.start_activation(**facts(claire, notified(claire)))
    draft = confirm(token)
    draft = enrolment.set_credentials(token, version=draft.version, login="claire.martin", password=PASSWORD)
    module, name, after = MOMENTS[moment]
    act = FINISH.format(token=token, version=draft.version)
    process = killed.start(act, role="app", module=module, name=name, after=after)
    assert killed.finish(process) == -signal.SIGKILL
    with connection.cursor() as cursor:  # waits until the killed one's transaction is gone
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"space:{claire}"])
    assert enrolment.find_state(claire) == "notified"
    assert people.find_account(claire) is None
    assert killed.finish(killed.start(act, role="app")) == 0
    assert enrolment.find_state(claire) == "activated"
    assert people.find_account(claire).login == "claire.martin"
    assert [line[0] for line in journal_of(claire)].count("enrolment.activated") == 1
