import time

import pytest

from carnet.standards.cda.plain import text_of
from carnet.standards.cda.reader import read
from tests.standards.samples import FOREIGN_CDA, n1, n3, with_text


def plain(narrative: str, **bounds) -> str:
    return text_of(read(with_text(narrative)), **bounds).removeprefix("Texte\n").removeprefix("Texte")


@pytest.mark.parametrize(
    ("narrative", "text"),
    [
        ("Bonjour", "Bonjour"),
        ("H<sub>2</sub>O et <content ID='a'>cœ</content>ur", "H2O et cœur"),
        ("<paragraph>Un</paragraph><paragraph>Deux\n  trois</paragraph>", "Un\nDeux trois"),
        ("a<br/>b", "a\nb"),
        ("<list><caption>c</caption><item>a</item><item>b</item></list>", "c\na\nb"),
        (
            (
                "<table><caption>Sang</caption><thead><tr><th>Analyse</th><th>Valeur</th></tr></thead>"
                "<tbody><tr><td>Glucose</td><td>1,10</td></tr><tr><td>K</td><td>4</td></tr></tbody></table>"
            ),
            "Sang\nAnalyse Valeur\nGlucose 1,10\nK 4",
        ),
        ("mot<footnote>une note</footnote> suite", "mot\nune note\nsuite"),
        ("a<script>alert(1)</script>b<style>p{}</style>c<script>x<content>y</content>z</script>d", "abcd"),
        ("a<x:SCRIPT xmlns:x='http://www.w3.org/1999/xhtml'>alert(2)</x:SCRIPT> b", "a b"),
        ('<renderMultiMedia referencedObject="i"><caption>Courbe</caption></renderMultiMedia>', "Courbe"),
        ("&lt;script&gt;", "<script>"),
        ("", ""),
    ],
)
def test_what_is_read_in_the_order_in_which_it_is_read(narrative, text):
    assert plain(narrative) == text


def test_sections_follow_one_another_with_their_titles():
    inner = "<component><section><title>Suite</title><text>b</text></section></component>"
    assert text_of(read(with_text("a", after=inner))) == "Texte\na\nSuite\nb"


def test_the_text_has_a_bound():
    assert len(text_of(read(with_text("mot " * 10_000)), max_characters=100)) <= 100


def test_level_1_has_no_narrative():
    assert text_of(read(n1())) == ""


@pytest.mark.parametrize("file", FOREIGN_CDA, ids=lambda file: file.stem)
def test_no_word_of_the_documents_of_others_is_lost(file):
    document = read(file.read_bytes())
    if document.level == "N1":
        return
    words = set(text_of(document).split())
    for section in document.structured_body.iter("{urn:hl7-org:v3}section"):
        title = section.find("{urn:hl7-org:v3}title")
        assert set("".join(title.itertext() if title is not None else "").split()) <= words
        cells = section.findall("{urn:hl7-org:v3}text//{urn:hl7-org:v3}td")
        simple = [cell.text for cell in cells if len(cell) == 0 and cell.text]
        assert {word for cell in simple for word in cell.split()} <= words


@pytest.mark.parametrize(
    "narrative",
    [
        "<content>" * 150 + "a" + "</content>" * 150,
        "<list><item>" * 40 + "<br/>" * 90_000 + "</item></list>" * 40,
    ],
    ids=["deep", "wide"],
)
def test_a_document_made_to_be_slow_is_not(narrative):
    document = read(with_text(narrative))
    begun = time.process_time()
    text_of(document)
    assert time.process_time() - begun < 3


def test_text_of_our_own():
    assert text_of(read(n3())).splitlines()[0] == "Biochimie"
