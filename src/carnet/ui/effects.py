"""What a change makes of each of those who look at a record: values for the component `ui_effects`."""

from dataclasses import dataclass, field
from typing import Final

BADGES: Final = {
    "less": ("Verra moins", "warning"),
    "none": ("Ne verra plus rien", "error"),
    "more": ("Verra plus", "info"),
    "other": ("Autre titre d’accès", "neutral"),
    "same": ("Rien ne change", "neutral"),
}


@dataclass(frozen=True)
class EffectLine:
    """One who looks. `kind`: less, none, more, other, same. `before`, `after`: what he sees and why.

    `lost`, `gained`: what is lost or won, named as the person names it; `more_lost`, `more_gained`: how many
    more there are than are named.
    """

    who: str
    kind: str
    before: str
    after: str
    lost: tuple[str, ...] = field(default=())
    gained: tuple[str, ...] = field(default=())
    more_lost: int = 0
    more_gained: int = 0

    @property
    def badge(self) -> tuple[str, str]:
        """The words and the colour that say it at a glance."""
        return BADGES[self.kind]
