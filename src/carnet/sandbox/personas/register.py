"""The personas in the insurers' register. Runs as carnet_loader, in the transaction of the world."""

from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7
from carnet.sandbox.personas import FRANCECONNECT, PERSONAS, Persona, serial_of
from carnet.sandbox.world.tables import communes
from carnet.standards.ins import OID_INS_TEST


def taken_numbers() -> list[str]:
    """Return the 13 characters that the personas bear: the population leaves them alone."""
    return [persona.matricule(clock.today())[:13] for persona in PERSONAS]


def add_personas() -> dict[str, UUID]:
    """Write the personas into the register; return their ids by key."""
    ids = {persona.key: uuid7() for persona in PERSONAS}
    families: dict[str, UUID] = {}
    for persona in PERSONAS:
        family = families.setdefault(persona.family or persona.key, uuid7())
        _add_person(persona, ids[persona.key], family)
        _add_contacts(persona, ids[persona.key])
    for persona in PERSONAS:
        _add_relations(persona, ids)
    _add_franceconnect()
    return ids


def _add_person(persona: Persona, person_id: UUID, family: UUID) -> None:
    today = clock.today()
    matricule = persona.matricule(today)
    died_on = today - timedelta(days=persona.died_days_ago) if persona.died_days_ago else None
    _run(
        "insert into people_person (id, matricule, oid, birth_name, used_name, given_names, first_given_name,"
        " birth_date, sex, birth_place, family_id, protection, died_on)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        person_id, matricule, OID_INS_TEST, persona.birth_name, persona.used_name, persona.given_names,
        persona.given_names.split(maxsplit=1)[0], persona.birth_date(today), persona.sex, persona.birth_place,
        family, persona.protection, died_on,
    )  # fmt: skip
    _run(
        "insert into people_insindex (key, person_id) values (%s, %s)",
        crypto.index_hash("ins", matricule), person_id,
    )  # fmt: skip
    _run(
        "insert into people_card (person_id, serial_key, with_photo, legible) values (%s, %s, %s, %s)",
        person_id, crypto.index_hash("card", serial_of(persona)), persona.with_photo, persona.legible,
    )  # fmt: skip


def _add_contacts(persona: Persona, person_id: UUID) -> None:
    if not persona.contact_known:
        return
    postal_code, city, departement = _homes()[persona.home]
    _run(
        "insert into people_address (person_id, lines, postal_code, city, insee_code, departement)"
        " values (%s, %s, %s, %s, %s, %s)",
        person_id, f"{len(persona.key)} RUE DES TROIS CHÊNES", postal_code, city, persona.home, departement,
    )  # fmt: skip
    if persona.email or persona.phone:
        _run(
            "insert into people_contact (person_id, email, phone) values (%s, %s, %s)",
            person_id, persona.email, persona.phone,
        )  # fmt: skip


def _add_relations(persona: Persona, ids: dict[str, UUID]) -> None:
    person_id = ids[persona.key]
    if persona.parent:
        _run(
            "insert into people_attachment (child_id, parent_id) values (%s, %s)",
            person_id, ids[persona.parent],
        )  # fmt: skip
    since = datetime.combine(persona.birth_date(clock.today()), time(12), UTC)
    for representative in filter(None, (persona.parent, persona.other_parent, persona.guardian)):
        _run(
            "insert into people_representation (id, person_id, representative_id, origin, state, since)"
            " values (%s, %s, %s, %s, 'accepted', %s)",
            uuid7(), person_id, ids[representative], "attached" if persona.parent else "court", since,
        )  # fmt: skip


def _add_franceconnect() -> None:
    for one in FRANCECONNECT:
        _run(
            "insert into sandbox_franceconnectidentity (login, sub, given_names, family_name, birth_date,"
            " gender, birth_place, email) values (%s, %s, %s, %s, %s, %s, %s, %s)",
            one.login, crypto.index_hash("franceconnect", one.login).hex(), one.given_names, one.family_name,
            one.birth_date, one.gender, one.birth_place, one.email,
        )  # fmt: skip


@cache
def _homes() -> dict[str, tuple[str, str, str]]:
    """Postal code, name and département of the communes where personas live."""
    wanted, places = {persona.home for persona in PERSONAS}, communes()
    found = {}
    for at, code in enumerate(places.codes):
        if code in wanted:
            texts = (places.postal_codes, places.names, places.departements)
            found[code] = tuple(bytes(t.data[at, : t.lengths[at]]).decode() for t in texts)
    return found  # type: ignore[return-value]


def _run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
