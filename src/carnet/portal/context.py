"""What every page shows beside its content: menu, account, whose space, the sandbox's ribbon."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from carnet.access.api import is_minor, list_profiles
from carnet.people.api import PersonCard, Visitor
from carnet.platform import clock
from carnet.portal.space import find_url
from carnet.ui.page import Account, Bell, NavItem, Ribbon, Space, SpaceChoice

_MENU = (
    ("home", "Accueil", "home"),
    ("documents", "Documents", "document"),
    ("profile", "Profil", "heart"),
    ("measures", "Mesures", "pulse"),
    ("security", "Mon compte", "account"),
)
_PUBLIC_MENU = (
    ("home", "Accueil", "home"),
    ("activate", "Activer", "key"),
    ("object", "M’opposer", "cross"),
    ("login", "Se connecter", "login"),
    ("help", "Aide", "help"),
)
_SANDBOX_LINKS = (
    ("mailbox", "Courrier reçu"),
    ("clock", "Horloge"),
    ("personas", "Personnages"),
    ("vendors", "Éditeurs"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the context common to all pages: `visitor`, `ui_nav`, `ui_account`, `ui_space`, `ui_ribbon`.

    What costs a statement is lazy: a page that shows no header pays nothing.
    """
    visitor: Visitor | None = getattr(request, "visitor", None)
    context: dict[str, Any] = {"visitor": visitor, "ui_ribbon": _ribbon()}
    if visitor is None:
        return context | {"ui_nav": _menu(request, _PUBLIC_MENU), "ui_account": None, "ui_space": None}
    if visitor.kind != "person":
        return context | {"ui_nav": (), "ui_account": None, "ui_space": None}
    profiles = _Profiles(request, visitor)
    return context | {
        "ui_nav": _menu(request, _MENU),
        "ui_account": SimpleLazyObject(profiles.account),
        "ui_space": SimpleLazyObject(profiles.space),
        "ui_bell": Bell(find_url("notices")),
    }


def profiles_of(request: HttpRequest, visitor: Visitor) -> list[PersonCard]:
    """Return the visitor, those whom she represents and those whom she helps, read once for a request."""
    found: list[PersonCard] | None = getattr(request, "profiles", None)
    if found is None:
        found = list_profiles(visitor.owner_id)
        request.profiles = found  # type: ignore[attr-defined]
    return found


def may_choose(one: PersonCard, owner_id: UUID) -> bool:
    """Say whether a space may be shown: her own, a minor's, that of an adult under protection."""
    return one.id == owner_id or bool(one.protection) or is_minor(one.birth_date, clock.today())


class _Profiles:
    """The visitor and those whom she represents, read once for a page."""

    def __init__(self, request: HttpRequest, visitor: Visitor) -> None:
        self.request = request
        self.visitor = visitor

    def cards(self) -> list[PersonCard]:
        return profiles_of(self.request, self.visitor)

    def account(self) -> Account:
        return Account(self._own().display_name, find_url("security"), find_url("logout"))

    def space(self) -> Space:
        """Return whose space is shown, and those that may be chosen instead."""
        shown = next((one for one in self.cards() if one.id == self.visitor.profile_id), None)
        own = self.visitor.profile_id == self.visitor.owner_id
        other = shown.display_name if shown else "un autre espace"
        return Space(
            name="Mon espace" if own else other,
            own=own,
            note="" if own or shown is None else self._note(shown),
            switch_href=find_url("switch"),
            choices=self._choices(),
        )

    def _choices(self) -> tuple[SpaceChoice, ...]:
        """The other spaces; a child who has come of age is no longer among them."""
        return tuple(
            SpaceChoice(one.display_name, str(one.id), self._note(one))
            for one in self.cards()
            if one.id != self.visitor.profile_id
        )

    def _note(self, one: PersonCard) -> str:
        if one.id == self.visitor.owner_id:
            return "mon espace"
        if not may_choose(one, self.visitor.owner_id):  # an adult under no protection: whom she helps
            return "vous êtes son aidant"
        return f"{'née' if one.sex == 'F' else 'né'} le {one.birth_date:%d/%m/%Y}"

    def _own(self) -> PersonCard:
        return next(one for one in self.cards() if one.id == self.visitor.owner_id)


def _menu(request: HttpRequest, entries: tuple[tuple[str, str, str], ...]) -> tuple[NavItem, ...]:
    found = [(find_url(name), label, icon) for name, label, icon in entries]
    return tuple(
        NavItem(label, href, icon, current=_is_current(request.path, href))
        for href, label, icon in found
        if href
    )


def _is_current(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(href))


def _ribbon() -> Ribbon | None:
    """The band of the sandbox, with the ways to its mailbox, its clock and its people."""
    if not settings.CARNET_SANDBOX:
        return None
    links = [(label, find_url(name, room="sandbox")) for name, label in _SANDBOX_LINKS]
    return Ribbon(
        "Bac à sable : personne n’est réel ici.",
        tuple(NavItem(label, href) for label, href in links if href),
    )
