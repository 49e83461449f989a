"""The shapes of FHIR R4 that a request is made of: which elements, of which type, one or many.

`copy_of` walks a resource along them and returns a copy that holds known elements of the right type and
nothing else, so that the rules of the guides need not ask again; what it leaves out it reports. Types
without a shape here (a contained Endpoint) are kept as they come: nothing reads them.
"""

import re
from typing import Any, Final

from carnet.standards.pdsm.deviations import EMPTY_ELEMENT, UNKNOWN_ELEMENT
from carnet.standards.pdsm.findings import Findings
from carnet.standards.pdsm.reading import Resource

MAX_STRING: Final = 1_000_000
"""Characters of a string (FHIR R4, datatypes, string)."""

_ELEMENT: Final = "id:string extension:Extension*"
_BACKBONE: Final = f"{_ELEMENT} modifierExtension:Extension*"
_RESOURCE: Final = "id:id meta:Meta implicitRules:uri language:code"
_DOMAIN: Final = (
    f"{_RESOURCE} text:Narrative contained:Resource* extension:Extension* modifierExtension:Extension*"
)
_PERSON: Final = (
    f"{_DOMAIN} identifier:Identifier* active:boolean name:HumanName* telecom:ContactPoint* gender:code"
    " birthDate:date address:Address* photo:Attachment*"
)
_SOURCES: Final = {
    # data types
    "Address": f"{_ELEMENT} use:code type:code text:string line:string* city:string district:string"
    " state:string postalCode:string country:string period:Period",
    "Annotation": f"{_ELEMENT} authorReference:Reference authorString:string time:dateTime text:markdown!",
    "Attachment": f"{_ELEMENT} contentType:code language:code data:base64Binary url:url size:unsignedInt"
    " hash:base64Binary title:string creation:dateTime",
    "CodeableConcept": f"{_ELEMENT} coding:Coding* text:string",
    "Coding": f"{_ELEMENT} system:uri version:string code:code display:string userSelected:boolean",
    "ContactPoint": f"{_ELEMENT} system:code value:string use:code rank:positiveInt period:Period",
    "HumanName": f"{_ELEMENT} use:code text:string family:string given:string* prefix:string* suffix:string*"
    " period:Period",
    "Identifier": f"{_ELEMENT} use:code type:CodeableConcept system:uri value:string period:Period"
    " assigner:Reference",
    "Meta": f"{_ELEMENT} versionId:id lastUpdated:instant source:uri profile:canonical* security:Coding*"
    " tag:Coding*",
    "Period": f"{_ELEMENT} start:dateTime end:dateTime",
    "Reference": f"{_ELEMENT} reference:string type:uri identifier:Identifier display:string",
    # resources of a request
    "DocumentReference": f"{_DOMAIN} masterIdentifier:Identifier identifier:Identifier* status:code!"
    " docStatus:code type:CodeableConcept category:CodeableConcept* subject:Reference date:instant"
    " author:Reference* authenticator:Reference custodian:Reference relatesTo:DocumentReference.relatesTo*"
    " description:string securityLabel:CodeableConcept* content:DocumentReference.content*"
    " context:DocumentReference.context",
    "DocumentReference.relatesTo": f"{_BACKBONE} code:code! target:Reference!",
    "DocumentReference.content": f"{_BACKBONE} attachment:Attachment! format:Coding",
    "DocumentReference.context": f"{_BACKBONE} encounter:Reference* event:CodeableConcept* period:Period"
    " facilityType:CodeableConcept practiceSetting:CodeableConcept sourcePatientInfo:Reference"
    " related:Reference*",
    "List": f"{_DOMAIN} identifier:Identifier* status:code! mode:code! title:string code:CodeableConcept"
    " subject:Reference encounter:Reference date:dateTime source:Reference orderedBy:CodeableConcept"
    " note:Annotation* entry:List.entry* emptyReason:CodeableConcept",
    "List.entry": f"{_BACKBONE} flag:CodeableConcept deleted:boolean date:dateTime item:Reference!",
    "Binary": f"{_RESOURCE} contentType:code! securityContext:Reference data:base64Binary",
    "Parameters": f"{_RESOURCE} parameter:Parameters.parameter*",
    "Parameters.parameter": f"{_BACKBONE} name:string! value:* resource:? part:Parameters.parameter*",
    "Bundle": f"{_RESOURCE} identifier:Identifier type:code! total:unsignedInt timestamp:instant link:?*"
    " entry:Bundle.entry* signature:?",
    "Bundle.entry": f"{_BACKBONE} link:?* fullUrl:uri resource:? search:? request:Bundle.entry.request"
    " response:?",
    "Bundle.entry.request": f"{_BACKBONE} method:code! url:uri! ifNoneMatch:string ifModifiedSince:instant"
    " ifMatch:string ifNoneExist:string",
    # what they contain
    "Patient": f"{_PERSON} deceasedBoolean:boolean deceasedDateTime:dateTime maritalStatus:CodeableConcept"
    " multipleBirthBoolean:boolean multipleBirthInteger:integer contact:?* communication:?*"
    " generalPractitioner:Reference* managingOrganization:Reference link:?*",
    "Practitioner": f"{_PERSON} qualification:?* communication:CodeableConcept*",
    "RelatedPerson": f"{_PERSON} patient:Reference! relationship:CodeableConcept* period:Period"
    " communication:?*",
    "PractitionerRole": f"{_DOMAIN} identifier:Identifier* active:boolean period:Period"
    " practitioner:Reference organization:Reference code:CodeableConcept* specialty:CodeableConcept*"
    " location:Reference* healthcareService:Reference* telecom:ContactPoint* availableTime:?*"
    " notAvailable:?* availabilityExceptions:string endpoint:Reference*",
    "Organization": f"{_DOMAIN} identifier:Identifier* active:boolean type:CodeableConcept* name:string"
    " alias:string* telecom:ContactPoint* address:Address* partOf:Reference contact:?* endpoint:Reference*",
    "Device": f"{_DOMAIN} identifier:Identifier* definition:Reference udiCarrier:?* status:code"
    " statusReason:CodeableConcept* distinctIdentifier:string manufacturer:string manufactureDate:dateTime"
    " expirationDate:dateTime lotNumber:string serialNumber:string deviceName:Device.deviceName*"
    " modelNumber:string partNumber:string type:CodeableConcept specialization:?* version:?* property:?*"
    " patient:Reference owner:Reference contact:ContactPoint* location:Reference url:uri note:Annotation*"
    " safety:CodeableConcept* parent:Reference",
    "Device.deviceName": f"{_BACKBONE} name:string! type:code!",
    "Extension": f"{_ELEMENT} url:uri! value:*",
}  # fmt: skip

