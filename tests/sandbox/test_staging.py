"""The personas are where the stories find them, and came there by everybody's ways."""

from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from django.db import connection

from carnet.access import api as access
from carnet.config.cli import main
from carnet.documents import api as documents
from carnet.enrolment import api as enrolment
from carnet.journal.api import Actor, ActorKind, Purpose
from carnet.people import api as people
from carnet.platform import blobs, clock
from carnet.platform.calls import Call
from carnet.sandbox import console
from carnet.sandbox.personas import (
    AGENTS,
    FRANCECONNECT,
    PASSWORD,
    PERSONAS,
    STRUCTURES,
    TOTP_SECRET,
    get_persona,
    serial_of,
)
from carnet.sandbox.personas import documents as papers
from carnet.sandbox.personas.listing import matricule_of
from carnet.sandbox.personas.register import add_personas
from carnet.sandbox.personas.staging import stage
from carnet.sandbox.vendors import keys
from carnet.sandbox.world.making import WorldExistsError, empty, make
from carnet.standards.cda.reader import read
from tests.conftest import acting_as

PERSONAS_PAGE = Path(__file__).parents[2] / "docs" / "personas.md"
TABLES = ("people_person", "people_account", "enrolment_space", "documents_document", "platform_personkey",
          "people_insindex", "platform_outbox", "sandbox_mail", "sandbox_franceconnectidentity",
          "desk_act", "directory_structure", "directory_software", "directory_client", "sandbox_call",
          "access_block")  # fmt: skip


def rows(query, values=()):
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


@pytest.fixture
def ids(db):
    with acting_as("carnet_loader"):
        ids = add_personas()
        assert stage(quiet=True)
    return ids


@pytest.mark.django_db(transaction=True)
def test_a_world_is_made_kept_and_made_again():
    with acting_as("carnet_loader"):
        assert make(300, seed=2, quiet=True).persons == 300
        with pytest.raises(WorldExistsError):
            make(300, seed=2, quiet=True)
        first = rows("select matricule from people_person order by id")
        stores = [blobs.store().names(row[0]) for row in rows("select person_id from documents_document")]
        assert all(list(names) for names in stores)
        with acting_as("carnet_app"), connection.cursor() as cursor:
            cursor.execute(
                "insert into desk_act (id, at, agent_id, kind, person_id, outcome)"
                " select gen_random_uuid(), now(), id, 'find', id, 'done' from people_person limit 1"
            )
            made, _ring = keys.make(
                structure="310000013",
                name="Clinique",
                vendor="Éditeur",
                product="Logiciel",
                version="1",
                strict=False,
            )
            console.record(Call(made.id, made.software, "GET", "fhir/metadata", 200, 1.0, 0, 10, "accepted"))
        assert all(rows(f"select count(*) from {table}") > [(0,)] for table in TABLES[-5:])
        empty()
        assert [rows(f"select count(*) from {table}") for table in TABLES] == [[(0,)]] * len(TABLES)
        make(300, seed=2, quiet=True)
    assert rows("select matricule from people_person order by id") == first
    assert rows("select count(*) from people_person where oid <> '1.2.250.1.213.1.4.10'") == [(0,)]


def test_every_space_is_where_its_persona_says_and_stays_there(ids):
    for persona in PERSONAS:
        assert (enrolment.find_state(ids[persona.key]) or "") == persona.stage, persona.key
        account = people.find_account(ids[persona.key])
        assert (account.login if account else "") == persona.login, persona.key
        if account:
            assert account.factor == persona.factor
    before = rows("select * from enrolment_space order by 1")
    with acting_as("carnet_loader"):
        assert not stage(quiet=True)
    assert rows("select * from enrolment_space order by 1") == before
    for key in ("claire", "basile", "sylvie"):
        assert enrolment.find_space(ids[key]).notified_on == clock.today()
    assert enrolment.find_space(ids["ruth"]).notified_on == clock.today() - timedelta(days=42)


