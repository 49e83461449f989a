"""From what software sent by FHIR to what the register takes in, and what it is told of it."""

from collections.abc import Iterator
from uuid import UUID

from carnet.directory import api as directory
from carnet.directory.api import Caller
from carnet.documents.api import DepositRefused, Identity, Submitted, visibility_of
from carnet.fhir_api import refusals
from carnet.standards.cda.model import Code, Header, Organisation
from carnet.standards.pdsm import DocumentIn
from carnet.standards.pdsm.headers import header_of
from carnet.standards.sniff import XML
from carnet.terminology import api as terminology


def submitted(document: DocumentIn, caller: Caller) -> Submitted:
    """Return a document as the register takes it. A file is described by what was said beside it."""
    named, traits = document.matricule, document.identity.traits if document.identity else None
    return Submitted(
        data=document.data,
        media_type=document.media_type,
        unique_id=document.unique_id,
        visibility=visibility_of(document.labels),
        header=None if document.media_type == XML else _header(document, caller),
        identity=Identity(named.value, named.oid, traits),
        archived=document.archived,
        replaces=tuple(_name_replaced(document)),
        entry_id=document.entry_uuid,
        face=document.face,
        cda=document.cda,
    )


def told_of(refused: DepositRefused, documents_sent: tuple[DocumentIn, ...]) -> Exception:
    """Return the answer to a refused deposit, at the document that is at fault."""
    at = documents_sent[refused.index].path if refused.index < len(documents_sent) else ""
    return refusals.of_deposit(refused, at)


def _header(document: DocumentIn, caller: Caller) -> Header:
    """Return the header of the CDA around a file (facts/interop.md 4)."""
    assert document.identity is not None
    assert document.identity.traits is not None, "a file without its patient was refused before"
    kind = terminology.get_document_type(document.type_code)
    code = Code(kind.code, terminology.BINDINGS.find_type_system(kind.code) or "", kind.label)
    structure = directory.find_structure(caller.structure)
    answering = Organisation(name=structure.name if structure else "", national_id=f"1{caller.structure}")
    return header_of(document, type_code=code, traits=document.identity.traits, structure=answering)


def _name_replaced(document: DocumentIn) -> Iterator[str | UUID]:
    """Yield the older documents that this one names: by uniqueId, or by the id that we gave."""
    for named in document.replaces:
        yield named.value if named.kind == "identifier" else _id_of(named.value)


def _id_of(text: str) -> str | UUID:
    try:
        return UUID(text)
    except ValueError:
        return text  # no id of ours: it is looked for as a name, and is not there
