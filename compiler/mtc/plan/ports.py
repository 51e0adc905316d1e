"""Session node ports: who holds which interval, and the lock that keeps it so.

The agent chart makes Services on startingPort+1 … startingPort+maxServices; a tenant reserves the closed
interval with startingPort itself, so that no reading of the chart can collide. Pins come first, then what
the lock holds, then the rest is handed out lowest first, in blueprint order.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mtc.model.blueprint import Blueprint, Ports, Tenant
from mtc.model.clearml import CHART_NODE_PORTS
from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.lock import Lease, Lock
from mtc.model.record import Record, changed
from mtc.model.source import Route, Span


class Allocation(Record, frozen=True):
    """Each tenant's session interval (by name), the next lock, and what was wrong."""

    sessions: Mapping[str, Ports]
    lock: Lock
    diagnostics: tuple[Diagnostic, ...]


class Claim(NamedTuple):
    """An interval that somebody holds, ordered by its first port; `span` is where it was claimed."""

    first: int
    last: int
    holder: str
    kind: str
    span: Span

    @property
    def ports(self) -> Ports:
        """The interval."""
        return Ports(self.first, self.last)


def needs_ports(tenant: Tenant) -> bool:
    """A tenant in port mode, or with a port pinned for the day it will be."""
    return tenant.sessions.port_mode or tenant.sessions.starting_port is not None


def wanted(tenant: Tenant) -> int:
    """How many ports the interval has: the unused first one and one a service."""
    return tenant.sessions.max_services + 1


def allocate(blueprint: Blueprint, lock: Lock) -> Allocation:
    """Ports for every tenant that needs some. Pure: the same blueprint and lock give the same answer."""
    claims = [*_pins(blueprint), *_streams(blueprint)]
    kept, released, faults = _keep(blueprint, lock)
    claims += [_leased(name, lease, lock, "ports") for name, lease in kept.items() if lease is not None]
    claims += [_leased(name, lease, lock, "released") for name, lease in released.items()]
    faults += [*_out_of_range(blueprint, claims)]
    sessions = {claim.holder: claim.ports for claim in claims if claim.kind in ("pin", "ports")}
    handed = _hand_out(blueprint, claims, sessions)
    faults += [*_overlaps(blueprint, claims), *_exhausted(blueprint, claims, handed)]
    for tenant, first in handed.items():
        if first is not None:
            size = next(wanted(one) for one in blueprint.tenants if one.name == tenant)
            sessions[tenant] = Ports(first, first + size - 1)
    leases = {name: lease for name, lease in kept.items() if lease is not None}
    leases |= {
        name: Lease(ports.first, len(ports) - 1)
        for name, ports in sessions.items()
        if name in handed and name not in leases
    }
    return Allocation(sessions, Lock(leases, released, lock.source), tuple(faults))


def prune_lock(lock: Lock) -> Lock:
    """The lock without the intervals of tenants that are gone."""
    return changed(lock, released={})


def reallocate(blueprint: Blueprint, lock: Lock, tenant: str) -> Lock:
    """The lock without this tenant's lease, released or not, so that the next plan finds a fitting one."""
    ports = {name: lease for name, lease in lock.ports.items() if name != tenant}
    released = {name: lease for name, lease in lock.released.items() if name != tenant}
    return changed(lock, ports=ports, released=released)


def free_intervals(blueprint: Blueprint, claims: Iterable[Claim]) -> list[Ports]:
    """What is left of the pool, in order."""
    taken = sorted([(claim.first, claim.last) for claim in claims] + _reserved(blueprint))
    free: list[Ports] = []
    at = blueprint.node_ports.pool.first
    for first, last in taken:
        if first > blueprint.node_ports.pool.last:
            break
        if first > at:
            free.append(Ports(at, first - 1))
        at = max(at, last + 1)
    if at <= blueprint.node_ports.pool.last:
        free.append(Ports(at, blueprint.node_ports.pool.last))
    return free


def _reserved(blueprint: Blueprint) -> list[tuple[int, int]]:
    always = [(port, port) for port in CHART_NODE_PORTS]
    return always + [(ports.first, ports.last) for ports in blueprint.node_ports.reserved]


