"""Agents: their invitation, getting in, proving again, getting out. Never a code by e-mail."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from carnet.people import api as people
from carnet.platform.http import public, requires
from carnet.ui.forms import Form, PasswordField, TextField
from carnet.ui.login_forms import CodeForm, LoginForm, PasswordForm, given_factor, posted

STEP_COOKIE = "carnet_desk_step"
STEP_SECONDS = 15 * 60


class InvitationForm(Form):
    """What an invited agent chooses."""

    login = TextField(
        label="Identifiant", autocomplete="username", spellcheck=False, max_length=100,
        help_text="8 à 100 caractères : lettres sans accent, chiffres, point, tiret, tiret bas.",
    )  # fmt: skip
    password = PasswordField(
        new=True, help_text="9 caractères au moins : minuscule, majuscule, chiffre et caractère spécial."
    )


@public
def login(request: HttpRequest) -> HttpResponse:
    """Identifier and password of an agent."""
    form = LoginForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            token = people.login.begin(
                **form.cleaned_data,
                kind="agent",
                browser=people.browser_of(request),
                next_path=people.next_path(request),
            )
        except (people.login.LoginRefusedError, people.TooManyError) as error:
            form.add_error(None, error.message_fr)
        else:
            response = HttpResponseRedirect(reverse("desk:second_factor"))
            people.set_step_cookie(response, STEP_COOKIE, token, STEP_SECONDS)
            return response
    return render(request, "desk/login/login.html", {"form": form})


@public
def second_factor(request: HttpRequest) -> HttpResponse:
    """TOTP or passkey; then the agent is in."""
    waiting = people.login.find_waiting(people.login.LOGIN, request.COOKIES.get(STEP_COOKIE, ""))
    if waiting is None or waiting.card.kind != "agent":
        return HttpResponseRedirect(reverse("desk:login"))
    form = _answer(request, waiting)
    if form is None:
        response = HttpResponseRedirect(waiting.next or reverse("desk:home"))
        people.log_in_response(request, response, waiting.card.id, waiting.card.factor)
        response.delete_cookie(STEP_COOKIE, samesite="Lax")
        return response
    return render(request, "desk/login/factor.html", _context(waiting, form))


@requires(kinds=("agent",))
def prove(request: HttpRequest) -> HttpResponse:
    """The password again, before what cannot be undone."""
    form = PasswordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            people.login.begin_proof(
                _visitor(request),
                password=form.cleaned_data["password"],
                browser=people.browser_of(request),
                next_path=people.next_path(request),
            )
        except (people.login.LoginRefusedError, people.TooManyError) as error:
            form.add_error("password", error.message_fr)
        else:
            return HttpResponseRedirect(reverse("desk:prove_factor"))
    return render(request, "desk/login/prove.html", {"form": form})


@requires(kinds=("agent",))
def prove_factor(request: HttpRequest) -> HttpResponse:
    """The second factor again; then back to where the agent was going."""
    session_id = _visitor(request).session_id
    waiting = people.login.find_waiting(people.login.PROVE, str(session_id))
    if waiting is None:
        return HttpResponseRedirect(reverse("desk:prove"))
    form = _answer(request, waiting)
    if form is None:
        people.sessions.prove_again(session_id)
        return HttpResponseRedirect(waiting.next or reverse("desk:home"))
    return render(request, "desk/login/factor.html", _context(waiting, form))


@requires(kinds=("agent",))
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End this session."""
    response = HttpResponseRedirect(reverse("desk:login"))
    people.log_out_response(request, response)
    return response


# -- invitation: identifier and password, then an application of codes or a passkey


@public
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """First screen of an invitation: identifier and password."""
    found = people.agents.find_invitation(token)
    if found is None:
        return render(request, "desk/login/invitation_dead.html", status=404)
    form = InvitationForm(posted(request), initial={"login": found.login})
    if request.method == "POST" and form.is_valid():
        try:
            people.agents.choose_credentials(found, **form.cleaned_data)
        except people.CredentialError as error:
            form.add_error(error.field, error.message_fr)
        else:
            return HttpResponseRedirect(reverse("desk:invitation_factor", args=[token]))
    return render(request, "desk/login/invitation.html", {"form": form, "name": found.name})


@public
def invitation_factor(request: HttpRequest, token: str) -> HttpResponse:
    """Second screen: the second factor; then the agent is in."""
    found = people.agents.find_invitation(token)
    if found is None or not found.login:
        return HttpResponseRedirect(reverse("desk:invitation", args=[token]))
    by_passkey = "credential" in request.POST
    code_form = CodeForm(None if by_passkey else posted(request))
    key_form = Form(request.POST if by_passkey else None)
    account_id = _accept_passkey(request, found, key_form) if by_passkey else _accept_code(found, code_form)
    if account_id is not None:
        response = HttpResponseRedirect(reverse("desk:home"))
        people.log_in_response(request, response, account_id, "passkey" if by_passkey else "totp")
        return response
    uri = people.factors.secret_uri(found.secret, found.login)
    context = {
        "form": code_form,
        "key_form": key_form,
        "secret": found.secret,
        "secret_in_groups": people.factors.in_groups(found.secret),
        "qr": people.factors.qr_image(uri),
        "options": people.agents.passkey_options(found),
    }
    return render(request, "desk/login/invitation_factor.html", context)


def _accept_code(found: people.agents.Invitation, form: CodeForm) -> UUID | None:
    if not form.is_valid():
        return None
    try:
        account_id = people.agents.accept_totp(found, form.cleaned_data["code"])
    except people.CredentialError as error:
        form.add_error(None, error.message_fr)
        return None
    if account_id is None:
        form.add_error("code", "Ce code n’est pas le bon. Vérifiez l’heure de votre téléphone.")
    return account_id


def _accept_passkey(request: HttpRequest, found: people.agents.Invitation, form: Form) -> UUID | None:
    form.is_valid()
    try:
        return people.agents.accept_passkey(found, request.POST["credential"])
    except people.CredentialError as error:
        form.add_error(None, error.message_fr)
        return None


def _answer(request: HttpRequest, waiting: people.login.Waiting) -> Form | None:
    """Check what was posted as a second factor: None when it is right, else the form, with its error."""
    form, given = given_factor(request, waiting.card.factor)
    if form.is_valid():
        wrong = people.refuse_factor(request, waiting, given)
        if not wrong:
            return None
        form.add_error(None, wrong)
    return form


def _context(waiting: people.login.Waiting, form: Form) -> dict[str, Any]:
    factor = waiting.card.factor
    options = people.login.passkey_options(waiting) if factor == "passkey" else ""
    return {"form": form, "factor": factor, "options": options}


def _visitor(request: HttpRequest) -> people.Visitor:
    visitor = getattr(request, "visitor", None)
    assert isinstance(visitor, people.Visitor)
    return visitor
