"""What Carnet keeps of a request of PDSm: documents, the lot that they come in, changes of metadata."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from carnet.standards.cda.model import Author, Code, Organisation
from carnet.standards.ins import Matricule
from carnet.standards.pdsm.content import Cda
from carnet.standards.pdsm.findings import Issue
from carnet.standards.pdsm.patients import Identity
from carnet.standards.pdsm.references import Named


@dataclass(frozen=True, kw_only=True)
class DocumentIn:
    """A document as software sent it: its file, what it says of it, and its face (pdsm.face).

    `unique_id`, and those that it replaces, in the normal form of CDA (identifiers.py). `identity` is None
    when only the CDA says whose it is; `matricule` is always there. `cda` was read once: whoever keeps the
    document need not read it again. `labels` hold one of N, R, V and who may not see the document.
    """

    path: str
    data: bytes = field(repr=False)
    media_type: str
    unique_id: str
    entry_uuid: UUID | None = None
    logical_id: str = ""
    identity: Identity | None = None
    matricule: Matricule
    cda: Cda | None = field(default=None, repr=False)
    type_code: str
    class_code: str
    format_code: str
    title: str
    description: str = ""
    language: str = ""
    creation: datetime
    date: datetime
    authors: tuple[Author, ...] = ()
    authenticator: Author | None = None
    custodian: Organisation | None = None
    facility: Code | None = None
    setting: Code | None = None
    period_start: datetime | None = None
    period_end: datetime | None = None
    labels: frozenset[str] = frozenset({"N"})
    archived: bool = False
    replaces: tuple[Named, ...] = ()
    face: bytes = field(default=b"", repr=False)
    warnings: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """What ITI-105 sends: one document."""

    document: DocumentIn


@dataclass(frozen=True, slots=True)
class Change:
    """A change of metadata (PATCH): None is what stays. `warnings`: deviations that were let through.

    `labels`: all of them; `labels_added` and `labels_removed`: those to add to the ones that are there, or to
    take from them.
    """

    status: str | None = None
    labels: frozenset[str] | None = None
    labels_added: frozenset[str] = frozenset()
    labels_removed: frozenset[str] = frozenset()
    archived: bool | None = None
    warnings: tuple[Issue, ...] = ()

    def labels_after(self, current: frozenset[str]) -> frozenset[str] | None:
        """Return the labels that a document has after the change, None when they do not change."""
        if self.labels is None and not self.labels_added and not self.labels_removed:
            return None
        left = (current if self.labels is None else self.labels) - self.labels_removed
        if self.labels_added & _LEVELS:
            left -= _LEVELS
        after = left | self.labels_added
        return after if after & _LEVELS else after | {"N"}


_LEVELS = frozenset({"N", "R", "V"})


@dataclass(frozen=True, slots=True)
class ReplacedIn:
    """The change that a lot asks for of the document that one of its documents replaces."""

    path: str
    target: Named
    change: Change


@dataclass(frozen=True, kw_only=True)
class SubmissionIn:
    """A lot (SubmissionSet). `face`: the List as it was sent, JSON, its subject named by her matricule.

    `unique_id` in normal form: that of the List, or one made from those of the documents, so that the same
    documents sent again are the same lot.
    """

    unique_id: str
    entry_uuid: UUID | None
    source_id: str
    designation: str
    at: datetime
    title: str
    face: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Provision:
    """What ITI-65 sends. `entries`: what each entry of the bundle is, in order, for the answer.

    An entry is ("list", 0), ("document", index of `documents`), ("change", index of `changes`), ("binary",
    index of the document whose file it is, -1 for none) or ("patient", 0).
    """

    submission: SubmissionIn
    documents: tuple[DocumentIn, ...]
    changes: tuple[ReplacedIn, ...]
    entries: tuple[tuple[str, int], ...]
    warnings: tuple[Issue, ...] = ()
