"""Lines of the profile for tests: one good line of each rubric, and doors to write and to read them."""

from contextlib import contextmanager

from carnet.access import api as access
from carnet.journal.api import EventType, Purpose
from carnet.profile import api as profile
from carnet.profile.api import Rubric
from tests.documents.deposits import holder

GOOD = {
    Rubric.TREATMENTS: {"name": "Metformine", "posology": "1/2 comprimé le matin", "start": "2021-03", "reason": "Diabète de type 2"},
    Rubric.DISEASES: {"name": "Asthme", "episode": "START", "start": "1995"},
    Rubric.HOSPITALIZATIONS: {"reason": "Appendicite", "establishment": "CHU de Toulouse", "date": "2004-07-14", "duration": "3", "unit": "DAY"},
    Rubric.VACCINATIONS: {"name": "Grippe saisonnière", "date": "2025-10", "injection": "UNKNOWN", "lot": "A/12-b"},
    Rubric.BLOOD_GROUP: {"group": "ABNEG"},
    Rubric.ALLERGIES: {"name": "Arachide", "comment": "Gonflement du visage", "date": "1990"},
    Rubric.DISABILITIES: {"type": "ENGINE", "rate": "50_TO_79", "human_help": "YES", "technical_aid": "Canne"},
    Rubric.FAMILY_HISTORIES: {"name": "Glaucome", "relations": ["MOTHER", "AUNT"]},
    Rubric.LIFESTYLES: {"section": "TOBACCO", "smoking": "DAILY", "cigarettes": "12"},
    Rubric.PROFESSIONALS: {"name": "Dr Paul Roux", "speciality": "MEDECINE_GENERALE", "role": "MEDECIN_TRAITANT", "phone": "05 61 00 00 00"},
    Rubric.CONTACTS: {"kind": "TRUSTED_CONTACT", "first_name": "Jean", "last_name": "Martin", "relation": "SPOUSE", "mobile": "06 12 34 56 78", "postal_code": "31 000", "city": "Toulouse"},
    Rubric.WISHES: {"informed": "YES", "position": "TOLD"},
}  # fmt: skip


@contextmanager
def managing(person_id, by=None, event=EventType.PROFILE_ADDED):
    with access.open(person_id, by=by or holder(person_id), purpose=Purpose.MANAGE, event=event) as a:
        yield a


@contextmanager
def reading(person_id, by=None):
    with access.open(
        person_id, by=by or holder(person_id), purpose=Purpose.CONSULT, event=EventType.PROFILE_READ
    ) as a:
        yield a


def add(person_id, rubric, *, links=(), by=None, **values):
    """Add a line: the good one of the rubric unless values are given."""
    with managing(person_id, by) as a:
        return profile.add_entry(a, rubric=rubric, values=values or GOOD[rubric], links=links)


def views(person_id, **options):
    with reading(person_id) as a:
        return {view.rubric: view for view in profile.list_rubrics(a, **options)}


def entry_of(person_id, entry_id):
    with reading(person_id) as a:
        return profile.get_entry(a, entry_id)
