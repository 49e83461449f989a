"""The forms by which a person adds a document. What she typed is checked by the room; here only its shape."""

import re
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django import forms

from carnet.documents import api as documents
from carnet.platform import clock
from carnet.standards.images import MAX_PHOTOS
from carnet.terminology.api import Category
from carnet.ui.forms import DateField, FileField, FilesField, Form, Option, TextField

FILE_TYPES: Final = ".pdf,.txt,.rtf,.jpg,.jpeg,.png,.tif,.tiff"
PHOTO_TYPES: Final = "image/jpeg,image/png"  # named one by one: a telephone then converts its own formats
TURNS: Final = {"": 0, "droite": 1, "demi-tour": 2, "gauche": 3}
_PAGE: Final = re.compile(r"(\d{1,3})\s*(droite|gauche|demi-tour|)")


class FolderField(forms.ChoiceField):
    """One of the person's folders, or none; whether it is still there is checked by the room."""

    def validate(self, value: Any) -> None:
        """Accept what has the shape of an identifier: the list is not read again to receive a form."""
        if _find_uuid(value) is None and value not in self.empty_values:
            raise forms.ValidationError("Choisissez un de vos dossiers.")

    def clean(self, value: Any) -> UUID | None:
        """Return the folder's id, None for none."""
        return _find_uuid(super().clean(value))


class _DescribedForm(Form):
    """What is said of every document that is added."""

    title = TextField(
        label="Titre", max_length=documents.MAX_TITLE, help_text="Par exemple : Radio du genou gauche."
    )
    category = forms.ChoiceField(
        label="Rubrique",
        error_messages={"required": "Choisissez une rubrique."},
        choices=[("", "Choisissez une rubrique"), *((str(one), one.label) for one in documents.OWN_TYPES)],
    )
    day = DateField(
        label="Date du document", help_text="Celle qui est écrite dessus. Par exemple : 27\u00a04\u00a02026"
    )
    folder_id = FolderField(label="Dossier", required=False)
    visibility = forms.ChoiceField(
        label="Vos soignants",
        widget=forms.RadioSelect,
        choices=[
            ("shown", Option("Voient ce document", hint="Selon leur métier et vos réglages.")),
            ("hidden", Option("Ne le voient pas", hint="Vous pourrez le leur montrer plus tard.")),
        ],
    )

    def __init__(self, *args: Any, masked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = clock.today()
        self.fields["visibility"].initial = "hidden" if masked else "shown"

    def offer(self, folders: Iterable[documents.FolderCard]) -> None:
        """Give the folders to choose from; without any the field is not shown."""
        names = [(str(folder.id), folder.name) for folder in folders]
        self.fields["folder_id"].choices = [("", "Aucun dossier"), *names]  # type: ignore[attr-defined]
        if not names:
            del self.fields["folder_id"]

    def clean_category(self) -> Category:
        """The choice as the room knows it."""
        return Category(self.cleaned_data["category"])

    @property
    def described(self) -> dict[str, Any]:
        """What the room is told besides the file."""
        told = {name: self.cleaned_data[name] for name in ("title", "category", "day", "folder_id")}
        return told | {"masked": self.cleaned_data["visibility"] == "hidden"}


class FileForm(_DescribedForm):
    """One file."""

    file = FileField(label="Fichier", accept=FILE_TYPES, help_text="PDF, image, texte ou RTF. 5 Mo au plus.")
    field_order = ("file", "title", "category", "day", "folder_id", "visibility")


class PhotosForm(_DescribedForm):
    """Photographs that become the pages of one PDF."""

    photos = FilesField(
        label="Photos",
        error_messages={"required": "Choisissez au moins une photo."},
        accept=PHOTO_TYPES,
        help_text=f"JPEG ou PNG, {MAX_PHOTOS} au plus, une par page.",
    )
    shot = FileField(
        label="Prendre une photo",
        required=False,
        accept=PHOTO_TYPES,
        capture="environment",
        help_text="Depuis un téléphone. Elle devient la dernière page.",
    )
    pages = TextField(
        label="Ordre et sens des pages",
        required=False,
        max_length=400,
        help_text="Par exemple : 2, 1, 3 droite. Pour tourner une page, écrivez après son numéro : droite,"
        " gauche ou demi-tour. Sans rien, l’ordre est celui des photos.",
    )
    black_and_white = forms.BooleanField(
        label="En noir et blanc : plus lisible pour du texte, fichier plus léger", required=False
    )
    field_order = (
        "photos", "shot", "pages", "black_and_white", "title", "category", "day", "folder_id", "visibility",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Put the photographs in their order."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("shot") and self.has_error("photos", "required"):
            del self.errors["photos"]  # one of the two is enough
        sent = [*cleaned.get("photos", []), *filter(None, [cleaned.get("shot")])]
        if len(sent) > MAX_PHOTOS:
            self.add_error(
                "photos", f"Vous avez choisi {len(sent)} photos ; un document en réunit {MAX_PHOTOS}."
            )
        if not self.errors.keys() & {"photos", "shot", "pages"}:
            try:
                cleaned["order"] = read_pages(cleaned["pages"], len(sent))
            except ValueError as error:
                self.add_error("pages", str(error))
            cleaned["sent"] = sent
        return cleaned

    @property
    def ordered(self) -> dict[str, Any]:
        """The photographs in the order of the pages, and how each is turned."""
        sent, order = self.cleaned_data["sent"], self.cleaned_data["order"]
        return {
            "photos": [sent[place].read() for place, _ in order],
            "turns": [turn for _, turn in order],
            "black_and_white": self.cleaned_data["black_and_white"],
        }


def read_pages(text: str, count: int) -> list[tuple[int, int]]:
    """Return for each page which photograph it is, from 0, and its quarters of a turn to the right.

    `text`: "2, 1, 3 droite"; each of `count` photographs once, or nothing for their own order. Raises
    ValueError, whose text is for the person.
    """
    if not text.strip():
        return [(place, 0) for place in range(count)]
    found = [_PAGE.fullmatch(part.strip().lower()) for part in re.split("[,;]", text)]
    pages = [(int(one[1]) - 1, TURNS[one[2]]) for one in found if one]
    if len(pages) != len(found) or sorted(place for place, _ in pages) != list(range(count)):
        every = "le numéro 1" if count == 1 else f"chaque numéro de 1 à {count}, une fois"
        raise ValueError(f"Écrivez {every}, avec une virgule entre deux. Par exemple : 2, 1, 3 droite.")
    return pages


def _find_uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
