"""Caregivers: an adult lets another act in her space as she does, but not decide for her (facts/mes.md 1.8).

Whoever invites is never told whether the other exists: an invitation that describes nobody is written all the
same, under an id that belongs to no one, and awaits an answer that will not come (docs/adr/0024-control.md).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection, transaction

from carnet.access.administrators import must_govern
from carnet.enrolment.api import State, find_state
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, write
from carnet.notices.api import NoticeCode, tell
from carnet.people import api as people
from carnet.people.api import PersonCard
from carnet.platform import clock, crypto, outbox
from carnet.platform.ids import uuid7
from carnet.platform.limits import Limit
from carnet.standards import ins

if TYPE_CHECKING:
    from carnet.access.api import Access

MOST_CAREGIVERS: Final = 3
MOST_HELPED: Final = 5
ANSWER_DAYS: Final = 30
"""How long an invitation waits: not published (docs/adr/0024-control.md)."""
INVITED: Final = "access.caregiver_invited"
DECIDED: Final = "access.caregiver_decided"
_HOURLY: Final = Limit("caregiver-hour", 3, timedelta(hours=1))
_DAILY: Final = Limit("caregiver-day", 6, timedelta(days=1))

_REFUSALS: Final = {
    "not_adult": "Seule une personne majeure peut choisir un aidant. Pour un enfant, invitez l’autre"
    " représentant légal depuis la page « Famille ».",
    "caregiver_minor": "Il faut être majeur pour être aidant.",
    "not_activated": "Pour être aidant, votre propre espace doit être activé.",
    "yourself": "Ce numéro est le vôtre : indiquez celui de la personne qui vous aidera.",
    "same_invitation": "Vous avez déjà invité cette personne : elle n’a pas encore répondu.",
    "same_delegation": "Cette personne est déjà votre aidant.",
    "another_delegation": "Cette personne gère déjà cet espace, comme représentant légal.",
    "outgoing_limit": f"Vous avez déjà {MOST_CAREGIVERS} aidants ou invitations en attente, c’est le maximum."
    " Mettez fin à l’un d’eux d’abord.",
    "incoming_limit": f"Vous êtes déjà l’aidant de {MOST_HELPED} personnes, c’est le maximum.",
    "no_invitation": "Cette invitation n’attend plus de réponse.",
    "no_delegation": "Cette délégation est déjà terminée.",
    "starts_late": "La date de début ne peut pas être passée.",
    "ends_early": "La date de fin doit suivre la date de début.",
    "too_many": "Trop d’invitations. Réessayez plus tard, ou appelez le 3422.",
}


class DelegationRefused(Exception):  # noqa: N818 - a decision, not a failure
    """A rule stands against it. `rule`: a key of the messages above; `message_fr` is said to the person."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.message_fr = _REFUSALS[rule]


class Stage(StrEnum):
    """Where a delegation stands (facts/mes.md 1.8)."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class DelegationCard:
    """A delegation. `ends_on`: last day, None for as long as both want. `ended_by`: who ended it, or None."""

    id: UUID
    person_id: UUID
    caregiver_id: UUID
    stage: Stage
    invited_at: datetime
    expires_at: datetime
    starts_on: date | None
    ends_on: date | None
    decided_at: datetime | None
    ended_at: datetime | None
    ended_by: UUID | None

    def stands_on(self, day: date) -> bool:
        """Say whether the caregiver may act on a day of the field."""
        begun = self.starts_on is None or self.starts_on <= day
        return self.stage is Stage.ACCEPTED and begun and (self.ends_on is None or day <= self.ends_on)


_COLUMNS: Final = (
    "id, person_id, caregiver_id, case when state = 'pending' and expires_at <= %(now)s then 'expired'"
    " else state end, invited_at, expires_at, starts_on, ends_on, decided_at, ended_at, ended_by"
)
_STANDS: Final = (
    "state = 'accepted' and (starts_on is null or starts_on <= %(today)s)"
    " and (ends_on is null or ends_on >= %(today)s)"
)
_ANSWERABLE: Final = "state = 'pending' and expires_at > %(now)s"


# -- reads


def is_caregiver(person_id: UUID, caregiver_id: UUID | None) -> bool:
    """Say whether somebody acts today in a person's space as her caregiver: for the door, one statement."""
    query = f"select 1 from access_delegation where person_id = %(person)s and caregiver_id = %(other)s and {_STANDS}"  # noqa: E501, S608
    return bool(_rows(query, {"person": person_id, "other": caregiver_id}))


def list_delegations(person_id: UUID) -> list[DelegationCard]:
    """Return a person's delegations, ended ones too, the latest first."""
    return _cards("person_id = %(person)s order by invited_at desc, id desc", {"person": person_id})


