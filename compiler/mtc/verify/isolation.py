"""The proof: what is possible, by the rendered policies, against what is meant to be.

Isolation is judged with MAY, reachability with MUST, over classes of endpoints: pods that no policy tells
apart are judged once. Whoever shares a node with a pod (the node itself, pods on its network) is left out:
no policy keeps them apart, and pod security keeps tenants from becoming one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mtc.model.plan import Plan, TenantPlan
from mtc.model.record import Record
from mtc.reach.explain import Explanation, explain
from mtc.reach.matrix import Matrix
from mtc.reach.ports import NO_PORT, port_ranges
from mtc.reach.ranges import Ranges
from mtc.reach.reading import Reading
from mtc.reach.topology import Topology, topology
from mtc.reach.verdict import admitted
from mtc.reach.voids import Void, voids
from mtc.reach.world import Endpoint, Outside, Pod
from mtc.verify.flows import (
    ASKED,
    EXPOSED,
    NEEDED,
    Ends,
    Expected,
    Flow,
    Kind,
    allowed_peers,
    expected_flows,
    meant_networks,
)


class Forbidden(Record, frozen=True):
    """A flow that is possible and not meant. `flows`: how many pairs of pods it stands for."""

    source: Endpoint
    target: Endpoint
    ports: Ranges
    flows: int


class Denied(Record, frozen=True):
    """A flow that is meant and not sure to work. `tenants`: whose it is, none for the platform's.

    `hidden`: it works only where a node port keeps its clients' addresses.
    """

    source: Endpoint
    target: Endpoint
    ports: Ranges
    flow: Flow
    tenants: list[TenantPlan]
    hidden: bool = False


class Proof(Record, frozen=True):
    """What was found, and what it was found in."""

    topology: Topology
    expected: Expected
    forbidden: tuple[Forbidden, ...]
    denied: tuple[Denied, ...]
    unguarded: tuple[str, ...]
    voided: tuple[Void, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it."""
        return not (self.forbidden or self.denied or self.unguarded or self.voided)

    def explain(self, source: Endpoint, target: Endpoint, ports: Ranges, reading: Reading) -> Explanation:
        """Why the first of these ports is open, or closed."""
        protocol, port, _ = next(port_ranges(ports))
        return explain(self.topology.world, source, target, port, protocol, reading)


def prove(documents: Iterable[Mapping[str, object]], plan: Plan) -> Proof:
    """The proof of a plan's rendered documents. ReachError for a policy that the API server would refuse."""
    kept = list(documents)
    found = topology(kept, plan.blueprint.cluster, allowed_peers(plan), meant_networks(plan))
    expected = expected_flows(plan, found)
    judge = Judge(found, expected)
    must = Matrix(found.world, Reading.MUST)
    denied = (*_platform_needs(found, expected.common, must), *_tenant_needs(found, expected.kinds, must))
    forbidden = (*judge.crossings(), *judge.borders())
    return Proof(found, expected, forbidden, denied, _unguarded(found, expected), voids(kept))


class Judge:
    """Forbidden flows: what MAY pass beyond what is meant."""

    def __init__(self, found: Topology, expected: Expected) -> None:
        self._found, self._expected = found, expected
        self._matrix = Matrix(found.world, Reading.MAY)
        self._rendered = dict.fromkeys(found.rendered)
        kind_of = {name: number for number, kind in enumerate(expected.kinds) for name in kind.namespaces}
        # A group's pods by kind of tenant, or by namespace: what is meant differs by that alone.
        self._parts: list[list[list[Pod]]] = []
        for group in self._matrix.groups:
            parts: dict[object, list[Pod]] = {}
            for pod in group.pods:
                parts.setdefault(kind_of.get(pod.namespace, pod.namespace), []).append(pod)
            self._parts.append(list(parts.values()))
        self._meant: dict[tuple[object, ...], Ranges | None] = {}
        self._kind_of = kind_of

    def crossings(self) -> Iterator[Forbidden]:
        """Between pods of different namespaces."""
        for target in self._matrix.groups:
            inside = any(part[0].namespace in self._rendered for part in self._parts[target.number])
            if target.sample.workload.host_network or not (inside or self._expected.walled):
                continue
            for crossing in self._matrix.callers(target):
                if not crossing.source.sample.workload.host_network:
                    for sources in self._parts[crossing.source.number]:
                        for targets in self._parts[target.number]:
                            yield from self._crossing(sources, targets, crossing.ports)

    def _crossing(self, sources: list[Pod], targets: list[Pod], ports: Ranges) -> Iterator[Forbidden]:
        pair = next(((one, other) for other in targets[:2] for one in sources if _apart(one, other)), None)
        if pair is not None:
            more = self.excess(*pair, ports)
            if more:
                yield Forbidden(*pair, more, len(sources) * len(targets))

    def borders(self) -> Iterator[Forbidden]:
        """Between pods of ours and what is outside."""
        for group in self._matrix.groups:
            parts = [part for part in self._parts[group.number] if part[0].namespace in self._expected.ours]
            if parts and not group.sample.workload.host_network:
                for outside in self._found.outside.values():
                    yield from self._border(parts, outside, inward=True)
                    yield from self._border(parts, outside, inward=False)

    def _border(self, parts: list[list[Pod]], outside: Outside, *, inward: bool) -> Iterator[Forbidden]:
        def ends(pod: Pod) -> tuple[Endpoint, Endpoint]:
            return (outside, pod) if inward else (pod, outside)

        judged = [part for part in parts if self.judges(*ends(part[0]))]
        if judged:
            ports = admitted(self._found.world, *ends(judged[0][0]), Reading.MAY)
            for part in judged if ports else ():
                more = self.excess(*ends(part[0]), ports)
                if more:
                    yield Forbidden(*ends(part[0]), more, len(part))

    def judges(self, source: Endpoint, target: Endpoint) -> bool:
        """Whether a flow that is not meant would be forbidden."""
        return self._expected.judged(source, target, self._rendered)

    def excess(self, source: Endpoint, target: Endpoint, ports: Ranges) -> Ranges:
        """Those of the ports that are not meant, where anybody minds."""
        key = (*self._role(source), *self._role(target))
        if key not in self._meant:
            self._meant[key] = self._permitted(source, target)
        meant = self._meant[key]
        return NO_PORT if meant is None else ports - meant

    def _permitted(self, source: Endpoint, target: Endpoint) -> Ranges | None:
        """The ports that are meant; None where the flow is nobody's concern."""
        if not self.judges(source, target):
            return None
        flows = [*self._expected.common]
        for end in (source, target):
            number = self._kind_of.get(end.namespace) if isinstance(end, Pod) else None
            if number is not None:
                flows += self._expected.kinds[number].flows
        spans = [
            span
            for flow in flows
            if not flow.within and flow.source.holds(source) and flow.target.holds(target)
            for span in flow.ports.spans
        ]
        return Ranges.of(spans)

    def _role(self, endpoint: Endpoint) -> tuple[object, object]:
        if isinstance(endpoint, Outside):
            return None, endpoint.name
        place = self._kind_of.get(endpoint.namespace, endpoint.namespace)
        return place, endpoint.workload.name


