"""The patients of a professional: whose care team she is of, who consented today, whom she visited there."""

from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from carnet.access import api as access
from carnet.access.api import Basis, PatientCard
from carnet.directory.api import ProVisitor
from carnet.people import api as people
from carnet.people.api import PersonCard
from carnet.platform.clock import PARIS
from carnet.platform.http import requires
from carnet.pro.entering import place_of
from carnet.pro.guard import held
from carnet.pro.middleware import professional_of
from carnet.pro.page import read, show, sign
from carnet.standards.ins import TEST_OIDS
from carnet.ui.forms import Form, TextField

PAGE: Final = 25
_FOUND: Final = 50
_MOST_SEARCHED: Final = 10_000
_TIES: Final = {
    Basis.TREATING: "médecin traitant",
    Basis.TEAM: "équipe de soins",
    Basis.DECLARED: "équipe de soins, déclarée",
}
_DONE: Final = {"fin": "C’est terminé : vous ne lisez plus ce dossier. La personne le voit dans son espace."}


class NameForm(Form):
    """The beginning of a name; posted, so that no name stands in an address."""

    name = TextField(label="Chercher parmi mes patients", max_length=100, spellcheck=False)

    def clean_name(self) -> str:
        """Return what was typed; less than two letters would list everybody."""
        typed = str(self.cleaned_data["name"]).strip()
        if len(typed) < 2:  # noqa: PLR2004
            raise forms.ValidationError("Tapez au moins deux lettres.")
        return typed


@requires(kinds=("professional",))
@require_http_methods(["GET", "HEAD", "POST"])
@held
def patients(request: HttpRequest) -> HttpResponse:
    """Her patients, the latest seen first, by pages; or those whose name begins so."""
    visitor = professional_of(request)
    form = NameForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        rows, following = _found(visitor, form.cleaned_data["name"]), ""
    else:
        rows, following = _page(visitor, request.GET.get("apres", ""))
    context = {
        "form": form,
        "rows": rows,
        "searched": form.is_bound and form.is_valid(),
        "next": following,
        "first": reverse("pro:patients") if request.GET.get("apres") else "",
        "done": _DONE.get(request.GET.get("fait", ""), ""),
    }
    return show(request, "pro/entering/patients.html", context)


def _page(visitor: ProVisitor, after: str) -> tuple[list[dict[str, Any]], str]:
    found = access.list_patients(
        visitor.professional.id, structure=place_of(visitor).structure,
        after=read(after, visitor) if after else None, limit=PAGE + 1,
    )  # fmt: skip
    shown = found[:PAGE]
    following = ""
    if len(found) > PAGE:
        following = "?" + urlencode({"apres": sign(shown[-1].person_id, visitor)})
    cards = people.find_persons([one.person_id for one in shown])
    return _rows(shown, cards, visitor), following


def _found(visitor: ProVisitor, name: str) -> list[dict[str, Any]]:
    ties = access.list_patients(
        visitor.professional.id, structure=place_of(visitor).structure, limit=_MOST_SEARCHED
    )
    named = people.find_named([one.person_id for one in ties], name, limit=_FOUND)
    by_id = {one.person_id: one for one in ties}
    return _rows([by_id[card.id] for card in named], {card.id: card for card in named}, visitor)


def _rows(
    found: list[PatientCard], cards: dict[UUID, PersonCard], visitor: ProVisitor
) -> list[dict[str, Any]]:
    return [
        {
            "title": cards[one.person_id].display_name,
            "text": f"{'Né' if cards[one.person_id].sex == 'M' else 'Née'} le"
            f" {cards[one.person_id].birth_date:%d/%m/%Y}",
            "meta": _meta(one),
            "href": reverse("pro:record", args=[sign(one.person_id, visitor)]),
            "leave": reverse("pro:leave", args=[sign(one.person_id, visitor)]) if one.may_leave else "",
        }
        for one in found
        if one.person_id in cards and shows(cards[one.person_id], visitor)
    ]


def shows(card: PersonCard, visitor: ProVisitor) -> bool:
    """Say whether a list names a person: in training nobody real stands where all are said to be invented."""
    return not visitor.training or card.oid in TEST_OIDS


def _meta(one: PatientCard) -> str:
    ties = [_TIES[basis] for basis in one.bases]
    if one.consent_until:
        until = one.consent_until.astimezone(PARIS)
        ties.append(f"consentement jusqu’au {until:%d/%m} à {until.hour} h {until:%M}")
    if one.visited_at:
        ties.append(f"vu le {one.visited_at.astimezone(PARIS):%d/%m/%Y}")
    return ", ".join(ties)
