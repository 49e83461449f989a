"""The rules of the header of a French CDA document: structuration minimale 1.16.8 (facts/interop.md 4).

One function for each rule, in the file of its subject; `check` looks at them all. The rules are pure and look
at the header alone, on the tree that the reader already built. What they do not know (whether a code is
in a list that changes, whether the matricule is right, whether a file is what it says) is for whoever
deposits the document.
"""

from lxml import etree

from carnet.standards.cda.reader import parse
from carnet.standards.cda.rules import acts, datatypes, identification, patient, people
from carnet.standards.cda.rules.finding import RULES, Finding, Rule

__all__ = ["RULES", "Finding", "Rule", "check"]
SUBJECTS = (identification, patient, people, acts, datatypes)
"""The files of the rules: importing them is what enters their rules."""


def check(document: bytes | etree._Element) -> list[Finding]:
    """Return every fault of a document's header, none when it follows the profile.

    Takes the bytes, or the ClinicalDocument that `reader.parse` returned, which is not parsed again. Raises
    `CdaRefused` when the bytes are no document at all.
    """
    root = parse(document) if isinstance(document, bytes) else document
    return [finding for rule in RULES.values() for finding in rule.findings(root)]
