"""What the life cycle writes to people: to whom, by which way, in which words.

Codes and the information go to what the insurer knows, and for a child to the parent to whom the child is
attached (facts/mes.md 1.4). What follows goes to the account. No health content, no INS, no code in a link.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.template.loader import render_to_string

from carnet.enrolment import codes, papers
from carnet.enrolment.papers import day_text
from carnet.enrolment.policies import is_of_age, opens_on
from carnet.journal.api import Actor, ActorKind
from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.ids import uuid7
from carnet.platform.post import Channel, Message, send

ACTIVATE_PATH = "/activer/"
OBJECT_PATH = "/opposition/"
LOGIN_PATH = "/connexion/"
_RECORDED = "Le 3422, à la demande d’une personne qui s’est identifiée,"


@dataclass(frozen=True)
class Addressee:
    """To whom a message about `person` goes by what the insurer knows; for a child, the parent."""

    person: people.PersonCard
    to: people.PersonCard
    channel: Channel
    where: str

    @property
    def child_name(self) -> str:
        """The child's name when the message speaks of a child, else empty."""
        return "" if self.to.id == self.person.id else self.person.display_name


def addressee_of(person: people.PersonCard, *, letter: bool = False, sms: bool = False) -> Addressee:
    """Return to whom and by which way: e-mail, SMS if asked for, otherwise a letter (R1111-28)."""
    to = _recipient(person)
    contact = None if letter else people.find_contact(to.id)
    if contact and contact.email:
        return Addressee(person, to, Channel.EMAIL, contact.email)
    if contact and contact.phone and sms:
        return Addressee(person, to, Channel.SMS, contact.phone)
    return Addressee(person, to, Channel.LETTER, _postal(to))


def send_notice(addressee: Addressee, code: str) -> None:
    """Send the information of R1111-28 with the code, in the present transaction."""
    day = clock.today()
    whose = f"L’espace santé de {addressee.child_name}" if addressee.child_name else "Votre espace santé"
    subject = f"{whose} : activer ou s’opposer avant le {day_text(opens_on(day))}"
    _send_code(addressee, "notice", subject, code, opens_on=day_text(opens_on(day)))


def send_new_code(addressee: Addressee, code: str) -> None:
    """Send a code that was asked for again, in the present transaction."""
    template = "new_code_sms" if addressee.channel is Channel.SMS else "new_code"
    _send_code(addressee, template, "Votre nouveau code provisoire", code)


def send_account_exists(addressee: Addressee) -> None:
    """Tell who asked for a code that she has an account; never by letter."""
    if addressee.channel is Channel.EMAIL:
        _send(addressee.channel, addressee.where, "account_exists", "Vous avez déjà un compte",
              about=addressee.person.id, to_name=addressee.to.display_name)  # fmt: skip


def tell_account(owner_id: UUID, template: str, subject: str, *, about: people.PersonCard,
                 pdf: bytes | None = None, **facts: Any) -> None:  # fmt: skip
    """Write to an account about a space: hers, or that of a child. Nothing if there is no account."""
    account = people.find_account(owner_id)
    if account is None or not (account.email or account.phone):
        return
    owner = people.get_person(owner_id)
    child_name = "" if owner_id == about.id else about.display_name
    channel, where = account.code_contact
    _send(channel, where, template, subject, about=about.id, reader_id=owner_id, pdf=pdf,
          to_name=owner.display_name, child_name=child_name, **facts)  # fmt: skip


def tell_insurer_contact(addressee: Addressee, template: str, subject: str, *, pdf: bytes | None = None,
                         about: UUID | None = None, **facts: Any) -> None:  # fmt: skip
    """Write to what the insurer knows. `about`: whose space keeps the trail; None after an erasure."""
    facts |= {"to_name": addressee.to.display_name, "child_name": addressee.child_name}
    if addressee.channel is Channel.LETTER and pdf is None:
        pdf = papers.make_letter(title=subject, address=addressee.where, day=clock.today(),
                                 text=_text(template, facts))  # fmt: skip
    _send(addressee.channel, addressee.where, template, subject, about=about, pdf=pdf, **facts)


def tell_of_emergency(person_id: UUID) -> None:
    """Tell of an emergency access whoever has no account, by what the insurer knows (CSP R1111-48)."""
    addressee = addressee_of(people.get_person(person_id), sms=True)
    subject = "Accès en urgence à un espace santé"
    tell_insurer_contact(addressee, "emergency_access", subject, about=person_id, day=clock.today())


def tell_others(person: people.PersonCard, *, by: Actor, act: str) -> None:
    """Tell every legal representative of a minor but the one who acts: that, when; never an address."""
    who = _RECORDED if by.kind is ActorKind.SUPPORT else "Un autre représentant légal"
    if is_of_age(person.birth_date, clock.today()):
        return
    for other in people.list_representatives(person.id):
        if other.id != by.id:
            subject = f"L’espace santé de {person.display_name}"
            tell_account(
                other.id, "told_other", subject, about=person, who=who, act=act, day=day_text(clock.today())
            )


def _send_code(addressee: Addressee, template: str, subject: str, code: str, **facts: Any) -> None:
    facts |= {
        "to_name": addressee.to.display_name,
        "child_name": addressee.child_name,
        "code": codes.in_groups(code),
        "valid_until": day_text(opens_on(clock.today())),
    }
    pdf = None
    if addressee.channel is Channel.LETTER:
        pdf = papers.make_letter(title=subject, address=addressee.where, day=clock.today(),
                                 text=_text(template, facts))  # fmt: skip
    _send(addressee.channel, addressee.where, template, subject, about=addressee.person.id, pdf=pdf, **facts)


def _send(channel: Channel, where: str, template: str, subject: str, *, about: UUID | None,
          pdf: bytes | None = None, reader_id: UUID | None = None, **facts: Any) -> None:  # fmt: skip
    text, key = _text(template, facts), f"{template}:{uuid7()}"
    send(Message(channel, where, subject, text, key, person_id=about, pdf=pdf, reader_id=reader_id))


def _text(template: str, facts: dict[str, Any]) -> str:
    base = settings.CARNET_BASE_URL.rstrip("/")
    links = {
        "activate_url": base + ACTIVATE_PATH,
        "object_url": base + OBJECT_PATH,
        "login_url": base + LOGIN_PATH,
    }
    words = {name: day_text(fact) if isinstance(fact, date) else fact for name, fact in facts.items()}
    return render_to_string(f"enrolment/{template}.txt", links | words).strip() + "\n"


def _recipient(person: people.PersonCard) -> people.PersonCard:
    """Return who is written to about a person: herself, or for a minor the parent.

    Where the attached parent has died or the link was severed, it is another representative; if there is
    none, the letter goes to the child's own address.
    """
    if is_of_age(person.birth_date, clock.today()):
        return person
    parent = _find_parent(person)
    return next(iter([parent] if parent else people.list_representatives(person.id)), person)


def _find_parent(child: people.PersonCard) -> people.PersonCard | None:
    """Return the living parent to whom a child is attached at the insurer, unless the link was severed."""
    with connection.cursor() as cursor:
        cursor.execute("select parent_id from people_attachment where child_id = %s", [child.id])
        row = cursor.fetchone()
    if row is None or people.find_relation(child.id, row[0]) == "severed":
        return None
    parent = people.get_person(row[0])
    return parent if parent.died_on is None else None


def _postal(to: people.PersonCard) -> str:
    address = people.find_address(to.id)
    return f"{to.display_name}\n{address.text}" if address else to.display_name
