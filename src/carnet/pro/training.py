"""The training mode: entering and leaving it, and its five exercises (docs/learning.md)."""

from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.directory.api import ProVisitor, sessions
from carnet.people.api import PersonCard
from carnet.platform.http import requires
from carnet.pro import exercises
from carnet.pro.exercises import Answer, Exercise
from carnet.pro.learning_forms import FoundForm, QuizForm
from carnet.pro.middleware import professional_of
from carnet.pro.page import show, sign
from carnet.terminology.api import get_document_type
from carnet.ui.forms import Form

_READS: Final = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class _Told:
    """An exercise in words. `page`: where it is done (its address takes the patient's token or none)."""

    title: str
    lead: str
    page: str = ""
    action: str = ""
    with_token: bool = True


_TOLD: Final = {
    Exercise.FIND: _Told(
        "Trouver l’anticoagulant",
        "Ouvrez ce dossier. Sans faire défiler la page, trouvez l’anticoagulant et sa dose.",
        "pro:record", "Ouvrir le dossier",
    ),
    Exercise.ENTER: _Told(
        "Recevoir un patient inconnu",
        "Cette personne vient pour la première fois et consent à la consultation. Entrez avec son numéro et"
        " ses traits.",
        "pro:enter", "Nouveau patient", with_token=False,
    ),
    Exercise.DEPOSIT: _Told(
        "Déposer, puis retirer",
        "Déposez un PDF dans ce dossier, puis retirez-le : c’était le mauvais fichier.",
        "pro:deposit", "Déposer un document",
    ),
    Exercise.EMERGENCY: _Told(
        "Entrer en urgence",
        "Cette personne est inconsciente et vous ne la connaissez pas. Entrez en disant le motif, lisez, puis"
        " vérifiez ici avant de mettre fin à l’accès.",
        "pro:emergency", "Accès d’urgence",
    ),
    Exercise.RIGHTS: _Told(
        "Savoir ce que je peux lire",
        "Pour chaque type de document : votre profession le lit-elle, quand la personne est votre patient ?",
    ),
}  # fmt: skip


@requires(kinds=("professional",))
@require_safe
def training(request: HttpRequest) -> HttpResponse:
    """What the mode is, the switch, and how far she is."""
    visitor = professional_of(request)
    done = exercises.list_done(visitor.professional.id)
    ready = len(exercises.list_patients()) == exercises.SIZE
    context = {
        "training": visitor.training,
        "ready": ready,
        "items": [_item(one, done, visitor, ready=ready) for one in Exercise],
        "progress": f"{len(done)} sur {len(Exercise)}",
    }
    return show(request, "pro/learning/training.html", context)


@requires(kinds=("professional",))
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Enter the mode or leave it."""
    visitor = professional_of(request)
    on = request.POST.get("mode") == "oui"
    sessions.set_training(visitor.session_id, training=on)
    if on:
        exercises.begin(_as_training(visitor))
    else:
        exercises.finish(visitor)
    return HttpResponseRedirect(reverse("pro:training"))


@requires(kinds=("professional",))
@require_http_methods(_READS)
def exercise(request: HttpRequest, code: str) -> HttpResponse:
    """One exercise: what to do, with whom, and the button that looks whether it was done."""
    if code not in {one.value for one in Exercise}:
        raise Http404
    visitor, one = professional_of(request), Exercise(code)
    if not visitor.training:
        return HttpResponseRedirect(reverse("pro:training"))
    form = _form(one, request.POST if request.method == "POST" else None)
    answer = _check(one, visitor, form) if form.is_valid() else None
    told, patient = _TOLD[one], exercises.patient_of(one)
    context = {
        "told": told,
        "form": form,
        "answer": answer,
        "done": one in exercises.list_done(visitor.professional.id),
        "not_hers": exercises.why_not_hers(one, visitor.actor),
        "facts": _facts(one, patient),
        "page_href": _href(told, patient, visitor),
        "next_href": _next(one),
    }
    return show(request, "pro/learning/exercise.html", context)


def _check(one: Exercise, visitor: ProVisitor, form: Form) -> Answer:
    if isinstance(form, QuizForm):
        wrong = exercises.mark(form.answers, visitor.professional.profession)
        if not wrong:
            exercises.keep(one, visitor.professional.id)
            return Answer(True)
        names = ", ".join(get_document_type(code).label for code in wrong)
        return Answer(False, f"À revoir : {names}.")
    return exercises.check(one, visitor, typed=form.cleaned_data.get("name", ""))


def _form(one: Exercise, data: Any) -> Form:
    if one is Exercise.RIGHTS:
        return QuizForm(data)
    return FoundForm(data) if one is Exercise.FIND else Form(data)


def _facts(one: Exercise, patient: PersonCard | None) -> list[tuple[str, str]]:
    """Who the patient is; the number and the traits are said where they are to be typed. Nobody is real."""
    if patient is None:
        return []
    name = [("Patient fictif", patient.display_name)]
    if one is not Exercise.ENTER and one is not Exercise.EMERGENCY:
        return name
    return [
        *name,
        ("Matricule INS", patient.matricule),
        ("Nom de naissance", patient.birth_name),
        ("Premier prénom", patient.first_given_name),
        ("Date de naissance", f"{patient.birth_date:%d/%m/%Y}"),
    ]


def _href(told: _Told, patient: PersonCard | None, visitor: ProVisitor) -> str:
    if patient is None or not told.page:
        return ""
    return reverse(told.page, args=[sign(patient.id, visitor)] if told.with_token else [])


def _next(one: Exercise) -> str:
    following = list(Exercise)[list(Exercise).index(one) + 1 :]
    return reverse("pro:exercise", args=[following[0]]) if following else reverse("pro:training")


def _item(one: Exercise, done: set[Exercise], visitor: ProVisitor, *, ready: bool) -> dict[str, str]:
    opens = visitor.training and (ready or one is Exercise.RIGHTS)
    return {
        "href": reverse("pro:exercise", args=[one]) if opens else "",
        "title": _TOLD[one].title,
        "badge": "Fait" if one in done else "À faire",
        "badge_kind": "success" if one in done else "neutral",
    }


def _as_training(visitor: ProVisitor) -> ProVisitor:
    """Return her as the next request will know her."""
    return replace(visitor, training=True)
