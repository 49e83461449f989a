"""Forms of the papers: which sections of the profile, and what one wants for the end of one's life."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from carnet.documents.api import EXTENSIONS
from carnet.papers import api as papers
from carnet.papers.api import Question, Section, SectionView, Situation
from carnet.profile.api import State
from carnet.ui.forms import DateField, FileField, Form, Option, TextField

_ROWS: Final = 4
_UNSAID: Final = "unsaid"
_ASKED_BY_LAW: Final = "Remplissez ce champ : la loi le demande."
_STATES: Final = {
    State.NONE_DECLARED: "Vous avez déclaré ne pas être concerné(e).",
    State.NOT_FILLED: "Rien n’est rempli : la synthèse dira « non renseigné ».",
}


def visibility_field(what: str) -> forms.ChoiceField:
    """Return the choice of showing or hiding a paper that is kept."""
    return forms.ChoiceField(
        label="Vos soignants",
        widget=forms.RadioSelect,
        choices=[
            ("shown", Option(f"Voient {what}", hint="Selon leur métier et vos réglages.")),
            ("hidden", Option("Ne voient pas ce document", hint="Vous pourrez le leur montrer plus tard.")),
        ],
    )


class SynthesisForm(Form):
    """Which sections; kept among the documents, or only taken away."""

    sections = forms.MultipleChoiceField(
        label="Rubriques à joindre",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Cochez au moins une rubrique.",
            "invalid_choice": "Choisissez parmi les rubriques proposées.",
        },
    )
    keep = forms.ChoiceField(
        label="Qu’en faire ?",
        widget=forms.RadioSelect,
        initial="yes",
        choices=[
            (
                "yes",
                Option(
                    "La garder dans mes documents",
                    hint="Elle y remplace la précédente, qui reste lisible derrière elle.",
                ),
            ),
            ("no", Option("La télécharger seulement", hint="Rien n’est gardé dans votre espace.")),
        ],
    )
    visibility = visibility_field("cette synthèse")

    def __init__(self, *args: Any, views: Sequence[SectionView], masked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections = self.fields["sections"]
        assert isinstance(sections, forms.MultipleChoiceField)
        sections.choices = [(str(view.section), _option(view)) for view in views]
        # What she does not share with professionals is joined only if she ticks it herself.
        sections.initial = [
            str(view.section)
            for view in views
            if view.state is not State.NOT_FILLED and view.shared is not False
        ]
        self.fields["visibility"].initial = "hidden" if masked else "shown"

    def clean_sections(self) -> list[Section]:
        return [Section(name) for name in self.cleaned_data["sections"]]

    @property
    def masked(self) -> bool:
        """Whether the document is hidden from professionals."""
        return bool(self.cleaned_data["visibility"] == "hidden")


class DirectivesFileForm(Form):
    """Directives that were written elsewhere."""

    file = FileField(
        label="Le document signé",
        accept=",".join(EXTENSIONS),
        help_text="PDF, image, texte ou RTF. 5 Mo au plus.",
    )
    day = DateField(label="Date de l’écrit", help_text="Celle qui est écrite dessus. Par exemple : 27 4 2026")
    visibility = visibility_field("ces directives")

    def __init__(self, *args: Any, masked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visibility"].initial = "hidden" if masked else "shown"

    @property
    def masked(self) -> bool:
        """Whether the document is hidden from professionals."""
        return bool(self.cleaned_data["visibility"] == "hidden")


class DirectivesForm(Form):
    """One of the two forms of advance directives; `kept`: the answers travel unseen, behind the preview."""

    def __init__(
        self, *args: Any, situation: Situation, masked: bool, kept: bool = False, **kwargs: Any
    ) -> None:
        self.situation = situation
        super().__init__(*args, **kwargs)
        for part in papers.list_parts(situation):
            self.fields |= {question.name: _field(question) for question in part.questions}
        visibility = visibility_field("ces directives")
        visibility.initial = "hidden" if masked else "shown"
        self.fields["visibility"] = visibility
        if kept:
            for field in self.fields.values():
                field.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Have the room check the answers, and show what it refuses at each question."""
        data = super().clean() or {}
        answers = {
            name: "" if value == _UNSAID else str(value)
            for name, value in data.items()
            if name != "visibility"
        }
        try:
            self.answers = papers.check(self.situation, answers)
        except papers.DirectivesRefused as refused:
            for name, message in refused.errors.items():
                if name not in self.errors:
                    self.add_error(name or None, message)
        return data

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The questions as the template places them."""
        return [
            {
                "heading": part.heading,
                "note": part.note,
                "fields": [self[question.name] for question in part.questions],
            }
            for part in papers.list_parts(self.situation)
        ]

    @property
    def masked(self) -> bool:
        """Whether the document is hidden from professionals."""
        return bool(self.cleaned_data["visibility"] == "hidden")


def _option(view: SectionView) -> Option:
    hint = _STATES.get(view.state, "") or _counted(view)
    if view.shared is False:
        hint += " Vous ne partagez pas cette rubrique : elle ne sera jointe que si vous la cochez."
    return Option(view.section.label, hint=hint)


def _counted(view: SectionView) -> str:
    count = len(view.lines)
    return f"{count} ligne{'s' if count > 1 else ''}."


def _field(question: Question) -> forms.Field:
    """Return the field of a question; what an answer may be is the room's to say (`papers.check`)."""
    common: dict[str, Any] = {"label": question.label, "help_text": question.hint}
    if question.kind == "choice":
        choices = [*question.choices, (_UNSAID, papers.UNSAID)]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, initial=_UNSAID, **common)
    common |= {"required": question.required, "error_messages": {"required": _ASKED_BY_LAW}}
    if question.kind == "text":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": _ROWS, "autocomplete": "off"}), **common)
    return TextField(**common)
