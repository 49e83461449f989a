"""The context of `summaries/page.html`: blocks side by side, with the links that the reader may follow."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from carnet.access.api import Access
from carnet.platform.typesetting import day_text
from carnet.summaries.model import Block, Code, Line, Page
from carnet.summaries.wording import day_of

_PANELS: Final = (
    ("alertes", "Alertes et traitements", (Code.ALLERGIES, Code.TREATMENTS, Code.DISEASES)),
    ("reperes", "Mesures et contacts", (Code.MEASURES, Code.CONTACTS, Code.VACCINATIONS, Code.STAYS)),
    ("documents", "Courriers et nouveautés", (Code.LATEST, Code.NEWS)),
)
HELP: Final = (
    (
        Code.ALLERGIES,
        "Rubrique « Allergies » du profil médical, tenue par la personne ou par un professionnel.",
    ),
    (
        Code.TREATMENTS,
        (
            "Rubrique « Traitements » : ce qui n’est pas terminé. Les anticoagulants viennent en premier, "
            "reconnus à leur nom ; un nom mal écrit ne l’est pas."
        ),
    ),
    (Code.DISEASES, "Rubrique « Maladies et sujets de santé » : ce qui n’est pas terminé."),
    (
        Code.MEASURES,
        (
            "La dernière valeur de chaque mesure utile à votre profession, avec sa date. La créatinine et "
            "les autres résultats se lisent dans les comptes rendus de biologie."
        ),
    ),
    (Code.CONTACTS, "Rubrique « Contacts » : la personne de confiance d’abord, puis qui prévenir."),
    (Code.VACCINATIONS, "Rubrique « Vaccinations », de la plus récente à la plus ancienne."),
    (Code.STAYS, "Rubrique « Hospitalisations et opérations »."),
    (Code.LATEST, "Le dernier document de chaque genre que votre profession cherche d’abord."),
    (
        Code.NEWS,
        (
            "Les documents arrivés depuis votre dernière visite : non lus d’abord, puis selon l’ordre de "
            "votre profession, puis du plus récent au plus ancien."
        ),
    ),
)
"""What each block means and where it comes from."""


def _no_document(_document_id: UUID) -> str:
    return ""


def _no_name(_name: str) -> str:
    return ""


@dataclass(frozen=True)
class Links:
    """Addresses, each "" where the reader has none. `part`: by code of a block; `measure`: by slug."""

    document: Callable[[UUID], str] = _no_document
    part: Callable[[str], str] = _no_name
    measure: Callable[[str], str] = _no_name


def tell(page: Page, links: Links, a: Access | None = None) -> dict[str, Any]:
    """Return the context `summary` of the template. `a`: says by which rule the page was opened."""
    person = page.person
    return {
        "person": person,
        "age": page.age,
        "sex": "femme" if person.sex == "F" else "homme",
        "born": f"{'née' if person.sex == 'F' else 'né'} le {day_text(person.birth_date)}",
        "ins": _spaced(person.matricule),
        "ins_raw": person.matricule,
        "oid": person.oid,
        "doctor": page.doctor,
        "blood_group": page.blood_group,
        "rule": a.scope.explanation if a else "",
        "panels": [
            {"id": name, "title": title, "blocks": [_block(page, page.block(code), links) for code in codes]}
            for name, title, codes in _PANELS
        ],
    }


def tell_help(page: Page) -> list[tuple[str, str]]:
    """Return what each block means: title and sentence."""
    return [(page.block(code).title, words) for code, words in HELP]


def _block(page: Page, block: Block, links: Links) -> dict[str, Any]:
    return {
        "code": block.code,
        "title": _title(page, block),
        "state": block.said.words if not block.lines and block.code not in {Code.LATEST, Code.NEWS} else "",
        "note": block.note,
        "lines": [_line(line, links) for line in block.lines],
        "more": f"{block.more} de plus" if block.more else "",
        "href": links.part(block.code),
        "danger": block.code is Code.ALLERGIES and bool(block.lines),
    }


def _title(page: Page, block: Block) -> str:
    if block.code is not Code.NEWS:
        return block.title
    return (
        f"Nouveau depuis le {day_text(day_of(page.since))}" if page.since else "À découvrir (première visite)"
    )


def _line(line: Line, links: Links) -> dict[str, Any]:
    href = links.document(line.document_id) if line.document_id else ""
    is_document = line.document_id is not None
    by = ", ".join(part for part in (line.author, _short(line.day)) if part)
    return {
        "title": line.title,
        "text": "" if is_document else line.text,
        "by": f"{by} · {line.text}" if is_document else by,
        "mark": line.mark,
        "unread": line.unread,
        "href": href or (links.measure(line.measure) if line.measure else ""),
    }


def _short(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _spaced(matricule: str) -> str:
    """Return the fifteen characters of an INS as they are read: 1 84 05 53 155 590 177 → groups."""
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    return " ".join(matricule[start:end] for start, end in itertools.pairwise(cuts) if matricule[start:end])
