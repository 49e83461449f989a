"""Advance directives: what is asked, in the sense of the law, and what the answers say. Pure.

CSP L1111-11 (they say what a person wants of care at the end of life, on continuing, limiting, stopping or
refusing treatments), R1111-18 (written, dated, signed, by an author named with date and place of birth; two
witnesses for who cannot write), R1111-19 (two forms: for a person in good health, and for one who has a
serious illness or is near the end of life). The questions are our own words: docs/papers.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

LONGEST: Final = 3000
LONGEST_LINE: Final = 200


class Situation(StrEnum):
    """For whom the form is made (R1111-19). The value stands in the address."""

    HEALTHY = "en-bonne-sante"
    ILL = "malade"

    @property
    def label(self) -> str:
        """The words for a person."""
        return _SITUATIONS[self]


_SITUATIONS: Final = {
    Situation.HEALTHY: "Je n’ai pas de maladie grave",
    Situation.ILL: "J’ai une maladie grave, ou je pense être en fin de vie",
}
BOTH: Final = frozenset(Situation)
_ILL: Final = frozenset({Situation.ILL})
_HEALTHY: Final = frozenset({Situation.HEALTHY})


class DirectivesRefused(ValueError):  # noqa: N818 - the outcome is a refusal
    """The answers do not make directives. `errors`: by question, in French; "" for the whole."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked. `kind`: a choice among `choices`, a line, or a long text."""

    name: str
    label: str
    kind: Literal["choice", "line", "text"]
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    situations: frozenset[Situation] = BOTH
    required: bool = False
    wish: bool = True  # whether an answer is a wish, and not a fact beside it


@dataclass(frozen=True, slots=True)
class Part:
    """Questions under one heading."""

    heading: str
    questions: tuple[Question, ...]
    note: str = ""


_KEEP: Final = (
    ("continue", "Je veux qu’on me maintienne en vie par des traitements"),
    ("stop", "Je ne veux pas qu’on me maintienne en vie artificiellement"),
)
_TREAT: Final = (("yes", "Oui, je le veux"), ("no", "Non, je le refuse"))


def _keep(name: str, label: str, situations: frozenset[Situation] = BOTH) -> Question:
    return Question(name, label, "choice", choices=_KEEP, situations=situations)


def _treat(name: str, label: str, hint: str = "", situations: frozenset[Situation] = BOTH) -> Question:
    return Question(name, label, "choice", hint, _TREAT, situations)


PARTS: Final = (
    Part(
        "Ma situation",
        (
            Question(
                "birth_place", "Mon lieu de naissance", "line", "Commune, et pays hors de France.",
                required=True, wish=False,
            ),
            Question(
                "illness", "Ma maladie, et ce que je sais de son évolution", "text",
                situations=_ILL, wish=False,
            ),
        ),
    ),
    Part(
        "Être maintenu en vie",
        (
            _keep("coma", "Si je suis dans un coma prolongé, jugé irréversible"),
            _keep(
                "brain",
                "Si, après un accident ou une attaque, je ne peux plus communiquer du tout avec mes proches",
                _HEALTHY,
            ),
            _keep("advanced", "Si ma maladie est très avancée et ne peut plus être guérie", _ILL),
            Question(
                "other_situation", "Une autre situation que je redoute, et ce que je veux alors", "text",
                "Par exemple : ne plus reconnaître mes proches, dépendre d’autrui pour tout.",
            ),
        ),
        "Si je ne peux plus dire ce que je veux.",
    ),
    Part(
        "Les traitements",
        (
            _treat("resuscitation", "Une réanimation si mon cœur s’arrête"),
            _treat("breathing", "Une machine qui respire à ma place"),
            _treat("feeding", "Être nourri et hydraté par une sonde ou une perfusion"),
            _treat("dialysis", "Une épuration du sang par une machine (dialyse)"),
            _treat("surgery", "Une opération"),
            _treat("intensive_care", "Un transfert en réanimation", situations=_ILL),
            _treat(
                "own_treatment", "La poursuite des traitements de ma maladie",
                "Par exemple une chimiothérapie, quand elle ne peut plus guérir.", _ILL,
            ),
            Question("other_treatment", "D’autres traitements que je veux ou que je refuse", "text"),
        ),
        "S’ils n’avaient pour but que de prolonger ma vie.",
    ),
    Part(
        "Ne pas souffrir",
        (
            _treat(
                "sedation",
                "Être endormi profondément jusqu’à mon décès, si l’on arrête ce qui me maintient en vie",
                "C’est la sédation profonde et continue (code de la santé publique, L1110-5-2).",
            ),
        ),
        "Les traitements contre la douleur me sont dus dans tous les cas.",
    ),
    Part(
        "Mes autres souhaits",
        (
            Question(
                "other_wishes", "Ce que je veux ajouter", "text",
                "Le lieu, les personnes présentes, un accompagnement, ce qui compte pour vous.",
            ),
        ),
    ),
    Part(
        "Ma personne de confiance",
        (
            Question("trusted_name", "Son nom et son prénom", "line", wish=False),
            Question(
                "trusted_contact", "Comment la joindre", "line", "Téléphone, adresse.", wish=False
            ),
        ),
        "Elle dit aux médecins ce que je veux quand je ne le peux plus.",
    ),
    Part(
        "Si je ne peux pas écrire ni signer moi-même",
        (
            Question("witness_1", "Premier témoin", "line", "Nom, prénom, qualité.", wish=False),
            Question("witness_2", "Second témoin", "line", "Nom, prénom, qualité.", wish=False),
        ),
        "Deux témoins attestent qu’elles disent ce que je veux ; ma personne de confiance peut en être.",
    ),
)  # fmt: skip
UNSAID: Final = "Je ne me prononce pas"