def _pins(blueprint: Blueprint) -> Iterator[Claim]:
    for tenant in blueprint.tenants:
        start = tenant.sessions.starting_port
        if start is not None:
            span = blueprint.value(*tenant.route, "sessions", "startingPort")
            yield Claim(start, start + tenant.sessions.max_services, tenant.name, "pin", span)


def _streams(blueprint: Blueprint) -> Iterator[Claim]:
    for tenant in blueprint.tenants:
        ports = tenant.gateway.stream_ports
        if tenant.gateway.enabled and ports is not None and tenant.gateway.flavor == "app-gateway":
            span = blueprint.value(*tenant.route, "gateway", "streamPorts")
            yield Claim(ports.first, ports.last, tenant.name, "stream", span)


def _leased(tenant: str, lease: Lease, lock: Lock, section: str) -> Claim:
    ports = lease.ports
    return Claim(ports.first, ports.last, tenant, section, _in_lock(lock, (section, tenant, "startingPort")))


def _in_lock(lock: Lock, route: Route) -> Span:
    return lock.source.value(route) if lock.source is not None else Span("", 1, 1, 1, 1)


def _keep(
    blueprint: Blueprint, lock: Lock
) -> tuple[dict[str, Lease | None], dict[str, Lease], list[Diagnostic]]:
    """Leases that hold on, leases of tenants that are gone, and where the two files disagree."""
    kept: dict[str, Lease | None] = {}
    faults: list[Diagnostic] = []
    known = {**lock.released, **lock.ports}
    for tenant in blueprint.tenants:
        lease = known.get(tenant.name)
        if lease is None or not needs_ports(tenant):
            continue
        pin = tenant.sessions.starting_port
        if pin is not None:
            if pin != lease.starting_port:
                faults.append(contradicts_pin(blueprint, lock, tenant, lease))
            continue
        kept[tenant.name] = lease
        if tenant.sessions.max_services > lease.max_services:
            faults.append(outgrown(blueprint, lock, tenant, lease))
    pinned = {tenant.name for tenant in blueprint.tenants if tenant.sessions.starting_port is not None}
    gone = {name: lease for name, lease in known.items() if name not in kept and name not in pinned}
    return kept, gone, faults


def _hand_out(
    blueprint: Blueprint, claims: Sequence[Claim], sessions: Mapping[str, Ports]
) -> dict[str, int | None]:
    """The lowest free start for each tenant without an interval, in blueprint order; None where none fits."""
    taken = sorted([(claim.first, claim.last) for claim in claims] + _reserved(blueprint))
    handed: dict[str, int | None] = {}
    for tenant in blueprint.tenants:
        if needs_ports(tenant) and tenant.name not in sessions:
            start = _lowest(taken, blueprint.node_ports.pool, wanted(tenant))
            handed[tenant.name] = start
            if start is not None:
                insort(taken, (start, start + wanted(tenant) - 1))
    return handed


def _lowest(taken: Sequence[tuple[int, int]], pool: Ports, size: int) -> int | None:
    at = pool.first
    for first, last in taken:
        if first >= at + size:
            break
        at = max(at, last + 1)
    return at if at + size - 1 <= pool.last else None


def _help_lowest(blueprint: Blueprint, claims: Iterable[Claim], services: int) -> str:
    taken = sorted([(claim.first, claim.last) for claim in claims] + _reserved(blueprint))
    start = _lowest(taken, blueprint.node_ports.pool, services + 1)
    if start is None:
        return f"no {services + 1} ports in a row are free in the pool: widen `spec.nodePorts.pool`"
    return f"the lowest free start for {services} services is {start}"


def _help_move(blueprint: Blueprint, claims: Iterable[Claim], claim: Claim) -> str:
    """The way out for a claim that lies where it cannot: it depends on who chose the place."""
    if claim.kind == "ports":
        return f"run `mtc lock --reallocate {claim.holder}` to move it"
    if claim.kind == "released":
        return _help_prune(claim)
    if claim.kind == "stream":
        return f"free in the pool: {_list(free_intervals(blueprint, claims))}"
    others = [other for other in claims if other is not claim]
    return _help_lowest(blueprint, others, claim.last - claim.first)


