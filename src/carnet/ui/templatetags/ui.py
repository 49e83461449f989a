# ruff: noqa: PLR0917, A002, FBT001, FBT002 -- a tag's parameters are written by position and named as in HTML
"""The components of every page: ``{% load ui %}``. Every text given to them is escaped.

Lines (one tag)                                         what it shows
  ui_title text lead="" eyebrow=""                      the only h1 of the page, with an introduction
  ui_icon name                                          a small decorative picture (carnet.ui.icons.NAMES)
  ui_stepper current total title next=""                "Étape 1 sur 3", its title, the following one
  ui_alert_line kind text                               one sentence; kind: info success warning error
  ui_tile href title text="" icon="" badge=""           a big link to a part of the space
  ui_item href title text="" meta="" icon="" badge="" badge_kind="info" action_href="" action=""
                                                        one line of ui_list, perhaps with a second link
  ui_badge text kind="neutral"                          kind: neutral new info success warning error
  ui_button text kind="primary" type="submit" name="" value="" icon=""
                                                        kind: primary secondary tertiary danger
  ui_link_button href text kind="primary" icon=""       a link that looks like a button
  ui_post_button action text kind="tertiary" name="" value="" icon=""    a form of one button (POST, csrf)
  ui_form form submit="Continuer" action="" cancel_href="" cancel_text="Annuler" kind="primary"
                                                        the whole form
  ui_errors form                                        the error summary alone, with links to the fields
  ui_field form.field                                   one field: label, hint, error
  ui_table caption headers rows                         a table; a cell is a text or a (text, href) pair
  ui_breadcrumb items                                   (text, href) pairs; the last may have an empty href
  ui_pagination previous="" next="" label=""            keyset paging: addresses of the two neighbours
  ui_phone reason=""                                    the telephone help
  ui_timeline entries                                   carnet.ui.page.TimelineEntry, newest first
  ui_code code label=""                                 a code in groups of four, with a copy button
  ui_command text label=""                              a command or a program to copy, as it is
  ui_summary_list pairs                                 (label, value) or (label, value, href, action) tuples
  ui_ways label links                                   links to choose among: (text, href, current) triples
  ui_picture name                                       card_photo, card_old
  ui_chart chart                                        a curve (carnet.ui.charts.Chart) and its sentence
Blocks (closed by end_<name>)
  ui_hero title lead=""                                 the top of a public page: its h1, and buttons inside
  ui_alert kind title="" level=2                        a paragraph or several in an alert
  ui_card title="" level=2 icon=""                      a bordered area
  ui_details summary open=False                         more, on demand
  ui_form_block form submit="Continuer" action="" cancel_href="" cancel_text="Annuler" kind="primary"
                                                        a form whose fields the template places (ui_field)
  ui_document label                                     the HTML of a medical document; wide tables scroll
  ui_grid columns=3                                     children side by side where the screen allows
  ui_list label=""                                      holds ui_item
  ui_actions                                            buttons in a row, stacked on a phone
  ui_row legend=""                                      short fields side by side, two to a row on a phone
  ui_table_block caption headers                        rows written by hand with ui_cell
  ui_cell header=""                                     one cell of ui_table_block
  ui_empty title icon="document"                        what a page says when it has nothing to list
  ui_prose                                              a long text with headings and lists
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from carnet.ui import charts, fields, icons
from carnet.ui.page import TimelineEntry
from carnet.ui.site import Site, get_site

register = template.Library()

KINDS = ("info", "success", "warning", "error")
BADGE_KINDS = ("neutral", "new", *KINDS)
BUTTON_CLASSES = {
    "primary": "fr-btn",
    "secondary": "fr-btn fr-btn--secondary",
    "tertiary": "fr-btn fr-btn--tertiary",
    "danger": "fr-btn ui-btn--danger",
}
PICTURES = ("card_photo", "card_old")


class UnknownKindError(template.TemplateSyntaxError):
    """A template asked for a kind, an icon or a picture that does not exist."""


def one_of(value: str, allowed: Iterable[str], what: str) -> str:
    if value not in allowed:
        raise UnknownKindError(f"{what} {value!r}: one of {', '.join(allowed)} is expected")
    return value


def _render(component: str, /, **context: Any) -> SafeString:
    return render_to_string(f"ui/components/{component}.html", context)


@register.simple_tag
def ui_site() -> Site:
    """The brand and the links of the footer, for the base templates."""
    return get_site()


@register.simple_tag
def ui_icon(name: str) -> SafeString:
    """A decorative picture, hidden from assistive technologies: the words beside it say the same."""
    return format_html(
        '<svg class="ui-icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" '
        'focusable="false"><path d="{}"/></svg>',
        icons.get_path(name),
    )


@register.simple_tag
def ui_title(text: str, lead: str = "", eyebrow: str = "") -> SafeString:
    """The h1 of a page."""
    return _render("title", text=text, lead=lead, eyebrow=eyebrow)


@register.simple_block_tag(end_name="end_ui_hero")
def ui_hero(content: str, title: str, lead: str = "") -> SafeString:
    """The top of a public page: the h1, one sentence, and the buttons that the template writes."""
    return _render("hero", content=content, title=title, lead=lead)


@register.simple_tag
def ui_stepper(current: int, total: int, title: str, next: str = "") -> SafeString:
    """Where one stands in a path of several screens (one to eight)."""
    return _render("stepper", current=current, total=total, title=title, next=next)


@register.simple_tag
def ui_alert_line(kind: str, text: str) -> SafeString:
    """One sentence. ``kind`` also accepts the level tags of Django's messages (``debug`` reads as info)."""
    words = kind.split() or ["info"]
    return _alert(next((word for word in words if word in KINDS), "info"), text=text)


