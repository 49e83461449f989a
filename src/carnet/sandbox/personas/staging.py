"""How far the personas' spaces are when the world is made, by the same ways as anybody's.

A persona who has activated did it with the code of her letter, the number of her card and the one-time codes
of her messages, which are read here where they wait to be delivered.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from tqdm import tqdm

from carnet.enrolment import api as enrolment
from carnet.journal.api import Actor, ActorKind
from carnet.people import api as people
from carnet.platform import clock, outbox
from carnet.sandbox.personas import (
    AGENTS,
    PASSWORD,
    PERSONAS,
    STRUCTURES,
    TOTP_SECRET,
    Persona,
    get_persona,
    serial_of,
)
from carnet.sandbox.personas.documents import deposit_documents
from carnet.sandbox.personas.listing import matricule_of
from carnet.sandbox.personas.professionals import register_professionals
from carnet.sandbox.personas.structures import block_structures, register_structures
from carnet.standards.ins import OID_INS_TEST, Matricule, parse_matricule

_LETTER_CODE = re.compile(r"\b([A-Z2-9]{4}) ([A-Z2-9]{4}) ([A-Z2-9]{4})\b")
_ONE_TIME_CODE = re.compile(r"\b[0-9]{6}\b")
_BY_ENROLMENT = Actor(ActorKind.ENROLMENT)
_SILENCE = timedelta(days=42)
_SILENT = {"opened", "suspended", "erased"}
_ANSWERED = {"activated", "closed", "objected", "suspended", "erased"}


def stage(*, quiet: bool = False) -> bool:
    """Bring the personas where they must be; return False when that was done before.

    Interrupted, it goes on where it stopped when it is called again; the last agent tells that it is
    complete.
    """
    if AGENTS[-1].login in _agent_logins():
        return False
    for persona in tqdm(PERSONAS, unit=" personnages", disable=quiet or None):
        _stage_one(persona)
    _open_silent()
    for persona in PERSONAS:
        _end_one(persona)
    register_structures()
    block_structures([structure.finess for structure in STRUCTURES])
    register_professionals()
    deposit_documents()
    _forget_messages(persona for persona in PERSONAS if persona.stage in _ANSWERED)
    for agent in AGENTS:
        if agent.login in _agent_logins():
            continue
        people.create_agent(
            login=agent.login, password=PASSWORD, totp_secret=TOTP_SECRET, email=agent.email, name=agent.name,
            roles=agent.roles, by=Actor.system(),
        )  # fmt: skip
    return True


def _agent_logins() -> set[str]:
    return {card.login for card in people.list_agents()}


def _stage_one(persona: Persona) -> None:
    person_id = _id_of(persona)
    if persona.stage and enrolment.find_state(person_id) is None:
        enrolment.notify(person_id, by=_BY_ENROLMENT)
    if enrolment.find_state(person_id) == "notified":
        if persona.stage in {"activated", "closed"}:
            _activate(persona, person_id)
        elif persona.stage == "objected":
            _object(persona, person_id)
    if persona.stage == "closed" and enrolment.find_state(person_id) == "activated":
        enrolment.close(person_id, by=Actor(ActorKind.PATIENT, person_id))


def _activate(persona: Persona, person_id: UUID) -> None:
    if persona.parent:
        _activate_child(persona, person_id)
        return
    token = enrolment.start_activation(
        code=_letter_code(person_id), matricule=_matricule(persona), serial=serial_of(persona),
        address=f"sandbox:{persona.key}",
    )  # fmt: skip
    draft = enrolment.get_draft(token, enrolment.ACTIVATION)
    draft = enrolment.set_contacts(token, version=draft.version, email=persona.email, phone=persona.phone)
    draft = enrolment.confirm_contacts(
        token, version=draft.version,
        email_code=_one_time_code(person_id, "email"), phone_code=_one_time_code(person_id, "sms"),
    )  # fmt: skip
    draft = enrolment.set_credentials(token, version=draft.version, login=persona.login, password=PASSWORD)
    done = enrolment.finish_activation(
        token, version=draft.version, terms_accepted=True,
        choices=enrolment.Choices(documents_masked=persona.masked),
    )  # fmt: skip
    if persona.factor == "totp":
        with transaction.atomic():
            people.factors.keep_secret(people.get_account(done.account_id), TOTP_SECRET)


def _activate_child(persona: Persona, person_id: UUID) -> None:
    parent = get_persona(persona.parent)
    token = enrolment.start_activation(
        code=_letter_code(person_id), matricule=_matricule(parent), serial=serial_of(parent),
        address=f"sandbox:{persona.key}", as_representative=True, child_id=person_id,
    )  # fmt: skip
    draft = enrolment.get_draft(token, enrolment.ACTIVATION)
    enrolment.finish_activation(
        token, version=draft.version, terms_accepted=True, choices=enrolment.Choices(),
        visitor_id=_id_of(parent),
    )  # fmt: skip


def _object(persona: Persona, person_id: UUID) -> None:
    token = enrolment.start_objection(
        code=_letter_code(person_id), matricule=_matricule(persona), serial=serial_of(persona),
        address=f"sandbox:{persona.key}",
    )  # fmt: skip
    draft = enrolment.get_draft(token, enrolment.OBJECTION)
    enrolment.confirm_objection(token, version=draft.version)


def _open_silent() -> None:
    """Open the spaces of those who were informed six weeks ago: their information is dated back."""
    silent = [_id_of(persona) for persona in PERSONAS if persona.stage in _SILENT]
    sent_on = clock.today() - _SILENCE
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update enrolment_space set notified_on = %s where state = 'notified' and person_id = any(%s)",
            [sent_on, silent],
        )
        enrolment.open_silent_spaces(clock.today())


def _end_one(persona: Persona) -> None:
    """Suspend or erase the space of whom it is told of."""
    person_id = _id_of(persona)
    state = enrolment.find_state(person_id)
    if persona.stage == "suspended" and state == "opened":
        enrolment.suspend(person_id, by=Actor.system())
    if persona.stage != "erased":
        return
    if state == "opened":
        enrolment.close(person_id, by=Actor(ActorKind.PATIENT, person_id), erase=True)
        state = "erasing"
    if state == "erasing":
        _date_back_erasure(person_id)
        enrolment.execute_erasures([person_id], rewriting=False)


def _date_back_erasure(person_id: UUID) -> None:
    """Have an erasure that was just asked be due, as if its delay had passed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update enrolment_space set erasure_due_on = %s where person_id = %s", [clock.today(), person_id]
        )


