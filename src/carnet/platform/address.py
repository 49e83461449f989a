"""From which network address a request comes, for limits. It is never logged nor stored in clear."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address that attempts are counted under: an IPv4 address, or the /64 of an IPv6 one.

    Behind a reverse proxy listed in settings.CARNET_TRUSTED_PROXIES it is the last hop that the proxy
    itself has added to X-Forwarded-For; what a client writes into that header is never believed.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if address in settings.CARNET_TRUSTED_PROXIES:
        forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
        address = forwarded.rpartition(",")[2].strip() or address
    return _network(address)


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((parsed, 64), strict=False))
    return str(parsed)
