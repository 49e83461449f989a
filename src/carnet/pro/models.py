"""What the professional's pages keep: whom one trains with, and how far one is. Administrative."""

from django.db import models


class TrainingPatient(models.Model):
    """An invented person of the training set; `position`: which exercise she serves."""

    person_id = models.UUIDField(primary_key=True)
    position = models.SmallIntegerField(unique=True)


class TrainingStep(models.Model):
    """An exercise that a professional has done (carnet.pro.exercises.Exercise)."""

    id = models.UUIDField(primary_key=True)
    professional_id = models.UUIDField()
    exercise = models.TextField()
    done_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["professional_id", "exercise"], name="trainingstep_once")
        ]
