"""How a professional enters the record of somebody new: by a code, by a number and traits, by a launch.

An entry is explicit: a consent of this consultation, or the declaration that she takes care of the person,
who is informed (arrêté of 26 October 2023, facts/mes.md 4.1 and 4.3). The decision is asked as if the entry
stood; refused, nothing is written but the line of the refusal. What may not be known of a person is answered
like a person who does not exist, by the same statements (docs/adr/0021-entering.md).
"""

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction

from carnet.access import passes, relations
from carnet.access.caring import care_rights
from carnet.access.policies import Basis, Means, PlaceKind, Rights, Rule, Scope, decide_scope
from carnet.directory.api import sessions
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, write
from carnet.people import api as people
from carnet.platform import clock, outbox
from carnet.platform.ids import uuid7
from carnet.platform.limits import Limit
from carnet.standards.ins import Matricule

ASKED: Final = "access.asked"
JOINED: Final = "access.joined"
NOBODY: Final = UUID(int=0)
OTHER_IDENTITY: Final = "other_identity"

CODES = Limit("entry-code", 20, timedelta(minutes=10))
IDENTITIES = Limit("entry-identity", 30, timedelta(minutes=10))
GUESSES = Limit("entry-matricule", 10, timedelta(hours=1))
"""Wrong codes and wrong identities of one professional; identities tried with one matricule."""

_SAID: Final = {
    "code": "Ce code n’ouvre rien : il a servi, il a plus de cinq minutes, ou un caractère est faux."
    " Demandez à la personne d’en afficher un nouveau.",
    "identity": "Aucun dossier ne s’ouvre avec cette identité. Vérifiez les 15 caractères, le nom, le premier"
    " prénom et la date de naissance.",
    "launch": "Ce lancement n’ouvre rien. Vérifiez l’identité dans votre logiciel, et relancez depuis lui.",
    "expired": "Ce lancement a servi, a plus de deux minutes ou n’est pas le vôtre. Relancez depuis votre"
    " logiciel.",
    "too_many": "Trop d’essais : attendez quelques minutes avant le suivant.",
}
_AS_ABSENT: Final = frozenset({Rule.NO_SPACE, Rule.OBJECTED, Rule.CLOSED, Rule.SUSPENDED, Rule.ERASED})
_EXPRESS: Final = frozenset({PlaceKind.OCCUPATIONAL, PlaceKind.FIRE_BRIGADE})


class Title(StrEnum):
    """As what a professional enters."""

    CONSENT = "consent"  # the person consents to this consultation
    TEAM = "team"  # she is of the care team, and the person is informed of it
    STAY = "stay"  # the whole structure takes care of the person, who is informed of it


