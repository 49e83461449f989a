import re
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client, RequestFactory

from carnet.ui import forms as ui_forms
from carnet.ui.charts import Chart, Line
from carnet.ui.icons import NAMES, UnknownIconError
from carnet.ui.page import Account, NavItem, Ribbon, Space, SpaceChoice, TimelineEntry
from carnet.ui.templatetags import ui as module

EVIL = "<script>alert('x')</script>\"'&"
GALLERY = ("/ui/gallery/", "/ui/gallery/champs/", "/ui/gallery/agents/", "/ui/gallery/public/")


def show(source: str, **context: object) -> str:
    values = {"evil": EVIL, "request": RequestFactory().get("/"), **context}
    return Template("{% load ui %}" + source).render(Context(values))


LINES = (
    "{% ui_title evil evil evil %}",
    "{% ui_stepper 1 3 evil next=evil %}",
    "{% ui_alert_line 'error' evil %}",
    "{% ui_tile evil evil evil 'home' badge=evil %}",
    "{% ui_item evil evil evil evil 'home' evil %}",
    "{% ui_badge evil %}",
    "{% ui_button evil 'primary' 'submit' evil evil %}",
    "{% ui_link_button evil evil %}",
    "{% ui_post_button evil evil name=evil value=evil %}",
    "{% ui_table evil headers rows %}",
    "{% ui_breadcrumb items %}",
    "{% ui_pagination evil evil evil %}",
    "{% ui_phone evil %}",
    "{% ui_timeline entries %}",
    "{% ui_code evil evil %}",
    "{% ui_command evil evil %}",
    "{% ui_summary_list pairs %}",
    "{% ui_ways evil ways %}",
    "{% ui_chart curve %}",
    "{% ui_row evil %}{{ evil }}{% end_ui_row %}",
    "{% ui_form form submit=evil action=evil cancel_href=evil cancel_text=evil %}",
    "{% ui_form_block form submit=evil action=evil cancel_href=evil %}{{ evil }}{% end_ui_form_block %}",
    "{% ui_errors form %}",
    "{% ui_document evil %}{{ evil }}{% end_ui_document %}",
    "{% ui_alert 'info' title=evil %}{{ evil }}{% end_ui_alert %}",
    "{% ui_card evil %}{{ evil }}{% end_ui_card %}",
    "{% ui_details evil %}{{ evil }}{% end_ui_details %}",
    "{% ui_grid 2 %}{{ evil }}{% end_ui_grid %}",
    "{% ui_list evil %}{{ evil }}{% end_ui_list %}",
    "{% ui_actions %}{{ evil }}{% end_ui_actions %}",
    "{% ui_prose %}{{ evil }}{% end_ui_prose %}",
    "{% ui_empty evil %}{{ evil }}{% end_ui_empty %}",
    "{% ui_hero evil evil %}{{ evil }}{% end_ui_hero %}",
    "{% ui_table_block evil headers %}{% ui_cell evil %}{{ evil }}{% end_ui_cell %}{% end_ui_table_block %}",
)


class EvilForm(ui_forms.Form):
    line = ui_forms.TextField(label=EVIL, help_text=EVIL)
    password = ui_forms.PasswordField(label=EVIL)
    day = ui_forms.DateField(label=EVIL)
    radio = forms.ChoiceField(
        label=EVIL, widget=forms.RadioSelect, choices=[(EVIL, ui_forms.Option(EVIL, hint=EVIL))]
    )
    box = forms.BooleanField(label=EVIL)
    select = forms.ChoiceField(label=EVIL, choices=[(EVIL, EVIL)])
    area = forms.CharField(label=EVIL, widget=forms.Textarea)
    hidden = forms.CharField(widget=forms.HiddenInput)


def evil_form() -> EvilForm:
    data = dict.fromkeys(
        ("line", "area", "select", "hidden", "radio", "day_day", "day_month", "day_year"), EVIL
    )
    form = EvilForm(data)
    form.add_error("line", EVIL)
    form.add_error(None, EVIL)
    return form


