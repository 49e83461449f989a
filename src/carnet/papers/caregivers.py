"""The proof that an invitation was accepted or declined, or a delegation ended (facts/mes.md 1.8)."""

from datetime import date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

from carnet.access import api as access
from carnet.access.api import DelegationCard
from carnet.documents import api as documents
from carnet.documents.api import Deposited
from carnet.journal.api import EventType
from carnet.people import api as people
from carnet.people.api import PersonCard
from carnet.platform.clock import PARIS
from carnet.platform.typesetting import day_text, make_pdf

_TEMPLATE: Final = Path(__file__).parent / "caregivers.typ"
_TITLES: Final = {
    EventType.CAREGIVER_ACCEPTED: "Justificatif : aidant, invitation acceptée",
    EventType.CAREGIVER_REFUSED: "Justificatif : aidant, invitation refusée",
    EventType.CAREGIVER_ENDED: "Justificatif : fin de l’accès d’un aidant",
}
_SENTENCES: Final = {
    EventType.CAREGIVER_ACCEPTED: "{other} a accepté d’être l’aidant de {person}.",
    EventType.CAREGIVER_REFUSED: "{other} a refusé d’être l’aidant de {person}.",
    EventType.CAREGIVER_ENDED: "{other} n’est plus l’aidant de {person}. {ended}",
}
_LIMITS: Final = (
    ("L’aidant voit, ajoute, modifie et supprime comme le titulaire. Ses actes sont écrits à son nom."),
    (
        "Il ne gère pas les autres aidants, ne change ni les coordonnées ni le mot de passe du titulaire, ne"
        " ferme ni n’efface l’espace, n’en prend pas de copie. Chacun peut y mettre fin à tout moment."
    ),
)


def save_proof(delegation: DelegationCard, event: EventType) -> Deposited:
    """Put the paper of a decision among the person's documents; the same decision twice is one paper."""
    person, other = people.get_person(delegation.person_id), people.get_person(delegation.caregiver_id)
    title, moment = _TITLES[event], _moment(delegation, event)
    data = {
        "title": title,
        "sentence": _SENTENCES[event]
        .format(other=other.display_name, person=person.display_name, ended=_ended(delegation, person, other))
        .strip(),
        "pairs": _pairs(delegation, moment, person, other),
        "notes": _LIMITS if event is EventType.CAREGIVER_ACCEPTED else (),
    }
    return documents.add_proof(
        person.id, proof_id=uuid5(delegation.id, str(event)), title=title,
        pdf=make_pdf(_TEMPLATE, data, moment.astimezone(PARIS).date()), moment=moment,
    )  # fmt: skip


def _moment(delegation: DelegationCard, event: EventType) -> datetime:
    """Return when it was decided; an invitation that was never answered has only the day it was sent."""
    decided = delegation.ended_at if event is EventType.CAREGIVER_ENDED else delegation.decided_at
    return decided or delegation.invited_at


def _pairs(
    delegation: DelegationCard, moment: datetime, person: PersonCard, other: PersonCard
) -> list[tuple[str, str]]:
    return [
        ("Titulaire", person.display_name),
        ("Aidant", other.display_name),
        ("Invitation", day_text(delegation.invited_at.astimezone(PARIS).date())),
        ("Début", _day(delegation.starts_on)),
        ("Fin prévue", _day(delegation.ends_on)),
        ("Décision enregistrée", f"{moment.astimezone(PARIS):%d/%m/%Y à %H h %M}"),
    ]


def _day(day: date | None) -> str:
    return day_text(day) if day else "non fixée"


def _ended(delegation: DelegationCard, person: PersonCard, other: PersonCard) -> str:
    if delegation.ended_by is None:
        return "La date de fin prévue est passée."
    if delegation.ended_by == other.id:
        return f"{other.display_name} y a mis fin."
    return f"{person.display_name}, ou son représentant, y a mis fin."


def find_decision(delegation_id: UUID, person_id: UUID) -> DelegationCard | None:
    """Return a delegation of a person, None when an erasure took it meanwhile."""
    found = access.delegations.list_delegations(person_id)
    return next((one for one in found if one.id == delegation_id), None)
