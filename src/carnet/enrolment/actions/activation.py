"""Activating a space in three screens (facts/mes.md 1.6 and 1.7): who, contacts and credentials, choices.

An adult ends with an account. A child's space is activated by the parent to whom the child is attached,
from the parent's own account, and has no account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from carnet.enrolment import codes, messages
from carnet.enrolment.drafts import (
    Draft,
    DraftStale,
    change_draft,
    create_draft,
    drop_draft,
    get_draft,
    lock_draft,
)
from carnet.enrolment.moves import check_move, move, moving, purpose_of
from carnet.enrolment.policies import OF_AGE, TransitionRefused
from carnet.enrolment.proofs import Proof, check_proof, list_twins
from carnet.enrolment.queries import activation_event, facts_of, find_space, lock_space
from carnet.journal.api import Actor, ActorKind, EventType, write
from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.post import Channel
from carnet.standards.ins import Matricule

ACTIVATION = "activate"
TERMS_VERSION = "2026-01"
_CODE_PURPOSE = "activation"


class ActivationRefused(Exception):  # noqa: N818 - said to the person
    """It cannot go on. `rule`: why; `field`: of the screen, or empty; `children`: to choose from (twins)."""

    def __init__(
        self, rule: str, message_fr: str, field: str = "", children: Sequence[people.PersonCard] = ()
    ) -> None:
        super().__init__(rule)
        self.rule = rule
        self.message_fr = message_fr
        self.field = field
        self.children = tuple(children)


@dataclass(frozen=True)
class Choices:
    """The last screen. `documents_masked`: new documents are hidden from professionals at first.

    `emergency_access`: a professional may enter in an emergency; `samu_access`: so may the SAMU's regulation.
    `emergency_masked`: they then also see what she hides from professionals.
    """

    documents_masked: bool = False
    emergency_access: bool = True
    samu_access: bool = True
    emergency_masked: bool = False


@dataclass(frozen=True)
class Activated:
    """An activation done. `account_id`: hers, or that of the parent who activated a child's space."""

    person_id: UUID
    account_id: UUID


# -- screen 1: who


def start_activation(
    *, code: str, matricule: Matricule, serial: str, address: str, as_representative: bool = False,
    child_id: UUID | None = None,
) -> str:  # fmt: skip
    """Check code, matricule and card; keep a draft and return the browser's token.

    `as_representative`: she states that she is the child's legal representative. `child_id`: which of the
    twins. Raises ProofRefused, ActivationRefused (`statement`, `which_child`, `wrong_child`, `parent_first`,
    or the rule of the life cycle). Outside any transaction.
    """
    proof = check_proof(code=code, matricule=matricule, serial=serial, address=address)
    by = Actor(ActorKind.LEGAL_REPRESENTATIVE if proof.for_child else ActorKind.PATIENT, proof.holder.id)
    check_child(proof, as_representative=as_representative, child_id=child_id)
    space = find_space(proof.person.id)
    event = activation_event(space, facts_of(space, proof.person))
    with moving(proof.person.id, event, by=by) as space:
        check_move(space, event)
        _check_parent(proof)
        write(EventType.ACTIVATION_STARTED, person_id=proof.person.id, by=by, purpose=purpose_of(by))
        return create_draft(
            person_id=proof.person.id, holder_id=proof.holder.id, code_id=proof.code.id, kind=ACTIVATION
        )


def start_activation_by_identity(*, person_id: UUID) -> str:
    """Keep a draft for an adult whom FranceConnect has identified; return the browser's token.

    Neither code nor card is asked (facts/mes.md 1.6, alternative entry); contacts, credentials and choices
    follow as for everybody. Raises TransitionRefused.
    """
    person = people.get_person(person_id)
    by = Actor(ActorKind.PATIENT, person_id)
    event = activation_event(find_space(person_id), facts_of(find_space(person_id), person))
    with moving(person_id, event, by=by) as space:
        check_move(space, event)
        if people.is_minor(person):
            raise TransitionRefused(OF_AGE.rule, OF_AGE.message_fr)
        write(EventType.ACTIVATION_STARTED, person_id=person_id, by=by, purpose=purpose_of(by))
        return create_draft(person_id=person_id, holder_id=person_id, code_id=None, kind=ACTIVATION)


