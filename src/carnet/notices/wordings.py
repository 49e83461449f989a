"""The closed list of what people are told, and the words of each notice (facts/mes.md 4.5)."""

from dataclasses import dataclass
from enum import StrEnum


class NoticeCode(StrEnum):
    """What a notice is about."""

    DOCUMENT_ADDED = "AJOUT_DOCUMENT"
    DOCUMENT_REPLACED = "MODIF_DOCUMENT"
    DOCUMENT_WITHDRAWN = "SUPP_DOC"
    REPORT_RECEIVED = "SIGNALEMENT_DOC"
    REPORT_ANSWERED = "REPONSE_SUPPORT"
    CARE_HISTORY_FIRST_FED = "PRIMO_ALIM_MHS"
    DIRECTIVES_REVIEW = "RAPPEL_MODIF_DA"
    COPY_READY = "COPIE_PRETE"


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
    NoticeCode.DOCUMENT_REPLACED: Wording(
        title="Un document a été remplacé par une nouvelle version",
        subject="Du nouveau dans votre espace santé",
        text="Un élément a changé dans un espace santé auquel vous avez accès.",
    ),
    NoticeCode.DOCUMENT_WITHDRAWN: Wording(
        title="Un document a été retiré par la structure qui l’avait déposé",
        subject="Du nouveau dans votre espace santé",
        text="Un élément a changé dans un espace santé auquel vous avez accès.",
    ),
    NoticeCode.REPORT_RECEIVED: Wording(
        title="Votre signalement est bien arrivé au 3422",
        subject="Votre signalement est bien arrivé",
        text="Le 3422 a reçu le signalement que vous avez fait depuis votre espace. Il y répondra.",
    ),
    NoticeCode.REPORT_ANSWERED: Wording(
        title="Le 3422 a répondu à votre signalement",
        subject="Une réponse vous attend dans votre espace santé",
        text="Le 3422 a répondu au signalement que vous avez fait depuis votre espace.",
    ),
    NoticeCode.CARE_HISTORY_FIRST_FED: Wording(
        title="L’histoire de santé est arrivée de l’Assurance Maladie",
        subject="Du nouveau dans votre espace santé",
        text="Un nouvel élément est arrivé dans un espace santé auquel vous avez accès.",
    ),
    NoticeCode.DIRECTIVES_REVIEW: Wording(
        title="Relisez vos directives anticipées",
        subject="Une page de votre espace santé est à relire",
        text="Un écrit gardé dans votre espace date d’un certain temps. Vérifiez qu’il vous convient.",
    ),
    NoticeCode.COPY_READY: Wording(
        title="La copie de vos données est prête",
        subject="Votre copie est prête",
        text="La copie que vous avez demandée est prête. Vous pouvez la télécharger pendant sept jours.",
    ),
}


def gathered(count: int) -> Wording:
    """Return the words of an e-mail about several notices, or the one that waited alone."""
    news, wait = ("Une nouveauté", "vous attend") if count == 1 else (f"{count} nouveautés", "vous attendent")
    return Wording(
        title="",
        subject=f"{news} dans votre espace santé",
        text=f"{news} {wait} dans votre espace santé, ou dans celui d’une personne dont vous vous occupez.",
    )
