"""The forms of whoever checks: the review of an emergency access, the reopening of a frozen account."""

from typing import Final

from django import forms

from carnet.access.api import MAX_ANSWER, MIN_ANSWER, Outcome
from carnet.ui.forms import Form, TextField

_OUTCOMES: Final = (
    (Outcome.JUSTIFIED, "L’accès était justifié"),
    (Outcome.NOT_JUSTIFIED, "L’accès n’était pas justifié"),
)


class ReviewForm(Form):
    """What the review found, in words that the person reads."""

    outcome = forms.ChoiceField(label="Conclusion", widget=forms.RadioSelect, choices=_OUTCOMES)
    answer = forms.CharField(
        label="Ce que la personne lira",
        min_length=MIN_ANSWER,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": MAX_ANSWER}),
        help_text="Dites ce qui a été vérifié, et auprès de qui. Aucune information de santé.",
        error_messages={"min_length": "Écrivez au moins 10 caractères : la personne lira ces mots."},
    )
    freeze = forms.BooleanField(
        label="Geler le compte du professionnel, si l’accès n’était pas justifié", required=False
    )

    def clean(self) -> dict[str, object]:
        """Refuse to freeze who was right."""
        data = dict(super().clean() or {})
        if data.get("freeze") and data.get("outcome") == Outcome.JUSTIFIED:
            self.add_error("freeze", "Un accès justifié ne gèle pas le compte.")
        return data


class ReleaseForm(Form):
    """Why a frozen account is reopened."""

    motive = TextField(
        label="Motif",
        min_length=10,
        max_length=300,
        help_text="Une phrase : ce qui a été vérifié, et comment le professionnel a été identifié.",
        error_messages={"min_length": "Écrivez au moins 10 caractères : une phrase qui se comprend seule."},
    )
    confirm = forms.BooleanField(
        label="J’ai examiné les accès avec lui. Le comptage repart de zéro maintenant."
    )
