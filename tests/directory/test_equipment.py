"""The equipment register: one line for a version that somebody uses somewhere."""

import json
from dataclasses import replace

import pytest

from carnet.access.api import Visibility
from carnet.config.cli import main
from carnet.directory import api as directory
from carnet.documents import api as documents
from carnet.documents.api import Submitted
from carnet.journal.api import Actor, ActorKind
from carnet.platform.ids import uuid7
from carnet.standards.sniff import XML
from tests.directory.clients import add_client
from tests.documents.deposits import report
from tests.people.register import add_person, open_space
from tests.pro.visits import FINESS, OTHER_FINESS, add_professional
from tests.standards.samples import HEADER

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


def test_who_wrote_what_a_software_deposits_is_noted_where_she_practises():
    person, client = add_person(), add_client()[0]
    structure = client.structure
    open_space(person)
    here, elsewhere = add_professional(structure=structure)[0], add_professional(structure=OTHER_FINESS)[0]
    authors = tuple(replace(HEADER.authors[0], national_id=one.national_id) for one in (here, elsewhere))
    documents.submit(
        [Submitted(report(person, authors=authors), XML, "", Visibility())],
        by=Actor(ActorKind.HEALTHCARE_FACILITY, client.id, structure),
    )
    (seen,) = directory.list_equipment()
    assert (seen.professional_id, seen.structure) == (here.id, structure)
    assert (seen.product, seen.version) == (client.product, client.version)
