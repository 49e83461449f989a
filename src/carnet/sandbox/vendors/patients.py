"""The test people of vendors: one of each state, and what each call about them must answer.

Most are personas; three are no persons: an INS that is nobody's, one of wrong key, one with other traits.
A test plays each row against the routes (tests/sandbox/test_vendors_patients.py).
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final

from carnet.people import api as people
from carnet.sandbox.personas import get_persona
from carnet.sandbox.personas.listing import matricule_of
from carnet.standards.cda.model import Patient
from carnet.standards.ins import OID_INS_TEST, Traits, key_of


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call answers: the status, then the code of its OperationOutcome, "" when there is none."""

    status: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class TrialPatient:
    """A person to try. `persona`: whose identity it is; the three answers are those of a lenient client.

    `deposit`: POST of a new document. `search`: by her INS, after that deposit; `found`: whether it finds it,
    or nothing; None when it finds the other documents of whose INS it is.
    `read`: GET of what was deposited, or of a document that is not there when it was refused.
    """

    key: str
    persona: str
    state: str
    deposit: Answer
    search: Answer
    read: Answer
    found: bool | None = False


_TAKEN = (Answer(201), Answer(200), Answer(200))
_ABSENT = (Answer(404, "not-found"), Answer(200), Answer(404, "not-found"))
_BLOCKED = (Answer(201), Answer(403, "forbidden"), Answer(403, "forbidden"))
_WRONG_KEY = (Answer(422, "value"), Answer(400, "value"), Answer(404, "not-found"))

PATIENTS: Final[tuple[TrialPatient, ...]] = (
    TrialPatient("dominique", "dominique", "Espace activé.", *_TAKEN, found=True),
    TrialPatient("ruth", "ruth", "Espace ouvert sans réponse de sa part, nom d’usage.", *_TAKEN, found=True),
    TrialPatient("claire", "claire", "Informée : son espace n’est pas encore ouvert.", *_ABSENT),
    TrialPatient("paul", "paul", "Jamais informé : pas d’espace.", *_ABSENT),
    TrialPatient("gilles", "gilles", "S’est opposé à l’ouverture.", *_ABSENT),
    TrialPatient("solange", "solange", "A fermé son espace.", *_ABSENT),
    TrialPatient("regis", "regis", "Espace suspendu.", *_ABSENT),
    TrialPatient("lucie", "lucie", "Espace effacé à sa demande.", *_ABSENT),
    TrialPatient("marguerite", "marguerite", "Décédée, sans espace.", *_ABSENT),
    TrialPatient("tom", "tom", "Mineur, jumeau de Léo.", *_TAKEN, found=True),
    TrialPatient("leo", "leo", "Mineur, jumeau de Tom : prénom et INS autres.", *_TAKEN, found=True),
    TrialPatient("noe", "noe", "Nouveau-né, sans espace.", *_ABSENT),
    TrialPatient("henri", "henri", "Majeur protégé (tutelle).", *_TAKEN, found=True),
    TrialPatient("jean1", "jean1", "Homonyme : mêmes cinq traits que le suivant.", *_TAKEN, found=True),
    TrialPatient("jean2", "jean2", "Homonyme du précédent, sans espace.", *_ABSENT),
    TrialPatient("amina", "amina", "Numéro d’attente (NIA).", *_TAKEN, found=True),
    TrialPatient("blandine", "blandine", "A bloqué votre structure.", *_BLOCKED),
    TrialPatient("mathieu", "mathieu", "Masque ses documents dès leur arrivée.", *_TAKEN, found=True),
    TrialPatient("inconnu", "dominique", "INS que personne ne porte.", *_ABSENT),
    TrialPatient("cle-fausse", "dominique", "INS dont la clé est fausse.", *_WRONG_KEY),
    TrialPatient("traits", "dominique", "INS juste, date de naissance fausse.",
                *_ABSENT, found=None),
)  # fmt: skip

# Right in form and key; the commune of its birth does not exist, so that no population ever draws it.
_NOBODY: Final = "2790331999189"
_ANOTHER_DAY: Final = date(1979, 3, 29)


CALLS: Final = ("deposit", "search", "read")


def get_patient(key: str) -> TrialPatient:
    """Return a test person by its key; raises KeyError."""
    return _by_key()[key]


def identity_of(patient: TrialPatient) -> Patient:
    """Return the identity to write into a document; raises LookupError when the world is not made."""
    person = people.find_by_matricule(matricule_of(get_persona(patient.persona)))
    if person is None:
        raise LookupError(f"{patient.persona} is not in the register")
    identity = Patient(
        ins=person.matricule, ins_oid=person.oid, local_ids=("1.2.250.1.999.77.3^1",), traits=person.traits,
        used_family=person.used_name or person.birth_name, used_given=person.first_given_name,
    )  # fmt: skip
    return _bent(patient.key, identity)


def as_facts() -> list[dict[str, Any]]:
    """Return the test people as plain values: who, INS, traits, and the answer of each call."""
    return [_facts(patient, identity_of(patient)) for patient in PATIENTS]


def as_text() -> str:
    """Return the same as text for a terminal."""
    lines = ["Personnes de test : dépôt, recherche par INS, relecture (client souple)", ""]
    for one in as_facts():
        answers = [f"{one[call]['status']} {one[call]['code']}".strip() for call in CALLS]
        name = f"{one['traits']['given_names']} {one['traits']['birth_name']}"
        lines.append(f"{one['key']:<11} {one['ins']}  {' | '.join(answers)}")
        lines.append(f"{'':<11} {name}, {one['traits']['birth_date']}. {one['state']}")
    return "\n".join(lines)


def _bent(key: str, identity: Patient) -> Patient:
    """Return an identity as the three rows that are no persons have it."""
    if key == "inconnu":
        return replace(identity, ins=f"{_NOBODY}{key_of(_NOBODY):02d}")
    if key == "cle-fausse":
        number, right = str(identity.ins)[:13], int(str(identity.ins)[13:])
        return replace(identity, ins=f"{number}{(right + 1) % 97:02d}")
    if key == "traits":
        return replace(identity, traits=replace(identity.traits, birth_date=_ANOTHER_DAY))
    return identity


def _facts(patient: TrialPatient, identity: Patient) -> dict[str, Any]:
    return {
        "key": patient.key,
        "state": patient.state,
        "ins": identity.ins,
        "oid": identity.ins_oid or OID_INS_TEST,
        "traits": _traits(identity.traits),
        "deposit": _answer(patient.deposit),
        "search": _answer(patient.search) | {"found": patient.found},
        "read": _answer(patient.read),
    }


def _traits(traits: Traits) -> dict[str, str]:
    return {
        "birth_name": traits.birth_name, "first_given_name": traits.first_given_name,
        "given_names": traits.given_names, "birth_date": traits.birth_date.isoformat(), "sex": traits.sex,
        "birth_place": traits.birth_place,
    }  # fmt: skip


def _answer(answer: Answer) -> dict[str, Any]:
    return {"status": answer.status, "code": answer.code}


@cache
def _by_key() -> dict[str, TrialPatient]:
    return {patient.key: patient for patient in PATIENTS}
