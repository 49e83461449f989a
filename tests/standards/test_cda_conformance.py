"""docs/conformance.md: what became of every CDA document of the samples, from an actual deposit of each.

`CARNET_WRITE=1` writes the table again; without it the table is compared with what happens.
"""

import json
import os
import re
from contextlib import suppress
from pathlib import Path

import pytest

from carnet.config import cli
from carnet.config.commands import documents as command
from carnet.documents import api as documents
from carnet.documents import text
from carnet.documents.api import Filters
from carnet.standards.cda.model import CdaRefused
from carnet.standards.cda.plain import text_of
from carnet.standards.cda.reader import read
from carnet.standards.cda.rules import check
from carnet.standards.ins import InsError
from tests.documents.deposits import FINESS, holder
from tests.documents.shelves import opened
from tests.people.register import add_person, open_space
from tests.standards.collection import collection
from tests.standards.html_check import check as check_html
from tests.standards.samples import require_foreign

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).parents[2] / "docs/conformance.md"
HEADINGS = "| document | level | type | rules broken | deposit | shown | found by |"
DOCUMENTS = collection()
WORD = re.compile(r"\b[^\W\d_]{5,20}\b")


@pytest.fixture(autouse=True)
def django_is_there(monkeypatch):
    """Django was set up by the test session."""
    monkeypatch.setattr(command, "NEEDS_DJANGO", False, raising=False)


def committed() -> dict[str, str]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return {line.split(" | ")[0].strip("| `"): line for line in lines if line.startswith("| `")}


def write(name: str, line: str) -> None:
    """Put a line into the table of the page, in the order of the names."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(
        f"{HEADINGS}\n|---|---|---|---|---|---|---|\n"
    )
    after = re.sub(r"\A(?:\| .*\n)*", "", rest)
    rows = {**committed(), name: line}
    table = "\n".join(rows[key] for key in sorted(rows) if key in DOCUMENTS)
    PAGE.write_text(f"{before}{HEADINGS}\n|---|---|---|---|---|---|---|\n{table}\n{after}", encoding="utf-8")


def register(document) -> object:
    """Put the person whom a document is about into the register, and open her space."""
    traits = document.patient.traits
    person = add_person(
        birth_name=traits.birth_name,
        given_names=traits.given_names,
        birth_date=traits.birth_date,
        sex=traits.sex,
        birth_place=traits.birth_place,
        matricule=document.patient.ins,
    )
    open_space(person)
    return person


def row(name: str, data: bytes, file, capsys) -> str:
    """Deposit a document by the command, read and look for it as the person does, and say what came of it."""
    try:
        document = read(data, max_bytes=documents.MAX_CDA_BYTES)
    except CdaRefused:
        return f"| `{name}` | | | | {deposit(file, capsys)[0]} | | |"
    person = None
    with suppress(InsError):
        document.patient.find_matricule()
        person = register(document)
    broken = ", ".join(f"`{rule}`" for rule in dict.fromkeys(finding.rule for finding in check(data)))
    outcome, identifier = deposit(file, capsys)
    seen = shown(person, identifier) if identifier else ""
    word = found(person, identifier, document) if identifier else ""
    return f"| `{name}` | {document.level} | {document.code.code} | {broken} | {outcome} | {seen} | {word} |"


def deposit(file, capsys) -> tuple[str, str]:
    code = cli.main(["--json", "documents", "deposit", str(file), "--by", FINESS])
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    if code == cli.Exit.DONE:
        return "deposited", answer["document_id"]
    assert code == cli.Exit.REFUSED
    return f"refused, {answer['code']}, `{answer['field']}`: {answer['error']}", ""


def shown(person, identifier: str) -> str:
    view = documents.open_document(person, identifier, by=holder(person))
    check_html(view.html)
    files = [part.media_type for part in view.parts]
    sections = view.html.count("<section>")
    told = [f"{sections} section{'s' * (sections > 1)}"] if view.html else []
    assert told or files
    return ", ".join([*told, *files])


def body_of(document) -> str:
    """The narrative, or for want of one the words of the files."""
    return text_of(document) or "\n".join(text.read_file(file) for file in document.attachments)


def found(person, identifier: str, document) -> str:
    """Return the longest word that stands inside a document and not in its title, by which it is found.

    A file of images has no words: it is found by its title, and the table says so.
    """
    title = set(WORD.findall(f"{document.title} {document.code.display}".casefold()))
    inside = set(WORD.findall(body_of(document).casefold())) - title
    word = min(inside or title, key=lambda w: (-len(w), w))
    with opened(person) as a:
        page = documents.search(a, word, Filters())
    assert [str(card.id) for card in page.cards] == [identifier], word
    return word if inside else f"{word} (title)"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_becomes_of_each_document(name, tmp_path, capsys):
    file = tmp_path / "document.xml"
    file.write_bytes(DOCUMENTS[name])
    line = row(name, DOCUMENTS[name], file, capsys)
    if os.environ.get("CARNET_WRITE") == "1":
        write(name, line)
    assert committed()[name] == line


def test_the_table_has_every_document_and_no_other():
    require_foreign()
    assert set(committed()) == set(DOCUMENTS)