class EntryRefused(Exception):  # noqa: N818 - an answer, not a failure
    """An entry is refused. `scope`: the decision that may be explained, None where nothing may be told."""

    def __init__(self, rule: str, message_fr: str, scope: Scope | None = None) -> None:
        super().__init__(rule)
        self.rule = rule
        self.message_fr = message_fr
        self.scope = scope


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a professional names: a checked matricule, the family name, first given name, date of birth."""

    matricule: Matricule
    family_name: str
    given_name: str
    birth_date: date


@dataclass(frozen=True, slots=True)
class Launched:
    """What a launch opened. `entered`: False when she must still say as what she enters."""

    person_id: UUID
    client_id: UUID
    entered: bool


def enter_by_code(typed: str, *, by: Actor, title: Title = Title.CONSENT) -> UUID:
    """Spend the code that a person shows and enter; return who she is. Raises EntryRefused."""
    if CODES.is_reached(str(by.id)):
        raise EntryRefused("too_many", _SAID["too_many"])
    code, scope = passes.read_code(typed), None
    with transaction.atomic():
        person_id = passes.spend_code(code) if code else None
        if person_id:
            scope = _enter(person_id, by=by, title=title, means=Means.QR)
    if person_id is None or scope is None:
        CODES.hit(str(by.id))
        raise EntryRefused("code", _SAID["code"])
    _check(scope, "code")
    return person_id


def enter_by_identity(named: Named, *, by: Actor, title: Title = Title.CONSENT) -> UUID:
    """Enter the record of whom a number and traits name; return who she is. Raises EntryRefused.

    A number unknown, traits that are another's, a space that is not open: one answer, the same statements.
    """
    if not (IDENTITIES.hit(str(by.id)) and GUESSES.hit(named.matricule.value)):
        raise EntryRefused("too_many", _SAID["too_many"])
    known, person_id = _identify(named)
    with transaction.atomic():
        scope = _enter(person_id, by=by, title=title, means=Means.INS, known=known)
    _check(scope, "identity")
    IDENTITIES.give_back(str(by.id))
    GUESSES.clear(named.matricule.value)
    return person_id


def identify(named: Named, *, by: Actor) -> UUID:
    """Return whom a number and traits name, for who brings her a document and reads nothing: a secretary.

    Nothing is entered: the door of the deposit decides again. As `enter_by_identity`: one answer for a number
    unknown, traits that are another's, a space that is not open. Raises EntryRefused.
    """
    if not (IDENTITIES.hit(str(by.id)) and GUESSES.hit(named.matricule.value)):
        raise EntryRefused("too_many", _SAID["too_many"])
    known, person_id = _identify(named)
    scope = decide_scope(by, care_rights(person_id, by), Purpose.DEPOSIT, clock.today())
    if not scope.allowed:
        reason = OTHER_IDENTITY if known and person_id == NOBODY else scope.rule
        with transaction.atomic():
            _ask(EventType.DOCUMENT_DEPOSITED, known, by=by, allowed=False, reason=reason)
    _check(scope, "identity")
    IDENTITIES.give_back(str(by.id))
    GUESSES.clear(named.matricule.value)
    return person_id


def enter_as(person_id: UUID, *, by: Actor, title: Title, means: Means = Means.ORAL) -> None:
    """Enter the record of somebody whom these pages name already. Raises EntryRefused."""
    with transaction.atomic():
        scope = _enter(person_id, by=by, title=title, means=means)
    _check(scope, "identity")


def make_launch(named: Named, *, professional_id: UUID, structure: str, consented: bool, by: Actor) -> str:
    """Keep a launch that a structure's software asks for; return its token, whoever is named.

    `by`: the software (its client). What the token opens is decided when the professional comes with it.
    """
    assert by.id is not None
    known, person_id = _identify(named)
    with transaction.atomic():
        same = person_id != NOBODY
        _ask(EventType.LAUNCH_MADE, known, by=by, allowed=same, reason="" if same else OTHER_IDENTITY)
        return passes.keep_launch(
            person_id, professional_id=professional_id, structure=structure, client_id=by.id,
            consented=consented,
        )  # fmt: skip


def open_launch(token: str, *, by: Actor) -> Launched:
    """Spend a launch and enter if the person consented or takes part; raises EntryRefused."""
    assert by.id is not None
    if IDENTITIES.is_reached(str(by.id)):  # a software may not try identities without end either
        raise EntryRefused("too_many", _SAID["too_many"])
    with transaction.atomic():
        launch = passes.spend_launch(token, professional_id=by.id, structure=by.structure)
        if launch is None:
            raise EntryRefused("expired", _SAID["expired"])
        came = by.authentication if by.authentication == sessions.TRAINING else "psc_launch"
        by = replace(by, software=launch.client_id, authentication=came)
        if launch.consented:
            scope = _enter(launch.person_id, by=by, title=Title.CONSENT, means=Means.LAUNCH)
        else:
            scope = decide_scope(by, care_rights(launch.person_id, by), Purpose.CONSULT, clock.today())
    if not scope.allowed and scope.rule in {Rule.NO_RELATION, Rule.NOT_INFORMED}:
        return Launched(launch.person_id, launch.client_id, entered=False)
    if scope.rule in _AS_ABSENT:
        IDENTITIES.hit(str(by.id))
    _check(scope, "launch")
    return Launched(launch.person_id, launch.client_id, entered=True)


def leave(person_id: UUID, *, by: Actor) -> int:
    """End what ties a professional to a person and is hers to end; return how many ties.

    The end of what a minor's representatives were not told of is not told to them either.
    """
    assert by.id is not None
    with transaction.atomic():
        secret = {
            EventType.CONSENT_ENDED: [one.secret for one in relations.list_consents(person_id)
                                      if one.professional_id == by.id],
            EventType.RELATION_ENDED: [one.secret for one in relations.list_relations(person_id)
                                       if one.professional_id == by.id and one.basis is not Basis.TREATING],
        }  # fmt: skip
        consents = relations.end_consents_with(person_id, professional_id=by.id)
        declared = relations.end_relations_with(person_id, professional_id=by.id, structure=by.structure)
        for event, count in ((EventType.CONSENT_ENDED, consents), (EventType.RELATION_ENDED, declared)):
            if count:
                hidden = by.secret or (len(secret[event]) == count and all(secret[event]))
                write(event, person_id=person_id, by=replace(by, secret=hidden), purpose=Purpose.MANAGE)
    return consents + declared


# -- one entry, in the present transaction


def _enter(person_id: UUID, *, by: Actor, title: Title, means: Means, known: UUID | None = None) -> Scope:
    """Decide as if the entry stood; write it, or the line of its refusal. `known`: whose number it is."""
    rights = care_rights(person_id, by)
    if title is Title.CONSENT and rights.care.kind in _EXPRESS:
        means = Means.EXPRESS
    scope = decide_scope(by, _as_if(rights, title, means), Purpose.CONSULT, clock.today())
    if not scope.allowed:
        event = EventType.CONSENT_GIVEN if title is Title.CONSENT else EventType.RELATION_DECLARED
        other = known is not None and person_id == NOBODY
        _ask(event, known or person_id, by=by, allowed=False, reason=OTHER_IDENTITY if other else scope.rule)
    elif title is Title.CONSENT:
        _write_consent(person_id, by, means)
    else:
        _write_relation(person_id, by, title)
    return scope


def _as_if(rights: Rights, title: Title, means: Means) -> Rights:
    care = rights.care
    if title is Title.CONSENT:
        return replace(rights, care=replace(care, consented=means))
    return replace(rights, care=replace(care, basis=care.basis or Basis.DECLARED, informed=True))


def _write_consent(person_id: UUID, by: Actor, means: Means) -> None:
    assert by.id is not None
    relations.wait_for_the_same(person_id, by)
    relations.end_consents_with(person_id, professional_id=by.id)  # the new one takes its place
    consent_id = relations.give_consent(
        person_id, professional_id=by.id, structure=by.structure, means=means,
        until=clock.now() + relations.CONSENT_LASTS, secret=by.secret,
    )  # fmt: skip
    write(EventType.CONSENT_GIVEN, person_id=person_id, by=by, purpose=Purpose.CONSULT, reference=consent_id,
          reason=f"consent_{means}")  # fmt: skip


def _write_relation(person_id: UUID, by: Actor, title: Title) -> None:
    assert by.id is not None
    whole = title is Title.STAY
    relations.wait_for_the_same(person_id, by)
    relations.end_relations_with(person_id, professional_id=by.id, structure=by.structure if whole else "")
    relation_id = relations.declare_relation(
        person_id, by=by, basis=Basis.DECLARED, professional_id=None if whole else by.id,
        structure=by.structure, informed=True,
        until=clock.now() + (relations.STAY_LASTS if whole else relations.RELATION_LASTS),
    )  # fmt: skip
    write(EventType.RELATION_DECLARED, person_id=person_id, by=by, purpose=Purpose.MANAGE,
          reference=relation_id, reason=f"relation_{title}")  # fmt: skip
    outbox.emit(JOINED, key=f"{JOINED}:{relation_id}", person_id=person_id, facts={"secret": by.secret})


def _identify(named: Named) -> tuple[UUID | None, UUID]:
    """Return whose number it is, if anybody's, and who is entered: NOBODY unless the traits are hers."""
    person, same = people.find_by_identity(
        named.matricule.value, family_name=named.family_name, given_name=named.given_name,
        birth_date=named.birth_date,
    )  # fmt: skip
    return (person.id if person else None), (person.id if person and same else NOBODY)


