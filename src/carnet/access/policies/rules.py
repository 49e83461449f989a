"""The rules by name: the words that say each one to whoever meets it, and the text that each comes from."""

from enum import StrEnum
from typing import Final


class Rule(StrEnum):
    """Which rule decided. The code stands in the journal; `EXPLANATIONS` says it to a person."""

    HOLDER = "holder"
    REPRESENTATIVE = "representative"
    CAREGIVER = "caregiver"
    NOT_REPRESENTATIVE = "not_representative"
    NOT_CAREGIVER = "not_caregiver"
    SEVERED = "severed"
    OF_AGE = "of_age"

    FACILITY_DEPOSITS = "facility_deposits"
    FACILITY_OWN = "facility_own"
    INSURER_FEEDS = "insurer_feeds"
    SYSTEM_OPERATES = "system_operates"

    NO_SPACE = "no_space"
    NOT_ACTIVATED = "not_activated"
    OBJECTED = "objected"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    ERASED = "erased"

    TREATING = "treating"
    CARE_TEAM = "care_team"
    DECLARED = "declared"
    ACTING_FOR = "acting_for"
    CONSENTED = "consented"
    ADMINISTRATOR = "administrator"
    BREAK_GLASS = "break_glass"
    REGULATION = "regulation"
    PROFESSIONAL_FEEDS = "professional_feeds"
    PROFESSIONAL_OWN = "professional_own"

    NOT_IN_DIRECTORY = "not_in_directory"
    NOT_HABILITATED = "not_habilitated"
    READS_NOTHING = "reads_nothing"
    PROFESSIONAL_BLOCKED = "professional_blocked"
    BLOCKED = "blocked"
    NO_RELATION = "no_relation"
    NOT_INFORMED = "not_informed"
    EXPRESS_ONLY = "express_only"
    NOT_SUPERVISED = "not_supervised"
    FROZEN = "frozen"
    STEP_UP = "step_up"
    EMERGENCY_REFUSED = "emergency_refused"
    SAMU_REFUSED = "samu_refused"
    NOT_REGULATOR = "not_regulator"
    NOT_HEALTH_PROFESSIONAL = "not_health_professional"
    NOT_ENTERED = "not_entered"
    TRAINING = "training"

    NOT_OWN = "not_own"
    WITHDRAWN = "withdrawn"
    NOT_FOR_THIS = "not_for_this"


