import base64
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.standards.cda.model import CdaRefused
from carnet.standards.cda.narrative import _SANITISER, MAX_IMAGE_BYTES, MAX_IMAGES_BYTES, to_html
from carnet.standards.cda.plain import text_of
from carnet.standards.cda.reader import read
from tests.standards.damage import grafts, mutations
from tests.standards.html_check import TAGS, check
from tests.standards.samples import MANY, PDF, PNG, n1, n3, with_text
from tests.standards.test_cda_reader import media


def shown(narrative: str, *, after: str = "") -> str:
    html = to_html(read(with_text(narrative, after=after)))
    check(html)
    return html.removeprefix("<section><h2>Texte</h2>").removesuffix("</section>")


@pytest.mark.parametrize(
    ("narrative", "html"),
    [
        ("Bonjour", "Bonjour"),
        ("a<br/>b", "a<br>b"),
        ("<paragraph>Un &lt; deux &amp; trois</paragraph>", "<p>Un &lt; deux &amp; trois</p>"),
        ("H<sub>2</sub>O, m<sup>2</sup>", "H<sub>2</sub>O, m<sup>2</sup>"),
        ('<content styleCode="Bold">x</content>', "<strong>x</strong>"),
        ('<content styleCode="Italics Underline xOther">x</content>', "<em><u>x</u></em>"),
        ('<content styleCode="BoldItalics">x</content>', "<strong><em>x</em></strong>"),
        ('<content ID="r 1">x</content>', '<span id="cda-r_1">x</span>'),
        ('<content revised="delete">x</content>', "<del>x</del>"),
        ("<list><item>a</item><item>b</item></list>", "<ul><li>a</li><li>b</li></ul>"),
        ('<list listType="ordered"><caption>c</caption><item>a</item></list>', '<ol><li><p class="cda-caption">c</p></li><li>a</li></ol>'),
        ("<paragraph>a<list><item>b</item></list></paragraph>", "<div>a<ul><li>b</li></ul></div>"),
        ('<linkHtml href="Documents/PPV.pdf">voir</linkHtml>', "voir"),
        ('<linkHtml href="#cible">voir</linkHtml>', '<a href="#cda-cible">voir</a>'),
        ("<td>hors d’une table</td>", "hors d’une table"),
        ("<inconnu><content>gardé</content></inconnu>", "gardé"),
        ("<x:p xmlns:x='urn:x'>gardé</x:p>", "gardé"),
    ],
)  # fmt: skip
def test_elements_of_a_narrative(narrative, html):
    assert shown(narrative) == html


def test_sections_within_texts_are_said_once():
    inner = "mot"
    for _ in range(60):
        inner = f"<section><title>t</title><text>{inner}</text></section>"
    document = read(with_text(inner))
    assert to_html(document).count("mot") == 1
    assert text_of(document).split().count("mot") == 1


def test_a_table_can_be_read_and_reached():
    html = shown(
        '<table border="1" width="100%"><caption>Sang</caption><thead><tr><th/><th colspan="2">Valeur</th></tr></thead>'
        '<tbody><tr><th>Glucose</th><td rowspan="0" styleCode="Bold" onclick="x">1,10</td><td colspan="9999">N</td></tr>'
        "</tbody></table>"
    )
    assert html == (
        '<div class="cda-table" role="group" aria-label="Tableau" tabindex="0"><table><caption>Sang</caption><thead><tr>'
        '<td></td><th colspan="2" scope="col">Valeur</th></tr></thead><tbody><tr><th scope="row">Glucose</th>'
        "<td><strong>1,10</strong></td><td>N</td></tr></tbody></table></div>"
    )


def test_a_link_to_the_web_says_where_it_leads():
    html = shown('<linkHtml href="https://www.exemple.fr/a?b=1&amp;c=2">votre dossier</linkHtml>')
    assert html == (
        '<a href="https://www.exemple.fr/a?b=1&amp;c=2" rel="noopener noreferrer nofollow external">votre dossier</a>'
        ' <span class="cda-host">(www.exemple.fr)</span>'
    )


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java&#10;script:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//exemple.fr",
        "ftp://exemple.fr",
        "https://caisse.exemple.fr@ailleurs.exemple",
        "https://[exemple",
        "https://",
        "http:\\\\exemple.fr",
        "https://exemple.fr/&quot;onmouseover=&quot;x",
    ],
)
def test_other_addresses_leave_only_the_words(href):
    assert shown(f'<linkHtml href="{href}">voir</linkHtml>') == "voir"


