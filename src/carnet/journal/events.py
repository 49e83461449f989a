"""The closed list of what the journal may hold, and the plain French of each line (facts/mes.md 4.4)."""

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """How the history page files its lines."""

    SPACE = "space"
    ACCESS = "access"
    DOCUMENT = "document"
    RECORD = "record"
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
    DOCUMENTS_SEARCHED = "document.searched"
    DOCUMENT_ADDED = "document.added"
    DOCUMENT_CHANGED = "document.changed"
    DOCUMENT_HIDDEN = "document.hidden"
    DOCUMENT_SHOWN = "document.shown"
    DOCUMENT_DELETED = "document.deleted"
    DOCUMENT_REPLACED = "document.replaced"
    DOCUMENT_WITHDRAWN = "document.withdrawn"
    DOCUMENT_LABELLED = "document.labelled"
    DOCUMENT_ARCHIVED = "document.archived"
    DOCUMENT_ARRANGED = "document.arranged"
    FOLDERS_CHANGED = "document.folders_changed"
    DOCUMENT_REPORTED = "document.reported"
    DOCUMENTS_SCANNED = "document.scanned"
    REPORT_ANSWERED = "support.report_answered"

    PROFILE_READ = "profile.read"
    PROFILE_ADDED = "profile.added"
    PROFILE_CHANGED = "profile.changed"
    PROFILE_REMOVED = "profile.removed"
    PROFILE_UNCONCERNED = "profile.unconcerned"
    PROFILE_SHARING_CHANGED = "profile.sharing_changed"
    SYNTHESIS_MADE = "profile.synthesis_made"
    DIRECTIVES_MADE = "profile.directives_made"

    MEASURES_READ = "measure.read"
    MEASURE_ADDED = "measure.added"
    MEASURE_CHANGED = "measure.changed"
    MEASURE_REMOVED = "measure.removed"
    MEASURE_SETTINGS_CHANGED = "measure.settings_changed"

    CARE_HISTORY_FED = "care_history.fed"
    CARE_HISTORY_READ = "care_history.read"
    CARE_HISTORY_SHARING_CHANGED = "care_history.sharing_changed"

    COPY_ASKED = "copy.asked"
    COPY_PREPARED = "copy.prepared"
    COPY_DOWNLOADED = "copy.downloaded"
    COPY_DELETED = "copy.deleted"

    STRUCTURE_BLOCKED = "access.structure_blocked"
    STRUCTURE_UNBLOCKED = "access.structure_unblocked"
    NOTICES_CHANGED = "notices.preferences_changed"

    CONSENT_GIVEN = "access.consent_given"
    CONSENT_ENDED = "access.consent_ended"
    RELATION_DECLARED = "access.relation_declared"
    RELATION_ENDED = "access.relation_ended"
    CODE_SHOWN = "access.code_shown"
    LAUNCH_MADE = "access.launch_made"
    EMERGENCY_ENTERED = "access.emergency_entered"
    REGULATION_ENTERED = "access.regulation_entered"
    EMERGENCY_ENDED = "access.emergency_ended"
    EMERGENCY_REVIEWED = "access.emergency_reviewed"
    SUMMARY_READ = "access.summary_read"
    RECORD_PRINTED = "access.record_printed"
    PROFESSIONAL_BLOCKED = "access.professional_blocked"
    PROFESSIONAL_UNBLOCKED = "access.professional_unblocked"
    ADMINISTRATOR_NAMED = "access.administrator_named"
    ADMINISTRATOR_REMOVED = "access.administrator_removed"
    CAREGIVER_INVITED = "access.caregiver_invited"
    CAREGIVER_ACCEPTED = "access.caregiver_accepted"
    CAREGIVER_REFUSED = "access.caregiver_refused"
    CAREGIVER_ENDED = "access.caregiver_ended"
    RIGHTS_SIMULATED = "access.rights_simulated"
    ACCESS_REPORTED = "access.reported"
    RESULTS_CHOICE_CHANGED = "access.results_choice_changed"
    RESULT_HELD = "document.result_held"
    RESULT_RELEASED = "document.result_released"
    VACCINATION_RECORDED = "profile.vaccination_recorded"
    ENTRY_CONFIRMED = "profile.entry_confirmed"
    HISTORY_EXPORTED = "access.history_exported"


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
    _E.DOCUMENTS_SEARCHED: Wording(Group.DOCUMENT, "Recherche dans les documents", "Recherche refusée"),
    _E.DOCUMENT_ADDED: Wording(Group.DOCUMENT, "Document ajouté", "Ajout d’un document refusé"),
    _E.DOCUMENT_CHANGED: Wording(
        Group.DOCUMENT, "Titre, rubrique ou date d’un document changés", "Changement refusé"
    ),
    _E.DOCUMENT_HIDDEN: Wording(Group.DOCUMENT, "Document caché aux soignants", "Changement refusé"),
    _E.DOCUMENT_SHOWN: Wording(Group.DOCUMENT, "Document rendu visible aux soignants", "Changement refusé"),
    _E.DOCUMENT_DELETED: Wording(Group.DOCUMENT, "Document supprimé", "Suppression d’un document refusée"),
    _E.DOCUMENT_REPLACED: Wording(
        Group.DOCUMENT, "Document remplacé par une nouvelle version", "Remplacement refusé"
    ),
    _E.DOCUMENT_WITHDRAWN: Wording(
        Group.DOCUMENT, "Document retiré par la structure qui l’avait déposé", "Retrait d’un document refusé"
    ),
    _E.DOCUMENT_LABELLED: Wording(
        Group.DOCUMENT, "Visibilité d’un document changée par qui l’a déposé", "Changement refusé"
    ),
    _E.DOCUMENT_ARCHIVED: Wording(
        Group.DOCUMENT, "Document archivé ou désarchivé par qui l’a déposé", "Changement refusé"
    ),
    _E.DOCUMENT_ARRANGED: Wording(Group.DOCUMENT, "Document rangé ou épinglé", "Rangement refusé"),
    _E.FOLDERS_CHANGED: Wording(
        Group.DOCUMENT, "Dossier créé, renommé ou supprimé", "Changement d’un dossier refusé"
    ),
    _E.DOCUMENTS_SCANNED: Wording(
        Group.DOCUMENT, "Documents vérifiés par l’antivirus", "Vérification refusée"
    ),
    _E.DOCUMENT_REPORTED: Wording(Group.DOCUMENT, "Document signalé au 3422", "Signalement refusé"),
    _E.REPORT_ANSWERED: Wording(Group.DOCUMENT, "Réponse du 3422 à un signalement", "Réponse refusée"),
    _E.PROFILE_READ: Wording(Group.RECORD, "Profil médical consulté", "Consultation du profil refusée"),
    _E.PROFILE_ADDED: Wording(Group.RECORD, "Ligne ajoutée au profil médical", "Ajout au profil refusé"),
    _E.PROFILE_CHANGED: Wording(Group.RECORD, "Ligne du profil médical changée", "Changement refusé"),
    _E.PROFILE_REMOVED: Wording(Group.RECORD, "Ligne du profil médical supprimée", "Suppression refusée"),
    _E.PROFILE_UNCONCERNED: Wording(
        Group.RECORD, "« Je ne suis pas concerné » déclaré ou retiré", "Déclaration refusée"
    ),
    _E.PROFILE_SHARING_CHANGED: Wording(
        Group.RECORD, "Partage d’une rubrique du profil changé", "Changement refusé"
    ),
    _E.SYNTHESIS_MADE: Wording(Group.RECORD, "Synthèse du profil médical faite", "Synthèse refusée"),
    _E.DIRECTIVES_MADE: Wording(
        Group.RECORD, "Directives anticipées rédigées", "Directives anticipées refusées"
    ),
    _E.MEASURES_READ: Wording(Group.RECORD, "Mesures consultées", "Consultation des mesures refusée"),
    _E.MEASURE_ADDED: Wording(Group.RECORD, "Mesure ajoutée", "Ajout d’une mesure refusé"),
    _E.MEASURE_CHANGED: Wording(Group.RECORD, "Mesure corrigée", "Correction refusée"),
    _E.MEASURE_REMOVED: Wording(Group.RECORD, "Mesure supprimée", "Suppression refusée"),
    _E.MEASURE_SETTINGS_CHANGED: Wording(
        Group.RECORD, "Objectif ou affichage des mesures changé", "Changement refusé"
    ),
    _E.CARE_HISTORY_FED: Wording(
        Group.RECORD, "Histoire de santé alimentée par l’Assurance Maladie", "Alimentation refusée"
    ),
    _E.CARE_HISTORY_READ: Wording(
        Group.RECORD, "Histoire de santé consultée", "Consultation de l’histoire de santé refusée"
    ),
    _E.CARE_HISTORY_SHARING_CHANGED: Wording(
        Group.RECORD, "Partage de l’histoire de santé changé", "Changement refusé"
    ),
    _E.COPY_ASKED: Wording(Group.SPACE, "Copie de toutes les données demandée", "Demande de copie refusée"),
    _E.COPY_PREPARED: Wording(Group.SPACE, "Copie de toutes les données prête", "Préparation refusée"),
    _E.COPY_DOWNLOADED: Wording(
        Group.SPACE, "Copie de toutes les données téléchargée", "Téléchargement refusé"
    ),
    _E.COPY_DELETED: Wording(Group.SPACE, "Copie de toutes les données supprimée", "Suppression refusée"),
    _E.STRUCTURE_BLOCKED: Wording(Group.ACCESS, "Structure bloquée", "Blocage refusé"),
    _E.STRUCTURE_UNBLOCKED: Wording(Group.ACCESS, "Structure débloquée", "Déblocage refusé"),
    _E.NOTICES_CHANGED: Wording(Group.SPACE, "Choix des avis changés", "Changement refusé"),
    _E.CONSENT_GIVEN: Wording(
        Group.ACCESS, "Consentement donné pour une consultation", "Consentement refusé"
    ),
    _E.CONSENT_ENDED: Wording(Group.ACCESS, "Consentement terminé", "Fin du consentement refusée"),
    _E.RELATION_DECLARED: Wording(
        Group.ACCESS, "Entrée d’un professionnel dans l’équipe de soins", "Déclaration de soins refusée"
    ),
    _E.RELATION_ENDED: Wording(
        Group.ACCESS, "Sortie d’un professionnel de l’équipe de soins", "Fin de la relation de soins refusée"
    ),
    _E.CODE_SHOWN: Wording(
        Group.ACCESS, "Code à montrer à un professionnel affiché", "Code à montrer refusé"
    ),
    _E.LAUNCH_MADE: Wording(
        Group.ACCESS, "Ouverture demandée depuis le logiciel d’un professionnel", "Ouverture refusée"
    ),
    _E.EMERGENCY_ENTERED: Wording(
        Group.ACCESS, "Accès en urgence (bris de glace)", "Accès en urgence refusé"
    ),
    _E.REGULATION_ENTERED: Wording(
        Group.ACCESS, "Accès du médecin régulateur du SAMU (centre 15)", "Accès du SAMU refusé"
    ),
    _E.EMERGENCY_ENDED: Wording(Group.ACCESS, "Fin d’un accès en urgence", "Fin d’accès refusée"),
    _E.EMERGENCY_REVIEWED: Wording(
        Group.ACCESS, "Accès en urgence examiné par le service de contrôle", "Examen refusé"
    ),
    _E.SUMMARY_READ: Wording(Group.ACCESS, "Résumé du dossier consulté", "Consultation du dossier refusée"),
    _E.RECORD_PRINTED: Wording(Group.ACCESS, "Résumé du dossier imprimé", "Impression refusée"),
    _E.PROFESSIONAL_BLOCKED: Wording(Group.ACCESS, "Professionnel bloqué", "Blocage refusé"),
    _E.PROFESSIONAL_UNBLOCKED: Wording(Group.ACCESS, "Professionnel débloqué", "Déblocage refusé"),
    _E.ADMINISTRATOR_NAMED: Wording(
        Group.ACCESS, "Médecin administrateur désigné", "Désignation du médecin administrateur refusée"
    ),
    _E.ADMINISTRATOR_REMOVED: Wording(
        Group.ACCESS, "Médecin administrateur retiré", "Retrait du médecin administrateur refusé"
    ),
    _E.CAREGIVER_INVITED: Wording(Group.FAMILY, "Aidant invité", "Invitation d’un aidant refusée"),
    _E.CAREGIVER_ACCEPTED: Wording(
        Group.FAMILY, "Invitation acceptée par l’aidant", "Acceptation d’un aidant refusée"
    ),
    _E.CAREGIVER_REFUSED: Wording(
        Group.FAMILY, "Invitation refusée par l’aidant", "Réponse à une invitation refusée"
    ),
    _E.CAREGIVER_ENDED: Wording(Group.FAMILY, "Fin de l’accès d’un aidant", "Fin d’accès refusée"),
    _E.RIGHTS_SIMULATED: Wording(
        Group.ACCESS, "« Qui verrait quoi » consulté", "Consultation des droits refusée"
    ),
    _E.ACCESS_REPORTED: Wording(Group.ACCESS, "Accès signalé au 3422", "Signalement refusé"),
    _E.RESULTS_CHOICE_CHANGED: Wording(
        Group.SPACE, "Choix de voir ses résultats tout de suite changé", "Changement refusé"
    ),
    _E.RESULT_HELD: Wording(
        Group.DOCUMENT, "Résultat en attente d’annonce par le professionnel", "Mise en attente refusée"
    ),
    _E.RESULT_RELEASED: Wording(
        Group.DOCUMENT, "Résultat rendu visible après son annonce", "Annonce refusée"
    ),
    _E.VACCINATION_RECORDED: Wording(
        Group.RECORD, "Vaccination enregistrée par un professionnel", "Vaccination refusée"
    ),
    _E.ENTRY_CONFIRMED: Wording(
        Group.RECORD, "Ligne du profil confirmée par un professionnel", "Confirmation refusée"
    ),
    _E.HISTORY_EXPORTED: Wording(Group.SPACE, "Historique des accès téléchargé", "Téléchargement refusé"),
}
