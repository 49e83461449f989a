"""The sandbox's mailbox. Installed in the sandbox only."""

from django.db import models


class Mail(models.Model):
    """An e-mail, a letter or an SMS as it was received. Exists only where nobody is real.

    `person_id`, `reader_id`: as in platform.post.Message.
    """

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    channel = models.TextField()
    to = models.TextField()
    subject = models.TextField()
    text = models.TextField()
    pdf = models.BinaryField(null=True)
    person_id = models.UUIDField(null=True)
    reader_id = models.UUIDField(null=True)
    key = models.TextField(unique=True)

    class Meta:
        indexes = [models.Index(fields=["to", "-id"], name="mail_to")]


class FranceConnectIdentity(models.Model):
    """An identity of the FranceConnect simulator: login shown on its page, pivot identity, no INS."""

    login = models.TextField(primary_key=True)
    sub = models.TextField(unique=True)
    given_names = models.TextField()
    family_name = models.TextField()
    birth_date = models.DateField()
    gender = models.TextField()  # male or female
    birth_place = models.TextField()
    email = models.TextField()


class PscIdentity(models.Model):
    """An identity of the Pro Santé Connect simulator: what its page shows, and its claims, whole."""

    login = models.TextField(primary_key=True)
    national_id = models.TextField(unique=True)
    use = models.TextField()
    claims = models.JSONField()
    position = models.IntegerField(default=0)


class Life(models.Model):
    """A person whose life of care is laid down, or was. Administrative: how much, never what.

    `begun_at` is committed before, `fed_at` with the life itself: killed in between, what it left is known.
    `fed_at` with nothing counted: she had begun to write herself, and her record was left to her.
    """

    person_id = models.UUIDField(primary_key=True)
    seed = models.BigIntegerField()
    begun_at = models.DateTimeField()
    fed_at = models.DateTimeField(null=True)
    documents = models.IntegerField(default=0)
    measures = models.IntegerField(default=0)
    entries = models.IntegerField(default=0)
    episodes = models.IntegerField(default=0)


class Call(models.Model):
    """One call of a vendor's software, as the console tells it. No body, no identity of anybody.

    `facts`: JSON {decision, reasons, issues, bytes, milliseconds, …}.
    """

    id = models.UUIDField(primary_key=True)
    client_id = models.UUIDField(null=True)  # None: nobody was recognised
    at = models.DateTimeField()
    method = models.TextField()
    route = models.TextField()
    status = models.SmallIntegerField()
    facts = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["client_id", "-id"], name="call_of")]
