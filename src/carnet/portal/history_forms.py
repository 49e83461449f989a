"""The filters of the history: by professional, by kind of act, between two days."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django import forms

from carnet.access.api import HistoryFilters
from carnet.directory.api import ProfessionalCard
from carnet.journal.api import WORDINGS, EventType, Group
from carnet.platform.clock import PARIS
from carnet.portal.documents_forms import Day
from carnet.ui.forms import Form

NAMES: Final = ("pro", "acte", "du", "au", "ordre")
"""What the address of the history may say beside whose acts it shows, and where the page begins."""
_GROUPS: Final = {
    Group.ACCESS: "Accès à l’espace",
    Group.DOCUMENT: "Documents",
    Group.RECORD: "Profil, mesures, vaccinations",
    Group.FAMILY: "Proches et aidants",
    Group.SPACE: "Compte et réglages",
}


class FilterForm(Form):
    """What the history is narrowed to. The professionals offered are those of whom it tells."""

    pro = forms.ChoiceField(label="Professionnel", required=False)
    acte = forms.ChoiceField(
        label="Type d’acte",
        required=False,
        choices=[("", "Tous"), *((one.value, words) for one, words in _GROUPS.items())],
    )
    du = Day(label="Du")
    au = Day(label="Au")
    ordre = forms.ChoiceField(
        label="Ordre",
        required=False,
        choices=[("", "Le plus récent d’abord"), ("ancien", "Le plus ancien d’abord")],
    )

    def __init__(self, data: Any, professionals: Mapping[UUID, ProfessionalCard]) -> None:
        super().__init__(data)
        found = sorted(professionals.values(), key=lambda card: (card.family_name, card.given_name))
        offered = self.fields["pro"]
        assert isinstance(offered, forms.ChoiceField)
        offered.choices = [("", "Tous"), *((str(card.id), card.name) for card in found)]
        for name in ("pro", "acte", "ordre"):
            self.fields[name].error_messages["invalid_choice"] = (
                "Ce choix n’existe pas. Choisissez-en un autre."
            )

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("du"), cleaned.get("au")
        if first and last and first > last:
            self.add_error("au", "Cette date doit suivre la première.")
        return cleaned

    @property
    def oldest_first(self) -> bool:
        return bool(self.is_valid() and self.cleaned_data["ordre"])

    @property
    def narrows(self) -> bool:
        """Whether the page shows less than everything, or in another order."""
        return self.is_valid() and any(self.cleaned_data.values())

    def filters(self, **more: Any) -> HistoryFilters:
        """Return the filters, with the tab's own; a form with errors narrows nothing."""
        if not self.is_valid():
            return HistoryFilters(**more)
        kept = self.cleaned_data
        chosen = UUID(kept["pro"]) if kept["pro"] else None
        return HistoryFilters(
            **{**more, **({"actor": chosen} if chosen else {})},
            events=_events(kept["acte"]),
            **between(kept["du"], kept["au"]),
        )


def between(first: date | None, last: date | None) -> dict[str, Any]:
    """Return the bounds of a filter: from the first day on, to the end of the last, in Paris."""
    return {
        "since": _midnight(first) if first else None,
        "until": _midnight(last + timedelta(days=1)) if last else None,
    }


def _events(group: str) -> tuple[EventType, ...]:
    return tuple(event for event, wording in WORDINGS.items() if wording.group == group) if group else ()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=PARIS)
