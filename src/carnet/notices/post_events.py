"""The messages that leave: handed to the adapter that the settings name, each with a line of delivery log.

The line keeps channel, moment and outcome; the address and the text go with the outbox row.
"""

from django.db import connection

from carnet.platform import clock, post
from carnet.platform.ids import uuid7
from carnet.platform.outbox import Event, Outcome, handles


def record(event: Event, outcome: Outcome) -> None:
    """Write how this message ended; one that is sent again keeps one line, with its last outcome."""
    message = post.from_event(event)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into notices_delivery (id, person_id, channel, key, at, outcome)"
            " values (%s, %s, %s, %s, %s, %s)"
            " on conflict (key) do update set at = excluded.at, outcome = excluded.outcome",
            [uuid7(), message.person_id, message.channel, message.key, clock.now(), outcome],
        )


@handles(post.TOPIC, transactional=post.adapter().transactional, settled=record)
def deliver(event: Event) -> None:
    """Hand one message over (see `carnet.platform.post.Adapter` for what may go wrong)."""
    post.adapter().deliver(post.from_event(event))
