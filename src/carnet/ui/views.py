"""The public addresses of the installable application: its manifest, its service worker, its offline page."""

import hashlib

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from carnet.platform.http import public
from carnet.ui.site import get_site

CACHED_FILES = (
    "ui/dsfr/dsfr.css",
    "ui/theme.css",
    "ui/carnet.css",
    "ui/carnet.js",
    "ui/icons/carnet.svg",
    "ui/icons/carnet-192.png",
)
ICON_SIZES = (192, 512)


@public
@require_safe
@cache_control(public=True, max_age=3600)
def manifest(_request: HttpRequest) -> JsonResponse:
    """What a telephone needs to install the space (W3C Web Application Manifest)."""
    site = get_site()
    icons = [_icon(size, purpose) for size in ICON_SIZES for purpose in ("any", "maskable")]
    content = {
        "id": "/",
        "name": site.name,
        "short_name": site.name,
        "description": site.tagline,
        "lang": "fr",
        "dir": "ltr",
        "start_url": site.home_href,
        "scope": "/",
        "display": "standalone",
        "background_color": "#f7fafa",
        "theme_color": site.theme_color,
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json")


def _icon(size: int, purpose: str) -> dict[str, str]:
    name = f"carnet-{size}.png" if purpose == "any" else f"carnet-maskable-{size}.png"
    return {
        "src": static(f"ui/icons/{name}"),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }


@public
@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps static files; its name changes with theirs, so that an old one is dropped."""
    files = [static(path) for path in CACHED_FILES]
    version = hashlib.sha256("\n".join(files).encode()).hexdigest()[:12]
    context = {"version": version, "files": files, "offline_url": reverse("ui:offline")}
    return render(request, "ui/sw.js", context, content_type="text/javascript; charset=utf-8")


@public
@require_safe
@cache_control(public=True, max_age=3600)
def offline(_request: HttpRequest) -> HttpResponse:
    """The page shown without network. The same for everybody: rendered without session or account."""
    return HttpResponse(render_to_string("ui/offline.html"))
