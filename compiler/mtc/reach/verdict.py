"""May `source` reach `target`? The answer for one pair of endpoints: which ports, and by which rules.

allowed = egress of the source AND ingress of the target. A direction is open where no policy of its type
selects the pod; else what any rule of any selecting policy admits passes: no order, no deny.
"""

from __future__ import annotations

from collections.abc import Iterator

from mtc.model.record import Record
from mtc.reach.addresses import NO_ADDRESS, same_families
from mtc.reach.policies import BlockPeer, Direction, Peer, Policy, PortsSpec, Rule
from mtc.reach.ports import EVERY_PORT, NO_PORT, port_range
from mtc.reach.ranges import Ranges, atoms
from mtc.reach.reading import Reading
from mtc.reach.world import Endpoint, Outside, Pod, World


class Selecting(Record, frozen=True):
    """The policies of one direction that matter to a pod: those that close it, and those that may open it.

    They differ only where not all labels of the pod are known; the readings then take opposite sides.
    """

    closing: tuple[Policy, ...]
    opening: tuple[Policy, ...]

    def rules(self, direction: Direction) -> Iterator[tuple[Policy, int, Rule]]:
        """(policy, index, rule) of each rule that may open the pod; the index counts from 0."""
        for policy in self.opening:
            for index, rule in enumerate(policy.spec.rules(direction) or ()):
                yield policy, index, rule


def allowed(
    world: World, source: Endpoint, target: Endpoint, port: int, protocol: str, reading: Reading
) -> bool:
    """Whether a connection from `source` to the pod port `port` (1 to 65535) of `target` passes.

    `protocol` is TCP, UDP or SCTP. ReachError for what is no port or protocol.
    """
    return admitted(world, source, target, reading).covers(port_range(protocol, port, port))


def admitted(world: World, source: Endpoint, target: Endpoint, reading: Reading) -> Ranges:
    """The ports (a set, see mtc.reach.ports) on which `source` may open connections to `target`.

    What lies outside reaches what lies outside. No policy keeps a pod from itself, but a workload may have
    several pods: MUST judges two of them, the other readings one and the same.
    """
    if itself(source, target, reading):
        return EVERY_PORT
    leaving = passing(world, source, target, Direction.EGRESS, reading)
    return leaving & passing(world, source, target, Direction.INGRESS, reading) if leaving else leaving


def itself(source: Endpoint, target: Endpoint, reading: Reading) -> bool:
    """Whether source and target are taken for one pod that calls itself."""
    return source == target and reading is not Reading.MUST


def passing(
    world: World, source: Endpoint, target: Endpoint, direction: Direction, reading: Reading
) -> Ranges:
    """The ports that one direction alone lets through: egress of the source, or ingress of the target."""
    subject, peer = (source, target) if direction is Direction.EGRESS else (target, source)
    rules = None if exemption(subject, peer, reading) else opening_rules(world, subject, direction, reading)
    if rules is None:
        return EVERY_PORT
    if isinstance(peer, Outside) and reading is not Reading.MAY:
        return _everywhere(rules, target, seen(world, peer, direction, reading), reading)
    own = subject.namespace if isinstance(subject, Pod) else ""
    ports = NO_PORT
    for rule in rules:
        if admits(world, rule, own, peer, reading):
            ports |= ports_at(rule.ports, target, reading)
    return ports


def exemption(subject: Endpoint, peer: Endpoint, reading: Reading) -> str:
    """Why no policy on `subject` stands between it and `peer`, whatever the policy says; else "".

    The specification excepts traffic with the pod's own node and leaves host-network pods undefined.
    """
    own = exemption_of(subject, reading)
    if not own and reading is Reading.MAY and (
        peer.through_nodes if isinstance(peer, Outside) else peer.workload.host_network
    ):
        return f"{peer} may be or stand behind the pod's own node, which no policy keeps apart"
    return own


def exemption_of(subject: Endpoint, reading: Reading) -> str:
    """Why no policy on `subject` holds against anyone; else ""."""
    if isinstance(subject, Outside):
        return "no policy selects what lies outside the cluster"
    ignored = subject.workload.host_network and reading is not Reading.MUST
    return "policies on host-network pods are usually ignored" if ignored else ""


