"""What every page shows beside its content."""

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the context common to all pages."""
    return {"visitor": getattr(request, "visitor", None)}
