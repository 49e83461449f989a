"""The ground's tables. None is clinical: keys, clock, queue of events, limits, daily runs."""

from django.db import models


class PersonKey(models.Model):
    """A person's data key, wrapped by the master key; destroyed when her space is erased."""

    person_id = models.UUIDField(primary_key=True)
    key_id = models.TextField()
    wrapped = models.BinaryField()


class Clock(models.Model):
    """How far the field's clock has been moved. Only the sandbox has a row here."""

    id = models.SmallIntegerField(primary_key=True)
    offset_seconds = models.BigIntegerField()


class Outbox(models.Model):
    """An event or a letter to hand over, written in the transaction that caused it.

    Rows disappear when done. `in_doubt`: a hand-over was under way at a crash; the protocol cannot
    say whether it arrived, so it is counted and shown, never repeated by itself.
    """

    class State(models.TextChoices):
        READY = "ready"
        CLAIMED = "claimed"
        IN_DOUBT = "in_doubt"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True)
    topic = models.TextField()
    key = models.TextField(unique=True)
    person_id = models.UUIDField(null=True)
    payload = models.BinaryField()
    state = models.TextField(choices=State.choices, default=State.READY)
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], condition=models.Q(state="ready"), name="outbox_ready")
        ]


class DailyRun(models.Model):
    """One daily job done for one day of the field."""

    name = models.TextField()
    day = models.DateField()
    done_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "name"], name="dailyrun_once")]


class RateLimit(models.Model):
    """Attempts in a window of real time. UNLOGGED: a crash forgets them, no write-ahead log is paid."""

    key = models.BinaryField(primary_key=True)
    window_ends_at = models.DateTimeField()
    count = models.IntegerField()
