"""The one port by which codes, letters and notices leave: e-mail, letter, SMS.

`send` writes the message in the present transaction; the pump hands it to the adapter that
settings.CARNET_POST names (the sandbox's mailbox, or SMTP). No message carries health content.
"""

import base64
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from carnet.platform import outbox

TOPIC = "post"


class Channel(StrEnum):
    """By which way a message goes."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"


@dataclass(frozen=True)
class Message:
    """A message to one address. `to`: an e-mail address, a telephone number, or a postal address in lines.

    `key` makes it once: the same key twice is one message. `person_id`: whose space it is about, for
    the trail and for erasure. `pdf`: the letter or the attachment. `reader_id`: whose account the address is
    taken from, when it is not that person's (a parent told of a child): it goes with the erasure of either.
    """

    channel: Channel
    to: str
    subject: str
    text: str
    key: str
    person_id: UUID | None = None
    pdf: bytes | None = None
    reader_id: UUID | None = None


class Adapter(Protocol):
    """What hands a message over.

    Raises TemporaryFailureError to be tried again later, RefusedError when it never will be accepted,
    UnknownOutcomeError when it may have been.
    """

    transactional: bool

    def deliver(self, message: Message) -> None: ...


class TemporaryFailureError(Exception):
    """The message could not be handed over now; nothing was sent."""


class RefusedError(Exception):
    """The message was refused for good; the text says by which rule, without any address."""


class UnknownOutcomeError(Exception):
    """The message was handed over and no answer came back: it is not sent again by itself."""


@cache
def adapter() -> Adapter:
    """Return the adapter that settings.CARNET_POST names."""
    made: Adapter = import_string(settings.CARNET_POST)()
    return made


def send(message: Message) -> None:
    """Write the message to be sent, in the present transaction (see `outbox.emit`)."""
    outbox.emit(TOPIC, key=message.key, person_id=message.person_id, facts=_as_facts(message))


def from_event(event: outbox.Event) -> Message:
    """Return the message that an outbox event carries."""
    facts = event.facts
    return Message(
        channel=Channel(facts["channel"]),
        to=facts["to"],
        subject=facts["subject"],
        text=facts["text"],
        key=event.key,
        person_id=event.person_id,
        pdf=base64.b64decode(facts["pdf"]) if facts.get("pdf") else None,
        reader_id=UUID(facts["reader"]) if facts.get("reader") else None,
    )


def _as_facts(message: Message) -> dict[str, Any]:
    return {
        "channel": message.channel,
        "to": message.to,
        "subject": message.subject,
        "text": message.text,
        "pdf": base64.b64encode(message.pdf).decode() if message.pdf else None,
        "reader": str(message.reader_id) if message.reader_id else None,
    }
