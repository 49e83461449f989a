"""A space whose every word can be told from all others, filled as its owner and her doctors fill it."""

import random
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from carnet.sandbox.personas import STRUCTURES, get_persona, serial_of
from carnet.standards.cda.model import Attachment, Author, Header, Organisation, Patient
from carnet.standards.cda.writer import Section, Table, write_n1, write_n3
from carnet.standards.ins import OID_INS_TEST, Traits
from tests.drills.running import House
from tests.drills.visitor import Visitor, list_mail, newest_mail, wait_for_mail
from tests.standards.samples import HEADER, N3_TEMPLATES, RESULTS

PERSONA = get_persona("claire")
MATRICULE = PERSONA.matricule(PERSONA.born)
PASSWORD = "Verveine-31-mauve!"
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


@dataclass
class Space:
    """Claire's space. `words`: markers by what they are; `seen`: all that its pages have shown."""

    house: House
    words: dict[str, str]
    visitor: Visitor
    originals: dict[str, bytes] = field(default_factory=dict)
    seen: bytes = b""

    def look(self) -> bytes:
        """Visit every page of the space and of its mail, and return all that they show."""
        shown = [self._page(path) for path in ("/", "/documents/", "/historique/", "/mon-compte/securite/")]
        self.visitor.get("/documents/")
        for path in self.visitor.links(r"^/documents/[0-9a-f-]{36}/$"):
            shown.append(self._page(path))
            shown += [self._page(link) for link in self.visitor.links(f"^{path}.")]
        for word in (self.words["email"], self.words["phone"], PERSONA.birth_name):
            shown += [self._page(path) for path in list_mail(self.house.url, word)]
        self.seen = b"\n".join(shown)
        return self.seen

    def take_originals(self) -> dict[str, bytes]:
        """Download every document; return the files by their title."""
        self.visitor.get("/documents/")
        taken = {}
        for path in self.visitor.links(r"^/documents/[0-9a-f-]{36}/$"):
            title = re.split(r" – Carnet", self.visitor.get(path))[0]
            self.visitor.get(f"{path}original/")
            taken[title] = self.visitor.body
        return taken

    def history(self) -> list[str]:
        """Return the acts that her history shows, newest first: what, by whom, why."""
        acts = re.split(r"\d{1,2} h \d\d · ", self.visitor.get("/historique/"))
        return acts[1:]

    def _page(self, path: str) -> bytes:
        self.visitor.get(path)
        assert self.visitor.status == 200, f"{path}: {self.visitor.status}"
        return self.visitor.body + b"\n" + self.visitor.text.encode()


def make_words(rng: random.Random) -> dict[str, str]:
    """Return the markers that are typed or written: each is found nowhere else."""
    scan = ("title", "text", "author", "custodian", "unique id", "local id", "set id")
    report = ("title", "section", "text", "caption", "heading", "cell", "author", "custodian", "unique id")
    names = [f"{name} 1" for name in scan] + [f"{name} {which}" for which in ("2", "late") for name in report]
    words = {name: "Mrq" + "".join(rng.choices(_LETTERS, k=12)) for name in names}
    small = "".join(rng.choices(_LETTERS.lower(), k=10))
    return words | {
        "login": f"mrq.{small}",
        "email": f"courriel.{small}@exemple.test",
        "phone": f"6{rng.randrange(10**8):08d}",
    }


def fill(house: House, folder: Path, rng: random.Random) -> Space:
    """Activate Claire's space as she does, have two documents deposited, and have her read them."""
    space = Space(house, make_words(rng), Visitor(house.url))
    activate(space)
    for title, data in (("title 1", scanned(space.words)), ("title 2", structured(space.words))):
        deposit(space, title, data, folder)
    space.look()
    return space


def come_back(space: Space, house: House) -> Space:
    """Log in to a house with what Claire knows: her identifier, her password, her mailbox."""
    visitor = Visitor(house.url)
    home = visitor.log_in(space.words["login"], PASSWORD, space.words["email"])
    assert "Mon espace santé" in home
    return Space(house, space.words, visitor)


