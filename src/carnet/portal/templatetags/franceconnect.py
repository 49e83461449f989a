"""The button of FranceConnect, for any page where one may log in: ``{% franceconnect_button %}``."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.urls import reverse

from carnet.people.api import franceconnect

register = template.Library()


@register.inclusion_tag("portal/franceconnect/button.html", takes_context=True)
def franceconnect_button(context: template.Context) -> dict[str, Any]:
    """Show the button where this installation is registered; it keeps the page to come back to."""
    request = context.get("request")
    suite = request.GET.get("suite", "") if request else ""
    href = reverse("portal:franceconnect_start")
    return {
        "offered": franceconnect.is_offered(),
        "href": f"{href}?{urlencode({'suite': suite})}" if suite else href,
        "text": f"Se connecter avec FranceConnect{' (simulé)' if settings.CARNET_SANDBOX else ''}",
    }
