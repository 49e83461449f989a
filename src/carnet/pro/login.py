"""Logging in with Pro Santé Connect, proving it again, choosing where one acts, logging out.

Who may come in is decided by `directory.psc`; these pages only say it.
"""

from typing import Final
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST, require_safe

from carnet.directory.api import SECRETARIAT, PlaceCard, ProVisitor, list_places, psc, sessions
from carnet.platform.address import client_address
from carnet.platform.http import public, requires
from carnet.pro.middleware import professional_of
from carnet.pro.page import show
from carnet.ui.errors import render_error
from carnet.ui.forms import Form, Option

COOKIE: Final = "carnet_psc"
LEFT_COOKIE: Final = "carnet_psc_left"
_LEFT_SECONDS: Final = 300
_STATUS: Final = {"expired": 400, "wrong": 502, "unreachable": 503}
_MODES = {"L": "activité libérale", "S": "salarié", "B": "bénévole"}
_KINDS = {
    "student": "étudiant",
    "replacement": "remplacement",
    "occupational": "santé au travail",
    "fire_brigade": "service de secours",
}


class PlaceForm(Form):
    """Where she acts until she says otherwise."""

    place = forms.ChoiceField(label="Lieu d’exercice", widget=forms.RadioSelect)

    def __init__(self, places: list[PlaceCard], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [(str(one.id), _option(one)) for one in places]  # type: ignore[attr-defined]


@requires(kinds=("professional",))
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send her to where her day begins."""
    return HttpResponseRedirect(_landing(professional_of(request)))


@public
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What Pro Santé Connect is, and the button that leaves for it; `again` proves who one is once more."""
    again = bool(request.GET.get("again")) and _visitor(request) is not None
    query = request.GET.urlencode()
    context = {
        "ui_nav": (),
        "again": again,
        "start": reverse("pro:login_start") + (f"?{query}" if query else ""),
        "offered": psc.is_offered(),
    }
    return render(request, "pro/login/login.html", context)


@public
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Leave for Pro Santé Connect. A link, not a form: the page's policy keeps forms on this site."""
    if not psc.is_offered():
        raise Http404
    visitor = _visitor(request) if request.GET.get("again") else None
    try:
        url, token = psc.begin(
            callback=_here("pro:callback"), address=client_address(request), next_path=next_path(request),
            session_id=visitor.session_id if visitor else None,
        )  # fmt: skip
    except psc.TooManyError as error:
        return render_error(429, retry_after=error.seconds)
    except (psc.UnreachableError, psc.AnswerError):
        return _refuse(request, "unreachable")
    response = HttpResponseRedirect(url)
    _set_cookie(response, COOKIE, token, int(psc.AWAY.total_seconds()))
    return response


@public
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Come back from Pro Santé Connect: she is in, or reads why not and what to do."""
    token = request.COOKIES.get(COOKIE, "")
    try:
        returned = psc.finish(token, request.GET.dict(), callback=_here("pro:callback"))
        response = _prove_again(request, returned) if returned.session_id else _enter(request, returned)
    except psc.StateError:
        return _refuse(request, "expired")
    except psc.CancelledError:
        response = _refuse(request, "cancelled")
    except psc.AnswerError as error:
        response = _refuse(request, error.rule if error.rule in {"level", "auth_time"} else "wrong")
    except psc.UnreachableError:
        response = _refuse(request, "unreachable")
    except psc.RefusedError as error:
        response = _refuse(request, error.rule)
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


@requires(kinds=("professional",))
def place(request: HttpRequest) -> HttpResponse:
    """Choose among one's places; a single one chooses itself."""
    visitor = professional_of(request)
    places = list_places(visitor.professional.id)
    if len(places) == 1 and visitor.place is None:
        return _choose(request, visitor, places[0])
    current = {"place": str(visitor.place.id)} if visitor.place else None
    form = PlaceForm(places, request.POST or None, initial=current)
    if request.method == "POST" and form.is_valid():
        chosen = next(one for one in places if str(one.id) == form.cleaned_data["place"])
        return _choose(request, visitor, chosen)
    return show(request, "pro/login/place.html", {"form": form, "places": places})


@requires(kinds=("professional",))
@require_POST
def secret(request: HttpRequest) -> HttpResponse:
    """Enter the secret connection, for a minor's confidential care, or leave it (EX_0.1-1100)."""
    on = request.POST.get("secret") == "oui"
    sessions.set_secret(professional_of(request).session_id, secret=on)
    return HttpResponseRedirect(reverse("pro:place"))


@requires(kinds=("professional",))
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session here; that of Pro Santé Connect has a page of its own, to be ended too."""
    id_token = sessions.end(professional_of(request).session_id)
    url = psc.logout_url(id_token, back_to=_here("pro:login")) if psc.is_offered() else None
    response = HttpResponseRedirect(reverse("pro:left") if url else reverse("pro:login"))
    if url:
        _set_cookie(response, LEFT_COOKIE, psc.keep_address(url), _LEFT_SECONDS)
    response.delete_cookie(sessions.COOKIE, samesite="Lax")
    return response


@public
@require_safe
def left(request: HttpRequest) -> HttpResponse:
    """She is out of here, and perhaps not of Pro Santé Connect: its own page ends that."""
    url = psc.kept_address(request.COOKIES.get(LEFT_COOKIE, ""))
    if url is None:
        return HttpResponseRedirect(reverse("pro:login"))
    response = render(request, "pro/login/left.html", {"ui_nav": (), "url": url})
    response.headers["Cache-Control"] = "no-store"
    response.delete_cookie(LEFT_COOKIE, samesite="Lax")
    return response


def next_path(request: HttpRequest) -> str:
    """Return the page of this space to come back to, or an empty text."""
    path = request.GET.get("suite", "")
    safe = path.startswith("/pro/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if safe else ""


def _enter(request: HttpRequest, returned: psc.Returned) -> HttpResponse:
    """Open a session; one of this browser that was open is ended, so that none is inherited."""
    token = psc.log_in(returned)
    before = _visitor(request)
    if before is not None:
        sessions.end(before.session_id)
    visitor = sessions.find(token)
    assert visitor is not None
    there = returned.next if visitor.place else _place_for(returned.next)
    response = HttpResponseRedirect(there or _landing(visitor))
    _set_cookie(response, sessions.COOKIE, token, int(sessions.LONGEST.total_seconds()))
    rotate_token(request)
    return response


def _prove_again(request: HttpRequest, returned: psc.Returned) -> HttpResponse:
    visitor = _visitor(request)
    if visitor is None:
        raise psc.StateError
    psc.prove_again(returned, visitor)
    return HttpResponseRedirect(returned.next or _landing(visitor))


def _choose(request: HttpRequest, visitor: ProVisitor, chosen: PlaceCard) -> HttpResponse:
    sessions.choose_place(visitor.session_id, chosen.id)
    return HttpResponseRedirect(next_path(request) or _landing(visitor))


def _landing(visitor: ProVisitor) -> str:
    """Return where her day begins: a secretary reads nothing, and has a desk of her own."""
    name = "pro:desk" if visitor.professional.profession == SECRETARIAT else "pro:day"
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse("pro:place")


def _place_for(there: str) -> str:
    return f"{reverse('pro:place')}?{urlencode({'suite': there})}" if there else reverse("pro:place")


def _visitor(request: HttpRequest) -> ProVisitor | None:
    """Return who is logged in, on a page where nobody has to be."""
    token = request.COOKIES.get(sessions.COOKIE)
    return sessions.find(token) if token else None


def _refuse(request: HttpRequest, reason: str) -> HttpResponse:
    status = _STATUS.get(reason, 200)
    context = {"ui_nav": (), "reason": reason, "start": reverse("pro:login_start")}
    return render(request, "pro/login/refused.html", context, status=status)


def _set_cookie(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )


def _here(name: str) -> str:
    return f"{settings.CARNET_BASE_URL}{reverse(name)}"


def _option(place: PlaceCard) -> Option:
    words = [_KINDS.get(place.kind, ""), _MODES.get(place.mode, "")]
    return Option(place.structure_name, hint=", ".join(word for word in words if word))
