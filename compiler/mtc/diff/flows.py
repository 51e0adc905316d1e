"""Flows that opened or closed: the evaluator of policies (mtc/reach) asked about both trees.

Judged as for isolation, with what rendered objects alone tell. Where pods have their addresses is not in a
tree: they are taken to be private ones (RFC 1918, RFC 6598, ULA), as in any cluster that we know of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mtc.diff.facts import name
from mtc.diff.objects import Object, Pair, Tree, is_manifest, read_alike
from mtc.model.record import changed
from mtc.reach import FlowChange, ReachError, Topology, flow_changes, topology, voids
from mtc.reach.addresses import block
from mtc.reach.ports import describe_ports
from mtc.reach.ranges import Ranges
from mtc.reach.topology import ELSEWHERE

POD_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
MOST = 4  # names in a row
_WORDS = {ELSEWHERE: "every other namespace"}
_OUTSIDE = {place: rank for rank, place in enumerate(("internet", "private networks", "metadata service"))}
_KINDS = (
    "Namespace|NetworkPolicy|HelmRelease|OCIRepository|Pod|Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob"
)
_RELEVANT = re.compile(rb"(?m)^[\"']?kind[\"']?\s*:\s*[\"']?(?:" + _KINDS.encode() + rb")[\"']?\s*$")
# What tells two tenants' Jobs apart, and no two pods.
_DIGEST = re.compile(rb"(\n +mtc/input: )[^\n]+")
_OVERRIDES = ("nameOverride", "fullnameOverride")


class Flow(NamedTuple):
    """One change of what may pass: whose it is (None: not one tenant's), what, and the policies' files."""

    opened: bool
    tenant: str | None
    words: str
    policies: tuple[str, ...]


class Flows(NamedTuple):
    """The flows that changed, and why they are not all known, if they are not."""

    flows: tuple[Flow, ...] = ()
    note: str = ""


def changed_flows(base: Tree, head: Tree, pairs: Iterable[Pair]) -> Flows:
    """What only one of the trees lets through, between what is in both."""
    paired = tuple(pairs)
    if not any(map(_matters, paired)):
        return Flows()
    try:
        void = voids(pair.head.body for pair in paired if pair.head is not None and pair.head.kind != "File")
        known: dict[bytes, tuple[Mapping[str, Any], ...]] = {}
        before, after = _topology(base, known), _topology(head, known)
        found = flow_changes(before, after)
    except ReachError as error:
        return Flows(note=f"which flows opened or closed is not known: {error}")
    note = f"flows are judged without {void[0]}" if void else ""
    return Flows(tuple(_told(found, {**before.tenants, **after.tenants})), note)


def _matters(pair: Pair) -> bool:
    """True for a change that can change what passes."""
    kind = pair.either.kind
    if kind == "Namespace" and pair.both is not None:
        return pair.both[0].map("metadata", "labels") != pair.both[1].map("metadata", "labels")
    if kind == "HelmRelease" and pair.both is not None:
        return _pods(pair.both[0]) != _pods(pair.both[1])
    if kind == "OCIRepository" and pair.both is not None:
        return bool(pair.both[0].get("spec", "url") != pair.both[1].get("spec", "url"))
    return kind != "Job" and kind in _KINDS.split("|")


def _pods(release: Object) -> list[Any]:
    """What a release's pods are known by (mtc/reach/releases)."""
    places = [("spec", "releaseName"), ("spec", "targetNamespace"), ("spec", "chart", "spec", "chart")]
    places += [("spec", "values", override) for override in _OVERRIDES]
    return [release.get(*place) for place in places]


def _topology(tree: Tree, known: dict[bytes, tuple[Mapping[str, Any], ...]]) -> Topology:
    bodies: list[Mapping[str, Any]] = []
    for path, data in tree.files.items():
        if is_manifest(path) and _RELEVANT.search(data):
            if data not in known:
                known[data] = tuple(each.body for each in read_alike(path, _DIGEST.sub(rb"\1x", data)))
            bodies += known[data]
    found = topology(bodies)
    pods = Ranges.of(span for network in POD_NETWORKS for span in block(network).spans)
    return changed(found, world=changed(found.world, pod_addresses=pods))


def _told(changes: Iterable[FlowChange], tenants: Mapping[str, str]) -> Iterator[Flow]:
    """The changes in words: those that differ in their source alone are one, then those in their target."""
    by_source: dict[tuple[Any, ...], list[FlowChange]] = {}
    for change in changes:
        if change.both:  # else one end came or went, and that is told
            policies = change.by if change.opened else change.closed_by
            owner = _owner(change, tenants)
            key = (change.opened, owner, change.targets, describe_ports(change.ports), policies)
            by_source.setdefault(key, []).append(change)
    by_target: dict[tuple[Any, ...], list[str]] = {}
    for (opened, owner, targets, ports, policies), group in by_source.items():
        sources = tuple(dict.fromkeys(place for change in group for place in change.sources))
        by_target.setdefault((opened, owner, sources, ports, policies), []).extend(targets)
    for (opened, owner, sources, ports, policies), places in by_target.items():
        ends = f"{_ends(sources, tenants)} → {_ends(dict.fromkeys(places), tenants)}: {ports}"
        named = ", ".join(map(name, policies[:MOST]))
        named += f" and {len(policies) - MOST} more" if len(policies) > MOST else ""
        if opened:
            words = f"{ends} is now possible, {f'by {named}' if policies else 'no policy stands in between'}"
        else:
            words = f"{ends} is no longer possible{f', closed by {named}' if policies else ''}"
        yield Flow(opened, owner, words, policies if opened else ())


def _owner(change: FlowChange, tenants: Mapping[str, str]) -> str | None:
    """The one tenant that is reached, or else the one that reaches."""
    for places in (change.targets, change.sources):
        owners = {tenants[place] for place in places if place in tenants}
        if len(owners) == 1:
            return owners.pop()
    return None


def _ends(places: Iterable[str], tenants: Mapping[str, str]) -> str:
    """The ends of flows, tenants first: names where they are few, else how many."""
    every = list(places)
    own = [place for place in every if place in tenants]
    rest = [place for place in every if place not in tenants]
    shown = [f"{len(own):,} tenants"] if len(own) > MOST else [name(place) for place in own]
    rest.sort(key=lambda place: (place != ELSEWHERE, _OUTSIDE.get(place, len(_OUTSIDE))))
    shown += [_WORDS.get(place) or name(place) for place in rest]
    return ", ".join(shown[:MOST]) + (f" and {len(shown) - MOST} more" if len(shown) > MOST else "")