def list_helping(caregiver_id: UUID) -> list[DelegationCard]:
    """Return the delegations by which somebody helps others, and what awaits his answer, the latest first."""
    condition = f"caregiver_id = %(other)s and (state = 'accepted' or {_ANSWERABLE})"
    return _cards(f"{condition} order by invited_at desc, id desc", {"other": caregiver_id})


def list_caregivers(person_id: UUID) -> list[UUID]:
    """Return who acts today as a person's caregiver."""
    query = (
        f"select caregiver_id from access_delegation where person_id = %(person)s and {_STANDS} order by id"  # noqa: S608
    )
    return [row[0] for row in _rows(query, {"person": person_id})]


def list_helped_spaces(owner_ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """Return (caregiver, whose space) for each space in which these persons help today: one statement."""
    query = f"select caregiver_id, person_id from access_delegation where caregiver_id = any(%(others)s) and {_STANDS}"  # noqa: E501, S608
    return [(row[0], row[1]) for row in _rows(query, {"others": list(owner_ids)})]


_HELPED_OF: Final = (
    "select person_id from access_delegation where caregiver_id = %s and state = 'accepted'"
    " and (starts_on is null or starts_on <= %s) and (ends_on is null or ends_on >= %s)"
)


def list_profiles(owner_id: UUID) -> list[PersonCard]:
    """Return a person, those whom she represents and those whom she helps today: one statement."""
    today = clock.today()
    return people.list_profiles(owner_id, also=_HELPED_OF, values=[owner_id, today, today])


def list_helped(caregiver_id: UUID) -> list[PersonCard]:
    """Return those whom somebody helps today, eldest delegation first."""
    query = (
        f"select person_id from access_delegation where caregiver_id = %(other)s and {_STANDS} order by id"  # noqa: S608
    )
    found = [people.find_person(row[0]) for row in _rows(query, {"other": caregiver_id})]
    return [one for one in found if one is not None and one.died_on is None]


def get_delegation(delegation_id: UUID, *, by: UUID) -> DelegationCard:
    """Return a delegation to one of its two sides; raises DelegationRefused("no_invitation") to others."""
    found = _cards("id = %(id)s and %(by)s in (person_id, caregiver_id)", {"id": delegation_id, "by": by})
    if not found:
        raise DelegationRefused("no_invitation")
    return found[0]


# -- acts


@dataclass(frozen=True, slots=True)
class Described:
    """Who is invited, as typed: all four facts must be right."""

    matricule: str
    birth_name: str
    first_given_name: str
    birth_date: date

    @property
    def name(self) -> str:
        """As the history and the list of invitations name her."""
        return f"{self.first_given_name.strip().title()} {self.birth_name.strip().upper()}"


def count_attempt(owner_id: UUID) -> None:
    """Count one invitation of somebody; raises DelegationRefused("too_many"). Before any door is open."""
    if not (_HOURLY.hit(str(owner_id)) and _DAILY.hit(str(owner_id))):
        raise DelegationRefused("too_many")


def invite(a: "Access", described: Described, *, starts_on: date, ends_on: date | None = None) -> UUID:
    """Invite a caregiver behind the person's open door (MANAGE, `late`); return the delegation's id.

    The same whether or not the four facts describe somebody. Raises DelegationRefused, the line written;
    PermissionError for who does not govern the space.
    """
    must_govern(a)
    _lock(a.person_id)
    other = _find_described(a.person_id, described)
    _check_invitation(a, other, starts_on, ends_on)
    delegation_id = uuid7()
    _run(
        "insert into access_delegation (id, person_id, caregiver_id, state, invited_at, expires_at,"
        " starts_on, ends_on) values (%(id)s, %(person)s, %(other)s, 'pending', %(now)s, %(until)s,"
        " %(starts)s, %(ends)s)",
        {
            "id": delegation_id, "person": a.person_id, "other": other,
            "until": clock.now() + timedelta(days=ANSWER_DAYS), "starts": starts_on, "ends": ends_on,
        },
    )  # fmt: skip
    a.record(EventType.CAREGIVER_INVITED, reference=delegation_id, personal={"invited": described.name})
    outbox.emit(INVITED, key=f"{INVITED}:{delegation_id}", person_id=a.person_id,
                facts={"caregiver": str(other), "delegation": str(delegation_id)})  # fmt: skip
    return delegation_id


def accept(delegation_id: UUID, *, by: Actor) -> DelegationCard:
    """Become somebody's caregiver, within the limits of both. Raises DelegationRefused, its line written."""
    found = _own_invitation(delegation_id, by)
    with _acting(EventType.CAREGIVER_ACCEPTED, found, by):
        _check_acceptance(found)
        _move(found, "accepted", _ANSWERABLE)
        _note(found, EventType.CAREGIVER_ACCEPTED, by, NoticeCode.CAREGIVER_ACCEPTED)
    return found


def refuse(delegation_id: UUID, *, by: Actor) -> DelegationCard:
    """Decline an invitation; the person is told. Raises DelegationRefused."""
    found = _own_invitation(delegation_id, by)
    with _acting(EventType.CAREGIVER_REFUSED, found, by):
        _move(found, "refused", _ANSWERABLE)
        _note(found, EventType.CAREGIVER_REFUSED, by, NoticeCode.CAREGIVER_REFUSED)
    return found


def end(delegation_id: UUID, *, by: Actor) -> DelegationCard:
    """End a delegation, or withdraw an invitation: either side, at any time; the other is told.

    `by`: the caregiver, or whoever governs the space and has passed its door. Raises DelegationRefused.
    """
    found = next(iter(_cards("id = %(id)s", {"id": delegation_id})), None)
    if found is None or found.stage not in {Stage.PENDING, Stage.ACCEPTED}:
        raise DelegationRefused("no_delegation")
    if by.kind is ActorKind.CAREGIVER and by.id != found.caregiver_id:
        raise DelegationRefused("no_delegation")  # he dismisses no other
    with _acting(EventType.CAREGIVER_ENDED, found, by):
        _move(found, "ended", "state in ('pending', 'accepted')", by.id)
        _finish(found, by, told=found.caregiver_id if by.id != found.caregiver_id else found.person_id)
    return found


def end_due(day: date) -> int:
    """End the delegations whose last day is past, as of `day`; return how many. Both sides are told."""
    due = _cards("state = 'accepted' and ends_on < %(day)s order by id", {"day": day})
    for found in due:
        with _acting(EventType.CAREGIVER_ENDED, found, Actor.system()):
            _move(found, "ended", "state = 'accepted'")
            _finish(found, Actor.system(), told=found.person_id)
            _tell(found.caregiver_id, NoticeCode.CAREGIVER_ENDED, found)
    return len(due)


def tell_invited(event: outbox.Event) -> None:
    """Tell whom an invitation describes, if it describes somebody. In the pump's transaction."""
    caregiver_id = UUID(event.facts["caregiver"])
    if people.find_person(caregiver_id) is not None:
        tell(caregiver_id, about_id=caregiver_id, code=NoticeCode.CAREGIVER_INVITED,
             reference=UUID(event.facts["delegation"]))  # fmt: skip


# -- how


def _find_described(person_id: UUID, described: Described) -> UUID:
    """Return whom all four facts describe, if she may help; else an id of nobody, the same each time."""
    number = ins.parse_matricule(described.matricule).value
    found = people.find_by_matricule(number)
    nobody = UUID(bytes=crypto.index_hash("caregiver", f"{person_id} {number}")[:16])
    asked = found.id if found else nobody
    opened, account = find_state(asked), people.find_account(asked)  # asked in any case: the same cost
    if found is None or not _is_described(found, described):
        return nobody
    helps = opened == State.ACTIVATED and account is not None and found.died_on is None
    return found.id if helps and not people.is_minor(found) else nobody


def _is_described(found: PersonCard, described: Described) -> bool:
    return (
        ins.comparison_key(found.birth_name) == ins.comparison_key(described.birth_name)
        and ins.comparison_key(found.first_given_name) == ins.comparison_key(described.first_given_name)
        and found.birth_date == described.birth_date
    )


def _check_invitation(a: "Access", other: UUID, starts_on: date, ends_on: date | None) -> None:
    """Hold the rules that its sender may know of: her own delegations, never those of the other."""
    standing = [one for one in list_delegations(a.person_id) if one.stage in {Stage.PENDING, Stage.ACCEPTED}]
    before = next((one for one in standing if one.caregiver_id == other), None)
    if people.is_minor(people.get_person(a.person_id)):
        raise DelegationRefused("not_adult")
    if other == a.person_id:
        raise DelegationRefused("yourself")
    if before:
        raise DelegationRefused("same_delegation" if before.stage is Stage.ACCEPTED else "same_invitation")
    if other in {one.id for one in people.list_representatives(a.person_id)}:
        raise DelegationRefused("another_delegation")
    if len(standing) >= MOST_CAREGIVERS:
        raise DelegationRefused("outgoing_limit")
    if starts_on < clock.today():
        raise DelegationRefused("starts_late")
    if ends_on is not None and ends_on < starts_on:
        raise DelegationRefused("ends_early")


def _check_acceptance(found: DelegationCard) -> None:
    """Hold the limits again, both sides locked: two acceptances at once are one after the other."""
    person, caregiver = people.get_person(found.person_id), people.get_person(found.caregiver_id)
    if people.is_minor(caregiver):
        raise DelegationRefused("caregiver_minor")
    if find_state(caregiver.id) != State.ACTIVATED:
        raise DelegationRefused("not_activated")
    if people.is_minor(person) or person.died_on is not None or find_state(person.id) != State.ACTIVATED:
        raise DelegationRefused("no_invitation")
    if _count("person_id = %(id)s", found.person_id) >= MOST_CAREGIVERS:
        raise DelegationRefused("outgoing_limit")
    if _count("caregiver_id = %(id)s", found.caregiver_id) >= MOST_HELPED:
        raise DelegationRefused("incoming_limit")


def _own_invitation(delegation_id: UUID, by: Actor) -> DelegationCard:
    found = _cards(f"id = %(id)s and caregiver_id = %(by)s and {_ANSWERABLE}",
                   {"id": delegation_id, "by": by.id})  # fmt: skip
    if not found:
        raise DelegationRefused("no_invitation")
    return found[0]


@contextmanager
def _acting(event: EventType, found: DelegationCard, by: Actor) -> Iterator[None]:
    """One transaction, both sides held; a refusal is journalled by itself, then raised."""
    purpose = Purpose.OPERATE if by.kind is ActorKind.SYSTEM else Purpose.MANAGE
    try:
        with transaction.atomic():
            _lock(found.person_id, found.caregiver_id)
            yield
    except DelegationRefused as refusal:
        write(event, person_id=found.person_id, by=by, purpose=purpose, allowed=False,
              reason=refusal.rule, reference=found.id)  # fmt: skip
        raise


def _lock(*ids: UUID) -> None:
    """Keep every other act on the delegations of these persons waiting; always in the same order."""
    with connection.cursor() as cursor:
        for one in sorted(ids):
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"delegation:{one}"])


