"""Tenants that differ in their stream ports alone, made alike: so that one proof is about all of them.

Every tenant's interval of node ports is its own, and so no two tenants with streams have equal policies. In a
rule whose ports are exactly the tenant's own interval, one stand-in takes its place, a port that no rule of
the tree speaks of. A rule with any other ports is left as it is, and differs from what is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mtc.model.blueprint import Ports
from mtc.model.plan import Plan
from mtc.model.record import Record, changed
from mtc.reach.fields import is_mapping, items
from mtc.reach.ports import NO_PORT, port_range
from mtc.reach.ranges import Ranges

_Body = Mapping[str, object]


class Alike(Record, frozen=True):
    """Documents and plan with the stand-in; `stand_in` is no port where nothing was replaced."""

    documents: list[_Body]
    plan: Plan
    stand_in: Ranges


def alike(documents: Iterable[_Body], plan: Plan) -> Alike:
    """The same tree and plan, with one interval of stream ports for all tenants that have one."""
    kept = list(documents)
    streams = {tenant.namespace.name: tenant.stream_ports for tenant in plan.tenants if tenant.stream_ports}
    if len(streams) < 2:
        return Alike(kept, plan, NO_PORT)
    free = _free(kept)
    if free is None:
        return Alike(kept, plan, NO_PORT)
    intervals = {name: _entries(ports.first, ports.last) for name, ports in streams.items()}
    theirs = _entries(free, free)
    bodies = [_replaced(body, intervals, theirs) for body in kept]
    tenants = tuple(
        changed(tenant, stream_ports=Ports(free, free)) if tenant.stream_ports else tenant
        for tenant in plan.tenants
    )
    both = port_range("TCP", free, free) | port_range("UDP", free, free)
    return Alike(bodies, changed(plan, tenants=tenants), both)


def _entries(first: int, last: int) -> list[dict[str, object]]:
    return [{"protocol": protocol, "port": first, "endPort": last} for protocol in ("TCP", "UDP")]


def _replaced(body: _Body, intervals: Mapping[str, object], theirs: object) -> _Body:
    metadata, spec = body.get("metadata"), body.get("spec")
    if body.get("kind") != "NetworkPolicy" or not (is_mapping(metadata) and is_mapping(spec)):
        return body
    mine = intervals.get(str(metadata.get("namespace")))
    rules = spec.get("ingress")
    if mine is None or not isinstance(rules, list):
        return body
    if not any(is_mapping(rule) and rule.get("ports") == mine for rule in rules):
        return body
    ingress = [
        {**rule, "ports": theirs} if is_mapping(rule) and rule.get("ports") == mine else rule
        for rule in rules
    ]
    return {**body, "spec": {**spec, "ingress": ingress}}


def _free(documents: Iterable[_Body]) -> int | None:
    """The lowest port that no rule speaks of; None where rules speak of too many."""
    taken = set(_spoken_of(documents))
    return next((port for port in range(1, 512) if port not in taken), None)


def _spoken_of(documents: Iterable[_Body]) -> Iterator[int]:
    for body in documents:
        if body.get("kind") == "NetworkPolicy":
            spec = body.get("spec")
            for side in ("ingress", "egress"):
                for rule in items(spec.get(side) if is_mapping(spec) else None, side):
                    for entry in items(rule.get("ports") if is_mapping(rule) else None, "ports"):
                        first, last = _interval(entry)
                        yield from range(first, min(last, 511) + 1)


def _interval(entry: object) -> tuple[int, int]:
    first = entry.get("port") if is_mapping(entry) else None
    last = entry.get("endPort") if is_mapping(entry) else None
    if not isinstance(first, int):
        return 1, 0
    return first, last if isinstance(last, int) else first
