"""What a vendor says of his software to get keys."""

from typing import Any

from django import forms

from carnet.sandbox.personas import STRUCTURES
from carnet.standards.finess import FinessError, parse_finess
from carnet.ui.forms import Form, Option, TextField

OWN = "autre"
_LONGEST = 80


class KeysForm(Form):
    """A structure, a software, and how strictly it wants to be held."""

    structure = forms.ChoiceField(
        label="Structure de soins",
        choices=[*((one.finess, f"{one.name} ({one.finess})") for one in STRUCTURES),
                 (OWN, "Une autre, par son numéro FINESS")],
    )  # fmt: skip
    finess = TextField(
        label="Numéro FINESS", required=False, spellcheck=False, inputmode="numeric",
        help_text="Pour une autre structure : 9 caractères, clé comprise.",
    )  # fmt: skip
    vendor = TextField(label="Éditeur", max_length=_LONGEST, initial="Éditeur Exemple")
    product = TextField(label="Logiciel", max_length=_LONGEST, initial="Labo Exemple")
    version = TextField(label="Version", max_length=_LONGEST, initial="1.0", spellcheck=False)
    mode = forms.ChoiceField(
        label="Contrôle des envois",
        widget=forms.RadioSelect,
        initial="souple",
        choices=[
            (
                "souple",
                Option(
                    "Souple", hint="Les écarts connus des exemples publiés passent, avec un avertissement."
                ),
            ),
            (
                "strict",
                Option("Strict", hint="Le profil à la lettre. Rien n’est relu, comme le veut l’État."),
            ),
        ],
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("structure") == OWN:
            try:
                cleaned["finess"] = parse_finess(cleaned.get("finess") or "")
            except FinessError as error:
                self.add_error("finess", error.message_fr)
        return cleaned

    @property
    def number(self) -> str:
        """The FINESS number of the structure that was chosen or typed."""
        chosen: str = self.cleaned_data["structure"]
        typed: str = self.cleaned_data["finess"]
        return typed if chosen == OWN else chosen