def test_logins_are_those_published_and_only_messages_still_to_be_answered_wait(ids):
    hugo = people.find_account(ids["hugo"])
    assert people.factors.check_totp(hugo, pyotp.TOTP(TOTP_SECRET).now())
    agents = {card.login: card for card in people.list_agents()}
    assert set(agents) == {agent.login for agent in AGENTS}
    for agent in AGENTS:
        card = agents[agent.login]
        assert card.roles == frozenset(agent.roles)
        assert card.factor == "totp"
        assert people.factors.check_totp(card, pyotp.TOTP(TOTP_SECRET).now())
    waiting = {row[0] for row in rows("select person_id from platform_outbox where topic = 'post'")}
    for persona in PERSONAS:
        if persona.stage in {"notified", "opened"}:
            assert ids[persona.key] in waiting, persona.key
        elif persona.stage:
            assert ids[persona.key] not in waiting, persona.key


def test_demonstration_documents_read_back_and_are_in_their_spaces(ids):
    for demo in papers.DEMOS:
        document = read(papers.write(demo))
        assert document.level == ("N3" if demo.sections else "N1")
        assert document.patient.find_matricule().value == matricule_of(get_persona(demo.persona))
        person_id = ids[demo.persona]
        found = rows("select count(*) from documents_document where person_id = %s", [person_id])
        assert found[0][0] == sum(1 for one in papers.DEMOS if one.persona == demo.persona)
    by = Actor(ActorKind.PATIENT, ids["estelle"])
    with access.open(ids["estelle"], by=by, purpose=Purpose.CONSULT) as a:
        titles = [card.title for card in documents.list_recent(a, limit=10)]
    assert titles == ["Compte rendu de consultation", "Lettre de sortie", "Bilan sanguin"]


def test_a_sample_to_deposit_oneself_is_a_new_report_about_the_persona(ids, tmp_path, capsys):
    path = tmp_path / "compte-rendu.xml"
    assert main(["world", "document", str(path), "--persona", "denis"]) == 0
    assert "--by 000000018" in capsys.readouterr().out
    assert read(path.read_bytes()).patient.find_matricule().value == matricule_of(get_persona("denis"))
    by = Actor(ActorKind.HEALTHCARE_FACILITY, structure="000000018")
    assert not documents.deposit(path.read_bytes(), structure="000000018", by=by).already
    assert main(["world", "document", str(path)]) == 3
    assert main(["world", "document", str(tmp_path / "b.xml"), "--persona", "personne"]) == 3


def test_an_interrupted_staging_is_finished(db, monkeypatch):
    from carnet.sandbox.personas import staging

    done = []

    def interrupt(persona):
        done.append(persona)
        if persona.key == "leo":
            raise KeyboardInterrupt
        original(persona)

    original = staging._stage_one
    with acting_as("carnet_loader"):
        add_personas()
        monkeypatch.setattr(staging, "_stage_one", interrupt)
        with pytest.raises(KeyboardInterrupt):
            stage(quiet=True)
        monkeypatch.undo()
        assert stage(quiet=True)
    for persona in PERSONAS:
        person = people.find_by_matricule(matricule_of(persona))
        assert (enrolment.find_state(person.id) or "") == persona.stage


def test_the_page_of_personas_says_the_same():
    page = PERSONAS_PAGE.read_text(encoding="utf-8")
    rows_of_page = page.splitlines()
    assert f"`{PASSWORD}`" in page
    assert f"`{TOTP_SECRET}`" in page
    for persona in PERSONAS:
        told = [persona.use, serial_of(persona), f"`{persona.login}`" if persona.login else ""]
        if persona.days_old is None:
            told.append(persona.matricule(persona.born))
        assert any(all(fact in row for fact in [persona.name, *told]) for row in rows_of_page), persona.key
    for one in (*AGENTS, *FRANCECONNECT):
        assert any(f"`{one.login}`" in row and one.use in row for row in rows_of_page)
    for structure in STRUCTURES:
        assert f"| {structure.finess} | {structure.name} |" in rows_of_page