def _alert(kind: str, text: str, title: str = "", level: int = 2) -> SafeString:
    role = "alert" if kind == "error" else "status"
    return _render("alert", kind=kind, text=text, title=title, tag=_heading(level), role=role)


def _heading(level: int) -> str:
    return f"h{one_of(str(level), '23456', 'heading level')}"


@register.simple_block_tag(end_name="end_ui_alert")
def ui_alert(content: str, kind: str, title: str = "", level: int = 2) -> SafeString:
    """An alert around what the template writes; announced at once when it is an error."""
    return _alert(one_of(kind, KINDS, "alert"), text=content, title=title, level=level)


@register.simple_block_tag(end_name="end_ui_card")
def ui_card(content: str, title: str = "", level: int = 2, icon: str = "") -> SafeString:
    """A bordered area with an optional heading."""
    return _render("card", content=content, title=title, tag=_heading(level), icon=icon)


@register.simple_block_tag(end_name="end_ui_details")
def ui_details(content: str, summary: str, open: bool = False) -> SafeString:
    """A part that is opened on demand, without script."""
    return _render("details", content=content, summary=summary, open=open)


@register.simple_block_tag(end_name="end_ui_grid")
def ui_grid(content: str, columns: int = 3) -> SafeString:
    """Children side by side: ``columns`` (2 to 4) on a wide screen, one on a phone."""
    return format_html(
        '<div class="ui-grid ui-grid--{}">{}</div>', one_of(str(columns), "234", "columns"), content
    )


@register.simple_block_tag(end_name="end_ui_list")
def ui_list(content: str, label: str = "") -> SafeString:
    """A list of ``ui_item``."""
    return _render("list", content=content, label=label)


@register.simple_block_tag(end_name="end_ui_actions")
def ui_actions(content: str) -> SafeString:
    """Buttons in a row, one under the other on a phone."""
    return format_html('<div class="ui-actions">{}</div>', content)


@register.simple_block_tag(end_name="end_ui_row")
def ui_row(content: str, legend: str = "") -> SafeString:
    """Short fields side by side, under a common name: two to a row on a phone, more on a wide screen."""
    row = format_html('<div class="ui-row">{}</div>', content)
    if not legend:
        return row
    return format_html('<fieldset class="ui-rows"><legend>{}</legend>{}</fieldset>', legend, row)


@register.simple_block_tag(end_name="end_ui_prose")
def ui_prose(content: str) -> SafeString:
    """A long text: headings, paragraphs and lists with the width of a book's line."""
    return format_html('<div class="ui-prose">{}</div>', content)


@register.simple_block_tag(end_name="end_ui_document")
def ui_document(content: str, label: str) -> SafeString:
    """The HTML of a medical document, made safe by who made it; what is wide scrolls inside it."""
    return format_html(
        '<div class="ui-prose ui-document" role="region" aria-label="{}" tabindex="0">{}</div>',
        label,
        content,
    )


