"""A vaccination: the note (87273-9) and the locked line of the profile, written together or not at all.

And the confirmation of a line that the person wrote herself (facts/mes.md 2.1). Who may: ADR 0027.
"""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from carnet.access import api as access
from carnet.access.api import Access
from carnet.documents import api as documents
from carnet.documents.api import Brought, Deposited, DepositRefused
from carnet.journal.api import EventType
from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.clock import PARIS
from carnet.pro.page import show
from carnet.pro.patient import Patient, in_record
from carnet.pro.writing import VACCINATORS, is_done, name_of, writer_of
from carnet.profile import api as profile
from carnet.profile.api import AuthorKind, Entry, EntryRefused, EntryUnknownError, LinkKind, Rubric, State
from carnet.standards.cda.model import Code, Header
from carnet.standards.cda.vaccination import ROUTES, Vaccination, write_vaccination_note
from carnet.summaries import api as summaries
from carnet.summaries.api import Names
from carnet.terminology.api import list_names
from carnet.ui.forms import DateField, Form, TextField
from carnet.ui.inputs import SuggestInput

CIP: Final = "1.2.250.1.213.2.3.2"
MOST_RANK: Final = 10
_FIELDS: Final = {"name": "vaccine", "date": "day", "cip13": "cip13", "lot": "lot", "scan": "scan"}
_INJECTIONS: Final = [
    ("INITIMMUNIZ", "Primovaccination"),
    ("BOOSTER", "Rappel"),
    ("IMMUNIZ", "Vaccination sans rappel"),
]
_DONE: Final = {
    "confirmee": "La ligne est confirmée. La personne ne peut plus la changer.",
}


class VaccinationForm(Form):
    """An injection: the vaccine, the day, the lot, the dose."""

    vaccine = TextField(label="Vaccin", max_length=50)
    scan = TextField(
        label="DataMatrix de la boîte", required=False, max_length=200, spellcheck=False,
        help_text="Avec un lecteur : le code et le lot se remplissent.",
    )  # fmt: skip
    cip13 = TextField(label="Code de la boîte (CIP)", required=False, max_length=20, inputmode="numeric")
    lot = TextField(label="Numéro de lot", required=False, max_length=100, spellcheck=False)
    day = DateField(label="Date de l’injection")
    injection = forms.ChoiceField(label="Quelle injection ?", choices=_INJECTIONS)
    rank = forms.IntegerField(
        label="Rang de la dose", required=False, min_value=1, max_value=MOST_RANK, help_text="1, 2, 3…"
    )
    route = forms.ChoiceField(label="Voie", choices=list(ROUTES.items()))
    comment = TextField(label="Commentaire", required=False, max_length=300)
    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vaccine"].widget = SuggestInput(list_names("vaccines"), attrs={"autocomplete": "off"})
        self.fields["day"].initial = clock.today()
        self.fields["form_id"].initial = uuid4()

    def values(self, performer: str) -> dict[str, Any]:
        """The line of the profile that the form says."""
        data = self.cleaned_data
        found = {
            "name": data["vaccine"], "date": data["day"].isoformat(), "injection": data["injection"],
            "lot": data["lot"], "cip13": data["cip13"], "scan": data["scan"], "performer": performer[:50],
            "comment": data["comment"],
        }  # fmt: skip
        return {name: value for name, value in found.items() if value}


