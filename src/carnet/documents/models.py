"""The register of a person's documents. Clinical: behind the wall, keyed by (person, id)."""

from django.db import models


class Document(models.Model):
    """One version of a document (facts/mes.md 3.5).

    `unique_key`: the person's own hash of uniqueId. `sealed`: JSON {unique_id, title, authors,
    organisation, sha256, ...} under the person's key. What remains in clear is coded.
    """

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    unique_key = models.BinaryField()
    type_code = models.TextField()
    class_code = models.TextField()
    format_code = models.TextField()
    media_type = models.TextField()
    body_level = models.TextField()  # N1, N3, or "" for a file of the person's own
    created_on = models.DateTimeField()
    deposited_at = models.DateTimeField()
    structure = models.TextField()  # FINESS of the depositor, "" for the person
    masked = models.BooleanField(default=False)
    invisible_patient = models.BooleanField(default=False)
    invisible_representatives = models.BooleanField(default=False)
    size = models.IntegerField()
    blob = models.TextField()
    sealed = models.BinaryField()
    read_at = models.DateTimeField(null=True)  # first reading by the holder or a representative

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "unique_key"], name="document_unique")]
        indexes = [models.Index(fields=["person_id", "-created_on", "-id"], name="document_recent")]
