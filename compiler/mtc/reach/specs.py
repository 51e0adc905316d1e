"""Reading NetworkPolicy documents.

Rules and defaults: kubernetes/kubernetes, api/networking/v1/types.go and pkg/apis/networking/v1/defaults.go.
What pkg/apis/networking/validation refuses is refused here.
"""

from __future__ import annotations

import re

from mtc.reach.addresses import block
from mtc.reach.fields import Document, ReachError, fields, identity, is_mapping, items, text
from mtc.reach.policies import BlockPeer, Direction, Peer, PodPeer, Policy, PolicySpec, PortsSpec, Rule
from mtc.reach.ports import EVERY_PORT, LAST_PORT, NO_PORT, port_range
from mtc.reach.ranges import Ranges
from mtc.reach.selectors import read_selector

_PORT_NAME = re.compile(r"(?=.{1,15}\Z)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


class PolicyReader:
    """Reads NetworkPolicy documents; specs of equal content become one object, read once."""

    def __init__(self) -> None:
        self._by_object: dict[int, tuple[object, PolicySpec]] = {}
        self._by_text: dict[str, PolicySpec] = {}
        self._by_content: dict[tuple[object, ...], PolicySpec] = {}

    def read(self, document: Document, default_namespace: str) -> Policy:
        """The policy of a `networking.k8s.io/v1` NetworkPolicy document.

        `default_namespace` is where it is applied if it names no namespace. ReachError names the policy and
        the field, for anything the API server would refuse.
        """
        try:
            _, namespace, name = identity(document, default_namespace)
        except ReachError as fault:
            raise ReachError(f"a NetworkPolicy: {fault}") from None
        try:
            fields(document, "the document", ("apiVersion", "kind", "metadata", "spec", "status"))
            return Policy(namespace, name, self._spec(document.get("spec")))
        except ReachError as fault:
            raise ReachError(f"NetworkPolicy {namespace}/{name}: {fault}") from None

    def _spec(self, value: object) -> PolicySpec:
        shared = self._by_object.get(id(value))
        if shared is None:  # kept with its spec, so that no other object can come to have its identity
            shared = self._by_object[id(value)] = (value, self._read(value))
        return shared[1]

    def _read(self, value: object) -> PolicySpec:
        try:
            written = repr(value)
        except RecursionError:
            raise ReachError("spec is nested too deep") from None
        known = self._by_text.get(written)
        if known is None:
            spec = read_spec(value)
            content = (spec.selects, spec.ingress, spec.egress)
            known = self._by_text[written] = self._by_content.setdefault(content, spec)
        return known


def read_spec(value: object) -> PolicySpec:
    """The NetworkPolicySpec `value`, with the API server's defaults. ReachError names the field at fault.

    policyTypes missing or [] means Ingress, and Egress only where there is at least one egress rule.
    Rules of a direction that policyTypes leaves out are checked and then ignored.
    """
    spec = fields(value, "spec", ("podSelector", "policyTypes", "ingress", "egress"))
    selects = read_selector(spec.get("podSelector"), "spec.podSelector")
    rules = {direction: _rules(spec.get(direction.rules_key), direction) for direction in Direction}
    types = items(spec.get("policyTypes"), "spec.policyTypes")
    for entry in types:
        if entry not in ("Ingress", "Egress"):
            raise ReachError(f"spec.policyTypes: {entry!r} is neither Ingress nor Egress")
    if not types:
        types = ("Ingress", "Egress") if rules[Direction.EGRESS] else ("Ingress",)
    ingress = rules[Direction.INGRESS] if "Ingress" in types else None
    return PolicySpec(selects, ingress, rules[Direction.EGRESS] if "Egress" in types else None)


def _rules(value: object, direction: Direction) -> tuple[Rule, ...]:
    where = f"spec.{direction.rules_key}"
    given = enumerate(items(value, where))
    return tuple(_rule(entry, f"{where}[{index}]", direction) for index, entry in given)


def _rule(value: object, where: str, direction: Direction) -> Rule:
    rule = fields(_present(value, where), where, (direction.peers_key, "ports"))
    at = f"{where}.{direction.peers_key}"
    given = items(rule.get(direction.peers_key), at)
    peers = tuple(_peer(entry, f"{at}[{index}]") for index, entry in enumerate(given))
    return Rule(peers or None, _ports(rule.get("ports"), f"{where}.ports"))


def _peer(value: object, where: str) -> Peer:
    peer = fields(_present(value, where), where, ("podSelector", "namespaceSelector", "ipBlock"))
    pods, namespaces, addresses = peer.get("podSelector"), peer.get("namespaceSelector"), peer.get("ipBlock")
    if addresses is not None:
        if pods is not None or namespaces is not None:
            raise ReachError(f"{where}: an ipBlock stands alone, without selectors beside it")
        return _block(addresses, f"{where}.ipBlock")
    if pods is None and namespaces is None:
        raise ReachError(f"{where} must have a podSelector, a namespaceSelector or an ipBlock")
    own = None if namespaces is None else read_selector(namespaces, f"{where}.namespaceSelector")
    return PodPeer(own, read_selector(pods, f"{where}.podSelector"))


def _block(value: object, where: str) -> BlockPeer:
    given = fields(value, where, ("cidr", "except"))
    cidr = text(given.get("cidr"), f"{where}.cidr")
    whole = rest = _cidr(cidr, f"{where}.cidr")
    exceptions: list[str] = []
    for index, entry in enumerate(items(given.get("except"), f"{where}.except")):
        at = f"{where}.except[{index}]"
        exceptions.append(text(entry, at))
        inner = _cidr(exceptions[-1], at)
        if not whole.covers(inner) or inner == whole:
            raise ReachError(f"{at} {exceptions[-1]} is not a smaller block inside {cidr}")
        rest -= inner
    return BlockPeer(rest, cidr + (f" except {', '.join(exceptions)}" if exceptions else ""))


def _cidr(value: str, where: str) -> Ranges:
    try:
        return block(value)
    except ReachError as fault:
        raise ReachError(f"{where}: {fault}") from None


def _ports(value: object, where: str) -> PortsSpec:
    given = items(value, where)
    if not given:
        return PortsSpec(EVERY_PORT)
    numbers, names = NO_PORT, set[tuple[str, str]]()
    for index, entry in enumerate(given):
        found = _port(_present(entry, f"{where}[{index}]"), f"{where}[{index}]")
        if isinstance(found, Ranges):
            numbers |= found
        else:
            names.add(found)
    return PortsSpec(numbers, tuple(sorted(names)))


def _port(value: object, where: str) -> Ranges | tuple[str, str]:
    given = fields(value, where, ("protocol", "port", "endPort"))
    protocol = "TCP" if given.get("protocol") is None else text(given["protocol"], f"{where}.protocol")
    port, end = given.get("port"), given.get("endPort")
    try:
        if isinstance(port, str):
            port_range(protocol)
            if end is not None:
                raise ReachError("endPort needs a port that is a number")
            if not _PORT_NAME.fullmatch(port):
                raise ReachError(f"{port!r} is no port name: up to 15 of a-z, 0-9, inner dashes; one letter")
            return port, protocol
        if port is None:
            if end is not None:
                raise ReachError("endPort needs a port")
            return port_range(protocol)
        first = _number(port, "port")
        return port_range(protocol, first, first if end is None else _number(end, "endPort"))
    except ReachError as fault:
        raise ReachError(f"{where}: {fault}") from None


def _number(value: object, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ReachError(f"{name} must be a number from 1 to {LAST_PORT}")
    return value


def _present(value: object, where: str) -> object:
    # A null list item would be decoded as an empty rule, which admits everyone: nobody means that.
    if not is_mapping(value):
        raise ReachError(f"{where} must be a mapping")
    return value
