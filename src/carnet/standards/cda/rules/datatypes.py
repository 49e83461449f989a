"""Rules on the data types of HL7 version 3, wherever they stand in the header (facts/interop.md 4)."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from carnet.standards.cda.rules.finding import Fault, header_elements, path_of, rule
from carnet.standards.cda.timestamp import parse_timestamp

NULL_FLAVORS: Final = frozenset({"UNK", "NASK", "ASKU", "NAV", "MSK"})
NOT_APPLICABLE: Final = (
    "participant/time",
    "participant/functionCode",
    "encompassingEncounter/effectiveTime",
    "order/code",
    "performer/assignedEntity/id",
)
"""Where the published examples of the profile write NA, which its own list leaves out."""

_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*))*")
_UUID = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_IDENTIFIERS: Final = ("id", "setId", "templateId", "typeId")
_TIMES: Final = ("effectiveTime", "time", "low", "high", "birthTime")
_OFFSET = re.compile(r"[+-][0-9]{1,4}\Z")
_TELECOM = re.compile(r"(?:tel|fax|mailto|http|https|ftp|mllp|file|nfs|telnet|modem):.+", re.IGNORECASE)


@rule("nullFlavor", "nullFlavor autorisés : UNK, NASK, ASKU, NAV, MSK")
def null_flavor(document: etree._Element) -> Iterator[Fault]:
    """A missing value is one of five kinds; NA is let through only where the examples have it."""
    for element in header_elements(document):
        flavor = element.get("nullFlavor")
        if flavor is None or flavor in NULL_FLAVORS:
            continue
        if flavor != "NA" or not path_of(element, steps=3).endswith(NOT_APPLICABLE):
            yield path_of(element), "Une valeur manquante doit l’être pour l’une des cinq raisons admises."


@rule("datatype.II", "type II (dtr1) : OID ou UUID en majuscules")
def instance_identifier(document: etree._Element) -> Iterator[Fault]:
    """An identifier has a root, an OID or a UUID in upper case, or else a nullFlavor and no root."""
    for element in header_elements(document, *_IDENTIFIERS):
        if not _is_identifier(element):
            yield path_of(element), "Un identifiant doit être un OID, ou un UUID écrit en majuscules."


def _is_identifier(element: etree._Element) -> bool:
    root = element.get("root")
    if element.get("nullFlavor") is not None:
        return root is None
    return root is not None and bool(_OID.fullmatch(root) or _UUID.fullmatch(root))


@rule("datatype.TS", "type TS (dtr1) : AAAAMMJJhhmmss±hhmm")
def time_stamp(document: etree._Element) -> Iterator[Fault]:
    """A time stamp is a moment of the calendar, as precise as its digits, with or without an offset."""
    for element in header_elements(document, *_TIMES):
        value = element.get("value")
        if value is not None and not _is_moment(value):
            yield path_of(element), "Une date du document n’existe pas ou est mal écrite."


def _is_moment(value: str) -> bool:
    try:
        parse_timestamp(_OFFSET.sub("", value))
    except ValueError:
        return False
    return True


@rule("datatype.AD", "type AD : composants ou lignes, ou nullFlavor")
def address(document: etree._Element) -> Iterator[Fault]:
    """An address has parts or lines, not both, unless it says that it is missing."""
    for element in header_elements(document, "addr"):
        if not _is_address(element):
            yield (
                path_of(element),
                "Une adresse doit être en lignes ou en éléments, ou dite manquante.",
            )


def _is_address(element: etree._Element) -> bool:
    if element.get("nullFlavor") is not None:
        return len(element) == 0
    lines = sum(str(part.tag).endswith("}streetAddressLine") for part in element)
    return lines in (0, len(element)) and len(element) > 0


@rule("datatype.TEL", "type TEL : adresse de télécommunication ou nullFlavor")
def telecom(document: etree._Element) -> Iterator[Fault]:
    """A telecom is an address with its scheme, unless it says that it is missing."""
    for element in header_elements(document, "telecom"):
        missing = element.get("nullFlavor") is not None
        if not missing and not _TELECOM.fullmatch(element.get("value", "").strip()):
            yield path_of(element), "Une coordonnée de télécommunication est mal écrite."