def _help_prune(claim: Claim) -> str:
    return f"run `mtc lock --prune` if nobody uses `{claim.holder}`'s addresses any more"


def _overlaps(blueprint: Blueprint, claims: Sequence[Claim]) -> Iterator[Diagnostic]:
    """Each claim against the furthest-reaching one before it; later in the file is the one to move."""
    ordered = sorted(claims)
    reaching: Claim | None = None
    for claim in ordered:
        if reaching is not None and claim.first <= reaching.last:
            yield overlap(blueprint, claims, reaching, claim)
        if reaching is None or claim.last > reaching.last:
            reaching = claim
    reserved = sorted(_reserved(blueprint))
    for claim in ordered:
        for first, last in reserved:
            if claim.ports.overlaps(Ports(first, last)):
                yield reserved_port(blueprint, claims, claim, Ports(first, last))
                break


def _out_of_range(blueprint: Blueprint, claims: Sequence[Claim]) -> Iterator[Diagnostic]:
    pool, allowed = blueprint.node_ports.pool, blueprint.cluster.node_port_range
    if pool.first < allowed.first or pool.last > allowed.last or pool.last < pool.first:
        yield pool_outside_range(blueprint)
    for claim in claims:
        if claim.kind == "released":
            continue
        used = claim.first + 1 if claim.kind != "stream" else claim.first
        if used < allowed.first or claim.last > allowed.last:
            yield outside_range(blueprint, claims, claim)
        elif claim.kind == "pin" and (claim.first < pool.first or claim.last > pool.last):
            yield outside_pool(blueprint, claims, claim)


def _exhausted(
    blueprint: Blueprint, claims: Sequence[Claim], handed: Mapping[str, int | None]
) -> Iterator[Diagnostic]:
    if all(start is not None for start in handed.values()):
        return
    by_name = {tenant.name: tenant for tenant in blueprint.tenants}
    given = [
        Claim(start, start + wanted(by_name[name]) - 1, name, "ports", Span("", 1, 1, 1, 1))
        for name, start in handed.items()
        if start is not None
    ]
    free = free_intervals(blueprint, [*claims, *given])
    for name, start in handed.items():
        if start is None:
            yield exhausted(blueprint, by_name[name], free)


def _describe(claim: Claim) -> str:
    verb = {"stream": "streams on", "released": "held until it was removed", "ports": "was handed"}
    return f"`{claim.holder}` {verb.get(claim.kind, 'reserves')} {claim.first}-{claim.last}"


def overlap(blueprint: Blueprint, claims: Sequence[Claim], one: Claim, other: Claim) -> Diagnostic:
    """Two claims on one node port.

    A node port belongs to the whole cluster: the second Service is refused by the API server when Flux
    applies it, long after the merge.

    Fails:
        tenantDefaults: {sessions: {portMode: true, externalIP: 203.0.113.10}}
        tenants:
          - {name: acme, sessions: {startingPort: 31010}}
          - {name: globex, sessions: {startingPort: 31015}}

    Passes:
        tenantDefaults: {sessions: {portMode: true, externalIP: 203.0.113.10}}
        tenants:
          - {name: acme, sessions: {startingPort: 31010}}
          - {name: globex, sessions: {startingPort: 31021}}
    """
    order = {"released": 0, "ports": 1, "stream": 2, "pin": 3}
    old, new = sorted((one, other), key=lambda claim: (order[claim.kind], claim.span.line, claim.span.column))
    first, last = max(one.first, other.first), min(one.last, other.last)
    if new.kind == "ports":
        help_ = f"two branches took the same ports: run `mtc lock --reallocate {new.holder}`"
    elif old.kind == "released":
        help_ = _help_prune(old) + (", or move the pin" if new.kind == "pin" else "")
    else:
        help_ = _help_move(blueprint, claims, new)
    return Diagnostic(
        "ports/overlap",
        f"tenants `{old.holder}` and `{new.holder}` claim session ports {first}-{last}"
        if old.holder != new.holder
        else f"tenant `{new.holder}` claims ports {first}-{last} twice",
        Label(new.span, _describe(new)),
        help_,
        related=(Label(old.span, _describe(old)),),
    )


