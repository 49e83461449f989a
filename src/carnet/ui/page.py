"""What a page hands to the base templates: navigation, account, space shown, ribbon, timeline entries.

Plain values: a view builds them, a template shows them. All texts are escaped where they are shown.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class NavItem:
    """One entry of the main navigation (context ``ui_nav``, a sequence of them)."""

    label: str
    href: str
    icon: str = ""
    current: bool = False
    count: int = 0  # what waits there (unread notices); nothing is shown for 0


@dataclass(frozen=True)
class Account:
    """Who is logged in (context ``ui_account``). ``logout_href`` receives a POST."""

    name: str
    href: str
    logout_href: str


@dataclass(frozen=True)
class Practice:
    """Which professional is logged in, and where she acts (context ``ui_practice``).

    ``change_href``: where she chooses another place, "" if she has one only. ``notes``: modes that she must
    not forget (secret connection, training). ``logout_href`` receives a POST.
    """

    name: str
    place: str
    logout_href: str
    change_href: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Banner:
    """A band over the whole page that cannot be missed (context ``ui_banner``); the button posts.

    ``text``: what goes on; ``detail``: what follows of it; ``action``: the words of the button that ends it.
    """

    text: str
    detail: str
    action_href: str
    action: str


@dataclass(frozen=True)
class Bell:
    """Where one is told what is new (context ``ui_bell``); ``count`` of what is not read, 0 shows none."""

    href: str
    count: int = 0


@dataclass(frozen=True)
class SpaceChoice:
    """Another space that the account may show; ``value`` is posted as ``space`` to ``Space.switch_href``."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Space:
    """Whose space is shown (context ``ui_space``). ``own`` is False when one acts for somebody else."""

    name: str
    own: bool = True
    note: str = ""
    switch_href: str = ""
    choices: tuple[SpaceChoice, ...] = ()


@dataclass(frozen=True)
class Ribbon:
    """The band above every page of the sandbox (context ``ui_ribbon``): a sentence and some links."""

    text: str
    links: tuple[NavItem, ...] = ()


@dataclass(frozen=True)
class TimelineEntry:
    """One act of the history: when, what, by whom, why.

    ``kind`` is neutral, info, success, warning or error.
    """

    at: datetime
    title: str
    text: str = ""
    by: str = ""
    why: str = ""
    icon: str = "history"
    kind: str = "neutral"
    href: str = ""
