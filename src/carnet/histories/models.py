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


class Load(models.Model):
    """A file of the insurer being loaded, or loaded: how far, so that it resumes where it stopped.

    Administrative: no word of health. Persons are fed in the order of their ids, each one's lines in the
    order of the file: `after_person`, `after_line` are the last that are in.
    """

    digest = models.TextField(primary_key=True)  # SHA-256 of the file
    name = models.TextField()
    after_person = models.UUIDField(null=True)
    after_line = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
