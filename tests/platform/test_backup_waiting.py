"""After a restoration, what may have left since the backup is not sent again by itself."""

import os
from dataclasses import replace

import pytest
from django.conf import settings
from django.db import connection, transaction

from carnet.platform import outbox, pump
from carnet.platform.backup import hold_back
from carnet.platform.postgres.target import resolve

pytestmark = pytest.mark.django_db(transaction=True)


def states():
    with connection.cursor() as cursor:
        cursor.execute("select key, state, error from platform_outbox order by key")
        return {key: (state, error) for key, state, error in cursor.fetchall()}


def test_waiting_messages_are_in_doubt_and_the_rest_goes_on():
    with transaction.atomic():
        for topic, key in (
            ("letters", "ready"),
            ("letters", "under way"),
            ("letters", "failed"),
            ("inside", "event"),
        ):
            outbox.emit(topic, key=key, facts={})
    with connection.cursor() as cursor:
        cursor.execute("update platform_outbox set state = 'claimed' where key = 'under way'")
        cursor.execute("update platform_outbox set state = 'failed', error = 'smtp 550' where key = 'failed'")
    target = replace(resolve(os.environ, settings.CARNET_HOME), database=connection.settings_dict["NAME"])
    assert hold_back(target, ["letters"]) == 2
    assert states() == {
        "ready": ("in_doubt", "restauration"),
        "under way": ("in_doubt", "restauration"),
        "failed": ("failed", "smtp 550"),
        "event": ("ready", ""),
    }
    assert hold_back(target, ["letters"]) == 0
    assert {row.error for row in pump.list_unsettled() if row.state == "in_doubt"} == {"restauration"}
