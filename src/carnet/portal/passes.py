"""Showing a code to a professional, and ending what was consented to (docs/entering.md).

The code is shown by the answer to a POST and stands in no address: who loads the page again gets a new one.
"""

from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from carnet.access import api as access
from carnet.access.api import ShownCode, structure_words
from carnet.directory import api as directory
from carnet.journal.api import EventType, Purpose
from carnet.people.api import factors
from carnet.platform.clock import PARIS
from carnet.portal.space import actor_of, governed, in_space, visitor_of

_DONE: Final = {"fin": "C’est terminé : ce professionnel ne lit plus cet espace à ce titre."}


@require_http_methods(["GET", "HEAD", "POST"])
@governed
@in_space
def code(request: HttpRequest) -> HttpResponse:
    """What a code is for; posted, a new one."""
    visitor = visitor_of(request)
    shown, posted = None, request.method == "POST"
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE if posted else Purpose.CONSULT,
        event=EventType.CODE_SHOWN if posted else EventType.SPACE_CONSULTED,
    ) as a:  # fmt: skip
        if posted:
            shown = access.show_code(a.person_id)
        consents = access.list_consents(a.person_id, with_secret=access.tells_secret(a))
    context: dict[str, Any] = {
        **(_shown(shown) if shown else {}),
        "consents": _lines(consents),
        "done": _DONE.get(request.GET.get("fait", ""), ""),
        "trail": [("Accueil", reverse("portal:home")), ("Montrer un code", "")],
    }
    return render(request, "portal/passes/code.html", context)


@require_POST
@governed
@in_space
def end_consent(request: HttpRequest) -> HttpResponse:
    """End a consent before its time."""
    visitor = visitor_of(request)
    try:
        consent_id = UUID(request.POST.get("consent", ""))
    except ValueError as error:
        raise Http404 from error
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE, event=EventType.CONSENT_ENDED,
        reference=consent_id,
    ) as a:  # fmt: skip
        if not access.end_consent(a.person_id, consent_id=consent_id):
            raise Http404
    return HttpResponseRedirect(f"{reverse('portal:code')}?fait=fin")


def _shown(shown: ShownCode) -> dict[str, str]:
    """The square holds the address where the code is typed: a telephone's camera opens it."""
    base = str(settings.CARNET_BASE_URL).rstrip("/")
    address = f"{base}/pro/entrer/?{urlencode({'code': shown.code})}"
    return {
        "code": shown.code,
        "qr": factors.qr_image(address),
        "until": f"{shown.until.astimezone(PARIS):%H h %M}",
    }


def _lines(consents: list[access.ConsentCard]) -> list[dict[str, str]]:
    names = directory.name_professionals({one.professional_id for one in consents})
    structures = directory.name_structures([one.structure for one in consents])
    return [
        {
            "id": str(one.id),
            "title": names[one.professional_id].name if one.professional_id in names else "Un professionnel",
            "text": structure_words(one.structure, structures.get(one.structure, "")),
            "meta": f"jusqu’au {one.until.astimezone(PARIS):%d/%m/%Y à %H h %M}",
        }
        for one in consents
    ]
