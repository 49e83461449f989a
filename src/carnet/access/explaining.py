"""docs/rights.md: who sees what, in plain words, written by the rules and the matrix that are enforced.

Nothing here knows a right: each line asks `decide_scope`, the matrix or the table of rules, so that the page
says what the service does (tests/access/test_rights_page.py keeps the file up to date).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from carnet.access.matrix import PARTS, Cell, Grant, Matrix, Profession, cell_of, get_matrix
from carnet.access.policies import (
    ARTICLES,
    DOCTOR,
    EXPLANATIONS,
    Basis,
    Care,
    Relation,
    Rights,
    Rule,
    Scope,
    Visibility,
    decide_scope,
)
from carnet.access.remedies import remedies
from carnet.access.telling import reason_words
from carnet.journal.api import Actor, ActorKind, Purpose
from carnet.terminology import api as terminology
from carnet.terminology.api import Category, DocumentType

PART_LABELS: Final = {
    "TREATMENTS": "traitements",
    "DISEASES": "maladies et sujets de santé",
    "HOSPITALIZATIONS": "hospitalisations",
    "VACCINATIONS": "vaccinations",
    "BLOOD_GROUP": "groupe sanguin",
    "ALLERGIES": "allergies",
    "DISABILITIES": "handicaps",
    "FAMILY_HISTORIES": "antécédents familiaux",
    "LIFESTYLES": "habitudes de vie",
    "PROFESSIONALS": "professionnels et établissements",
    "CONTACTS": "contacts et personne de confiance",
    "WISHES": "volontés",
    "measures": "mesures",
    "care_history": "histoire de santé",
}
"""The parts of a record in plain words, for lists in a sentence."""

_ENTER: Final = (
    Rule.HOLDER, Rule.REPRESENTATIVE, Rule.CAREGIVER, Rule.TREATING, Rule.CARE_TEAM, Rule.DECLARED,
    Rule.ACTING_FOR, Rule.CONSENTED, Rule.ADMINISTRATOR, Rule.BREAK_GLASS, Rule.REGULATION,
    Rule.PROFESSIONAL_FEEDS, Rule.PROFESSIONAL_OWN, Rule.FACILITY_DEPOSITS, Rule.FACILITY_OWN,
    Rule.INSURER_FEEDS, Rule.SYSTEM_OPERATES,
)  # fmt: skip
"""The rules that let in; each of the others refuses."""

_HEAD: Final = """# Qui voit quoi

Cette page est écrite par les règles que le service applique : ce qu’elle dit est ce qui se passe.
Pour la refaire : `carnet rights write`. Les articles sont du code de la santé publique, sauf mention.

Ce qui est caché à quelqu’un est pour lui comme ce qui n’existe pas : ni dans les listes, ni dans les
nombres, ni dans les recherches. Un accès refusé, lui, est expliqué, et votre historique le montre.
"""
_MATRIX_HEAD: Final = """## Ce que lit chaque profession

