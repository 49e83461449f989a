"""What whoever was refused may do about it: words, and the change of the facts that they come to.

The change is the claim: applied to the facts of the refusal, that rule refuses no more. Where nothing opens
this door (`change` is None) the words say what remains. Never about one hidden thing: a refusal is of a
whole act or person.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from carnet.access.policies import DOCTOR, Basis, Means, Relation, Rights, Rule
from carnet.journal.api import Purpose

Change = Callable[[Rights], Rights]


class Doer(StrEnum):
    """Who can do it."""

    ASKER = "asker"  # whoever was refused
    PERSON = "person"  # the person whose record it is, or who represents her
    OTHER = "other"  # the insurer, the order, a judge, the service


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing that may be done. `words`: to whoever was refused, in French. `purpose`: to ask again for."""

    words: str
    by: Doer
    change: Change | None = None
    purpose: Purpose | None = None


def remedies(rule: Rule) -> tuple[Remedy, ...]:
    """Return what may be done when a rule refused, the most ordinary first; nothing for one that allows."""
    return _REMEDIES.get(rule, ())


def _with(**facts: Any) -> Change:
    return lambda rights: replace(rights, **facts)


def _care(**facts: Any) -> Change:
    return lambda rights: replace(rights, care=replace(rights.care, **facts))


_OPEN: Final = _with(space="activated")
_CONSENT: Final = Remedy(
    "Demandez à la personne son consentement pour cette consultation : son code à l’écran, ou son numéro "
    "et ses traits.",
    Doer.PERSON,
    _care(consented=Means.QR),
)
_ADVISE: Final = Remedy(
    "Demandez à la personne le document utile : elle peut vous le remettre elle-même.", Doer.PERSON
)
_UNBLOCK: Final = "La personne seule peut lever ce blocage, dans « Qui voit quoi » de son espace."

