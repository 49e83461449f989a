"""The same form, sent twice in one instant, is one measure."""

import threading

import pytest
from django.db import connection

from carnet.measures import api as measures
from carnet.measures.api import Kind
from tests.conftest import LONG
from tests.measures.entering import add, add_claire, door

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_form_sent_twice_at_once_adds_once():
    for _ in range(50 if LONG else 4):
        claire, gate = add_claire(), threading.Barrier(2)

        def send(person=claire, gate=gate):
            gate.wait(10)
            add(person, Kind.WEIGHT)
            connection.close()

        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        with door(claire) as a:
            assert measures.count_values(a) == 1