Il faut d’abord qu’une des règles ci-dessus laisse entrer le professionnel. Il voit alors les types de
documents que la matrice donne à sa profession ; ce que rien ne donne est refusé. **(arrêté)** : publié par
l’arrêté du 26 octobre 2023. **(prudence)** : rien n’est publié, ce service a choisi une règle prudente.
"""


def write_rights() -> str:
    """Return the text of docs/rights.md."""
    matrix = get_matrix()
    sections = ([_HEAD], _entering(), _hiding(), _refusing(), [_MATRIX_HEAD], _professions(matrix))
    return "\n".join(line for section in sections for line in section).rstrip("\n") + "\n"


def list_given(profession: str) -> tuple[list[DocumentType], list[str]]:
    """Return the types of documents and the parts (in words) that a profession may read."""
    grant = get_matrix().grants.get(profession, Grant())
    kinds = [kind for kind in terminology.list_document_types() if kind.code in grant.types]
    return kinds, [PART_LABELS[part] for part in PARTS if part in grant.parts]


# -- rules


def _entering() -> Iterator[str]:
    yield "## Qui entre\n"
    yield from _table(("Qui, dans votre historique", "Ce qui lui est dit", "Texte"), (
        (reason_words(rule), EXPLANATIONS[rule], ARTICLES[rule]) for rule in _ENTER
    ))  # fmt: skip


def _refusing() -> Iterator[str]:
    yield "## Qui est refusé, et ce qu’il peut faire\n"
    yield from _table(("Ce qui lui est dit", "Ce qu’il peut faire", "Texte"), (
        (EXPLANATIONS[rule], " ".join(one.words for one in remedies(rule)), ARTICLES[rule])
        for rule in Rule if rule not in _ENTER
    ))  # fmt: skip


# -- what is hidden: each answer is asked of the decision

_ME: Final = UUID(int=1)
_HERE: Final = "690000013"
_BORN: Final = {"adult": date(1970, 1, 1), "child": date(2020, 1, 1)}
_TODAY: Final = date(2026, 1, 1)
_ORDINARY: Final = Visibility(structure="750000017", type_code="11502-2")
_HIDDEN: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("un document ordinaire", {}),
    ("un document que vous avez masqué", {"masked": True}),
    ("un résultat qui attend d’être annoncé", {"invisible_patient": True}),
    ("un soin confidentiel d’un mineur", {"invisible_representatives": True}),
    ("un document restreint (R)", {"level": "R"}),
    ("un document très restreint (V)", {"level": "V"}),
    ("une attestation de résidence", {"type_code": "ATTEST-RESID"}),
)


def _hiding() -> Iterator[str]:
    eyes = dict(_eyes())
    yield "## Ce qui est caché, et à qui\n"
    yield from _table(("", *eyes), (
        (name, *("oui" if scope.allows(_changed(facts)) else "non" for scope in eyes.values()))
        for name, facts in _HIDDEN
    ))  # fmt: skip
    yield (
        "Qui a déposé un document le voit toujours, même masqué : le professionnel, ou sa structure quand "
        "son logiciel l’a déposé.\n"
    )


def _changed(facts: dict[str, Any]) -> Visibility:
    return Visibility(**{**vars(_ORDINARY), **facts})


def _eyes() -> Iterator[tuple[str, Scope]]:
    """Yield those whose sight the page compares, with what is decided of them."""
    team = Care(role=DOCTOR, active=True, basis=Basis.TEAM, informed=True)
    nurse = Care(role="60", active=True, basis=Basis.TEAM, informed=True)
    glass = Care(role=DOCTOR, active=True, entered="break_glass")
    opened = Care(role=DOCTOR, active=True, entered="break_glass", emergency_masked=True)
    admin = Care(role=DOCTOR, active=True, administrator=True)
    yield "vous", _person(ActorKind.PATIENT, Relation.SELF, "adult")
    yield "parent", _person(ActorKind.LEGAL_REPRESENTATIVE, Relation.REPRESENTATIVE, "child")
    yield "tuteur", _person(ActorKind.LEGAL_REPRESENTATIVE, Relation.GUARDIAN, "adult")
    yield "aidant", _person(ActorKind.CAREGIVER, Relation.CAREGIVER, "adult")
    yield "médecin de l’équipe", _professional(team)
    yield "infirmier de l’équipe", _professional(nurse)
    yield "médecin administrateur", _professional(admin)
    yield "médecin en urgence", _professional(glass, Purpose.BREAK_GLASS)
    yield "en urgence, si vous permettez les masqués", _professional(opened, Purpose.BREAK_GLASS)


def _person(kind: ActorKind, relation: Relation, age: str) -> Scope:
    return decide_scope(Actor(kind, _ME), Rights("activated", relation, _BORN[age]), Purpose.CONSULT, _TODAY)


def _professional(care: Care, purpose: Purpose = Purpose.CONSULT) -> Scope:
    actor = Actor(ActorKind.HEALTHCARE_PROFESSIONAL, _ME, _HERE)
    return decide_scope(actor, Rights("activated", Relation.NONE, date.min, care=care), purpose, _TODAY)


# -- the matrix


def _professions(matrix: Matrix) -> Iterator[str]:
    for one in matrix.professions.values():
        yield f"### {one.label}\n"
        if one.same_as:
            yield f"Comme « {matrix.professions[one.same_as].label} », sous sa responsabilité.\n"
        elif not matrix.grants[one.code].reads:
            yield "Ne lit rien.\n"
        else:
            yield from _profession(matrix, one)


def _profession(matrix: Matrix, one: Profession) -> Iterator[str]:
    cells = matrix.types.get(one.code, ())
    kinds = terminology.list_document_types()
    said = {kind.code: cell_of(cells, kind.code, class_code=kind.class_code) for kind in kinds}
    given = [kind for kind in kinds if kind.code in matrix.grants[one.code].types]
    denied = [kind for kind in kinds if kind not in given]
    if len(denied) < len(given):
        yield f"- Documents : tous {_origin(said[given[0].code])}, sauf :"
        yield from (f"  - {kind.label} {_origin(said[kind.code])}" for kind in denied)
    elif given:
        yield f"- Documents {_origin(said[given[0].code])} :"
        yield from (f"  - {words}" for words in _by_category(given))
    yield f"- Autres parties de votre espace : {_parts(matrix.grants[one.code])}.\n"


def _origin(cell: Cell | None) -> str:
    return "(arrêté)" if cell and cell.origin == "published" else "(prudence)"


def _by_category(kinds: Sequence[DocumentType]) -> Iterator[str]:
    for category in Category:
        labels = [kind.label for kind in kinds if kind.category is category]
        if labels:
            yield f"{category.label} : {' ; '.join(labels)}"


def _parts(grant: Grant) -> str:
    if len(grant.parts) == len(PARTS):
        return "toutes celles que vous partagez (prudence)"
    given = ", ".join(PART_LABELS[part] for part in PARTS if part in grant.parts)
    return f"{given}, si vous les partagez (prudence)" if given else "aucune (prudence)"


def _table(heads: Sequence[str], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""
