"""What a professional may read, must feed and risks: one rule a line, each with its article.

What she may read comes from the matrix and from the rules that decide; nothing here decides anything.
Sources of the duties and of the penalties: facts/mes.md 3.7, 4.1, 4.3; docs/adr/0026-learning.md.
"""

import re
from collections.abc import Iterable
from typing import Final

from carnet.access import api as access
from carnet.access.api import ARTICLES, EXPLANATIONS, Rule

_ARTICLE: Final = re.compile(r" \((?:[LR]\d|arrêté|bris de glace)[^()]*\)")
RuleLine = tuple[str, str]
"""A rule, and its article."""

_DOCTORS: Final = frozenset({"10"})
_PRESCRIBERS: Final = frozenset({"10", "40", "50", "60"})
_VACCINATORS: Final = frozenset({"10", "21", "50", "60"})
_WAYS_IN: Final = (
    Rule.TREATING, Rule.CARE_TEAM, Rule.DECLARED, Rule.CONSENTED, Rule.ADMINISTRATOR, Rule.BREAK_GLASS,
    Rule.REGULATION,
)  # fmt: skip
_SHUT: Final = (
    Rule.NO_RELATION, Rule.NOT_INFORMED, Rule.PROFESSIONAL_BLOCKED, Rule.BLOCKED, Rule.EMERGENCY_REFUSED,
    Rule.EXPRESS_ONLY, Rule.FROZEN,
)  # fmt: skip
_DUTIES: Final[tuple[tuple[frozenset[str] | None, str, str], ...]] = (
    (None, "Vous déposez ce qui est utile à la coordination des soins, à chaque acte.", "L1111-15, R1111-47"),
    (None, "La personne ne s’oppose pas au dépôt, sauf motif légitime.", "R1111-47"),
    (None, "Ce que vous déposez lui est aussi envoyé, ou remis, s’il le faut.", "R1111-47"),
    (_DOCTORS, "Vous déposez lettres, comptes rendus et résultats d’examens.", "R1111-47"),
    (_PRESCRIBERS, "Vous déposez vos prescriptions.", "R1111-47"),
    (_DOCTORS, "Médecin traitant, vous tenez à jour le volet de synthèse médicale.", "L1111-15"),
    (_VACCINATORS, "Vous enregistrez les vaccinations que vous faites.", "R1111-47"),
    (None, "Vous corrigez ou retirez ce que vous avez déposé, et cela seulement.", "R1111-47"),
)
_RISKS: Final[tuple[RuleLine, ...]] = (
    ("Chaque lecture s’inscrit dans l’historique de la personne, avec votre nom.", "R1111-43"),
    ("La personne peut vous bloquer, et signaler un accès.", "L1111-19"),
    ("Lire le dossier de qui vous ne soignez pas : un an de prison et 15 000 € d’amende.", "L1110-4, V"),
    ("Révéler ce que vous avez lu : un an de prison et 15 000 € d’amende.", "code pénal, 226-13"),
    ("Entrer ou modifier frauduleusement : jusqu’à cinq ans et 150 000 €.", "code pénal, 323-1"),
    ("Chaque accès en urgence est examiné ; la personne et son médecin traitant en sont avertis.",
     "L1111-17, R1111-48"),
    ("Lire bien plus que vos confrères fait demander une vérification, puis geler votre compte.",
     "règle de ce service"),
)  # fmt: skip


def list_ways_in() -> list[RuleLine]:
    """Return by what a record opens, in the words of the rules that decide."""
    return _said(_WAYS_IN)


def list_refusals() -> list[RuleLine]:
    """Return by what it stays shut."""
    return _said(_SHUT)


def list_duties(profession: str) -> list[RuleLine]:
    """Return what a profession must feed (facts/mes.md 3.7)."""
    return [(words, article) for whose, words, article in _DUTIES if whose is None or profession in whose]


def list_risks() -> list[RuleLine]:
    """Return what is seen, and what is punished (facts/mes.md 4.1)."""
    return list(_RISKS)


def list_reading(profession: str) -> list[tuple[str, str, str, str]]:
    """Return category, what is read, what is not, and its source: the matrix, for one profession."""
    return [
        (one.category.label, _all_of(one.given, one.refused), _all_of(one.refused, one.given), _source(one))
        for one in access.list_habilitations(profession)
    ]


def _said(rules: Iterable[Rule]) -> list[RuleLine]:
    """The words of the rules without the article, which stands beside them."""
    return [(_ARTICLE.sub("", EXPLANATIONS[rule]), ARTICLES[rule]) for rule in rules]


def _all_of(these: tuple[str, ...], others: tuple[str, ...]) -> str:
    if not these:
        return "aucun"
    return ", ".join(these) if others else "tous les types"


def _source(one: access.Habilitation) -> str:
    """The order of 2023, or this service where nothing is published of this profession."""
    return ", ".join(
        source if source != "Carnet" else "règle prudente de ce service" for source in one.sources
    ) or ("rien de publié : refusé")
