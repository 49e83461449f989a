"""The closed list of what people are told, and the words of each notice (facts/mes.md 4.5)."""

from dataclasses import dataclass
from enum import StrEnum


class NoticeCode(StrEnum):
    """What a notice is about."""

    DOCUMENT_ADDED = "AJOUT_DOCUMENT"


@dataclass(frozen=True)
class Wording:
    """`title`: in the person's centre. `subject`, `text`: of the e-mail, which never says more."""

    title: str
    subject: str
    text: str


WORDINGS: dict[NoticeCode, Wording] = {
    NoticeCode.DOCUMENT_ADDED: Wording(
        title="Un nouveau document est arrivé",
        subject="Du nouveau dans votre espace santé",
        text="Un nouvel élément est arrivé dans un espace santé auquel vous avez accès.",
    ),
}
