"""The legal representatives of a child: invited, accepted, refused, severed (facts/mes.md 1.7).

Whoever invites is never told whether the other exists: the answer is given before anybody is looked for,
and what follows happens in the worker (`deliver_invitation`). No act shows an address of one to the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from carnet.journal.api import Actor, ActorKind, EventType, Purpose, write
from carnet.people import accounts, family_mail, sessions
from carnet.people.limits import Ladder
from carnet.people.queries import (
    PersonCard,
    find_by_matricule,
    get_person,
    is_minor,
    list_representatives,
)
from carnet.platform import clock, outbox
from carnet.platform.ids import uuid7
from carnet.platform.limits import Limit
from carnet.standards import ins

MOST_REPRESENTATIVES: Final = 2
INVITED: Final = "people.representative_invited"
INVITING: Final = Ladder(
    (Limit("family-hour", 3, timedelta(hours=1)), Limit("family-day", 6, timedelta(days=1)))
)

_REFUSALS = {
    "not_representative": "Vous n’êtes pas représentant légal de cette personne.",
    "of_age": "Cette personne est majeure : elle seule gère son espace.",
    "already_two": "Deux représentants légaux gèrent déjà cet espace, c’est le maximum. Pour un changement,"
    " appelez le 3422.",
    "yourself": "Ce numéro est le vôtre : indiquez celui de l’autre représentant légal.",
    "no_invitation": "Cette invitation n’attend plus de réponse.",
    "no_link": "Cette personne n’a pas de lien à rompre avec cet espace.",
    "support_only": "Seul le 3422 peut rompre un lien, sur justificatif.",
}


class FamilyRefused(Exception):  # noqa: N818 - a decision, not a failure
    """A rule stands against it. `rule`: a key of the messages above; `message_fr` is said to the person."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.message_fr = _REFUSALS[rule]


class Severing(StrEnum):
    """Why a link is severed: kept in the journal as the reason. `FAULT`: the link should never have been."""

    COURT = "severed_by_court"
    ASKED = "severed_on_request"
    FAULT = "severed_as_fault"


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that awaits its answer. `invited_by`: the representative who sent it."""

    id: UUID
    child: PersonCard
    invited_by: PersonCard
    since: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """What ties a representative to a person. `state`: invited, accepted, refused, severed."""

    representative: PersonCard
    origin: str
    state: str
    since: datetime


# -- reads


def list_pending_invitations(representative_id: UUID) -> list[Invitation]:
    """Return the invitations that this person may still answer, the newest first."""
    rows = _fetch(
        "select id, person_id, invited_by, since from people_representation"
        " where representative_id = %s and state = 'invited' order by since desc, id",
        representative_id,
    )
    found = [Invitation(i, get_person(child), get_person(inviter), at) for i, child, inviter, at in rows]
    return [one for one in found if _stands(one)]


def get_invitation(invitation_id: UUID, representative_id: UUID) -> Invitation:
    """Return one of them; raises FamilyRefused("no_invitation") for any other."""
    for one in list_pending_invitations(representative_id):
        if one.id == invitation_id:
            return one
    raise FamilyRefused("no_invitation")


def list_links(person_id: UUID) -> list[Link]:
    """Return every link of a person with a representative, severed ones too, the oldest first."""
    rows = _fetch(
        "select representative_id, origin, state, since from people_representation"
        " where person_id = %s order by since, id",
        person_id,
    )
    return [Link(get_person(other), origin, state, since) for other, origin, state, since in rows]


# -- acts


def invite_representative(
    person_id: UUID, *, by: Actor, matricule: str, birth_name: str, first_given_name: str, birth_date: date
) -> None:
    """Invite the other representative of a child; returns the same whether or not there is such a person.

    Only somebody with this matricule, this name, this first given name, this birth date and an account
    of her own receives it. Raises ins.InsError (shape of the matricule), FamilyRefused, PersonUnknownError,
    limits.TooManyError. Outside any transaction: attempts must be counted.
    """
    number = ins.parse_matricule(matricule).value
    INVITING.take(str(by.id))
    facts = {
        "by": str(by.id),
        "matricule": number,
        "birth_name": birth_name,
        "first_given_name": first_given_name,
        "birth_date": birth_date.isoformat(),
    }
    with _acting(EventType.REPRESENTATIVE_INVITED, person_id, by) as child:
        _check_inviter(child, by.id)
        if by.id is not None and get_person(by.id).matricule == number:
            raise FamilyRefused("yourself")
        invited = f"{first_given_name.strip()} {birth_name.strip().upper()}"
        write(EventType.REPRESENTATIVE_INVITED, person_id=person_id, by=by, purpose=Purpose.MANAGE,
              personal={"invited": invited})  # fmt: skip
        outbox.emit(INVITED, key=f"{INVITED}:{uuid7()}", facts=facts, person_id=person_id)


def deliver_invitation(event: outbox.Event) -> None:
    """Let an invitation reach whom it describes, or nobody. In the pump's transaction."""
    facts = event.facts
    if event.person_id is None:
        return
    child, inviter = _lock(event.person_id), UUID(facts["by"])
    other = _find_described(facts)
    try:
        _check_inviter(child, inviter)
    except FamilyRefused:
        return  # came of age, or the link was severed, while the invitation was under way
    if other is not None and other.id != inviter and _store_invitation(child.id, other.id, inviter):
        family_mail.tell_invited(other.id, about=child)


