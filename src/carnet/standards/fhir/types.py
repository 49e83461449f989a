"""The data types of FHIR R4 that the resources are made of (hl7.org/fhir/R4/datatypes.html).

A field left at its default is not written: FHIR has neither nulls nor empty lists. A field is named as in the
specification, in the house's case: `birth_date` is `birthDate` in JSON.
"""

from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9\-.]{1,64}$")]
Date = Annotated[str, msgspec.Meta(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]
"""A day, a month or a year."""
DateTime = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])"
        r"(T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?$"
    ),
]
"""As `Date`, or a moment with its offset."""
Instant = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
        r"T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]\d\d:\d\d)$"
    ),
]
"""A moment to the second at least, with its offset."""
Number = int | float


class Element(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True, frozen=True):
    """What all data types share."""

    extension: tuple["Extension", ...] = ()


class Coding(Element, frozen=True, kw_only=True):
    system: str = ""
    code: str = ""
    display: str = ""


class CodeableConcept(Element, frozen=True, kw_only=True):
    coding: tuple[Coding, ...] = ()
    text: str = ""


class Quantity(Element, frozen=True, kw_only=True):
    """A number and its unit: `unit` for people, `code` in UCUM."""

    value: Number
    unit: str = ""
    system: str = ""
    code: str = ""


class Extension(Element, frozen=True, kw_only=True):
    """What the standard has no place for. `url` says what it means; one value, or extensions inside."""

    url: str
    value_string: str = ""
    value_code: str = ""
    value_date_time: DateTime = ""
    value_boolean: bool | None = None
    value_integer: int | None = None
    value_coding: Coding | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_address: "Address | None" = None
    value_reference: "Reference | None" = None


class Meta(Element, frozen=True, kw_only=True):
    version_id: str = ""
    last_updated: Instant = ""
    profile: tuple[str, ...] = ()
    security: tuple[Coding, ...] = ()


class Period(Element, frozen=True, kw_only=True):
    start: DateTime = ""
    end: DateTime = ""


class Identifier(Element, frozen=True, kw_only=True):
    use: str = ""
    type: CodeableConcept | None = None
    system: str = ""
    value: str = ""


class Reference(Element, frozen=True, kw_only=True):
    """What another resource is named by: `reference` is the `fullUrl` of an entry of the same bundle."""

    reference: str = ""
    type: str = ""
    identifier: Identifier | None = None
    display: str = ""


class HumanName(Element, frozen=True, kw_only=True):
    use: str = ""
    text: str = ""
    family: str = ""
    given: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()


class ContactPoint(Element, frozen=True, kw_only=True):
    system: str = ""
    value: str = ""
    use: str = ""


class Address(Element, frozen=True, kw_only=True):
    use: str = ""
    text: str = ""
    line: tuple[str, ...] = ()
    city: str = ""
    postal_code: str = ""
    country: str = ""


class Annotation(Element, frozen=True, kw_only=True):
    text: str
    time: DateTime = ""


class Attachment(Element, frozen=True, kw_only=True):
    """A file. `hash`: SHA-1 of its bytes, in base64; `size`: in bytes."""

    content_type: str = ""
    language: str = ""
    url: str = ""
    size: int | None = None
    hash: str = ""
    title: str = ""
    creation: DateTime = ""


class Resource(
    msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True, frozen=True, tag_field="resourceType"
):
    """What all resources share. The name of the class is the type of the resource."""

    id: Id
    meta: Meta | None = None
    language: str = ""
    extension: tuple[Extension, ...] = ()


class Backbone(Element, frozen=True, kw_only=True):
    """A part of a resource that is no data type of its own."""
