"""IP addresses as numbers on one line: IPv4 first, IPv6 behind it. An ipBlock is a set of such numbers."""

from __future__ import annotations

import ipaddress
import re

from mtc.reach.fields import ReachError
from mtc.reach.ranges import Ranges

_IPV6_START = 1 << 32
_IPV6_END = _IPV6_START + (1 << 128) - 1
_PREFIX = re.compile(r"[0-9]{1,3}", re.ASCII)

NO_ADDRESS = Ranges()
EVERY_IPV4 = Ranges(((0, _IPV6_START - 1),))
EVERY_IPV6 = Ranges(((_IPV6_START, _IPV6_END),))
EVERY_ADDRESS = EVERY_IPV4 | EVERY_IPV6


def address(text: str) -> Ranges:
    """The set of the one address `text`. ReachError where it is no IPv4 or IPv6 address."""
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        raise ReachError(f"{text!r} is no IP address") from None
    _plain(text, parsed)
    offset = _IPV6_START if parsed.version == 6 else 0
    return Ranges(((int(parsed) + offset, int(parsed) + offset),))


def block(text: str) -> Ranges:
    """The addresses of the CIDR block `text`; host bits may be set and are masked away.

    Stricter than Go's parser, which the API server uses: an IPv4 address in IPv6 form (::ffff:10.0.0.0/104)
    and leading zeros mean different things to different plugins. Both raise ReachError, as does whatever
    is no CIDR block.
    """
    head, slash, prefix = text.partition("/")
    if not slash or not _PREFIX.fullmatch(prefix):
        raise ReachError(f"{text!r} is no CIDR block: an address, a slash and a prefix length")
    try:
        network = ipaddress.ip_network(f"{head}/{prefix}", strict=False)
    except ValueError:
        raise ReachError(f"{text!r} is no CIDR block") from None
    _plain(text, network.network_address)
    offset = _IPV6_START if network.version == 6 else 0
    return Ranges(((int(network.network_address) + offset, int(network.broadcast_address) + offset),))


def _plain(text: str, parsed: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if "%" in text:
        raise ReachError(f"{text!r} names a network interface: policies know addresses only")
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        raise ReachError(f"{text!r} is an IPv4 address in IPv6 form: write it as IPv4")


def same_families(addresses: Ranges, others: Ranges) -> Ranges:
    """Those of `others` that are of an IP family which `addresses` has too."""
    families = [family for family in (EVERY_IPV4, EVERY_IPV6) if addresses.overlaps(family)]
    return Ranges.of(span for family in families for span in (others & family).spans)
