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
    PROFESSIONAL_ACCESS = "ACCES_DMP_PS"
    CARE_TEAM_JOINED = "AJOUT_EQUIPE_SOINS"
    EMERGENCY_ACCESS = "ACCES_BRIS_GLACE"
    ADMINISTRATOR_NAMED = "ATTRIBUTION_STATUT_MEDECIN_ADMIN"
    ADMINISTRATOR_REMOVED = "RETRAIT_STATUT_MEDECIN_ADMIN"
    PROFESSIONAL_BLOCKED = "BLOCAGE_PS"
    CAREGIVER_INVITED = "PARTAGE_PROFIL_AIDANT"
    CAREGIVER_ACCEPTED = "ACCORD_PARTAGE_PROFIL"
    CAREGIVER_REFUSED = "REFUS_PARTAGE_PROFIL"
    CAREGIVER_ENDED = "REVOCATION_AIDANT"
    RESULT_SHOWN = "REMISE_VISIBILITE_AUTO"
    VACCINATION_ADDED = "AJOUT_VACCINATION"
    ACCESS_REPORT_RECEIVED = "SIGNALEMENT_PS"


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
    NoticeCode.PROFESSIONAL_ACCESS: Wording(
        title="Un professionnel a consulté l’espace",
        subject="Un professionnel a consulté un espace santé",
        text="Un professionnel a consulté un espace santé auquel vous avez accès."
        " L’historique dit qui et quand.",
    ),
    NoticeCode.CARE_TEAM_JOINED: Wording(
        title="Un professionnel dit faire partie de l’équipe de soins",
        subject="Les droits sur un espace santé ont changé",
        text="Un professionnel dit prendre en charge une personne dont vous voyez l’espace santé. Vous pouvez"
        " mettre fin à son accès depuis cet espace.",
    ),
    NoticeCode.EMERGENCY_ACCESS: Wording(
        title="Accès en urgence à l’espace",
        subject="Accès en urgence à un espace santé",
        text="Un professionnel est entré en urgence dans un espace santé auquel vous avez accès."
        " L’historique dit qui, quand et pourquoi.",
    ),
    NoticeCode.ADMINISTRATOR_NAMED: Wording(
        title="Un médecin administrateur a été désigné",
        subject="Les droits sur un espace santé ont changé",
        text="Les droits sur un espace santé auquel vous avez accès ont changé.",
    ),
    NoticeCode.ADMINISTRATOR_REMOVED: Wording(
        title="Il n’y a plus de médecin administrateur",
        subject="Les droits sur un espace santé ont changé",
        text="Les droits sur un espace santé auquel vous avez accès ont changé.",
    ),
    NoticeCode.PROFESSIONAL_BLOCKED: Wording(
        title="Votre médecin administrateur a bloqué un professionnel",
        subject="Les droits sur un espace santé ont changé",
        text="Les droits sur un espace santé auquel vous avez accès ont changé.",
    ),
    NoticeCode.CAREGIVER_INVITED: Wording(
        title="Une personne vous propose d’être son aidant",
        subject="Une personne vous propose d’être son aidant",
        text="Une personne vous propose de l’aider à gérer son espace santé."
        " Vous pouvez accepter ou refuser.",
    ),
    NoticeCode.CAREGIVER_ACCEPTED: Wording(
        title="L’aidant que vous avez invité a accepté",
        subject="Une réponse à votre invitation",
        text="Une personne que vous avez invitée à vous aider a répondu.",
    ),
    NoticeCode.CAREGIVER_REFUSED: Wording(
        title="L’aidant que vous avez invité a refusé",
        subject="Une réponse à votre invitation",
        text="Une personne que vous avez invitée à vous aider a répondu.",
    ),
    NoticeCode.CAREGIVER_ENDED: Wording(
        title="L’accès d’un aidant est terminé",
        subject="Les droits sur un espace santé ont changé",
        text="Les droits sur un espace santé auquel vous avez accès ont changé.",
    ),
    NoticeCode.RESULT_SHOWN: Wording(
        title="Un résultat est maintenant visible",
        subject="Du nouveau dans votre espace santé",
        text="Un nouvel élément est visible dans un espace santé auquel vous avez accès.",
    ),
    NoticeCode.VACCINATION_ADDED: Wording(
        title="Une vaccination a été enregistrée par un professionnel",
        subject="Du nouveau dans votre espace santé",
        text="Un nouvel élément est arrivé dans un espace santé auquel vous avez accès.",
    ),
    NoticeCode.ACCESS_REPORT_RECEIVED: Wording(
        title="Votre signalement d’un accès est bien arrivé au 3422",
        subject="Votre signalement est bien arrivé",
        text="Le 3422 a reçu le signalement que vous avez fait depuis votre espace. Il y répondra.",
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
