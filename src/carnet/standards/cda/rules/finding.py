"""What a rule of the header is, what it finds, and how rules look at the document.

A rule is a function of the ClinicalDocument element; it yields a place and a sentence for people, once for
each fault that it finds. `rule` gives it the name and the clause under which the fault is reported.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lxml import etree

from carnet.standards.cda.model import NAMESPACE

H: Final = f"{{{NAMESPACE}}}"
_NS: Final = {"h": NAMESPACE}
MAX_FAULTS: Final = 20
"""Enough to mend a document by, of one rule; a hostile one could be at fault a hundred thousand times."""

Fault = tuple[str, str]
"""Where, as a path under ClinicalDocument, and what is wrong, in French."""
Check = Callable[[etree._Element], Iterator[Fault]]  # noqa: SLF001 - the only name of the type


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of a document: the rule, the clause it comes from, the element's path, words for people."""

    rule: str
    clause: str
    element: str
    message_fr: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the header: its name, its clause, the function that looks."""

    name: str
    clause: str
    check: Check

    def findings(self, document: etree._Element) -> Iterator[Finding]:
        """Yield the faults of the document against this rule, `MAX_FAULTS` at most."""
        for element, message_fr in islice(self.check(document), MAX_FAULTS):
            yield Finding(self.name, self.clause, f"ClinicalDocument/{element}", message_fr)


RULES: Final[dict[str, Rule]] = {}
"""Every rule by its name."""


def rule(name: str, clause: str) -> Callable[[Check], Check]:
    """Enter a function among the rules, under a name and the clause of the profile that it holds."""

    def enter(check: Check) -> Check:
        if name in RULES:
            raise ValueError(f"two rules named {name}")
        RULES[name] = Rule(name, f"Structuration minimale 1.16.8, {clause}", check)
        return check

    return enter


def every(parent: etree._Element, path: str) -> list[etree._Element]:
    """Return the elements at a path such as `author/assignedAuthor`, in document order."""
    return parent.findall("/".join(f"h:{step}" for step in path.split("/")), _NS)


def first(parent: etree._Element, path: str) -> etree._Element | None:
    """Return the first element at a path, or None."""
    return next(iter(every(parent, path)), None)


def known(parent: etree._Element, path: str) -> list[etree._Element]:
    """Return the elements at a path that do not say that their value is missing."""
    return [element for element in every(parent, path) if element.get("nullFlavor") is None]


def text_of(element: etree._Element | None) -> str:
    """Return the text of an element on one line, empty when there is none."""
    return " ".join("".join(map(str, element.itertext())).split()) if element is not None else ""


def header_elements(document: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the HL7 elements of the header of these names, or all; the body, whatever its size, is left."""
    tags = [f"{H}{name}" for name in names] or [f"{H}*"]
    for child in document:
        if child.tag != f"{H}component":
            yield from child.iter(*tags)


def path_of(element: etree._Element, *, steps: int = 12) -> str:
    """Return the names that lead to an element, below ClinicalDocument, the last `steps` of them."""
    names = [str(element.tag)]
    for ancestor in element.iterancestors():
        if len(names) == steps or ancestor.tag == f"{H}ClinicalDocument":
            break
        names.append(str(ancestor.tag))
    return "/".join(name.rpartition("}")[2] for name in reversed(names))
