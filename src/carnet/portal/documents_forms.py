"""The forms of the documents: what a list is narrowed to, how one's own are filed, the name of a folder."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import date_format

from carnet.access.api import structure_words
from carnet.documents import api as documents
from carnet.documents.api import Filters, Shelf
from carnet.terminology.api import Category
from carnet.ui.forms import DateField, Form, TextField

NAMES = ("rubrique", "depuis", "jusqu", "de", "dossier", "miens", "nouveaux", "caches", "epingles")
"""What the address of a list may say beside `q`, `avant` and `choisir`."""


class Day(forms.DateField):
    """A day in a filter: the browser's own field, which sends it as 2026-03-01."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d")
        super().__init__(required=False, widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)
        self.error_messages["invalid"] = "Écrivez la date ainsi : 27/04/2026."


class FilterForm(Form):
    """The filters of a list, offered among what there is to find."""

    rubrique = forms.ChoiceField(label="Rubrique", required=False)
    dossier = forms.ChoiceField(label="Dossier", required=False)
    de = forms.ChoiceField(label="Déposé par", required=False)
    depuis = Day(label="Depuis le")
    jusqu = Day(label="Jusqu’au")
    miens = forms.BooleanField(label="Ajoutés depuis cet espace", required=False)
    nouveaux = forms.BooleanField(label="Jamais lus", required=False)
    caches = forms.BooleanField(label="Cachés aux soignants", required=False)
    epingles = forms.BooleanField(label="Épinglés", required=False)

    def __init__(self, data: Any, shelf: Shelf) -> None:
        super().__init__(data)
        for name in ("rubrique", "dossier", "de"):
            self.fields[name].error_messages["invalid_choice"] = (
                "Ce choix n’existe plus. Choisissez-en un autre."
            )
        self._offer("rubrique", "Toutes", [(one.value, one.label) for one, _ in shelf.categories])
        self._offer(
            "dossier",
            "Tous",
            [(str(one.id), one.name) for one in shelf.folders],
        )
        self._offer(
            "de",
            "Tout le monde",
            [(one.finess, structure_words(one.finess, one.name)) for one in shelf.depositors],
        )

    def _offer(self, name: str, every: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", every), *choices]

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("depuis"), self.cleaned_data.get("jusqu")
        if since and until and until < since:
            self.add_error("jusqu", "Cette date précède l’autre.")
        return self.cleaned_data

    def filters(self) -> Filters:
        """Return what was chosen; what is wrong narrows nothing, and its field says so."""
        said = self.cleaned_data
        return Filters(
            category=Category(said["rubrique"]) if said.get("rubrique") else None,
            since=said.get("depuis"),
            until=said.get("jusqu"),
            structure=said.get("de") or "",
            own=bool(said.get("miens")),
            folder_id=UUID(said["dossier"]) if said.get("dossier") else None,
            pinned=bool(said.get("epingles")),
            unread=bool(said.get("nouveaux")),
            hidden=bool(said.get("caches")),
        )

    def words(self) -> list[str]:
        """Return the filters in force, as they are said above the list."""
        found = []
        for name, value in self.cleaned_data.items():
            if not value:
                continue
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                found.append(str(dict(field.choices)[value]))  # type: ignore[arg-type]
            elif isinstance(field, Day):
                found.append(f"{str(field.label).lower()} {date_format(value, 'j F Y')}")
            else:
                found.append(str(field.label).lower())
        return found


class FilingForm(Form):
    """How one of the person's own documents is filed; its content stays as it is."""

    title = TextField(label="Titre", max_length=documents.MAX_TITLE)
    category = forms.ChoiceField(label="Rubrique")
    day = DateField(
        label="Date du document", help_text="Celle qui est écrite dessus. Par exemple : 27 4 2026"
    )
    version = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, present: Category, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [one for one in Category if one in documents.OWN_TYPES or one is present]
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.value, one.label) for one in offered]


class FolderForm(Form):
    """The name of a folder."""

    name = TextField(
        label="Nom du dossier",
        max_length=documents.MAX_NAME,
        help_text=f"{documents.MAX_NAME} caractères au plus. Par exemple : Opération du genou",
    )
