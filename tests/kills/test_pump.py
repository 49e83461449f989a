"""The pump is killed: exactly once into the mailbox, at most once by itself through a relay."""

import socket
from email import message_from_bytes
from itertools import count

import pytest
from aiosmtpd.controller import Controller
from django.db import transaction

from carnet.platform import outbox, post, pump
from carnet.platform.ids import uuid7
from carnet.platform.smtp import compose
from tests.kills.drill import Drill, run
from tests.people.persons import claire

pytestmark = pytest.mark.django_db(transaction=True)

_cases = count(1)
MESSAGES, EVENTS, RELAYED = 24, 8, 10
MAILS = "select key from sandbox_mail where key like %s order by key"
OUTBOX = "select key, state from platform_outbox where key like %s order by key"
LOG = "select key, outcome from notices_delivery where key like %s order by key"
NOTICES = (
    "select count(*), count(distinct reference), count(mail_id) from notices_notice where person_id = %s"
)

EMAILS = """
select (select count(*) from sandbox_mail where person_id = %s)
  + (select count(*) from platform_outbox where person_id = %s and topic = 'post')"""
PLANS = "select count(*) from platform_outbox where person_id = %s and topic = 'notices.gather'"


def message(key, number):
    return post.Message(
        post.Channel.EMAIL, f"p{number}@exemple.test", "Un avis", "Un texte.", key=key, person_id=None
    )


def write_messages(case, number):
    keys = [f"{case}:{each:02d}" for each in range(number)]
    with transaction.atomic():
        for each, key in enumerate(keys):
            post.send(message(key, each))
    return keys


def numbers(found):
    return sorted(key.split(":")[1] for key, *_ in found)


def test_the_pump_into_the_mailbox(nursery, rows):
    persons = {}

    def prepare():
        case = f"mailbox{next(_cases)}"
        person = claire(login=f"claire.{case}").owner_id
        write_messages(case, MESSAGES)
        with transaction.atomic():
            for each in range(EVENTS):
                facts = {"told": [str(person)], "document_id": str(uuid7())}
                key = f"{case}:deposit{each}"
                outbox.emit("documents.deposited", key=key, facts=facts, person_id=person)
        persons[case] = person
        return {"case": case}

    def check_killed(facts, _said):
        like = f"{facts['case']}:%"
        mails, waiting = rows(MAILS, like), dict(rows(OUTBOX, like))
        messages = {key for key in waiting if "deposit" not in key}
        assert set(waiting.values()) <= {"ready"}
        assert {key for (key,) in mails}.isdisjoint(messages)
        assert len(mails) + len(messages) == MESSAGES
        assert rows(LOG, like) == [(key, "sent") for (key,) in mails]
        # each deposit that was told of has one notice; the first one an e-mail, the others one plan together
        told, person = EVENTS - (len(waiting) - len(messages)), persons[facts["case"]]
        mails = min(told, 1)
        assert rows(NOTICES, person) == [(told, told, mails)]
        assert rows(EMAILS, person, person) == [(mails,)]
        assert rows(PLANS, person) == [(int(told > 1),)]

    def rows_of(facts):
        like = f"{facts['case']}:%"
        assert rows(OUTBOX, like) == []
        return numbers(rows(MAILS, like)), numbers(rows(LOG, like)), rows(NOTICES, persons[facts["case"]])

    run(Drill("pump_to_mailbox", "app", prepare, check_killed, rows_of), nursery)


class Relay:
    """A real SMTP server that remembers the identifier of each message it took."""

    def __init__(self):
        self.taken = []

    async def handle_DATA(self, _server, _session, envelope):
        self.taken.append(message_from_bytes(envelope.content)["Message-ID"])
        return "250 taken"

    def count(self, key):
        return self.taken.count(str(compose(message(key, 0))["Message-ID"]))


@pytest.fixture
def relay():
    handler = Relay()
    with socket.create_server(("127.0.0.1", 0)) as free:
        handler.port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    yield handler
    controller.stop()


def test_the_pump_through_a_relay(nursery, rows, relay):
    """Killed between the relay's answer and the row's removal, nobody can know: a person settles it."""
    url = f"smtp://127.0.0.1:{relay.port}"

    def prepare():
        case = f"relay{next(_cases)}"
        return {"url": url, "keys": write_messages(case, RELAYED)}

    def check_killed(facts, _said):
        like = f"{facts['keys'][0].split(':')[0]}:%"
        states = dict(rows(OUTBOX, like))
        log = dict(rows(LOG, like))
        for key in facts["keys"]:
            state, taken = states.get(key, "gone"), relay.count(key)
            assert taken <= 1, "repeated by itself"
            match state:
                case "gone":
                    assert (taken, log[key]) == (1, "sent")
                case "ready":
                    assert (taken, log.get(key)) == (0, None)
                case "in_doubt":
                    assert log[key] == "in_doubt"
                case _:
                    assert state == "claimed"

    def rows_of(facts):
        like = f"{facts['keys'][0].split(':')[0]}:%"
        left = rows("select id, key, state from platform_outbox where key like %s", like)
        assert {state for _, _, state in left} <= {"in_doubt"}
        for row, key, _ in left:  # somebody looks into the relay's log, and decides
            assert pump.settle_in_doubt(row, repeat=relay.count(key) == 0)
        nursery.run("pump_to_relay", role="app", **facts)
        return [relay.count(key) for key in facts["keys"]], rows(OUTBOX, like)

    run(Drill("pump_to_relay", "app", prepare, check_killed, rows_of), nursery)