def activate(space: Space) -> None:
    """The three screens, with the code of her letter, both contacts confirmed."""
    house, words, visitor = space.house, space.words, space.visitor
    letter = wait_for_mail(house.url, PERSONA.birth_name)
    shown = re.search(r"\b([A-Z0-9]{4}) ([A-Z0-9]{4}) ([A-Z0-9]{4})\b", letter)
    assert shown, letter
    words["provisional code"] = shown[0]
    visitor.get("/activer/identite/")
    visitor.post(whose="self", code=shown[0], matricule=MATRICULE, serial=serial_of(PERSONA))
    phone = f"+33{words['phone']}"
    before = newest_mail(house.url, words["email"])
    visitor.post(**hidden(visitor), email=words["email"], phone=f"0{words['phone']}")
    email_code = code_in(wait_for_mail(house.url, words["email"], unlike=before))
    visitor.post(
        **hidden(visitor), email_code=email_code, phone_code=code_in(wait_for_mail(house.url, phone))
    )
    visitor.post(**hidden(visitor), login=words["login"], password=PASSWORD)
    visitor.post(**hidden(visitor), documents="shown", emergency="care", terms="on")
    assert visitor.path == "/", (visitor.path, visitor.text)


def hidden(visitor: Visitor) -> dict[str, str]:
    """Return the hidden fields of the form shown, as a browser sends them back."""
    found = re.findall(rb'<input type="hidden" name="(version|act)" value="([^"]*)"', visitor.body)
    return {name.decode(): value.decode() for name, value in found[:2]}


def code_in(text: str) -> str:
    found = re.search(r"\b(\d{6})\b", text)
    assert found, text
    return found[1]


def deposit(space: Space, title: str, data: bytes, folder: Path) -> None:
    """Have a structure deposit a document, by the command line beside the running house."""
    space.originals[space.words[title]] = data
    file = folder / f"{title}.xml"
    file.write_bytes(data)
    space.house.carnet(
        "documents", "deposit", str(file), "--by", STRUCTURES[0].finess, "--ins", MATRICULE
    )  # fmt: skip


def header(words: dict[str, str], which: str, **changes: object) -> Header:
    traits = Traits(
        birth_name=PERSONA.birth_name, first_given_name=PERSONA.given_names.split()[0],
        given_names=PERSONA.given_names, birth_date=PERSONA.born, sex=PERSONA.sex,
        birth_place=PERSONA.birth_place,
    )  # fmt: skip
    patient = Patient(
        ins=MATRICULE, ins_oid=OID_INS_TEST, traits=traits,
        local_ids=(f"1.2.250.1.999.2^{words['local id 1']}",),
    )  # fmt: skip
    custodian = Organisation(name=words[f"custodian {which}"], national_id=HEADER.custodian.national_id)
    author = Author(
        family=words[f"author {which}"], given="Anne", national_id="899700012345", role=HEADER.authors[0].role,
        organisation=custodian, at=HEADER.authors[0].at,
    )  # fmt: skip
    return replace(
        HEADER, unique_id=f"1.2.250.1.999.1^{words[f'unique id {which}']}", set_id=f"1.2.250.1.999.1^{words['set id 1']}", replaces=(),
        patient=patient, title=words[f"title {which}"], authors=(author,), custodian=custodian,
        legal_authenticator=author, **changes,
    )  # fmt: skip


def scanned(words: dict[str, str]) -> bytes:
    """A document of level 1: a text inside a CDA."""
    return write_n1(
        header(words, "1"), Attachment("text/plain", f"Observation : {words['text 1']}.".encode())
    )


def structured(words: dict[str, str], which: str = "2") -> bytes:
    """A document of level 3."""
    table = Table(
        caption=words[f"caption {which}"],
        headings=(words[f"heading {which}"], "Résultat"),
        rows=((words[f"cell {which}"], "72"),),
    )
    section = Section(
        title=words[f"section {which}"], code=RESULTS.code, blocks=(words[f"text {which}"], table)
    )
    return write_n3(header(words, which, template_ids=N3_TEMPLATES), (section,))
