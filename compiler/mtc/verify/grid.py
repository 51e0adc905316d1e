"""The proof as a grid: each kind of tenant, each part of the platform, and what is around them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from mtc.model.grid import Cell, Grid, State
from mtc.model.plan import Plan
from mtc.model.record import Record
from mtc.reach.outside import METADATA, NODE_DNS
from mtc.reach.ports import EVERY_PORT, NO_PORT, describe_ports, port_ranges
from mtc.reach.ranges import Ranges
from mtc.reach.reading import Reading
from mtc.reach.topology import ELSEWHERE
from mtc.reach.verdict import admitted
from mtc.reach.world import Endpoint, Outside, Pod
from mtc.verify.flows import EXPOSED, Flow
from mtc.verify.isolation import Judge, Proof

_KINDS = 6  # rows of tenants: more kinds than that are one row together
_SERVER = ("apiserver", "webserver", "fileserver", "solver")


class _Class(Record, frozen=True):
    """A class of endpoints under one name."""

    name: str
    members: tuple[Endpoint, ...]


def network_grid(proof: Proof, plan: Plan) -> Grid:
    """The grid of a proof: what may pass, by the most generous network plugin."""
    tenants, server, around = list(_tenants(proof)), list(_server(proof, plan)), list(_around(proof))
    platform = list(_platform(proof, plan))
    whole = _Class("server", tuple(pod for part in server for pod in part.members))
    inward = [each for each in around if each.name not in (METADATA, NODE_DNS)]
    sources, targets = [*tenants, whole, *platform, *inward], [*tenants, *server, *platform, *around]
    judge = Judge(proof.topology, proof.expected)
    rows = tuple(tuple(_cell(proof, judge, one, other) for other in targets) for one in sources)
    title = f"{plan.name}: who reaches whom, {plan.blueprint.isolation} isolation"
    return Grid(title, _names(sources), _names(targets), rows)


def _names(classes: Iterable[_Class]) -> tuple[str, ...]:
    return tuple(each.name for each in classes)


def _tenants(proof: Proof) -> Iterator[_Class]:
    kinds = list(proof.expected.kinds)
    shown, rest = (kinds, []) if len(kinds) <= _KINDS else (kinds[: _KINDS - 1], kinds[_KINDS - 1 :])
    for tenants in [*([kind.tenants] for kind in shown), [kind.tenants for kind in rest]]:
        every = [tenant for some in tenants for tenant in some]
        if every:
            names = ", ".join(tenant.name for tenant in every[:2])
            more = f" and {len(every) - 2:,} more" if len(every) > 2 else ""
            # Two of each kind stand for all: what one may do to another is then seen as well.
            chosen = [tenant for some in tenants for tenant in some[:2]]
            places = [tenant.namespace.name for tenant in chosen]
            yield _Class(names + more, _pods(proof, places))


def _server(proof: Proof, plan: Plan) -> Iterator[_Class]:
    pods = _pods(proof, [plan.server.release.namespace])
    for name in _SERVER:
        yield _Class(name, tuple(pod for pod in pods if pod.workload.name == name))
    yield _Class("databases, apps", tuple(pod for pod in pods if pod.workload.name not in _SERVER))


def _platform(proof: Proof, plan: Plan) -> Iterator[_Class]:
    for namespace in plan.namespaces:
        if namespace.name != plan.server.release.namespace:
            pods = _pods(proof, [namespace.name])
            if pods:
                yield _Class(namespace.name, pods)


def _around(proof: Proof) -> Iterator[_Class]:
    rendered = set(proof.topology.rendered)
    for pod in proof.topology.world.pods:
        if pod.namespace not in rendered and pod.workload.name not in ("others", "pods"):
            yield _Class(str(pod), (pod,))
    others = [
        pod
        for pod in proof.topology.world.pods
        if pod.namespace not in rendered and (pod.namespace == ELSEWHERE or pod.workload.name == "others")
    ]
    yield _Class("other namespaces", tuple(others))
    for outside in proof.topology.outside.values():
        yield _Class(outside.name, (outside,))


def _pods(proof: Proof, namespaces: Iterable[str]) -> tuple[Pod, ...]:
    return tuple(pod for name in namespaces for pod in proof.topology.world.pods_in(name))


def _cell(proof: Proof, judge: Judge, sources: _Class, targets: _Class) -> Cell | None:
    rendered = proof.expected.ours
    pairs = [
        (one, other)
        for one in sources.members
        for other in targets.members
        if _apart(one, other) and (_within(one, rendered) or _within(other, rendered))
    ]
    if not pairs:
        return None
    ports, more, purposes = NO_PORT, NO_PORT, dict[str, bool]()
    for one, other in pairs:
        found = admitted(proof.topology.world, one, other, Reading.MAY)
        if found:
            ports |= found
            more |= judge.excess(one, other, found)
            for flow in _meant(proof, one, other) if judge.judges(one, other) else ():
                purposes[flow.purpose] = flow.why == EXPOSED or flow.purpose.endswith("node ports")
    if not ports:
        return Cell(sources.name, targets.name, "closed", "", "", "")
    exposed = bool(purposes) and all(purposes.values())
    state: State = "forbidden" if more else "exposed" if exposed else "meant" if purposes else "open"
    words = "; ".join(purposes) or ("not meant" if more else "nothing restricts it")
    return Cell(sources.name, targets.name, state, describe_ports(ports), _short(ports), words)


def _within(end: Endpoint, namespaces: Container[str]) -> bool:
    return isinstance(end, Pod) and end.namespace in namespaces


def _apart(one: Endpoint, other: Endpoint) -> bool:
    if isinstance(one, Outside) or isinstance(other, Outside):
        return isinstance(one, Pod) or isinstance(other, Pod)
    return one.namespace != other.namespace


def _meant(proof: Proof, source: Endpoint, target: Endpoint) -> Iterator[Flow]:
    ends = {end.namespace for end in (source, target) if isinstance(end, Pod)}
    kinds = [kind for kind in proof.expected.kinds if not kind.namespaces.isdisjoint(ends)]
    for flow in (*proof.expected.common, *(flow for kind in kinds for flow in kind.flows)):
        if not flow.within and flow.source.holds(source) and flow.target.holds(target):
            yield flow


def _short(ports: Ranges) -> str:
    """A few characters for a picture: port numbers without their protocols."""
    if ports == EVERY_PORT:
        return "all"
    spans = dict.fromkeys((first, last) for _, first, last in port_ranges(ports))
    words = [str(first) if first == last else f"{first}\N{EN DASH}{last}" for first, last in spans]
    return ", ".join(words) if len(words) <= 2 else f"{words[0]}, …"
