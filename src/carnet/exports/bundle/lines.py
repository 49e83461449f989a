"""One line of the profile on its way to a resource: its values, its words, its links."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from carnet.exports.bundle.directory import Directory
from carnet.profile.api import Description, Entry, LinkKind
from carnet.standards.fhir.codec import refer
from carnet.standards.fhir.resources import Dosage
from carnet.standards.fhir.types import Annotation, CodeableConcept, Extension, Reference

LINK: Final = "urn:carnet:profil:lien"
SAID: Final = "urn:carnet:profil:precisions"


@dataclass(frozen=True)
class LineOfProfile:
    """An entry, how it is told, and what its links may name."""

    entry: Entry
    description: Description
    directory: Directory
    known: AbstractSet[UUID]

    @property
    def id(self) -> str:
        return str(self.entry.id)

    @property
    def values(self) -> Mapping[str, Any]:
        return self.entry.values

    @property
    def subject(self) -> Reference:
        return self.directory.subject

    @property
    def title(self) -> str:
        return self.description.title

    def words(self) -> str:
        """Return all that the line says beside its title."""
        return "\n".join(f"{label} : {value}" for label, value in self.description.lines if value)

    def note(self) -> tuple[Annotation, ...]:
        """Return `words` as a note."""
        words = self.words()
        return (Annotation(text=words),) if words else ()

    def said(self) -> tuple[Extension, ...]:
        """Return `words` as an extension, for resources that have no note."""
        words = self.words()
        return (Extension(url=SAID, value_string=words),) if words else ()

    def dosage(self) -> tuple[Dosage, ...]:
        """Return the posology as it was written."""
        text = str(self.values.get("posology") or "")
        return (Dosage(text=text),) if text else ()

    def links(self, *, but: LinkKind | None = None) -> tuple[Extension, ...]:
        """Return the ties to other things of the bundle, without those whose target is gone or hidden."""
        return tuple(
            Extension(url=LINK, value_reference=refer(target))
            for target in self._targets()
            if but is None or target not in self._targets(but)
        )

    def linked(self, kind: LinkKind, type_name: str) -> tuple[Reference, ...]:
        """Return the ties of one kind as references."""
        return tuple(refer(target, type_name) for target in self._targets(kind))

    def _targets(self, kind: LinkKind | None = None) -> list[UUID]:
        return list(self._find_targets(kind))

    def _find_targets(self, kind: LinkKind | None) -> Iterator[UUID]:
        for link in self.entry.links:
            if link.target_id in self.known and kind in (None, link.kind):
                yield link.target_id


def concept(text: str) -> CodeableConcept:
    """Return words as a concept without code: the person writes freely."""
    return CodeableConcept(text=text)


def partial(value: Any) -> str:
    """Return a partial date, which FHIR writes as the profile does; "" for none."""
    return str(value) if value else ""
