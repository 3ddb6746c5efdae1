"""Which network an address belongs to: the unit of rate limits, hashed before it is stored."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

SUBNET, HOUSEHOLD = 64, 56  # of IPv6: one network, and all that a provider gives to one connection


def network_of(address: str | None, ipv6_prefix: int = SUBNET) -> str:
    """The /24 (IPv4) or /64 (IPv6) around an address; one bucket for whatever is no address."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address((address or "").split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ip_network((parsed, 24 if parsed.version == 4 else ipv6_prefix), strict=False))
