"""Logging in with Pro Santé Connect, choosing where one acts, logging out."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from carnet.directory.api import PlaceCard, list_places, sessions
from carnet.platform.http import public, requires
from carnet.pro.middleware import professional_of
from carnet.pro.page import show
from carnet.ui.forms import Form, Option

_MODES = {"L": "activité libérale", "S": "salarié", "B": "bénévole"}
_KINDS = {
    "student": "étudiant",
    "replacement": "remplacement",
    "occupational": "santé au travail",
    "fire_brigade": "service de secours",
}


class PlaceForm(Form):
    """Where she acts until she says otherwise."""

    place = forms.ChoiceField(label="Où exercez-vous maintenant ?", widget=forms.RadioSelect)

    def __init__(self, places: list[PlaceCard], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["place"].choices = [(str(one.id), _option(one)) for one in places]  # type: ignore[attr-defined]


@requires(kinds=("professional",))
@require_safe
def home(_request: HttpRequest) -> HttpResponse:
    """Send her to her day."""
    try:
        return HttpResponseRedirect(reverse("pro:day"))
    except NoReverseMatch:
        return HttpResponseRedirect(reverse("pro:place"))


@public
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What Pro Santé Connect is, and the button that leaves for it."""
    return render(request, "pro/login/login.html", {"ui_nav": (), "suite": next_path(request)})


@requires(kinds=("professional",))
def place(request: HttpRequest) -> HttpResponse:
    """Choose among one's places; a single one chooses itself."""
    visitor = professional_of(request)
    places = list_places(visitor.professional.id)
    if len(places) == 1 and visitor.place is None:
        sessions.choose_place(visitor.session_id, places[0].id)
        return HttpResponseRedirect(next_path(request) or reverse("pro:home"))
    current = {"place": str(visitor.place.id)} if visitor.place else None
    form = PlaceForm(places, request.POST or None, initial=current)
    if request.method == "POST" and form.is_valid():
        chosen = next(one for one in places if str(one.id) == form.cleaned_data["place"])
        sessions.choose_place(visitor.session_id, chosen.id)
        return HttpResponseRedirect(next_path(request) or reverse("pro:home"))
    return show(request, "pro/login/place.html", {"form": form, "places": places})


@requires(kinds=("professional",))
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session here."""
    sessions.end(professional_of(request).session_id)
    response = HttpResponseRedirect(reverse("pro:login"))
    response.delete_cookie(sessions.COOKIE, samesite="Lax")
    return response


def next_path(request: HttpRequest) -> str:
    """Return the page of this space to come back to, or an empty text."""
    path = request.GET.get("suite", "")
    safe = path.startswith("/pro/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if safe else ""


def _option(place: PlaceCard) -> Option:
    words = [_KINDS.get(place.kind, ""), _MODES.get(place.mode, "")]
    return Option(place.structure_name, hint=", ".join(word for word in words if word))
