"""A professional of the annuaire who is logged in at one of her places, and a client with her cookie."""

from itertools import count

from django.test import Client

from carnet.access import api as access
from carnet.access.api import Basis
from carnet.directory import api as directory

_numbers = count(1)
FINESS = "690000013"
OTHER_FINESS = "750000010"


def add_professional(
    *,
    profession="10",
    structure=FINESS,
    kind="regular",
    replaces_id=None,
    regulator=False,
    family="BERTHIER",
    **more,
):
    """Register a professional with one place; return (card, place card)."""
    number = next(_numbers)
    directory.register_structure(finess=structure, name=f"Cabinet {structure}", sector="SA07")
    professional_id = directory.register_professional(
        national_id=f"8{10_000_000_000 + number}",
        family_name=family,
        given_name="Anne",
        profession=profession,
        **more,
    )
    place_id = directory.register_place(
        identifier=f"SIT{number:06d}", professional_id=professional_id, structure=structure, sector="SA07", mode="L",
        kind=kind, replaces_id=replaces_id, regulator=regulator,
    )  # fmt: skip
    return directory.find_professional(professional_id), directory.find_place(place_id)


def actor_of(professional, place, **more):
    return directory.actor_of(professional, place, authentication="psc", **more)


def treat(person_id, professional, place, *, basis=Basis.TEAM, informed=True, until=None):
    """Make her one of the care team of a person."""
    return access.declare_relation(
        person_id, by=actor_of(professional, place), basis=basis, professional_id=professional.id,
        structure=place.structure, informed=informed, until=until,
    )  # fmt: skip


def visit(professional, place) -> Client:
    """Return a client logged in as that professional at that place."""
    client = Client()
    client.cookies[directory.sessions.COOKIE] = directory.sessions.start(
        professional_id=professional.id, place_id=place.id
    )
    return client
