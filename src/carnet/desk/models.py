"""What agents do at the desk: their own acts, and the calls that they owe. No health content."""

from django.db import models


class Act(models.Model):
    """One act of one agent: what was asked, why, how it ended. Written before the act, ended after it.

    `kind`: desk.acts.Kind. `person_id`: null for a search that found nobody. `outcome`: "" while it is
    under way (or was interrupted), "done", or the code of the rule that refused. `sealed`: the motive that
    the agent typed, under the person's key.
    """

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    agent_id = models.UUIDField()
    kind = models.TextField()
    person_id = models.UUIDField(null=True)
    outcome = models.TextField(default="")
    sealed = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person_id"], name="act_about")]


class Callback(models.Model):
    """A person to be called back at the number that her insurer knows: her card cannot be read.

    `outcome`: "" while it is owed, then "identified" or "unreachable".
    """

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    outcome = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"], condition=models.Q(outcome=""), name="callback_owed_once"
            )
        ]
        indexes = [models.Index(fields=["person_id"], name="callback_about")]
