"""The forms of help and training."""

from typing import Any, Final

from django import forms

from carnet.pro.exercises import quiz
from carnet.support import api as support
from carnet.terminology.api import get_document_type
from carnet.ui.forms import Form, TextField

_YES_NO: Final = [("oui", "Oui"), ("non", "Non")]


class HelpForm(Form):
    """What she asks, with the page and the reference of the failure that she was shown."""

    words = forms.CharField(
        label="Votre demande",
        min_length=support.MIN_ANSWER,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": support.MAX_WORDS}),
        help_text=f"{support.MAX_WORDS} caractères au plus. N’écrivez ni nom de patient, ni donnée de santé.",
        error_messages={"min_length": "Écrivez au moins 10 caractères."},
    )
    call = TextField(
        label="Référence affichée par la page d’erreur",
        required=False,
        max_length=support.MAX_CALL,
        help_text="S’il y en a une. Elle nous fait retrouver l’appel qui a échoué.",
    )
    page = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)


class FoundForm(Form):
    """The name that the first exercise asks for."""

    name = TextField(label="Quel anticoagulant prend cette personne ?", max_length=60, spellcheck=False)


class QuizForm(Form):
    """One question for each type of document of the last exercise."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for code in quiz():
            self.fields[code] = forms.ChoiceField(
                label=get_document_type(code).label, widget=forms.RadioSelect, choices=_YES_NO
            )

    @property
    def answers(self) -> dict[str, bool]:
        """What she answered, by type."""
        return {code: self.cleaned_data[code] == "oui" for code in quiz()}
