"""Which addresses and AS numbers are for the public internet, and what the others are for.

From the registries of special-purpose addresses (RFC 6890, with RFC 9637) and AS numbers (RFC
5398, 6793, 6996, 7300, 7607). Whether a public one is somebody's is for the regional registries.
"""

import ipaddress

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_SPECIAL_4 = {
    "0.0.0.0/8": "for “this network”",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "for carrier-grade NAT",
    "127.0.0.0/8": "for the machine itself",
    "169.254.0.0/16": "for one link",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "for protocols",
    "192.0.2.0/24": "for documentation",
    "192.88.99.0/24": "for 6to4 relays",
    "192.168.0.0/16": "private",
    "198.18.0.0/15": "for benchmarks",
    "198.51.100.0/24": "for documentation",
    "203.0.113.0/24": "for documentation",
    "224.0.0.0/4": "for multicast",
    "240.0.0.0/4": "reserved",
}
_SPECIAL_6 = {
    "2001::/23": "for protocols",
    "2001:db8::/32": "for documentation",
    "2002::/16": "for 6to4",
    "3fff::/20": "for documentation",
}
_SPECIAL: dict[int, tuple[tuple[Network, str], ...]] = {
    4: tuple((ipaddress.IPv4Network(block), use) for block, use in _SPECIAL_4.items()),
    6: tuple((ipaddress.IPv6Network(block), use) for block, use in _SPECIAL_6.items()),
}
_UNICAST_6 = ipaddress.IPv6Network("2000::/3")

_NUMBERS = (
    (range(1), "reserved (RFC 7607)"),
    (range(23_456, 23_457), "for the transition to longer numbers (RFC 6793)"),
    (range(64_496, 64_512), "for documentation (RFC 5398)"),
    (range(64_512, 65_535), "for private use (RFC 6996)"),
    (range(65_535, 65_536), "reserved (RFC 7300)"),
    (range(65_536, 65_552), "for documentation (RFC 5398)"),
    (range(65_552, 131_072), "reserved by the IANA"),
    (range(4_200_000_000, 4_294_967_295), "for private use (RFC 6996)"),
    (range(4_294_967_295, 4_294_967_296), "reserved (RFC 7300)"),
)


def special_use(network: Network) -> str | None:
    """What a network, or a part of it, is for instead of the public internet; None if it is not."""
    if isinstance(network, ipaddress.IPv6Network) and not network.subnet_of(_UNICAST_6):
        return "not global unicast"
    return next((use for block, use in _SPECIAL[network.version] if network.overlaps(block)), None)


def special_number(asn: int) -> str | None:
    """What an AS number is for instead of the public internet; None if it is not."""
    return next((use for numbers, use in _NUMBERS if asn in numbers), None)
