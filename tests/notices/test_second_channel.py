"""An urgent notice whose e-mail does not leave takes a second channel: a real SMTP server that refuses."""

import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.db import connection, transaction

from carnet.notices import api as notices
from carnet.notices.api import NoticeCode
from carnet.notices.post_events import record
from carnet.notices.second_channel import NOWHERE, WAIT
from carnet.platform import outbox, post, pump
from carnet.platform.smtp import SmtpAdapter
from carnet.sandbox.mailbox import MailboxAdapter
from tests.conftest import acting_as
from tests.people.persons import PHONE, claire
from tests.people.register import add_person
from tests.portal.visits import give_account

pytestmark = pytest.mark.django_db(transaction=True)


class Relay:
    """What the server answers to each e-mail, and how often it was asked."""

    def __init__(self):
        self.asked, self.answer = 0, "451 later"

    async def handle_DATA(self, _server, _session, _envelope):
        self.asked += 1
        return self.answer


class Adapter:
    """E-mails by the relay, the rest into the mailbox that a test can read."""

    transactional = False

    def deliver(self, message):
        chosen = SmtpAdapter() if message.channel is post.Channel.EMAIL else MailboxAdapter()
        chosen.deliver(message)


@pytest.fixture
def relay(settings, monkeypatch):
    found = Relay()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(found, hostname="127.0.0.1", port=port, enable_SMTPUTF8=False)
    controller.start()
    settings.CARNET_SMTP_URL = f"smtp://127.0.0.1:{port}"
    settings.CARNET_MAIL_FROM = "ne-pas-repondre@carnet.example"
    handler = outbox.Handler(
        lambda event: Adapter().deliver(post.from_event(event)), transactional=False, settled=record
    )
    monkeypatch.setitem(outbox.handlers, post.TOPIC, handler)
    yield found
    controller.stop()


def tell(person, code=NoticeCode.EMERGENCY_ACCESS):
    with transaction.atomic():
        notices.tell(person, about_id=person, code=code)


def live(delay):
    """Let real time pass for what waits in the outbox, then hand over."""
    with connection.cursor() as cursor:
        cursor.execute("update platform_outbox set due_at = due_at - %s", [delay])
    while pump.hand_over("app"):
        pass


def texts(person):
    with connection.cursor() as cursor:
        cursor.execute(
            "select \"to\", text from sandbox_mail where person_id = %s and channel = 'sms'", [person]
        )
        return cursor.fetchall()


@pytest.mark.parametrize("answer", ["451 later", "550 no"])
def test_what_the_relay_does_not_take_leaves_by_sms(relay, answer):
    relay.answer = answer
    person = claire().owner_id
    tell(person)
    live(timedelta(0))
    assert relay.asked == 1
    assert texts(person) == []
    live(WAIT)
    ((to, text),) = texts(person)
    assert to == PHONE
    assert "urgence" in text
    for word in ("Claire", "MARTIN"):
        assert word not in text
    live(WAIT)
    assert len(texts(person)) == 1


def test_a_relay_that_is_not_there_is_no_obstacle(settings, relay):
    settings.CARNET_SMTP_URL = "smtp://127.0.0.1:1"
    person = claire().owner_id
    tell(person)
    live(timedelta(0))
    live(WAIT)
    assert len(texts(person)) == 1


def test_what_has_left_needs_no_second_channel(relay):
    relay.answer = "250 OK"
    person = claire().owner_id
    tell(person)
    live(timedelta(0))
    live(WAIT)
    assert texts(person) == []


def test_other_notices_have_none(relay):
    person = claire().owner_id
    tell(person, NoticeCode.DOCUMENT_ADDED)
    live(timedelta(0))
    live(WAIT)
    assert texts(person) == []


def test_without_an_address_the_sms_leaves_at_once(relay):
    person = add_person(email="")
    give_account(person, email="")
    tell(person)
    live(timedelta(0))
    assert len(texts(person)) == 1
    assert relay.asked == 0


def test_nowhere_to_write_is_counted(relay):
    before = NOWHERE._value.get()
    person = claire(phone="").owner_id
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("delete from people_contact where person_id = %s", [person])
    tell(person)
    live(timedelta(0))
    live(WAIT)
    assert NOWHERE._value.get() == before + 1