def check_child(proof: Proof, *, as_representative: bool, child_id: UUID | None) -> None:
    """Check what is asked besides when the code is a child's; raises ActivationRefused."""
    if not proof.for_child:
        if people.is_minor(proof.person):
            raise ActivationRefused(
                "minor", "La demande d’un mineur se fait avec les numéros de son parent : appelez le 3422."
            )
        return
    if not as_representative:
        raise ActivationRefused(
            "statement",
            "Ce code est celui d’un enfant : déclarez que vous êtes son représentant légal.",
            "as_representative",
        )
    check_not_severed(proof.person.id, proof.holder.id)
    twins = list_twins(proof.person, proof.holder)
    if twins and child_id is None:
        message = "Plusieurs de vos enfants sont nés le même jour : choisissez lequel."
        raise ActivationRefused("which_child", message, "child", twins)
    if twins and child_id != proof.person.id:
        message = "Ce code est celui d’un autre de vos enfants : vérifiez le prénom sur la lettre."
        raise ActivationRefused("wrong_child", message, "child", twins)


def check_not_severed(person_id: UUID, holder_id: UUID) -> None:
    """Raise ActivationRefused if a parent's link with the child was severed, even between two screens."""
    if person_id != holder_id and people.find_relation(person_id, holder_id) == "severed":
        raise ActivationRefused("severed", "Le lien avec cet enfant a été rompu : appelez le 3422.")


def _check_parent(proof: Proof) -> None:
    """A child's profile is reached from the parent's account: there must be one (facts/mes.md 1.7)."""
    if proof.for_child and people.find_account(proof.holder.id) is None:
        raise ActivationRefused(
            "parent_first", "Activez d’abord votre propre espace : celui de votre enfant s’y ajoute ensuite."
        )


# -- screen 2: contacts and credentials


def set_contacts(token: str, *, version: int, email: str, phone: str) -> Draft:
    """Keep contacts and send a one-time code to each that is not confirmed yet.

    Raises DraftStale, DraftMissing, ActivationRefused (field email or phone), people.TooSoonError.
    """
    try:
        email = people.fold_email(email) if email else ""
        phone = people.fold_phone(phone) if phone else ""
    except people.CredentialError as error:
        raise ActivationRefused("contact", error.message_fr, error.field) from error
    if not email and not phone:
        raise ActivationRefused(
            "contact", "Indiquez une adresse électronique ou un téléphone portable.", "email"
        )
    before = get_draft(token, ACTIVATION)
    draft = change_draft(
        token, ACTIVATION, version=version, email=email, phone=phone,
        email_confirmed=before.email_confirmed and email == before.email,
        phone_confirmed=before.phone_confirmed and phone == before.phone,
    )  # fmt: skip
    send_contact_codes(draft)
    return draft


def send_contact_codes(draft: Draft) -> None:
    """Send a one-time code to each contact not confirmed yet; raises people.TooSoonError."""
    for channel, where, confirmed in _contacts(draft):
        if where and not confirmed:
            people.send_code(purpose=_CODE_PURPOSE, subject=f"{draft.id}:{where}", channel=channel, to=where,
                             person_id=draft.person_id)  # fmt: skip


def confirm_contacts(token: str, *, version: int, email_code: str = "", phone_code: str = "") -> Draft:
    """Confirm contacts by the codes that were sent there; those that are right are kept even if one is wrong.

    Raises DraftStale, DraftMissing, ActivationRefused with the field of the wrong code.
    """
    draft = get_draft(token, ACTIVATION)
    if draft.version != version:
        raise DraftStale  # before any code is tried: it would confirm what another window has put there since
    email = draft.email_confirmed or _is_right(draft, draft.email, email_code)
    phone = draft.phone_confirmed or _is_right(draft, draft.phone, phone_code)
    draft = change_draft(token, ACTIVATION, version=version, email_confirmed=email, phone_confirmed=phone)
    for where, confirmed, field in ((draft.email, email, "email_code"), (draft.phone, phone, "phone_code")):
        if where and not confirmed:
            raise ActivationRefused(
                "contact_code",
                "Ce code n’est pas le bon, ou il a plus de dix minutes. Demandez-en un autre.",
                field,
            )
    return draft


