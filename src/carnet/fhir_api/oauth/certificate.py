"""The client certificate that the TLS proxy in front has checked (RFC 8705), when there is such a proxy."""

from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest


def certificate_of(request: HttpRequest) -> str:
    """Return the client's certificate in PEM, or "".

    It comes URL-encoded in the header named by settings.CARNET_CLIENT_CERT_HEADER, and is believed only from
    an address of settings.CARNET_TRUSTED_PROXIES: a client that writes that header itself is not heard.
    """
    name = settings.CARNET_CLIENT_CERT_HEADER
    if not name or request.META.get("REMOTE_ADDR") not in settings.CARNET_TRUSTED_PROXIES:
        return ""
    # no other coding: a "+" of the certificate stays what it is
    return unquote(str(request.META.get(f"HTTP_{name.upper().replace('-', '_')}", "")))
