"""The life cycle of a space (facts/mes.md 1.4 to 1.9). Administrative: no health content."""

from django.db import models


class Space(models.Model):
    """One row per person once she was notified or asked for a space. States: enrolment.policies.State.

    `version` refuses the second of two browsers saving the same form. `no_contact`: the mark left by an
    erasure on the insurer's side, which stops any new notification or opening.
    """

    person_id = models.UUIDField(primary_key=True)
    state = models.TextField()
    since = models.DateTimeField()
    notified_on = models.DateField(null=True)
    channel = models.TextField(default="")
    opened_at = models.DateTimeField(null=True)
    activated_at = models.DateTimeField(null=True)
    objected_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    archive_until = models.DateField(null=True)
    erasure_asked_on = models.DateField(null=True)
    erasure_due_on = models.DateField(null=True)
    suspended_on = models.DateField(null=True)  # stays through a closing: only the 3422 lifts it
    erasure_began_at = models.DateTimeField(null=True)  # from here on it cannot be cancelled
    no_contact = models.BooleanField(default=False)
    documents_masked = models.BooleanField(default=False)
    emergency_access = models.BooleanField(default=True)
    samu_access = models.BooleanField(default=True)
    emergency_masked = models.BooleanField(default=False)
    terms_version = models.TextField(default="")
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["notified_on"], condition=models.Q(state="notified"), name="space_silent"),
            models.Index(
                fields=["erasure_due_on"], condition=models.Q(state="erasing"), name="space_erasing"
            ),
            models.Index(fields=["archive_until"], condition=models.Q(state="closed"), name="space_archived"),
        ]


class ProvisionalCode(models.Model):
    """A provisional code as a second HMAC. `issue` counts re-issues: with the person it derives the code."""

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    issue = models.IntegerField()
    code_key = models.BinaryField(unique=True)
    channel = models.TextField()
    issued_at = models.DateTimeField()
    expires_on = models.DateField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "issue"], name="provisionalcode_issue")]


class Draft(models.Model):
    """An activation under way, between its three screens. `sealed`: what was said so far, system key."""

    id = models.UUIDField(primary_key=True)
    token_key = models.BinaryField(unique=True)
    person_id = models.UUIDField()
    sealed = models.BinaryField()
    expires_at = models.DateTimeField()
