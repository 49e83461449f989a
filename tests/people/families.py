"""A family for tests: two parents with accounts, a child, and what must never be shown of one to the other."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from carnet.journal.api import Actor, ActorKind
from carnet.people import api as people
from carnet.platform.pump import hand_over
from tests.people.register import add_person, matricule_of, open_space

PASSWORD = "Tournesol-7-brume"


@dataclass
class Family:
    """`mother`: attached at the insurer; `father`: not yet a representative; `child`: eight years old."""

    mother: UUID
    father: UUID
    child: UUID

    def markers_of(self, who: str) -> list[str]:
        """What tells where somebody is, at the insurer's and in the account."""
        digits = {"mother": "11", "father": "22"}[who]
        return [
            f"insurer-{who}@exemple.test",
            f"06000000{digits}",
            f"account-{who}@exemple.test",
            f"6111111{digits}",
            f"login.of.{who}",
            "rue des Lilas",
        ]


def make_family(birth_date: date = date(2018, 3, 4), *, state: str = "activated") -> Family:
    mother = adult("mother", "CLAIRE", "F", "11")
    father = adult("father", "MARC", "M", "22", birth_name="D’HÉROUVILLE-LEBRUN")
    child = add_person(given_names="LEO PAUL", sex="M", birth_date=birth_date, email="", attached_to=mother)
    open_space(child, state)
    return Family(mother, father, child)


def adult(who: str, given: str, sex: str, digits: str, birth_name: str = "MARTIN") -> UUID:
    person_id = add_person(
        birth_name=birth_name, given_names=given, sex=sex,
        email=f"insurer-{who}@exemple.test", phone=f"06000000{digits}",
    )  # fmt: skip
    open_space(person_id)
    people.create_account(
        person_id=person_id, login=f"login.of.{who}", password=PASSWORD,
        email=f"account-{who}@exemple.test", phone=f"06111111{digits}", by=Actor(ActorKind.PATIENT, person_id),
    )  # fmt: skip
    return person_id


def representative(person_id: UUID) -> Actor:
    return Actor(ActorKind.LEGAL_REPRESENTATIVE, person_id)


def facts_of(person_id: UUID, **changes) -> dict:
    card = people.get_person(person_id)
    facts = {
        "matricule": matricule_of(person_id),
        "birth_name": card.birth_name,
        "first_given_name": card.first_given_name,
        "birth_date": card.birth_date,
    }
    return facts | changes


def invite(family: Family, **changes) -> None:
    """The mother invites the father, and the worker does its part."""
    people.invite_representative(
        family.child, by=representative(family.mother), **facts_of(family.father, **changes)
    )
    pump()


def pump() -> None:
    while hand_over("app"):
        pass


def mails() -> list[tuple[str, str]]:
    """Every message that left: to whom, and all that is written in it."""
    pump()
    with connection.cursor() as cursor:
        cursor.execute('select "to", subject || chr(10) || text from sandbox_mail order by id')
        return cursor.fetchall()


def accept(family: Family) -> None:
    (invitation,) = people.list_pending_invitations(family.father)
    people.accept_invitation(invitation.id, by=representative(family.father))
