"""Who people are: the insurers' register, families, accounts and their sessions. No health content.

The register (Person, Address, Contact, Card, Attachment, InsIndex) is loaded from the insurers and
outlives a space; accounts and sessions belong to the space and go with it.
"""

from django.db import models


class Person(models.Model):
    """An insured person of the register: the five traits, the matricule INS and its OID."""

    id = models.UUIDField(primary_key=True)
    matricule = models.TextField()  # 15 characters, key included
    oid = models.TextField()
    birth_name = models.TextField()
    used_name = models.TextField(default="")
    given_names = models.TextField()  # the list of the birth certificate, separated by spaces
    first_given_name = models.TextField()
    birth_date = models.DateField()
    sex = models.TextField()  # M or F
    birth_place = models.TextField()  # INSEE code
    family_id = models.UUIDField(null=True)
    protection = models.TextField(default="")  # "", tutelle, curatelle
    died_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["family_id"], name="person_family"),
            # the way from the five traits (FranceConnect gives no INS)
            models.Index(fields=["birth_date", "birth_place"], name="person_birth"),
        ]


class InsIndex(models.Model):
    """Keyed hash of a matricule (crypto.index_hash("ins", matricule)) → person. Several over a life."""

    key = models.BinaryField(primary_key=True)
    person_id = models.UUIDField()


class Address(models.Model):
    """The postal address known to the insurer: up to four lines, then postal code and city."""

    person_id = models.UUIDField(primary_key=True)
    lines = models.TextField()  # separated by line feeds
    postal_code = models.TextField()
    city = models.TextField()
    insee_code = models.TextField()
    departement = models.TextField()


class Contact(models.Model):
    """E-mail address and telephone known to the insurer (not those of the account)."""

    person_id = models.UUIDField(primary_key=True)
    email = models.TextField(default="")
    phone = models.TextField(default="")


class Card(models.Model):
    """The serial of a carte Vitale. `serial_key`: crypto.index_hash("card", serial). Not `legible`: 3422."""

    person_id = models.UUIDField(primary_key=True)
    serial_key = models.BinaryField()
    with_photo = models.BooleanField()
    legible = models.BooleanField(default=True)


class RegisterLoad(models.Model):
    """A file of the register being loaded, or loaded: how far, so that it resumes where it stopped."""

    digest = models.TextField(primary_key=True)  # SHA-256 of the file
    name = models.TextField()
    line = models.BigIntegerField(default=0)  # the last line that is in the register or rejected
    counts = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)


class RegisterLine(models.Model):
    """A person of the file being loaded: refuses the same person twice, remembers whom to attach to.

    Emptied when the load is done. A parent may stand further down in the file than the child.
    """

    key = models.BinaryField(primary_key=True)  # crypto.index_hash("ins", matricule)
    digest = models.TextField()
    line = models.BigIntegerField()
    person_id = models.UUIDField()
    parent_key = models.BinaryField(null=True)


class RegisterReject(models.Model):
    """A line of a file that is not in the register: where and why, without anybody's data."""

    id = models.BigAutoField(primary_key=True)
    digest = models.TextField()
    line = models.BigIntegerField()
    column = models.TextField()
    reason = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["digest", "line"], name="registerreject_file")]


class Attachment(models.Model):
    """A child is attached to this parent at the insurer: the first to manage the child's space."""

    child_id = models.UUIDField(primary_key=True)
    parent_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["parent_id"], name="attachment_parent")]


class Representation(models.Model):
    """A legal representative of a child, or of a protected adult.

    `origin`: attached (the insurer), invited (by the first), court (tutelle). A person is represented
    by at most two parents. `email_shown`, addresses: never shown from one representative to the other.
    """

    class State(models.TextChoices):
        INVITED = "invited"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        SEVERED = "severed"

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    representative_id = models.UUIDField()
    origin = models.TextField()
    state = models.TextField(choices=State.choices)
    invited_by = models.UUIDField(null=True)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "representative_id"], name="representation_once")
        ]
        indexes = [models.Index(fields=["representative_id"], name="representation_of")]


class Account(models.Model):
    """One table of accounts: person, professional, agent.

    `login_key`: crypto.index_hash("login", login). `sealed`: JSON {login, email, phone, name} under the
    key of `owner_id` (the person, or the agent's own account id). `roles`: agents only. `frozen_until`:
    real time until which nothing of the account may be changed, after "ce n'est pas moi".
    """

    class Kind(models.TextChoices):
        PERSON = "person"
        PROFESSIONAL = "professional"
        AGENT = "agent"

    class Factor(models.TextChoices):
        EMAIL = "email"
        TOTP = "totp"
        PASSKEY = "passkey"

    id = models.UUIDField(primary_key=True)
    kind = models.TextField(choices=Kind.choices)
    owner_id = models.UUIDField(unique=True)
    login_key = models.BinaryField(unique=True)
    sealed = models.BinaryField()
    password_hash = models.TextField()
    factor = models.TextField(choices=Factor.choices, default=Factor.EMAIL)
    totp_sealed = models.BinaryField(null=True)
    totp_last_step = models.BigIntegerField(default=0)
    roles = models.TextField(default="")  # separated by spaces
    frozen_until = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()


class Passkey(models.Model):
    """A WebAuthn credential of an account."""

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE)
    credential_id = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField()
    label = models.TextField()
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)


class Device(models.Model):
    """A browser that has logged in once: known by a long-lived cookie, named by its user agent."""

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE)
    token_key = models.BinaryField(unique=True)
    label = models.TextField()
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()


class Session(models.Model):
    """A logged-in browser. The cookie's token is kept as a hash. `profile_id`: whose space is looked at."""

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE)
    device = models.ForeignKey(Device, models.CASCADE)
    token_key = models.BinaryField(unique=True)
    method = models.TextField()  # email, totp, passkey, franceconnect
    profile_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    proven_at = models.DateTimeField()
    caregiver = models.BooleanField(db_default=False)  # `profile_id` is somebody whom she helps


class OneTimeCode(models.Model):
    """A six-digit code sent to a contact: purpose and subject hashed, five tries, ten minutes."""

    id = models.UUIDField(primary_key=True)
    subject_key = models.BinaryField()
    purpose = models.TextField()
    code_key = models.BinaryField()
    sent_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject_key", "purpose"], name="onetimecode_subject")]


class Pending(models.Model):
    """A step under way that belongs to no session. `sealed`: its state, under the system key.

    Login awaiting its second factor, recovery, change of contact, invitation of an agent, FranceConnect.
    """

    id = models.UUIDField(primary_key=True)
    token_key = models.BinaryField(unique=True)
    purpose = models.TextField()
    owner_id = models.UUIDField(null=True)
    sealed = models.BinaryField()
    expires_at = models.DateTimeField()


class FranceConnectLink(models.Model):
    """A FranceConnect subject linked to an account: hash of issuer and sub."""

    key = models.BinaryField(primary_key=True)
    account = models.OneToOneField(Account, models.CASCADE)
    linked_at = models.DateTimeField()
