"""What every page of the professional has in common: who she is, her menu, whose record she looks at.

A patient stands in an address as a token of this session, never as a number (carnet.platform.pointers).
"""

from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from carnet.access import api as access
from carnet.access.api import EmergencyCard, Mode
from carnet.directory.api import ProVisitor
from carnet.platform.clock import PARIS
from carnet.platform.pointers import follow, point
from carnet.pro.middleware import professional_of
from carnet.ui.page import Banner, NavItem, Practice

LOOK_SECONDS: Final = 12 * 60 * 60
PATIENT: Final = "carnet.pro.patient"
SECRETARY: Final = "SECRETARIAT_MEDICAL"
FOUND: Final = "carnet.pro.found"
_TRAINING: Final = "Mode entraînement : les patients de cette page sont inventés."
_SECRETLY: Final = "Connexion secrète : ce que vous déposez et consultez n’est pas montré aux parents."
_MENU: Final = (
    ("pro:day", "Ma journée", "home"),
    ("pro:patients", "Patients", "people"),
    ("pro:enter", "Nouveau patient", "plus"),
    ("pro:help", "Aide", "help"),
)
_MENU_OF_SECRETARY: Final = (("pro:desk", "Déposer", "upload"), ("pro:help", "Aide", "help"))
"""She reads nothing: the other pages would refuse her."""


def show(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Render a page of the room with its menu."""
    return render(request, template, _frame(request) | context, status=status)


def sign(person_id: UUID, visitor: ProVisitor) -> str:
    """Return the token of a patient for the addresses of this session, as she acts now."""
    return point(person_id, visitor.session_id, what=_as_she_acts(PATIENT, visitor))


def read(token: str, visitor: ProVisitor) -> UUID:
    """Return the person that a token names; raises Http404 when it is not this session's, or too old."""
    return follow(token, visitor.session_id, what=_as_she_acts(PATIENT, visitor), seconds=LOOK_SECONDS)


def _as_she_acts(what: str, visitor: ProVisitor) -> str:
    """Bind a token to the place, the secret connection and the training mode under which it was given.

    A form that is open in another window is not sent from another place, nor what was typed in confidence
    once the connection is open again.
    """
    place = visitor.place.id if visitor.place else ""
    return f"{what}:{place}:{visitor.secret}:{visitor.training}"


def sign_found(person_id: UUID, visitor: ProVisitor) -> str:
    """Return the token of whom a search for an emergency found, by no more than a name and a date of birth.

    It leads to the reason of an emergency and to nothing else: to consent aloud, to bring a document, she
    must be named as on any other day.
    """
    return point(person_id, visitor.session_id, what=_as_she_acts(FOUND, visitor))


def read_found(token: str, visitor: ProVisitor) -> UUID:
    """Return the person that a token names, of a patient or of somebody found; raises Http404 as `read`."""
    try:
        return follow(token, visitor.session_id, what=_as_she_acts(FOUND, visitor), seconds=LOOK_SECONDS)
    except Http404:
        return read(token, visitor)


def _frame(request: HttpRequest) -> dict[str, Any]:
    visitor = professional_of(request)
    menu = _MENU_OF_SECRETARY if visitor.professional.profession == SECRETARY else _MENU
    return {
        "ui_nav": [item for name, label, icon in menu if (item := _item(request, name, label, icon))],
        "ui_practice": _practice(visitor),
        "ui_account": None,
        "ui_space": None,
        "ui_banner": banner_of(request, visitor),
        "professional": visitor,
    }


_MODES: Final = {
    Mode.BREAK_GLASS: "Accès en urgence",
    Mode.REGULATION: "Accès du médecin régulateur du SAMU",
}


def banner_of(request: HttpRequest, visitor: ProVisitor) -> Banner | None:
    """Say on every page about a patient that she is in by emergency (facts/mes.md 4.3).

    Which patient, the address says; a view that has asked already left the answer on the request.
    """
    token = request.resolver_match.kwargs.get("token") if request.resolver_match else None
    if not token or visitor.place is None:
        return None
    found: EmergencyCard | None
    if hasattr(request, "carnet_emergency"):
        found = request.carnet_emergency
    else:
        found = access.find_emergency(read_found(token, visitor), by=visitor.actor)
    if found is None:
        return None
    until = found.until.astimezone(PARIS)
    return Banner(
        text=f"{_MODES[found.mode]}, jusqu’à {until.hour} h {until:%M}.",
        detail="La personne et son médecin traitant en sont informés. Cet accès sera contrôlé.",
        action_href=reverse("pro:emergency_end", args=[token]),
        action="Terminer l’accès",
    )


def _practice(visitor: ProVisitor) -> Practice:
    notes = ((visitor.training, _TRAINING), (visitor.secret, _SECRETLY))
    return Practice(
        name=visitor.professional.name,
        place=visitor.place.structure_name if visitor.place else "",
        logout_href=reverse("pro:logout"),
        change_href=reverse("pro:place"),
        notes=tuple(words for on, words in notes if on),
    )


def _item(request: HttpRequest, name: str, label: str, icon: str) -> NavItem | None:
    try:
        href = reverse(name)
    except NoReverseMatch:
        return None
    return NavItem(label, href, icon, current=request.path == href)