def reserved_port(blueprint: Blueprint, claims: Sequence[Claim], claim: Claim, ports: Ports) -> Diagnostic:
    """A claim on a port that is taken already.

    30008, 30080 and 30081 are what the ClearML chart's own Services take by default, and
    `spec.nodePorts.reserved` lists what other things in the cluster use.

    Fails:
        nodePorts: {pool: {first: 30000, last: 32767}}
        tenantDefaults: {sessions: {portMode: true, externalIP: 203.0.113.10}}
        tenants:
          - {name: acme, sessions: {startingPort: 30079}}

    Passes:
        nodePorts: {pool: {first: 30000, last: 32767}}
        tenantDefaults: {sessions: {portMode: true, externalIP: 203.0.113.10}}
        tenants:
          - {name: acme, sessions: {startingPort: 31010}}
    """
    return Diagnostic(
        "ports/reserved",
        f"the ports of `{claim.holder}` cover {_show(ports)}, which is reserved",
        Label(claim.span, _describe(claim)),
        _help_move(blueprint, claims, claim),
    )


def outside_range(blueprint: Blueprint, claims: Sequence[Claim], claim: Claim) -> Diagnostic:
    """A claim beyond the cluster's node ports.

    The API server refuses a Service whose node port lies outside `--service-node-port-range`.

    Fails:
        tenantDefaults: {sessions: {portMode: true, externalIP: 203.0.113.10}}
        tenants:
          - {name: acme, sessions: {startingPort: 32760}}

    Passes:
        tenantDefaults: {sessions: {portMode: true, externalIP: 203.0.113.10}}
        tenants:
          - {name: acme, sessions: {startingPort: 32757}}
    """
    allowed = blueprint.cluster.node_port_range
    return Diagnostic(
        "ports/outside-range",
        f"the ports {claim.first}-{claim.last} of `{claim.holder}` leave the node ports {_show(allowed)}",
        Label(claim.span),
        _help_move(blueprint, claims, claim),
    )


def outside_pool(blueprint: Blueprint, claims: Sequence[Claim], claim: Claim) -> Diagnostic:
    """A pinned interval outside `spec.nodePorts.pool`.

    The pool is what was set aside, in firewalls too, for sessions; a pin outside it meets somebody else's
    Service sooner or later.

    Fails:
        nodePorts: {pool: {first: 31010, last: 32767}}
        tenantDefaults: {sessions: {portMode: true, externalIP: 203.0.113.10}}
        tenants:
          - {name: acme, sessions: {startingPort: 30500}}

    Passes:
        nodePorts: {pool: {first: 31010, last: 32767}}
        tenantDefaults: {sessions: {portMode: true, externalIP: 203.0.113.10}}
        tenants:
          - {name: acme, sessions: {startingPort: 31500}}
    """
    pool = blueprint.node_ports.pool
    return Diagnostic(
        "ports/outside-pool",
        f"the ports {claim.first}-{claim.last} of `{claim.holder}` leave the pool {_show(pool)}",
        Label(claim.span),
        f"{_help_move(blueprint, claims, claim)}, or widen `spec.nodePorts.pool`",
    )


def pool_outside_range(blueprint: Blueprint) -> Diagnostic:
    """A pool that the cluster has no node ports for.

    The API server refuses every Service whose port lies beyond its range: a part of the pool would never
    work.

    Fails:
        nodePorts: {pool: {first: 31010, last: 33000}}

    Passes:
        nodePorts: {pool: {first: 31010, last: 32767}}
    """
    allowed, pool = blueprint.cluster.node_port_range, blueprint.node_ports.pool
    first, last = max(pool.first, allowed.first), min(pool.last, allowed.last)
    return Diagnostic(
        "ports/pool-outside-range",
        f"the pool {_show(pool)} is not a part of the node port range {_show(allowed)}",
        Label(blueprint.value("spec", "nodePorts", "pool")),
        f"write `{{first: {first}, last: {last}}}`, or widen `spec.cluster.nodePortRange`"
        if first <= last
        else "give a pool inside `spec.cluster.nodePortRange`",
    )


