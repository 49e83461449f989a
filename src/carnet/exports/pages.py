"""The pages of the archive: readable without network, without script, in any browser, on paper.

They stand alone: one stylesheet inside each page, no address of any server. Their own policy lets nothing
run and nothing load but pictures, whatever a document may hold.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files as resource_files
from itertools import groupby
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe

from carnet.access.api import Teller, structure_words
from carnet.documents.api import DocumentCard
from carnet.exports.originals import DocumentFiles
from carnet.exports.record import Record
from carnet.histories.api import Episode
from carnet.journal.api import Line
from carnet.measures.api import KINDS, Value, show
from carnet.platform.clock import PARIS
from carnet.profile.api import Entry, RubricView, State, describe

MOST_LINES: Final = 2_000
"""The page of accesses shows the latest; acces.csv has them all."""
_KILO, _MEGA = 1_000, 1_000_000
_MENU: Final = (
    ("index.html", "Accueil"),
    ("profil.html", "Profil médical"),
    ("documents.html", "Documents"),
    ("mesures.html", "Mesures"),
    ("histoire-de-sante.html", "Histoire de santé"),
    ("acces.html", "Qui a fait quoi ?"),
)
_STATES: Final = {
    State.NONE_DECLARED: "Rien à signaler : la personne a déclaré ne pas être concernée.",
    State.NOT_FILLED: "Non renseigné : personne n’a rien écrit ici. Cela ne veut pas dire qu’il n’y a rien.",
    State.NOT_GIVEN: "Cette rubrique n’est pas ouverte à cette profession.",
    State.NOT_SHARED: "Non partagé : cette rubrique n’est pas visible ici.",
}
_AUTHORS: Final = {
    "PROFESSIONAL": "un professionnel",
    "DEVICE": "un appareil",
    "ORGANISATION": "un organisme",
}


@dataclass(frozen=True)
class Site:
    """Makes the pages of one record."""

    record: Record
    teller: Teller

    def pages(self, files: Sequence[DocumentFiles]) -> Iterator[tuple[str, bytes]]:
        """Yield (path, content) of every page at the root of the archive, and of the readme."""
        yield "index.html", self._page("index", "index.html", self._summary(files))
        yield "profil.html", self._page("profile", "profil.html", {"rubrics": self._rubrics()})
        yield (
            "documents.html",
            self._page("documents", "documents.html", {"years": list(self._by_year(files))}),
        )
        yield "mesures.html", self._page("measures", "mesures.html", {"tables": list(self._measures())})
        yield "histoire-de-sante.html", self._page("care_history", "histoire-de-sante.html", self._episodes())
        yield "acces.html", self._page("accesses", "acces.html", self._accesses())
        readme = render_to_string("exports/LISEZMOI.txt", {"record": self.record, **self._about()})
        yield "LISEZMOI.txt", readme.replace("\n", "\r\n").encode()

    def document(self, card: DocumentCard, html: str, path: str) -> bytes:
        """Return the page of one document. `html`: its narrative, made safe by standards.cda."""
        context = {
            "title": card.title,
            "card": card,
            "facts": _facts(card),
            "html": mark_safe(html),  # noqa: S308 - built and sanitised by standards.cda.narrative
        }
        return self._page("document", path, context, up="../" * path.count("/"))

    def _page(self, name: str, path: str, context: dict[str, Any], *, up: str = "") -> bytes:
        menu = [{"href": up + href, "words": words, "here": href == path} for href, words in _MENU]
        whole = {"stylesheet": _stylesheet(), "menu": menu, "up": up, **self._about(), **context}
        return render_to_string(f"exports/{name}.html", whole).encode()

    def _about(self) -> dict[str, Any]:
        person = self.record.person
        return {
            "name": person.display_name,
            "born": "Né" if person.sex == "M" else "Née",
            "birth": _day(person.birth_date),
            "made": _moment(self.record.at),
            "own": self.record.own,
        }

    def _summary(self, files: Sequence[DocumentFiles]) -> dict[str, Any]:
        record = self.record
        person = record.person
        missing = [one.card.title for one in files if one.original is None]
        return {
            "identity": [
                ("Nom de naissance", person.birth_name),
                ("Nom utilisé", person.used_name),
                ("Prénoms", person.given_names),
                ("Date de naissance", _day(person.birth_date)),
                ("Matricule INS", person.matricule),
            ],
            "counts": self._counts(len(files)),
            "missing": missing,
        }

    def _counts(self, documents: int) -> list[tuple[str, str, str]]:
        record = self.record
        values = sum(map(len, record.measures.values()))
        counts = (
            _count(_entries(record), ("Rien d’écrit", "ligne", "lignes")),
            _count(documents, ("Aucun", "document", "documents")),
            _count(values, ("Aucune", "mesure", "mesures")),
            _count(len(record.episodes), ("Aucun soin", "soin", "soins")),
            _count(len(record.lines), ("Aucun", "acte", "actes")),
        )
        return [(href, words, count) for (href, words), count in zip(_MENU[1:], counts, strict=True)]

    def _rubrics(self) -> list[dict[str, Any]]:
        return [self._rubric(view) for view in self.record.rubrics]

    def _rubric(self, view: RubricView) -> dict[str, Any]:
        declared = f" Déclaration du {_day(view.unconcerned_on)}." if view.unconcerned_on else ""
        return {
            "id": view.rubric.value.lower().replace("_", "-"),
            "label": view.rubric.label,
            "shared": "Visible par les soignants" if view.shared else "Cachée aux soignants",
            "empty": "" if view.entries else _STATES[view.state] + declared,
            "entries": [self._entry(entry) for entry in view.entries],
        }

    def _entry(self, entry: Entry) -> dict[str, Any]:
        told = describe(entry)
        by = self._author(entry.author_kind, entry.author_id, entry.structure)
        return {
            "title": told.title,
            "when": told.when,
            "lines": told.lines,
            "by": f"Écrit par {by}, le {_day(entry.changed_at)}.",
        }

    def _author(self, kind: str, author_id: Any, structure: str, name: str = "") -> str:
        if kind == "PERSON":
            if author_id in (None, self.record.person.id):
                return self.record.person.display_name
            return self.record.names.get(author_id, "un représentant légal")
        return structure_words(structure, name) if structure else name or _AUTHORS.get(kind, "le service")

    def _by_year(self, files: Sequence[DocumentFiles]) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        for year, found in groupby(files, key=lambda one: one.card.created_on.astimezone(PARIS).year):
            yield year, [_document(one, self._folder(one.card)) for one in found]

    def _folder(self, card: DocumentCard) -> str:
        return self.record.folders.get(card.folder_id, "") if card.folder_id else ""

    def _measures(self) -> Iterator[dict[str, Any]]:
        for kind, values in self.record.measures.items():
            if values:
                yield {
                    "id": KINDS[kind].slug,
                    "label": KINDS[kind].label,
                    "rows": [self._value(value) for value in values],
                }

    def _value(self, value: Value) -> dict[str, str]:
        said = [value.context_label, f"moyenne de {value.days} jours" if value.days else "", value.comment]
        return {
            "at": _moment(value.at) if KINDS[value.kind].timed else _day(value.at),
            "value": show(value),
            "said": ", ".join(part for part in said if part),
            "by": self._author(value.author_kind, value.author_id, value.structure, value.author),
        }

    def _episodes(self) -> dict[str, Any]:
        years = groupby(self.record.episodes, key=lambda episode: episode.day.year)
        return {
            "years": [(year, [_episode(one) for one in found]) for year, found in years],
            "shared": self.record.episodes_shared,
        }

    def _accesses(self) -> dict[str, Any]:
        shown = self.record.lines[:MOST_LINES]
        return {
            "rows": [self._line(line) for line in shown],
            "more": len(self.record.lines) - len(shown),
        }

    def _line(self, line: Line) -> dict[str, str]:
        teller = self.teller
        return {
            "at": _moment(line.at),
            "who": teller.who(line),
            "what": teller.what(line),
            "details": teller.details(line),
            "why": teller.why(line),
            "allowed": "" if line.allowed else "Refusé",
        }


@cache
def _stylesheet() -> SafeString:
    text = resource_files("carnet.exports").joinpath("archive.css").read_text(encoding="utf-8")
    return mark_safe(f"<style>{text}</style>")  # noqa: S308 - a file of this room


def _document(one: DocumentFiles, folder: str) -> dict[str, Any]:
    card = one.card
    links = []
    if one.page:
        links.append(("Lire", one.page.path, ""))
    links += [(part.words, part.file.path, _size(part.file.size)) for part in one.parts]
    if one.original:
        links.append(("Original", one.original.path, _size(one.original.size)))
    return {
        "day": _day(card.created_on),
        "title": card.title,
        "kind": card.type.label,
        "by": _depositor(card),
        "folder": folder,
        "older": _behind(card),
        "links": links,
    }


def _behind(card: DocumentCard) -> str:
    """Say why the space does not list a document."""
    if card.status == "superseded":
        return f"version {card.version}, remplacée depuis"
    return "même contenu qu’un autre document, arrivé autrement" if card.twin else ""


def _facts(card: DocumentCard) -> list[tuple[str, str]]:
    rows = (
        ("Type", card.type.label),
        ("Date du document", _day(card.created_on)),
        ("Auteur", ", ".join(card.authors)),
        ("Établi par", card.organisation),
        ("Déposé par", _depositor(card)),
        ("Déposé le", _moment(card.deposited_at)),
        ("Visible par les soignants", "non, caché" if card.masked else "oui"),
    )
    return [(label, value) for label, value in rows if value]


def _depositor(card: DocumentCard) -> str:
    if card.own:
        return "la personne ou son représentant"
    return structure_words(card.structure, card.structure_name) if card.structure else "le service"


def _episode(episode: Episode) -> dict[str, str]:
    day = _day(episode.day)
    said = (episode.detail, episode.professional, episode.place)
    return {
        "day": f"{day} au {_day(episode.until)}" if episode.until else day,
        "category": episode.category.label,
        "label": episode.label,
        "said": ", ".join(part for part in said if part),
    }


def _entries(record: Record) -> int:
    return sum(len(view.entries) for view in record.rubrics)


def _count(number: int, words: tuple[str, str, str]) -> str:
    """Say how many: `words` for none, for one, for several."""
    none, one, several = words
    return f"{number} {one if number == 1 else several}" if number else none


def _day(value: date | datetime | None) -> str:
    if value is None:
        return ""
    return date_format(value.astimezone(PARIS) if isinstance(value, datetime) else value, "j F Y")


def _moment(at: datetime) -> str:
    local = at.astimezone(PARIS)
    return f"{date_format(local, 'j F Y')} à {local:%H h %M}"


def _size(octets: int) -> str:
    if octets >= _MEGA:
        return f"{octets / _MEGA:.1f} Mo".replace(".", ",")
    return f"{round(octets / _KILO)} ko" if octets >= _KILO else f"{octets} octets"
