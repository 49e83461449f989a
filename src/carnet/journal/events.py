"""The closed list of what the journal may hold, and the plain French of each line (facts/mes.md 4.4)."""

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """How the history page files its lines."""

    SPACE = "space"
    ACCESS = "access"
    DOCUMENT = "document"
    FAMILY = "family"


class EventType(StrEnum):
    """Every kind of act on a person's space. Retired types stay, marked so."""

    NOTIFIED = "enrolment.notified"
    CODE_ISSUED = "enrolment.code_issued"
    ACTIVATION_STARTED = "enrolment.activation_started"
    ACTIVATED = "enrolment.activated"
    OBJECTED = "enrolment.objected"
    OPENED_BY_SILENCE = "enrolment.opened_by_silence"
    CLOSED = "enrolment.closed"
    REOPENED = "enrolment.reopened"
    ERASURE_ASKED = "enrolment.erasure_asked"
    ERASURE_CANCELLED = "enrolment.erasure_cancelled"
    ERASED = "enrolment.erased"
    CHOICES_CHANGED = "enrolment.choices_changed"
    CLOSED_BY_DEATH = "enrolment.closed_by_death"
    SUSPENDED = "enrolment.suspended"
    SUSPENSION_LIFTED = "enrolment.suspension_lifted"

    ACCOUNT_CREATED = "account.created"
    LOGGED_IN = "account.logged_in"
    LOGIN_REFUSED = "account.login_refused"
    LOGGED_OUT = "account.logged_out"
    SESSION_REVOKED = "account.session_revoked"
    CREDENTIALS_CHANGED = "account.credentials_changed"
    CONTACT_CHANGED = "account.contact_changed"
    FACTOR_CHANGED = "account.factor_changed"
    RECOVERY_ASKED = "account.recovery_asked"
    FRANCECONNECT_LINKED = "account.franceconnect_linked"
    FRANCECONNECT_UNLINKED = "account.franceconnect_unlinked"

    REPRESENTATIVE_INVITED = "family.representative_invited"
    REPRESENTATIVE_ACCEPTED = "family.representative_accepted"
    REPRESENTATIVE_REFUSED = "family.representative_refused"
    REPRESENTATIVE_SEVERED = "family.representative_severed"

    SPACE_CONSULTED = "access.consulted"
    OPENED_THEN_FAILED = "access.opened_then_failed"
    HISTORY_READ = "access.history_read"
    FOUND_BY_SUPPORT = "support.person_found"
    CALLBACK_PLANNED = "support.callback_planned"
    CALLBACK_MADE = "support.callback_made"

    DOCUMENT_DEPOSITED = "document.deposited"
    DOCUMENT_ALREADY_THERE = "document.already_there"
    DOCUMENT_READ = "document.read"
    DOCUMENT_DOWNLOADED = "document.downloaded"


@dataclass(frozen=True)
class Wording:
    """How a type is told: `done` when it happened, `refused` when it was not allowed."""

    group: Group
    done: str
    refused: str


