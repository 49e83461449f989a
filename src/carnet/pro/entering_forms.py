"""The forms by which a professional enters: what she was given, and as what she enters."""

from typing import Any, Final

from django import forms

from carnet.access.api import CODE_LENGTH, Named, PlaceKind, Title, read_code
from carnet.directory.api import PlaceCard
from carnet.standards.ins import InsError, Matricule, parse_matricule
from carnet.ui.forms import DateField, Form, MatriculeField, Option, TextField

STAYS: Final = frozenset({"SA01", "SA02", "SA03", "SA04"})
"""Sectors (JDV_J02) where somebody stays: the whole establishment takes care of her."""

_EXPRESS: Final = frozenset({PlaceKind.OCCUPATIONAL, PlaceKind.FIRE_BRIGADE})


def titles_at(place: PlaceCard) -> list[tuple[str, Option]]:
    """Return as what one may enter from this place, each with what it changes."""
    if place.kind in _EXPRESS:
        words = "Elle a donné son accord exprès, par écrit, pour cette consultation"
        return [
            (Title.CONSENT, Option(words, hint="12 heures. Elle le voit et peut y mettre fin (L1111-17)."))
        ]
    found: list[tuple[str, Option]] = [
        (
            Title.CONSENT,
            Option(
                "La personne consent à cette consultation",
                hint="Vous lisez son dossier pendant 12 heures. Elle le voit et peut y mettre fin.",
            ),
        ),
        (
            Title.TEAM,
            Option(
                "Je fais partie de son équipe de soins, et elle en est informée",
                hint="12 mois au plus. Elle en reçoit un avis et peut y mettre fin.",
            ),
        ),
    ]
    if place.sector in STAYS:
        stay = Option(
            "Elle séjourne dans mon établissement, et elle en est informée",
            hint="30 jours, pour tous les professionnels de l’établissement. Elle en reçoit un avis.",
        )
        found.append((Title.STAY, stay))
    return found


class TitleForm(Form):
    """As what she enters: never chosen in advance, an entry is an explicit act (facts/mes.md 4.3)."""

    title = forms.ChoiceField(label="À quel titre ?", widget=forms.RadioSelect)
    remedies: tuple[str, ...] = ()  # what she may do, once she was refused

    def __init__(self, place: PlaceCard, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].choices = titles_at(place)  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Title:
        """As what she enters, once the form is valid."""
        return Title(self.cleaned_data["title"])


class CodeForm(TitleForm):
    """The code of the person's telephone, typed, pasted or scanned."""

    code = TextField(
        label="Code affiché par la personne",
        max_length=500,
        spellcheck=False,
        help_text=f"Scannez le carré, ou tapez les {CODE_LENGTH} caractères.",
    )
    field_order = ("code", "title")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True

    def leave_the_focus(self) -> None:
        """Leave it to what is wrong in the other form, which a telephone shows far below."""
        del self.fields["code"].widget.attrs["autofocus"]

    def clean_code(self) -> str:
        """Return the code alone; what cannot be one is told before anything is asked."""
        code = read_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                f"Un code compte {CODE_LENGTH} lettres et chiffres, par exemple 4K7D-…"
            )
        return code


class IdentityForm(TitleForm):
    """A matricule and the traits that go with it."""

    matricule = MatriculeField(label="Matricule INS", help_text="15 caractères, clé comprise.")
    family_name = TextField(
        label="Nom", max_length=100, spellcheck=False, help_text="De naissance ou d’usage."
    )
    given_name = TextField(label="Premier prénom", max_length=100, spellcheck=False)
    birth_date = DateField(label="Date de naissance")
    field_order = ("matricule", "family_name", "given_name", "birth_date", "title")

    def clean_matricule(self) -> Matricule:
        """Return the matricule, its key checked."""
        try:
            return parse_matricule(self.cleaned_data["matricule"])
        except InsError as error:
            raise forms.ValidationError(error.message_fr, error.code) from error

    @property
    def named(self) -> Named:
        """Whom she names, once the form is valid."""
        data = self.cleaned_data
        return Named(data["matricule"], data["family_name"], data["given_name"], data["birth_date"])
