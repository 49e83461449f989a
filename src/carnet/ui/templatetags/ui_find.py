# ruff: noqa: PLR0917 -- a tag's parameters are written by position and named as in HTML
"""The components of pages where one finds and chooses: ``{% load ui_find %}``. Every text is escaped.

Lines (one tag)
  ui_search action value="" label="" hidden=()     a search box (GET); hidden: (name, value) pairs kept
  ui_pick_item value title text="" meta="" badge="" checked=False name="choix"
                                                   one line of ui_list with a box to tick
  ui_views items label=""                          ways of looking at the same: (text, href, current)
  ui_folder_choice folders label="Ranger dans"     a select: (value, name) or (value, name, current) tuples
Blocks (closed by end_<name>)
  ui_filters form submit="Filtrer" action="" hidden=() reset_href=""
                                                   a form sent by GET, whose address says what is shown
  ui_line title href="" text="" meta="" icon="" badge="" badge_kind="new"
                                                   one line of ui_list with its own buttons inside
"""

from collections.abc import Sequence
from typing import Any

from django import forms, template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from carnet.ui.templatetags.ui import BADGE_KINDS, one_of, ui_button, ui_errors

register = template.Library()

Pairs = Sequence[tuple[str, str]]


def _render(component: str, /, **context: Any) -> SafeString:
    return render_to_string(f"ui/components/{component}.html", context)


@register.simple_tag
def ui_search(action: str, value: str = "", label: str = "Rechercher", hidden: Pairs = ()) -> SafeString:
    """A search box; what is typed stands in the address as ``q``."""
    return _render("search", action=action, value=value, label=label, hidden=hidden)


@register.simple_tag
def ui_pick_item(
    value: str,
    title: str,
    text: str = "",
    meta: str = "",
    badge: str = "",
    checked: bool = False,  # noqa: FBT001, FBT002 - as written in a template
    name: str = "choix",
) -> SafeString:
    """One line of a list that is chosen from; the whole line ticks its box."""
    return _render(
        "pick_item", value=value, title=title, text=text, meta=meta, badge=badge, checked=checked, name=name
    )


@register.simple_tag
def ui_views(items: Sequence[tuple[str, str, bool]], label: str = "Affichage") -> SafeString:
    """Links to the ways of looking at the same things; the present one is marked."""
    return _render("views", items=items, label=label)


@register.simple_tag
def ui_folder_choice(folders: Sequence[Sequence[Any]], label: str = "Ranger dans") -> SafeString:
    """Where to put what is chosen, or nowhere; named ``dossier``."""
    rows = [(value, name, bool(rest and rest[0])) for value, name, *rest in folders]
    return _render("folder_choice", folders=rows, label=label)


@register.simple_block_tag(end_name="end_ui_filters")
def ui_filters(
    content: str,
    form: forms.BaseForm,
    submit: str = "Filtrer",
    action: str = "",
    hidden: Pairs = (),
    reset_href: str = "",
) -> SafeString:
    """A form of filters: nothing changes by it, so it is sent by GET and has no token."""
    return _render(
        "filters", content=content, errors=ui_errors(form), button=ui_button(submit, "secondary"),
        action=action, hidden=hidden, reset_href=reset_href,
    )  # fmt: skip


@register.simple_block_tag(end_name="end_ui_line")
def ui_line(
    content: str,
    title: str,
    href: str = "",
    text: str = "",
    meta: str = "",
    icon: str = "",
    badge: str = "",
    badge_kind: str = "new",
) -> SafeString:
    """One line of a ``ui_list`` that carries its own buttons."""
    badge_kind = one_of(badge_kind, BADGE_KINDS, "badge")
    return _render(
        "line", content=content, title=title, href=href, text=text, meta=meta, icon=icon, badge=badge,
        badge_kind=badge_kind,
    )  # fmt: skip
