"""A corpus of hostile words and addresses, in every place of a document where words or addresses may stand."""

import pytest

from carnet.standards.cda.narrative import to_html
from carnet.standards.cda.plain import text_of
from carnet.standards.cda.reader import read
from tests.standards.html_check import check
from tests.standards.samples import n3, with_text
from tests.standards.test_cda_narrative import IMAGE, quote
from tests.standards.test_cda_reader import media

WORDS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</h2></section><script>alert(1)</script>",
    '"><iframe src="javascript:alert(1)">',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "--><style>*{display:none}</style><!--",
    "<![endif]-->",
    "{{ request.user }}{% load x %}",
    "\u202egnp.exe",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]
PLACES = {
    "paragraph": "<paragraph>%s</paragraph>",
    "content": '<content ID="%s" styleCode="%s" onclick="%s">%s</content>',
    "list": '<list listType="%s"><caption>%s</caption><item>%s</item></list>',
    "table": '<table class="%s"><caption>%s</caption><thead><tr><th scope="%s">%s</th></tr></thead>'
    '<tbody><tr><td colspan="%s" style="%s">%s</td></tr></tbody></table>',
    "link": '<linkHtml href="%s" target="%s" name="%s">%s</linkHtml>',
    "image": '<renderMultiMedia referencedObject="%s i"><caption>%s</caption></renderMultiMedia>',
    "footnote": '<footnote ID="%s">%s</footnote><footnoteRef IDREF="%s"/>',
    "foreign": '<x:div xmlns:x="http://www.w3.org/1999/xhtml" onclick="%s">%s</x:div>',
    "svg": '<svg xmlns="http://www.w3.org/2000/svg" onload="%s"><text>%s</text></svg>',
}


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("place", PLACES)
def test_hostile_words_are_words_wherever_they_stand(place, words):
    narrative = PLACES[place].replace("%s", quote(words))
    html = to_html(read(with_text(narrative, after=media("i", "image/png", IMAGE))))
    reader = check(html)
    assert set(reader.tags) & {"a", "img"} <= {"img" if place == "image" else "a"}
    assert "".join(words.split()) in "".join("".join(reader.text).split())


@pytest.mark.parametrize("words", WORDS)
def test_hostile_words_in_titles_and_names_stay_words(words):
    data = n3().replace(b"<title>Biochimie</title>", f"<title>{quote(words)}</title>".encode())
    data = data.replace(
        "<title>Compte rendu d’analyses</title>".encode(), f"<title>{quote(words)}</title>".encode()
    )
    data = data.replace(b"<family>MERCIER</family>", f"<family>{quote(words)}</family>".encode())
    document = read(data)
    kept = " ".join(words.split())
    assert document.title == document.authors[0].family == kept
    assert kept in " ".join("".join(check(to_html(document)).text).split())
    assert kept in text_of(document)


@pytest.mark.parametrize(
    "wrapped",
    [
        b"<?xml-stylesheet type='text/xsl' href='http://127.0.0.1:1/x.xsl'?>%b",
        b"<?xml-stylesheet type='text/css' href='file:///etc/passwd'?>%b",
        (
            b'<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
            b'<xsl:import href="http://127.0.0.1:1/x.xsl"/><xsl:template match="/">'
            b"<script>alert(1)</script><xsl:value-of select=\"document('file:///etc/passwd')\"/></xsl:template>%b"
            b"</xsl:stylesheet>"
        ),
    ],
    ids=["stylesheet", "css", "auto-presentable"],
)
def test_a_style_sheet_is_neither_fetched_nor_run(wrapped):
    own = n3()
    document = read(wrapped % own[own.index(b"<ClinicalDocument") :])
    assert document == read(own)
    assert to_html(document) == to_html(read(own))
