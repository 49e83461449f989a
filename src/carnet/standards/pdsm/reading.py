"""Reading JSON that software sends: its size and its depth are bounded before anything looks at it."""

from typing import Any, Final

import orjson

from carnet.standards.pdsm.findings import refuse

MAX_BYTES: Final = 40_000_000
MAX_DEPTH: Final = 48
"""Levels of nesting; the deepest published example has fourteen."""
MAX_NODES: Final = 200_000
"""Values in all: the largest published example has some six hundred."""

Resource = dict[str, Any]


def parse(data: bytes) -> Resource:
    """Return the resource of JSON bytes (UTF-8). Raises Broken 400 when they are no bounded JSON object."""
    if len(data) > MAX_BYTES:
        raise refuse("fhir.json.bounds", "", f"Le corps dépasse {MAX_BYTES // 1_000_000} Mo.")
    value = parse_value(data)
    if not isinstance(value, dict):
        raise refuse("fhir.json", "", "Le corps doit être un objet JSON : une ressource FHIR.")
    return value


def parse_value(data: bytes) -> Any:
    """Return the value of JSON bytes, its depth and the number of its parts bounded. Raises Broken 400."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        where = f" (ligne {error.lineno}, colonne {error.colno})"
        raise refuse("fhir.json", "", f"Le corps n’est pas du JSON lisible{where}.") from error
    _bound(value)
    return value


def _bound(value: Any) -> None:
    """Refuse what is too deep or too long, one level after the other, without recursion."""
    level, nodes = [value], 0
    for _ in range(MAX_DEPTH):
        level = [part for parent in level for part in _parts(parent)]
        nodes += len(level)
        if nodes > MAX_NODES:
            raise refuse("fhir.json.bounds", "", f"Le corps compte plus de {MAX_NODES} valeurs.")
        if not level:
            return
    raise refuse("fhir.json.bounds", "", f"Le corps est imbriqué sur plus de {MAX_DEPTH} niveaux.")


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
