"""What people were told. Administrative: a code and a reference, never a title, never health content."""

from django.db import models


class Notice(models.Model):
    """One notice in a person's centre (facts/mes.md 4.5). `about_id`: whose space it speaks of."""

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    about_id = models.UUIDField()
    code = models.TextField()
    reference = models.UUIDField(null=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    in_digest = models.BooleanField(db_default=False)  # waits for an e-mail that gathers several
    mail_id = models.UUIDField(
        null=True
    )  # the e-mail that speaks of it: its delivery has the key "notice:<id>"

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "-id"], name="notice_of"),
            models.Index(fields=["person_id"], condition=models.Q(in_digest=True), name="notice_in_digest"),
            models.Index(
                fields=["person_id", "-mail_id"],
                condition=models.Q(mail_id__isnull=False),
                name="notice_mailed",
            ),
        ]


class Preference(models.Model):
    """What a person wants to be written about, and when (facts/mes.md 4.5). No row: everything, at once."""

    person_id = models.UUIDField(primary_key=True)
    message = models.BooleanField(default=True)
    document = models.BooleanField(default=True)
    appointment = models.BooleanField(default=True)
    service = models.BooleanField(default=True)
    screening = models.BooleanField(default=True)
    rhythm = models.TextField(default="immediate")  # immediate, daily, urgent
    changed_at = models.DateTimeField()


class Delivery(models.Model):
    """A message that left: by which channel, when, with what outcome. The address is not kept."""

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField(null=True)
    channel = models.TextField()
    key = models.TextField(unique=True)
    at = models.DateTimeField()
    outcome = models.TextField()  # sent, in_doubt, failed

    class Meta:
        indexes = [models.Index(fields=["person_id"], name="delivery_of")]
