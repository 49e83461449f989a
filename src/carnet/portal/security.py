"""The security page: how one logs in, from where, and changing it."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from carnet.people import api as people
from carnet.platform.http import requires
from carnet.portal.login import visitor_of
from carnet.ui.forms import EmailField, Form, MobileField, PasswordField, TextField
from carnet.ui.login_forms import CodeForm, posted

METHODS = {
    "email": "code reçu par message",
    "totp": "application de codes",
    "passkey": "clé d’accès",
    "franceconnect": "FranceConnect",
    "activation": "activation de l’espace",
}
_WRONG_CODE = "Ce code n’est pas le bon, ou il n’est plus valable."
DONE = {
    "adresse": "Votre adresse est changée. L’ancienne a reçu un message.",
    "telephone": "Votre téléphone est changé. L’ancien a reçu un message.",
    "mot-de-passe": "Votre mot de passe est changé. Vos autres appareils sont déconnectés.",
    "identifiant": "Votre identifiant est changé.",
    "verification": "Votre moyen de double vérification est changé.",
    "session": "L’appareil est déconnecté.",
}


class EmailForm(Form):
    email = EmailField(label="Nouvelle adresse électronique")


class PhoneForm(Form):
    phone = MobileField(label="Nouveau téléphone portable")


class IdentifierForm(Form):
    login = TextField(
        label="Nouvel identifiant", autocomplete="username", spellcheck=False, max_length=100,
        help_text="8 à 100 caractères : lettres sans accent, chiffres, point, tiret, tiret bas.",
    )  # fmt: skip


class NewPasswordForm(Form):
    password = PasswordField(
        new=True,
        label="Nouveau mot de passe",
        help_text="9 caractères au moins : minuscule, majuscule, chiffre et caractère spécial.",
    )


class PasskeyForm(Form):
    label = TextField(
        label="Nom de cette clé", required=False, max_length=60, help_text="Par exemple : mon téléphone."
    )


def account_of(request: HttpRequest) -> people.AccountCard:
    """Return the account of who is in."""
    return people.get_account(visitor_of(request).account_id)


@requires()
def security(request: HttpRequest) -> HttpResponse:
    """Everything at a glance: identifier, contacts, second factor, sessions and devices."""
    visitor, card = visitor_of(request), account_of(request)
    live = people.devices.list_sessions(card.id)
    context = {
        "breadcrumb": [("Accueil", "/"), ("Sécurité", "")],
        "card": card,
        "pairs": _pairs(card),
        "sessions": [
            (session, METHODS.get(session.method, ""), session.id == visitor.session_id) for session in live
        ],
        "devices": people.devices.list_devices(card.id),
        "this_device": next((one.device_id for one in live if one.id == visitor.session_id), None),
        "passkeys": people.factors.list_passkeys(card.id),
        "done": DONE.get(request.GET.get("fait", ""), ""),
    }
    return render(request, "portal/security/security.html", context)


def _pairs(card: people.AccountCard) -> list[tuple[str, str, str, str]]:
    pairs = [
        ("Identifiant", card.login, reverse("portal:security_login"), "Changer l’identifiant"),
        ("Mot de passe", "••••••••", reverse("portal:security_password"), "Changer le mot de passe"),
        (
            "Adresse électronique",
            card.email or "Aucune",
            reverse("portal:security_email"),
            "Changer l’adresse",
        ),
        (
            "Téléphone portable",
            card.phone or "Aucun",
            reverse("portal:security_phone"),
            "Changer le téléphone",
        ),
        (
            "Double vérification",
            METHODS[card.factor],
            reverse("portal:security_factor"),
            "Choisir un autre moyen",
        ),
    ]
    if people.franceconnect.is_offered():
        linked = "Relié" if people.franceconnect.find_link(card.id) else "Non relié"
        pairs.append(("FranceConnect", linked, reverse("portal:franceconnect_link"), "Relier ou détacher"))
    return pairs


# -- contacts: the new one is confirmed by a code, the old one is told


@requires(fresh=True)
def email(request: HttpRequest) -> HttpResponse:
    """A new e-mail address."""
    return _propose(request, "email", EmailForm)


@requires(fresh=True)
def email_code(request: HttpRequest) -> HttpResponse:
    """The code sent to the new address."""
    return _confirm(request, "email", "adresse")


@requires(fresh=True)
def phone(request: HttpRequest) -> HttpResponse:
    """A new telephone."""
    return _propose(request, "phone", PhoneForm)


@requires(fresh=True)
def phone_code(request: HttpRequest) -> HttpResponse:
    """The code sent to the new telephone."""
    return _confirm(request, "phone", "telephone")


def _propose(request: HttpRequest, field: str, form_class: type[Form]) -> HttpResponse:
    form, session_id = form_class(posted(request)), visitor_of(request).session_id

    def act() -> None:
        people.changes.propose_contact(
            account_of(request), field, form.cleaned_data[field], session_id=session_id
        )

    if _acts(request, form, act):
        return HttpResponseRedirect(reverse(f"portal:security_{field}_code"))
    return render(request, "portal/security/contact.html", {"form": form, "field": field})


def _confirm(request: HttpRequest, field: str, done: str) -> HttpResponse:
    form, session_id = CodeForm(posted(request)), visitor_of(request).session_id
    value = people.changes.find_proposed(field, session_id=session_id)
    if value is None:
        return HttpResponseRedirect(reverse(f"portal:security_{field}"))

    def act() -> None:
        if not people.changes.confirm_contact(
            account_of(request), field, form.cleaned_data["code"], session_id=session_id
        ):
            raise people.CredentialError("code", _WRONG_CODE)

    if _acts(request, form, act):
        return _done(done)
    return render(
        request, "portal/security/contact_code.html", {"form": form, "field": field, "value": value}
    )


# -- identifier and password


@requires(fresh=True)
def identifier(request: HttpRequest) -> HttpResponse:
    """Another identifier."""
    form = IdentifierForm(posted(request))
    if _acts(
        request, form, lambda: people.changes.change_login(account_of(request), form.cleaned_data["login"])
    ):
        return _done("identifiant")
    return render(request, "portal/security/identifier.html", {"form": form})


@requires(fresh=True)
def password(request: HttpRequest) -> HttpResponse:
    """Another password."""
    form, session_id = NewPasswordForm(posted(request)), visitor_of(request).session_id

    def act() -> None:
        people.changes.change_password(
            account_of(request), form.cleaned_data["password"], session_id=session_id
        )

    if _acts(request, form, act):
        return _done("mot-de-passe")
    return render(request, "portal/security/password.html", {"form": form})


# -- second factor


@requires(fresh=True)
def factor(request: HttpRequest) -> HttpResponse:
    """Which second factor; codes by message are chosen here, by POST."""
    card, form = account_of(request), Form(posted(request))
    if _acts(request, form, lambda: people.changes.choose_codes(card)):
        return _done("verification")
    context = {"form": form, "card": card, "passkeys": people.factors.list_passkeys(card.id)}
    return render(request, "portal/security/factor.html", context)


@requires(fresh=True)
def totp(request: HttpRequest) -> HttpResponse:
    """An application of codes: scan, then give its first code."""
    card, form, session_id = (
        account_of(request),
        CodeForm(posted(request)),
        visitor_of(request).session_id,
    )

    def act() -> None:
        if not people.changes.choose_totp(card, form.cleaned_data["code"], session_id=session_id):
            raise people.CredentialError(
                "code", "Ce code n’est pas le bon. Vérifiez l’heure de votre téléphone."
            )

    if _acts(request, form, act):
        return _done("verification")
    secret = people.changes.totp_secret(card, session_id=session_id)
    uri = people.factors.secret_uri(secret, card.login)
    context = {
        "form": form,
        "secret": secret,
        "secret_in_groups": people.factors.in_groups(secret),
        "qr": people.factors.qr_image(uri),
    }
    return render(request, "portal/security/totp.html", context)


@requires(fresh=True)
def passkey(request: HttpRequest) -> HttpResponse:
    """A passkey: the browser makes it, the service keeps its public key."""
    card, form, session_id = (
        account_of(request),
        PasskeyForm(posted(request)),
        visitor_of(request).session_id,
    )

    def act() -> None:
        people.changes.choose_passkey(
            card, request.POST.get("credential", ""), label=form.cleaned_data["label"], session_id=session_id
        )

    if _acts(request, form, act):
        return _done("verification")
    options = people.changes.passkey_options(card, session_id=session_id)
    return render(request, "portal/security/passkey.html", {"form": form, "options": options})


@requires(fresh=True)
@require_POST
def passkey_remove(request: HttpRequest, passkey_id: UUID) -> HttpResponse:
    """Remove a passkey."""
    card, form = account_of(request), Form(request.POST)
    if _acts(request, form, lambda: people.changes.remove_passkey(card, passkey_id)):
        return _done("verification")
    context = {"form": form, "card": card, "passkeys": people.factors.list_passkeys(card.id)}
    return render(request, "portal/security/factor.html", context)


# -- sessions and devices: shutting something out asks for no new proof


@requires()
@require_POST
def session_end(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End one of one's own sessions."""
    if not people.devices.revoke_session(account_of(request), session_id):
        raise Http404
    return _done("session")


@requires()
@require_POST
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """End every session but this one."""
    people.devices.revoke_others(account_of(request), but=visitor_of(request).session_id)
    return _done("session")


@requires()
@require_POST
def device_forget(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Forget a browser: its sessions end, and its next login is told as new."""
    if not people.devices.revoke_device(account_of(request), device_id):
        raise Http404
    return _done("session")


def _acts(request: HttpRequest, form: Form, act: Callable[[], object]) -> bool:
    """Run an action on a posted, valid form; what it refuses becomes the form's error."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act()
    except people.CredentialError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message_fr)
    except (people.FrozenError, people.TooSoonError, people.TooManyError) as error:
        form.add_error(None, error.message_fr)
    else:
        return True
    return False


def _done(what: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('portal:security')}?fait={what}")