@dataclass(frozen=True, slots=True)
class Said:
    """A part of the directives in words: its heading, what it supposes, and (question, answer) pairs."""

    heading: str
    note: str
    pairs: tuple[tuple[str, str], ...]


def list_parts(situation: Situation) -> list[Part]:
    """Return the parts of a form, with the questions of that situation."""
    parts = (
        Part(part.heading, tuple(one for one in part.questions if situation in one.situations), part.note)
        for part in PARTS
    )
    return [part for part in parts if part.questions]


def check(situation: Situation, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers of a form, tidied; raises DirectivesRefused.

    A wish at least must be expressed; of witnesses, both or none (R1111-18).
    """
    questions = [question for part in list_parts(situation) for question in part.questions]
    found = {one.name: _tidy(answers.get(one.name, ""), one) for one in questions}
    errors = {one.name: fault for one in questions if (fault := _fault(one, found[one.name]))}
    if bool(found["witness_1"]) != bool(found["witness_2"]):
        missing = "witness_2" if found["witness_1"] else "witness_1"
        errors[missing] = "La loi demande deux témoins : indiquez les deux, ou aucun."
    if not errors and not any(found[one.name] for one in questions if one.wish):
        errors[""] = "Exprimez au moins un souhait : sans lui, ces directives ne diraient rien."
    if errors:
        raise DirectivesRefused(errors)
    return {name: answer for name, answer in found.items() if answer}


def say(situation: Situation, answers: Mapping[str, str]) -> list[Said]:
    """Return what checked answers say, part after part; a choice not made is said so."""
    said = []
    for part in list_parts(situation):
        pairs = tuple(
            (one.label, _words(one, answers))
            for one in part.questions
            if one.kind == "choice" or answers.get(one.name)
        )
        if pairs:
            said.append(Said(part.heading, part.note, pairs))
    return said


def _tidy(text: str, question: Question) -> str:
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join(lines).strip() if question.kind == "text" else " ".join(lines).strip()


def _fault(question: Question, answer: str) -> str:
    if question.required and not answer:
        return "Remplissez ce champ : la loi le demande."
    longest = LONGEST if question.kind == "text" else LONGEST_LINE
    if len(answer) > longest:
        return f"{longest} caractères au plus."
    if question.kind == "choice" and answer and answer not in dict(question.choices):
        return "Choisissez une des réponses proposées."
    return ""


def _words(question: Question, answers: Mapping[str, str]) -> str:
    answer = answers.get(question.name, "")
    return dict(question.choices).get(answer, answer) or UNSAID
