"""Who reaches whom across namespaces, for all pods of a world at once.

Pairs of pods are too many: 10,000 tenants have a billion. Groups are few, since equal policies are one
object and only the namespaces that a selector singles out stand alone. Sets of groups are bit masks:
each rule's peers become a mask once, a target's callers are an AND of two masks, and the work grows with
groups, policies and the crossings there really are.
"""

from __future__ import annotations

from collections.abc import Iterator

from mtc.model.record import Record
from mtc.reach.groups import Group, Groups
from mtc.reach.policies import Direction, Peer, PortsSpec, Rule
from mtc.reach.ports import EVERY_PORT, NO_PORT
from mtc.reach.ranges import Ranges
from mtc.reach.reading import Reading
from mtc.reach.verdict import admitted, opening_rules, ports_at
from mtc.reach.world import Pod, World

_NARROW = 64

_Grant = tuple[Peer | None, PortsSpec]
_Terms = dict[Ranges, int]


class Crossing(Record, frozen=True):
    """Each pod of `source` reaches each pod of `target` that is in another namespace, on just `ports`."""

    source: Group
    target: Group
    ports: Ranges

    def pairs(self) -> Iterator[tuple[Pod, Pod]]:
        """(source, target) of each flow; there is at least one, and there may be very many."""
        for source in self.source.pods:
            for target in self.target.pods:
                if source.namespace != target.namespace:
                    yield source, target


class Matrix:
    """The reachability of all pods of a world under one reading.

    Its answers are those of `mtc.reach.verdict.admitted`, pair by pair.
    """

    def __init__(self, world: World, reading: Reading) -> None:
        self.world, self.reading = world, reading
        self._groups = Groups(world, reading)
        self.groups = self._groups.all
        self._known: dict[tuple[int, int, bool], Ranges] = {}
        self._leaving: _Leaving | None = None
        hosts = (each.number for each in self.groups if each.sample.workload.host_network)
        self._exempt = self._groups.mask(hosts) if reading is Reading.MAY else 0

    def group(self, pod: Pod) -> Group:
        """The group of a pod of this world (KeyError for another)."""
        return self._groups.of(pod)

    def ports(self, source: Pod, target: Pod) -> Ranges:
        """The ports on which `source` reaches `target`, pods of this world; judged once a pair of groups."""
        together = source.namespace == target.namespace
        key = (self.group(source).number, self.group(target).number, together)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = admitted(self.world, source, target, self.reading)
        return found

    def crossings(self) -> Iterator[Crossing]:
        """All reachability between namespaces: by target group, then by source group, no pair twice.

        What is not among them is closed. Lazy, so a caller that has seen enough may stop.
        """
        for target in self.groups:
            yield from self.callers(target)

    def callers(self, target: Group) -> Iterator[Crossing]:
        """The crossings into one group of this matrix, by source group."""
        if self._leaving is None:
            self._leaving = _Leaving(self.world, self._groups, self.reading)
        entering = self._entering(target)
        passes: list[tuple[Ranges, int]] = []
        callers = 0
        for ports, sources in self._leaving.to(target).items():
            passes += [(ports & mine, sources & mask) for mine, mask in entering.items()]
        passes = [(ports, mask) for ports, mask in passes if ports and mask]
        for _, mask in passes:
            callers |= mask
        known: dict[tuple[bool, ...], Ranges] = {}
        for source in self._groups.members(callers):
            if _apart(source, target):
                holds = tuple(bool(mask >> source.number & 1) for _, mask in passes)
                if holds not in known:
                    spans = [each.spans for (each, _), held in zip(passes, holds, strict=True) if held]
                    known[holds] = Ranges.of(span for each in spans for span in each)
                yield Crossing(source, target, known[holds])

    def _entering(self, target: Group) -> _Terms:
        """Which groups the ingress policies of `target` admit, by ports."""
        rules = opening_rules(self.world, target.sample, Direction.INGRESS, self.reading)
        if rules is None:
            return {EVERY_PORT: self._groups.everyone}
        terms: _Terms = {EVERY_PORT: self._exempt}
        for rule in rules:
            mask = self._groups.everyone if rule.peers is None else 0
            for peer in rule.peers or ():
                mask |= self._groups.admitted(peer)
            _add(terms, ports_at(rule.ports, target.sample, self.reading), mask)
        return terms


class _Leaving:
    """Who may call a group, as far as the callers' egress policies go: the callers' rules, turned round."""

    def __init__(self, world: World, groups: Groups, reading: Reading) -> None:
        self._groups, self._reading = groups, reading
        free: list[int] = []
        users: dict[_Grant, list[int]] = {}
        for group in groups.all:
            rules = opening_rules(world, group.sample, Direction.EGRESS, reading)
            if rules is None:
                free.append(group.number)
            for grant in dict.fromkeys(grant for rule in rules or () for grant in _grants(rule)):
                users.setdefault(grant, []).append(group.number)
        self._free = groups.mask(free)
        self._narrow: dict[int, list[tuple[PortsSpec, int]]] = {}
        self._wide: list[tuple[int, PortsSpec, int]] = []
        merged: dict[tuple[int, PortsSpec], list[int]] = {}
        for (peer, ports), numbers in users.items():
            targets = groups.everyone if peer is None else groups.admitted(peer)
            merged.setdefault((targets, ports), []).extend(numbers)
        for (targets, ports), numbers in merged.items():
            self._place(targets, ports, groups.mask(numbers))

    def _place(self, targets: int, ports: PortsSpec, callers: int) -> None:
        if targets.bit_count() > _NARROW:
            self._wide.append((targets, ports, callers))
            return
        for group in self._groups.members(targets):
            self._narrow.setdefault(group.number, []).append((ports, callers))

    def to(self, target: Group) -> _Terms:
        """Which groups may leave for `target`, by ports."""
        if self._reading is Reading.MAY and target.sample.workload.host_network:
            return {EVERY_PORT: self._groups.everyone}
        terms: _Terms = {EVERY_PORT: self._free}
        for ports, callers in self._narrow.get(target.number, ()):
            _add(terms, ports_at(ports, target.sample, self._reading), callers)
        for targets, ports, callers in self._wide:
            if targets >> target.number & 1:
                _add(terms, ports_at(ports, target.sample, self._reading), callers)
        return terms


def _grants(rule: Rule) -> Iterator[_Grant]:
    for peer in rule.peers or (None,):
        yield peer, rule.ports


def _add(terms: _Terms, ports: Ranges, mask: int) -> None:
    if ports != NO_PORT and mask:
        terms[ports] = terms.get(ports, 0) | mask


def _apart(source: Group, target: Group) -> bool:
    """Whether some pod of the one and some pod of the other are in different namespaces."""
    several = len(source.pods) > 1 or len(target.pods) > 1
    return several or source.sample.namespace != target.sample.namespace
