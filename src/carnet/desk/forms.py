"""The forms of the desk."""

import re
from typing import Any, Final

from django import forms

from carnet.desk.callbacks import OUTCOMES
from carnet.people import api as people
from carnet.people.api import Identifiers, Severing
from carnet.standards import ins
from carnet.support import api as support
from carnet.ui.forms import DateField, EmailField, Form, MatriculeField, TextField

_NOT_HERE: Final = (
    (re.compile(r"@"), "une adresse électronique"),
    (re.compile(r"(?:\d[ .-]?){10,}"), "un téléphone ni un numéro de sécurité sociale"),
    (re.compile(r"\b(?:rue|avenue|boulevard|impasse|chemin|place|allée)\b", re.IGNORECASE), "une adresse"),
    (re.compile(r"\b\d{5}\b"), "un code postal"),
)
_SEVERINGS: Final = (
    (Severing.COURT, "Décision de justice, vue par l’agent"),
    (Severing.ASKED, "Demande du représentant lui-même"),
    (Severing.FAULT, "Lien enregistré par erreur"),
)


class SearchForm(Form):
    """Two identifiers at least, as the caller says them."""

    matricule = MatriculeField(required=False)
    birth_date = DateField(label="Date de naissance", required=False)
    birth_name = TextField(label="Nom", required=False, max_length=100, help_text="De naissance, ou d’usage.")
    first_given_name = TextField(label="Premier prénom", required=False, max_length=100)
    birth_place = TextField(
        label="Commune de naissance (code INSEE)",
        required=False,
        max_length=5,
        help_text="Pour départager des homonymes : 5 caractères, ou 99 et le pays.",
    )

    def clean_matricule(self) -> str:
        """Refuse a number whose key is wrong, before anybody is looked for."""
        value = str(self.cleaned_data["matricule"])
        if not value:
            return ""
        try:
            return ins.parse_matricule(value).value
        except ins.InsError as error:
            raise forms.ValidationError(error.message_fr) from error

    @property
    def identifiers(self) -> Identifiers:
        """What was said."""
        return Identifiers(**self.cleaned_data)


class MotiveForm(Form):
    """Why an agent acts, and that he has made sure for whom."""

    motive = TextField(
        label="Motif",
        max_length=300,
        min_length=10,
        help_text="Une phrase, pour qui contrôle les actes du 3422. Ni coordonnées, ni information de santé.",
        error_messages={"min_length": "Écrivez au moins 10 caractères : une phrase qui se comprend seule."},
    )
    confirm = forms.BooleanField(label="J’ai vérifié l’identité de l’appelant et je confirme cette action.")

    def clean_motive(self) -> str:
        """Refuse what would tell where somebody is."""
        text = str(self.cleaned_data["motive"])
        for pattern, what in _NOT_HERE:
            if pattern.search(text):
                raise forms.ValidationError(f"N’écrivez pas {what} dans le motif.")
        return text


class SeverForm(MotiveForm):
    """Why a link is severed: a closed list, and the motive."""

    reason = forms.ChoiceField(label="Raison", widget=forms.RadioSelect, choices=_SEVERINGS)
    field_order = ("reason", "motive", "confirm")

    def clean_reason(self) -> Severing:
        """The choice as the family's rules know it."""
        return Severing(self.cleaned_data["reason"])


class CallForm(Form):
    """How a call ended."""

    outcome = forms.ChoiceField(
        label="Résultat de l’appel", widget=forms.RadioSelect, choices=list(OUTCOMES.items())
    )


class TicketNumberForm(Form):
    """The number of a report, as the caller says it."""

    number = TextField(
        label="Numéro de signalement",
        inputmode="numeric",
        max_length=20,
        help_text="8 chiffres, tels que l’appelant les donne.",
        error_messages={"required": "Écrivez le numéro que l’appelant donne."},
    )

    def clean_number(self) -> str:
        """Refuse what is no number before it is looked for."""
        number = support.find_number(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError("Un numéro de signalement compte 8 chiffres.")
        return number


class AnswerForm(Form):
    """What the person is answered."""

    answer = forms.CharField(
        label="Votre réponse",
        min_length=support.MIN_ANSWER,
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": support.MAX_ANSWER}),
        help_text="La personne la lit dans son espace. Dites ce qui a été fait, et ce qu’elle peut faire.",
        error_messages={"min_length": "Écrivez une réponse d’au moins 10 caractères."},
    )


class AgentForm(Form):
    """An agent to be invited."""

    name = TextField(label="Prénom et nom", max_length=100)
    email = EmailField(label="Adresse électronique professionnelle")
    roles = forms.MultipleChoiceField(
        label="Rôles", widget=forms.CheckboxSelectMultiple, choices=list(people.ROLES.items())
    )


class ConfirmForm(Form):
    """A single box to tick before what cannot be undone."""

    confirm = forms.BooleanField(label="Je confirme.")

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["confirm"].label = label