def set_credentials(token: str, *, version: int, login: str, password: str) -> Draft:
    """Keep identifier and password; raises ActivationRefused with the rule that one of them breaks.

    Nothing is created yet: the account is made with the last screen, in one transaction.
    """
    draft = get_draft(token, ACTIVATION)
    login = login.strip().lower()
    if wrong := people.check_login_rules(login):
        raise ActivationRefused("login", " ".join(wrong), "login")
    if not people.is_login_free(login):
        raise ActivationRefused(
            "login_taken", "Cet identifiant est déjà pris. Choisissez-en un autre.", "login"
        )
    personal = [*people.personal_facts(draft.person_id), login]
    if wrong := people.check_password_rules(password, personal=personal):
        raise ActivationRefused("password", " ".join(wrong), "password")
    return change_draft(token, ACTIVATION, version=version, login=login, password=password)


# -- screen 3: terms and choices


def finish_activation(
    token: str, *, version: int, terms_accepted: bool, choices: Choices, visitor_id: UUID | None = None
) -> Activated:
    """Open the space: use the code up, create the account, keep the choices, tell her. One transaction.

    `visitor_id`: whose account is logged in, asked for a child's space only. Raises DraftStale,
    DraftMissing, ActivationRefused, people.TooBusyError.
    """
    if not terms_accepted:
        raise ActivationRefused("terms", "Acceptez les conditions d’utilisation pour continuer.", "terms")
    try:
        with transaction.atomic():
            draft = lock_draft(token, ACTIVATION, version=version)
            _check_complete(draft, visitor_id)
            return _finish(draft, choices)
    except TransitionRefused as refusal:
        raise ActivationRefused(refusal.rule, refusal.message_fr) from refusal
    except people.CredentialError as error:
        raise ActivationRefused("credentials", error.message_fr, error.field) from error


def _check_complete(draft: Draft, visitor_id: UUID | None) -> None:
    if draft.for_child:
        if visitor_id != draft.holder_id:
            raise ActivationRefused(
                "log_in", "Connectez-vous à votre propre espace pour activer celui de votre enfant."
            )
    elif not (draft.contacts_confirmed and draft.has_credentials):
        raise ActivationRefused("incomplete", "Il manque vos coordonnées ou vos identifiants.")


def _finish(draft: Draft, choices: Choices) -> Activated:
    by = Actor(ActorKind.LEGAL_REPRESENTATIVE if draft.for_child else ActorKind.PATIENT, draft.holder_id)
    space = lock_space(draft.person_id)
    check_not_severed(draft.person_id, draft.holder_id)
    if draft.code_id and not codes.use_code(draft.code_id):
        raise ActivationRefused("code_used", "Ce code a déjà servi, sans doute dans une autre fenêtre.")
    person = people.get_person(draft.person_id)
    event = activation_event(space, facts_of(space, person))
    move(
        space, event, by=by, activated_at=clock.now(), closed_at=None, archive_until=None, objected_at=None,
        erasure_asked_on=None, erasure_due_on=None, no_contact=False, terms_version=TERMS_VERSION,
        documents_masked=choices.documents_masked, emergency_access=choices.emergency_access,
        samu_access=choices.samu_access,
        emergency_masked=choices.emergency_masked,
    )  # fmt: skip
    account_id = _account(draft, by)
    codes.revoke_codes(person.id)
    drop_draft(draft.id)
    messages.tell_account(draft.holder_id, "activated", "Espace santé activé", about=person)
    return Activated(person.id, account_id)


def _account(draft: Draft, by: Actor) -> UUID:
    if not draft.for_child:
        return people.create_account(person_id=draft.person_id, login=draft.login, password=draft.password,
                                     email=draft.email, phone=draft.phone, by=by)  # fmt: skip
    parent = people.find_account(draft.holder_id)
    if parent is None:
        raise ActivationRefused("parent_first", "Activez d’abord votre propre espace.")
    return parent.id


def _contacts(draft: Draft) -> tuple[tuple[Channel, str, bool], ...]:
    return (
        (Channel.EMAIL, draft.email, draft.email_confirmed),
        (Channel.SMS, draft.phone, draft.phone_confirmed),
    )


def _is_right(draft: Draft, where: str, code: str) -> bool:
    return bool(where and code) and people.check_code(
        purpose=_CODE_PURPOSE, subject=f"{draft.id}:{where}", code=code
    )
