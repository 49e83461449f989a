"""The simulator's pages and endpoints. Pages speak French; endpoints speak the RFCs."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from carnet.platform.http import public
from carnet.sandbox import franceconnect as provider
from carnet.sandbox.franceconnect import PROVIDER
from carnet.sandbox.provider import Authorization
from carnet.sandbox.provider_views import (
    answer,
    authorization_of,
    back,
    carry,
    denied,
    end,
    read_request,
    refuse_doubles,
)
from carnet.ui.forms import Form, Option

_LEVELS = {
    "eidas1": Option("Faible (eidas1)", hint="Un identifiant et un mot de passe suffisent."),
    "eidas2": Option("Substantiel (eidas2, FranceConnect+)", hint="Une application sur un téléphone."),
    "eidas3": Option("Élevé (eidas3)", hint="Une carte d’identité électronique."),
}
_REFUSED = "sandbox/franceconnect/refused.html"
_DATA = {
    "given_name": "Prénoms", "family_name": "Nom de naissance", "birthdate": "Date de naissance",
    "gender": "Sexe", "birthplace": "Lieu de naissance (code INSEE)", "birthcountry": "Pays (code INSEE)",
    "email": "Adresse électronique",
}  # fmt: skip


class IdentityForm(Form):
    """Whose identity, proven how surely."""

    login = forms.ChoiceField(label="Qui êtes-vous ?", widget=forms.RadioSelect)
    level = forms.ChoiceField(label="Niveau de l’identité numérique", widget=forms.RadioSelect)

    def __init__(self, authorization: Authorization, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].choices = [(one.login, _named(one)) for one in provider.list_identities()]  # type: ignore[attr-defined]
        self.fields["level"].choices = [(level, _LEVELS[level]) for level in authorization.levels]  # type: ignore[attr-defined]
        self.fields["level"].initial = authorization.acr


@public
@require_safe
def configuration(_request: HttpRequest) -> HttpResponse:
    """The discovery document."""
    return JsonResponse(provider.metadata())


@public
@require_safe
def jwks(_request: HttpRequest) -> HttpResponse:
    """The public key."""
    return JsonResponse(PROVIDER.jwks())


@public
@require_GET
@never_cache
def authorize(request: HttpRequest) -> HttpResponse:
    """The first page: who are you? A request that is not good goes back to the client with its error."""
    found = read_request(request, PROVIDER, _REFUSED)
    if isinstance(found, HttpResponse):
        return found
    return _identity_page(request, found, IdentityForm(found))


@public
@require_POST
@never_cache
def identify(request: HttpRequest) -> HttpResponse:
    """An identity was chosen: what will be given to the client, yes or no?"""
    authorization = authorization_of(PROVIDER.unseal("page", request.POST.get("page", "")))
    if authorization is None:
        return _expired(request)
    if "cancel" in request.POST:
        return denied(PROVIDER, authorization)
    form = IdentityForm(authorization, request.POST)
    if not form.is_valid():
        return _identity_page(request, authorization, form)
    identity = provider.find_identity(form.cleaned_data["login"])
    assert identity is not None, "the form offers only identities that exist"
    facts = asdict(authorization) | {"login": identity.login, "level": form.cleaned_data["level"]}
    context = {
        "page": carry(PROVIDER, facts, "consent"),
        "given": [(label, _said(identity, name)) for name, label in _DATA.items()],
    }
    return render(request, "sandbox/franceconnect/consent.html", context)


@public
@require_POST
@never_cache
def consent(request: HttpRequest) -> HttpResponse:
    """The answer: back to the client with a code, or with a refusal."""
    facts = PROVIDER.unseal("consent", request.POST.get("page", ""))
    authorization = authorization_of(facts)
    identity = provider.find_identity(facts["login"]) if facts else None
    if facts is None or authorization is None or identity is None:
        return _expired(request)
    if "cancel" in request.POST:
        return denied(PROVIDER, authorization)
    code = provider.issue_code(authorization, identity, acr=facts["level"])
    return back(PROVIDER, authorization.redirect_uri, authorization.state, code=code)


@public
@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """The token endpoint, called by the client's server."""

    def make() -> HttpResponse:
        refuse_doubles(request.POST)
        return JsonResponse(provider.exchange(request.POST.dict(), request.headers.get("Authorization", "")))

    return answer(make, "Basic", PROVIDER.name)


@public
@csrf_exempt
@require_GET
def userinfo(request: HttpRequest) -> HttpResponse:
    """The identity, signed."""

    def make() -> HttpResponse:
        signed = provider.userinfo(request.headers.get("Authorization", ""))
        return HttpResponse(signed, content_type="application/jwt")

    return answer(make, "Bearer", PROVIDER.name)


@public
@require_GET
@never_cache
def end_session(request: HttpRequest) -> HttpResponse:
    """The end of a session: back to the client."""
    return end(request, PROVIDER, _REFUSED)


def _identity_page(request: HttpRequest, authorization: Authorization, form: IdentityForm) -> HttpResponse:
    page = carry(PROVIDER, asdict(authorization))
    context = {"form": form, "page": page, "nobody": not provider.list_identities()}
    return render(request, "sandbox/franceconnect/identity.html", context)


def _expired(request: HttpRequest) -> HttpResponse:
    return render(request, _REFUSED, {"what": "page"}, status=400)


def _said(identity: provider.Identity, name: str) -> str:
    """Say one claim to a person."""
    match name:
        case "birthdate":
            return _day(identity)
        case "gender":
            return "Féminin" if identity.gender == "female" else "Masculin"
    return identity.claims[name] or "—"


def _named(identity: provider.Identity) -> Option:
    hint = f"{identity.login}, {_day(identity)}"
    return Option(f"{identity.given_names} {identity.family_name}", hint=hint)


def _day(identity: provider.Identity) -> str:
    return "/".join(reversed(identity.birth_date.split("-")))
