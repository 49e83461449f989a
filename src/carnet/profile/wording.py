"""A line of the profile in words: for the page, the synthesis, the copy of the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from carnet.profile import dates
from carnet.profile.fields import Field, Kind
from carnet.profile.records import Entry
from carnet.profile.rubrics import Rubric, definition_of
from carnet.profile.rubrics.care import say_duration

_SAID_IN_TITLE: Final = {
    Rubric.BLOOD_GROUP: {"group"},
    Rubric.CONTACTS: {"first_name", "last_name"},
    Rubric.DISABILITIES: {"type"},
    Rubric.HOSPITALIZATIONS: {"reason", "unit"},
    Rubric.LIFESTYLES: {"section"},
}


@dataclass(frozen=True, slots=True)
class Description:
    """A line in French: its title, its period ("" when none is known), then label and value pairs."""

    title: str
    when: str
    lines: tuple[tuple[str, str], ...]


def describe(entry: Entry) -> Description:
    """Return a line in words."""
    return describe_values(entry.rubric, entry.values)


def describe_values(rubric: Rubric, values: Mapping[str, Any]) -> Description:
    """Return the values of a line in words."""
    definition = definition_of(rubric)
    said = _SAID_IN_TITLE.get(rubric, {"name"})
    lines = tuple(
        (field.label, _say(field, values))
        for field in definition.list_fields(values)
        if field.name not in said and field.name in values
    )
    return Description(definition.title(values), definition.when(values), lines)


def _say(field: Field, values: Mapping[str, Any]) -> str:
    value = values[field.name]
    match field.kind:
        case Kind.DATE:
            return dates.show(value)
        case Kind.CHOICE:
            return field.label_of(value)
        case Kind.MANY:
            return ", ".join(field.label_of(one) for one in value)
        case _ if field.name == "duration":
            return say_duration(values)
        case _:
            return _telephone(str(value)) if field.name in {"phone", "mobile"} else str(value)


def _telephone(number: str) -> str:
    """Show a French number as it is dialled in France."""
    national = f"0{number.removeprefix('+33')}" if number.startswith("+33") else number
    if not number.startswith("+33"):
        return number
    return " ".join(national[at : at + 2] for at in range(0, len(national), 2))
