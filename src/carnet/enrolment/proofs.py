"""Proving who one is without an account: code, matricule, serial of the carte Vitale (facts/mes.md 1.3-1.6).

The answer to three wrong facts is one and the same, whichever is wrong and whether or not the person exists,
and costs the same reads. Guesses are counted per matricule and per address before anything is compared.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError

from carnet.enrolment import codes
from carnet.enrolment.codes import CodeCard, CodeState
from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.limits import Limit
from carnet.standards.ins import Matricule

GUESSES = Limit("proof-matricule", 10, timedelta(hours=1))
ADDRESS = Limit("proof-address", 20, timedelta(hours=1))
"""Per network address, failures only: one address may serve a town hall's desk."""

_NOBODY = UUID(int=0)
_MESSAGES = {
    "unknown": "Ces informations ne vont pas ensemble. Vérifiez le code, le numéro de sécurité sociale et le"
    " numéro de série de la carte. Carte perdue ou illisible : appelez le 3422.",
    "code_used": "Ce code a déjà servi. Demandez-en un nouveau, ou connectez-vous si l’espace est activé.",
    "code_revoked": "Ce code a été remplacé par un plus récent. Utilisez le dernier reçu.",
    "code_expired": "Ce code a plus de six semaines : il n’est plus valable. Demandez-en un nouveau.",
}
_STATES = {
    CodeState.USED: "code_used",
    CodeState.REVOKED: "code_revoked",
    CodeState.EXPIRED: "code_expired",
}


class ProofRefused(Exception):  # noqa: N818 - an answer, not a failure
    """The three facts do not open. `rule`: unknown, too_many, code_used, code_revoked, code_expired."""

    def __init__(self, rule: str, message_fr: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.message_fr = message_fr


@dataclass(frozen=True)
class Proof:
    """Who has proven what: `holder` showed her own matricule and card, and the code of `person`."""

    person: people.PersonCard
    holder: people.PersonCard
    code: CodeCard

    @property
    def for_child(self) -> bool:
        """Whether the code is that of a child of the holder."""
        return self.person.id != self.holder.id


def check_proof(*, code: str, matricule: Matricule, serial: str, address: str) -> Proof:
    """Return who stands there; raises ProofRefused. Outside any transaction: guesses must be counted.

    `serial`: as `standards.card.parse_serial` gives it. `address`: the network address of the asker. A used
    code is refused here; see `find_proof` for those who objected and want their proof again.
    """
    proof = find_proof(code=code, matricule=matricule, serial=serial, address=address)
    check_code_is_good(proof)
    return proof


def check_code_is_good(proof: Proof) -> None:
    """Raise ProofRefused if the code has been used or replaced, or is too old."""
    rule = _STATES.get(proof.code.state_on(clock.today()))
    if rule:
        raise ProofRefused(rule, _MESSAGES[rule])


def find_proof(*, code: str, matricule: Matricule, serial: str, address: str) -> Proof:
    """Return who stands there, whatever became of the code; raises ProofRefused."""
    _count_guess(matricule, address)
    holder = people.find_by_matricule(matricule.value)
    known = holder.id if holder else _NOBODY
    theirs = (*people.list_children(known), *people.list_represented(known))
    children = {
        child.id: child for child in theirs if people.is_minor(child)
    }  # who is of age has her own numbers
    found = codes.find_code([known, *children], code)
    card_is_hers = people.card_matches(known, serial)
    if holder is None or found is None or not card_is_hers:
        raise ProofRefused("unknown", _MESSAGES["unknown"])
    GUESSES.clear(matricule.value)
    ADDRESS.give_back(address)
    return Proof(children.get(found.person_id, holder), holder, found)


def find_holder(*, matricule: Matricule, serial: str) -> people.PersonCard | None:
    """Return whose matricule and card these are, or None."""
    holder = people.find_by_matricule(matricule.value)
    card_is_hers = people.card_matches(holder.id if holder else _NOBODY, serial)
    return holder if card_is_hers else None


def list_twins(person: people.PersonCard, holder: people.PersonCard) -> list[people.PersonCard]:
    """Return the children of the holder born the same day as this one, itself included; empty if alone."""
    same_day = [child for child in people.list_children(holder.id) if child.birth_date == person.birth_date]
    return same_day if len(same_day) > 1 else []


def _count_guess(matricule: Matricule, address: str) -> None:
    allowed = [GUESSES.hit(matricule.value), ADDRESS.hit(address)]
    if all(allowed):
        return
    try:
        seconds = max(GUESSES.seconds_left(matricule.value), ADDRESS.seconds_left(address))
    except DatabaseError:  # what cannot be counted is refused as well
        seconds = 60
    minutes = max(1, -(-seconds // 60))
    wait = "une minute" if minutes == 1 else f"{minutes} minutes"
    raise ProofRefused("too_many", f"Trop d’essais. Réessayez dans {wait}, ou appelez le 3422.")
