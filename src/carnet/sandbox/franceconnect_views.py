"""The simulator's pages and endpoints. Pages speak French; endpoints speak the RFCs."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from carnet.platform.http import public
from carnet.sandbox import franceconnect as provider
from carnet.ui.forms import Form, Option

_LEVELS = {
    "eidas1": Option("Faible (eidas1)", hint="Un identifiant et un mot de passe suffisent."),
    "eidas2": Option("Substantiel (eidas2, FranceConnect+)", hint="Une application sur un téléphone."),
    "eidas3": Option("Élevé (eidas3)", hint="Une carte d’identité électronique."),
}
_DATA = {
    "given_name": "Prénoms", "family_name": "Nom de naissance", "birthdate": "Date de naissance",
    "gender": "Sexe", "birthplace": "Lieu de naissance (code INSEE)", "birthcountry": "Pays (code INSEE)",
    "email": "Adresse électronique",
}  # fmt: skip


class IdentityForm(Form):
    """Whose identity, proven how surely."""

    login = forms.ChoiceField(label="Qui êtes-vous ?", widget=forms.RadioSelect)
    level = forms.ChoiceField(label="Niveau de l’identité numérique", widget=forms.RadioSelect)

    def __init__(self, authorization: provider.Authorization, *args: Any, **kwargs: Any) -> None:
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
    return JsonResponse(provider.jwks())


@public
@require_GET
@never_cache
def authorize(request: HttpRequest) -> HttpResponse:
    """The first page: who are you? A request that is not good goes back to the client with its error."""
    try:
        redirect_uri = provider.read_client(request.GET.dict())
    except provider.UntrustedClientError as error:
        return render(request, "sandbox/franceconnect/refused.html", {"what": str(error)}, status=400)
    state = request.GET.get("state", "")
    try:
        _refuse_doubles(request.GET)
        authorization = provider.read_authorization(request.GET.dict())
    except provider.RefusedError as error:
        return _back(redirect_uri, state, error=error.error, error_description=error.description)
    return _identity_page(request, authorization, IdentityForm(authorization))


@public
@require_POST
@never_cache
def identify(request: HttpRequest) -> HttpResponse:
    """An identity was chosen: what will be given to the client, yes or no?"""
    authorization = _authorization(provider.unseal("page", request.POST.get("page", "")))
    if authorization is None:
        return _expired(request)
    if "cancel" in request.POST:
        return _denied(authorization)
    form = IdentityForm(authorization, request.POST)
    if not form.is_valid():
        return _identity_page(request, authorization, form)
    identity = provider.find_identity(form.cleaned_data["login"])
    assert identity is not None, "the form offers only identities that exist"
    facts = asdict(authorization) | {"login": identity.login, "level": form.cleaned_data["level"]}
    context = {
        "page": provider.seal("consent", provider.PAGE_SECONDS, facts),
        "given": [(label, _said(identity, name)) for name, label in _DATA.items()],
    }
    return render(request, "sandbox/franceconnect/consent.html", context)


@public
@require_POST
@never_cache
def consent(request: HttpRequest) -> HttpResponse:
    """The answer: back to the client with a code, or with a refusal."""
    facts = provider.unseal("consent", request.POST.get("page", ""))
    authorization = _authorization(facts)
    identity = provider.find_identity(facts["login"]) if facts else None
    if facts is None or authorization is None or identity is None:
        return _expired(request)
    if "cancel" in request.POST:
        return _denied(authorization)
    code = provider.issue_code(authorization, identity, acr=facts["level"])
    return _back(authorization.redirect_uri, authorization.state, code=code)


@public
@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """The token endpoint, called by the client's server."""

    def answer() -> HttpResponse:
        _refuse_doubles(request.POST)
        return JsonResponse(provider.exchange(request.POST.dict(), request.headers.get("Authorization", "")))

    return _answer(answer, "Basic")


@public
@csrf_exempt
@require_GET
def userinfo(request: HttpRequest) -> HttpResponse:
    """The identity, signed."""

    def answer() -> HttpResponse:
        signed = provider.userinfo(request.headers.get("Authorization", ""))
        return HttpResponse(signed, content_type="application/jwt")

    return _answer(answer, "Bearer")


@public
@require_GET
@never_cache
def end_session(request: HttpRequest) -> HttpResponse:
    """The end of a session: back to the client."""
    try:
        back_to = provider.read_logout(request.GET.dict())
    except provider.RefusedError as error:
        return render(
            request, "sandbox/franceconnect/refused.html", {"what": error.description}, status=error.status
        )
    state = request.GET.get("state", "")
    return HttpResponseRedirect(f"{back_to}?{urlencode({'state': state})}" if state else back_to)


def _answer(make: Callable[[], HttpResponse], scheme: str) -> HttpResponse:
    """Return an answer, or its refusal as JSON, never kept by anybody (RFC 6749, 5.1 and 5.2)."""
    try:
        response = make()
    except provider.RefusedError as error:
        facts = {"error": error.error, "error_description": error.description}
        response = JsonResponse(facts, status=error.status)
        if error.status == 401:  # noqa: PLR2004 - RFC 9110, 15.5.2
            response["WWW-Authenticate"] = f'{scheme} realm="franceconnect", error="{error.error}"'
    response["Cache-Control"] = "no-store"
    response["Pragma"] = "no-cache"
    return response


def _identity_page(
    request: HttpRequest, authorization: provider.Authorization, form: IdentityForm
) -> HttpResponse:
    page = provider.seal("page", provider.PAGE_SECONDS, asdict(authorization))
    context = {"form": form, "page": page, "nobody": not provider.list_identities()}
    return render(request, "sandbox/franceconnect/identity.html", context)


def _authorization(facts: Mapping[str, Any] | None) -> provider.Authorization | None:
    names = provider.Authorization.__dataclass_fields__
    return provider.Authorization(**{name: facts[name] for name in names}) if facts else None


def _denied(authorization: provider.Authorization) -> HttpResponse:
    return _back(
        authorization.redirect_uri,
        authorization.state,
        error="access_denied",
        error_description="the person has refused",
    )


def _back(redirect_uri: str, state: str, **facts: str) -> HttpResponse:
    """Send the browser back with the issuer's name (RFC 9207)."""
    query = facts | ({"state": state} if state else {}) | {"iss": provider.issuer()}
    return HttpResponseRedirect(f"{redirect_uri}?{urlencode(query)}")


def _refuse_doubles(query: QueryDict) -> None:
    if any(len(values) > 1 for _, values in query.lists()):
        raise provider.RefusedError("invalid_request", "a parameter is given twice")


def _expired(request: HttpRequest) -> HttpResponse:
    return render(request, "sandbox/franceconnect/refused.html", {"what": "page"}, status=400)


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
