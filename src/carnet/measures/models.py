"""Measures (facts/mes.md 2.2, 2.3). Clinical: behind the wall."""

from django.db import models


class Value(models.Model):
    """One measure, in the UCUM unit of its kind. `second`: the diastolic pressure.

    `context`: the code of a companion value set (moment, site). `days`: the span of a mean.
    `sealed`: JSON {comment, device, author} under the person's key, or null.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    kind = models.TextField()
    at = models.DateTimeField()
    value = models.FloatField()
    second = models.FloatField(null=True)
    context = models.TextField(default="")
    days = models.SmallIntegerField(null=True)
    author_kind = models.TextField()  # PERSON, PROFESSIONAL, DEVICE, ORGANISATION
    author_id = models.UUIDField(null=True)
    structure = models.TextField(default="")  # FINESS
    document_id = models.UUIDField(null=True)  # the document that it was read in
    locked = models.BooleanField(default=False)
    version = models.IntegerField(default=1)
    recorded_at = models.DateTimeField()
    sealed = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person_id", "kind", "-at", "-id"], name="value_recent")]


class Setting(models.Model):
    """How the person wants one kind of measure: place and presence of its tile, her target."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    kind = models.TextField()
    position = models.SmallIntegerField(null=True)
    hidden = models.BooleanField(default=False)
    target_low = models.FloatField(null=True)
    target_high = models.FloatField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "kind"], name="setting_kind")]
