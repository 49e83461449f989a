"""Form and fields of every page: words, attributes and checks of shape that people meet while typing.

Plain Django forms over actions: no model here. A field checks the shape only (twelve characters, a date that
exists); whether the value is right is the business of the room that receives it.
"""

import re
from datetime import date
from typing import Any, Self

from django import forms
from django.forms.renderers import DjangoTemplates

SPACES = re.compile(r"[\s\u00a0\u202f.\-–_]+")


class Form(forms.Form):
    """The base of every form: ``{% ui_form form %}`` shows it.

    A required field says its own name when it is left empty, so that the error reads alone.
    """

    default_renderer = DjangoTemplates()  # Django's own widgets, whatever templates another app brings
    use_required_attribute = False  # the server's messages say more than the browser's, and in French

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        generic = forms.Field.default_error_messages["required"]
        for field in self.fields.values():
            if field.error_messages.get("required") == generic:
                field.error_messages["required"] = _required_message(field)


def _required_message(field: forms.Field) -> str:
    if isinstance(field, forms.BooleanField):
        return "Cochez cette case pour continuer."
    if isinstance(field, forms.ChoiceField):
        return "Choisissez une réponse."
    if isinstance(field, forms.FileField):
        return "Choisissez un fichier."
    return "Remplissez ce champ."


class Option(str):
    """The label of a choice with a sentence under it: ``choices=[("yes", Option("Visible", hint="…"))]``."""

    __slots__ = ("hint",)
    hint: str

    def __new__(cls, label: str, *, hint: str = "") -> Self:
        option = super().__new__(cls, label)
        option.hint = hint
        return option


