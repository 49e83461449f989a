"""How a line of the journal is told: who, what, why, in plain words (CSP R1111-43).

The other representative is named, never located. An agent of the support is "le 3422": his name stands
in the journal for those who check it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self
from uuid import UUID

from carnet.access.policies import Rule
from carnet.directory import api as directory
from carnet.directory.api import ProfessionalCard
from carnet.journal.api import ActorKind, EventType, Group, Line, Purpose
from carnet.people.api import find_names
from carnet.platform.clock import PARIS
from carnet.terminology.api import profession_words

_PURPOSES: Final = {
    Purpose.CONSULT: "pour consulter",
    Purpose.BREAK_GLASS: "pour soigner en urgence",
    Purpose.REGULATE: "pour répondre à un appel au 15",
    Purpose.MANAGE: "pour gérer l’espace",
    Purpose.DEPOSIT: "pour déposer un document",
    Purpose.ENROL: "pour ouvrir ou fermer l’espace",
    Purpose.ASSIST: "pour vous aider",
    Purpose.OPERATE: "pour faire fonctionner le service",
}
_CORRECTING: Final = {  # nobody of the care manages a space
    ActorKind.HEALTHCARE_FACILITY: "pour corriger ce qu’elle a déposé",
    ActorKind.HEALTHCARE_PROFESSIONAL: "pour corriger ce qu’il a déposé, ou vous soigner",
}
_REASONS: Final = {
    Rule.HOLDER: "titulaire de l’espace",
    Rule.REPRESENTATIVE: "représentant légal",
    Rule.FACILITY_DEPOSITS: "une structure de soins dépose (R1111-47)",
    Rule.FACILITY_OWN: "une structure n’agit que sur ce qu’elle a elle-même déposé",
    Rule.BLOCKED: "vous avez bloqué cette structure",
    Rule.NOT_OWN: "ce n’est pas elle qui l’a déposé",
    Rule.WITHDRAWN: "elle l’avait retiré",
    Rule.INSURER_FEEDS: "l’Assurance Maladie alimente, sans rien lire",
    Rule.SYSTEM_OPERATES: "traitement automatique, sans lecture par une personne",
    Rule.NO_SPACE: "l’espace n’était pas ouvert",
    Rule.NOT_ACTIVATED: "l’espace n’était pas encore activé",
    Rule.OBJECTED: "opposition à l’ouverture de l’espace (R1111-28)",
    Rule.CLOSED: "l’espace était fermé (R1111-36)",
    Rule.SUSPENDED: "l’espace était suspendu (R1111-36)",
    Rule.ERASED: "l’espace était effacé (R1111-36)",
    Rule.NOT_REPRESENTATIVE: "cette personne n’est pas représentant légal",
    Rule.SEVERED: "le lien avec cette personne était rompu",
    Rule.OF_AGE: "le titulaire est majeur",
    Rule.NOT_FOR_THIS: "accès non prévu",
    Rule.CAREGIVER: "aidant choisi par le titulaire",
    Rule.TREATING: "médecin traitant",
    Rule.CARE_TEAM: "équipe de soins, dont le titulaire est informé",
    Rule.CONSENTED: "consentement donné pour cette consultation",
    Rule.ADMINISTRATOR: "médecin administrateur désigné par le titulaire",
    Rule.BREAK_GLASS: "urgence, bris de glace (L1111-17)",
    Rule.REGULATION: "régulation du SAMU (L1111-17)",
    Rule.PROFESSIONAL_FEEDS: "un professionnel alimente l’espace (R1111-47)",
    Rule.PROFESSIONAL_OWN: "un professionnel n’agit que sur ce qu’il a lui-même déposé",
    Rule.NOT_IN_DIRECTORY: "absent de l’annuaire des professionnels",
    Rule.PROFESSIONAL_BLOCKED: "vous avez bloqué ce professionnel",
    Rule.NO_RELATION: "ni prise en charge, ni consentement",
    Rule.NOT_INFORMED: "prise en charge dont le titulaire n’était pas informé",
    Rule.FROZEN: "compte du professionnel gelé",
    Rule.TRAINING: "en mode entraînement, seuls des patients fictifs s’ouvrent",
    "consent_qr": "le titulaire a montré son code",
    "consent_ins": "le titulaire a donné son identité",
    "consent_oral": "le titulaire l’a dit",
    "consent_launch": "noté dans le logiciel du professionnel",
    "consent_express": "accord exprès, par écrit",
    "relation_team": "déclarée par le professionnel, pour un an au plus",
    "relation_stay": "pour un séjour, avec toute la structure",
    Rule.STEP_UP: "vérification demandée au professionnel",
    "not_administrator": "n’est pas votre médecin administrateur",
    "emergency_justified": "l’accès était justifié",
    "emergency_not_justified": "l’accès n’était pas justifié",
    "emergency_review": "examen d’un accès en urgence",
    Rule.NOT_CAREGIVER: "cette personne n’est pas votre aidant",
    Rule.DECLARED: "prise en charge déclarée, dont le titulaire est informé",
    Rule.ACTING_FOR: "agit pour un professionnel qui prend en charge le titulaire",
    Rule.NOT_HABILITATED: "profession sans habilitation à lire",
    Rule.READS_NOTHING: "un secrétariat ne lit rien",
    Rule.EXPRESS_ONLY: "il fallait votre consentement exprès (L1111-17)",
    Rule.NOT_SUPERVISED: "ne dépend d’aucun professionnel connu",
    Rule.EMERGENCY_REFUSED: "vous avez refusé l’accès en urgence (L1111-17)",
    Rule.SAMU_REFUSED: "vous avez refusé l’accès du SAMU (L1111-17)",
    Rule.NOT_REGULATOR: "n’est pas médecin régulateur du SAMU",
    Rule.NOT_HEALTH_PROFESSIONAL: "n’est pas un professionnel de santé",
    Rule.NOT_ENTERED: "motif de l’urgence non donné",
    "wrong_password": "mot de passe faux",
    "wrong_factor": "code de vérification faux",
    "other_identity": "l’identité donnée n’était pas celle du titulaire",
    "lost_password": "mot de passe oublié",
    "lost_phone": "téléphone perdu",
    "lost_mailbox": "messagerie perdue",
    "lost_login": "identifiant oublié",
    "email": "adresse électronique",
    "phone": "téléphone",
    "login": "identifiant",
    "password": "mot de passe",
    "chosen": "autre moyen choisi",
    "passkey_removed": "clé d’accès retirée",
    "session": "une session",
    "others": "toutes les autres sessions",
    "device": "un appareil",
    "unfrozen": "blocage levé par le service d’aide",
    "two_identifiers": "deux informations données au téléphone",
    "identifiers_differ": "les informations données au téléphone n’étaient pas toutes exactes",
    "callback": "rappel téléphonique",
    "report": "réponse à un signalement",
    "call_identified": "identité confirmée",
    "call_unreachable": "personne n’a répondu",
    "severed_by_court": "décision de justice",
    "severed_on_request": "demande du représentant lui-même",
    "severed_as_fault": "lien enregistré par erreur",
    "already_two": "il y a déjà deux représentants légaux",
}
_FINESS_LENGTH: Final = 9
_OFFICES: Final = {
    ActorKind.SUPPORT: "le 3422, service d’aide",
    ActorKind.INSURER: "l’Assurance Maladie",
    ActorKind.ENROLMENT: "le service d’ouverture des espaces",
}
_METHODS: Final = {
    "email": "code reçu par e-mail",
    "totp": "application de codes",
    "passkey": "clé d’accès",
    "franceconnect": "FranceConnect",
}
_AUTHENTICATIONS: Final = {
    "psc": "Pro Santé Connect",
    "psc_launch": "Pro Santé Connect, depuis son logiciel",
    "training": "Pro Santé Connect, en mode entraînement",
}
_PERSONS: Final = frozenset({ActorKind.PATIENT, ActorKind.LEGAL_REPRESENTATIVE, ActorKind.CAREGIVER})
_TIES: Final = {ActorKind.LEGAL_REPRESENTATIVE: "représentant légal", ActorKind.CAREGIVER: "aidant"}
_OWN_PAGES: Final = "les pages de ce service"
_KEPT: Final = (
    "invited",
    "representative",
    "device",
    "structure",
    "professional",
    "caregiver",
    "motive",
    "answer",
)
_NO_TITLES: Final[Mapping[UUID, str]] = {}
_ARTICLE: Final = re.compile(r"(?:CSP )?[LR]\.? ?\d{4}-\d+.*")


def reason_words(code: str) -> str:
    """Say the rule or the motive that a line gives: in words, or as the article of law it is."""
    if code.startswith("not_me_"):
        return "« ce n’est pas moi », dit le titulaire"
    return _REASONS.get(code, code if _ARTICLE.fullmatch(code) else "")


@dataclass(frozen=True)
class Teller:
    """Tells lines to one reader about one space. `names`: of persons; `titles`: of documents she may read.

    `software`: in words, by client; `structures`: names by FINESS number; `professionals` by id (all three of
    the directory).
    """

    reader_id: UUID
    person_id: UUID
    names: Mapping[UUID, str] = field(default_factory=dict)
    titles: Mapping[UUID, str] = field(default_factory=dict)
    software: Mapping[UUID, str] = field(default_factory=dict)
    structures: Mapping[str, str] = field(default_factory=dict)
    professionals: Mapping[UUID, ProfessionalCard] = field(default_factory=dict)

    @classmethod
    def knowing(
        cls, reader_id: UUID, person_id: UUID, lines: Iterable[Line], titles: Mapping[UUID, str] = _NO_TITLES
    ) -> Self:
        """Return who tells these lines, with the names of all who acted in them: four short statements."""
        told = list(lines)
        return cls(
            reader_id,
            person_id,
            find_names(actors_of(told)),
            titles,
            software=directory.find_software(clients_of(told)),
            structures=directory.name_structures(structures_of(told)),
            professionals=directory.name_professionals(professionals_of(told)),
        )

    def who(self, line: Line) -> str:
        """Say who acted, to follow "par"."""
        if line.event is EventType.LOGIN_REFUSED:  # who did not get in is nobody yet, and not "vous"
            return "quelqu’un qui n’a pas prouvé son identité"
        match line.actor.kind:
            case ActorKind.PATIENT | ActorKind.LEGAL_REPRESENTATIVE | ActorKind.CAREGIVER:
                return self._person(line)
            case ActorKind.HEALTHCARE_FACILITY:
                return self._facility(line)
            case ActorKind.HEALTHCARE_PROFESSIONAL:
                return self._professional(line)
            case _:
                return _OFFICES.get(line.actor.kind, "le service, automatiquement")

    def what(self, line: Line) -> str:
        """Say what was done or refused."""
        return line.wording.done if line.allowed else line.wording.refused

    def why(self, line: Line) -> str:
        """Say for what purpose, and by which rule."""
        reason = reason_words(line.reason)
        purpose = self.purpose(line)
        return " : ".join(part for part in (purpose, reason) if part)

    def purpose(self, line: Line) -> str:
        """Say for what purpose, alone."""
        correcting = _CORRECTING.get(line.actor.kind) if line.purpose is Purpose.MANAGE else None
        return correcting or _PURPOSES[line.purpose]

    def facts(self, line: Line) -> list[tuple[str, str]]:
        """Return what the journal keeps of who acted and how (facts/interop.md 10), as label and value."""
        actor = line.actor
        client = actor.software or (actor.id if actor.kind is ActorKind.HEALTHCARE_FACILITY else None)
        care = actor.kind in {ActorKind.HEALTHCARE_FACILITY, ActorKind.HEALTHCARE_PROFESSIONAL}
        rows = [
            ("Profession", profession_words(actor.role) if actor.role else ""),
            ("Lieu", self._structure(line) if actor.structure else ""),
            ("Situation d’exercice", actor.situation),
            ("Logiciel", (self.software.get(client) if client else "") or (_OWN_PAGES if care else "")),
            ("Connexion", _AUTHENTICATIONS.get(actor.authentication, actor.authentication)),
            ("But", self.purpose(line)),
            ("Règle", reason_words(line.reason)),
            ("Décision", "accès autorisé" if line.allowed else "accès refusé"),
        ]
        return [(label, value) for label, value in rows if value]

    def account(self, line: Line) -> list[tuple[str, str]]:
        """Return when, what, by whom and how, as label and value; nothing of what the act was about."""
        at = line.at.astimezone(PARIS)
        who = self.who(line)
        return [
            ("Date", f"{at:%d/%m/%Y à %H h %M min %S s}"),
            ("Acte", self.what(line)),
            ("Par", f"{who[:1].upper()}{who[1:]}"),
            *self.facts(line),
        ]

    def details(self, line: Line) -> str:
        """Name the document, the relative, the device: as the line keeps it, or by the document's title."""
        title = line.personal.get("title") or self.titles.get(line.reference or UUID(int=0), "")
        kept = [line.personal.get(name, "") for name in _KEPT]
        parts = [title, *kept, _METHODS.get(str(line.personal.get("method")), "")]
        return ", ".join(str(part) for part in parts if part)

    def _structure(self, line: Line) -> str:
        """Name the structure as it was called then, else as the directory does now."""
        finess = line.actor.structure
        name = str(line.personal.get("structure_name", "")) or self.structures.get(finess, "")
        return structure_words(finess, name)

    def _facility(self, line: Line) -> str:
        """Name the structure and its software."""
        software = self.software.get(line.actor.id) if line.actor.id else None
        words = self._structure(line)
        return f"{words}, avec le logiciel {software}" if software else words

    def _professional(self, line: Line) -> str:
        """Name a professional as people know him: name, profession, place, software, way in."""
        actor = line.actor
        if actor.id == self.reader_id:
            return "vous"
        card = self.professionals.get(actor.id) if actor.id else None
        software = self.software.get(actor.software) if actor.software else None
        way = _AUTHENTICATIONS.get(actor.authentication, "")
        parts = [
            professional_words(card) if card else "un professionnel absent de l’annuaire",
            profession_words(actor.role),
            self._structure(line) if actor.structure else "",
            f"avec le logiciel {software}" if software else "",
            f"par {way}" if way else "",
        ]
        return ", ".join(part for part in parts if part)

    def _person(self, line: Line) -> str:
        actor = line.actor
        if actor.id == self.reader_id:
            return "vous"
        name = self.names.get(actor.id, "une autre personne") if actor.id else "une personne"
        tie = _TIES.get(actor.kind)
        return f"{name}, {tie}" if tie else name


