"""E-mails leave by a real SMTP session on loopback; letters land in the printer's folder."""

import email
import email.policy
import socket
import stat

import pytest
from aiosmtpd.controller import Controller

from carnet.platform.post import Channel, Message, RefusedError, TemporaryFailureError, UnknownOutcomeError
from carnet.platform.smtp import Relay, SmtpAdapter, compose

PDF = b"%PDF-1.7 not read here"


class Mailbox:
    """What the server answers, and what it received."""

    def __init__(self):
        self.received, self.recipient, self.content = [], "250 OK", "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server, session, envelope):
        if self.content == "cut":
            server.transport.abort()
            return ""
        if self.content.startswith("250"):
            self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return self.content


@pytest.fixture
def relay(settings):
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, enable_SMTPUTF8=False)
    controller.start()
    settings.CARNET_SMTP_URL = f"smtp://127.0.0.1:{port}"
    settings.CARNET_MAIL_FROM = "ne-pas-repondre@carnet.example"
    yield mailbox
    controller.stop()


def message(**changes):
    facts = {
        "channel": Channel.EMAIL,
        "to": "zoe@exemple.test",
        "subject": "Votre espace a été créé",
        "text": "Bonjour Zoé,\nvotre espace vous attend.\n",
        "key": "notify:1",
        "pdf": PDF,
    } | changes
    return Message(**facts)


def test_an_email_arrives_with_its_accents_and_its_pdf(relay):
    SmtpAdapter().deliver(message())
    (got,) = relay.received
    assert (got["To"], got["Subject"]) == ("zoe@exemple.test", "Votre espace a été créé")
    assert got.get_body().get_content().splitlines() == ["Bonjour Zoé,", "votre espace vous attend."]
    (attachment,) = got.iter_attachments()
    assert (attachment.get_content_type(), attachment.get_content()) == ("application/pdf", PDF)


def test_the_same_message_keeps_its_identifier_whatever_the_try(relay):
    SmtpAdapter().deliver(message())
    SmtpAdapter().deliver(message())
    SmtpAdapter().deliver(message(key="notify:2"))
    first, again, other = [got["Message-ID"] for got in relay.received]
    assert first == again != other
    assert "notify" not in first


@pytest.mark.parametrize(
    ("recipient", "content", "error"),
    [
        ("450 later", "250 OK", TemporaryFailureError),
        ("550 unknown", "250 OK", RefusedError),
        ("250 OK", "452 full", TemporaryFailureError),
        ("250 OK", "554 no", RefusedError),
        ("250 OK", "cut", UnknownOutcomeError),
    ],
)
def test_each_answer_has_its_meaning(relay, recipient, content, error):
    relay.recipient, relay.content = recipient, content
    with pytest.raises(error) as raised:
        SmtpAdapter().deliver(message())
    assert "exemple.test" not in str(raised.value)
    assert relay.received == []


def test_an_address_beyond_ascii_is_refused_where_the_relay_knows_none(relay):
    with pytest.raises(RefusedError):
        SmtpAdapter().deliver(message(to="zoé@exemple.test"))
    assert relay.received == []


def test_no_relay_is_a_temporary_failure(settings):
    settings.CARNET_SMTP_URL = "smtp://127.0.0.1:1"
    with pytest.raises(TemporaryFailureError):
        SmtpAdapter().deliver(message())


def test_a_relay_without_starttls_is_not_given_the_message_in_clear(relay, settings):
    settings.CARNET_SMTP_URL = settings.CARNET_SMTP_URL.replace("smtp://", "smtp+tls://")
    with pytest.raises(TemporaryFailureError):
        SmtpAdapter().deliver(message())
    assert relay.received == []


@pytest.mark.parametrize("field", ["to", "subject"])
def test_a_line_feed_never_makes_a_header(field):
    with pytest.raises(RefusedError):
        compose(message(**{field: "x\r\nBcc: tous@exemple.test"}))


def test_a_letter_is_a_private_file_once_and_whole(settings, tmp_path):
    settings.CARNET_LETTERS = tmp_path / "letters"
    for _ in range(2):
        SmtpAdapter().deliver(message(channel=Channel.LETTER, to="1 rue des Lilas\n75000 Paris"))
    (letter,) = settings.CARNET_LETTERS.iterdir()
    assert letter.read_bytes() == PDF
    assert stat.S_IMODE(letter.stat().st_mode) == 0o600


def test_what_cannot_leave_is_refused_with_its_reason():
    with pytest.raises(RefusedError, match="sms"):
        SmtpAdapter().deliver(message(channel=Channel.SMS))
    with pytest.raises(RefusedError, match="PDF"):
        SmtpAdapter().deliver(message(channel=Channel.LETTER, pdf=None))


def test_the_relay_is_read_from_its_address():
    found = Relay.parse("smtp+tls://carnet:s%40crete@relais.example")
    assert (found.host, found.port, found.user, found.password) == (
        "relais.example",
        587,
        "carnet",
        "s@crete",
    )
    assert "crete" not in repr(found)
    with pytest.raises(ValueError, match="CARNET_SMTP_URL"):
        Relay.parse("http://relais.example")
