"""Reading a CDA document: bytes in, `Document` out, `CdaRefused` for anything else.

The bytes themselves are never changed: whoever keeps a document keeps what was received. Mapping of the
header: facts/interop.md 4. An auto-presentable document (a style sheet that embeds its own document) is
unwrapped; the style sheet is never run, and external ones are never fetched.
"""

import re
from datetime import date, datetime
from typing import Final, cast

from lxml import etree

from carnet.standards import xml
from carnet.standards.cda.attachments import attachments_of
from carnet.standards.cda.model import (
    NAMESPACE,
    PS_OID,
    STRUCTURE_OID,
    Author,
    CdaRefused,
    Code,
    Document,
    Header,
    Level,
    Organisation,
    Patient,
)
from carnet.standards.cda.timestamp import parse_day, parse_timestamp
from carnet.standards.ins import INS_OIDS, Sex, Traits, comparison_key

DEFAULT_MAX_BYTES: Final = 5_000_000
MAX_NODES: Final = 100_000
"""Elements and attributes: the largest real document that we know has some twelve thousand."""
MAX_IDENTIFIER: Final = 128
MAX_TEXT: Final = 500
"""Longest text kept from the header, in characters: titles and names are lines, not pages."""

_NS: Final = {"h": NAMESPACE}
_DOCUMENT: Final = f"{{{NAMESPACE}}}ClinicalDocument"
_STYLESHEETS: Final = frozenset(
    {"{http://www.w3.org/1999/XSL/Transform}stylesheet", "{http://www.w3.org/1999/XSL/Transform}transform"}
)
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*))*")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def read(data: bytes, *, max_bytes: int = DEFAULT_MAX_BYTES) -> Document:
    """Read the header, the level and the files of a CDA document of level 1 or 3.

    Raises `CdaRefused`, whose `rule` is one of those of `carnet.standards.xml`, or `root`, `patient`,
    `traits`, `ins`, `id`, `author`, `body`, `mediaType`, `base64`, `content`, or the name of the header's
    element that is missing or wrong.
    """
    return read_tree(parse(data, max_bytes=max_bytes))


def parse(data: bytes, *, max_bytes: int = DEFAULT_MAX_BYTES) -> etree._Element:
    """Return the ClinicalDocument element of the bytes, for `read_tree` and for `rules.check`.

    Raises `CdaRefused` with a rule of `carnet.standards.xml`, or `root`.
    """
    try:
        root = xml.parse(data, max_bytes=max_bytes, max_nodes=MAX_NODES)
    except xml.XmlRefused as error:
        raise CdaRefused(error.rule, error.message_fr) from error
    return _unwrap(root)


def read_tree(document: etree._Element) -> Document:
    """Read a document that `parse` returned. Raises `CdaRefused` as `read` does."""
    level, body = _body(document)
    return Document(
        **vars(_header(document)),
        level=level,
        attachments=attachments_of(body, level),
        structured_body=body if level == "N3" else None,
    )


def _unwrap(root: etree._Element) -> etree._Element:
    if root.tag == _DOCUMENT:
        return root
    embedded = list(root.iter(_DOCUMENT)) if root.tag in _STYLESHEETS else []
    if len(embedded) != 1:
        raise CdaRefused("root", "Ce fichier n’est pas un document CDA (ClinicalDocument).")
    return embedded[0]


def _body(document: etree._Element) -> tuple[Level, etree._Element]:
    bodies = [*_all(document, "h:component/h:nonXMLBody"), *_all(document, "h:component/h:structuredBody")]
    if len(bodies) != 1:
        raise CdaRefused("body", "Le document doit avoir un corps et un seul.")
    return ("N1" if bodies[0].tag.endswith("nonXMLBody") else "N3"), bodies[0]


def _header(document: etree._Element) -> Header:
    start, stop, practice_setting = _service(document)
    return Header(
        unique_id=_identifier(_one(document, "h:id")),
        set_id=_find_identifier(document, "h:setId"),
        version_number=_find_version(document),
        replaces=_replaced(document),
        code=_code(_one(document, "h:code")),
        title=_title(document),
        effective_time=_time(_one(document, "h:effectiveTime"), "effectiveTime"),
        confidentiality=_code(_one(document, "h:confidentialityCode")),
        language=_attribute(_find(document, "h:languageCode"), "code"),
        patient=_patient(document),
        authors=_authors(document),
        data_enterer=_find_data_enterer(document),
        custodian=_find_organisation(
            document, "h:custodian/h:assignedCustodian/h:representedCustodianOrganization"
        ),
        legal_authenticator=_find_legal_authenticator(document),
        service_start=start,
        service_stop=stop,
        facility_type=_find_code(
            document, "h:componentOf/h:encompassingEncounter/h:location/h:healthCareFacility/h:code"
        ),
        practice_setting=practice_setting,
        template_ids=tuple(_identifier(element) for element in _all(document, "h:templateId")),
    )


# The patient


