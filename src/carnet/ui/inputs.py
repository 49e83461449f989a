"""Fields for what people know only in part, or half remember: partial dates, names that are proposed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from carnet.ui.forms import DateField, DateInputs

_YEAR_DIGITS = 4


class SuggestInput(forms.TextInput):
    """A line of text with names proposed by the browser itself.

    The whole list stands in the page: it needs no script, and nothing typed leaves before it is saved.
    """

    def __init__(self, names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.names = names

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        attrs = dict(attrs or {})
        list_id = f"{attrs.get('id') or name}-noms"
        shown = super().render(name, value, attrs | {"list": list_id}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((one,) for one in self.names))
        return format_html('{}<datalist id="{}">{}</datalist>', shown, list_id, options)


class PartialDateInputs(DateInputs):
    """Day, month and year of a date kept as "YYYY", "YYYY-MM" or "YYYY-MM-DD"."""

    def decompress(self, value: Any) -> list[Any]:
        parts = str(value).split("-") if value else []
        year, month, day = [*parts, None, None, None][:3]
        return [int(day) if day else None, int(month) if month else None, year]


class PartialDateField(DateField):
    """A date whose day and month may be left empty; gives "YYYY", "YYYY-MM" or "YYYY-MM-DD", or ""."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "L’année suffit. Par exemple : 2019, ou 4 2019, ou 27 4 2019.")
        super().__init__(**kwargs)
        self.widget = PartialDateInputs(birth=False)

    def to_python(self, value: Any) -> Any:
        day, month, year = [*(str(part or "").strip() for part in value or ()), "", "", ""][:3]
        given = [part for part in (day, month, year) if part]
        if not given:
            return ""
        if not all(part.isascii() and part.isdigit() for part in given):
            raise forms.ValidationError("Écrivez la date en chiffres.", "pattern")
        if len(year) != _YEAR_DIGITS:
            raise forms.ValidationError("Écrivez l’année avec ses quatre chiffres.", "year")
        if day and not month:
            raise forms.ValidationError("Indiquez aussi le mois, ou effacez le jour.", "missing")
        return "-".join(part.zfill(2) for part in (year, month, day) if part)

    def has_changed(self, initial: Any, data: Any) -> bool:
        shown = PartialDateInputs(birth=False).decompress(initial)
        return [str(part or "") for part in shown] != [str(part or "") for part in data or ()]
