"""Who serves this space: the name, the words and the links that stand on every page.

Another operator changes them with the setting ``UI_SITE`` (a dict of the fields below) and the colours with
``ui/theme.css``; nothing else.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Site:
    """The brand and the links of the footer. Links are paths of the same site."""

    name: str = "Carnet"
    tagline: str = "Votre espace santé, libre et ouvert"
    operator: str = "Service de démonstration"
    home_href: str = "/"
    accessibility_href: str = "/accessibilite/"
    accessibility_label: str = "Accessibilité : voir la déclaration"
    data_href: str = "/mes-donnees/"
    help_href: str = "/aide/"
    legal_href: str = "/mentions-legales/"
    phone: str = "3422"
    phone_hours: str = "du lundi au vendredi, de 8 h 30 à 17 h 30"
    theme_color: str = "#0b4a59"


def get_site() -> Site:
    """The site of this process. Raises TypeError when ``UI_SITE`` names an unknown field."""
    values: dict[str, Any] = getattr(settings, "UI_SITE", {})
    return Site(**values)
