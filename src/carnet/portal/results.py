"""How a person wants her results: at once, or once they are announced to her (docs/announcement.md).

The page never says whether something waits: it is the same when nothing does.
"""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.journal.api import EventType, Purpose
from carnet.portal.space import actor_of, governed, in_space, visitor_of
from carnet.ui.forms import Form, Option

AT_ONCE: Final = "at_once"
ANNOUNCED: Final = "announced"


class ResultsForm(Form):
    """The choice between two ways."""

    results = forms.ChoiceField(
        label="Quand voir les résultats ?",
        widget=forms.RadioSelect,
        choices=[
            (
                ANNOUNCED,
                Option(
                    "Laisser un professionnel les annoncer d’abord",
                    hint="S’il le juge utile, il vous parle d’un résultat avant qu’il apparaisse ici."
                    f" Au bout de {documents.MOST_DAYS} jours au plus, il apparaît de toute façon.",
                ),
            ),
            (
                AT_ONCE,
                Option(
                    "Toujours tout de suite",
                    hint="Chaque résultat apparaît dès qu’il arrive, même grave, même si personne ne vous"
                    " en a parlé.",
                ),
            ),
        ],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@governed
@in_space
def results(request: HttpRequest) -> HttpResponse:
    """Choose; what waits is shown by the choice itself."""
    visitor = visitor_of(request)
    chosen = AT_ONCE if access.sees_results_at_once(visitor.profile_id) else ANNOUNCED
    form = ResultsForm(request.POST if request.method == "POST" else None, initial={"results": chosen})
    if request.method == "POST" and form.is_valid():
        _choose(request, at_once=form.cleaned_data["results"] == AT_ONCE)
        return HttpResponseRedirect(f"{reverse('portal:results')}?fait=1")
    context: dict[str, Any] = {
        "form": form,
        "saved": "fait" in request.GET and request.method != "POST",
        "back": reverse("portal:home"),
    }
    return render(request, "portal/results/results.html", context)


def _choose(request: HttpRequest, *, at_once: bool) -> None:
    visitor = visitor_of(request)
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE,
        event=EventType.RESULTS_CHOICE_CHANGED,
    ) as a:  # fmt: skip
        access.choose_results(a, at_once=at_once)
        if at_once:
            documents.release_all(a)