def accept_invitation(invitation_id: UUID, *, by: Actor) -> UUID:
    """Become a representative of the child and return its id; the others are told. Raises FamilyRefused."""
    invitation = _own_invitation(invitation_id, by)
    with _acting(EventType.REPRESENTATIVE_ACCEPTED, invitation.child.id, by) as child:
        if not is_minor(child):
            raise FamilyRefused("of_age")
        others = list_representatives(child.id)
        if invitation.invited_by.id not in {one.id for one in others}:
            raise FamilyRefused("no_invitation")
        if len(others) >= MOST_REPRESENTATIVES:
            raise FamilyRefused("already_two")
        _answer(invitation, "accepted")
        write(EventType.REPRESENTATIVE_ACCEPTED, person_id=child.id, by=by, purpose=Purpose.MANAGE)
        for other in others:
            family_mail.tell_accepted(other.id, about=child)
        family_mail.tell_now_representative(by.id, about=child)
    return child.id


def refuse_invitation(invitation_id: UUID, *, by: Actor) -> None:
    """Decline an invitation; whoever sent it is told. Raises FamilyRefused."""
    invitation = _own_invitation(invitation_id, by)
    with _acting(EventType.REPRESENTATIVE_REFUSED, invitation.child.id, by) as child:
        _answer(invitation, "refused")
        write(EventType.REPRESENTATIVE_REFUSED, person_id=child.id, by=by, purpose=Purpose.MANAGE)
        family_mail.tell_refused(invitation.invited_by.id, about=child)


def sever(person_id: UUID, representative_id: UUID, *, by: Actor, reason: Severing) -> None:
    """End the link of a representative with a person, or an invitation; both sides are told, without address.

    An agent of the 3422 alone does it, on a paper that he has seen (a court's decision, or the
    representative's own request). The link cannot be made again by an invitation. Raises FamilyRefused.
    """
    with _acting(EventType.REPRESENTATIVE_SEVERED, person_id, by) as person:
        if by.kind is not ActorKind.SUPPORT:
            raise FamilyRefused("support_only")
        before = _change_state(person_id, representative_id, ("accepted", "invited"), "severed")
        if before is None:
            raise FamilyRefused("no_link")
        sessions.leave_profile(representative_id, person_id)
        other = get_person(representative_id)
        write(EventType.REPRESENTATIVE_SEVERED, person_id=person_id, by=by, purpose=Purpose.ASSIST,
              reason=reason, personal={"representative": other.display_name})  # fmt: skip
        family_mail.tell_severed(representative_id, about=person)
        for remaining in list_representatives(person_id):
            family_mail.tell_other_severed(remaining.id, about=person)


