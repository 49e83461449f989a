"""What a person chose of her e-mails: read, and changed by herself alone."""

from uuid import UUID

from django.db import connection, transaction

from carnet.journal.api import Actor, ActorKind, EventType, Purpose, write
from carnet.notices.policies import Preferences, Rhythm, Switch, silenced
from carnet.platform import clock

COLUMNS = {
    Switch.MESSAGE: "message",
    Switch.DOCUMENT: "document",
    Switch.APPOINTMENT: "appointment",
    Switch.SERVICE: "service",
    Switch.SCREENING: "screening",
}


def get_preferences(person_id: UUID) -> Preferences:
    """Return what a person chose; who chose nothing is written to about everything, at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select rhythm, {', '.join(COLUMNS.values())} from notices_preference where person_id = %s",  # noqa: S608 - own names
            [person_id],
        )
        row = cursor.fetchone()
    if row is None:
        return Preferences()
    off = (switch for switch, on in zip(COLUMNS, row[1:], strict=True) if not on)
    return Preferences(frozenset(off), Rhythm(row[0]))


def save_preferences(person_id: UUID, preferences: Preferences) -> bool:
    """Keep what a person chose of her own e-mails, with its line in the journal; False when nothing changed.

    What waited for an e-mail that she no longer wants waits no more.
    """
    with transaction.atomic():
        _lock(person_id)
        if get_preferences(person_id) == preferences:
            return False
        _keep(person_id, preferences)
        _forget_silenced(person_id, preferences)
        write(
            EventType.NOTICES_CHANGED,
            person_id=person_id,
            by=Actor(ActorKind.PATIENT, person_id),
            purpose=Purpose.MANAGE,
        )
    return True


def _lock(person_id: UUID) -> None:
    """Have two savings of one person's choices come one after the other: each leaves its line, or none."""
    with connection.cursor() as cursor:
        cursor.execute("select 1 from notices_preference where person_id = %s for update", [person_id])


def _keep(person_id: UUID, preferences: Preferences) -> None:
    names = list(COLUMNS.values())
    facts = [switch not in preferences.off for switch in COLUMNS]
    changes = ", ".join(f"{name} = excluded.{name}" for name in (*names, "rhythm", "changed_at"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into notices_preference (person_id, {', '.join(names)}, rhythm, changed_at)"  # noqa: S608 - own names
            f" values (%s, {', '.join(['%s'] * len(names))}, %s, %s)"
            f" on conflict (person_id) do update set {changes}",
            [person_id, *facts, preferences.rhythm, clock.now()],
        )


def _forget_silenced(person_id: UUID, preferences: Preferences) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update notices_notice set in_digest = false"
            " where person_id = %s and in_digest and code = any(%s)",
            [person_id, [code.value for code in silenced(preferences)]],
        )
