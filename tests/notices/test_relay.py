"""A notice and the e-mail of the day through a real SMTP server: what leaves, what is tried again, the log."""

import email
import email.policy
import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from carnet.notices import api as notices
from carnet.notices import digest
from carnet.notices.api import NoticeCode, Outcome, Preferences, Rhythm
from carnet.notices.post_events import record
from carnet.platform import clock, outbox, post, pump
from carnet.platform.smtp import SmtpAdapter
from tests.people.persons import claire

pytestmark = pytest.mark.django_db(transaction=True)


class Mailbox:
    """What the server answers, and what it received."""

    def __init__(self):
        self.received, self.answer = [], "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.answer == "cut":
            server.transport.abort()
            return ""
        if self.answer.startswith("250"):
            self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return self.answer


@pytest.fixture
def relay(settings, monkeypatch):
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, enable_SMTPUTF8=False)
    controller.start()
    settings.CARNET_SMTP_URL = f"smtp://127.0.0.1:{port}"
    settings.CARNET_MAIL_FROM = "ne-pas-repondre@carnet.example"
    adapter = SmtpAdapter()
    handler = outbox.Handler(
        lambda event: adapter.deliver(post.from_event(event)), transactional=False, settled=record
    )
    monkeypatch.setitem(outbox.handlers, post.TOPIC, handler)
    yield mailbox
    controller.stop()


def tell(person):
    from django.db import transaction

    with transaction.atomic():
        notices.tell(person, about_id=person, code=NoticeCode.DOCUMENT_ADDED)


def hand_over():
    while pump.hand_over("app"):
        pass


def pass_pause():
    with connection.cursor() as cursor:
        cursor.execute("update platform_outbox set due_at = due_at - interval '1 day'")


def card_of(person):
    (card,) = notices.list_notices(person, about_id=person)
    return card


def test_a_notice_leaves_and_is_logged(relay):
    person = claire(email="claire@exemple.test").owner_id
    tell(person)
    hand_over()
    (message,) = relay.received
    assert message["To"] == "claire@exemple.test"
    assert message["Auto-Submitted"] == "auto-generated"
    text = f"{message['Subject']} {message.get_content()}".casefold()
    for word in ("document", "santé publique", "laboratoire", "claire"):
        assert word not in text.replace("claire@exemple.test", "")
    card = card_of(person)
    assert (card.mailed, card.outcome) == (True, Outcome.SENT)
    assert card.settled_at is not None


def test_a_busy_server_is_asked_again_and_the_mail_arrives_once(relay):
    person = claire().owner_id
    relay.answer = "451 later"
    tell(person)
    hand_over()
    assert (card_of(person).outcome, relay.received) == (None, [])
    relay.answer = "250 OK"
    pass_pause()
    hand_over()
    assert (card_of(person).outcome, len(relay.received)) == (Outcome.SENT, 1)


def test_a_refusal_for_good_is_said_to_the_person(relay):
    person = claire().owner_id
    relay.answer = "550 no such box"
    tell(person)
    hand_over()
    assert card_of(person).outcome is Outcome.FAILED


def test_a_cut_leaves_a_doubt(relay):
    person = claire().owner_id
    relay.answer = "cut"
    tell(person)
    hand_over()
    assert card_of(person).outcome is Outcome.IN_DOUBT


def test_the_mail_of_the_day(relay):
    person = claire().owner_id
    notices.save_preferences(person, Preferences(rhythm=Rhythm.DAILY))
    for _ in range(3):
        tell(person)
    digest.plan(clock.today() + timedelta(days=1))
    hand_over()
    (message,) = relay.received
    assert message["Subject"] == "3 nouveautés dans votre espace santé"
    assert {card.outcome for card in notices.list_notices(person, about_id=person)} == {Outcome.SENT}
