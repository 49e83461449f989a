"""What Carnet keeps of a CDA document: its header as plain values, its attachments, its narrative block.

Identifiers that HL7 gives as a root and an optional extension are kept in one normal form, the same as
the uniqueId of XDS: `root^extension`, or `root` alone. A root that is a UUID is in upper case.
"""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Final, Literal

from lxml import etree

from carnet.standards.ins import Matricule, Traits, parse_matricule

NAMESPACE: Final = "urn:hl7-org:v3"

PS_OID: Final = "1.2.250.1.71.4.2.1"
STRUCTURE_OID: Final = "1.2.250.1.71.4.2.2"

TEMPLATE_HL7_FRANCE: Final = "2.16.840.1.113883.2.8.2.1"
TEMPLATE_STRUCTMIN: Final = "1.2.250.1.213.1.1.1.1"
TEMPLATE_N1: Final = "1.3.6.1.4.1.19376.1.2.20"

Level = Literal["N1", "N3"]


class CdaRefused(ValueError):  # noqa: N818 - the outcome is a refusal
    """A document was not read. `rule` names the element or bound at fault, `message_fr` tells people."""

    def __init__(self, rule: str, message_fr: str) -> None:
        super().__init__(message_fr)
        self.rule = rule
        self.message_fr = message_fr


@dataclass(frozen=True, slots=True)
class Code:
    """A coded value: the code, the OID of its system, the label written in the document."""

    code: str
    system: str = ""
    display: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A structure. `national_id` is its Struct_IdNat: one digit for the kind of number, then the number."""

    name: str = ""
    national_id: str = ""

    @property
    def finess(self) -> str | None:
        """The FINESS number, when that is how the structure is identified (facts/interop.md 0.1)."""
        return self.national_id[1:] if self.national_id.startswith("1") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote a document or answers for it: a person, or a device that writes by itself.

    `national_id` is the PS_IdNat when there is one, else the first identifier given, in normal form.
    """

    family: str = ""
    given: str = ""
    prefix: str = ""
    device: str = ""
    national_id: str = ""
    role: Code | None = None
    organisation: Organisation | None = None
    at: datetime | None = None

    @property
    def name(self) -> str:
        """The name to show: given name and family name, or that of the device."""
        return " ".join(part for part in (self.given, self.family) if part) or self.device


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Whom the document is about.

    `ins` is what the document claims: fifteen characters and the OID they come from, the key not yet
    checked, so that a document can be read and refused for a reason. Kept out of the printed form.
    """

    ins: str | None = field(default=None, repr=False)
    ins_oid: str | None = None
    local_ids: tuple[str, ...] = field(default=(), repr=False)
    traits: Traits = field(repr=False)
    used_family: str = field(default="", repr=False)
    used_given: str = field(default="", repr=False)
    birth_place_name: str = field(default="", repr=False)

    def find_matricule(self) -> Matricule | None:
        """Return the checked matricule, None when the document gives none; raise `InsError` if wrong."""
        if self.ins is None or self.ins_oid is None:
            return None
        return parse_matricule(self.ins, oid=self.ins_oid)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried inside a document. `name` is the ID by which the narrative refers to it, if any."""

    media_type: str
    data: bytes = field(repr=False)
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Header:
    """The header of a document (structuration minimale 1.16.8, facts/interop.md 4).

    Optional here is what a real document may lack and still be read; whether it may be lacking when the
    document is deposited is for the deposit's own rules. Times always know their offset. `data_enterer`: who
    typed it for its author (a secretary).
    """

    unique_id: str
    set_id: str | None = None
    version_number: int | None = None
    replaces: tuple[str, ...] = ()
    code: Code
    title: str
    effective_time: datetime
    confidentiality: Code
    language: str = ""
    patient: Patient
    authors: tuple[Author, ...]
    data_enterer: Author | None = None
    custodian: Organisation | None = None
    legal_authenticator: Author | None = None
    service_start: datetime | None = None
    service_stop: datetime | None = None
    facility_type: Code | None = None
    practice_setting: Code | None = None
    template_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Document(Header):
    """A document that was read: its header, its level, its files, and its narrative as parsed XML.

    N1: the body is one file, `attachments[0]`. N3: the body is narrative, and `attachments` are the files
    embedded beside it (a PDF copy, images).
    """

    level: Level
    attachments: tuple[Attachment, ...] = ()
    structured_body: etree._Element | None = field(default=None, repr=False, compare=False)

    @property
    def header(self) -> Header:
        """The header alone, to be compared or written again."""
        return Header(**{f.name: getattr(self, f.name) for f in fields(Header)})
