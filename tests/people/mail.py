"""What waits in the outbox: messages as they would leave, and what happens behind the pages."""

import re

from django.db import connection

from carnet.platform import outbox, post

MOST_ROUNDS = 20


def _rows(topic):
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, topic, key, person_id, payload, attempts from platform_outbox where topic like %s order by id",
            [topic],
        )
        rows = cursor.fetchall()
    return [outbox.Event(row[0], row[1], row[2], row[3], outbox.read_payload(row[4]), row[5]) for row in rows]


def sent(to=None):
    """Return the messages written so far, oldest first, to one address or to all."""
    messages = [post.from_event(event) for event in _rows("post")]
    return [message for message in messages if to in (None, message.to)]


def work_behind():
    """Run what people's pages left for later, as the pump does, and return how many events there were."""
    events = _rows("people.%")
    for event in events:
        outbox.handlers[event.topic].run(event)
        with connection.cursor() as cursor:
            cursor.execute("delete from platform_outbox where id = %s", [event.id])
    return len(events)


def last_code(to):
    """Return the code of the newest message to an address that holds one."""
    codes = [found[0] for message in sent(to) if (found := re.findall(r"\b[0-9]{6}\b", message.text))]
    assert codes, f"no code was sent to {to}"
    return codes[-1]


def last_link(to):
    """Return the path of the link in the newest message to an address that holds one."""
    links = [
        found[-1] for message in sent(to) if (found := re.findall(r"https?://[^/\s]+(/\S+)", message.text))
    ]
    assert links, f"no link was sent to {to}"
    return links[-1]
