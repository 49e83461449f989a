"""Every address of the service. Closed by default: see carnet.platform.http."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from carnet.config import errors

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"carnet.{room}.urls"))
    for room in ("platform", "ui", "portal", "pro", "desk")
    if find_spec(f"carnet.{room}.urls")
]

handler400 = errors.bad_request
handler403 = errors.refused
handler404 = errors.not_found
handler500 = errors.failed
