"""Getting in, proving again who one is, getting out."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from carnet.enrolment.api import find_state
from carnet.people import api as people
from carnet.platform.http import public, requires
from carnet.ui.forms import Form
from carnet.ui.login_forms import LoginForm, PasswordForm, given_factor, posted

STEP_COOKIE = "carnet_step"
STEP_SECONDS = 15 * 60


@public
def login(request: HttpRequest) -> HttpResponse:
    """Identifier and password. The answer to a bad pair is the same whether the identifier exists or not."""
    if getattr(request, "visitor", None) is not None:
        return HttpResponseRedirect(people.next_path(request) or "/")
    form = LoginForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            token = people.login.begin(
                login=form.cleaned_data["login"],
                password=form.cleaned_data["password"],
                kind="person",
                browser=people.browser_of(request),
                next_path=people.next_path(request),
            )
        except (people.login.LoginRefusedError, people.TooManyError) as error:
            form.add_error(None, error.message_fr)
        else:
            return to_step("portal:second_factor", token)
    return render(request, "portal/login/login.html", {"form": form})


def to_step(name: str, token: str, *, cookie: str = STEP_COOKIE, seconds: int = STEP_SECONDS) -> HttpResponse:
    """Send to the next screen of a step, whose token goes into a cookie."""
    response = HttpResponseRedirect(reverse(name))
    people.set_step_cookie(response, cookie, token, seconds)
    return response


@public
def second_factor(request: HttpRequest) -> HttpResponse:
    """The second factor of a login; then she is in."""
    waiting = people.login.find_waiting(people.login.LOGIN, request.COOKIES.get(STEP_COOKIE, ""))
    if waiting is None or waiting.card.kind != "person":
        return HttpResponseRedirect(reverse("portal:login"))
    form = answer(request, waiting)
    if form is None:
        response = HttpResponseRedirect(landing(waiting.card.owner_id, waiting.next))
        people.log_in_response(request, response, waiting.card.id, waiting.card.factor)
        response.delete_cookie(STEP_COOKIE, samesite="Lax")
        return response
    context = factor_context(request, waiting, form)
    return render(request, "portal/login/factor.html", context | {"resend": reverse("portal:resend_code")})


@requires()
def prove(request: HttpRequest) -> HttpResponse:
    """The password again, before what cannot be undone."""
    form = PasswordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            people.login.begin_proof(
                visitor_of(request),
                password=form.cleaned_data["password"],
                browser=people.browser_of(request),
                next_path=people.next_path(request),
            )
        except (people.login.LoginRefusedError, people.TooManyError) as error:
            text = error.message_fr if isinstance(error, people.TooManyError) else "Mot de passe incorrect."
            form.add_error("password", text)
        else:
            return HttpResponseRedirect(reverse("portal:prove_factor"))
    return render(request, "portal/login/prove.html", {"form": form})


@requires()
def prove_factor(request: HttpRequest) -> HttpResponse:
    """The second factor again; then back to where she was going."""
    session_id = visitor_of(request).session_id
    waiting = people.login.find_waiting(people.login.PROVE, str(session_id))
    if waiting is None:
        return HttpResponseRedirect(reverse("portal:prove"))
    form = answer(request, waiting)
    if form is None:
        people.sessions.prove_again(session_id)
        return HttpResponseRedirect(waiting.next or "/")
    context = factor_context(request, waiting, form)
    return render(request, "portal/login/factor.html", context | {"resend": reverse("portal:resend_proof")})


@public
@require_POST
def resend_code(request: HttpRequest) -> HttpResponse:
    """Another one-time code for a login."""
    waiting = people.login.find_waiting(people.login.LOGIN, request.COOKIES.get(STEP_COOKIE, ""))
    return _resend(waiting, "portal:second_factor", "portal:login")


@requires()
@require_POST
def resend_proof(request: HttpRequest) -> HttpResponse:
    """Another one-time code for a renewed proof."""
    waiting = people.login.find_waiting(people.login.PROVE, str(visitor_of(request).session_id))
    return _resend(waiting, "portal:prove_factor", "portal:prove")


def _resend(waiting: people.login.Waiting | None, page: str, start: str) -> HttpResponse:
    if waiting is None or waiting.card.factor != "email":
        return HttpResponseRedirect(reverse(start))
    try:
        people.login.send_code_again(waiting)
    except people.TooSoonError as error:
        return HttpResponseRedirect(f"{reverse(page)}?attendre={error.seconds}")
    return HttpResponseRedirect(f"{reverse(page)}?envoye=1")


@requires()
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End this session; then, if she came by it, that of FranceConnect."""
    by_franceconnect = visitor_of(request).method == "franceconnect"
    response = HttpResponseRedirect(reverse("portal:franceconnect_logout") if by_franceconnect else "/")
    people.log_out_response(request, response)
    return response


@public
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """The "ce n'est pas moi" link of a message. Reading it changes nothing: mail programs open links."""
    step = people.alerts.find_alert(token)
    if step is None:
        return render(request, "portal/login/not_me_dead.html", status=404)
    if request.method == "POST":
        what = people.alerts.refuse(token)
        return render(request, "portal/login/not_me_done.html", {"what": what})
    return render(request, "portal/login/not_me.html", {"what": step.facts["what"]})


def answer(request: HttpRequest, waiting: people.login.Waiting) -> Form | None:
    """Check what was posted as a second factor: None when it is right, else the form, with its error."""
    factor = waiting.card.factor
    form, given = given_factor(request, factor)
    if not form.is_valid():
        return form
    wrong = people.refuse_factor(request, waiting, given)
    if not wrong:
        return None
    form.add_error("code" if factor != "passkey" else None, wrong)
    return form


def factor_context(request: HttpRequest, waiting: people.login.Waiting, form: Form) -> dict[str, Any]:
    """Return what the page of a second factor shows."""
    channel, to = waiting.card.code_contact
    by_email = channel == "email"
    return {
        "form": form,
        "factor": waiting.card.factor,
        "by_email": by_email,
        "contact": people.hide_email(to) if by_email else people.hide_phone(to),
        "options": people.login.passkey_options(waiting) if waiting.card.factor == "passkey" else "",
        "sent": "envoye" in request.GET,
        "wait": request.GET.get("attendre", "") if request.GET.get("attendre", "").isdecimal() else "",
    }


def visitor_of(request: HttpRequest) -> people.Visitor:
    """Return who is in; the gate has let her through."""
    visitor = getattr(request, "visitor", None)
    assert isinstance(visitor, people.Visitor)
    return visitor


def landing(owner_id: UUID, next_page: str) -> str:
    """Return where a login ends. A closed space has one page: reopen it, or ask for its erasure."""
    if find_state(owner_id) in {"closed", "erasing"}:
        return reverse("portal:closed")
    return next_page or "/"