class TextField(forms.CharField):
    """A line of text. ``autocomplete`` and ``inputmode`` are the attributes of HTML."""

    def __init__(
        self, *, autocomplete: str = "off", inputmode: str = "", spellcheck: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["autocomplete"] = autocomplete
        if inputmode:
            self.widget.attrs["inputmode"] = inputmode
        if not spellcheck:
            self.widget.attrs |= {"spellcheck": "false", "autocapitalize": "none", "autocorrect": "off"}


class _CompactField(TextField):
    """A value written with spaces or dashes to be read easily, kept without them."""

    css = "ui-input--code"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("spellcheck", False)
        super().__init__(**kwargs)
        self.widget.attrs["class"] = self.css

    def to_python(self, value: Any) -> str:
        return SPACES.sub("", str(super().to_python(value) or "")).upper()


class CodeField(_CompactField):
    """The provisional code: 12 letters and digits, spaces and dashes forgiven (facts/mes.md 1.5)."""

    length = 12

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Code provisoire")
        kwargs.setdefault(
            "help_text", "12 lettres et chiffres, dans la lettre ou le courriel que vous avez reçu."
        )
        super().__init__(**kwargs)
        self.widget.attrs |= {"autocapitalize": "characters", "maxlength": 24}

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not re.fullmatch(r"[A-Z0-9]+", value):
            raise forms.ValidationError(
                "Le code provisoire ne contient que des lettres et des chiffres.", "pattern"
            )
        if value and len(value) != self.length:
            raise forms.ValidationError(
                f"Le code provisoire compte {self.length} caractères ; vous en avez saisi {len(value)}.",
                "length",
            )


class OtpField(_CompactField):
    """A one-time code: 6 digits."""

    length = 6

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Code de vérification")
        kwargs.setdefault("help_text", "6 chiffres.")
        super().__init__(autocomplete="one-time-code", inputmode="numeric", **kwargs)
        self.widget.attrs |= {"maxlength": 12, "pattern": "[0-9 ]*"}

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not re.fullmatch(rf"[0-9]{{{self.length}}}", value):
            raise forms.ValidationError(f"Le code compte {self.length} chiffres, sans lettre.", "pattern")


class MatriculeField(_CompactField):
    """The social security number with its key: 15 characters (2A and 2B in Corsica), spaces forgiven.

    Only the shape is checked here; the key and the month are checked by ``carnet.standards.ins``.
    """

    length = 15

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Numéro de sécurité sociale")
        kwargs.setdefault("help_text", "Les 15 chiffres de la carte Vitale, clé comprise.")
        super().__init__(**kwargs)
        # Letters exist (2A, 2B): a numeric keyboard would shut Corsicans out.
        self.widget.attrs |= {"autocapitalize": "characters", "maxlength": 27}

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and len(value) != self.length:
            raise forms.ValidationError(
                f"Le numéro de sécurité sociale compte {self.length} caractères, clé comprise ; "
                f"vous en avez saisi {len(value)}.",
                "length",
            )
        if value and not re.fullmatch(r"[0-9]{5}[0-9][0-9AB][0-9]{8}", value):
            raise forms.ValidationError(
                "Le numéro de sécurité sociale ne contient que des chiffres (2A ou 2B pour la Corse).",
                "pattern",
            )


class SerialField(_CompactField):
    """The serial of the carte Vitale: 8 to 13 digits; the printed prefix of a photo card is forgiven.

    Source: facts/mes.md 1.6. A photo card shows ``8025000002`` and then the 11 digits that are asked.
    """

    prefix = "8025000002"
    full_length = 21

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Numéro de série de la carte Vitale")
        kwargs.setdefault(
            "help_text", "11 chiffres sur une carte avec photo, 8 à 13 chiffres sur une carte sans photo."
        )
        super().__init__(inputmode="numeric", **kwargs)
        self.widget.attrs["maxlength"] = 32

    def to_python(self, value: Any) -> str:
        digits = super().to_python(value)
        if len(digits) == self.full_length and digits.startswith(self.prefix):
            return digits.removeprefix(self.prefix)
        return digits

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not re.fullmatch(r"[0-9]+", value):
            raise forms.ValidationError("Le numéro de série ne contient que des chiffres.", "pattern")
        if value and not re.fullmatch(r"[0-9]{8,13}", value):
            raise forms.ValidationError(
                f"Le numéro de série compte de 8 à 13 chiffres ; vous en avez saisi {len(value)}.", "length"
            )


class PasswordField(forms.CharField):
    """A password, kept as typed. ``new`` asks the browser to propose one."""

    def __init__(self, *, new: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Mot de passe")
        kwargs.setdefault("max_length", 1000)
        super().__init__(strip=False, widget=forms.PasswordInput, **kwargs)
        self.widget.attrs |= {
            "autocomplete": "new-password" if new else "current-password",
            "spellcheck": "false",
            "autocapitalize": "none",
        }


class EmailField(forms.EmailField):
    """An e-mail address."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Adresse électronique")
        kwargs.setdefault("help_text", "Par exemple : nom@domaine.fr")
        super().__init__(**kwargs)
        self.widget.attrs |= {"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}
        self.error_messages["invalid"] = "Écrivez une adresse complète, par exemple nom@domaine.fr."


class MobileField(_CompactField):
    """A mobile telephone of France or its overseas parts, kept as ``+33612345678``."""

    patterns = (re.compile(r"0([67][0-9]{8})"), re.compile(r"(?:00|\+)33([67][0-9]{8})"))

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Téléphone portable")
        kwargs.setdefault("help_text", "10 chiffres, par exemple 06 12 34 56 78.")
        super().__init__(autocomplete="tel", inputmode="tel", **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value).replace("(0)", "")
        for pattern in self.patterns:
            if match := pattern.fullmatch(text):
                return f"+33{match[1]}"
        return text

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not re.fullmatch(r"\+[0-9]{8,15}", value):
            raise forms.ValidationError("Écrivez un numéro de portable qui commence par 06 ou 07.", "pattern")


class FileField(forms.FileField):
    """One file. ``accept``: what the browser proposes first, as in HTML; the server believes none of it."""

    widget = forms.FileInput

    def __init__(self, *, accept: str = "", capture: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {
            name: value for name, value in (("accept", accept), ("capture", capture)) if value
        }
        self.error_messages["empty"] = "Ce fichier est vide : il ne contient rien."


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(FileField):
    """Several files, in the order in which the browser sends them; an empty list for none."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check each file; the first fault is that of the field."""
        if not data:
            super().clean(None, initial)
            return []
        return [super(FilesField, self).clean(one, initial) for one in data]


class DateInputs(forms.MultiWidget):
    """Three inputs, day, month and year: easier to fill than a calendar for a date that one knows."""

    def __init__(self, *, birth: bool) -> None:
        parts = (("day", 2), ("month", 2), ("year", 4))
        super().__init__(widgets={name: self._part(name, size, birth=birth) for name, size in parts})

    @staticmethod
    def _part(name: str, size: int, *, birth: bool) -> forms.TextInput:
        fill = f"bday-{name}" if birth else "off"
        return forms.TextInput(attrs={"inputmode": "numeric", "maxlength": size, "autocomplete": fill})

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if isinstance(value, date) else [None, None, None]


class DateField(forms.Field):
    """A date in three parts; a missing part and a day that does not exist are told apart."""

    names = ("le jour", "le mois", "l’année")

    def __init__(self, *, birth: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Par exemple : 27 4 1958")
        super().__init__(widget=DateInputs(birth=birth), **kwargs)

    def to_python(self, value: Any) -> date | None:
        parts = [str(part or "").strip() for part in value or ()]
        if not any(parts):
            return None
        if missing := [name for name, part in zip(self.names, parts, strict=True) if not part]:
            raise forms.ValidationError(f"Indiquez aussi {' et '.join(missing)}.", "missing")
        return self._compose(parts)

    def _compose(self, parts: list[str]) -> date:
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise forms.ValidationError("Écrivez la date en chiffres, par exemple 27 4 1958.", "pattern")
        day, month, year = (int(part) for part in parts)
        if len(parts[2]) != 4:  # noqa: PLR2004 the digits of a year
            raise forms.ValidationError("Écrivez l’année avec ses quatre chiffres.", "year")
        try:
            return date(year, month, day)
        except ValueError:
            raise forms.ValidationError(f"Le {day:02}/{month:02}/{year} n’existe pas.", "date") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        widget = self.widget
        before = widget.decompress(initial) if isinstance(widget, DateInputs) else []
        return [str(part or "") for part in before] != [str(part or "") for part in data or ()]