@pytest.mark.parametrize("source", LINES)
def test_every_component_escapes_what_it_is_given(source):
    at = datetime(2026, 3, 1, tzinfo=UTC)
    html = show(
        source,
        headers=[EVIL],
        rows=[[EVIL], [(EVIL, EVIL)]],
        items=[(EVIL, EVIL), (EVIL, "")],
        pairs=[(EVIL, EVIL, EVIL, EVIL)],
        entries=[TimelineEntry(at=at, title=EVIL, text=EVIL, by=EVIL, why=EVIL, href=EVIL)],
        form=evil_form(),
        ways=[(EVIL, EVIL, True)],
        curve=Chart(EVIL, EVIL, EVIL, EVIL, [Line(EVIL, [(0.0, 1.0)]), Line(EVIL, [(0.0, 2.0)])]),
    )
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "alert('x')" not in html


def test_the_list_above_names_every_tag():
    library = module.register
    quiet = {"ui_site", "ui_icon", "ui_picture", "ui_field"}  # no free text, or shown within ui_form
    tested = {name for line in LINES for name in re.findall(r"\{% (ui_\w+)", line)}
    assert set(library.tags) - quiet == tested


def test_the_docstring_lists_every_tag():
    listed = set(re.findall(r"^  (ui_\w+)", module.__doc__, re.MULTILINE))
    assert listed == set(module.register.tags) - {"ui_site"}


@pytest.mark.parametrize(
    "source",
    [
        "{% ui_alert 'bad' %}{% end_ui_alert %}",
        "{% ui_badge 'x' 'bad' %}",
        "{% ui_button 'x' 'bad' %}",
        "{% ui_button 'x' 'primary' 'image' %}",
        "{% ui_card 'x' level=1 %}{% end_ui_card %}",
        "{% ui_grid 7 %}{% end_ui_grid %}",
        "{% ui_picture '../base' %}",
    ],
)
def test_an_unknown_kind_is_an_error_of_the_template(source):
    with pytest.raises(TemplateSyntaxError, match="is expected"):
        show(source)


def test_an_unknown_icon_is_an_error():
    with pytest.raises(UnknownIconError, match="nope"):
        show("{% ui_icon 'nope' %}")


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_is_hidden_from_assistive_technologies(name):
    assert 'aria-hidden="true"' in show("{% ui_icon name %}", name=name)


class Outline(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))


@pytest.mark.parametrize("path", GALLERY)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_page_has_no_inline_style_nor_script_and_one_heading(path, method):
    client = Client()
    if method == "post" and "champs" not in path:
        assert client.post(path).status_code == 405
        return
    response = getattr(client, method)(path)
    html = response.content.decode()
    elements = Outline(html).elements
    assert response.status_code == 200
    assert "variable inconnue" not in html
    assert "{%" not in html
    for tag, attrs in elements:
        assert "style" not in attrs, tag
        assert tag != "style"
        assert tag != "script" or attrs.get("src", "").startswith("/static/")
        assert not [name for name in attrs if name.startswith("on")], tag
    assert Counter(tag for tag, _ in elements)["h1"] == 1
    assert Counter(tag for tag, _ in elements)["main"] == 1
    twice = [name for name, n in Counter(a["id"] for _, a in elements if "id" in a).items() if n > 1]
    assert not twice


@pytest.mark.parametrize("path", GALLERY)
def test_every_reference_within_a_page_points_to_something(path):
    elements = Outline(Client().get(path).content.decode()).elements
    known = {attrs["id"] for _, attrs in elements if "id" in attrs}
    asked = {
        word
        for _, attrs in elements
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls")
        for word in (attrs.get(name) or "").split()
    }
    assert asked <= known