_OFFSET: Final = r"(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)"
_DAY: Final = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME: Final = r"T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?"
_WORD: Final = r"[^\s]+(?: [^\s]+)*"
_PATTERNS: Final = {
    "string": r"(?s)[^\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*",
    "code": _WORD,
    "id": r"[A-Za-z0-9\-.]{1,64}",
    "uri": r"\S+",
    "date": rf"\d{{4}}(?:-(?:0[1-9]|1[0-2]))?|{_DAY}",
    "dateTime": rf"\d{{4}}(?:-(?:0[1-9]|1[0-2]))?|{_DAY}(?:{_TIME}{_OFFSET})?",
    "instant": rf"{_DAY}{_TIME}{_OFFSET}",
    "base64Binary": r"(?s).+",
}
_ALIASES: Final = {"url": "uri", "canonical": "uri", "oid": "uri", "uuid": "uri", "markdown": "string"}
_STRINGS: Final = {name: re.compile(_PATTERNS[_ALIASES.get(name, name)]) for name in (*_PATTERNS, *_ALIASES)}
_LEAST: Final = {"integer": -(2**31), "unsignedInt": 0, "positiveInt": 1}
_MOST_INTEGER: Final = 2**31 - 1
_VALUE: Final = re.compile(r"value([A-Z][A-Za-z0-9]{0,30})")


def _shape(source: str) -> dict[str, tuple[str, bool, bool]]:
    """Return the elements of a type: name → type, whether it repeats, whether it is mandatory."""
    pairs = (word.split(":") for word in source.split())
    return {name: (kind.rstrip("*!") or "*", kind.endswith("*"), kind.endswith("!")) for name, kind in pairs}


SHAPES: Final = {name: _shape(source) for name, source in _SOURCES.items()}


def copy_of(resource: Resource, findings: Findings, *, path: str) -> Resource:
    """Return a resource with what R4 knows of it, of the right types. Reports, and raises nothing.

    `path`: the FHIRPath by which its elements are named. A resource of a type without a shape is returned
    as it is.
    """
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or kind not in SHAPES or "." in kind or not kind[0].isupper():
        return resource
    copied = _object({k: v for k, v in resource.items() if k != "resourceType"}, kind, findings, path)
    return {"resourceType": kind, **copied}


def check_value(value: Any, kind: str, findings: Findings, *, path: str) -> Any:
    """Return a copy of a value of one data type, None when nothing of it is kept. Reports as `copy_of`."""
    return _element(value, (kind, False, False), findings, path)