def _patient(document: etree._Element) -> Patient:
    targets = _all(document, "h:recordTarget")
    if len(targets) != 1:
        raise CdaRefused("patient", "Le document doit concerner un patient et un seul.")
    role = _one(targets[0], "h:patientRole")
    patient = _one(role, "h:patient")
    ins, ins_oid = _ins(role)
    return Patient(
        ins=ins,
        ins_oid=ins_oid,
        local_ids=tuple(_identifier(e) for e in _identified(role) if e.get("root") not in INS_OIDS),
        traits=_traits(patient),
        used_family=_qualified(patient, "family", "CL"),
        used_given=_qualified(patient, "given", "CL"),
        birth_place_name=_text(_find(patient, "h:birthplace/h:place/h:addr/h:city")),
    )


def _ins(role: etree._Element) -> tuple[str | None, str | None]:
    """Return the matricule and its OID as the document writes them, or (None, None)."""
    found = {
        (e.get("extension", "").strip(), e.get("root", ""))
        for e in _identified(role)
        if e.get("root") in INS_OIDS
    }
    if len(found) > 1:
        raise CdaRefused("ins", "Le document porte deux matricules INS différents.")
    if not found:
        return None, None
    value, oid = found.pop()
    if not re.fullmatch(r"[0-9AB]{15}", value):
        raise CdaRefused("ins", "Le matricule INS du document doit compter 15 caractères.")
    return value, oid


def _traits(patient: etree._Element) -> Traits:
    birth_name, first = _qualified(patient, "family", "BR"), _qualified(patient, "given", "BR")
    if not birth_name or not first:
        raise CdaRefused("traits", "Il manque le nom ou le premier prénom de naissance du patient.")
    return Traits(
        birth_name=birth_name,
        first_given_name=first,
        given_names=_given_names(patient, first),
        birth_date=_birth_date(patient),
        sex=_sex(patient),
        birth_place=_text(_find(patient, "h:birthplace/h:place/h:addr/h:county")),
    )


def _given_names(patient: etree._Element, first: str) -> str:
    """Return the list of given names: the unqualified ones, where older profiles leave out the first."""
    unqualified = [e for e in _all(patient, "h:name/h:given") if not e.get("qualifier")]
    others = " ".join(map(_text, unqualified)).strip()
    return others if not others or _begins_with(others, first) else f"{first} {others}"


def _begins_with(names: str, first: str) -> bool:
    """Whether a list of given names begins with that one, as it is written or as names are compared."""
    spellings = ((names, first), (comparison_key(names), comparison_key(first)))
    return any(f"{whole} ".startswith(f"{start} ") for whole, start in spellings)


def _birth_date(patient: etree._Element) -> date:
    try:
        return parse_day(_attribute(_one(patient, "h:birthTime"), "value"))
    except ValueError as error:
        raise CdaRefused("birthTime", "La date de naissance du patient est illisible.") from error


def _sex(patient: etree._Element) -> Sex:
    code = _attribute(_one(patient, "h:administrativeGenderCode"), "code")
    if code not in {"M", "F", "U"}:
        raise CdaRefused("administrativeGenderCode", "Le sexe du patient doit être M, F ou U.")
    return cast("Sex", code)


def _qualified(person: etree._Element, part: str, qualifier: str) -> str:
    found = _all(person, f"h:name/h:{part}[@qualifier='{qualifier}']")
    return _text(found[0]) if found else ""


# Authors, structures


def _authors(document: etree._Element) -> tuple[Author, ...]:
    authors = tuple(
        _author(_one(element, "h:assignedAuthor"), _find_signing_time(element))
        for element in _all(document, "h:author")
    )
    if not authors:
        raise CdaRefused("author", "Le document n’a pas d’auteur.")
    return authors


def _find_data_enterer(document: etree._Element) -> Author | None:
    """Return who typed the document for its author, if it says so in full: nothing hangs on it."""
    element = _find(document, "h:dataEnterer")
    entity = None if element is None else _find(element, "h:assignedEntity")
    if element is None or entity is None:
        return None
    return _author(entity, _find_signing_time(element))


def _find_legal_authenticator(document: etree._Element) -> Author | None:
    element = _find(document, "h:legalAuthenticator")
    if element is None:
        return None
    return _author(_one(element, "h:assignedEntity"), _find_signing_time(element))


def _find_signing_time(element: etree._Element) -> datetime | None:
    """Return when somebody wrote or signed; a badly written one is no reason to refuse a patient's report."""
    try:
        return _find_time(element, "h:time")
    except CdaRefused:
        return None


def _author(entity: etree._Element, at: datetime | None) -> Author:
    name = "h:assignedPerson/h:name/h:"
    return Author(
        family=_text(_find(entity, f"{name}family")),
        given=_text(_find(entity, f"{name}given")),
        prefix=_text(_find(entity, f"{name}prefix")),
        device=_device(entity),
        national_id=_national_id(entity, PS_OID),
        role=_find_code(entity, "h:code"),
        organisation=_find_organisation(entity, "h:representedOrganization"),
        at=at,
    )


