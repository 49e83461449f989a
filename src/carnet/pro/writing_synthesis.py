"""The volet de synthèse médicale: by the médecin traitant, filled in advance from the record (S2, 60591-5).

Every line can be changed, removed or added before it is written; nothing is taken over unseen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.documents.api import Brought, DepositRefused
from carnet.journal.api import EventType
from carnet.platform import clock
from carnet.pro import synthesis_lines as lines
from carnet.pro.page import show
from carnet.pro.patient import Patient, in_record
from carnet.pro.synthesis_lines import LineRefused
from carnet.pro.writing import is_done, name_of, writer_of
from carnet.profile import api as profile
from carnet.profile.api import Entry, Rubric, RubricView, State
from carnet.standards.cda.model import Code
from carnet.standards.cda.rules import RULES
from carnet.standards.cda.synthesis import Synthesis, write_synthesis
from carnet.summaries import api as summaries
from carnet.ui.forms import Form

TYPE: Final = "60591-5"
TITLE: Final = "Volet de synthèse médicale"
CIP: Final = "1.2.250.1.213.2.3.2"
_LEFT: Final = 4
_DATED: Final = "Une ligne chacune. Date entre parenthèses : (2015), (2015-03) ou (2015 à 2018)."
_PLAIN: Final = "Une ligne chacun."
_STATES: Final = {
    State.NONE_DECLARED: "La personne se déclare non concernée.",
    State.NOT_FILLED: "Non renseigné par la personne.",
    State.NOT_SHARED: "Non partagé par la personne.",
    State.NOT_GIVEN: "Non ouvert à votre profession.",
}
_RUBRICS: Final = {
    "problems": Rubric.DISEASES,
    "history": Rubric.DISEASES,
    "operations": Rubric.HOSPITALIZATIONS,
    "allergies": Rubric.ALLERGIES,
    "treatments": Rubric.TREATMENTS,
    "lifestyles": Rubric.LIFESTYLES,
    "family": Rubric.FAMILY_HISTORIES,
}


_FOLDED: Final = 48
"""Characters on a row of an area, in the wide form."""


def _area(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, help_text=help_text, widget=forms.Textarea(attrs={"rows": 4}),
        max_length=lines.MOST_LINES * (lines.MOST_CHARACTERS + 2), strip=False,
    )  # fmt: skip


def _rows(text: str) -> int:
    """Return how many rows a text takes, its long lines folded."""
    return sum(1 + len(line) // _FOLDED for line in text.splitlines())


class SynthesisForm(Form):
    """The sections of the synthesis, one line an element."""

    problems = _area("Pathologies en cours", _DATED)
    history = _area("Antécédents médicaux", _DATED)
    operations = _area("Hospitalisations et opérations", _DATED)
    allergies = _area("Allergies et intolérances", _PLAIN)
    treatments = _area("Traitements au long cours", "Une ligne chacun : « Bisoprolol : 2,5 mg le matin ».")
    lifestyles = _area("Mode de vie", _PLAIN)
    work_risks = _area("Facteurs de risque professionnels", _PLAIN)
    family = _area("Antécédents familiaux", _PLAIN)
    watch = _area("Points de vigilance", _PLAIN)
    setting = forms.ChoiceField(label="Cadre d’exercice")
    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = patient.visitor.place
        assert place is not None
        for field in self.fields.values():
            field.unmarked = True  # type: ignore[attr-defined]
        for name, text in self.initial.items():  # every line is to be read: none stays below the edge
            widget = self.fields[name].widget
            if isinstance(widget, forms.Textarea):
                widget.attrs["rows"] = max(4, _rows(str(text)))
        setting = self.fields["setting"]
        assert isinstance(setting, forms.ChoiceField)
        setting.choices = [(term.code, term.label) for term in documents.list_settings()]
        setting.initial = documents.usual_setting(place)
        self.fields["form_id"].initial = uuid4()
        self.fields["setting"].required = True

    def read(self, codes: Mapping[str, Code]) -> Synthesis | None:
        """Return what the form says; None when a line is wrong, which its field then says."""
        given = {name: self._lines(name, codes) for name in _READERS}
        if self.errors:
            return None
        if not any(given.values()):
            self.add_error(None, "Écrivez au moins une ligne : une synthèse vide ne dirait rien.")
            return None
        return Synthesis(**given)

    def _lines(self, name: str, codes: Mapping[str, Code]) -> Any:
        text = self.cleaned_data.get(name) or ""
        try:
            return lines.read_treatments(text, codes) if name == "treatments" else _READERS[name](text)
        except LineRefused as refused:
            self.add_error(name, str(refused))
            return []


_READERS: Final[Mapping[str, Any]] = {
    "problems": lines.read_problems,
    "treatments": lines.read_treatments,
    "allergies": lines.split,
    "watch": lines.split,
    "history": lines.read_problems,
    "operations": lines.read_problems,
    "family": lines.split,
    "lifestyles": lines.split,
    "work_risks": lines.split,
}
"""The fields in their order on the page, with what reads each."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What the record says for each field; what is said of a field without any; codes of treatments."""

    texts: Mapping[str, str]
    notes: Mapping[str, str]
    codes: Mapping[str, Code]


