"""Taking the history away: the page that offers the formats, and the file (CSP L1111-19, R1111-43)."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from carnet.access import api as access
from carnet.access.api import HistoryFilters
from carnet.exports import api as exports
from carnet.exports.api import Format
from carnet.journal.api import EventType, Purpose
from carnet.platform import clock
from carnet.portal.documents_forms import Day
from carnet.portal.history_forms import between
from carnet.portal.space import actor_of, governed, in_space, visitor_of
from carnet.ui.forms import Form, Option

_OFFERED: Final = (
    (Format.PDF, "PDF", "À lire, à imprimer, à montrer."),
    (Format.JSON, "JSON", "À ouvrir avec un autre outil : un acte par ligne."),
    (Format.FHIR, "FHIR AuditEvent", "Le format des logiciels de santé."),
)


class ExportForm(Form):
    """In which format, and between which days."""

    format = forms.ChoiceField(
        label="Format",
        widget=forms.RadioSelect,
        choices=[(one.value, Option(label, hint=hint)) for one, label, hint in _OFFERED],
        initial=Format.PDF.value,
    )
    du = Day(label="Du")
    au = Day(label="Au")

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("du"), cleaned.get("au")
        if first and last and first > last:
            self.add_error("au", "Cette date doit suivre la première.")
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
@governed
@in_space
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Choose, then receive the file. It changes nothing but the history, which tells that it was taken."""
    form = ExportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _file(request, form)
    trail = [
        ("Accueil", reverse("portal:home")),
        ("Historique", reverse("portal:history")),
        ("Télécharger", ""),
    ]
    context = {"form": form, "back": reverse("portal:history"), "trail": trail}
    return render(request, "portal/history/export.html", context)


def _file(request: HttpRequest, form: ExportForm) -> StreamingHttpResponse:
    visitor, chosen = visitor_of(request), Format(form.cleaned_data["format"])
    filters = HistoryFilters(**between(form.cleaned_data["du"], form.cleaned_data["au"]))
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=EventType.HISTORY_EXPORTED
    ) as a:
        history = exports.read_history(a, filters)
    response = StreamingHttpResponse(exports.write_history(history, chosen), content_type=chosen.media_type)
    name = f"historique-{clock.today():%Y-%m-%d}.{chosen.suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
