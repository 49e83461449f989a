"""What people report: a document, an access; what professionals ask. Administrative; the words are sealed."""

from django.db import models


class Ticket(models.Model):
    """One report. `number`: what is told on the telephone, eight digits.

    `sealed`: JSON {words, structure_name}, `answer_sealed`: JSON {words}, under the person's key.
    """

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField(db_index=True)
    number = models.TextField(unique=True)
    opened_by = models.UUIDField()
    kind = models.TextField()  # document, access
    reason = models.TextField()
    reference = models.UUIDField(null=True)
    structure = models.TextField(default="")  # FINESS of whom it is about
    state = models.TextField()  # open, answered
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    sealed = models.BinaryField()
    answer_sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            # a form sent twice, in the same instant, makes one report
            models.UniqueConstraint(
                fields=["person_id", "reference", "opened_by"],
                condition=models.Q(state="open"),
                name="ticket_waits_once",
            )
        ]
        indexes = [
            models.Index(fields=["opened_at"], condition=models.Q(state="open"), name="ticket_waiting"),
        ]


class HelpRequest(models.Model):
    """Help that a professional asked for from a page. About nobody: sealed under the key of the system."""

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    professional_id = models.UUIDField(db_index=True)
    structure = models.TextField(default="")
    page = models.TextField(default="")  # the name of the page, as the routes know it
    call = models.TextField(default="")  # the reference of the failure that she was shown
    state = models.TextField()  # open, answered
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    sealed = models.BinaryField()
    answer_sealed = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["opened_at"], condition=models.Q(state="open"), name="help_waiting"),
        ]