def _apart(source: Pod, target: Pod) -> bool:
    return source.namespace != target.namespace


def _must(flow: Flow) -> bool:
    return flow.why in (NEEDED, ASKED, EXPOSED)


def _platform_needs(found: Topology, flows: Iterable[Flow], must: Matrix) -> Iterator[Denied]:
    for flow in flows:
        if _must(flow):
            yield from _missing(found, flow, must, None, [])


def _tenant_needs(found: Topology, kinds: Iterable[Kind], must: Matrix) -> Iterator[Denied]:
    """Each kind's flows, once for the tenants whose pods are in the same groups."""
    for kind in kinds:
        flows = [flow for flow in kind.flows if _must(flow)]
        alike: dict[tuple[int, ...], list[TenantPlan]] = {}
        for tenant in kind.tenants:
            groups = tuple(must.group(pod).number for pod in found.world.pods_in(tenant.namespace.name))
            alike.setdefault(groups, []).append(tenant)
        for tenants in alike.values():
            for flow in flows:
                yield from _missing(found, flow, must, tenants[0].namespace.name, tenants)


def _missing(
    found: Topology, flow: Flow, must: Matrix, own: str | None, tenants: list[TenantPlan]
) -> Iterator[Denied]:
    """What of a flow is not sure to pass. `own`: the namespace that stands for its kind of tenant."""
    for source in _members(found, flow.source, own):
        for target in _members(found, flow.target, own):
            if isinstance(source, Pod) and isinstance(target, Pod):
                ports = must.ports(source, target)
            else:
                ports = admitted(found.world, source, target, Reading.MUST)
            lacking = flow.ports - ports
            if lacking:
                yield Denied(source, target, lacking, flow, tenants)
            elif flow.why == EXPOSED and isinstance(source, Outside):
                yield from _hidden(found, source, target, flow, tenants)


def _hidden(
    found: Topology, clients: Outside, target: Endpoint, flow: Flow, tenants: list[TenantPlan]
) -> Iterator[Denied]:
    """Clients of a node port that the plugin may see at a node's address."""
    through = Outside(clients.name, clients.addresses, through_nodes=True)
    lacking = flow.ports - admitted(found.world, through, target, Reading.MUST)
    if lacking:
        yield Denied(through, target, lacking, flow, tenants, hidden=True)


def _members(found: Topology, ends: Ends, own: str | None) -> Iterator[Endpoint]:
    if ends.outside is not None:
        yield ends.outside
    elif ends.namespaces is not None:
        places = (own,) if own in ends.namespaces else sorted(ends.namespaces)
        for place in places:
            if place is not None:
                yield from (pod for pod in found.world.pods_in(place) if ends.holds(pod))


def _unguarded(found: Topology, expected: Expected) -> tuple[str, ...]:
    """Tenants' namespaces whose pods may be on the host's network, where no policy holds."""
    level = "pod-security.kubernetes.io/enforce"
    return tuple(
        name
        for name in expected.ours
        if name in expected.tenants
        and found.world.labels(name).get(level) not in ("baseline", "restricted")
    )