@register.simple_block_tag(end_name="end_ui_empty")
def ui_empty(content: str, title: str, icon: str = "document") -> SafeString:
    """What a page says when it has nothing to list, and what one may do."""
    return _render("empty", content=content, title=title, icon=icon)


@register.simple_tag
def ui_tile(href: str, title: str, text: str = "", icon: str = "", badge: str = "") -> SafeString:
    """A big link to a part of the space."""
    return _render("tile", href=href, title=title, text=text, icon=icon, badge=badge)


@register.simple_tag
def ui_item(
    href: str,
    title: str,
    text: str = "",
    meta: str = "",
    icon: str = "",
    badge: str = "",
    badge_kind: str = "info",
    action_href: str = "",
    action: str = "",
) -> SafeString:
    """One line of a ``ui_list``; without ``href`` it is not a link. ``action``: a second link, beside it."""
    badge_kind = one_of(badge_kind, BADGE_KINDS, "badge")
    return _render(
        "item", href=href, title=title, text=text, meta=meta, icon=icon, badge=badge, badge_kind=badge_kind,
        action_href=action_href, action=action,
    )  # fmt: skip


@register.simple_tag
def ui_badge(text: str, kind: str = "neutral") -> SafeString:
    """A short state in a word or two."""
    kind = one_of(kind, BADGE_KINDS, "badge")
    return format_html('<span class="ui-badge ui-badge--{}">{}</span>', kind, text)


@register.simple_tag
def ui_button(
    text: str,
    kind: str = "primary",
    type: str = "submit",
    name: str = "",
    value: str = "",
    icon: str = "",
) -> SafeString:
    """A button of a form written by hand."""
    css = BUTTON_CLASSES[one_of(kind, BUTTON_CLASSES, "button")]
    one_of(type, ("submit", "button", "reset"), "button type")
    return _render("button", text=text, css=css, type=type, name=name, value=value, icon=icon)


@register.simple_tag
def ui_link_button(href: str, text: str, kind: str = "primary", icon: str = "") -> SafeString:
    """A link that looks like a button."""
    css = BUTTON_CLASSES[one_of(kind, BUTTON_CLASSES, "button")]
    return _render("link_button", href=href, text=text, css=css, icon=icon)


@register.simple_tag(takes_context=True)
def ui_post_button(
    context: template.Context,
    action: str,
    text: str,
    kind: str = "tertiary",
    name: str = "",
    value: str = "",
    icon: str = "",
) -> SafeString:
    """A form of one button: what changes something is never a link."""
    button = ui_button(text, kind, "submit", name, value, icon)
    return _render("post_button", action=action, button=button, token=_csrf(context))


def _csrf(context: template.Context) -> str:
    """The token of this request; empty where a page is rendered without one (error pages have no form)."""
    request = context.get("request")
    return get_token(request) if isinstance(request, HttpRequest) else str(context.get("csrf_token", ""))


@register.simple_tag(takes_context=True)
def ui_form(
    context: template.Context,
    form: forms.BaseForm,
    submit: str = "Continuer",
    action: str = "",
    cancel_href: str = "",
    cancel_text: str = "Annuler",
    kind: str = "primary",
) -> SafeString:
    """A whole form: error summary, fields, hidden fields, token, button. Fields in their declared order."""
    content = format_html_join("", "{}", ((ui_field(bound),) for bound in form.visible_fields()))
    return ui_form_block(context, content, form, submit, action, cancel_href, cancel_text, kind)


@register.simple_block_tag(takes_context=True, end_name="end_ui_form_block")
def ui_form_block(
    context: template.Context,
    content: str,
    form: forms.BaseForm,
    submit: str = "Continuer",
    action: str = "",
    cancel_href: str = "",
    cancel_text: str = "Annuler",
    kind: str = "primary",
) -> SafeString:
    """A form whose visible fields the template places itself, among pictures and explanations."""
    return _render(
        "form",
        form=form,
        token=_csrf(context),
        errors=ui_errors(form),
        content=content,
        button=ui_button(submit, kind),
        action=action,
        cancel_href=cancel_href,
        cancel_text=cancel_text,
    )


