"""Ways back in. Each screen asks for one proof; the table of `people.ways` says which."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from carnet.people import api as people
from carnet.people.api import Lost, Proof
from carnet.platform.http import public
from carnet.portal.login import to_step
from carnet.ui.forms import DateField, EmailField, Form, MatriculeField, PasswordField, SerialField, TextField
from carnet.ui.login_forms import CodeForm, LoginForm, posted

COOKIE = "carnet_recovery"
COOKIE_SECONDS = 30 * 60
_ORDER = (Proof.EMAIL, Proof.SMS, Proof.CARD, Proof.TOTP, Proof.PASSKEY)
_WRONG = {
    Proof.CARD: "Le numéro de la carte ou la date de naissance n’est pas le bon.",
    Proof.PASSKEY: "La clé d’accès n’a pas été reconnue. Recommencez.",
}
_WRONG_CODE = "Ce code n’est pas le bon, ou il n’est plus valable."


class IdentifierForm(Form):
    """Which account."""

    login = TextField(label="Identifiant", autocomplete="username", spellcheck=False, max_length=200)


class CardForm(Form):
    """What the carte Vitale says."""

    serial = SerialField()
    birth_date = DateField(label="Date de naissance", birth=True)


class InsForm(Form):
    """Who has forgotten her identifier."""

    matricule = MatriculeField()
    serial = SerialField()


class NewPasswordForm(Form):
    """A new password."""

    password = PasswordField(
        new=True,
        label="Nouveau mot de passe",
        help_text="9 caractères au moins : minuscule, majuscule, chiffre et caractère spécial.",
    )


class NewEmailForm(Form):
    """A new address."""

    email = EmailField(label="Nouvelle adresse électronique")


_FORMS: dict[Proof, type[Form]] = {
    Proof.EMAIL: CodeForm,
    Proof.SMS: CodeForm,
    Proof.CARD: CardForm,
    Proof.TOTP: CodeForm,
    Proof.PASSKEY: Form,
}


@public
def home(request: HttpRequest) -> HttpResponse:
    """What has she lost?"""
    return render(request, "portal/login/recover_home.html")


@public
def lost_login(request: HttpRequest) -> HttpResponse:
    """A forgotten identifier goes to the contact of the account; the page says the same to everybody."""
    form = InsForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            people.recovery.ask_login(**form.cleaned_data, browser=people.browser_of(request))
        except people.TooManyError as error:
            form.add_error(None, error.message_fr)
        else:
            return render(request, "portal/login/recover_login_sent.html")
    return render(request, "portal/login/recover_login.html", {"form": form})


@public
def lost_password(request: HttpRequest) -> HttpResponse:
    """Ask for the link; the page says the same to everybody."""
    form = IdentifierForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            people.recovery.ask_password_link(
                login_typed=form.cleaned_data["login"], browser=people.browser_of(request)
            )
        except people.TooManyError as error:
            form.add_error(None, error.message_fr)
        else:
            return render(request, "portal/login/recover_password_sent.html")
    return render(request, "portal/login/recover_password.html", {"form": form})


@public
def password_link(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link: card, second factor if there is one, new password."""
    recovery = people.recovery.find(Lost.PASSWORD, token)
    if recovery is None:
        return render(request, "portal/login/recover_dead.html", status=404)
    if recovery.missing:
        return _prove(request, recovery)
    form = NewPasswordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            people.recovery.choose_password(recovery, form.cleaned_data["password"])
        except people.CredentialError as error:
            form.add_error("password", error.message_fr)
        except (people.FrozenError, people.recovery.NoWayError) as error:
            form.add_error(None, error.message_fr)
        else:
            return render(request, "portal/login/recover_done.html", {"lost": "password"})
    return render(request, "portal/login/recover_new_password.html", {"form": form})


@public
def lost_phone(request: HttpRequest) -> HttpResponse:
    """A lost authenticator: the password first."""
    return _begin(request, Lost.PHONE, "portal:recover_phone_proofs")


