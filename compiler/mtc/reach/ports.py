"""Sets of ports as numbers on one line: the ports of TCP first, then those of UDP, then those of SCTP."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.reach.fields import ReachError
from mtc.reach.ranges import Ranges

PROTOCOLS = ("TCP", "UDP", "SCTP")
LAST_PORT = 65535
_STRIDE = LAST_PORT + 1

NO_PORT = Ranges()


def port_range(protocol: str, first: int = 1, last: int = LAST_PORT) -> Ranges:
    """The ports `first` to `last`, both included, of one protocol. ReachError for what is none."""
    if protocol not in PROTOCOLS:
        raise ReachError(f"{protocol!r} is no protocol of a NetworkPolicy: TCP, UDP or SCTP")
    if not 1 <= first <= last <= LAST_PORT:
        raise ReachError(f"{first} to {last} are no ports: 1 to {LAST_PORT}, the first not above the last")
    offset = PROTOCOLS.index(protocol) * _STRIDE
    return Ranges(((offset + first, offset + last),))


EVERY_PORT = Ranges.of(span for protocol in PROTOCOLS for span in port_range(protocol).spans)


def port_ranges(ports: Ranges) -> Iterator[tuple[str, int, int]]:
    """(protocol, first, last) of each range of a set of ports, in order."""
    for index, protocol in enumerate(PROTOCOLS):
        for first, last in (ports & port_range(protocol)).spans:
            yield protocol, first - index * _STRIDE, last - index * _STRIDE


def describe_ports(ports: Ranges) -> str:
    """A set of ports for people: `TCP 80, 8000-8010; UDP every port`."""
    if ports == EVERY_PORT:
        return "every port"
    spelled: dict[str, list[str]] = {}
    for protocol, first, last in port_ranges(ports):
        whole = (first, last) == (1, LAST_PORT)
        word = "every port" if whole else str(first) if first == last else f"{first}-{last}"
        spelled.setdefault(protocol, []).append(word)
    return "; ".join(f"{protocol} {', '.join(words)}" for protocol, words in spelled.items()) or "no port"
