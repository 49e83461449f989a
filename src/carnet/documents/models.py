"""The register of a person's documents. Clinical: behind the wall, keyed by (person, id)."""

from typing import Any

from django.db import models


class Lexemes(models.Field):  # type: ignore[type-arg]
    """A tsvector, written and searched by SQL alone."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django names it
        return "tsvector"


class Identifiers(models.Field):  # type: ignore[type-arg]
    """Several identifiers, written and searched by SQL alone."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django names it
        return "uuid[]"


class Document(models.Model):
    """One version of a document (facts/mes.md 3.5).

    `unique_key`: the person's own hash of uniqueId. `sealed`: JSON {unique_id, title, authors,
    organisation, sha256, ...} under the person's key. What remains in clear is coded.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    logical_id = models.UUIDField()  # the same for all the metadata that this version ever had
    entry_id = models.UUIDField()  # entryUUID: new at each change of the metadata
    unique_key = models.BinaryField()
    set_key = models.BinaryField(null=True)  # the person's hash of setId: the versions of one document
    version = models.IntegerField(default=1)
    status = models.TextField(default="current")  # current, superseded, deleted
    status_at = models.DateTimeField(null=True)
    archived = models.BooleanField(default=False)
    replaced_by = models.UUIDField(null=True)  # the version that took its place
    content_key = models.BinaryField(null=True)  # the person's hash of what a reader sees: duplicates
    same_as = models.UUIDField(null=True)  # the document that is shown for this one, which has its content
    type_code = models.TextField()
    class_code = models.TextField()
    format_code = models.TextField()
    media_type = models.TextField()  # of what was deposited; what is stored is always a CDA
    body_level = models.TextField()  # N1, N3
    created_on = models.DateTimeField()
    deposited_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)  # the last change of the metadata
    meta_version = models.IntegerField(db_default=1)  # counts the states of the metadata
    depositor = models.TextField(default="HEALTHCARE_FACILITY")  # journal.ActorKind
    structure = models.TextField()  # FINESS of the depositor, "" for the person
    client_id = models.UUIDField(null=True)  # the software that deposited it (directory)
    submission_id = models.UUIDField(null=True)  # the submission set that it came in
    professional_id = models.UUIDField(null=True)  # who deposited it on these pages (directory)
    level = models.TextField(default="N", db_default="N")  # of confidentiality: N, R, V
    masked = models.BooleanField(default=False)
    masked_by_person = models.BooleanField(db_default=False)  # her own word: no depositor takes it back
    invisible_patient = models.BooleanField(default=False)
    invisible_representatives = models.BooleanField(default=False)
    held_until = models.DateTimeField(null=True)  # not announced yet: shown to her at the latest then
    released_at = models.DateTimeField(null=True)  # announced, or its deadline passed
    folder_id = models.UUIDField(null=True)
    pinned_at = models.DateTimeField(null=True)
    scan = models.TextField(default="not_scanned")  # clean, not_scanned
    size = models.IntegerField()
    blob = models.TextField()
    sealed = models.BinaryField()
    face = models.BinaryField(null=True)  # sealed: the metadata as its depositor gave them, as it reads them
    read_at = models.DateTimeField(null=True)  # first reading by the holder or a representative

    class Meta:
        constraints = [  # of each depositor: what another gave the same name tells nothing
            models.UniqueConstraint(fields=["person_id", "unique_key", "structure"], name="document_unique")
        ]
        indexes = [
            models.Index(fields=["person_id", "-created_on", "-id"], name="document_recent"),
            models.Index(fields=["person_id", "content_key"], name="document_content"),
            models.Index(fields=["person_id", "set_key"], name="document_set"),
        ]


class Words(models.Model):
    """The words of one document, for search: `id` is the document's.

    `vector`: normalised French lexemes, at most 32 kB, in clear (docs/security.md). `sealed`: the text
    itself, compressed, under the person's key. `normaliser`: the version of what prepared the vector.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    vector = Lexemes()
    normaliser = models.SmallIntegerField()
    sealed = models.BinaryField()


class Folder(models.Model):
    """A folder of the person's own. `name_key`: the person's hash of its name, unique; `sealed`: the name."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    name_key = models.BinaryField()
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "name_key"], name="folder_unique")]


class Source(models.Model):
    """One way by which a document came. `document_id`: the row that it made or met."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    document_id = models.UUIDField()
    depositor = models.TextField()  # journal.ActorKind
    structure = models.TextField()  # FINESS, "" for the person
    client_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    sealed = models.BinaryField()  # JSON {structure_name}


class Submission(models.Model):
    """A submission set (IHE XDS): documents sent together. `sealed`: the set as its author described it."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    entry_id = models.UUIDField()  # entryUUID
    structure = models.TextField()  # FINESS
    client_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    sealed = models.BinaryField()


class Locator(models.Model):
    """Where a document is, for its depositor: keyed hash of an identifier → person and document. Index."""

    key = models.BinaryField(primary_key=True)
    person_id = models.UUIDField()
    document_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["person_id"], name="locator_of")]


class Reading(models.Model):
    """That a professional has read a document: for her, it is new no more."""

    pk = models.CompositePrimaryKey("person_id", "professional_id", "document_id")
    person_id = models.UUIDField()
    professional_id = models.UUIDField()
    document_id = models.UUIDField()
    at = models.DateTimeField()


class Hold(models.Model):
    """A document that waits to be announced to its patient: who answers for it, and until when. Index.

    Outside the wall, as the locator is: it says that something waits for somebody, never what. Gone once
    the document is shown, replaced or withdrawn.
    """

    pk = models.CompositePrimaryKey("person_id", "document_id")
    person_id = models.UUIDField()
    document_id = models.UUIDField()
    professional_id = models.UUIDField(null=True)
    structure = models.TextField()  # of the depositor
    held_until = models.DateTimeField()
    deposited_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["held_until"], name="hold_due"),
            models.Index(fields=["structure", "held_until"], name="hold_at"),
            models.Index(fields=["professional_id", "held_until"], name="hold_by"),
        ]


class Arrival(models.Model):
    """A document that arrived lately: what is counted on a professional's day, across persons. Index.

    Outside the wall, without content: `sealed` says, under the system's key, what decides who may see it.
    `seen_by`: the professionals who have read it. A trigger removes the row the moment the document is
    hidden, withdrawn, replaced, deleted or said to be something else (migration 0014).
    """

    pk = models.CompositePrimaryKey("person_id", "document_id")
    person_id = models.UUIDField()
    document_id = models.UUIDField()
    at = models.DateTimeField()
    sealed = models.BinaryField()
    seen_by = Identifiers()

    class Meta:
        indexes = [models.Index(fields=["at"], name="arrival_at")]
