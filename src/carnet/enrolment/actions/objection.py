"""Objecting to the opening of a space, as easily as activating it, and the proof of it (facts/mes.md 1.5)."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from carnet.enrolment import codes, messages, papers
from carnet.enrolment.actions.activation import ActivationRefused, check_child, check_not_severed
from carnet.enrolment.codes import CodeState
from carnet.enrolment.drafts import create_draft, get_draft, lock_draft, turn_draft
from carnet.enrolment.moves import check_move, move, moving
from carnet.enrolment.papers import day_text
from carnet.enrolment.policies import Event, State, archive_end
from carnet.enrolment.proofs import check_code_is_good, find_proof
from carnet.enrolment.queries import SpaceCard, find_space, lock_space
from carnet.journal.api import Actor, ActorKind
from carnet.people import api as people
from carnet.platform import clock, crypto
from carnet.standards.ins import Matricule

OBJECTION = "object"
PROOF_KIND = "proof"
_BAND = 4


@dataclass(frozen=True)
class Objection:
    """An objection as it was recorded. `closed`: it came after the opening, so it closed the space."""

    person: people.PersonCard
    day: date
    closed: bool
    number: str


# -- in two screens


def start_objection(
    *, code: str, matricule: Matricule, serial: str, address: str, as_representative: bool = False,
    child_id: UUID | None = None,
) -> str:  # fmt: skip
    """Check code, matricule and card; keep a draft to be confirmed and return the browser's token.

    Who has objected already, with the same code, gets a draft for her proof. Raises ProofRefused,
    ActivationRefused, TransitionRefused. Outside any transaction.
    """
    proof = find_proof(code=code, matricule=matricule, serial=serial, address=address)
    check_child(proof, as_representative=as_representative, child_id=child_id)
    kind = OBJECTION
    if proof.code.state_on(clock.today()) is CodeState.USED and _has_objected(find_space(proof.person.id)):
        kind = PROOF_KIND
    else:
        check_code_is_good(proof)
        by = _actor(proof.person.id, proof.holder.id)
        with moving(proof.person.id, Event.OBJECT, by=by) as space:
            check_move(space, Event.OBJECT)
    return create_draft(
        person_id=proof.person.id, holder_id=proof.holder.id, code_id=proof.code.id, kind=kind
    )


def confirm_objection(token: str, *, version: int) -> Objection:
    """Record the objection that the draft prepared, use the code up, send the proof, tell the other parent.

    The draft then opens the proof until its hour is over. Raises DraftStale, DraftMissing,
    ActivationRefused (`code_used`, `severed`), TransitionRefused.
    """
    get_draft(token, OBJECTION)
    with transaction.atomic():
        draft = lock_draft(token, OBJECTION, version=version)
        by = _actor(draft.person_id, draft.holder_id)
        space = lock_space(draft.person_id)
        check_not_severed(draft.person_id, draft.holder_id)
        if draft.code_id is None or not codes.use_code(draft.code_id):
            raise ActivationRefused("code_used", "Ce code a déjà servi, sans doute dans une autre fenêtre.")
        objection = _record(space, by=by)
        turn_draft(token, draft, PROOF_KIND)
    return objection


def object_by_support(person_id: UUID, *, by: Actor) -> Objection:
    """Record an objection received by telephone; `by`: the agent. Raises TransitionRefused."""
    with moving(person_id, Event.OBJECT, by=by) as space:
        return _record(space, by=by)


# -- the proof


def find_objection(token: str) -> Objection:
    """Return the objection whose proof this browser may have; raises DraftMissing."""
    return get_objection(get_draft(token, PROOF_KIND).person_id)


def get_objection(person_id: UUID) -> Objection:
    """Return a person's recorded objection; raises LookupError if there is none."""
    space = find_space(person_id)
    at = space.objected_at
    if at is None:
        raise LookupError("no objection")
    day = at.astimezone(clock.PARIS).date()
    return Objection(
        people.get_person(person_id), day, space.state is not State.OBJECTED, _number(person_id, day)
    )


def make_proof(objection: Objection) -> bytes:
    """Return the proof as a tagged PDF, in the name of the person whose space it is."""
    title = "Preuve de fermeture après opposition" if objection.closed else "Preuve d’opposition"
    return papers.make_proof(
        title=title, statement=_statement(objection), day=objection.day,
        rows={
            "Personne": objection.person.display_name,
            "Date de naissance": day_text(objection.person.birth_date),
            "Date de l’opposition": day_text(objection.day),
            "Numéro de cette preuve": objection.number,
            "Texte": f"Code de la santé publique, article {'R1111-36' if objection.closed else 'R1111-28'}",
        },
        effects=_effects(objection),
        check="Le 3422 peut vérifier le numéro de cette preuve avec la date de naissance de la personne.",
    )  # fmt: skip


def _record(space: SpaceCard, *, by: Actor) -> Objection:
    person = people.get_person(space.person_id)
    now, today = clock.now(), clock.today()
    late = space.state is State.OPENED
    closing: dict[str, Any] = {"closed_at": now, "archive_until": archive_end(today)} if late else {}
    move(space, Event.OBJECT, by=by, objected_at=now, **closing)
    codes.revoke_codes(person.id)
    objection = get_objection(person.id)
    act = "a fermé son espace" if late else "s’est opposé à l’ouverture de son espace"
    messages.tell_insurer_contact(messages.addressee_of(person), "objected", "Opposition enregistrée",
                                  pdf=make_proof(objection), about=person.id, closed=late)  # fmt: skip
    messages.tell_others(person, by=by, act=act)
    return objection


def _has_objected(space: SpaceCard) -> bool:
    return space.objected_at is not None and space.state in {State.OBJECTED, State.CLOSED}


def _actor(person_id: UUID, holder_id: UUID) -> Actor:
    kind = ActorKind.PATIENT if person_id == holder_id else ActorKind.LEGAL_REPRESENTATIVE
    return Actor(kind, holder_id)


def _number(person_id: UUID, day: date) -> str:
    """Return a number that only the service can make: who invents one is found out."""
    digest = crypto.index_hash("objection-proof", f"{person_id}:{day}").hex().upper()[: 3 * _BAND]
    return "-".join(digest[i : i + _BAND] for i in range(0, len(digest), _BAND))


def _statement(objection: Objection) -> str:
    day, name = day_text(objection.day), objection.person.display_name
    if objection.closed:
        return f"L’espace santé de {name} était ouvert. Une opposition a été reçue le {day} : il est fermé."
    return f"L’opposition à l’ouverture de l’espace santé de {name} a été enregistrée le {day}."


def _effects(objection: Objection) -> list[str]:
    if objection.closed:
        return ["Personne n’accède plus à l’espace et aucun document n’y est déposé.",
                f"Il est archivé jusqu’au {day_text(archive_end(objection.day))}, puis effacé.",
                "Un effacement plus rapide peut être demandé."]  # fmt: skip
    return ["L’espace ne s’ouvrira pas et aucun document n’y sera déposé.",
            "Cela ne change rien aux soins ni aux remboursements.",
            "Un espace peut être demandé plus tard, à tout moment."]  # fmt: skip