@require_http_methods(["GET", "HEAD", "POST"])
@in_record
def synthesis(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Write the synthesis of a patient whose médecin traitant she is."""
    if not access.is_treating(patient.person_id, patient.actor):
        return _not_treating(request, patient)
    filled = _read_record(patient)
    form = SynthesisForm(
        request.POST if request.method == "POST" else None, patient=patient, initial=filled.texts
    )
    if request.method == "POST" and form.is_valid() and _write(form, patient, filled.codes):
        return HttpResponseRedirect(f"{patient.link('deposits')}?fait=synthese")
    fields = [(form[name], filled.notes.get(name, "")) for name in _READERS]
    context: dict[str, Any] = {
        "form": form,
        "left": fields[:_LEFT],
        "right": fields[_LEFT:],
        "name": name_of(patient),
        "back": patient.link("writing"),
        "rules": len(RULES),
    }
    return show(request, "pro/writing/synthesis.html", context)


def _not_treating(request: HttpRequest, patient: Patient) -> HttpResponse:
    context = {"name": name_of(patient), "back": patient.link("writing")}
    return show(request, "pro/writing/not_treating.html", context, status=403)


def _write(form: SynthesisForm, patient: Patient, codes: Mapping[str, Code]) -> bool:
    said_of_her = form.read(codes)
    if said_of_her is None:
        return False
    by, data = patient.actor, form.cleaned_data
    brought = Brought(
        title=TITLE, type_code=TYPE, acted_on=clock.today(), setting=data["setting"], form_id=data["form_id"],
        replaces=documents.find_current(patient.person_id, by=by, types=documents.SYNTHESIS_TYPES),
    )  # fmt: skip
    try:
        documents.deposit_made(
            patient.person_id, by=by, writer=writer_of(patient), brought=brought,
            make=lambda header: write_synthesis(header, said_of_her),
        )  # fmt: skip
    except DepositRefused as refused:
        return is_done(form, refused)
    return True


def _read_record(patient: Patient) -> Filled:
    with access.open(
        patient.person_id, by=patient.actor, purpose=patient.purpose, event=EventType.PROFILE_READ
    ) as a:
        views = {view.rubric: view for view in profile.list_rubrics(a, rubrics=set(_RUBRICS.values()))}
        page = summaries.read_page(
            a, profession=patient.visitor.professional.profession,
            professional_id=patient.visitor.professional.id, since=None, treating_id=None,
        )  # fmt: skip
    measures = page.block(summaries.Code.MEASURES)
    texts = {name: lines.join(_said_in(name, views[rubric].entries)) for name, rubric in _RUBRICS.items()}
    texts["watch"] = lines.join(_measure(line) for line in measures.lines)
    notes = {name: _STATES.get(views[rubric].state, "") for name, rubric in _RUBRICS.items()}
    return Filled(texts, notes, _codes(views[Rubric.TREATMENTS]))


def _measure(line: summaries.Line) -> str:
    on = f", le {line.day:%d/%m/%Y}" if line.day else ""
    return f"{line.title} : {line.text}{on}"


def _said_in(name: str, entries: Iterable[Entry]) -> list[str]:
    """Return the lines of a field from those of the profile; what is over stands among the history."""
    found = list(entries)
    if name in {"problems", "history"}:
        found = [one for one in found if _is_over(one) is (name == "history")]
    if name == "treatments":
        found = [one for one in found if not one.values.get("end")]
    return [_line(name, one.values) if name in _LINES else _words(one) for one in found]


def _is_over(entry: Entry) -> bool:
    return entry.values.get("episode") in {"END", "FULL"} or bool(entry.values.get("end"))


def _line(name: str, values: Mapping[str, Any]) -> str:
    said_of_it: str = _LINES[name](values)
    return said_of_it


def _disease(values: Mapping[str, Any]) -> str:
    return lines.say_problem(values["name"], values.get("start", ""), values.get("end", ""))


def _stay(values: Mapping[str, Any]) -> str:
    return lines.say_problem(values["reason"], values.get("date", ""))


def _treatment(values: Mapping[str, Any]) -> str:
    return lines.say_treatment(values["name"], values.get("posology", ""), values.get("start", ""))


_LINES: Final[Mapping[str, Any]] = {
    "problems": _disease,
    "history": _disease,
    "operations": _stay,
    "treatments": _treatment,
}


def _words(entry: Entry) -> str:
    """A line of the profile in one sentence."""
    told = profile.describe(entry)
    questions = entry.rubric is Rubric.LIFESTYLES  # an answer says nothing without its question
    said_of_it = [(label, value) for label, value in told.lines if label != "Découverte en"]
    more = ", ".join(f"{label} {value}" if questions else value for label, value in said_of_it)
    return " ".join(" : ".join(part for part in (told.title, more) if part).split())


def _codes(view: RubricView) -> dict[str, Code]:
    """The codes that the record has: of the box of a medicine (CIP)."""
    return {
        str(entry.values["name"]): Code(str(entry.values["cip13"]), CIP, str(entry.values["name"]))
        for entry in view.entries
        if entry.values.get("cip13")
    }
