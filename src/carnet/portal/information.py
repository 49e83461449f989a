"""Public pages: what becomes of the data, accessibility, help, legal notice, terms of use."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carnet.platform.http import public
from carnet.portal.space import find_url
from carnet.ui.site import get_site

_WAYS: Final = ("activate", "login", "recover_home", "family", "history")


def _page(name: str) -> Callable[[HttpRequest], HttpResponse]:
    """Return the public view of one page."""

    @public
    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        ways = {f"{way}_href": find_url(way) for way in _WAYS}
        return render(request, f"portal/information/{name}.html", {"site": get_site(), **ways})

    view.__name__ = name
    return view


my_data = _page("my_data")
accessibility = _page("accessibility")
help_page = _page("help")
legal = _page("legal")
terms = _page("terms")
