"""A patient's page opened from the professional's software, by an id that serves once (docs/entering.md)."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from carnet.access import api as access
from carnet.access.api import EntryRefused
from carnet.directory import api as directory
from carnet.platform.http import requires
from carnet.pro.entering import place_of, remedies_of, to_record
from carnet.pro.middleware import professional_of
from carnet.pro.page import show, sign


@requires(kinds=("professional",))
@require_http_methods(["GET"])
def launch(request: HttpRequest) -> HttpResponse:
    """Spend a launch and go to the record, or say as what she enters; another place is changed first."""
    visitor, token = professional_of(request), request.GET.get("launch", "")[:200]
    place = place_of(visitor)
    wanted = access.find_launch_structure(token, professional_id=visitor.professional.id)
    if wanted and wanted != place.structure:
        return _change_place(request, wanted)
    try:
        launched = access.open_launch(token, by=visitor.actor)
    except EntryRefused as refused:
        context = {
            "refused": refused, "explained": refused.scope is not None, "remedies": remedies_of(refused),
        }  # fmt: skip
        return show(request, "pro/entering/launch_refused.html", context, status=403)
    directory.sessions.set_software(visitor.session_id, launched.client_id)
    directory.note_equipment(visitor.professional.id, place.structure, launched.client_id)
    signed = sign(launched.person_id, visitor)
    if launched.entered:
        return to_record(signed)
    return HttpResponseRedirect(reverse("pro:enter_as", args=[signed]))


def _change_place(request: HttpRequest, wanted: str) -> HttpResponse:
    """The software acts in one structure: she says that she acts there too, and the launch goes on."""
    back = urlencode({"suite": request.get_full_path()})
    context = {
        "structure": directory.name_structures([wanted]).get(wanted, wanted),
        "href": f"{reverse('pro:place')}?{back}",
    }
    return show(request, "pro/entering/other_place.html", context, status=409)