def _object(value: dict[str, Any], kind: str, findings: Findings, path: str) -> dict[str, Any]:
    shape, copied = SHAPES[kind], {}
    for name, part in value.items():
        known = shape.get(name) or _choice(shape, name)
        where = f"{path}.{name}"
        if known is None:
            _report_unknown(name, shape, findings, where)
        elif (kept := _element(part, known, findings, where)) is not None:
            copied[name] = kept
    for name, (_, _, mandatory) in shape.items():
        where = f"{path}.{name}"
        if mandatory and name not in copied and where not in findings.faulted:
            findings.fault("fhir.element.1..1", where, f"L’élément « {name} » est obligatoire.")
    if len([name for name in copied if "value" in shape and _VALUE.fullmatch(name)]) > 1:
        findings.fault("fhir.element.type", path, "L’élément porte plusieurs valeurs (value[x]).")
    return copied


def _choice(shape: dict[str, tuple[str, bool, bool]], name: str) -> tuple[str, bool, bool] | None:
    """Return the shape of `valueString` and the like, where the type has a `value[x]`."""
    found = _VALUE.fullmatch(name) if shape.get("value", ("",))[0] == "*" else None
    if found is None:
        return None
    kind = found[1] if found[1] in SHAPES else found[1][0].lower() + found[1][1:]
    return (kind if _is_known(kind) else "?"), False, False


def _is_known(kind: str) -> bool:
    return kind in SHAPES or kind in _STRINGS or kind in _LEAST or kind == "boolean"


def _report_unknown(
    name: str, shape: dict[str, tuple[str, bool, bool]], findings: Findings, where: str
) -> None:
    """Report an element that R4 does not know. What stands beside a primitive (`_title`) is left out."""
    if name.startswith("_") and name[1:] in shape:
        return
    findings.deviate(UNKNOWN_ELEMENT, where, f"L’élément « {name[:64]} » n’existe pas ici.")


def _element(value: Any, known: tuple[str, bool, bool], findings: Findings, where: str) -> Any:
    """Return a copy of an element's value, None when nothing of it is kept."""
    kind, many, _ = known
    if value is None or value in ("", [], {}):
        findings.deviate(EMPTY_ELEMENT, where, "Un élément vide ne s’écrit pas.")
        return None
    if not many:
        return _one(value, kind, findings, where)
    if not isinstance(value, list):
        findings.fault("fhir.element.type", where, "Cet élément se répète : il s’écrit comme une liste.")
        return None
    kept = [
        copied
        for index, item in enumerate(value)
        if (copied := _element(item, (kind, False, False), findings, f"{where}[{index}]")) is not None
    ]
    return kept or None


def _one(value: Any, kind: str, findings: Findings, where: str) -> Any:
    if kind in ("?", "*"):
        return value
    if kind == "Resource":
        return _contained(value, findings, where)
    if kind == "Narrative":
        return None  # a text for people, made of the other elements: never kept, never shown
    if kind not in SHAPES:
        return _primitive(value, kind, findings, where)
    if not isinstance(value, dict):
        findings.fault("fhir.element.type", where, f"Un objet ({kind}) est attendu.")
        return None
    return _object(value, kind, findings, where) or None


def _contained(value: Any, findings: Findings, where: str) -> Resource | None:
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        findings.fault("fhir.element.type", where, "Une ressource (resourceType) est attendue.")
        return None
    if not isinstance(value.get("id"), str) or not _STRINGS["id"].fullmatch(value["id"]):
        findings.fault("fhir.dom-2", where, "Une ressource contenue a un identifiant (id).")
        return None
    if "contained" in value:
        findings.fault("fhir.dom-2", where, "Une ressource contenue n’en contient pas d’autre.")
        return None
    return copy_of(value, findings, path=where)


def _primitive(value: Any, kind: str, findings: Findings, where: str) -> Any:
    if kind == "boolean":
        right = isinstance(value, bool)
    elif kind in _LEAST:
        right = type(value) is int and _LEAST[kind] <= value <= _MOST_INTEGER
    else:
        right = isinstance(value, str) and _is_text(value, kind)
    if right:
        return value
    findings.fault("fhir.element.type", where, f"La valeur n’est pas du type attendu ({kind}).")
    return None


def _is_text(value: str, kind: str) -> bool:
    if kind != "base64Binary" and (len(value) > MAX_STRING or not value.strip()):
        return False
    return kind == "base64Binary" or bool(_STRINGS[kind].fullmatch(value))
