"""The service's addresses, and those of the sandbox."""

from importlib.util import find_spec

from django.urls import include, path

from carnet.config.urls import handler400, handler403, handler404, handler500
from carnet.config.urls import urlpatterns as service

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*service, path("ui/gallery/", include("carnet.ui.gallery_urls"))]
if find_spec("carnet.sandbox.urls"):
    urlpatterns.append(path("bac-a-sable/", include("carnet.sandbox.urls")))
