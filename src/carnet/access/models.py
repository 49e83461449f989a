"""What the person says of whole parts of her record. Clinical: behind the wall."""

from django.db import models


class Sharing(models.Model):
    """Whether professionals see one part of a record; no row: as new documents of the space."""

    pk = models.CompositePrimaryKey("person_id", "part")
    person_id = models.UUIDField()
    part = models.TextField()  # sharing.Part
    shared = models.BooleanField()
    author_id = models.UUIDField(null=True)
    changed_at = models.DateTimeField()


class Block(models.Model):
    """A structure that a person blocked (facts/mes.md 4.4). Asked for before the door: administrative."""

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    structure = models.TextField()  # FINESS
    author_id = models.UUIDField(null=True)  # herself or her representative
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "structure"], name="block_unique")]
