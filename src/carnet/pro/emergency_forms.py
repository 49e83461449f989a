"""The forms of an emergency: whom, and why."""

from django import forms

from carnet.access.api import MAX_REASON, MIN_REASON
from carnet.people.api import Identifiers
from carnet.standards import ins
from carnet.ui.forms import DateField, Form, MatriculeField, TextField


class IdentityForm(Form):
    """Who the person is: by her number and one trait, or by name, given name and date of birth."""

    birth_name = TextField(label="Nom", required=False, max_length=100, help_text="De naissance ou d’usage.")
    first_given_name = TextField(label="Premier prénom", required=False, max_length=100)
    birth_date = DateField(label="Date de naissance", required=False)
    matricule = MatriculeField(label="Matricule INS, si vous l’avez", required=False)

    def clean_matricule(self) -> str:
        """Return the number, its key checked before anybody is looked for."""
        value = str(self.cleaned_data["matricule"])
        if not value:
            return ""
        try:
            return ins.parse_matricule(value).value
        except ins.InsError as error:
            raise forms.ValidationError(error.message_fr) from error

    @property
    def identifiers(self) -> Identifiers:
        """What was said, once the form is valid."""
        names = ("matricule", "birth_name", "first_given_name", "birth_date")
        return Identifiers(**{name: self.cleaned_data[name] for name in names})


class RegulationForm(IdentityForm):
    """Who is on the line of centre 15."""

    call = TextField(label="Numéro du dossier de régulation, si vous l’avez", required=False, max_length=50)


class ReasonForm(Form):
    """Why the glass is broken; never chosen from a list, so that it is thought of."""

    reason = forms.CharField(
        label="Pourquoi entrez-vous sans son accord ?",
        min_length=MIN_REASON,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MAX_REASON, "autofocus": True}),
        help_text="Une phrase. La personne la lira dans son historique, et le contrôle aussi.",
        error_messages={"min_length": "Écrivez une phrase d’au moins 10 caractères."},
    )
    confirm = forms.BooleanField(
        label="La personne ne peut pas donner son accord, et sa santé court un risque immédiat."
    )
