"""The pages and endpoints of the Pro Santé Connect simulator. It asks only whom one is."""

from dataclasses import asdict
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from carnet.platform.http import public
from carnet.sandbox import psc
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
from carnet.sandbox.psc import PROVIDER
from carnet.ui.forms import Form, Option

_REFUSED: Final = "sandbox/psc/refused.html"


class IdentityForm(Form):
    """Whose card is in the reader."""

    login = forms.ChoiceField(label="Qui êtes-vous ?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].choices = [  # type: ignore[attr-defined]
            (one.login, Option(one.name, hint=f"{one.login} : {one.use}")) for one in psc.list_identities()
        ]


@public
@require_safe
def configuration(_request: HttpRequest) -> HttpResponse:
    """The discovery document, under its own name."""
    return JsonResponse(psc.metadata())


@public
@require_safe
def jwks(_request: HttpRequest) -> HttpResponse:
    """The public key."""
    return JsonResponse(PROVIDER.jwks())


@public
@require_GET
@never_cache
def authorize(request: HttpRequest) -> HttpResponse:
    """The page of the wallet: who are you?"""
    found = read_request(request, PROVIDER, _REFUSED)
    return found if isinstance(found, HttpResponse) else _page(request, found, IdentityForm())


@public
@require_POST
@never_cache
def identify(request: HttpRequest) -> HttpResponse:
    """The answer: back to the client with a code, or with a refusal."""
    authorization = authorization_of(PROVIDER.unseal("page", request.POST.get("page", "")))
    if authorization is None:
        return render(request, _REFUSED, {"what": "page"}, status=400)
    if "cancel" in request.POST:
        return denied(PROVIDER, authorization)
    form = IdentityForm(request.POST)
    if not form.is_valid():
        return _page(request, authorization, form)
    code = PROVIDER.issue_code(authorization, form.cleaned_data["login"], acr=authorization.acr)
    return back(PROVIDER, authorization.redirect_uri, authorization.state, code=code)


@public
@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """The token endpoint, called by the client's server."""

    def make() -> HttpResponse:
        refuse_doubles(request.POST)
        return JsonResponse(psc.exchange(request.POST.dict(), request.headers.get("Authorization", "")))

    return answer(make, "Basic", PROVIDER.name)


@public
@csrf_exempt
@require_GET
def userinfo(request: HttpRequest) -> HttpResponse:
    """The claims, as JSON."""
    return answer(
        lambda: JsonResponse(psc.userinfo(request.headers.get("Authorization", ""))), "Bearer", PROVIDER.name
    )


@public
@require_GET
@never_cache
def end_session(request: HttpRequest) -> HttpResponse:
    """The end of a session: back to the client."""
    return end(request, PROVIDER, _REFUSED)


def _page(request: HttpRequest, authorization: Authorization, form: IdentityForm) -> HttpResponse:
    page = carry(PROVIDER, asdict(authorization))
    context = {"form": form, "page": page, "nobody": not psc.list_identities(), "ui_nav": ()}
    return render(request, "sandbox/psc/identity.html", context)
