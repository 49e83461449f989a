"""The forms of measures: one value, a week of blood pressures, a target.

They read what is typed; what a measure may be is the room's to say (carnet.measures).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils.formats import date_format
from django.utils.text import capfirst

from carnet.measures import api as measures
from carnet.measures.api import KINDS, Entry, Kind, KindInfo, MeasureRefused, MeasureUnlikely, Value
from carnet.platform import clock
from carnet.platform.clock import PARIS
from carnet.ui.forms import DateField, Form, TextField

WEEK: Final = 7
_NAMES: Final = {"at": "day"}
_PAIN: Final = {0: "0 – aucune douleur", 10: "10 – la pire douleur imaginable"}
_PRESSURE: Final = KINDS[Kind.BLOOD_PRESSURE]


@dataclass(frozen=True)
class Slot:
    """A time of day at which blood pressure is taken: its hour, and from when it may be said."""

    code: str
    label: str
    hour: int
    since: int


SLOTS: Final = (Slot("matin", "Matin", 8, 4), Slot("soir", "Soir", 20, 16))


class _Confirmed(Form):
    """A form that asks again for what is odd: one box for each odd value, named by the value itself."""

    def ask_again(self, odd: Mapping[str, str], after: str) -> None:
        """Show the boxes after a field; a value that is changed afterwards is asked about anew."""
        field = forms.MultipleChoiceField(
            label="Confirmez, ou corrigez plus haut" if len(odd) > 1 else "Confirmez, ou corrigez",
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=list(odd.items()),
        )
        field.unmarked = True  # type: ignore[attr-defined] # needed to go on, though not to correct
        order = list(self.fields)
        self.fields["confirmed"] = field
        self.order_fields([*order[: order.index(after) + 1], "confirmed", *order])

    def said(self) -> list[str]:
        """Return what was confirmed."""
        return self.data.getlist("confirmed") if hasattr(self.data, "getlist") else []


class MeasureForm(_Confirmed):
    """One measure of one kind. `known`: the one that is corrected. `entry`: what was read, once valid."""

    def __init__(self, info: KindInfo, data: Any = None, *, known: Value | None = None) -> None:
        self.base_fields = dict(_fields(info, known))  # type: ignore[misc] # one form, as many as kinds
        super().__init__(data, initial=_initial(info, known))
        self.info, self.known = info, known
        self.entry: Entry | None = None

    def clean(self) -> dict[str, Any]:
        """Bring what is typed to the unit that is kept."""
        facts = self.cleaned_data
        numbers = {name: self._number(name, facts) for name in ("value", "second") if name in self.fields}
        if not self.errors:
            self.entry = Entry(
                self.info.kind, self._at(facts), numbers["value"] or 0.0,
                numbers.get("second"), facts.get("context", ""), facts.get("days"), facts["comment"].strip(),
            )  # fmt: skip
        return facts

    def _number(self, name: str, facts: Mapping[str, Any]) -> float | None:
        if not facts.get(name):
            return None
        untouched = self._untouched(name, facts)
        if untouched is not None:
            return untouched
        try:
            return measures.read_value(
                self.info.kind,
                facts[name],
                unit="" if name == "second" else facts.get("unit", ""),
                field=name,
            )
        except MeasureRefused as refused:
            self.add_error(refused.field if refused.field in self.fields else name, refused.message)
            return None

    def _untouched(self, name: str, facts: Mapping[str, Any]) -> float | None:
        """Return the number kept, finer than what is shown of it, where nothing else was typed over it."""
        kept = getattr(self.known, name) if self.known else None
        if kept is None or facts.get("unit", "") not in {"", self.info.units[0].code}:
            return None
        return kept if facts[name] == measures.write_value(self.info.kind, kept) else None

    def _at(self, facts: Mapping[str, Any]) -> datetime:
        """Return the moment typed; the one kept, to the second, where it was left as it is shown."""
        typed = _moment(facts["day"], facts.get("time"))
        if self.known is None:
            return typed
        kept = self.known.at.astimezone(PARIS)
        shown = (kept.hour, kept.minute) if self.info.timed else (0, 0)
        same = (typed.date(), typed.hour, typed.minute) == (kept.date(), *shown)
        return self.known.at if same else typed

    def passes(self, person_id: UUID) -> bool:
        """Say whether the measure may be kept; else the errors stand at their fields."""
        if not self.is_valid() or self.entry is None:
            return False
        try:
            measures.check_entry(person_id, self.entry, confirmed=self.confirmed)
        except MeasureRefused as refused:
            name = _NAMES.get(refused.field, refused.field)
            self.add_error(name if name in self.fields else None, refused.message)
            if isinstance(refused, MeasureUnlikely):
                last = "second" if "second" in self.fields else "value"
                self.ask_again({_token(self.entry): f"Oui, c’est bien {_words(self.entry)}"}, last)
            return False
        return True

    @property
    def confirmed(self) -> bool:
        """Whether this very value was said to be right."""
        return self.entry is not None and _token(self.entry) in self.said()


def _fields(info: KindInfo, known: Value | None) -> Iterator[tuple[str, forms.Field]]:
    for name, part in zip(("value", "second"), info.parts, strict=False):
        yield name, _number_field(info, part.label)
    if len(info.units) > 1:
        choices = [(unit.code, unit.label) for unit in info.units]
        yield "unit", forms.ChoiceField(label="Unité", widget=forms.RadioSelect, choices=choices)
    if info.contexts:
        yield "context", _context_field(info)
    if info.days:
        yield (
            "days",
            forms.IntegerField(
                label="Sur combien de jours ?",
                help_text="Souvent 7, 14, 30 ou 90.",
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 3}),
                error_messages={"invalid": "Écrivez un nombre entier de jours, par exemple 14."},
            ),
        )
    yield "day", DateField(label="Date", help_text="Jour, mois et année.")
    if info.timed:
        yield (
            "time",
            forms.TimeField(
                label="Heure",
                widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "autocomplete": "off"}),
                error_messages={"invalid": "Écrivez l’heure ainsi : 08:30."},
            ),
        )
    yield (
        "comment",
        forms.CharField(
            label="Commentaire",
            required=False,
            max_length=measures.LONGEST_COMMENT,
            widget=forms.Textarea(attrs={"rows": 2}),
        ),
    )
    if known:
        yield "version", forms.IntegerField(widget=forms.HiddenInput)


def _number_field(info: KindInfo, label: str) -> forms.Field:
    if info.kind is Kind.PAIN_SEVERITY:
        choices = [("", "Choisissez"), *((str(n), _PAIN.get(n, str(n))) for n in range(11))]
        return forms.ChoiceField(label="Votre douleur, de 0 à 10", choices=choices)
    whole = not any(unit.decimals for unit in info.units)
    unit = f" ({info.ui_unit})" if len(info.units) == 1 else ""
    hints = {Kind.HEIGHT: "En mètres, par exemple 1,75.", Kind.WEIGHT: "En kilos, par exemple 72,5."}
    pair = {"Systolique": "Le grand chiffre.", "Diastolique": "Le petit chiffre."}
    return TextField(
        label=f"{label}{unit}",
        help_text=hints.get(info.kind, pair.get(label, "")),
        inputmode="numeric" if whole else "decimal",
        max_length=info.max_length,
        spellcheck=False,
    )


def _context_field(info: KindInfo) -> forms.ChoiceField:
    unsaid = [] if info.context_required else [("", "Je ne précise pas")]
    return forms.ChoiceField(
        label=info.question,
        required=info.context_required,
        widget=forms.RadioSelect,
        choices=[*((code, capfirst(words)) for code, words in info.contexts), *unsaid],
    )


def _initial(info: KindInfo, known: Value | None) -> dict[str, Any]:
    if known is None:
        now = clock.now().astimezone(PARIS)
        return {"day": now.date(), "time": now.time(), "unit": info.units[0].code}
    at = known.at.astimezone(PARIS)
    second = "" if known.second is None else measures.write_value(info.kind, known.second)
    return {
        "value": measures.write_value(info.kind, known.value), "second": second, "unit": info.units[0].code,
        "context": known.context, "days": known.days, "day": at.date(), "time": at.time(),
        "comment": known.comment, "version": known.version,
    }  # fmt: skip


class WeekForm(_Confirmed):
    """Seven days of blood pressures, morning and evening; what is left empty is not a measure.

    `last`: the last day. `entries`: what was read, once valid, under the name of its row.
    """

    def __init__(self, last: date, data: Any = None) -> None:
        self.days = [last - timedelta(days=back) for back in range(WEEK)]
        self.base_fields = {  # type: ignore[misc] # two fields for each time of each day
            f"{row}_{name}": _week_field(slot, part.label)
            for row, _, slot in self._rows()
            for name, part in zip(("value", "second"), _PRESSURE.parts, strict=True)
        }
        super().__init__(data)
        self.entries: dict[str, Entry] = {}

    def _rows(self) -> Iterator[tuple[str, date, Slot]]:
        for day in self.days:
            for slot in SLOTS:
                yield f"{slot.code}_{day:%Y%m%d}", day, slot

    def sections(self) -> list[tuple[str, list[BoundField]]]:
        """Return each day in words with its fields."""
        return [
            (
                day_words(day),
                [
                    self[f"{row}_{name}"]
                    for row, at, _ in self._rows()
                    if at == day
                    for name in ("value", "second")
                ],
            )
            for day in self.days
        ]

    def clean(self) -> dict[str, Any]:
        """Read the rows that are filled; the errors of each stand at its fields."""
        now = clock.now()
        for row, day, slot in self._rows():
            typed = [
                str(self.cleaned_data.get(f"{row}_{name}") or "").strip() for name in ("value", "second")
            ]
            if any(typed) and all(self._is_there(row, typed)):
                self._read(row, typed, _slot_moment(day, slot, now))
        if not self.entries and not self.errors:
            self.add_error(None, "Écrivez au moins une mesure.")
        return self.cleaned_data

    def _is_there(self, row: str, typed: list[str]) -> Iterator[bool]:
        for name, text in zip(("value", "second"), typed, strict=True):
            if not text and f"{row}_{name}" not in self.errors:
                self.add_error(f"{row}_{name}", "Il manque ce chiffre : une tension en compte deux.")
            yield bool(text)

    def _read(self, row: str, typed: list[str], at: datetime) -> None:
        try:
            value, second = (
                measures.read_value(Kind.BLOOD_PRESSURE, text, field=f"{row}_{name}")
                for name, text in zip(("value", "second"), typed, strict=True)
            )
        except MeasureRefused as refused:
            self.add_error(refused.field, refused.message)
        else:
            self.entries[row] = Entry(Kind.BLOOD_PRESSURE, at, value, second)

    def passes(self, person_id: UUID) -> bool:
        """Say whether all the rows may be kept; else the errors stand at their fields."""
        if not self.is_valid():
            return False
        odd = {}
        for row, entry in self.entries.items():
            token = f"{row}:{_token(entry)}"
            try:
                measures.check_entry(person_id, entry, confirmed=token in self.said())
            except MeasureRefused as refused:
                name = refused.field if refused.field == "second" else "value"
                self.add_error(f"{row}_{name}", f"{_short_day(entry.at)} : {refused.message}")
                if isinstance(refused, MeasureUnlikely):
                    odd[token] = f"{moment_words(entry.at)} : oui, c’est bien {_words(entry)}"
        if odd:
            self.ask_again(odd, list(self.fields)[-1])
        return not self.errors


class TargetForm(Form):
    """The target of HbA1c, in per cent; both left empty, there is none."""

    high = TextField(
        label="Au plus (%)", required=False, inputmode="decimal", max_length=4, help_text="Par exemple 7."
    )
    low = TextField(label="Au moins (%)", required=False, inputmode="decimal", max_length=4)

    def number(self, name: str) -> float | None:
        """Return a bound in the unit kept, None for none; raises MeasureRefused at its field."""
        text = self.cleaned_data[name]
        return measures.read_value(Kind.GLYCATED_HEMOGLOBIN, text, field=name) if text else None


def day_words(day: date) -> str:
    """Return "Lundi 16 novembre 2026"."""
    words = date_format(day, "l j F Y")
    return capfirst(words)


def moment_words(at: datetime) -> str:
    """Return "Lundi 16 novembre 2026, 8 h 00"."""
    local = at.astimezone(PARIS)
    return f"{day_words(local.date())}, {local.hour} h {local:%M}"


def _week_field(slot: Slot, label: str) -> TextField:
    field = TextField(
        label=f"{slot.label}, {label.lower()}",
        required=False,
        inputmode="numeric",
        max_length=3,
        spellcheck=False,
    )
    field.unmarked = True  # type: ignore[attr-defined] # said once, above all of them
    return field


def _short_day(at: datetime) -> str:
    """Return "Lundi 16"."""
    words = date_format(at.astimezone(PARIS), "l j")
    return capfirst(words)


def _slot_moment(day: date, slot: Slot, now: datetime) -> datetime:
    """Return the hour of the slot; of a slot that has begun and whose hour is still to come, now."""
    usual = datetime.combine(day, time(slot.hour), PARIS)
    begun = datetime.combine(day, time(slot.since), PARIS)
    return now.replace(second=0, microsecond=0) if begun <= now < usual else usual


def _moment(day: date, hour: time | None) -> datetime:
    return datetime.combine(day, hour or time(), PARIS)


def _token(entry: Entry) -> str:
    return f"{entry.value:g}|{entry.second or 0:g}"


def _words(entry: Entry) -> str:
    if entry.second is None:
        return measures.show_number(entry.kind, entry.value)
    return f"{entry.value:g}/{entry.second:g} {_PRESSURE.ui_unit}"