def test_notes_come_under_their_section():
    html = shown(
        'a<footnote ID="n">première <content>note</content></footnote> b<footnote>seconde</footnote> c<footnoteRef IDREF="n"/>'
    )
    assert html == (
        'a<sup><a href="#cdanote-1">1</a></sup> b<sup><a href="#cdanote-2">2</a></sup> c<sup><a href="#cdanote-1">1</a></sup>'
        '<div class="cda-footnotes"><p id="cdanote-1"><sup>1</sup> première note</p><p id="cdanote-2"><sup>2</sup> seconde</p></div>'
    )


def test_headings_follow_the_sections_and_begin_at_two():
    inner = "<component><section><title>Sous-partie</title><text>b</text></section></component>"
    html = to_html(read(with_text("a", after=inner)))
    assert html == "<section><h2>Texte</h2>a</section><section><h3>Sous-partie</h3>b</section>"
    for _ in range(8):
        inner = f"<component><section><title>N</title>{inner}</section></component>"
    assert check(to_html(read(with_text("a", after=inner)))).tags.count("h6") == 6


def test_html_in_a_title_is_text():
    html = to_html(
        read(n3().replace(b"<title>Biochimie</title>", b"<title>&lt;script&gt;x&lt;/script&gt;</title>"))
    )
    assert "<h2>&lt;script&gt;x&lt;/script&gt;</h2>" in html


IMAGE = base64.b64encode(PNG).decode()


def test_a_small_image_is_shown_in_place():
    html = shown(
        '<renderMultiMedia referencedObject="i"><caption>Courbe "A"</caption></renderMultiMedia>',
        after=media("i", "image/png", IMAGE),
    )
    assert html == (
        f'<figure><img src="data:image/png;base64,{IMAGE}" alt="Courbe &quot;A&quot;"><figcaption>Courbe "A"</figcaption></figure>'
    )


def test_other_files_are_named_where_they_stand():
    pdf = base64.b64encode(PDF).decode()
    html = shown('<renderMultiMedia referencedObject="d"/>', after=media("d", "application/pdf", pdf))
    assert (
        html == '<p class="cda-attachment">Fichier joint (PDF), à ouvrir avec les fichiers du document.</p>'
    )
    assert "impossible à montrer" in shown('<renderMultiMedia referencedObject="absent"/>')
    assert "impossible à montrer" in shown(
        '<renderMultiMedia referencedObject="s"/>', after=media("s", "audio/mpeg", "AAAA")
    )


def test_images_have_bounds():
    big = base64.b64encode(PNG + b"x" * MAX_IMAGE_BYTES).decode()
    assert "<img" not in shown('<renderMultiMedia referencedObject="i"/>', after=media("i", "image/png", big))
    near = base64.b64encode(PNG + b"x" * (MAX_IMAGE_BYTES - len(PNG))).decode()
    html = shown('<renderMultiMedia referencedObject="i"/>' * 50, after=media("i", "image/png", near))
    assert html.count("<img") == MAX_IMAGES_BYTES // MAX_IMAGE_BYTES
    html = shown('<renderMultiMedia referencedObject="i"/>' * 2000, after=media("i", "image/png", IMAGE))
    assert html.count("<img") == 500


def test_an_svg_is_never_an_image():
    svg = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>").decode()
    html = shown('<renderMultiMedia referencedObject="i"/>', after=media("i", "image/svg+xml", svg))
    assert "<img" not in html


def test_ids_are_unique_and_cannot_address_the_page():
    html = shown(
        '<content ID="main">a</content><content ID="main">b</content><content ID="cda-x&quot; onclick=&quot;y">c</content>'
    )
    assert check(html).ids == ["cda-main", "cda-cda-x__onclick__y"]


def test_programs_are_dropped_with_what_they_hold():
    html = shown(
        "a<script>alert(1)</script><style>p{}</style><x:SCRIPT xmlns:x='http://www.w3.org/1999/xhtml'>alert(2)</x:SCRIPT>b"
    )
    assert html == "ab"


def test_html_written_in_a_narrative_stays_text():
    html = shown("<![CDATA[<img src=x onerror=alert(1)><script>alert(1)</script>]]>")
    assert html == "&lt;img src=x onerror=alert(1)&gt;&lt;script&gt;alert(1)&lt;/script&gt;"


