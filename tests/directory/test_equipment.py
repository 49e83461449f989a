"""The equipment register: one line for a version that somebody uses somewhere."""

import json

import pytest

from carnet.config.cli import main
from carnet.directory import api as directory
from carnet.platform.ids import uuid7
from tests.directory.clients import add_client
from tests.pro.visits import FINESS, add_professional

pytestmark = pytest.mark.django_db


def test_a_version_is_noted_once_and_its_last_day_moves(capsys):
    professional, place = add_professional()
    client = add_client()[0].id
    directory.note_equipment(professional.id, place.structure, client)
    (first,) = directory.list_equipment()
    directory.note_equipment(professional.id, place.structure, client)
    (again,) = directory.list_equipment()
    assert (again.professional_id, again.structure) == (professional.id, FINESS)
    assert again.first_seen_at == first.first_seen_at
    assert again.last_seen_at >= first.last_seen_at
    assert directory.list_equipment(product="another") == []
    capsys.readouterr()
    assert main(["--json", "directory", "equipment", "--product", again.product]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == again.version


def test_a_client_that_is_not_there_notes_nothing():
    professional, place = add_professional()
    directory.note_equipment(professional.id, place.structure, uuid7())
    assert directory.list_equipment() == []
