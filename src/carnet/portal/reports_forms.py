"""The form by which a document or an access is reported."""

from typing import Any, Final

from django import forms

from carnet.support import api as support
from carnet.support.api import Kind, Reason, TicketRefused
from carnet.ui.forms import Form, Option

_HINTS: Final = {
    Reason.NOT_MINE: "Le nom, la date de naissance ou les soins ne sont pas les vôtres.",
    Reason.WRONG_CONTENT: "Une date, un résultat ou un traitement est faux.",
    Reason.UNREADABLE: "Page blanche, photo floue, fichier qui ne s’ouvre pas.",
    Reason.NOT_TO_SEE: "Il est destiné à un soignant, ou à quelqu’un d’autre.",
    Reason.UNKNOWN_ACTOR: "Son nom ou son lieu d’exercice ne vous disent rien.",
    Reason.NOT_TREATING: "Vous ne l’avez pas consultée, ou plus depuis longtemps.",
    Reason.AGAINST_MY_WISH: "Vous l’aviez dit, ou bloqué.",
    Reason.NO_EMERGENCY: "L’accès a été fait en urgence, sans urgence.",
    Reason.OTHER: "Expliquez-la ci-dessous.",
}


class ReportForm(Form):
    """Why, and in which words."""

    reason = forms.ChoiceField(
        label="Que se passe-t-il ?",
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="Précisions",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": support.MAX_WORDS}),
        help_text=f"{support.MAX_WORDS} caractères au plus. Les agents du 3422 lisent ces mots :"
        " n’écrivez rien de médical qui ne soit utile.",
    )

    def __init__(self, kind: Kind, data: Any = None) -> None:
        super().__init__(data)
        offered = self.fields["reason"]
        assert isinstance(offered, forms.ChoiceField)
        offered.choices = [
            (str(one), Option(one.label, hint=_HINTS[one])) for one in support.reasons_of(kind)
        ]

    def clean_reason(self) -> Reason:
        """The choice as the room knows it."""
        return Reason(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        """Say what the room would refuse, before the door is opened for it."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                support.check_words(cleaned["reason"], cleaned["words"])
            except TicketRefused as refusal:
                self.add_error(refusal.field, refusal.message_fr)
        return cleaned