def _device(entity: etree._Element) -> str:
    device = "h:assignedAuthoringDevice/h:"
    return _text(_find(entity, f"{device}softwareName")) or _text(
        _find(entity, f"{device}manufacturerModelName")
    )


def _find_organisation(parent: etree._Element, path: str) -> Organisation | None:
    element = _find(parent, path)
    if element is None:
        return None
    return Organisation(
        name=_text(_find(element, "h:name")), national_id=_national_id(element, STRUCTURE_OID)
    )


def _national_id(entity: etree._Element, oid: str) -> str:
    """Return the extension under the national OID, else the first other identifier, `root^extension`."""
    identified = [e for e in _identified(entity) if e.get("extension", "").strip()]
    national = [e.get("extension", "").strip()[:MAX_TEXT] for e in identified if e.get("root") == oid]
    return next(iter([*national, *(_identifier(e) for e in identified)]), "")


# The act and its place


def _service(document: etree._Element) -> tuple[datetime | None, datetime | None, Code | None]:
    """Return start, stop and practice setting of the principal act: the one whose performer has a setting."""
    setting = "h:performer/h:assignedEntity/h:representedOrganization/h:standardIndustryClassCode"
    acts = _all(document, "h:documentationOf/h:serviceEvent")
    principal = next((act for act in acts if _find(act, setting) is not None), acts[0] if acts else None)
    if principal is None:
        return None, None, None
    start = _find_time(principal, "h:effectiveTime/h:low") or _find_time(principal, "h:effectiveTime")
    return start, _find_time(principal, "h:effectiveTime/h:high"), _find_code(principal, setting)


def _replaced(document: etree._Element) -> tuple[str, ...]:
    path = "h:relatedDocument[@typeCode='RPLC']/h:parentDocument"
    return tuple(_identifier(e) for parent in _all(document, path) for e in _identified(parent))


def _find_version(document: etree._Element) -> int | None:
    element = _find(document, "h:versionNumber")
    if element is None or element.get("nullFlavor"):
        return None
    value = _attribute(element, "value")
    if not re.fullmatch(r"[1-9][0-9]{0,8}", value):
        raise CdaRefused("versionNumber", "Le numéro de version doit être un nombre entier positif.")
    return int(value)


def _title(document: etree._Element) -> str:
    title = _text(_one(document, "h:title"))
    if not title:
        raise CdaRefused("title", "Le document n’a pas de titre.")
    return title


# Elements and data types


def _all(parent: etree._Element, path: str) -> list[etree._Element]:
    return parent.findall(path, _NS)


def _find(parent: etree._Element, path: str) -> etree._Element | None:
    return next(iter(_all(parent, path)), None)


def _one(parent: etree._Element, path: str) -> etree._Element:
    found = _all(parent, path)
    if len(found) != 1:
        name = path.removeprefix("h:")
        raise CdaRefused(name, f"L’élément « {name} » doit figurer une fois et une seule.")
    return found[0]


def _identified(parent: etree._Element) -> list[etree._Element]:
    return [e for e in _all(parent, "h:id") if not e.get("nullFlavor") and e.get("root")]


def _identifier(element: etree._Element) -> str:
    """Return the normal form of an instance identifier (data type II): `root^extension` or `root`."""
    root, extension = element.get("root", "").strip(), element.get("extension", "").strip()
    if _UUID.fullmatch(root):
        root = root.upper()
    elif not _OID.fullmatch(root):
        raise CdaRefused("id", "Un identifiant du document n’est ni un OID ni un UUID.")
    if max(len(root), len(extension)) > MAX_IDENTIFIER:
        raise CdaRefused("id", "Un identifiant du document est trop long.")
    return f"{root}^{extension}" if extension else root


def _find_identifier(parent: etree._Element, path: str) -> str | None:
    element = _find(parent, path)
    return None if element is None or element.get("nullFlavor") else _identifier(element)


def _code(element: etree._Element) -> Code:
    code = _attribute(element, "code")
    if not code:
        name = etree.QName(element).localname
        raise CdaRefused(name, f"L’élément « {name} » n’a pas de code.")
    return Code(code, _attribute(element, "codeSystem"), _attribute(element, "displayName"))


def _find_code(parent: etree._Element, path: str) -> Code | None:
    element = _find(parent, path)
    return _code(element) if element is not None and element.get("code") else None


def _time(element: etree._Element, name: str) -> datetime:
    try:
        return parse_timestamp(_attribute(element, "value"))
    except ValueError as error:
        raise CdaRefused(name, f"La date de l’élément « {name} » est illisible.") from error


def _find_time(parent: etree._Element, path: str) -> datetime | None:
    element = _find(parent, path)
    if element is None or not element.get("value"):
        return None
    return _time(element, path.rsplit(":", 1)[-1])


def _attribute(element: etree._Element | None, name: str) -> str:
    return _line(element.get(name, "")) if element is not None else ""


def _text(element: etree._Element | None) -> str:
    return _line("".join(map(str, element.itertext()))) if element is not None else ""


def _line(text: str) -> str:
    return " ".join(text.split())[:MAX_TEXT]
