"""Pods sorted into groups that no policy tells apart: what makes a proof as cheap as its policies are few."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mtc.model.record import Record
from mtc.reach.policies import BlockPeer, Peer, PodPeer, PolicySpec
from mtc.reach.ranges import Ranges
from mtc.reach.reading import Reading
from mtc.reach.selectors import Selector
from mtc.reach.verdict import matches
from mtc.reach.world import Pod, Workload, World


class Group(Record, frozen=True, eq=False):
    """Pods of one name, at most one a namespace, that all policies treat alike.

    Alike: exchange any two for one another, and no verdict with a pod of a third namespace, or with what is
    outside, changes. `pods` are in the order of the world; the first stands for all.
    """

    number: int
    pods: tuple[Pod, ...]

    @property
    def sample(self) -> Pod:
        return self.pods[0]


class Groups:
    """The groups of a world under one reading, and sets of them as bit masks (bit n: group number n).

    Two pods share a group if they have the same name, ports, addresses and the same labels of those that any
    selector asks for, and their namespaces have equal policies and are chosen by the same selectors.
    """

    def __init__(self, world: World, reading: Reading) -> None:
        self._world, self._reading = world, reading
        specs = dict.fromkeys(policy.spec for mine in world.policies.values() for policy in mine)
        peers = dict.fromkeys(peer for spec in specs for peer in _peers(spec))
        by_label = [peer for peer in peers if isinstance(peer, PodPeer)]
        asked = dict.fromkeys(peer.namespaces for peer in by_label if peer.namespaces is not None)
        keys = {need.key for spec in specs for need in spec.selects.requirements}
        keys |= {need.key for peer in by_label for need in peer.pods.requirements}
        zones = _zones(world, reading, list(specs), list(asked))
        self._chosen_by = {selector: set[int]() for selector in asked}
        self._gather(zones, keys)
        self._masks: dict[Peer, int] = {}

    def _gather(self, zones: dict[str, _Zone], keys: set[str]) -> None:
        members: dict[tuple[object, ...], list[Pod]] = {}
        kinds: dict[Workload, tuple[object, ...]] = {}
        for pod in self._world.pods:
            kind = kinds.get(pod.workload)
            if kind is None:
                kind = kinds[pod.workload] = _kind(pod.workload, keys)
            members.setdefault((zones[pod.namespace].number, kind), []).append(pod)
        self.all = tuple(Group(number, tuple(pods)) for number, pods in enumerate(members.values()))
        self._numbers = {
            (pod.namespace, pod.workload.name): group.number for group in self.all for pod in group.pods
        }
        self._places: dict[Ranges, list[int]] = {}
        for group in self.all:
            self._places.setdefault(group.sample.workload.addresses, []).append(group.number)
            for selector in zones[group.sample.namespace].chosen_by:
                self._chosen_by[selector].add(group.number)

    def of(self, pod: Pod) -> Group:
        """The group of a pod of this world (KeyError for another)."""
        return self.all[self._numbers[pod.namespace, pod.workload.name]]

    @property
    def everyone(self) -> int:
        return (1 << len(self.all)) - 1

    def mask(self, numbers: Iterable[int]) -> int:
        """The mask of the groups of these numbers."""
        octets = bytearray(len(self.all) // 8 + 1)
        for number in numbers:
            octets[number >> 3] |= 1 << (number & 7)
        return int.from_bytes(octets, "little")

    def members(self, mask: int) -> Iterator[Group]:
        """The groups of a mask, by number."""
        digits = bin(mask)[:1:-1]
        number = digits.find("1")
        while number >= 0:
            yield self.all[number]
            number = digits.find("1", number + 1)

    def admitted(self, peer: Peer) -> int:
        """The groups that `peer` stands for in namespaces other than its policy's own."""
        found = self._masks.get(peer)
        if found is None:
            found = self._by_selector(peer) if isinstance(peer, PodPeer) else self._by_address(peer)
            self._masks[peer] = found
        return found

    def _by_selector(self, peer: PodPeer) -> int:
        numbers = () if peer.namespaces is None else self._chosen_by[peer.namespaces]
        return self.mask(number for number in numbers if self._is(peer, self.all[number]))

    def _by_address(self, peer: BlockPeer) -> int:
        """An ipBlock tells pods apart by their addresses only, and mostly none are known."""
        found = 0
        for numbers in self._places.values():
            if self._is(peer, self.all[numbers[0]]):
                found |= self.mask(numbers)
        return found

    def _is(self, peer: Peer, group: Group) -> bool:
        # "" is no namespace's name: a peer of the policy's own namespace stands for nobody elsewhere.
        return matches(self._world, peer, "", group.sample, self._reading)


class _Zone(Record, frozen=True):
    """Namespaces with equal policies that the same namespace selectors choose."""

    number: int
    chosen_by: tuple[Selector, ...]


def _peers(spec: PolicySpec) -> Iterator[Peer]:
    for rule in (*(spec.ingress or ()), *(spec.egress or ())):
        yield from rule.peers or ()


def _kind(workload: Workload, keys: set[str]) -> tuple[object, ...]:
    pairs = tuple(pair for pair in workload.labels.pairs if pair[0] in keys)
    place = (workload.name, workload.ports, workload.host_network, workload.addresses)
    return (*place, workload.labels.more, pairs)


def _zones(
    world: World, reading: Reading, specs: list[PolicySpec], selectors: list[Selector]
) -> dict[str, _Zone]:
    chosen: dict[str, list[int]] = {pod.namespace: [] for pod in world.pods}
    pinned = {need.key for need in map(Selector.pinned, selectors) if need}
    index = _NamespaceIndex(world, list(chosen), pinned)
    for number, selector in enumerate(selectors):
        for name in index.candidates(selector):
            if selector.matches(world.labels(name), reading):
                chosen[name].append(number)
    order = {spec: number for number, spec in enumerate(specs)}
    zones: dict[tuple[object, ...], _Zone] = {}
    found: dict[str, _Zone] = {}
    for name, numbers in chosen.items():
        mine = sorted({order[policy.spec] for policy in world.policies.get(name, ())})
        key = (tuple(mine), tuple(numbers))
        if key not in zones:
            zones[key] = _Zone(len(zones), tuple(selectors[number] for number in numbers))
        found[name] = zones[key]
    return found


class _NamespaceIndex:
    """Namespaces by label value, so that a selector of one namespace costs one look, not one a namespace."""

    def __init__(self, world: World, names: list[str], keys: set[str]) -> None:
        self._names = names
        self._open = [name for name in names if world.labels(name).more]
        self._by_label: dict[tuple[str, str], list[str]] = {}
        for name in names:
            for pair in world.labels(name).pairs:
                if pair[0] in keys:
                    self._by_label.setdefault(pair, []).append(name)

    def candidates(self, selector: Selector) -> Iterable[str]:
        """Every namespace that `selector` could match, each once; some of them it may not match."""
        pinned = selector.pinned()
        if pinned is None:
            return self._names
        found = [name for value in pinned.values for name in self._by_label.get((pinned.key, value), ())]
        return dict.fromkeys([*found, *self._open])