def _move(found: DelegationCard, state: str, condition: str, ended_by: UUID | None = None) -> None:
    """Change the state, once: of two browsers that answer, the second is refused."""
    times = "ended_at = %(now)s, ended_by = %(by)s" if state == "ended" else "decided_at = %(now)s"
    changed = _run(
        f"update access_delegation set state = %(state)s, {times} where id = %(id)s and {condition}",  # noqa: S608
        {"state": state, "id": found.id, "by": ended_by},
    )
    if not changed:
        raise DelegationRefused("no_delegation" if state == "ended" else "no_invitation")


def _note(found: DelegationCard, event: EventType, by: Actor, code: NoticeCode) -> None:
    """Write the line, tell the person, and have the paper of the decision made."""
    write(event, person_id=found.person_id, by=by, purpose=Purpose.MANAGE, reference=found.id)
    _tell(found.person_id, code, found)
    _have_written(found, event)


def _finish(found: DelegationCard, by: Actor, *, told: UUID) -> None:
    """Close the space to the caregiver at once, tell the other side, have the paper made."""
    people.sessions.leave_profile(found.caregiver_id, found.person_id)
    purpose = Purpose.OPERATE if by.kind is ActorKind.SYSTEM else Purpose.MANAGE
    write(EventType.CAREGIVER_ENDED, person_id=found.person_id, by=by, purpose=purpose, reference=found.id)
    _tell(told, NoticeCode.CAREGIVER_ENDED, found)
    if found.stage is Stage.ACCEPTED:
        _have_written(found, EventType.CAREGIVER_ENDED)


