"""Names and addresses of this machine."""

from __future__ import annotations

import ipaddress

__all__ = ["LOOPBACK_HOSTS", "host_name", "is_loopback"]

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str) -> bool:
    """Whether a name or address stands for this machine alone; IPv4 addresses in IPv6 clothes are seen through."""
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def host_name(header: str) -> str:
    """The name or address in a Host header, without its port: `[::1]:6006` is `::1`."""
    text = header.strip().lower()
    name = text[1:].partition("]")[0] if text.startswith("[") else text.partition(":")[0]
    return name.rstrip(".")
