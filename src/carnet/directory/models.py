"""Structures of care and their software. Administrative: nothing about a person.

Source: facts/interop.md 0.1 (FINESS), 10 ("identity of the software is part of the trace").
"""

from django.db import models


class Structure(models.Model):
    """A structure of care, by its FINESS number (nine characters, key checked)."""

    finess = models.TextField(primary_key=True)
    name = models.TextField()
    sector = models.TextField(default="")  # JDV_J61: SA01 to SA63
    created_at = models.DateTimeField()


class Software(models.Model):
    """One version of a product: what a client runs, as its vendor names it."""

    id = models.UUIDField(primary_key=True)
    vendor = models.TextField()
    product = models.TextField()
    version = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vendor", "product", "version"], name="software_unique")
        ]


class Client(models.Model):
    """One installation of a software in one structure: who asks for tokens.

    `keys`: public keys, a JWK set. `certificate`: SHA-256 of the client's certificate (RFC 8705), or "".
    `strict`: no deviation from the profile is accepted, and nothing is read back.
    """

    id = models.UUIDField(primary_key=True)
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT)
    software = models.ForeignKey(Software, on_delete=models.PROTECT)
    strict = models.BooleanField(default=False)
    keys = models.JSONField()
    certificate = models.TextField(default="")
    state = models.TextField(default="active")  # active, revoked
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class UsedAssertion(models.Model):
    """A signed assertion that was used: its identifier serves once (RFC 7523, section 3, jti)."""

    key = models.BinaryField(primary_key=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="assertion_expiry")]
