"""Whether an address is this machine's own: then nothing needs to be encrypted on the way."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches that address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
