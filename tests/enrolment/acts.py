"""What tests of the life cycle do again and again: read the post, take the code, walk through the screens."""

import re
from datetime import timedelta

from django.db import connection

from carnet.enrolment import api as enrolment
from carnet.enrolment.api import Choices
from carnet.journal.api import Actor, ActorKind
from carnet.platform import clock, outbox, post
from carnet.standards.ins import parse_matricule
from tests.people.register import SERIAL, matricule_of

NOBODY = "190015412345640"  # a right key, and nobody's
SYSTEM = Actor(ActorKind.ENROLMENT)
AGENT = Actor(ActorKind.SUPPORT)
PASSWORD = "Qz7!mVr2#xKp"


def posted(person_id=None):
    """Return the messages waiting in the outbox, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, topic, key, person_id, payload, attempts from platform_outbox"
            " where topic = 'post' and (%s::uuid is null or person_id = %s) order by id",
            [person_id, person_id],
        )
        rows = cursor.fetchall()
    return [
        post.from_event(outbox.Event(r[0], r[1], r[2], r[3], outbox.read_payload(r[4]), r[5])) for r in rows
    ]


def code_of(message):
    """Return the provisional code printed in a message."""
    found = re.search(r"\b([A-Z0-9]{4}) ([A-Z0-9]{4}) ([A-Z0-9]{4})\b", message.text)
    return "".join(found.groups())


def one_time_code(message):
    return re.search(r"\b(\d{6})\b", message.text)[1]


def notified(person_id):
    """Notify a person and return her code."""
    enrolment.notify(person_id, by=SYSTEM)
    return code_of(posted(person_id)[-1])


def facts(person_id, shown, **changed):
    """Return the three facts of the first screen; `shown`: the code."""
    matricule = changed.pop("matricule", None) or matricule_of(person_id)
    return {
        "code": shown,
        "matricule": parse_matricule(matricule),
        "serial": SERIAL,
        "address": "192.0.2.1",
    } | changed


def confirm(token, *, email="claire.m@exemple.test", phone=""):
    """Give contacts and the codes that were sent there."""
    draft = enrolment.get_draft(token, enrolment.ACTIVATION)
    before = len(posted())
    draft = enrolment.set_contacts(token, version=draft.version, email=email, phone=phone)
    sent = {message.channel: one_time_code(message) for message in posted()[before:]}
    return enrolment.confirm_contacts(
        token, version=draft.version, email_code=sent.get("email", ""), phone_code=sent.get("sms", "")
    )


def activate(person_id, code, *, login="claire.martin", email="claire.m@exemple.test"):
    """Walk through the three screens; return what the last one gives."""
    token = enrolment.start_activation(**facts(person_id, code))
    draft = confirm(token, email=email)
    draft = enrolment.set_credentials(token, version=draft.version, login=login, password=PASSWORD)
    return enrolment.finish_activation(token, version=draft.version, terms_accepted=True, choices=Choices())


def as_herself(person_id):
    return Actor(ActorKind.PATIENT, person_id)


def as_parent(person_id):
    return Actor(ActorKind.LEGAL_REPRESENTATIVE, person_id)


def pass_days(monkeypatch, days):
    """Let days of the field pass within a test."""
    now, today = clock.now() + timedelta(days=days), clock.today() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", lambda: today)


def journal_of(person_id):
    """Return (event, allowed, reason) of a person's lines, oldest first, as the sealer reads them."""
    from tests.conftest import acting_as

    with acting_as("carnet_seal"), connection.cursor() as cursor:
        cursor.execute(
            "select event, allowed, reason from journal where person_id = %s order by id", [person_id]
        )
        return cursor.fetchall()
