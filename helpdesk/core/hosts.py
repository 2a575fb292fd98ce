"""Whether a host name means this very machine."""

import ipaddress


def is_this_machine(host: str) -> bool:
    """True for `localhost`, names below it, and loopback addresses, with or without brackets."""
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
