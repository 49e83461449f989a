"""The desk of a medical secretary: she names a patient, deposits for a doctor, and reads nothing."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from carnet.access import api as access
from carnet.access.api import EntryRefused, Named
from carnet.platform.http import requires
from carnet.pro.middleware import professional_of
from carnet.pro.page import show, sign
from carnet.standards.ins import InsError, Matricule, parse_matricule
from carnet.ui.forms import DateField, Form, MatriculeField, TextField


class PatientForm(Form):
    """A matricule and the traits that go with it."""

    matricule = MatriculeField(label="Matricule INS", help_text="15 caractères, clé comprise.")
    family_name = TextField(
        label="Nom", max_length=100, spellcheck=False, help_text="De naissance ou d’usage."
    )
    given_name = TextField(label="Premier prénom", max_length=100, spellcheck=False)
    birth_date = DateField(label="Date de naissance")

    def clean_matricule(self) -> Matricule:
        """Return the matricule, its key checked."""
        try:
            return parse_matricule(self.cleaned_data["matricule"])
        except InsError as error:
            raise forms.ValidationError(error.message_fr, error.code) from error


@requires(kinds=("professional",), roles=("SECRETARIAT_MEDICAL",))
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Name the patient for whom a document was brought; nothing of the record is shown."""
    visitor = professional_of(request)
    form = PatientForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            person_id = access.identify(Named(**form.cleaned_data), by=visitor.actor)
        except EntryRefused as refused:
            form.add_error(None, refused.message_fr)
        else:
            return HttpResponseRedirect(reverse("pro:deposit", args=[sign(person_id, visitor)]))
    return show(request, "pro/writing/desk.html", {"form": form})