@require_http_methods(["GET", "HEAD", "POST"])
@in_record
def vaccinate(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Record an injection. Needs no relation: it feeds, and reads nothing."""
    _must_vaccinate(patient)
    form = VaccinationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _record(form, patient):
        done = "note" if patient.actor.secret else "faite"
        return HttpResponseRedirect(f"{patient.link('writing')}?fait={done}")
    context = {
        "form": form,
        "name": name_of(patient),
        "secret": patient.actor.secret,
        "back": patient.link("writing"),
    }
    return show(request, "pro/writing/vaccinate.html", context)


@require_http_methods(["GET", "HEAD"])
@in_record
def vaccinations(request: HttpRequest, patient: Patient) -> HttpResponse:
    """The vaccinations of the profile, with what she may confirm."""
    _must_vaccinate(patient)
    with access.open(
        patient.person_id, by=patient.actor, purpose=patient.purpose, event=EventType.PROFILE_READ
    ) as a:
        view = profile.get_rubric(a, Rubric.VACCINATIONS)
    names = summaries.name_authors(patient.person_id, [view])
    context = {
        "rows": [_row(patient, entry, names) for entry in view.entries],
        "shut": view.state in {State.NOT_SHARED, State.NOT_GIVEN},
        "name": name_of(patient),
        "done": _DONE.get(request.GET.get("fait", ""), ""),
        "add_href": patient.link("vaccinate"),
        "back": patient.link("writing"),
    }
    return show(request, "pro/writing/vaccinations.html", context)


@require_POST
@in_record
def confirm(_request: HttpRequest, patient: Patient, entry_id: UUID) -> HttpResponse:
    """Confirm a line of the person's own: it stays hers, and is locked."""
    _must_vaccinate(patient)
    with access.open(
        patient.person_id, by=patient.actor, purpose=patient.purpose, event=EventType.ENTRY_CONFIRMED,
        late=True,
    ) as a:  # fmt: skip
        done = _confirm(a, entry_id)
    there = patient.link("vaccinations")
    return HttpResponseRedirect(f"{there}?fait=confirmee" if done else there)


def _confirm(a: Access, entry_id: UUID) -> bool:
    """Confirm a vaccination that she may read; False, with its line, for any other and for a locked one."""
    try:
        entry: Entry | None = profile.get_entry(a, entry_id)
        if entry and entry.rubric is Rubric.VACCINATIONS:
            profile.confirm_entry(a, entry_id=entry_id, structure=a.by.structure)
    except EntryUnknownError:
        entry = None
    if entry is None or entry.rubric is not Rubric.VACCINATIONS:
        a.refuse(EventType.ENTRY_CONFIRMED, reason="unknown")
        return False
    title = profile.describe(entry).title
    a.record(EventType.ENTRY_CONFIRMED, reference=entry_id, personal={"title": title}, key=a.key())
    return True


def _must_vaccinate(patient: Patient) -> None:
    if patient.visitor.professional.profession not in VACCINATORS:
        raise PermissionDenied


def _record(form: VaccinationForm, patient: Patient) -> bool:
    """Write the note and the line; False when something is to be corrected, which the form then says."""
    values = _checked(form, patient)
    if values is None:
        return False
    data, by = form.cleaned_data, patient.actor
    brought = Brought(
        title=f"Vaccination : {values['name']}", type_code=documents.NOTE_TYPE, acted_on=data["day"],
        setting=documents.usual_setting(writer_of(patient).place), form_id=data["form_id"],
    )  # fmt: skip
    injection = _injection(values, data)

    def make(header: Header) -> bytes:
        return write_vaccination_note(header, [injection], comment=data["comment"])

    def write_line(a: Access, done: Deposited) -> None:
        profile.record_professional_entry(
            a, rubric=Rubric.VACCINATIONS, values=values, structure=by.structure,
            links=[(LinkKind.DOCUMENT, done.document_id)],
        )  # fmt: skip
        a.record(EventType.VACCINATION_RECORDED, reference=done.document_id)
        documents.announce_vaccination(a, done.document_id)

    try:
        documents.deposit_made(
            patient.person_id, by=by, writer=writer_of(patient), brought=brought, make=make,
            then=None if by.secret else write_line,  # parents read the profile: nothing of it goes there
        )  # fmt: skip
    except DepositRefused as refused:
        return is_done(form, refused)
    return True


def _checked(form: VaccinationForm, patient: Patient) -> dict[str, Any] | None:
    """Return the values of the line as they will be kept; the code and the lot of a box are in them."""
    try:
        return profile.validate(
            Rubric.VACCINATIONS, form.values(patient.visitor.professional.name),
            birth_date=people.get_birth_date(patient.person_id), today=clock.today(),
        )  # fmt: skip
    except EntryRefused as refused:
        for name, message in refused.errors.items():
            field = _FIELDS.get(name, name)
            form.add_error(field if field in form.fields else None, message)
        return None


def _injection(values: Mapping[str, Any], data: Mapping[str, Any]) -> Vaccination:
    name = str(values["name"])
    cip = values.get("cip13")
    return Vaccination(
        vaccine=name, at=datetime.combine(data["day"], time(12), PARIS), diseases="",
        code=Code(str(cip), CIP, name) if cip else None, lot=str(values.get("lot", "")), rank=data["rank"],
        route=data["route"],
    )  # fmt: skip


def _row(patient: Patient, entry: Entry, names: Names) -> dict[str, Any]:
    told = profile.describe(entry)
    hers = entry.author_kind is AuthorKind.PERSON
    return {
        "title": told.title,
        "when": told.when,
        "lot": entry.values.get("lot", ""),
        "author": names.of_entry(entry),
        "locked": entry.locked,
        "confirm_href": patient.link("confirm", entry.id) if hers and not entry.locked else "",
    }
