"""The forms of activation and objection. What is typed is checked by the rooms; here only its shape."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from carnet.people import api as people
from carnet.standards.card import CardError, parse_serial
from carnet.standards.ins import InsError, Matricule, parse_matricule
from carnet.ui.forms import (
    CodeField,
    EmailField,
    Form,
    MatriculeField,
    MobileField,
    Option,
    OtpField,
    PasswordField,
    SerialField,
    TextField,
)

STATEMENT = "Je déclare être le représentant légal de cet enfant"


def documents_field() -> forms.ChoiceField:
    """Return whether new documents are visible to professionals at first."""
    return forms.ChoiceField(
        label="Les nouveaux documents sont, au départ",
        widget=forms.RadioSelect,
        initial="shown",
        choices=[
            (
                "shown",
                Option(
                    "Visibles", hint="Les professionnels qui vous soignent les voient, selon leur métier."
                ),
            ),
            ("hidden", Option("Masqués", hint="Vous les rendez visibles ensuite, un par un.")),
        ],
    )


def emergency_field() -> forms.MultipleChoiceField:
    """Return who may enter in an emergency."""
    return forms.MultipleChoiceField(
        label="En cas d’urgence, si vous ne pouvez pas répondre",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        initial=["care", "samu"],
        choices=[
            (
                "care",
                Option(
                    "Le soignant qui s’occupe de vous peut lire votre espace", hint="Il doit dire pourquoi."
                ),
            ),
            ("samu", Option("Le médecin du SAMU (15) peut lire votre espace", hint="Pendant l’appel.")),
            (
                "masked",
                Option("Ils voient aussi ce que vous cachez aux soignants", hint="En urgence seulement."),
            ),
        ],
    )


class _CardForm(Form):
    """Matricule and card, each read as the person typed it."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        matricule = self._read_matricule(data)
        if matricule and data.get("serial"):
            try:
                data["serial"] = parse_serial(data["serial"], matricule)
            except CardError as error:
                self.add_error("serial", error.message_fr)
        return data

    def _read_matricule(self, data: dict[str, Any]) -> Matricule | None:
        if not data.get("matricule"):
            return None
        try:
            matricule = parse_matricule(data["matricule"])
        except InsError as error:
            self.add_error("matricule", error.message_fr)
            return None
        data["matricule"] = matricule
        return matricule


class IdentityForm(_CardForm):
    """Who I am: the code, my own number and card; for a child, that I represent it."""

    whose = forms.ChoiceField(
        label="Cette demande concerne",
        widget=forms.RadioSelect,
        initial="self",
        choices=[
            ("self", "Moi"),
            ("child", Option("Mon enfant mineur", hint="Gardez le code de la lettre de votre enfant.")),
        ],
    )
    code = CodeField()
    matricule = MatriculeField(
        label="Votre numéro de sécurité sociale",
        help_text="15 caractères, clé comprise. Pour un enfant, c’est aussi le vôtre.",
    )
    serial = SerialField(label="Numéro de série de votre carte Vitale")
    as_representative = forms.BooleanField(
        label=STATEMENT, help_text="À cocher seulement si la demande concerne un enfant.", required=False
    )
    child = forms.CharField(label="De quel enfant s’agit-il ?", required=False)

    def __init__(self, *args: Any, children: Sequence[people.PersonCard] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(children)

    def offer(self, children: Sequence[people.PersonCard]) -> None:
        """Ask which of these children, or do not ask at all."""
        choices = [(str(child.id), _child_label(child)) for child in children]
        self.fields["child"].widget = forms.RadioSelect(choices=choices) if choices else forms.HiddenInput()
        self.fields["child"].required = bool(choices)

    def clean_child(self) -> UUID | None:
        value = self.cleaned_data["child"]
        try:
            return UUID(value) if value else None
        except ValueError:
            return None

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("whose") == "child" and not data.get("as_representative"):
            self.add_error("as_representative", "Cochez cette case pour agir au nom d’un enfant.")
        return data

    def facts(self, address: str) -> dict[str, Any]:
        """Return what the room asks for."""
        data = self.cleaned_data
        return {
            "code": data["code"],
            "matricule": data["matricule"],
            "serial": data["serial"],
            "address": address,
            "as_representative": data["whose"] == "child" and bool(data["as_representative"]),
            "child_id": data.get("child"),
        }


class LostCodeForm(_CardForm):
    """A new code: for me, or for my children."""

    whose = forms.ChoiceField(
        label="Le code est",
        widget=forms.RadioSelect,
        initial="self",
        choices=[("self", "Pour moi"), ("children", "Pour mes enfants mineurs")],
    )
    matricule = MatriculeField(label="Votre numéro de sécurité sociale")
    serial = SerialField(label="Numéro de série de votre carte Vitale")


class VersionForm(Form):
    """A page that was shown at one version of what it changes."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    act = forms.CharField(widget=forms.HiddenInput, required=False)


class ContactsForm(VersionForm):
    """Where one-time codes and news will go."""

    email = EmailField(required=False)
    phone = MobileField(required=False)


class ContactCodesForm(VersionForm):
    """The codes received, one a contact."""

    email_code = OtpField(label="Code reçu par e-mail")
    phone_code = OtpField(label="Code reçu par SMS")

    def __init__(self, *args: Any, email: bool, phone: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, wanted in (("email_code", email), ("phone_code", phone)):
            if not wanted:
                del self.fields[name]


class CredentialsForm(VersionForm):
    """Identifier and password."""

    login = TextField(
        label="Identifiant",
        autocomplete="username",
        spellcheck=False,
        max_length=200,
        help_text="8 caractères au moins : lettres sans accent, chiffres, point, tiret.",
    )
    password = PasswordField(
        new=True,
        help_text="9 caractères au moins, avec une minuscule, une majuscule, un chiffre et un autre signe."
        " Ni votre nom ni votre date de naissance.",
    )


class ChoicesForm(VersionForm):
    """Visibility and emergency."""

    documents = documents_field()
    emergency = emergency_field()


class LastForm(ChoicesForm):
    """The last screen of an activation."""

    terms = forms.BooleanField(label="J’ai lu et j’accepte les conditions d’utilisation", required=False)


class CloseForm(Form):
    """Closing a space, and whether its content should be erased."""

    erase = forms.BooleanField(label="Je demande aussi l’effacement définitif", required=False)


def _child_label(child: people.PersonCard) -> Option:
    born = "née" if child.sex == "F" else "né"
    return Option(child.display_name, hint=f"{born} le {child.birth_date:%d/%m/%Y}")
