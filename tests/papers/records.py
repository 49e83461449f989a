"""A person with a record for papers: lines of every state, measures, an administrative document."""

import io
import re

import pikepdf
import pypdfium2

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, Purpose
from carnet.measures import api as measures
from carnet.people import api as people
from carnet.platform import clock
from carnet.profile import api as profile
from carnet.profile.api import Rubric
from tests.people.register import add_person, open_space


def add_adult(**facts):
    person = add_person(**facts)
    open_space(person)
    return person


def actor(person):
    return Actor(ActorKind.PATIENT, person)


def door(person, purpose=Purpose.MANAGE, by=None):
    return access.open(person, by=by or actor(person), purpose=purpose)


def fill(person):
    """Some lines written, allergies declared as none, diseases left empty, treatments not shared."""
    with door(person) as a:
        profile.add_entry(
            a,
            rubric=Rubric.TREATMENTS,
            values={"name": "Lévothyrox 75", "posology": "1 comprimé le matin", "start": "2021-03"},
        )
        profile.declare_unconcerned(a, rubric=Rubric.ALLERGIES)
        profile.add_entry(a, rubric=Rubric.BLOOD_GROUP, values={"group": "OPOS"})
        profile.share(a, rubric=Rubric.TREATMENTS, shared=False)
        measures.add_value(a, kind=measures.Kind.WEIGHT, at=clock.now(), value=72.5)


def person_of(person_id):
    return people.get_person(person_id)


def text_of_pdf(data: bytes) -> str:
    """Return the text of a PDF, its lines and pages run together."""
    with pypdfium2.PdfDocument(data) as pdf:
        whole = " ".join(pdf[n].get_textpage().get_text_range() for n in range(len(pdf)))
    return re.sub(r"\s+", " ", whole)


def check_accessible(data: bytes, title: str) -> dict[str, int]:
    """Assert what PDF/UA-1 asks of every paper; return how many elements of each kind its structure has."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang).startswith("fr")
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == title
            assert metadata["pdfuaid:part"] == "1"
        assert str(pdf.docinfo["/Title"]) == title
        assert all("/Tabs" in page and page.Tabs == "/S" for page in pdf.pages)
        kinds: dict[str, int] = {}
        _count(root.StructTreeRoot, kinds)
    return kinds


def _count(node, kinds):
    if isinstance(node, pikepdf.Array):
        for one in node:
            _count(one, kinds)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            kinds[str(node.S)] = kinds.get(str(node.S), 0) + 1
        if "/K" in node:
            _count(node.K, kinds)
