"""The form by which a professional brings a document: the shape of what is typed."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final
from uuid import uuid4

from django import forms

from carnet.directory.api import PlaceCard, ProfessionalCard
from carnet.documents import api as documents
from carnet.documents.api import Brought
from carnet.platform import clock
from carnet.terminology import api as terminology
from carnet.ui.forms import DateField, FileField, Form, Option, TextField

FILE_TYPES: Final = ".pdf,.txt,.rtf,.jpg,.jpeg,.png,.tif,.tiff"
_FIELD_OF: Final = {"confidentialityCode": "others", "data": "file", "hold_days": "hold_days"}


class DepositForm(Form):
    """One file, what it is, and who sees it: the three questions of a deposit (facts/mes.md 3.6)."""

    file = FileField(
        label="Fichier", accept=FILE_TYPES, help_text="PDF, JPEG, PNG, TIFF, texte ou RTF. 5 Mo au plus."
    )
    type_code = forms.ChoiceField(
        label="Type de document", error_messages={"required": "Choisissez un type de document."}
    )
    title = TextField(
        label="Titre",
        required=False,
        max_length=documents.MAX_TITLE,
        help_text="Sans titre, le type en tient lieu.",
    )
    acted_on = DateField(label="Date de l’acte", help_text="Par exemple : 27 4 2026")
    setting = forms.ChoiceField(label="Cadre d’exercice")
    author = forms.ChoiceField(label="Déposé pour", error_messages={"required": "Choisissez l’auteur."})
    patient = forms.ChoiceField(
        label="La personne",
        widget=forms.RadioSelect,
        initial="now",
        choices=[
            ("now", Option("Voit ce document tout de suite")),
            ("hold", Option("Ne le voit pas encore", hint="Vous devez d’abord le lui annoncer.")),
        ],
    )
    hold_days = forms.IntegerField(
        label="Visible au plus tard dans",
        required=False,
        initial=documents.DEFAULT_DAYS,
        min_value=1,
        max_value=documents.MOST_DAYS,
        help_text=f"En jours, {documents.MOST_DAYS} au plus. Seulement si l’annonce reste à faire.",
    )
    others = forms.ChoiceField(
        label="Les autres professionnels",
        widget=forms.RadioSelect,
        initial="shown",
        choices=[
            ("shown", Option("Voient ce document", hint="Selon leur métier et les choix de la personne.")),
            ("masked", Option("Ne le voient pas", hint="Vous le gardez visible pour vous et la personne.")),
        ],
    )
    representatives = forms.ChoiceField(
        label="Les représentants légaux",
        widget=forms.RadioSelect,
        initial="shown",
        choices=[
            ("shown", Option("Voient ce document")),
            ("hidden", Option("Ne le voient pas", hint="Soins confidentiels du mineur.")),
        ],
    )
    form_id = forms.UUIDField(widget=forms.HiddenInput)
    field_order = (
        "author", "file", "type_code", "title", "acted_on", "setting", "patient", "hold_days", "others",
        "representatives",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        place: PlaceCard,
        minor: bool = False,
        secret: bool = False,
        at_once: bool = False,
        authors: Sequence[ProfessionalCard] = (),
        older: documents.DocumentCard | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer_lists(place, authors)
        self.fields["acted_on"].initial = clock.today()
        self.fields["form_id"].initial = uuid4()
        if older:
            self.fields["type_code"].initial = older.type.code
            self.fields["title"].initial = older.title
        self.fields["hold_days"].unmarked = True  # type: ignore[attr-defined]
        drop = {"author": not authors, "representatives": not minor or secret}
        drop |= {"patient": at_once, "hold_days": at_once}
        for name in [name for name, without in drop.items() if without]:
            del self.fields[name]

    def _offer_lists(self, place: PlaceCard, authors: Sequence[ProfessionalCard]) -> None:
        settings = [(term.code, term.label) for term in documents.list_settings()]
        self._choose("type_code", [("", "Choisissez un type"), *_types()])
        self._choose("setting", settings, documents.usual_setting(place))
        names = [(str(one.id), one.name) for one in authors]
        self._choose("author", [("", "Choisissez"), *names] if len(names) > 1 else names)

    def _choose(self, name: str, choices: list[Any], initial: str = "") -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.initial = initial or None

    def clean(self) -> dict[str, Any]:
        """Say which two answers exclude each other: nobody would see the document."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("patient") == "hold" and cleaned.get("others") == "masked":
            self.add_error(
                "others", "Un document ne peut être caché à la fois à la personne et aux professionnels."
            )
        unsaid = cleaned.get("hold_days") is None and "hold_days" not in self.errors
        if cleaned.get("patient") == "hold" and unsaid:
            self.add_error("hold_days", "Indiquez un nombre de jours.")
        return cleaned

    def brought(self, **more: Any) -> Brought:
        """Return what the room is told, once the form is valid."""
        data = self.cleaned_data
        kind = terminology.get_document_type(data["type_code"])
        return Brought(
            title=data["title"] or kind.label,
            type_code=kind.code,
            acted_on=data["acted_on"],
            setting=data["setting"],
            form_id=data["form_id"],
            masked=data["others"] == "masked",
            hold_days=data["hold_days"] if data.get("patient") == "hold" else None,
            hidden_from_representatives=data.get("representatives") == "hidden",
            **more,
        )

    def refuse(self, field: str, message_fr: str) -> None:
        """Say at its field what the room refuses."""
        name = _FIELD_OF.get(field, field)
        self.add_error(name if name in self.fields else None, message_fr)


def _types() -> list[tuple[str, list[tuple[str, str]]]]:
    """The types in groups, as people find them filed."""
    return [
        (category.label, [(one.code, one.label) for one in kinds])
        for category, kinds in groupby(documents.list_types(), key=lambda one: one.category)
    ]
