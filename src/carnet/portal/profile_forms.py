"""The form of one line of the profile, made from what its rubric declares."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.text import capfirst

from carnet.platform import clock
from carnet.platform.ids import uuid7
from carnet.profile import api as profile
from carnet.profile.api import Definition, Entry, EntryRefused, Field, Kind, LinkKind
from carnet.terminology import api as terminology
from carnet.ui import forms as ui_forms
from carnet.ui.inputs import PartialDateField, SuggestInput

_RADIOS: Final = 8  # a longer list is a menu
_NUMBER_LENGTH: Final = 6
LinkOption = tuple[str, str]


class _Links(forms.MultipleChoiceField):
    """What a line is tied to, as "KIND:id". What exists is known behind the door, not here."""

    def valid_value(self, value: str) -> bool:
        kind, _, target = value.partition(":")
        try:
            UUID(target)
            LinkKind(kind)
        except ValueError:
            return False
        return True


class EntryForm(ui_forms.Form):
    """Fields of one rubric, its links, the version that was shown and the id of a line to come."""

    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        definition: Definition,
        *,
        data: Mapping[str, Any] | None = None,
        entry: Entry | None = None,
        values: Mapping[str, Any] | None = None,
        options: Sequence[LinkOption] = (),
        birth_date: date,
    ) -> None:
        self.definition, self.entry, self.birth_date = definition, entry, birth_date
        shown = dict(entry.values if entry else values or {})
        super().__init__(data, initial=shown | self._hidden(entry))
        self.declared = definition.list_fields(data if data is not None else shown)
        for field in self.declared:
            self.fields[field.name] = _made(field)
        if definition.fields_of:  # what decides of the questions was chosen on the page before
            self.fields[definition.fields[0].name].widget = forms.HiddenInput()
        if definition.links:
            self.fields["links"] = _Links(
                label="Relier à", required=False, choices=options, widget=forms.CheckboxSelectMultiple
            )

    @staticmethod
    def _hidden(entry: Entry | None) -> dict[str, Any]:
        if entry is None:
            return {"key": uuid7()}
        return {"version": entry.version, "links": [f"{one.kind}:{one.target_id}" for one in entry.links]}

    def clean(self) -> dict[str, Any]:
        """Hold what was typed against the rules of the room."""
        cleaned = super().clean() or {}
        typed = {field.name: cleaned.get(field.name) for field in self.declared}
        try:
            kept = profile.validate(
                self.definition.rubric, typed, birth_date=self.birth_date, today=clock.today()
            )
        except EntryRefused as refused:
            self.refuse(refused)
            return cleaned
        return cleaned | {"values": kept}

    def refuse(self, refused: EntryRefused) -> None:
        """Show what the room refused beside the field that it names."""
        for name, message in refused.errors.items():
            known = name in self.fields
            if known and name in self.errors:
                continue
            self.add_error(name if known else None, self._plain(name, message) if known else message)

    def links(self) -> list[tuple[LinkKind, UUID]]:
        """Return what was chosen to be tied."""
        chosen = [one.partition(":") for one in self.cleaned_data.get("links", ())]
        return [(LinkKind(kind), UUID(target)) for kind, _, target in chosen]

    def main_fields(self) -> list[forms.BoundField]:
        """Return the fields that are always shown."""
        shown = [self[field.name] for field in self.declared if not field.more]
        return [bound for bound in shown if not bound.is_hidden]

    def more_fields(self) -> list[forms.BoundField]:
        """Return those that are shown on demand."""
        names = [field.name for field in self.declared if field.more]
        offered = "links" in self.fields and self.fields["links"].choices  # type: ignore[attr-defined]
        return [self[name] for name in (*names, *(["links"] if offered else []))]

    def more_open(self) -> bool:
        """Say whether something stands or is wrong among them."""
        return any(bound.errors or bound.value() for bound in self.more_fields())

    def _plain(self, name: str, message: str) -> str:
        """Return a message without the label that stands above it already."""
        label, _, rest = message.partition(" : ")
        said = rest if rest and label == str(self.fields[name].label) else message
        return capfirst(said)


def _made(field: Field) -> forms.Field:
    made = _shaped(field)
    made.error_messages["required"] = "Choisissez une réponse." if field.choices else "Remplissez ce champ."
    return made


def _shaped(field: Field) -> forms.Field:
    common: dict[str, Any] = {"label": field.label, "help_text": field.hint, "required": field.required}
    match field.kind:
        case Kind.DATE:
            return PartialDateField(**({"label": field.label, "required": field.required} | _hint(field)))
        case Kind.CHOICE:
            return _choice(field, common)
        case Kind.MANY:
            pairs = _pairs(field)
            return forms.MultipleChoiceField(choices=pairs, widget=forms.CheckboxSelectMultiple, **common)
        case Kind.LONG:
            # the room counts characters once line breaks are one each, and says how many were typed
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **common)
        case Kind.NUMBER:
            return ui_forms.TextField(inputmode="numeric", max_length=_NUMBER_LENGTH, **common)
        case _:
            return _line(field, common)


def _hint(field: Field) -> dict[str, str]:
    return {"help_text": field.hint} if field.hint else {}


def _pairs(field: Field) -> list[tuple[str, str]]:
    return [(one.code, one.label) for one in field.choices]


def _choice(field: Field, common: dict[str, Any]) -> forms.Field:
    if field.required and len(field.choices) <= _RADIOS:
        return forms.ChoiceField(choices=_pairs(field), widget=forms.RadioSelect, **common)
    return forms.ChoiceField(choices=[("", "—"), *_pairs(field)], **common)


def _line(field: Field, common: dict[str, Any]) -> forms.Field:
    made = ui_forms.TextField(spellcheck=field.kind is Kind.TEXT, **common)
    if field.suggestions:
        made.widget = SuggestInput(terminology.list_names(field.suggestions), attrs={"autocomplete": "off"})
    if field.name in {"phone", "mobile"}:
        made.widget.attrs["inputmode"] = "tel"
    if field.name in {"cip13", "postal_code"}:
        made.widget.attrs["inputmode"] = "numeric"
    return made


class VersionForm(ui_forms.Form):
    """A confirmation: the version of what is about to be removed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


def link_value(kind: LinkKind, target_id: UUID) -> str:
    """Return a link as the form posts it."""
    return f"{kind}:{target_id}"


def option(kind: LinkKind, target_id: UUID, words: str) -> LinkOption:
    """Return one thing that a line may be tied to."""
    return link_value(kind, target_id), words


def known_options(options: Iterable[LinkOption]) -> set[str]:
    """Return the values of options."""
    return {value for value, _ in options}
