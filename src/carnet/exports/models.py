"""Copies of a whole record, as they are asked for and prepared. Administrative: nothing of health."""

from django.db import models


class Copy(models.Model):
    """One copy that somebody asked for. `asked_by`: the holder or a legal representative.

    `state`: asked, preparing, ready, expired, failed. `blobs`: names of its sealed parts in the store, in
    order, separated by spaces (exports.policies.chunk_name). `done` of `total`: what the page
    shows while it is prepared.
    """

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField(db_index=True)
    asked_by = models.UUIDField()
    asker_kind = models.TextField()  # journal.ActorKind
    state = models.TextField()
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(default=0)
    blobs = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "asked_by"],
                condition=models.Q(state__in=["asked", "preparing"]),
                name="copy_one_at_a_time",
            )
        ]