def test_foreign_attributes_do_not_pass():
    assert shown('<paragraph onclick="alert(1)" style="position:fixed" class="x">a</paragraph>') == "<p>a</p>"


def test_deep_nesting_keeps_the_text():
    html = shown("<content ID='a'>" * 150 + "fond" + "</content>" * 150)
    assert "fond" in html
    assert shown("<list><item>" * 60 + "fond" + "</item></list>" * 60).count("<ul>") < 60


@pytest.mark.parametrize(
    "narrative",
    [
        "<content>" * 35 + "<br/>" * 90_000 + "</content>" * 35,
        "<footnote ID='n'>x</footnote>" * 20_000 + "<footnoteRef IDREF='n'/>" * 20_000,
        "<paragraph>" * 35 + "<list/>" * 90_000 + "</paragraph>" * 35,
        "<table><tr><td>" * 12 + "<table/>" * 50_000 + "</td></tr></table>" * 12,
        "<renderMultiMedia referencedObject='" + "i " * 1_000_000 + "'/>",
    ],
    ids=["flat", "notes", "blocks", "tables", "references"],
)
def test_a_document_made_to_be_slow_is_not(narrative):
    document = read(with_text(narrative, after=media("i", "application/pdf", "JVBERi0xLjQ=")))
    begun = time.process_time()
    html = to_html(document)
    assert time.process_time() - begun < 8
    assert len(html) < 20_000_000


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<p onclick=alert(1) style='position:fixed' class=fr-btn id=main>a</p>",
        "<a href='javascript:alert(1)'>a</a><a href='/deconnexion'>b</a><a href='data:text/html,x'>c</a>",
        "<img src='https://exemple.fr/pixel.png'><img src='data:image/svg+xml;base64,AAAA'><img src=x onerror=alert(1)>",
        "<iframe src='/'></iframe><svg onload=alert(1)><form action='/'><input name=a></form><!-- a -->",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    ],
)
def test_the_second_wall_holds_alone(html):
    """Were the first to fail, the sanitiser by itself lets nothing else through."""
    check(_SANITISER.clean(html))


def test_level_1():
    assert to_html(read(n1())) == ""
    html = to_html(read(n1(media_type="text/plain", data="Été <script>\n\tb".encode("latin-1"))))
    assert html == '<pre class="cda-plain">Été &lt;script&gt;\n\tb</pre>'


NAMES = st.sampled_from(
    [
        "paragraph",
        "content",
        "list",
        "item",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "br",
        "sub",
        "sup",
        "linkHtml",
        "renderMultiMedia",
        "footnote",
        "footnoteRef",
        "script",
        "style",
        "iframe",
        "svg",
        "math",
        "img",
        "a",
        "object",
        "form",
        "input",
        "template",
        "noscript",
        "title",
    ]
)
ATTRIBUTES = st.sampled_from(
    [
        "ID",
        "styleCode",
        "href",
        "referencedObject",
        "IDREF",
        "listType",
        "colspan",
        "rowspan",
        "onclick",
        "onerror",
        "style",
        "src",
        "class",
        "revised",
    ]
)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc",), exclude_characters="\ufffe\uffff"), max_size=12
) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "javascript:alert(1)",
        "<img src=x onerror=alert(1)>",
        "--><svg onload=x>",
        "]]>",
        '" onmouseover="x',
        "i",
    ]
)


def quote(text: str) -> str:
    return re.sub(r"[<>&\"']", lambda match: f"&#{ord(match[0])};", text)


@st.composite
def elements(draw, children):
    name = draw(NAMES)
    attributes = draw(st.dictionaries(ATTRIBUTES, TEXTS, max_size=3))
    inner = "".join(draw(st.lists(children, max_size=4)))
    written = "".join(f' {key}="{quote(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{inner}</{name}>"


NARRATIVES = st.recursive(TEXTS.map(quote), elements, max_leaves=25)


@MANY
@given(NARRATIVES)
def test_no_narrative_gives_anything_but_the_allowed(narrative):
    html = to_html(read(with_text(narrative, after=media("i", "image/png", IMAGE))))
    assert set(check(html).tags) <= TAGS


@MANY
@given(grafts() | mutations())
def test_a_damaged_document_is_refused_or_shown_safely(data):
    try:
        document = read(data)
    except CdaRefused:
        return
    check(to_html(document))