# -- what waits to be delivered


def _letter_code(person_id: UUID) -> str:
    """Return the provisional code of the letter or e-mail about a person."""
    for facts in _messages(person_id):
        if found := _LETTER_CODE.search(facts["text"]):
            return "".join(found.groups())
    raise LookupError(f"no provisional code waits for {person_id}")


def _one_time_code(person_id: UUID, channel: str) -> str:
    """Return the newest one-time code sent to a person by that channel, empty when there is none."""
    for facts in _messages(person_id):
        if facts["channel"] == channel and (found := _ONE_TIME_CODE.search(facts["text"])):
            return found.group()
    return ""


def _messages(person_id: UUID) -> list[dict[str, str]]:
    """Return the messages about a person, newest first: those that wait, then those delivered."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select payload from platform_outbox where topic = 'post' and person_id = %s order by id desc",
            [person_id],
        )
        waiting = [outbox.read_payload(row[0]) for row in cursor.fetchall()]
        cursor.execute(
            "select channel, text from sandbox_mail where person_id = %s order by id desc", [person_id]
        )
        return waiting + [{"channel": channel, "text": text} for channel, text in cursor.fetchall()]


def _forget_messages(personas: Iterable[Persona]) -> None:
    """Leave no used code in the mailbox: it begins with the letters that are still to be answered."""
    ids = [_id_of(persona) for persona in personas]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from platform_outbox where topic = 'post' and person_id = any(%s)", [ids])
        cursor.execute("delete from sandbox_mail where person_id = any(%s)", [ids])


def _matricule(persona: Persona) -> Matricule:
    return parse_matricule(matricule_of(persona), oid=OID_INS_TEST)


def _id_of(persona: Persona) -> UUID:
    person = people.find_by_matricule(matricule_of(persona))
    if person is None:
        raise LookupError(f"{persona.key} is not in the register")
    return person.id