# -- how


def _stands(invitation: Invitation) -> bool:
    """Whether an invitation may be answered: the child is a minor, whoever invited still represents it."""
    child = invitation.child
    inviters = {one.id for one in list_representatives(child.id)}
    return is_minor(child) and child.died_on is None and invitation.invited_by.id in inviters


@contextmanager
def _acting(event: EventType, person_id: UUID, by: Actor) -> Iterator[PersonCard]:
    """One transaction about one person, one at a time; a refusal is journalled by itself, then raised."""
    get_person(person_id)  # nobody's journal gets no line
    try:
        with transaction.atomic():
            yield _lock(person_id)
    except FamilyRefused as refusal:
        purpose = Purpose.ASSIST if by.kind is ActorKind.SUPPORT else Purpose.MANAGE
        write(event, person_id=person_id, by=by, purpose=purpose, allowed=False, reason=refusal.rule)
        raise


def _lock(person_id: UUID) -> PersonCard:
    """Keep every other act on this family waiting until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"family:{person_id}"])
    return get_person(person_id)


def _check_inviter(child: PersonCard, inviter: UUID | None) -> None:
    representatives = list_representatives(child.id)
    if not is_minor(child):
        raise FamilyRefused("of_age")
    if inviter not in {one.id for one in representatives}:
        raise FamilyRefused("not_representative")
    if len(representatives) >= MOST_REPRESENTATIVES:
        raise FamilyRefused("already_two")


def _find_described(facts: dict[str, Any]) -> PersonCard | None:
    """Return the living adult with an account whom all four facts describe, or None."""
    other = find_by_matricule(facts["matricule"])
    if other is None or other.died_on is not None or is_minor(other):
        return None
    same = (
        ins.comparison_key(other.birth_name) == ins.comparison_key(facts["birth_name"])
        and ins.comparison_key(other.first_given_name) == ins.comparison_key(facts["first_given_name"])
        and other.birth_date.isoformat() == facts["birth_date"]
    )
    return other if same and accounts.find_account(other.id) else None


def _store_invitation(child_id: UUID, other_id: UUID, inviter: UUID) -> bool:
    """Write the invitation, again if it was refused; a severed or accepted link stays as it is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into people_representation as r"
            " (id, person_id, representative_id, origin, state, invited_by, since)"
            " values (%s, %s, %s, 'invited', 'invited', %s, %s)"
            " on conflict (person_id, representative_id) do update"
            " set state = 'invited', invited_by = excluded.invited_by, since = excluded.since"
            " where r.state in ('invited', 'refused')",
            [uuid7(), child_id, other_id, inviter, clock.now()],
        )
        return bool(cursor.rowcount == 1)


def _own_invitation(invitation_id: UUID, by: Actor) -> Invitation:
    if by.id is None:
        raise FamilyRefused("no_invitation")
    return get_invitation(invitation_id, by.id)


def _answer(invitation: Invitation, state: str) -> None:
    """Record an answer, once: of two browsers that answer, the second is refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update people_representation set state = %s, since = %s where id = %s and state = 'invited'",
            [state, clock.now(), invitation.id],
        )
        if cursor.rowcount != 1:
            raise FamilyRefused("no_invitation")


def _change_state(person_id: UUID, other_id: UUID, before: tuple[str, ...], after: str) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update people_representation set state = %s, since = %s"
            " where person_id = %s and representative_id = %s and state = any(%s) returning id",
            [after, clock.now(), person_id, other_id, list(before)],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _fetch(query: str, value: UUID) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [value])
        return list(cursor.fetchall())
