"""What two trees let through differently: flows that opened or closed, with the policies that did it.

Both trees are judged as for isolation (MAY). Pods that neither tree tells apart are one class, so the work
grows with the policies that there are, as it does for one tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from mtc.model.record import Record, changed
from mtc.reach.explain import explain
from mtc.reach.matrix import Matrix
from mtc.reach.ports import NO_PORT, describe_ports, port_ranges
from mtc.reach.ranges import Ranges
from mtc.reach.reading import Reading
from mtc.reach.topology import Topology
from mtc.reach.verdict import admitted
from mtc.reach.world import Endpoint, Pod

_Key = TypeVar("_Key")
_Flows = dict[tuple[int, int], Ranges]


class FlowChange(Record, frozen=True):
    """Flows of one kind that only one of the two trees lets through.

    `sources` and `targets` are namespaces, or names of what is outside, in the trees' order; `source_pods`
    and `target_pods` are the pods in them ("" outside), each of which is meant with each. `by`: the policies
    (namespace/name) whose rules admit it where it is open. `closed_by`: those that close it in the other
    tree. `both`: both ends are in both trees; else a namespace or a component came or went.
    """

    opened: bool
    sources: tuple[str, ...]
    source_pods: tuple[str, ...]
    targets: tuple[str, ...]
    target_pods: tuple[str, ...]
    ports: Ranges
    by: tuple[str, ...]
    closed_by: tuple[str, ...]
    both: bool

    def __str__(self) -> str:
        ends = (_spelled(self.sources, self.source_pods), _spelled(self.targets, self.target_pods))
        return f"{ends[0]} to {ends[1]}: {describe_ports(self.ports)}"


def flow_changes(old: Topology, new: Topology) -> tuple[FlowChange, ...]:
    """Every flow into or out of a namespace of a tree that only one of the two lets through, opened first."""
    classes = _Classes(old, new)
    before, after = _Side(old, classes, 0), _Side(new, classes, 1)
    found: list[FlowChange] = []
    for opened, here, there in ((True, after, before), (False, before, after)):
        changed: dict[tuple[int, int], Ranges] = {}
        for pair, ports in here.flows.items():
            more = ports - there.flows.get(pair, NO_PORT)
            if more and (classes.rendered(pair[0]) or classes.rendered(pair[1])):
                changed[pair] = more
        each = (_change(opened, here, there, classes, pair, changed[pair]) for pair in sorted(changed))
        found += _merged(each)
    return tuple(found)


class _Classes:
    """Endpoints of both trees, sorted into classes that neither tree tells apart."""

    def __init__(self, old: Topology, new: Topology) -> None:
        self.trees = (old, new)
        self.outside = {**old.outside, **new.outside}
        self.matrices = tuple(Matrix(each.world, Reading.MAY) for each in self.trees)
        self.members: list[list[Endpoint]] = []
        self._of: dict[str, int] = {}
        self._rendered = {*old.rendered, *new.rendered}
        known: dict[object, int] = {}
        for tree in self.trees:
            for pod in tree.world.pods:
                self._put(str(pod), pod, known, self._groups(str(pod)))
        for name, outside in self.outside.items():
            self._put(name, outside, known, name)

    def _groups(self, name: str) -> tuple[int, ...]:
        pods = [tree.world.find(name) for tree in self.trees]
        pairs = zip(pods, self.matrices, strict=True)
        return tuple(matrix.group(pod).number if pod else -1 for pod, matrix in pairs)

    def _put(self, name: str, endpoint: Endpoint, known: dict[object, int], key: object) -> None:
        if name in self._of:
            return
        number = known.setdefault(key, len(self.members))
        if number == len(self.members):
            self.members.append([])
        self.members[number].append(endpoint)
        self._of[name] = number

    def of(self, endpoint: Endpoint) -> int:
        return self._of[str(endpoint)]

    def rendered(self, number: int) -> bool:
        first = self.members[number][0]
        return isinstance(first, Pod) and first.namespace in self._rendered

    def in_both(self, number: int) -> bool:
        name = str(self.members[number][0])
        return name in self.outside or all(tree.world.find(name) for tree in self.trees)

    def apart(self, source: int, target: int) -> tuple[Endpoint, Endpoint]:
        """One of each class, in different namespaces."""
        for one in self.members[source]:
            for other in self.members[target][:2]:
                if not (isinstance(one, Pod) and isinstance(other, Pod) and one.namespace == other.namespace):
                    return one, other
        raise LookupError("two classes of one namespace")


class _Side:
    """What one of the trees lets through, by classes."""

    def __init__(self, tree: Topology, classes: _Classes, number: int) -> None:
        self.tree = tree
        self.flows: _Flows = {}
        matrix = classes.matrices[number]
        inside = [_unique(classes.of(pod) for pod in group.pods) for group in matrix.groups]
        for crossing in matrix.crossings():
            for source in inside[crossing.source.number]:
                for target in inside[crossing.target.number]:
                    if _apart(classes.members[source], classes.members[target]):
                        self.flows[source, target] = crossing.ports
        for outside in classes.outside.values():
            away = classes.of(outside)
            for group in matrix.groups:
                leaving = admitted(tree.world, group.sample, outside, Reading.MAY)
                entering = admitted(tree.world, outside, group.sample, Reading.MAY)
                for pods in inside[group.number]:
                    if leaving:
                        self.flows[pods, away] = leaving
                    if entering:
                        self.flows[away, pods] = entering


def _apart(sources: list[Endpoint], targets: list[Endpoint]) -> bool:
    several = len(sources) > 1 or len(targets) > 1
    return several or _place(sources[0]) != _place(targets[0])


def _change(
    opened: bool, here: _Side, there: _Side, classes: _Classes, pair: tuple[int, int], ports: Ranges
) -> FlowChange:
    source, target = classes.apart(*pair)
    protocol, port, _ = next(port_ranges(ports))
    both = classes.in_both(pair[0]) and classes.in_both(pair[1])
    now = explain(here.tree.world, source, target, port, protocol, Reading.MAY)
    closing: list[str] = []
    if both:
        then = explain(there.tree.world, source, target, port, protocol, Reading.MAY)
        closing = [name for side in then.sides if not side.allowed for name in side.selected_by]
    sources, targets = classes.members[pair[0]], classes.members[pair[1]]
    return FlowChange(
        opened,
        _unique(map(_place, sources)),
        _unique(map(_pod, sources)),
        _unique(map(_place, targets)),
        _unique(map(_pod, targets)),
        ports,
        _unique(note.policy for side in now.sides for note in side.allowed_by),
        _unique(closing),
        both,
    )


def _merged(changes: Iterable[FlowChange]) -> Iterator[FlowChange]:
    """Those that differ in their source's pod alone as one, then those that differ in their target's."""
    by_source: dict[FlowChange, list[str]] = {}
    for change in changes:
        by_source.setdefault(changed(change, source_pods=()), []).extend(change.source_pods)
    by_target: dict[FlowChange, list[str]] = {}
    for change, pods in by_source.items():
        whole = changed(change, source_pods=_unique(pods), target_pods=())
        by_target.setdefault(whole, []).extend(change.target_pods)
    for change, pods in by_target.items():
        yield changed(change, target_pods=_unique(pods))


def _place(endpoint: Endpoint) -> str:
    return endpoint.namespace if isinstance(endpoint, Pod) else endpoint.name


def _pod(endpoint: Endpoint) -> str:
    return endpoint.workload.name if isinstance(endpoint, Pod) else ""


def _unique(values: Iterable[_Key]) -> tuple[_Key, ...]:
    return tuple(dict.fromkeys(values))


def _spelled(places: tuple[str, ...], pods: tuple[str, ...]) -> str:
    named = ", ".join(filter(None, pods))
    return ", ".join(places) + (f" ({named})" if named else "")