@public
def phone_proofs(request: HttpRequest) -> HttpResponse:
    """Code by e-mail, then the card; then codes by e-mail replace what was lost."""
    recovery = people.recovery.find(Lost.PHONE, request.COOKIES.get(COOKIE, ""))
    if recovery is None:
        return HttpResponseRedirect(reverse("portal:recover_phone"))
    if recovery.missing:
        return _prove(request, recovery)
    form = Form(posted(request))
    if request.method == "POST":
        try:
            people.recovery.replace_factor(recovery)
        except (people.FrozenError, people.recovery.NoWayError) as error:
            form.add_error(None, error.message_fr)
        else:
            return render(request, "portal/login/recover_done.html", {"lost": "phone"})
    return render(request, "portal/login/recover_replace_factor.html", {"form": form})


@public
def lost_mailbox(request: HttpRequest) -> HttpResponse:
    """A lost mailbox: the password first."""
    return _begin(request, Lost.MAILBOX, "portal:recover_mailbox_proofs")


@public
def mailbox_proofs(request: HttpRequest) -> HttpResponse:
    """Code by SMS, the card; then the new address and its own code."""
    recovery = people.recovery.find(Lost.MAILBOX, request.COOKIES.get(COOKIE, ""))
    if recovery is None:
        return HttpResponseRedirect(reverse("portal:recover_mailbox"))
    if recovery.missing:
        return _prove(request, recovery)
    return _replace_email(request, recovery)


def _begin(request: HttpRequest, lost: Lost, proofs: str) -> HttpResponse:
    form = LoginForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            token = people.recovery.begin(
                lost,
                login_typed=form.cleaned_data["login"],
                password=form.cleaned_data["password"],
                browser=people.browser_of(request),
            )
        except (
            people.login.LoginRefusedError,
            people.TooManyError,
            people.FrozenError,
            people.recovery.NoWayError,
        ) as error:
            form.add_error(None, error.message_fr)
        else:
            return to_step(proofs, token, cookie=COOKIE, seconds=COOKIE_SECONDS)
    return render(request, f"portal/login/recover_{lost}.html", {"form": form})


def _prove(request: HttpRequest, recovery: people.recovery.Recovery) -> HttpResponse:
    """Ask for the next proof that is missing, one a screen."""
    proof = next(proof for proof in _ORDER if proof in recovery.missing)
    form = _FORMS[proof](posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            if _check(request, recovery, proof, form.cleaned_data):
                return HttpResponseRedirect(request.path)
            form.add_error(None, _WRONG.get(proof, _WRONG_CODE))
        except people.TooManyError as error:
            form.add_error(None, error.message_fr)
    context = {
        "form": form,
        "proof": str(proof),
        "lost": str(recovery.lost),
        "email": people.hide_email(recovery.card.email),
        "phone": people.hide_phone(recovery.card.phone),
        "options": people.recovery.passkey_options(recovery) if proof is Proof.PASSKEY else "",
    }
    return render(request, "portal/login/recover_proof.html", context)


def _check(
    request: HttpRequest, recovery: people.recovery.Recovery, proof: Proof, given: dict[str, Any]
) -> bool:
    if proof is Proof.CARD:
        return people.recovery.prove_card(recovery, **given) is not None
    if proof in {Proof.EMAIL, Proof.SMS}:
        return people.recovery.prove_code(recovery, given["code"]) is not None
    answer = request.POST.get("credential", "") if proof is Proof.PASSKEY else given["code"]
    return people.recovery.prove_factor(recovery, answer) is not None


def _replace_email(request: HttpRequest, recovery: people.recovery.Recovery) -> HttpResponse:
    """The new address, then its code."""
    asked = "code" in request.POST
    form: Form = CodeForm(request.POST) if asked else NewEmailForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            if asked and people.recovery.replace_email(recovery, form.cleaned_data["code"]):
                return render(request, "portal/login/recover_done.html", {"lost": "mailbox"})
            if asked:
                form.add_error("code", _WRONG_CODE)
            else:
                people.recovery.propose_email(recovery, form.cleaned_data["email"])
                form, asked = CodeForm(), True
        except people.CredentialError as error:
            form.add_error("email", error.message_fr)
        except (people.TooSoonError, people.FrozenError, people.recovery.NoWayError) as error:
            form.add_error(None, error.message_fr)
    return render(request, "portal/login/recover_new_email.html", {"form": form, "asked": asked})