_E = EventType
WORDINGS: dict[EventType, Wording] = {
    _E.NOTIFIED: Wording(
        Group.SPACE, "Information sur l’ouverture prochaine de l’espace envoyée", "Envoi refusé"
    ),
    _E.CODE_ISSUED: Wording(Group.SPACE, "Nouveau code provisoire envoyé", "Envoi d’un code refusé"),
    _E.ACTIVATION_STARTED: Wording(Group.SPACE, "Activation commencée", "Activation refusée"),
    _E.ACTIVATED: Wording(Group.SPACE, "Espace activé", "Activation refusée"),
    _E.OBJECTED: Wording(
        Group.SPACE, "Opposition à l’ouverture de l’espace enregistrée", "Opposition refusée"
    ),
    _E.OPENED_BY_SILENCE: Wording(
        Group.SPACE, "Espace ouvert automatiquement après six semaines sans opposition", "Ouverture refusée"
    ),
    _E.CLOSED: Wording(Group.SPACE, "Espace fermé", "Fermeture refusée"),
    _E.REOPENED: Wording(Group.SPACE, "Espace rouvert", "Réouverture refusée"),
    _E.ERASURE_ASKED: Wording(Group.SPACE, "Effacement définitif demandé", "Demande d’effacement refusée"),
    _E.ERASURE_CANCELLED: Wording(Group.SPACE, "Demande d’effacement annulée", "Annulation refusée"),
    _E.ERASED: Wording(Group.SPACE, "Espace effacé", "Effacement refusé"),
    _E.CHOICES_CHANGED: Wording(
        Group.SPACE, "Choix de visibilité ou d’urgence modifiés", "Changement refusé"
    ),
    _E.CLOSED_BY_DEATH: Wording(Group.SPACE, "Espace fermé à la suite d’un décès", "Fermeture refusée"),
    _E.ACCOUNT_CREATED: Wording(
        Group.ACCESS, "Identifiant et mot de passe choisis", "Création du compte refusée"
    ),
    _E.SUSPENDED: Wording(
        Group.SPACE, "Espace suspendu (fraude ou dysfonctionnement grave)", "Suspension refusée"
    ),
    _E.SUSPENSION_LIFTED: Wording(Group.SPACE, "Suspension levée", "Levée de la suspension refusée"),
    _E.LOGGED_IN: Wording(Group.ACCESS, "Connexion", "Connexion refusée"),
    _E.LOGIN_REFUSED: Wording(Group.ACCESS, "Connexion refusée", "Connexion refusée"),
    _E.LOGGED_OUT: Wording(Group.ACCESS, "Déconnexion", "Déconnexion refusée"),
    _E.SESSION_REVOKED: Wording(Group.ACCESS, "Session ou appareil déconnecté", "Déconnexion refusée"),
    _E.CREDENTIALS_CHANGED: Wording(Group.ACCESS, "Identifiant ou mot de passe changé", "Changement refusé"),
    _E.CONTACT_CHANGED: Wording(Group.ACCESS, "Adresse e-mail ou téléphone changé", "Changement refusé"),
    _E.FACTOR_CHANGED: Wording(Group.ACCESS, "Moyen de double vérification changé", "Changement refusé"),
    _E.RECOVERY_ASKED: Wording(Group.ACCESS, "Récupération d’accès demandée", "Récupération refusée"),
    _E.FRANCECONNECT_LINKED: Wording(
        Group.ACCESS, "FranceConnect relié à l’espace", "FranceConnect non relié"
    ),
    _E.FRANCECONNECT_UNLINKED: Wording(
        Group.ACCESS, "FranceConnect détaché de l’espace", "FranceConnect non détaché"
    ),
    _E.REPRESENTATIVE_INVITED: Wording(Group.FAMILY, "Autre représentant légal invité", "Invitation refusée"),
    _E.REPRESENTATIVE_ACCEPTED: Wording(
        Group.FAMILY, "Autre représentant légal : invitation acceptée", "Acceptation refusée"
    ),
    _E.REPRESENTATIVE_REFUSED: Wording(
        Group.FAMILY, "Autre représentant légal : invitation déclinée", "Refus impossible"
    ),
    _E.REPRESENTATIVE_SEVERED: Wording(
        Group.FAMILY, "Lien avec un représentant légal rompu", "Rupture du lien refusée"
    ),
    _E.SPACE_CONSULTED: Wording(Group.ACCESS, "Espace consulté", "Consultation de l’espace refusée"),
    _E.OPENED_THEN_FAILED: Wording(
        Group.ACCESS, "Accès ouvert, puis interrompu par une erreur", "Accès interrompu"
    ),
    _E.HISTORY_READ: Wording(Group.ACCESS, "Historique consulté", "Consultation de l’historique refusée"),
    _E.FOUND_BY_SUPPORT: Wording(
        Group.ACCESS, "Fiche administrative consultée par le 3422", "Recherche refusée"
    ),
    _E.CALLBACK_PLANNED: Wording(
        Group.ACCESS, "Rappel téléphonique prévu par le 3422 (carte Vitale illisible)", "Rappel refusé"
    ),
    _E.CALLBACK_MADE: Wording(Group.ACCESS, "Rappel téléphonique fait par le 3422", "Rappel refusé"),
    _E.DOCUMENT_DEPOSITED: Wording(Group.DOCUMENT, "Document déposé", "Dépôt d’un document refusé"),
    _E.DOCUMENT_ALREADY_THERE: Wording(
        Group.DOCUMENT, "Document reçu une nouvelle fois : rien n’a changé", "Dépôt d’un document refusé"
    ),
    _E.DOCUMENT_READ: Wording(Group.DOCUMENT, "Document lu", "Lecture d’un document refusée"),
    _E.DOCUMENT_DOWNLOADED: Wording(Group.DOCUMENT, "Document téléchargé", "Téléchargement refusé"),
}
