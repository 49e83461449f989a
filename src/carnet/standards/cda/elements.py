"""Elements and data types of HL7 version 3, as our documents write them."""

import re
from typing import Final

from lxml import etree

from carnet.standards.cda.model import NAMESPACE, Code

LOINC: Final = "2.16.840.1.113883.6.1"
XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"

_XML_TEXT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    """Add an element of HL7's namespace. Raises ValueError for a character that XML cannot carry."""
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", {k: checked(v) for k, v in attributes.items()})


def add_text(parent: etree._Element, tag: str, text: str, **attributes: str) -> None:
    """Add an element holding text; nothing when there is none."""
    if text:
        add(parent, tag, **attributes).text = checked(text)


def add_identifier(parent: etree._Element, tag: str, identifier: str) -> None:
    """Add an instance identifier from its normal form; an empty one says that it is not known."""
    root, _, extension = identifier.partition("^")
    root = root.upper()  # a UUID in lower case is refused by the rules of the data type
    if not root:
        add(parent, tag, nullFlavor="UNK")
    elif extension:
        add(parent, tag, root=root, extension=extension)
    else:
        add(parent, tag, root=root)


def add_code(parent: etree._Element, tag: str, code: Code, *, reference: str = "") -> etree._Element:
    """Add a coded value; `reference` is the ID of the words of the narrative that it codes."""
    attributes = {"code": code.code, "displayName": code.display, "codeSystem": code.system}
    element = add(parent, tag, **{name: value for name, value in attributes.items() if value})
    if reference:
        add(add(element, "originalText"), "reference", value=f"#{reference}")
    return element


def add_value(parent: etree._Element, data_type: str, **attributes: str) -> etree._Element:
    """Add a `value` whose data type is said with xsi:type: PQ, ST, IVL_PQ, CD."""
    element = add(parent, "value", **attributes)
    element.set(XSI_TYPE, data_type)
    return element


def checked(text: str) -> str:
    """Return a text that XML can carry, else raise ValueError."""
    if _XML_TEXT.search(text):
        raise ValueError("a text holds a character that XML cannot carry")
    return text