@register.simple_tag
def ui_errors(form: forms.BaseForm) -> SafeString:
    """The error summary, which takes the focus and links to each field; nothing for a good form."""
    if not form.errors:
        return SafeString("")
    return _render("errors", **fields.summarise(form))


@register.simple_tag
def ui_field(bound: BoundField) -> SafeString:
    """One field with its label, its hint and its errors, tied together for assistive technologies."""
    return render_to_string(f"ui/fields/{fields.kind_of(bound)}.html", fields.describe(bound))


@register.simple_tag
def ui_table(caption: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> SafeString:
    """A table read line by line on a phone. A cell is a text, or a (text, href) pair."""
    lines = [[_cell(headers[i], value) for i, value in enumerate(row)] for row in rows]
    return _render("table", caption=caption, headers=headers, lines=lines)


def _cell(header: str, value: Any) -> dict[str, Any]:
    text, href = value if isinstance(value, tuple) else (value, "")
    return {"header": header, "text": text, "href": href}


@register.simple_block_tag(end_name="end_ui_table_block")
def ui_table_block(content: str, caption: str, headers: Sequence[str] | str) -> SafeString:
    """A table whose rows the template writes with ``ui_cell``; headers as a list or as ``"Date|Auteur"``."""
    names = headers.split("|") if isinstance(headers, str) else headers
    return _render("table", caption=caption, headers=names, content=content)


@register.simple_block_tag(end_name="end_ui_cell")
def ui_cell(content: str, header: str = "") -> SafeString:
    """One cell; ``header`` is shown before it on a phone."""
    return format_html('<td role="cell" data-label="{}"><div>{}</div></td>', header, content)


@register.simple_tag
def ui_breadcrumb(items: Sequence[tuple[str, str]]) -> SafeString:
    """Where the page stands, from the home page down."""
    return _render("breadcrumb", items=items)


@register.simple_tag
def ui_pagination(previous: str = "", next: str = "", label: str = "") -> SafeString:
    """Keyset paging: the addresses of the neighbours, empty at either end; nothing when both are."""
    return _render("pagination", previous=previous, next=next, label=label)


@register.simple_tag
def ui_phone(reason: str = "") -> SafeString:
    """The help by telephone that stands beside each screen (facts/mes.md 10)."""
    return _render("phone", site=get_site(), reason=reason)


@register.simple_tag
def ui_timeline(entries: Iterable[TimelineEntry]) -> SafeString:
    """The history, in the order given (newest first), grouped by day of the time zone of the page."""
    days = [(day, list(group)) for day, group in groupby(entries, key=lambda e: timezone.localdate(e.at))]
    return _render("timeline", days=days)


@register.simple_tag
def ui_code(code: str, label: str = "") -> SafeString:
    """A code in groups of four, read as one by assistive technologies; the button copies it whole."""
    groups = [code[i : i + 4] for i in range(0, len(code), 4)]
    return _render("code", code=code, groups=groups, label=label)


@register.simple_tag
def ui_command(text: str, label: str = "Commande") -> SafeString:
    """A command, a program or an answer of a machine: long lines are folded, the button copies it whole."""
    return _render("command", text=text, label=label)


@register.simple_tag
def ui_summary_list(pairs: Iterable[Sequence[Any]]) -> SafeString:
    """Facts as label and value: (label, value) or (label, value, href, what the link does)."""
    rows = [dict(zip(("label", "value", "href", "action"), pair, strict=False)) for pair in pairs]
    return _render("summary_list", rows=rows)


@register.simple_tag
def ui_picture(name: str) -> SafeString:
    """An own drawing with its text alternative."""
    return render_to_string(f"ui/pictures/{one_of(name, PICTURES, 'picture')}.html")


@register.simple_tag
def ui_ways(label: str, links: Iterable[tuple[str, str, bool]]) -> SafeString:
    """Links of which one is the present one (a period, a view), in a row that folds."""
    return _render("ways", label=label, links=links)


@register.simple_tag
def ui_chart(chart: charts.Chart) -> SafeString:
    """A curve drawn by the server, and the same in a sentence; nothing for a chart without a point."""
    drawings = charts.draw(chart)
    return _render("chart", chart=chart, drawings=drawings) if drawings else SafeString("")
