"""What the person says of whole parts of her record (clinical), and who may enter it (administrative).

What ties a person to a professional or to another person says nothing of health and is asked for before the
door opens: administrative rows, each with its own id (ARCHITECTURE.md).
"""

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


class ProfessionalBlock(models.Model):
    """A professional that a person blocked, wherever he acts (facts/mes.md 4.4)."""

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    professional_id = models.UUIDField()
    author_id = models.UUIDField(null=True)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "professional_id"], name="professionalblock_once")
        ]


class CareRelation(models.Model):
    """A professional, or a whole structure during a stay, that takes care of a person (facts/mes.md 4.1).

    `basis`: treating (médecin traitant, told by the insurer), team (care team), declared (by himself).
    `informed`: she was informed of the sharing and did not object. `structure`: where he declared it.
    """

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    professional_id = models.UUIDField(null=True)  # null: everybody who acts in the structure
    structure = models.TextField(default="")
    basis = models.TextField()
    informed = models.BooleanField(default=False)
    author_kind = models.TextField()  # journal.ActorKind
    author_id = models.UUIDField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    secret = models.BooleanField(default=False, db_default=False)  # a minor's confidential care
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person_id"], name="carerelation_of"),
            models.Index(fields=["professional_id"], name="carerelation_by"),
            models.Index(fields=["structure"], name="carerelation_at"),
        ]


class Consent(models.Model):
    """The consent of one consultation, given to one professional (arrêté of 26 October 2023)."""

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    professional_id = models.UUIDField()
    structure = models.TextField()
    means = models.TextField()  # qr, ins, oral, launch, express
    secret = models.BooleanField(default=False, db_default=False)  # a minor's confidential care
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "professional_id"], name="consent_of"),
            models.Index(fields=["professional_id", "-since"], name="consent_by"),
        ]


class Administrator(models.Model):
    """The doctor whom a person designated to see what is masked and to block others for her (R1111-49)."""

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    professional_id = models.UUIDField()
    author_id = models.UUIDField(null=True)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"], condition=models.Q(ended_at=None), name="administrator_one"
            )
        ]


class Delegation(models.Model):
    """An adult who helps another with her space (facts/mes.md 1.8). `state`: policies of delegations."""

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    caregiver_id = models.UUIDField()
    state = models.TextField()  # pending, accepted, refused, expired, ended
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person_id"], name="delegation_of"),
            models.Index(fields=["caregiver_id"], name="delegation_by"),
        ]


class Pass(models.Model):
    """A way in that serves once: the code that a person shows (qr), or a software's launch (launch).

    `key`: keyed hash of its token. A launch names who may use it.
    """

    key = models.BinaryField(primary_key=True)
    kind = models.TextField()
    person_id = models.UUIDField()
    professional_id = models.UUIDField(null=True)
    structure = models.TextField(default="")
    client_id = models.UUIDField(null=True)
    consented = models.BooleanField(default=False)  # the software says that she consented
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person_id"], name="pass_of")]


class Emergency(models.Model):
    """An entry in emergency, and its review (facts/mes.md 4.3; CSP L1111-17, R1111-48).

    `mode`: break_glass or regulation. `reason`, `answer`: sealed under the person's key.
    """

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    professional_id = models.UUIDField()
    structure = models.TextField()
    role = models.TextField()
    mode = models.TextField()
    reason = models.BinaryField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()  # when it must have been reviewed
    reviewed_at = models.DateTimeField(null=True)
    reviewer_id = models.UUIDField(null=True)
    outcome = models.TextField(default="")  # justified, not_justified
    answer = models.BinaryField(null=True)
    secret = models.BooleanField(default=False, db_default=False)  # not told to a minor's representatives

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "professional_id"], name="emergency_of"),
            models.Index(fields=["reviewed_at", "due_at"], name="emergency_due"),
        ]


class Visit(models.Model):
    """When a professional last opened a record, and the time before: what is new since then."""

    pk = models.CompositePrimaryKey("person_id", "professional_id")
    person_id = models.UUIDField()
    professional_id = models.UUIDField()
    last_at = models.DateTimeField()
    before_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["professional_id", "-last_at"], name="visit_by")]


class ResultsChoice(models.Model):
    """Whether a person sees every result at once, announced or not."""

    person_id = models.UUIDField(primary_key=True)
    at_once = models.BooleanField()
    author_id = models.UUIDField(null=True)
    changed_at = models.DateTimeField()


class GuardReading(models.Model):
    """How many files of one person an account read on one day: what the guard of accounts counts."""

    id = models.UUIDField(primary_key=True)
    professional_id = models.UUIDField()
    day = models.DateField()
    person_id = models.UUIDField()
    files = models.IntegerField(default=0)
    related = models.BooleanField()  # a relation of care stood when it was read
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["professional_id", "day", "person_id"], name="guardreading_once")
        ]


class GuardState(models.Model):
    """Where the guard keeps an account: watched (no row), asked to step up, frozen."""

    professional_id = models.UUIDField(primary_key=True)
    state = models.TextField()  # step_up, frozen
    reason = models.TextField()
    since = models.DateTimeField()
    proven_at = models.DateTimeField(null=True)  # stepped up: not asked again that day
    reviewed_at = models.DateTimeField(null=True)
    reviewer_id = models.UUIDField(null=True)


class GuardBaseline(models.Model):
    """What the population of a profession reads in a day: quantiles, made from the counts."""

    role = models.TextField(primary_key=True)
    quantiles = models.JSONField()
    accounts = models.IntegerField()
    made_at = models.DateTimeField()
