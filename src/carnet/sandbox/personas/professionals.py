"""The professionals of the sandbox: in the directory, at Pro Santé Connect, beside their patients.

Everybody and every number is invented: the RPPS numbers begin as no true one does.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from carnet.access import api as access
from carnet.access.api import Basis
from carnet.directory import api as directory
from carnet.people import api as people
from carnet.platform import clock
from carnet.sandbox import psc
from carnet.sandbox.personas import get_persona
from carnet.sandbox.personas.listing import matricule_of
from carnet.sandbox.personas.model import Practice, ProfessionalPersona, Structure, Tie
from carnet.sandbox.personas.staff import PRACTICES, PROFESSIONALS, STRANGERS

_ROLE_OID: Final = "1.2.250.1.213.1.1.5.5"
_SECTOR_OID: Final = "1.2.250.1.71.4.2.4"


def register_professionals() -> None:
    """Write them, where they practise, their identities and whom they take care of; twice is once."""
    for structure in PRACTICES:
        directory.register_structure(finess=structure.finess, name=structure.name, sector=structure.facility)
    with transaction.atomic():
        ids = {one.login: _register(one) for one in PROFESSIONALS}
        for one in PROFESSIONALS:
            _register_places(one, ids)
        for position, one in enumerate([*PROFESSIONALS, *STRANGERS]):
            psc.add_identity(
                one.login, national_id=one.national_id, use=one.use, claims=claims_of(one), position=position
            )
    for one in PROFESSIONALS:
        for tie in one.ties:
            _tie(one, ids[one.login], tie)


def claims_of(one: ProfessionalPersona) -> dict[str, Any]:
    """Return what Pro Santé Connect says of a professional (facts/interop.md 6)."""
    first = one.practices[0] if one.practices else None
    structure = find_structure(first.structure) if first else None
    claims = {
        "SubjectNameID": one.national_id,
        "preferred_username": one.national_id,
        "given_name": one.given_name,
        "family_name": one.family_name,
        "SubjectRole": [f"{one.profession}^{_ROLE_OID}"],
        "SubjectOrganization": structure.name if structure else "",
        "SubjectOrganizationID": _national(structure.finess) if structure else "",
        "Secteur_Activite": f"{first.sector}^{_SECTOR_OID}" if first else "",
        "Mode_Acces_Raison": "",
        "Acces_Regulation_Medicale": "VRAI" if one.regulates else "FAUX",
        "UITVersion": "1.0",
        "Palier_Authentification": "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
        "email_verified": False,
        "otherIds": [],
    }
    return claims | ({"SubjectRefPro": _reference(one)} if one.national_id.startswith("8") else {})


def find_structure(number: str) -> Structure | None:
    """Return a structure of the professionals by its number, or None."""
    return next((one for one in PRACTICES if one.finess == number), None)


def find_by_login(login: str) -> ProfessionalPersona:
    """Return a professional by the login of the simulator; raises KeyError."""
    for one in (*PROFESSIONALS, *STRANGERS):
        if one.login == login:
            return one
    raise KeyError(login)


def _reference(one: ProfessionalPersona) -> dict[str, Any]:
    return {
        "codeCivilite": one.civility,
        "exercices": [
            {
                "codeProfession": one.profession,
                "codeCategorieProfessionnelle": one.category,
                "codeCiviliteDexercice": "DR" if one.profession in {"10", "40"} else "",
                "nomDexercice": one.family_name,
                "prenomDexercice": one.given_name,
                "codeTypeSavoirFaire": "S" if one.speciality else "",
                "codeSavoirFaire": one.speciality,
                "activities": [_activity(practice) for practice in one.practices],
            }
        ],
    }


def _activity(practice: Practice) -> dict[str, Any]:
    structure = find_structure(practice.structure)
    number = practice.structure
    return {
        "codeModeExercice": practice.mode,
        "codeSecteurDactivite": practice.sector,
        "codeRole": "",
        "codeGenreActivite": "GENR01",
        "numeroFinessSite": number if len(number) == len("000000018") else "",
        "numeroSiretSite": number[1:] if number.startswith("3") and len(number) > len("000000018") else "",
        "identifiantTechniqueDeLaStructure": "",
        "raisonSocialeSite": structure.name if structure else "",
    }


def _national(number: str) -> str:
    return f"1{number}" if len(number) == len("000000018") else number


def _register(one: ProfessionalPersona) -> UUID:
    return directory.register_professional(
        national_id=one.national_id, family_name=one.family_name, given_name=one.given_name,
        civility=one.civility, profession=one.profession, category=one.category, speciality=one.speciality,
        active=one.active,
    )  # fmt: skip


def _register_places(one: ProfessionalPersona, ids: dict[str, UUID]) -> None:
    for rank, practice in enumerate(one.practices, start=1):
        directory.register_place(
            identifier=f"{one.national_id}-{rank}", professional_id=ids[one.login],
            structure=practice.structure, sector=practice.sector, mode=practice.mode, kind=practice.kind,
            replaces_id=ids.get(practice.under), regulator=one.regulates, since=clock.today(),
        )  # fmt: skip


def _tie(one: ProfessionalPersona, professional_id: UUID, tie: Tie) -> None:
    """Make a professional one of those who take care of a persona, unless that stands already."""
    person = people.find_by_matricule(matricule_of(get_persona(tie.persona)))
    if person is None:
        return
    with transaction.atomic():
        if tie.basis == "treating":
            access.set_treating(person.id, professional_id)
        elif not any(card.professional_id == professional_id for card in access.list_relations(person.id)):
            _declare(person.id, professional_id, one)


def _declare(person_id: UUID, professional_id: UUID, one: ProfessionalPersona) -> None:
    card, place = directory.find_professional(professional_id), _first_place(professional_id)
    assert card is not None
    access.declare_relation(
        person_id, by=directory.actor_of(card, place, authentication="psc"), basis=Basis.TEAM,
        professional_id=professional_id, structure=one.practices[0].structure, informed=True,
        until=_a_year_from(clock.now()),
    )  # fmt: skip


def _first_place(professional_id: UUID) -> directory.PlaceCard:
    return min(directory.list_places(professional_id), key=lambda place: place.identifier)


def _a_year_from(moment: datetime) -> datetime:
    return moment + timedelta(days=365)


def list_ties() -> Iterator[tuple[str, str, str]]:
    """Yield (login, key of the persona, treating or team) of every tie."""
    for one in PROFESSIONALS:
        for tie in one.ties:
            yield one.login, tie.persona, tie.basis
