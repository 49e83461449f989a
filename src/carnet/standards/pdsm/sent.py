"""A DocumentReference that is being read: what it holds, where it stands, where faults are reported."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from carnet.standards.pdsm.codes import Bindings
from carnet.standards.pdsm.findings import Findings
from carnet.standards.pdsm.moments import read_moment
from carnet.standards.pdsm.reading import Resource


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a DocumentReference stands in: the patients beside it, and how its file is found.

    `simplified`: ITI-105, whose file is inside. `patients`: (resource, FHIRPath) by the reference that names
    them. `files`: the Binary entries of the bundle, (contentType, base64, FHIRPath), by `fullUrl` and by
    `Binary/<id>`.
    """

    simplified: bool
    patients: Mapping[str, tuple[Resource, str]] = field(default_factory=dict)
    files: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """One DocumentReference, as `shapes.copy_of` copied it. `path`: its FHIRPath; `now`: the field's time."""

    resource: Resource
    findings: Findings
    bindings: Bindings
    path: str
    now: datetime
    around: Surroundings

    @cached_property
    def contained(self) -> dict[str, Resource]:
        """The resources that it contains, by the reference to them."""
        return {f"#{one.get('id', '')}": one for one in self.resource.get("contained", ())}

    @property
    def context(self) -> dict[str, Any]:
        """Its `context`, {} when there is none."""
        return self.resource.get("context", {})  # type: ignore[no-any-return]

    @property
    def content(self) -> dict[str, Any]:
        """Its first `content`, {} when there is none."""
        return next(iter(self.resource.get("content", ())), {})

    @property
    def attachment(self) -> dict[str, Any]:
        """Its attachment, {} when there is none."""
        return self.content.get("attachment", {})  # type: ignore[no-any-return]

    @property
    def at(self) -> str:
        """The FHIRPath of its attachment."""
        return f"{self.path}.content[0].attachment"

    def fault(self, rule: str, name: str, message_fr: str) -> None:
        """Report that a rule is broken at one of its elements."""
        self.findings.fault(rule, f"{self.path}.{name}", message_fr)

    def require(self, rule: str, parent: dict[str, Any], name: str, where: str, what: str) -> bool:
        """Report an element that is missing, unless what stood there was reported already."""
        if name in parent:
            return True
        if f"{where}.{name}" not in self.findings.faulted:
            self.findings.fault(rule, f"{where}.{name}", f"Il manque {what} ({name}).")
        return False

    def moment(self, parent: dict[str, Any], name: str, where: str) -> datetime | None:
        """Return the moment that an element names, None when it is missing or refused."""
        if name not in parent:
            return None
        return read_moment(parent[name], self.findings, path=f"{where}.{name}", now=self.now)
