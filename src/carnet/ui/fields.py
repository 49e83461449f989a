"""How one form field is shown: its kind, its words, and the attributes that tie them together."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import mark_safe

from carnet.ui.forms import DateInputs

_CLASSES = {
    "text": "fr-input",
    "password": "fr-input fr-password__input",
    "select": "fr-select",
    "file": "fr-upload",
}
_PARTS = (("day", "Jour"), ("month", "Mois"), ("year", "Année"))


def kind_of(bound: BoundField) -> str:
    """Which template of ui/fields/ shows this field, from its widget."""
    kinds: tuple[tuple[type[forms.Widget], str], ...] = (
        (DateInputs, "date"),
        (forms.CheckboxSelectMultiple, "choices"),
        (forms.RadioSelect, "choices"),
        (forms.CheckboxInput, "checkbox"),
        (forms.Select, "select"),
        (forms.PasswordInput, "password"),
        (forms.FileInput, "file"),
    )
    return next((kind for widget, kind in kinds if isinstance(bound.field.widget, widget)), "text")


def describe(bound: BoundField) -> dict[str, Any]:
    """What the templates of ui/fields/ show for one field."""
    kind = kind_of(bound)
    common = _common(bound)
    if kind == "choices":
        multiple = isinstance(bound.field.widget, forms.CheckboxSelectMultiple)
        return common | {
            "options": list(bound.subwidgets),
            "group_class": "fr-checkbox-group" if multiple else "fr-radio-group",
        }
    if kind == "date":
        return common | {"parts": _date_parts(bound, common)}
    return common | {"widget": bound.as_widget(attrs=_attributes(kind, bound, common))}


def _common(bound: BoundField) -> dict[str, Any]:
    identifier = bound.auto_id or bound.html_name
    hint_id = f"{identifier}-indication"
    messages_id = f"{identifier}-messages"
    described = [hint_id] if bound.help_text else []
    described += [messages_id] if bound.errors else []
    return {
        "id": identifier,
        "label": bound.label,
        "hint": bound.help_text,
        "hint_id": hint_id,
        "messages_id": messages_id,
        "errors": list(bound.errors),
        "optional": not bound.field.required and not getattr(bound.field, "unmarked", False),
        "describedby": " ".join(described),
    }


def _attributes(kind: str, bound: BoundField, common: dict[str, Any]) -> dict[str, Any]:
    own = str(bound.field.widget.attrs.get("class", ""))
    attrs: dict[str, Any] = {}
    css = " ".join(filter(None, (_CLASSES.get(kind, ""), own)))
    if css:
        attrs["class"] = css
    # An empty attribute keeps Django from adding the one of its own templates, which points to nothing here.
    attrs["aria-describedby"] = common["describedby"] or False
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return attrs


def _date_parts(bound: BoundField, common: dict[str, Any]) -> list[dict[str, Any]]:
    widget = bound.field.widget
    context = widget.get_context(bound.html_name, bound.value(), {"id": common["id"]})
    parts = []
    for (name, label), sub in zip(_PARTS, context["widget"]["subwidgets"], strict=True):
        sub["attrs"] |= {"class": "fr-input"} | ({"aria-invalid": "true"} if bound.errors else {})
        # Rendered by Django's own template, which escapes the value: safe by construction.
        html = mark_safe(bound.form.renderer.render(sub["template_name"], {"widget": sub}))  # noqa: S308
        parts.append({"name": name, "label": label, "id": sub["attrs"]["id"], "widget": html})
    return parts


def summarise(form: forms.BaseForm) -> dict[str, Any]:
    """The error summary: a heading that counts, and one line per error with the field that it concerns."""
    lines: list[dict[str, str]] = [{"text": str(error), "href": ""} for error in form.non_field_errors()]
    for bound in form:
        lines += [{"text": _named(bound, str(error)), "href": _target(bound)} for error in bound.errors]
    count = len(lines)
    heading = "Il y a une erreur à corriger" if count == 1 else f"Il y a {count} erreurs à corriger"
    return {"heading": heading, "lines": lines}


def _named(bound: BoundField, error: str) -> str:
    return f"{str(bound.label).rstrip(' :')} : {error}"


def _target(bound: BoundField) -> str:
    """The identifier that the summary links to: the field, or the first choice of a group."""
    if bound.is_hidden:
        return ""
    first = "_0" if kind_of(bound) in {"date", "choices"} else ""
    return f"{bound.auto_id}{first}"
