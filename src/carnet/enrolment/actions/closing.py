"""Closing, reopening, asking for erasure: by the holder or a legal representative (R1111-36; facts 1.9)."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from carnet.enrolment import messages
from carnet.enrolment.actions.activation import Choices
from carnet.enrolment.models import Space
from carnet.enrolment.moves import move, moving, purpose_of
from carnet.enrolment.policies import Event, archive_end, erasure_due, opens_on
from carnet.enrolment.queries import SpaceCard, lock_space
from carnet.journal.api import Actor, ActorKind, EventType, write
from carnet.people import api as people
from carnet.platform import clock


class NotYours(Exception):  # noqa: N818 - a decision
    """The actor is neither the holder nor one of her legal representatives."""

    message_fr = "Vous ne gérez pas cet espace."


class ChangedMeanwhile(Exception):  # noqa: N818 - said to the person
    """The space was changed since the page was shown."""

    message_fr = (
        "Ces choix ont été changés depuis une autre fenêtre ou par l’autre représentant légal."
        " Voici ce qui est enregistré : vérifiez, puis enregistrez."
    )


def close(person_id: UUID, *, by: Actor, erase: bool = False) -> SpaceCard:
    """Close a space; `erase`: ask for its erasure as well. Other sessions end; documents are archived.

    Raises NotYours, TransitionRefused.
    """
    person = _managed(person_id, by)
    with moving(person_id, Event.CLOSE, by=by) as before:
        space = _close(before, Event.CLOSE, by=by)
        people.end_sessions_of(person_id)
        _tell(person, by, "closed", "Espace santé fermé", archive_until=space.archive_until)
        messages.tell_others(person, by=by, act="a fermé son espace")
        return _ask(space, person, by=by) if erase else space


def reopen(person_id: UUID, *, by: Actor) -> SpaceCard:
    """Open a closed space again with all that was archived; a pending erasure is cancelled.

    Raises NotYours, TransitionRefused (`deceased`, `erasure_begun`).
    """
    person = _managed(person_id, by)
    with moving(person_id, Event.REOPEN, by=by) as before:
        activated_at = before.activated_at or clock.now()
        space = move(before, Event.REOPEN, by=by, activated_at=activated_at, closed_at=None, objected_at=None,
                     archive_until=None, erasure_asked_on=None, erasure_due_on=None)  # fmt: skip
        _tell(person, by, "reopened", "Espace santé rouvert")
        return space


def ask_erasure(person_id: UUID, *, by: Actor) -> SpaceCard:
    """Ask for the erasure of a closed space; it happens on `erasure_due_on`, cancellable until it begins.

    Raises NotYours, TransitionRefused.
    """
    person = _managed(person_id, by)
    with moving(person_id, Event.ASK_ERASURE, by=by) as space:
        return _ask(space, person, by=by)


def cancel_erasure(person_id: UUID, *, by: Actor) -> SpaceCard:
    """Cancel a pending erasure; the space stays closed. Raises NotYours, TransitionRefused."""
    person = _managed(person_id, by)
    with moving(person_id, Event.CANCEL_ERASURE, by=by) as before:
        closed_on = (before.closed_at or clock.now()).astimezone(clock.PARIS).date()
        space = move(before, Event.CANCEL_ERASURE, by=by, erasure_asked_on=None, erasure_due_on=None,
                     archive_until=archive_end(closed_on))  # fmt: skip
        _tell(person, by, "erasure_cancelled", "Demande d’effacement annulée")
        return space


def change_choices(person_id: UUID, *, by: Actor, choices: Choices, version: int) -> SpaceCard:
    """Change visibility and emergency choices on a page that showed `version`.

    Raises NotYours, ChangedMeanwhile (another browser saved before).
    """
    _managed(person_id, by)
    with transaction.atomic():
        space = lock_space(person_id)
        if space.version != version:
            raise ChangedMeanwhile
        Space.objects.filter(person_id=person_id).update(
            documents_masked=choices.documents_masked, emergency_access=choices.emergency_access,
            samu_access=choices.samu_access, emergency_masked=choices.emergency_masked,
            version=F("version") + 1,
        )  # fmt: skip
        write(EventType.CHOICES_CHANGED, person_id=person_id, by=by, purpose=purpose_of(by))
        return lock_space(person_id)


def suspend(person_id: UUID, *, by: Actor) -> SpaceCard:
    """Suspend a space (fraud, serious malfunction) and inform the person, who has six weeks to object."""
    person = people.get_person(person_id)
    with moving(person_id, Event.SUSPEND, by=by) as before:
        today = clock.today()
        space = move(before, Event.SUSPEND, by=by, suspended_on=today)
        people.end_sessions_of(person_id)
        messages.tell_insurer_contact(messages.addressee_of(person), "suspended", "Espace santé suspendu",
                                      about=person_id, day=today, closes_on=opens_on(today))  # fmt: skip
        return space


def lift_suspension(person_id: UUID, *, by: Actor) -> SpaceCard:
    """Give a suspended space back as it was; one closed meanwhile stays closed, and may be reopened."""
    with moving(person_id, Event.LIFT_SUSPENSION, by=by) as space:
        return move(space, Event.LIFT_SUSPENSION, by=by, suspended_on=None)


def can_manage(person_id: UUID, by: Actor) -> bool:
    """Say whether the actor may decide about this space: herself, or a legal representative of a minor."""
    if by.kind is ActorKind.SUPPORT:
        return True
    if by.id == person_id:
        return by.kind is ActorKind.PATIENT and not people.is_minor(people.get_person(person_id))
    if by.id is None or by.kind is not ActorKind.LEGAL_REPRESENTATIVE:
        return False
    relation = people.find_relation(person_id, by.id)
    return relation == "guardian" or (
        relation == "representative" and people.is_minor(people.get_person(person_id))
    )


def _managed(person_id: UUID, by: Actor) -> people.PersonCard:
    if not can_manage(person_id, by):
        raise NotYours
    return people.get_person(person_id)


def _close(space: SpaceCard, event: Event, *, by: Actor) -> SpaceCard:
    return move(space, event, by=by, closed_at=clock.now(), archive_until=archive_end(clock.today()))


def _ask(space: SpaceCard, person: people.PersonCard, *, by: Actor) -> SpaceCard:
    today = clock.today()
    due = erasure_due(today, settings.CARNET_ERASURE_DELAY_DAYS)
    space = move(space, Event.ASK_ERASURE, by=by, erasure_asked_on=today, erasure_due_on=due)
    _tell(person, by, "erasure_asked", "Effacement demandé", due=due)
    messages.tell_others(person, by=by, act="a demandé l’effacement de son espace")
    return space


def _tell(person: people.PersonCard, by: Actor, template: str, subject: str, **facts: Any) -> None:
    """Write to the account of whom the space is managed by: the holder, or the representative who acts."""
    owner_id = by.id if by.kind is ActorKind.LEGAL_REPRESENTATIVE and by.id else person.id
    messages.tell_account(owner_id, template, subject, about=person, **facts)
