"""An erasure removes copies: their rows, their blobs, and what is still being prepared."""

import pytest
from django.db import connection

from carnet.enrolment import api as enrolment
from carnet.enrolment import erasure
from carnet.exports import api as exports
from carnet.exports.preparing import prepare
from tests.conftest import acting_as
from tests.documents.deposits import add_claire, deposit, holder, report
from tests.exports import copies

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_erasure_takes_copies_away(settings):
    settings.CARNET_ERASURE_DELAY_DAYS = 0
    claire = add_claire()
    deposit(report(claire, 1))
    copies.make(claire)
    under_way = exports.ask_copy(claire, by=holder(claire))
    assert copies.stored(claire)
    enrolment.close(claire, by=holder(claire), erase=True)
    with acting_as("carnet_loader"):
        assert erasure.execute([claire]) == 1
    assert copies.stored(claire) == []
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from exports_copy where person_id = %s", [claire])
        assert cursor.fetchone() == (0,)
    prepare(under_way)  # its job is still in the queue
    assert copies.stored(claire) == []
