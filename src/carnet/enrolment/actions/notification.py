"""Telling a person that her space will open, and giving her a code (facts/mes.md 1.4 and 1.5)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from carnet.enrolment import codes, messages
from carnet.enrolment.moves import JOURNALLED, check_move, move, moving, purpose_of
from carnet.enrolment.policies import Event, State, TransitionRefused
from carnet.enrolment.proofs import ADDRESS, find_holder
from carnet.enrolment.queries import SpaceCard
from carnet.journal.api import Actor, ActorKind, write
from carnet.people import api as people
from carnet.platform import clock, outbox
from carnet.platform.ids import uuid7
from carnet.platform.limits import Limit
from carnet.platform.post import Channel
from carnet.standards.ins import Matricule

CODE_ASKED = "enrolment.code_asked"
BETWEEN = Limit("reissue-between", 1, timedelta(seconds=30))
A_DAY = Limit("reissue-day", 5, timedelta(days=1))


class TooManyCodes(Exception):  # noqa: N818 - said to the person
    """A new code was asked for a moment ago, or too often today."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        wait = f"{seconds} secondes" if seconds <= 90 else "quelques heures"  # noqa: PLR2004 - said in seconds up to here
        self.message_fr = f"Une demande vient d’être faite. Réessayez dans {wait}, ou appelez le 3422."


def notify(person_id: UUID, *, by: Actor, letter: bool = False) -> Channel:
    """Send the information and a code by what the insurer knows; return the channel (R1111-28).

    E-mail if there is an address, else a letter; `letter` forces it. Asked again with `letter` while the
    e-mail had gone out, it is the letter that follows a failed e-mail: same code, six weeks anew.
    Raises TransitionRefused.
    """
    person = people.get_person(person_id)
    with moving(person_id, Event.NOTIFY, by=by) as space:
        again = letter and space.state is State.NOTIFIED and space.channel != Channel.LETTER
        addressee = messages.addressee_of(person, letter=letter)
        sent: dict[str, Any] = {"notified_on": clock.today(), "channel": addressee.channel}
        move(space, Event.BOUNCE if again else Event.NOTIFY, by=by, **sent)
        code = codes.reprint_code(person_id, channel=addressee.channel) if again else None
        code = code or codes.issue_code(person_id, channel=addressee.channel)
        messages.send_notice(addressee, code)
    return addressee.channel


def record_bounce(person_id: UUID, *, by: Actor) -> Channel:
    """The e-mail did not arrive: send the letter; the six weeks start again on its day."""
    return notify(person_id, by=by, letter=True)


def ask_code(*, matricule: Matricule, serial: str, for_children: bool, address: str) -> None:
    """Take note that somebody asks for a new code; the answer is the same whoever asks.

    What follows (is there such a person, is it her card, may she have a code) happens after the answer, in
    the worker: the time it takes tells nothing. Raises TooManyCodes, counted on the matricule whether it
    exists or not. Outside any transaction.
    """
    for limit, subject in ((BETWEEN, matricule.value), (A_DAY, matricule.value), (ADDRESS, address)):
        if not limit.hit(subject):
            raise TooManyCodes(_wait(limit, subject))
    facts = {"matricule": matricule.value, "serial": serial, "for_children": for_children}
    with transaction.atomic():
        outbox.emit(CODE_ASKED, key=f"{CODE_ASKED}:{uuid7()}", facts=facts)


def answer_code_asked(event: outbox.Event) -> None:
    """Send the codes asked for, if matricule and card belong together. In the pump's transaction."""
    matricule = Matricule(event.facts["matricule"][:13])
    holder = find_holder(matricule=matricule, serial=event.facts["serial"])
    if holder is None:
        return
    wanted, kind = [holder], ActorKind.PATIENT
    if event.facts["for_children"]:
        wanted = [child for child in people.list_children(holder.id) if _may_ask_for(child, holder)]
        kind = ActorKind.LEGAL_REPRESENTATIVE
    for person in wanted:
        _reissue(person, by=Actor(kind, holder.id))


def _may_ask_for(child: people.PersonCard, parent: people.PersonCard) -> bool:
    """Whether a parent may have a code sent for a child who is attached at the insurer."""
    return people.is_minor(child) and people.find_relation(child.id, parent.id) != "severed"


def reissue_by_support(person_id: UUID, *, by: Actor) -> Channel:
    """Send a new code at an agent's request: by letter where the insurer knows no other way.

    Raises TransitionRefused when the person may have no code (deceased, or she has an account).
    """
    person = people.get_person(person_id)
    with moving(person_id, Event.ASK_CODE, by=by) as space:
        return _issue(person, space, by=by, addressee=messages.addressee_of(person, sms=True))


def _reissue(person: people.PersonCard, *, by: Actor) -> None:
    """Send a new code by e-mail or SMS; a letter is for the 3422, who can check an address."""
    addressee = messages.addressee_of(person, sms=True)
    if addressee.channel is Channel.LETTER:
        return
    try:
        with moving(person.id, Event.ASK_CODE, by=by) as space:
            _issue(person, space, by=by, addressee=addressee)
    except TransitionRefused as refusal:
        if refusal.rule in {"account_exists", "not_from_activated", "minor"} and people.find_account(
            addressee.to.id
        ):
            messages.send_account_exists(addressee)


def _issue(
    person: people.PersonCard, space: SpaceCard, *, by: Actor, addressee: messages.Addressee
) -> Channel:
    event = Event.ASK_CODE
    if space.state is State.ACTIVATED:
        event = Event.TAKE_OVER  # come of age on a space that her parents activated
        check_move(space, event)
        write(JOURNALLED[Event.ASK_CODE], person_id=person.id, by=by, purpose=purpose_of(by))
    else:
        move(space, event, by=by)
    messages.send_new_code(addressee, codes.issue_code(person.id, channel=addressee.channel))
    return addressee.channel


def _wait(limit: Limit, subject: str) -> int:
    return max(1, limit.seconds_left(subject))