def professional_words(card: ProfessionalCard) -> str:
    """Return a professional as he stands after "par": « le Dr Anne BERTHIER », « Malik PERRIN »."""
    return f"le {card.name}" if card.name.startswith("Dr ") else card.name


def structure_words(finess: str, name: str) -> str:
    """Return a structure as it is shown: its name when it is known, and always its number.

    `finess`: nine characters, or another national number of a structure that has no FINESS (ADR 20).
    """
    number = f"FINESS {finess}" if len(finess) == _FINESS_LENGTH else f"n° {finess}"
    return f"{name} ({number})" if name else f"la structure {number}"


def actors_of(lines: Iterable[Line]) -> list[UUID]:
    """Return the persons who acted, to be named."""
    return sorted({line.actor.id for line in lines if line.actor.id and line.actor.kind in _PERSONS})


def professionals_of(lines: Iterable[Line]) -> list[UUID]:
    """Return the professionals who acted, to be named."""
    kind = ActorKind.HEALTHCARE_PROFESSIONAL
    return sorted({line.actor.id for line in lines if line.actor.id and line.actor.kind is kind})


def clients_of(lines: Iterable[Line]) -> list[UUID]:
    """Return the clients by which structures and professionals acted, whose software is to be named."""
    kind = ActorKind.HEALTHCARE_FACILITY
    found = {line.actor.id if line.actor.kind is kind else line.actor.software for line in lines}
    return sorted(one for one in found if one)


def structures_of(lines: Iterable[Line]) -> list[str]:
    """Return the FINESS numbers of the structures that acted, to be named."""
    return sorted({line.actor.structure for line in lines if line.actor.structure})


def references_of(lines: Iterable[Line]) -> list[UUID]:
    """Return the documents that lines are about."""
    groups = {Group.DOCUMENT}
    wanted = {line.reference for line in lines if line.wording.group in groups and line.reference}
    return sorted(wanted)