def opening_rules(
    world: World, subject: Endpoint, direction: Direction, reading: Reading
) -> list[Rule] | None:
    """The rules that may open `subject` in one direction; None where nothing closes it."""
    if isinstance(subject, Outside) or exemption_of(subject, reading):
        return None
    found = selecting(world, subject, direction, reading)
    return [rule for _, _, rule in found.rules(direction)] if found.closing else None


def selecting(world: World, pod: Pod, direction: Direction, reading: Reading) -> Selecting:
    """The policies of the pod's namespace that govern `direction` and select it."""
    mine = [each for each in world.policies.get(pod.namespace, ()) if each.spec.rules(direction) is not None]
    labels = pod.workload.labels
    closing = tuple(each for each in mine if each.spec.selects.matches(labels, reading.opposite))
    if not labels.more:
        return Selecting(closing, closing)
    return Selecting(closing, tuple(each for each in mine if each.spec.selects.matches(labels, reading)))


def admits(world: World, rule: Rule, own: str, endpoint: Endpoint, reading: Reading) -> bool:
    """Whether one of the rule's peers stands for `endpoint`.

    `own` is the policy's namespace. An endpoint outside counts as soon as one of its addresses does.
    """
    return rule.peers is None or any(matches(world, peer, own, endpoint, reading) for peer in rule.peers)


def matches(world: World, peer: Peer, own: str, endpoint: Endpoint, reading: Reading) -> bool:
    """Whether one peer of a policy in the namespace `own` stands for `endpoint`."""
    if isinstance(peer, BlockPeer):
        return peer.addresses.overlaps(_addresses(world, endpoint, reading))
    if isinstance(endpoint, Outside):
        return False
    # As a peer, a host-network pod is a node's address: no selector is sure to know it, and MAY exempts it.
    if endpoint.workload.host_network or not peer.pods.matches(endpoint.workload.labels, reading):
        return False
    if peer.namespaces is None:
        return endpoint.namespace == own
    return peer.namespaces.matches(world.labels(endpoint.namespace), reading)


def ports_at(ports: PortsSpec, target: Endpoint, reading: Reading) -> Ranges:
    """A rule's ports as numbers: a name is looked up on the target pod, whatever the direction."""
    found = ports.numbers
    if isinstance(target, Pod):
        for name, protocol in ports.names:
            found |= _named(target, name, protocol, reading)
    return found


def _named(target: Pod, name: str, protocol: str, reading: Reading) -> Ranges:
    known = target.workload.ports
    if known is None:
        return port_range(protocol) if reading is Reading.MAY else NO_PORT
    return Ranges.of(
        span
        for port in known
        if (port.name, port.protocol) == (name, protocol)
        for span in port_range(protocol, port.number, port.number).spans
    )


def _addresses(world: World, endpoint: Endpoint, reading: Reading) -> Ranges:
    """The addresses by which an ipBlock may know an endpoint; for pods that depends on the plugin."""
    if isinstance(endpoint, Outside):
        return endpoint.addresses
    if reading is Reading.MUST:
        return NO_ADDRESS
    return endpoint.workload.addresses or (world.pod_addresses if reading is Reading.MAY else NO_ADDRESS)


def seen(world: World, client: Outside, direction: Direction, reading: Reading) -> Ranges:
    """The addresses that the plugin may see for someone outside, all of which must pass."""
    if reading is Reading.MUST and client.through_nodes and direction is Direction.INGRESS:
        return client.addresses | same_families(client.addresses, world.node_addresses)
    return client.addresses


def _everywhere(rules: list[Rule], target: Endpoint, addresses: Ranges, reading: Reading) -> Ranges:
    """The ports on which the rules together admit each one of `addresses`."""
    held = [rule.addresses if rule.peers else addresses for rule in rules]
    terms = list(zip([ports_at(rule.ports, target, reading) for rule in rules], held, strict=True))
    whole = NO_PORT
    for atom in atoms(ports for ports, _ in terms):
        admitted_here = Ranges.of(span for ports, mine in terms if ports.covers(atom) for span in mine.spans)
        if admitted_here.covers(addresses):
            whole |= atom
    return whole
