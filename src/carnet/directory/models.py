"""Professionals, structures of care and their software. Administrative: nothing about a patient.

Sources: facts/interop.md 0.1 (FINESS, IdNPS), 6 (Pro Santé Connect), 7 (annuaire), 10 (the identity of the
software is part of the trace).
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Structure(models.Model):
    """A structure of care, by its number: FINESS (nine characters), else Struct_IdNat (ADR 0020)."""

    finess = models.TextField(primary_key=True)
    name = models.TextField()
    sector = models.TextField(default="")  # JDV_J61: SA01 to SA63
    others = models.JSONField(default=list, db_default=[])  # its other numbers
    source_id = models.TextField(default="", db_default="")  # the logical id in the annuaire
    active = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["source_id"], name="structure_source"),
            GinIndex(fields=["others"], name="structure_others"),
        ]


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


class Professional(models.Model):
    """A professional of the annuaire, or somebody of a structure's staff who has no RPPS number.

    `national_id`: IdNPS, its first figure says of what kind (8 and the RPPS number; facts/interop.md 0.1).
    """

    id = models.UUIDField(primary_key=True)
    national_id = models.TextField(unique=True)
    family_name = models.TextField()
    given_name = models.TextField()
    civility = models.TextField(default="")
    profession = models.TextField()  # TRE_G15, or SECRETARIAT_MEDICAL
    category = models.TextField(default="C")  # TRE_R09: C civil, M military, E student
    speciality = models.TextField(default="")  # TRE_R38, e.g. SM54
    active = models.BooleanField(default=True)
    source_id = models.TextField(default="")  # the logical id in the annuaire
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["family_name", "given_name"], name="professional_name"),
            models.Index(fields=["source_id"], name="professional_source"),
        ]


class Place(models.Model):
    """A practice situation: where a professional works, and how (PractitionerRole of the annuaire)."""

    id = models.UUIDField(primary_key=True)
    identifier = models.TextField(unique=True)
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="places")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT)
    sector = models.TextField(default="")  # TRE_R02, e.g. SA07
    mode = models.TextField(default="")  # TRE_R23: L independent, S employee, B voluntary
    kind = models.TextField(default="regular")  # regular, student, replacement, occupational, fire_brigade
    replaces_id = models.UUIDField(null=True)  # of a replacement or a student: whom he answers to
    regulator = models.BooleanField(default=False)  # Acces_Regulation_Medicale
    active = models.BooleanField(default=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["professional"], name="place_of")]


class Equipment(models.Model):
    """Which version of which software a professional was seen to use, and where: the equipment register."""

    id = models.UUIDField(primary_key=True)
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT)
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT)
    software = models.ForeignKey(Software, on_delete=models.PROTECT)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["professional", "structure", "software"], name="equipment_once")
        ]


class Load(models.Model):
    """A file of the annuaire being loaded, or loaded: how far, so that it resumes where it stopped."""

    digest = models.TextField(primary_key=True)  # SHA-256 of the file
    name = models.TextField()
    line = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)


class ProfessionalSession(models.Model):
    """A professional who is logged in. `place`: where she says that she acts, once chosen."""

    id = models.UUIDField(primary_key=True)
    token_key = models.BinaryField(unique=True)
    professional = models.ForeignKey(Professional, on_delete=models.CASCADE)
    place = models.ForeignKey(Place, on_delete=models.SET_NULL, null=True)
    authentication = models.TextField()  # psc, psc_launch
    level = models.TextField(default="")  # acr
    id_token = models.BinaryField(null=True)  # sealed: asked back at the end (facts/interop.md 6)
    training = models.BooleanField(default=False)
    secret = models.BooleanField(default=False)  # connexion secrète: a minor's confidential care
    software = models.UUIDField(null=True)  # the client that opened a patient's page in it, the last one
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    proven_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["professional"], name="professionalsession_of")]