def _ask(event: EventType, person_id: UUID | None, *, by: Actor, allowed: bool, reason: str) -> None:
    """Have the line of somebody's journal written, if there is somebody: the same cost when there is not."""
    facts = asdict(by) | {"kind": str(by.kind), "id": str(by.id), "software": str(by.software or "")}
    outbox.emit(
        ASKED,
        key=f"{ASKED}:{uuid7()}",
        facts={
            "event": str(event), "person": str(person_id or NOBODY), "by": facts, "allowed": allowed,
            "reason": str(reason),
        },
    )  # fmt: skip


def write_asked(facts: dict[str, object]) -> None:
    """Write the line that `_ask` put off, in the present transaction."""
    by = facts["by"]
    assert isinstance(by, dict)
    person_id = UUID(str(facts["person"]))
    if person_id == NOBODY:
        return
    software = UUID(by["software"]) if by["software"] else None
    actor = Actor(**(by | {"kind": ActorKind(by["kind"]), "id": UUID(by["id"]), "software": software}))
    event = EventType(str(facts["event"]))
    if event is EventType.LAUNCH_MADE and people.is_minor(people.get_person(person_id)):
        # a software cannot say whether the care is confidential: her parents are told by who then comes
        actor = replace(actor, secret=True)
    write(
        event, person_id=person_id, by=actor, purpose=Purpose.CONSULT,
        allowed=bool(facts["allowed"]), reason=str(facts["reason"]),
    )  # fmt: skip


def _check(scope: Scope, way: str) -> None:
    """Raise the refusal of a decision; one that would tell something of a person tells nothing."""
    if scope.allowed:
        return
    if scope.rule in _AS_ABSENT:
        raise EntryRefused(way, _SAID[way])
    raise EntryRefused(scope.rule, scope.explanation, scope)