_REMEDIES: Final[dict[Rule, tuple[Remedy, ...]]] = {
    Rule.NO_SPACE: (Remedy("La personne peut ouvrir son espace sur ce site.", Doer.PERSON, _OPEN),),
    Rule.NOT_ACTIVATED: (Remedy("Activez l’espace avec le code provisoire reçu.", Doer.PERSON, _OPEN),),
    Rule.OBJECTED: (
        Remedy("La personne peut revenir à tout moment sur son opposition.", Doer.PERSON, _OPEN),
    ),
    Rule.CLOSED: (
        Remedy("La personne peut rouvrir son espace tant qu’il est conservé.", Doer.PERSON, _OPEN),
    ),
    Rule.SUSPENDED: (
        Remedy("Le service rétablit l’espace après enquête : appelez le 3422.", Doer.OTHER, _OPEN),
    ),
    Rule.ERASED: (
        Remedy(
            "Ce qui est effacé ne revient pas. La personne peut ouvrir un nouvel espace.", Doer.PERSON, _OPEN
        ),
    ),
    Rule.NOT_REPRESENTATIVE: (
        Remedy(
            "Le parent qui gère déjà ce profil peut vous y inviter ; pour un majeur protégé, la décision du "
            "juge suffit.",
            Doer.PERSON,
            _with(relation=Relation.GUARDIAN),
        ),
    ),
    Rule.SEVERED: (
        Remedy(
            "L’autre représentant légal, ou le juge, peut rétablir ce lien.",
            Doer.OTHER,
            _with(relation=Relation.GUARDIAN),
        ),
    ),
    Rule.OF_AGE: (
        Remedy("Un majeur peut vous choisir comme aidant. C’est lui qui vous invite.", Doer.PERSON),
    ),
    Rule.NOT_CAREGIVER: (
        Remedy("Une personne majeure peut vous inviter comme aidant ; acceptez son invitation.", Doer.PERSON),
    ),
    Rule.NOT_IN_DIRECTORY: (
        Remedy(
            "Faites corriger votre situation d’exercice auprès de votre ordre ou de l’ARS : l’annuaire suit "
            "en un jour.",
            Doer.ASKER,
            _care(active=True),
        ),
    ),
    Rule.TRAINING: (
        Remedy(
            "Quittez le mode entraînement depuis la page d’aide.", Doer.ASKER, _care(outside_training=False)
        ),
    ),
    Rule.NOT_HABILITATED: (_ADVISE,),
    Rule.READS_NOTHING: (
        Remedy("Le médecin pour qui vous travaillez ouvre lui-même ce dossier.", Doer.OTHER),
    ),
    Rule.PROFESSIONAL_BLOCKED: (Remedy(_UNBLOCK, Doer.PERSON, _care(blocked=False)),),
    Rule.BLOCKED: (Remedy(_UNBLOCK, Doer.PERSON, _with(blocked=False)),),
    Rule.NO_RELATION: (
        _CONSENT,
        Remedy(
            "Si vous faites partie de son équipe de soins, informez-la et déclarez-le.",
            Doer.ASKER,
            _care(basis=Basis.DECLARED, informed=True),
        ),
    ),
    Rule.NOT_INFORMED: (
        Remedy(
            "Informez la personne du partage entre ses soignants, puis confirmez-le.",
            Doer.ASKER,
            _care(informed=True),
        ),
        _CONSENT,
    ),
    Rule.EXPRESS_ONLY: (
        Remedy(
            "Demandez à la personne son consentement exprès, par écrit.",
            Doer.PERSON,
            _care(consented=Means.EXPRESS),
            Purpose.CONSULT,
        ),
    ),
    Rule.NOT_SUPERVISED: (
        Remedy(
            "Faites inscrire dans l’annuaire le professionnel dont vous dépendez.",
            Doer.ASKER,
            _care(answers=True),
        ),
    ),
    Rule.STEP_UP: (Remedy("Reconnectez-vous avec Pro Santé Connect.", Doer.ASKER, _care(step_up=False)),),
    Rule.FROZEN: (
        Remedy("Appelez le contrôle des accès, qui examine votre activité.", Doer.OTHER, _care(frozen=False)),
    ),
    Rule.EMERGENCY_REFUSED: (
        Remedy(
            "Si la personne peut s’exprimer, demandez-lui son consentement pour cette consultation.",
            Doer.PERSON,
            _care(consented=Means.INS),
            Purpose.CONSULT,
        ),
    ),
    Rule.SAMU_REFUSED: (
        Remedy(
            "Si la personne peut s’exprimer, demandez-lui son consentement pour cette consultation.",
            Doer.PERSON,
            _care(consented=Means.INS),
            Purpose.CONSULT,
        ),
    ),
    Rule.NOT_REGULATOR: (
        Remedy(
            "Si vous régulez au SAMU, faites-le inscrire dans l’annuaire.",
            Doer.ASKER,
            _care(regulator=True, role=DOCTOR),
        ),
    ),
    Rule.NOT_HEALTH_PROFESSIONAL: (
        Remedy("Appelez le 15 : le médecin régulateur peut consulter ce dossier.", Doer.OTHER),
    ),
    Rule.NOT_ENTERED: (
        Remedy(
            "Écrivez le motif de l’urgence : la personne et son médecin traitant en sont informés.",
            Doer.ASKER,
            _care(entered="break_glass"),
            Purpose.BREAK_GLASS,
        ),
        Remedy(
            "Régulateur du SAMU : écrivez le motif de l’appel.",
            Doer.ASKER,
            _care(entered="regulation"),
            Purpose.REGULATE,
        ),
    ),
    Rule.NOT_FOR_THIS: (Remedy("Cet acte revient à la personne elle-même.", Doer.PERSON),),
    Rule.NOT_OWN: (Remedy("Adressez-vous à la structure qui a déposé ce document.", Doer.OTHER),),
    Rule.WITHDRAWN: (Remedy("La structure qui l’a retiré peut déposer une nouvelle version.", Doer.OTHER),),
}
