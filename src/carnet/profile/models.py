"""The medical profile, rubric by rubric (facts/mes.md 2.1). Clinical: behind the wall."""

from django.db import models


class Entry(models.Model):
    """One line of a rubric. `sealed`: JSON of its values under the person's key.

    `slot`: names what there may be one of only (blood group, trusted contact, médecin traitant ...).
    `locked`: entered or confirmed by a professional, so the person does not change it.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    rubric = models.TextField()
    slot = models.TextField(null=True)
    author_kind = models.TextField()  # PERSON, PROFESSIONAL, DEVICE, ORGANISATION
    author_id = models.UUIDField(null=True)
    structure = models.TextField(default="")  # FINESS
    origin = models.TextField()  # PATIENT, QUIZ, MIGRATION, DEPOSIT
    locked = models.BooleanField(default=False)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "rubric", "slot"], name="entry_slot")]


class RubricChoice(models.Model):
    """What the person says of a whole rubric: shared with professionals or not, "je ne suis pas concerné"."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    rubric = models.TextField()
    shared = models.BooleanField(null=True)  # null: the default of the space
    unconcerned_on = models.DateField(null=True)
    author_id = models.UUIDField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "rubric"], name="choice_rubric")]


class Link(models.Model):
    """A tie from a line to something else of the same record (facts/mes.md 2.1, LinkType)."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    entry_id = models.UUIDField()
    kind = models.TextField()  # DOCUMENT, DISEASE, HOSPITALIZATION, FOLDER, TREATMENT, MEASURE, ALLERGY
    target_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "entry_id", "kind", "target_id"], name="link_once")
        ]
