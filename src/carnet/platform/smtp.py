"""E-mails by SMTP, letters into a folder: how messages leave in production.

An e-mail goes to the relay of settings.CARNET_SMTP_URL (RFC 5321; STARTTLS by RFC 3207):
`smtp://relay:25`, `smtp+tls://user:password@relay:587` (STARTTLS, refused without it), `smtps://relay:465`.
A letter is written as a PDF for the printer into CARNET_LETTERS, complete or absent. An SMS has no carrier
here: it is refused, counted and shown.
"""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from carnet.platform import clock
from carnet.platform.post import Channel, Message, RefusedError, TemporaryFailureError, UnknownOutcomeError

_TIMEOUT_SECONDS = 20
_PERMANENT = 500
_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


@dataclass(frozen=True)
class Relay:
    """Where e-mails are handed over. The password stays out of its repr."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str) -> "Relay":
        """Read a relay's address; ValueError, in French, names what is wrong."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("CARNET_SMTP_URL : smtp://, smtp+tls:// ou smtps://, puis le nom du relais.")
        return cls(
            parts.scheme,
            parts.hostname,
            parts.port or _PORTS[parts.scheme],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )


class SmtpAdapter:
    """Hands e-mails to the relay and letters to the folder. Not transactional: see `carnet.platform.pump`."""

    transactional = False

    def deliver(self, message: Message) -> None:
        """Hand one message over (errors: `carnet.platform.post.Adapter`)."""
        match message.channel:
            case Channel.EMAIL:
                _send(compose(message), message.to)
            case Channel.LETTER:
                _write_letter(message)
            case Channel.SMS:
                raise RefusedError("sms : aucun opérateur n’est branché")


def compose(message: Message) -> EmailMessage:
    """Return the e-mail: plain text in UTF-8, the PDF attached.

    The Message-ID is the same at each try (RFC 5322, 3.6.4). RefusedError for an impossible header.
    """
    email = EmailMessage()
    sender = settings.CARNET_MAIL_FROM
    try:
        email["From"], email["To"], email["Subject"] = sender, message.to, message.subject
    except ValueError as error:  # a line feed in an address or a title: never let through
        raise RefusedError("en-tête refusé") from error
    email["Message-ID"] = f"<{sha256(message.key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"
    email["Date"] = format_datetime(clock.real_now())
    email["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine replies
    email.set_content(message.text, charset="utf-8")
    if message.pdf:
        email.add_attachment(message.pdf, maintype="application", subtype="pdf", filename="courrier.pdf")
    return email


def _send(email: EmailMessage, to: str) -> None:
    relay = Relay.parse(settings.CARNET_SMTP_URL)
    with _session(relay) as session:
        try:
            session.send_message(email, settings.CARNET_MAIL_FROM, [to])
        except smtplib.SMTPRecipientsRefused as error:
            raise _by_code(min(code for code, _ in error.recipients.values())) from error
        except smtplib.SMTPResponseException as error:
            raise _by_code(error.smtp_code) from error
        except (smtplib.SMTPNotSupportedError, ValueError) as error:
            raise RefusedError("smtp : adresse que le relais n’accepte pas") from error
        except OSError as error:  # smtplib's own errors are among them: the line was cut
            # The text may have been taken before: nobody can say.
            raise UnknownOutcomeError("smtp : coupure pendant l’envoi") from error


@contextmanager
def _session(relay: Relay) -> Iterator[smtplib.SMTP]:
    """Open a session; whatever fails before an e-mail is handed over is temporary."""
    try:
        session = _connect(relay)
    except (OSError, smtplib.SMTPException) as error:
        raise TemporaryFailureError(type(error).__name__) from error
    try:
        yield session
    finally:
        session.close()


def _connect(relay: Relay) -> smtplib.SMTP:
    tls = ssl.create_default_context()
    if relay.scheme == "smtps":
        session: smtplib.SMTP = smtplib.SMTP_SSL(
            relay.host, relay.port, timeout=_TIMEOUT_SECONDS, context=tls
        )
    else:
        session = smtplib.SMTP(relay.host, relay.port, timeout=_TIMEOUT_SECONDS)
    try:
        if relay.scheme == "smtp+tls":
            session.starttls(context=tls)
        if relay.user:
            session.login(relay.user, relay.password)
    except BaseException:
        session.close()
        raise
    return session


def _by_code(code: int) -> Exception:
    """Return what a reply code means (RFC 5321, 4.2.1): 4yz try again, 5yz never."""
    return RefusedError(f"smtp {code}") if code >= _PERMANENT else TemporaryFailureError(f"smtp {code}")


def _write_letter(message: Message) -> None:
    """Write the letter's PDF under a name made from its key: the same letter twice is one file."""
    if not message.pdf:
        raise RefusedError("lettre sans PDF")
    folder = Path(settings.CARNET_LETTERS)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"{sha256(message.key.encode()).hexdigest()[:32]}.pdf"
    beside = target.with_suffix(".part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(message.pdf)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(target)
