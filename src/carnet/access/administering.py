"""What the administrator doctor does for the person: blocking another professional (facts/mes.md 4.4).

He alone, while she designates him: the decision of the moment must rest on it (Rule.ADMINISTRATOR). He does
not unblock; she does. She is told, and her history says who blocked whom.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from carnet.access.blocks import block_professional
from carnet.access.caring import care_rights
from carnet.access.policies import Rule, Scope, decide_scope
from carnet.access.simulating import WatcherKind, list_watchers
from carnet.directory.api import name_professionals
from carnet.journal.api import Actor, EventType, Purpose
from carnet.notices.api import NoticeCode, tell
from carnet.people import api as people
from carnet.platform import clock

if TYPE_CHECKING:
    from carnet.access.api import Access

NOT_ADMINISTRATOR: Final = "not_administrator"
"""The reason of a refused block, in the journal."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A professional who would be let in now: where, by which rule."""

    professional_id: UUID
    structure: str
    rule: Rule


def list_readers(a: "Access") -> list[Reader]:
    """Return the other professionals who may read this record now by a tie of their own, each once.

    Those of a minor's confidential care are not among them. Raises PermissionError for who is not the
    administrator doctor.
    """
    if a.scope.rule is not Rule.ADMINISTRATOR:
        raise PermissionError("only the administrator doctor is told who else reads")
    found: dict[UUID, Reader] = {}
    for one in list_watchers(a.person_id, with_secret=False):
        if one.kind is not WatcherKind.PROFESSIONAL or one.actor.id in {None, a.by.id, *found}:
            continue
        scope = decide_scope(one.actor, one.rights, Purpose.CONSULT, clock.today())
        if scope.allowed and one.actor.id:
            found[one.actor.id] = Reader(one.actor.id, one.actor.structure, scope.rule)
    return list(found.values())


def block_for_person(a: "Access", *, professional_id: UUID) -> bool:
    """Block a professional for the person, who is told. Behind the administrator's door (MANAGE, `late`).

    Returns False, with the line of the refusal, when the actor is not her administrator doctor any more.
    Blocked already: a line, and nothing else. Raises ValueError for the administrator himself.
    """
    if professional_id == a.by.id:
        raise ValueError("nobody blocks himself")
    scope = _decide(a.person_id, a.by)
    if scope.rule is not Rule.ADMINISTRATOR:
        a.refuse(EventType.PROFESSIONAL_BLOCKED, reason=NOT_ADMINISTRATOR)
        return False
    name = name_professionals([professional_id])[professional_id].name
    replace(a, scope=scope).record(EventType.PROFESSIONAL_BLOCKED, personal={"professional": name})
    if block_professional(a.person_id, professional_id=professional_id, by=a.by):
        _tell(a)
    return True


def _tell(a: "Access") -> None:
    """Tell her, and a minor's representatives unless the doctor acts in her confidential care."""
    parents = [] if a.by.secret else [one.id for one in people.list_representatives(a.person_id)]
    for reader in dict.fromkeys([a.person_id, *parents]):
        tell(reader, about_id=a.person_id, code=NoticeCode.PROFESSIONAL_BLOCKED)


def _decide(person_id: UUID, by: Actor) -> Scope:
    return decide_scope(by, care_rights(person_id, by), Purpose.CONSULT, clock.today())
