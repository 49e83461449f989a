"""Changes that are refused: the body, its type, the rule, whether lenient mode lets it through."""

import orjson

from carnet.standards.pdsm.face import IS_ARCHIVED
from carnet.standards.pdsm.patches import JSON_PATCH
from tests.standards.pdsm.sent import Resource, concept

FHIR = "application/fhir+json"
LABEL_N = concept("2.16.840.1.113883.5.25", "N")
LABEL_R = concept("2.16.840.1.113883.5.25", "R")
MASKED = concept("1.2.250.1.213.1.1.4.13", "MASQUE_PS")
INVISIBLE = concept("1.2.250.1.213.1.1.4.13", "INVISIBLE_PATIENT")


def json_patch(*operations: Resource) -> bytes:
    return orjson.dumps(list(operations))


def op(verb: str, path: str, value: object = None) -> Resource:
    return {"op": verb, "path": path} | ({} if verb == "remove" else {"value": value})


def parameters(*operations: Resource) -> bytes:
    return orjson.dumps({"resourceType": "Parameters", "parameter": list(operations)})


def operation(verb: str, path: str, name: str = "", **value: object) -> Resource:
    part: list[Resource] = [{"name": "type", "valueCode": verb}, {"name": "path", "valueString": path}]
    if name:
        part.append({"name": "name", "valueString": name})
    if value:
        part.append({"name": "value", **value})
    return {"name": "operation", "part": part}


REFUSED = (
    (b"<x/>", JSON_PATCH, "fhir.json", False),
    (b"[]", JSON_PATCH, "pdsm.patch.operation", False),
    (b"{}", JSON_PATCH, "pdsm.patch.operation", False),
    (b'[{"op":"replace"}]', JSON_PATCH, "pdsm.patch.operation", False),
    (b'[{"op":"replace","path":"/status"}]', JSON_PATCH, "pdsm.patch.operation", False),
    (json_patch(op("test", "/status", "current")), JSON_PATCH, "pdsm.patch.operation", False),
    (json_patch(op("replace", "/status", "current")), "text/plain", "pdsm.patch.type", False),
    (json_patch(op("replace", "/description", "x")), JSON_PATCH, "pdsm.patch.element", False),
    (json_patch(op("replace", "", {})), JSON_PATCH, "pdsm.patch.element", False),
    (json_patch(op("add", "/extension/1", {"url": "http://x"})), JSON_PATCH, "pdsm.patch.element", False),
    (json_patch(op("replace", "/status", "deleted")), JSON_PATCH, "pdsm.patch.status", False),
    (json_patch(op("remove", "/status")), JSON_PATCH, "pdsm.patch.status", False),
    (json_patch(op("replace", "status", "current")), JSON_PATCH, "pdsm.patch.path", True),
    (
        json_patch(op("replace", f"/extension[url:'{IS_ARCHIVED}']/valueBoolean", True)),
        JSON_PATCH,
        "pdsm.patch.path",
        True,
    ),
    ("[{“op”:“replace”,“path”:“/status”,“value”:“current”}]".encode(), JSON_PATCH, "pdsm.patch.quotes", True),
    (json_patch(op("replace", "/securityLabel", "N")), JSON_PATCH, "pdsm.patch.securityLabel", True),
    (
        json_patch(op("replace", "/securityLabel", ["N", "MASQUE_PS"])),
        JSON_PATCH,
        "pdsm.patch.securityLabel",
        True,
    ),
    (json_patch(op("replace", "/securityLabel/0", LABEL_N)), JSON_PATCH, "pdsm.patch.securityLabel", False),
    (json_patch(op("remove", "/securityLabel")), JSON_PATCH, "pdsm.patch.securityLabel", False),
    (
        json_patch(op("replace", "/securityLabel", [concept("2.16.840.1.113883.5.25", "X")])),
        JSON_PATCH,
        "pdsm.securityLabel.JDV_J08",
        False,
    ),
    (
        json_patch(op("replace", "/securityLabel", [LABEL_N, LABEL_R])),
        JSON_PATCH,
        "pdsm.securityLabel.one",
        False,
    ),
    (
        json_patch(op("replace", "/securityLabel", [LABEL_N, MASKED, INVISIBLE])),
        JSON_PATCH,
        "pdsm.securityLabel.hidden",
        False,
    ),
    (json_patch(op("replace", "/extension/0/valueBoolean", "true")), JSON_PATCH, "pdsm.isArchived", False),
    (
        json_patch(
            op(
                "add",
                "/extension/-",
                {
                    "url": "https://interop.esante.gouv.fr/ig/fhir/pdsm/SearchParameter/PDSm-isArchived",
                    "valueBoolean": True,
                },
            )
        ),
        JSON_PATCH,
        "pdsm.patch.isArchived.url",
        True,
    ),
    (parameters(), FHIR, "pdsm.patch.operation", False),
    (b'{"resourceType":"Patient"}', FHIR, "pdsm.patch.operation", False),
    (parameters({"name": "x"}), FHIR, "pdsm.patch.operation", False),
    (parameters(operation("move", "DocumentReference.status")), FHIR, "pdsm.patch.operation", False),
    (
        parameters(operation("replace", "DocumentReference.date", valueInstant="2026-01-01T00:00:00Z")),
        FHIR,
        "pdsm.patch.element",
        False,
    ),
    (parameters(operation("delete", "DocumentReference")), FHIR, "pdsm.patch.element", False),
    (
        parameters(operation("replace", "DocumentReference.status", valueCode="x")),
        FHIR,
        "pdsm.patch.status",
        False,
    ),
    (
        parameters(operation("delete", "DocumentReference.securityLabel")),
        FHIR,
        "pdsm.patch.securityLabel",
        False,
    ),
    (parameters(operation("delete", "DocumentReference.securityLabel[0]")), FHIR, "pdsm.patch.path", False),
)
