"""The insurer's "histoire de santé", from reimbursements (facts/mes.md 2.1). Clinical: behind the wall."""

from django.db import models


class Episode(models.Model):
    """One reimbursed act.

    `source_key`: the person's hash of the insurer's own reference, so that a file loaded twice adds
    nothing. `sealed`: JSON of label, detail and place under the person's key.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    category = models.TextField()
    day = models.DateField()
    until = models.DateField(null=True)
    source_key = models.BinaryField()
    loaded_at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "source_key"], name="episode_once")]
        indexes = [models.Index(fields=["person_id", "-day", "-id"], name="episode_recent")]


class Sharing(models.Model):
    """Whether professionals see the person's histoire de santé; no row: the default of the space."""

    person_id = models.UUIDField(primary_key=True)
    shared = models.BooleanField()
    author_id = models.UUIDField(null=True)
    changed_at = models.DateTimeField()