def test_the_frame_shows_what_the_page_says():
    html = show(
        "{% include 'ui/base.html' %}",
        ui_nav=[NavItem(EVIL, "/a/", "home", current=True, count=3)],
        ui_account=Account(EVIL, "/compte/", "/sortir/"),
        ui_space=Space(
            EVIL, own=False, note=EVIL, switch_href="/profils/", choices=(SpaceChoice(EVIL, EVIL, EVIL),)
        ),
        ui_ribbon=Ribbon(EVIL, (NavItem(EVIL, "/b/"),)),
    )
    assert html.count("&lt;script&gt;") == 10
    assert 'aria-current="page"' in html
    assert '<form method="post" action="/sortir/">' in html
    assert '<form method="post" action="/profils/">' in html
    assert "Vous agissez pour" in html


def test_a_frame_without_anything_still_stands():
    html = show("{% include 'ui/base.html' %}")
    assert "Menu principal" not in html
    assert "Se déconnecter" not in html
    assert "Vous agissez pour" not in html
    assert "variable inconnue" not in html


def test_a_form_carries_a_token_that_is_accepted():
    client = Client(enforce_csrf_checks=True)
    html = client.get("/ui/gallery/champs/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
    assert token
    assert client.post("/ui/gallery/champs/").status_code == 403
    assert client.post("/ui/gallery/champs/", {"csrfmiddlewaretoken": token[1]}).status_code == 200


def test_an_error_is_summed_up_tied_to_its_field_and_in_the_title():
    html = Client().post("/ui/gallery/champs/", {"code": "K7MP"}).content.decode()
    assert "<title>Erreur – Champs – Carnet</title>" in html
    assert "Il y a 11 erreurs à corriger" in html
    assert '<a href="#id_code">Code provisoire : Le code provisoire compte 12 caractères' in html
    assert '<a href="#id_birth_date_0">Date de naissance' in html
    assert '<a href="#id_visibility_0">Mes documents sont, au départ : Choisissez une réponse.</a>' in html
    assert 'aria-describedby="id_code-indication id_code-messages"' in html
    assert 'value="K7MP"' in html


def test_a_good_form_says_so_and_never_shows_a_password_again():
    data = {
        "code": "K7MP X2QR T94H",
        "matricule": "2 58 04 2B 033 123 45",
        "serial": "8025000002 12345678901",
        "birth_date_day": "29",
        "birth_date_month": "2",
        "birth_date_year": "1960",
        "email": "camille@exemple.fr",
        "otp": "123 456",
        "login": "camille.moreau",
        "password": "Secret-de-test-1",
        "visibility": "shown",
        "channel": "mail",
        "terms": "on",
    }
    html = Client().post("/ui/gallery/champs/", data).content.decode()
    assert "Tous les champs sont bons." in html
    assert "Secret-de-test-1" not in html


def test_an_item_without_address_is_not_a_link():
    assert "<a " not in show("{% ui_item '' 'Ordonnance' %}")


def test_paging_has_nothing_to_say_when_all_is_on_one_page():
    assert show("{% ui_pagination %}").strip() == ""
    assert 'rel="next"' in show("{% ui_pagination next='?apres=x' %}")
    assert 'rel="prev"' not in show("{% ui_pagination next='?apres=x' %}")


def test_a_code_is_read_whole_and_seen_in_groups():
    html = show("{% ui_code 'K7MPX2QRT94H' %}")
    assert '<span class="fr-sr-only">K7MPX2QRT94H</span>' in html
    assert "<span>K7MP</span><span>X2QR</span><span>T94H</span>" in html


def test_the_history_is_grouped_by_day_in_local_time():
    late = datetime(2026, 3, 11, 23, 30, tzinfo=UTC)  # half past midnight on the 12th in Paris
    html = show("{% ui_timeline entries %}", entries=[TimelineEntry(at=late, title="Connexion")])
    assert "jeudi 12 mars 2026" in html
    assert "0 h 30" in html
