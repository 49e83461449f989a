"""Persons for tests: rows of the register, written as the loader, in the present transaction or not."""

from datetime import date
from itertools import count
from uuid import UUID

from django.db import connection

from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7
from carnet.standards.ins import OID_INS_TEST, key_of
from tests.conftest import acting_as

_numbers = count(1)
SERIAL = "12345678901"


def add_person(
    *,
    birth_name: str = "MARTIN",
    given_names: str = "CLAIRE LOUISE",
    birth_date: date = date(1980, 5, 17),
    sex: str = "F",
    birth_place: str = "31555",
    matricule: str | None = None,
    email: str = "claire@exemple.test",
    phone: str = "0600000001",
    serial: str = SERIAL,
    legible: bool = True,
    attached_to: UUID | None = None,
    family_id: UUID | None = None,
    died_on: date | None = None,
    protection: str = "",
) -> UUID:
    """Add a person to the register and return her id; `attached_to`: the parent, already there."""
    person_id = uuid7()
    if matricule is None:
        number = f"{1 if sex == 'M' else 2}{birth_date:%y%m}{birth_place}{next(_numbers) % 1000:03d}"
        matricule = f"{number}{key_of(number):02d}"
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute(
            "insert into people_person (id, matricule, oid, birth_name, used_name, given_names, first_given_name,"
            " birth_date, sex, birth_place, family_id, protection, died_on)"
            " values (%s, %s, %s, %s, '', %s, %s, %s, %s, %s, %s, %s, %s)",
            [person_id, matricule, OID_INS_TEST, birth_name, given_names, given_names.split()[0],
             birth_date, sex, birth_place, family_id, protection, died_on],
        )  # fmt: skip
        cursor.execute(
            "insert into people_insindex (key, person_id) values (%s, %s) on conflict do nothing",
            [crypto.index_hash("ins", matricule), person_id],
        )
        cursor.execute(
            "insert into people_address (person_id, lines, postal_code, city, insee_code, departement)"
            " values (%s, '12 rue des Lilas', '31000', 'TOULOUSE', '31555', '31')",
            [person_id],
        )
        cursor.execute(
            "insert into people_contact (person_id, email, phone) values (%s, %s, %s)",
            [person_id, email, phone],
        )
        cursor.execute(
            "insert into people_card (person_id, serial_key, with_photo, legible) values (%s, %s, true, %s)",
            [person_id, crypto.index_hash("card", serial), legible],
        )
        if attached_to:
            cursor.execute(
                "insert into people_attachment (child_id, parent_id) values (%s, %s)",
                [person_id, attached_to],
            )
            cursor.execute(
                "insert into people_representation (id, person_id, representative_id, origin, state, invited_by, since)"
                " values (%s, %s, %s, 'attached', 'accepted', null, %s)",
                [uuid7(), person_id, attached_to, clock.now()],
            )
    return person_id


def matricule_of(person_id: UUID) -> str:
    with connection.cursor() as cursor:
        cursor.execute("select matricule from people_person where id = %s", [person_id])
        return cursor.fetchone()[0]


def open_space(person_id: UUID, state: str = "activated") -> None:
    """Give a person a space in a state, without the life cycle (whose own tests are in tests/enrolment)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into enrolment_space (person_id, state, since, channel, no_contact, documents_masked,"
            " emergency_access, samu_access, emergency_masked, terms_version, version)"
            " values (%s, %s, %s, '', false, false, true, true, false, '', 1)",
            [person_id, state, clock.now()],
        )