_ORDER: Final = "arrêté du 26 octobre 2023"
_SAID: Final[dict[Rule, tuple[str, str]]] = {
    Rule.HOLDER: ("C’est votre espace.", "L1111-13-1"),
    Rule.REPRESENTATIVE: ("Vous êtes représentant légal de cette personne.", "L1111-13-1"),
    Rule.CAREGIVER: (
        "Cette personne vous a choisi comme aidant. Vous ne décidez ni des partages, ni de la fermeture.",
        "règle de ce service, d’après Mon espace santé",
    ),
    Rule.NOT_REPRESENTATIVE: ("Vous n’êtes pas représentant légal de cette personne.", "L1111-13-1"),
    Rule.NOT_CAREGIVER: (
        "Vous n’êtes pas aidant de cette personne, ou vous ne l’êtes plus. Un mineur n’a pas d’aidant.",
        "règle de ce service, d’après Mon espace santé",
    ),
    Rule.SEVERED: ("Le lien avec cette personne a été rompu.", "L1111-13-1"),
    Rule.OF_AGE: ("La personne est majeure : elle seule gère son espace.", "code civil, 414"),
    Rule.FACILITY_DEPOSITS: (
        (
            "Une structure de soins alimente l’espace de la personne qu’elle prend en charge "
            "(code de la santé publique, R1111-47). Elle n’y lit que ce qu’elle a déposé."
        ),
        "R1111-47",
    ),
    Rule.FACILITY_OWN: (
        (
            "Une structure de soins retrouve, corrige ou retire ce qu’elle a elle-même déposé. "
            "Elle ne voit rien d’autre."
        ),
        "R1111-47",
    ),
    Rule.INSURER_FEEDS: (
        (
            "L’Assurance Maladie alimente l’histoire de santé et les documents administratifs. "
            "Elle n’en lit rien."
        ),
        "L1111-13-1",
    ),
    Rule.SYSTEM_OPERATES: (
        "Traitement prévu par le service, sans lecture par une personne.",
        "règle de ce service",
    ),
    Rule.NO_SPACE: ("Cette personne n’a pas d’espace ouvert.", "R1111-28"),
    Rule.NOT_ACTIVATED: ("L’espace n’est pas encore activé.", "R1111-28"),
    Rule.OBJECTED: ("La personne s’est opposée à l’ouverture de son espace (R1111-28).", "R1111-28"),
    Rule.CLOSED: ("L’espace est fermé (R1111-36).", "R1111-36"),
    Rule.SUSPENDED: (
        "L’espace est suspendu, à la suite d’une fraude ou d’un dysfonctionnement (R1111-36).",
        "R1111-36",
    ),
    Rule.ERASED: ("L’espace a été effacé à la demande de la personne (R1111-36).", "R1111-36"),
    Rule.TREATING: ("Vous êtes son médecin traitant.", f"L1110-4 ; {_ORDER}"),
    Rule.CARE_TEAM: (
        "Vous faites partie de l’équipe de soins de cette personne, qui en est informée (L1110-4).",
        f"L1110-4, L1110-12 ; {_ORDER}",
    ),
    Rule.DECLARED: (
        "Vous avez déclaré prendre en charge cette personne, qui en est informée (L1110-4).",
        f"L1110-4 ; {_ORDER}",
    ),
    Rule.ACTING_FOR: (
        "Vous agissez pour le professionnel dont vous dépendez, qui prend en charge cette personne.",
        "L1110-4 ; règle prudente de ce service",
    ),
    Rule.CONSENTED: (f"La personne a consenti à cette consultation ({_ORDER}).", _ORDER),
    Rule.ADMINISTRATOR: ("La personne vous a désigné comme médecin administrateur (R1111-49).", "R1111-49"),
    Rule.BREAK_GLASS: ("Accès en urgence (bris de glace, L1111-17).", "L1111-17, R1111-48"),
    Rule.REGULATION: ("Accès du médecin régulateur du SAMU (L1111-17).", "L1111-17, R1111-48"),
    Rule.PROFESSIONAL_FEEDS: (
        "Un professionnel alimente l’espace de la personne qu’il prend en charge (R1111-47).",
        "R1111-47",
    ),
    Rule.PROFESSIONAL_OWN: (
        "Un professionnel corrige ou retire ce qu’il a lui-même déposé.",
        "R1111-47",
    ),
    Rule.NOT_IN_DIRECTORY: (
        "Vous ne figurez pas dans l’annuaire des professionnels avec cette situation d’exercice.",
        "L1111-19",
    ),
    Rule.NOT_HABILITATED: (
        "La matrice d’habilitation ne prévoit aucune lecture pour votre profession.",
        _ORDER,
    ),
    Rule.READS_NOTHING: (
        "Un secrétariat dépose pour les médecins de sa structure. Il ne lit rien.",
        _ORDER,
    ),
    Rule.PROFESSIONAL_BLOCKED: ("La personne vous a bloqué (L1111-19).", "L1111-19"),
    Rule.BLOCKED: (
        "La personne a bloqué cette structure : elle ne lit plus rien de son espace (L1111-19).",
        "L1111-19",
    ),
    Rule.NO_RELATION: (
        "Vous ne prenez pas en charge cette personne, et elle n’a pas consenti à cette consultation.",
        f"L1110-4 ; {_ORDER}",
    ),
    Rule.NOT_INFORMED: (
        "La personne n’a pas encore été informée du partage au sein de son équipe de soins.",
        "L1110-4",
    ),
    Rule.EXPRESS_ONLY: (
        (
            "Un médecin du travail ou de sapeurs-pompiers ne lit qu’avec le consentement exprès "
            "de la personne (L1111-17)."
        ),
        "L1111-17",
    ),
    Rule.NOT_SUPERVISED: (
        "Votre situation d’exercice ne dit pas de quel professionnel vous dépendez.",
        "règle prudente de ce service",
    ),
    Rule.FROZEN: (
        (
            "Votre compte est gelé pour les accès ordinaires, à la suite d’une activité inhabituelle. "
            "L’accès en urgence reste ouvert."
        ),
        "règle de ce service",
    ),
    Rule.STEP_UP: (
        (
            "Une vérification de votre identité est demandée, à la suite d’une activité inhabituelle : "
            "reconnectez-vous avec Pro Santé Connect."
        ),
        "règle de ce service",
    ),
    Rule.EMERGENCY_REFUSED: ("La personne s’est opposée à l’accès en urgence (L1111-17).", "L1111-17"),
    Rule.SAMU_REFUSED: ("La personne s’est opposée à l’accès du SAMU (L1111-17).", "L1111-17"),
    Rule.NOT_REGULATOR: ("Cet accès est réservé au médecin régulateur du SAMU (L1111-17).", "L1111-17"),
    Rule.NOT_HEALTH_PROFESSIONAL: (
        "L’accès en urgence est réservé aux professionnels de santé (L1111-17).",
        "L1111-17",
    ),
    Rule.NOT_ENTERED: ("Dites d’abord le motif de l’urgence.", "L1111-17, R1111-48"),
    Rule.TRAINING: ("En mode entraînement, seuls des patients fictifs s’ouvrent.", "règle de ce service"),
    Rule.NOT_OWN: ("Ce document n’a pas été déposé par cette structure.", "R1111-47"),
    Rule.WITHDRAWN: ("Ce document a été retiré par la structure qui l’avait déposé.", "R1111-47"),
    Rule.NOT_FOR_THIS: ("Cet accès n’est pas prévu pour vous.", "L1111-19"),
}

EXPLANATIONS: Final[dict[Rule, str]] = {rule: words for rule, (words, _) in _SAID.items()}
ARTICLES: Final[dict[Rule, str]] = {rule: article for rule, (_, article) in _SAID.items()}
"""Where each rule comes from: articles of the code de la santé publique, unless said otherwise."""
