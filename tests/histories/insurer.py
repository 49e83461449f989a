"""Files as the insurer sends them, and loading them as the operator does."""

import json
from pathlib import Path

from django.db import connection

from carnet.histories import api as histories
from tests.conftest import acting_as
from tests.people.register import matricule_of


def line(person_id, reference="A-1", **fields):
    """A good line about a person; a field given as None is left out."""
    facts = {
        "matricule": matricule_of(person_id), "reference": reference, "category": "BIOLOGY",
        "day": "2026-03-02", "label": "Numération formule sanguine",
    }  # fmt: skip
    return {name: value for name, value in (facts | fields).items() if value is not None}


def write(path: Path, lines) -> Path:
    """Write lines, each a dict, or a text that stands as it is."""
    texts = (each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in lines)
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def load(path, **options):
    with acting_as("carnet_loader"):
        return histories.load(path, **options)


def rows(query, *values):
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()
