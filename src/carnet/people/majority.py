"""When a person comes of age: the one rule (docs/adr/0001-shape.md). Pure: no I/O, no clock."""

from datetime import date

MAJORITY_YEARS = 18


def is_minor_on(birth_date: date, day: date) -> bool:
    """Say whether a person is under 18 on `day`; who is born on 29 February comes of age on 1 March."""
    try:
        majority = birth_date.replace(year=birth_date.year + MAJORITY_YEARS)
    except ValueError:
        majority = date(birth_date.year + MAJORITY_YEARS, 3, 1)
    return day < majority
