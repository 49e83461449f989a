"""The whole bundle: every subject of a record, then everybody that was named."""

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from carnet.access.api import Teller
from carnet.exports.bundle.accesses import audit_events
from carnet.exports.bundle.circle import attending
from carnet.exports.bundle.directory import Directory, patient_of
from carnet.exports.bundle.documents import document_references
from carnet.exports.bundle.measures import observations
from carnet.exports.bundle.profile import profile_resources
from carnet.exports.originals import DocumentFiles
from carnet.exports.record import Record
from carnet.histories.api import Episode
from carnet.profile.api import Rubric
from carnet.standards.fhir.codec import day
from carnet.standards.fhir.resources import AnyResource, Basic
from carnet.standards.fhir.types import CodeableConcept, Coding, Extension, Reference

_HISTORY: Final = "urn:carnet:histoire-de-sante"


def resources(record: Record, files: Sequence[DocumentFiles], teller: Teller) -> Iterator[AnyResource]:
    """Yield the resources of a bundle, one after the other; every reference is to one of them."""
    directory = Directory(record)
    yield patient_of(record.person, practitioners=_attending(record))
    yield from profile_resources(record, directory, _known(record, files))
    yield from observations(record, directory)
    yield from (_episode(episode, directory) for episode in record.episodes)
    yield from document_references(files, directory)
    yield from audit_events(record.lines, directory, teller)
    yield from directory.resources()


def _attending(record: Record) -> tuple[Reference, ...]:
    entries = [
        entry for view in record.rubrics if view.rubric is Rubric.PROFESSIONALS for entry in view.entries
    ]
    return attending((str(entry.id), str(entry.values.get("role") or "")) for entry in entries)


def _known(record: Record, files: Sequence[DocumentFiles]) -> set[UUID]:
    found = {entry.id for view in record.rubrics for entry in view.entries}
    found |= {value.id for values in record.measures.values() for value in values}
    return found | {one.card.id for one in files}


def _episode(episode: Episode, directory: Directory) -> Basic:
    """A reimbursed act. It is no clinical fact: R4 has no plain place for it without an insurer's claim."""
    said = (
        ("libelle", episode.label),
        ("detail", episode.detail),
        ("lieu", episode.place),
        ("professionnel", episode.professional),
    )
    ended = (Extension(url=f"{_HISTORY}:fin", value_date_time=day(episode.until)),) if episode.until else ()
    return Basic(
        id=str(episode.id),
        extension=(
            *(Extension(url=f"{_HISTORY}:{name}", value_string=text) for name, text in said if text),
            *ended,
        ),
        code=CodeableConcept(
            coding=(Coding(system=_HISTORY, code=episode.category.value),), text=episode.category.label
        ),
        subject=directory.subject,
        created=day(episode.day),
    )
