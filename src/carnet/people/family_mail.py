"""What legal representatives are told of each other: that something happened, never where the other is.

To the contact of the account that is told, in the present transaction. No address, no telephone, no
identifier of anybody else; the child is named by the given name.
"""

from uuid import UUID

from carnet.people import accounts
from carnet.people.queries import PersonCard, find_person
from carnet.platform import post
from carnet.platform.ids import uuid7
from carnet.platform.post import Channel

_ENDING = "\n\nUne question, ou ce n’est pas normal : appelez le 3422.\n"

_INVITED = (
    "Une personne qui gère l’espace santé d’un enfant vous invite à le gérer avec elle.\n\n"
    "Pour voir de quel enfant il s’agit, et accepter ou refuser : connectez-vous, puis ouvrez la page"
    " « Famille ».\n\nVous n’êtes pas représentant légal de cet enfant : refusez."
)
_TOGETHER = (
    "\n\nChacun voit dans l’historique ce que l’autre y fait. Vos coordonnées ne lui sont pas montrées."
)
_ACCEPTED = (
    "L’autre représentant légal a accepté votre invitation : vous gérez désormais à deux l’espace santé"
    " de {child}." + _TOGETHER
)
_NOW = "Vous avez accepté de gérer l’espace santé de {child}. Vous le trouverez page « Famille »." + _TOGETHER
_REFUSED = "L’invitation à gérer avec vous l’espace santé de {child} a été refusée. Rien ne change pour vous."
_SEVERED = (
    "Le 3422 a rompu votre lien avec l’espace santé de {child}. Vous ne pouvez plus le consulter ni le gérer."
)
_OTHER = (
    "Le 3422 a rompu le lien d’un autre représentant légal avec l’espace santé de {child}."
    " Il ne peut plus le consulter ni le gérer. Rien ne change pour vous."
)


def tell_invited(owner_id: UUID, *, about: PersonCard) -> None:
    """An invitation has arrived; the child is named only once she is logged in."""
    _tell(owner_id, "Une invitation vous attend", _INVITED, about)


def tell_accepted(owner_id: UUID, *, about: PersonCard) -> None:
    """The other representative has accepted."""
    _tell(owner_id, "Votre invitation est acceptée", _ACCEPTED, about)


def tell_now_representative(owner_id: UUID | None, *, about: PersonCard) -> None:
    """She has accepted: a trace for herself, in case it was not she."""
    if owner_id is not None:
        _tell(owner_id, "Vous gérez un nouvel espace", _NOW, about)


def tell_refused(owner_id: UUID, *, about: PersonCard) -> None:
    """The invitation was declined."""
    _tell(owner_id, "Votre invitation est refusée", _REFUSED, about)


def tell_severed(owner_id: UUID, *, about: PersonCard) -> None:
    """Her own link was severed."""
    _tell(owner_id, "Un lien a été rompu", _SEVERED, about)


def tell_other_severed(owner_id: UUID, *, about: PersonCard) -> None:
    """The link of another representative was severed."""
    _tell(owner_id, "Un lien a été rompu", _OTHER, about)


def _tell(owner_id: UUID, subject: str, text: str, about: PersonCard) -> None:
    account, owner = accounts.find_account(owner_id), find_person(owner_id)
    if account is None or owner is None:
        return
    channel, to = account.code_contact
    said = text.format(child=about.short_name) + _ENDING
    if channel is Channel.SMS:
        said = f"Carnet : {subject.lower()}. Connectez-vous, page « Famille ». Aide : 3422"
    else:
        said = f"Bonjour {owner.display_name},\n\n{said}"
    key = f"family:{uuid7()}"
    post.send(post.Message(channel, to, subject, said, key, about.id, reader_id=owner_id))