def _tell(told: UUID, code: NoticeCode, found: DelegationCard) -> None:
    """Tell one side: of his own space, since a caregiver may not manage the other's any more."""
    tell(told, about_id=told, code=code, reference=found.id)


def _have_written(found: DelegationCard, event: EventType) -> None:
    outbox.emit(DECIDED, key=f"{DECIDED}:{found.id}:{event}", person_id=found.person_id,
                facts={"delegation": str(found.id), "event": str(event)})  # fmt: skip


def _count(condition: str, one: UUID) -> int:
    rows = _rows(f"select count(*) from access_delegation where state = 'accepted' and {condition}",  # noqa: S608
                 {"id": one})  # fmt: skip
    return int(rows[0][0])


def _cards(condition: str, values: dict[str, Any]) -> list[DelegationCard]:
    rows = _rows(f"select {_COLUMNS} from access_delegation where {condition}", values)  # noqa: S608
    staged: list[tuple[Any, ...]] = [(*row[:3], Stage(row[3]), *row[4:]) for row in rows]
    return [DelegationCard(*row) for row in staged]


def _run(query: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, {"now": clock.now(), "today": clock.today(), **values})
        return int(cursor.rowcount)


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"now": clock.now(), "today": clock.today(), **values})
        return list(cursor.fetchall())