def exhausted(blueprint: Blueprint, tenant: Tenant, free: Sequence[Ports]) -> Diagnostic:
    """No interval is left for a tenant.

    Each tenant holds its interval in one piece, one port more than its services. Nobody is moved to make
    room: addresses that users have saved would break.

    Fails:
        nodePorts: {pool: {first: 31010, last: 31030}}
        tenantDefaults: {sessions: {portMode: true, externalIP: 203.0.113.10}}
        tenants:
          - {name: acme}
          - {name: globex}

    Passes:
        nodePorts: {pool: {first: 31010, last: 31031}}
        tenantDefaults: {sessions: {portMode: true, externalIP: 203.0.113.10}}
        tenants:
          - {name: acme}
          - {name: globex}
    """
    left, largest = sum(map(len, free)), max(map(len, free), default=0)
    need = wanted(tenant)
    return Diagnostic(
        "ports/exhausted",
        f"no session ports are left for `{tenant.name}`: it needs {need} in a row, "
        f"{left} are free, the largest gap has {largest}",
        Label(blueprint.key(*tenant.route, "sessions")),
        "widen `spec.nodePorts.pool`, lower `sessions.maxServices`, "
        "or run `mtc lock --prune` to give back the ports of removed tenants",
    )


def outgrown(blueprint: Blueprint, lock: Lock, tenant: Tenant, lease: Lease) -> Diagnostic:
    """A tenant wants more services than the interval that the lock holds for it.

    Moving it by itself would break every address that its users have saved, so somebody must say so.

    Fails: a lock with `maxServices: 10` and a blueprint with `maxServices: 20`.
    Passes: the same after `mtc lock --reallocate TENANT`.
    """
    claims = [*_pins(blueprint), *_streams(blueprint)]
    claims += [_leased(name, one, lock, "ports") for name, one in lock.ports.items() if name != tenant.name]
    claims += [
        _leased(name, one, lock, "released") for name, one in lock.released.items() if name != tenant.name
    ]
    fitting = [ports for ports in free_intervals(blueprint, claims) if len(ports) >= wanted(tenant)]
    return Diagnostic(
        "lock/outgrown",
        f"`{tenant.name}` wants {tenant.sessions.max_services} services, "
        f"and the lock holds ports for {lease.max_services}",
        Label(blueprint.value(*tenant.route, "sessions", "maxServices")),
        f"run `mtc lock --reallocate {tenant.name}` to move it; free: {_list(fitting) or 'none that fits'}",
        related=(Label(_in_lock(lock, (_section(lock, tenant), tenant.name, "maxServices")), "handed out"),),
    )


def _section(lock: Lock, tenant: Tenant) -> str:
    return "ports" if tenant.name in lock.ports else "released"


def contradicts_pin(blueprint: Blueprint, lock: Lock, tenant: Tenant, lease: Lease) -> Diagnostic:
    """The blueprint pins a tenant to other ports than the lock holds for it.

    One of the two is out of date, and users have saved addresses with the one or the other.

    Fails: a lock with `startingPort: 31021` for a tenant that the blueprint pins to 31100.
    Passes: the same after `mtc lock --reallocate TENANT`.
    """
    section = _section(lock, tenant)
    return Diagnostic(
        "lock/contradicts-pin",
        f"`{tenant.name}` is pinned to {tenant.sessions.starting_port}, "
        f"and the lock holds {lease.starting_port} for it",
        Label(blueprint.value(*tenant.route, "sessions", "startingPort")),
        f"run `mtc lock --reallocate {tenant.name}` to follow the pin, or pin it to {lease.starting_port}",
        related=(Label(_in_lock(lock, (section, tenant.name, "startingPort")), "handed out"),),
    )


def _show(ports: Ports) -> str:
    return str(ports.first) if ports.first == ports.last else f"{ports.first}-{ports.last}"


def _list(free: Sequence[Ports]) -> str:
    shown = ", ".join(_show(ports) for ports in free[:4])
    return shown + (", …" if len(free) > 4 else "")
