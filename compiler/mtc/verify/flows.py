"""What should be possible: the flows that a plan needs, asks for and exposes. Everything else is forbidden.

Sources: the agents, gateways and Jobs as ClearML's charts and the bootstrap program make their calls; ports
are pods' ports. A tenant's own pods may carry any label, so whatever may enter one of its components may
enter `tasks`, `sessions` and `others` of the same namespace too: that is the tenant's own affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from mtc.model.blueprint import Allow, Cluster
from mtc.model.clearml import (
    API_PORT,
    DNS_PORT,
    FILES_PORT,
    REDIS_PORT,
    SESSION_POD_PORT,
    SOLVER_PORT,
    WEB_PORTS,
)
from mtc.model.plan import Plan, Release, TenantPlan
from mtc.model.record import Record
from mtc.reach.addresses import EVERY_IPV4, block
from mtc.reach.outside import CONTROLLER_ADDRESSES, INTERNET, KUBERNETES, NODE_DNS, is_public
from mtc.reach.ports import EVERY_PORT, NO_PORT, port_range
from mtc.reach.ranges import Ranges
from mtc.reach.reading import Reading
from mtc.reach.releases import OTHERS, SESSIONS, TASKS
from mtc.reach.selectors import Requirement, Selector
from mtc.reach.topology import CONTROLLER, DNS, Topology
from mtc.reach.world import Endpoint, Outside, Pod

NEEDED, ASKED, EXPOSED, OWN = "needed", "asked for", "exposed", "own labels"
_OPEN = frozenset((TASKS, SESSIONS, OTHERS))
_RUNNING = frozenset(("agent", "gateway", TASKS, SESSIONS))
_CHALLENGES = "challenges for certificates"
_HTTPS = (443, 6443, 8443)


class Ends(Record, frozen=True):
    """Pods of these names in these namespaces, or whoever is at the addresses of one outside; None is all."""

    namespaces: frozenset[str] | None = frozenset()
    pods: frozenset[str] | None = None
    outside: Outside | None = None

    def holds(self, endpoint: Endpoint) -> bool:
        """Whether the endpoint is one of these."""
        if isinstance(endpoint, Outside):
            return self.outside is not None and self.outside.addresses.overlaps(endpoint.addresses)
        if self.outside is not None or (self.pods is not None and endpoint.workload.name not in self.pods):
            return False
        return self.namespaces is None or endpoint.namespace in self.namespaces


class Flow(Record, frozen=True):
    """Connections that a plan means to be possible, and why. Only those of NEEDED, ASKED and EXPOSED must be.

    `within`: between pods of one namespace, whatever namespaces the ends speak of.
    """

    source: Ends
    target: Ends
    ports: Ranges
    why: str
    purpose: str
    within: bool = False


class Kind(Record, frozen=True):
    """Tenants from and to which the same flows are meant."""

    namespaces: frozenset[str]
    tenants: tuple[TenantPlan, ...]
    flows: tuple[Flow, ...]


class Expected(Record, frozen=True):
    """All flows of a plan. `walled`: those whose connections out of the tree are restricted too."""

    common: tuple[Flow, ...]
    kinds: tuple[Kind, ...]
    ours: Mapping[str, None]
    tenants: frozenset[str]
    walled: tuple[Ends, ...]

    def judged(self, source: Endpoint, target: Endpoint, rendered: Mapping[str, object]) -> bool:
        """Whether a flow that is not meant is forbidden: into our namespaces, or out of what is walled in."""
        if isinstance(target, Pod) and target.namespace in self.ours:
            return True
        if any(ends.holds(source) for ends in self.walled):
            return True
        from_tenant = isinstance(source, Pod) and source.namespace in self.tenants
        return from_tenant and isinstance(target, Pod) and target.namespace in rendered


def expected_flows(plan: Plan, topology: Topology) -> Expected:
    """The flows of a plan, in the topology of its tree."""
    tenants = frozenset(tenant.namespace.name for tenant in plan.tenants)
    ours = dict.fromkeys([each.name for each in plan.namespaces] + [t.namespace.name for t in plan.tenants])
    places = _Places(plan, topology, tenants)
    common = (*_platform(places), *_every_tenant(places))
    kinds = tuple(_kinds(places))
    walled: list[Ends] = []
    if plan.blueprint.isolation != "guide":
        walled.append(places.jobs)
    if plan.blueprint.isolation == "strict":
        walled.append(Ends(tenants))
    return Expected(common, kinds, ours, tenants, tuple(walled))


def allows_of(plan: Plan) -> Iterator[Allow]:
    """The extra flows of all tenants; those that many inherit are one object, and come once."""
    for allows in {id(tenant.spec.allow): tenant.spec.allow for tenant in plan.tenants}.values():
        yield from allows


def allowed_peers(plan: Plan) -> Iterator[tuple[str, Mapping[str, str]]]:
    """(namespace, labels) of the pods that `allow` names, whether or not a policy does."""
    for allow in allows_of(plan):
        if allow.namespace is not None:
            yield allow.namespace, allow.pod_labels


def meant_networks(plan: Plan) -> Iterator[str]:
    """The networks that tenants may talk with by `allow`, or that clients come from."""
    yield from (allow.cidr for allow in allows_of(plan) if allow.cidr is not None)
    for cidrs in dict.fromkeys(tenant.spec.sessions.client_cidrs for tenant in plan.tenants):
        yield from cidrs


class _Places:
    """The ends that flows of a plan have in common."""

    def __init__(self, plan: Plan, topology: Topology, tenants: frozenset[str]) -> None:
        cluster = plan.blueprint.cluster
        self.plan, self.topology, self.cluster = plan, topology, cluster
        self.tenants = Ends(tenants)
        self.jobs = Ends(frozenset((plan.control,)))
        self.api = self.server("apiserver")
        pods = Ends(frozenset((cluster.dns.namespace,)), frozenset((DNS,)))
        cache = Ends(outside=topology.outside[NODE_DNS])
        self.dns = ((pods, _dns_ports(cluster.dns.port)), (cache, _dns_ports(DNS_PORT)))
        self.kubernetes = Ends(outside=topology.outside[KUBERNETES])
        self.internet = Ends(outside=_ipv4(topology.outside.get(INTERNET)))
        self.controllers = tuple(_controllers(cluster, topology))

    def server(self, *pods: str) -> Ends:
        """Pods of the server."""
        return Ends(frozenset((self.plan.server.release.namespace,)), frozenset(pods) or None)


def _controllers(cluster: Cluster, topology: Topology) -> Iterator[Ends]:
    if not cluster.ingress_controller.host_network:
        yield Ends(frozenset((cluster.ingress_controller.namespace,)), frozenset((CONTROLLER,)))
    if CONTROLLER_ADDRESSES in topology.outside:
        yield Ends(outside=topology.outside[CONTROLLER_ADDRESSES])


def _platform(at: _Places) -> Iterator[Flow]:
    plan = at.plan
    web = Ranges.of(span for port in WEB_PORTS for span in _tcp(port).spans)
    for controller in at.controllers:
        pods = {"apiserver": _tcp(API_PORT), "webserver": web, "fileserver": _tcp(FILES_PORT)}
        for pod, ports in pods.items():
            yield Flow(controller, at.server(pod), ports, NEEDED, f"requests to the {pod}")
        if plan.blueprint.tls.cluster_issuer is not None:
            yield Flow(controller, at.server("solver"), _tcp(SOLVER_PORT), NEEDED, _CHALLENGES)
    databases = at.server("mongodb", "elasticsearch", "redis")
    yield Flow(at.api, databases, port_range("TCP"), NEEDED, "the server's databases", within=True)
    yield from _jobs(at)
    if plan.billing is not None:
        yield _billing(at, plan.billing)
    for release in filter(None, (plan.redis, plan.billing, plan.gpu_operator, plan.dynamic_mig)):
        own = Ends(frozenset((release.namespace,)))
        yield Flow(own, own, port_range("TCP"), NEEDED, "among the release's own pods", within=True)
    for release in filter(None, (plan.gpu_operator, plan.dynamic_mig)):
        if at.cluster.api_server_cidrs:
            target = Ends(frozenset((release.namespace,)))
            yield Flow(at.kubernetes, target, EVERY_PORT, NEEDED, "calls of admission webhooks")


def _jobs(at: _Places) -> Iterator[Flow]:
    blueprint = at.plan.blueprint
    for dns, ports in at.dns:
        yield Flow(at.jobs, dns, ports, NEEDED, "names")
    yield Flow(at.jobs, at.api, _tcp(API_PORT), NEEDED, "calls of the API")
    yield Flow(at.jobs, at.kubernetes, _tcp(443) | _tcp(6443), NEEDED, "the Secret with what was minted")
    if at.cluster.api_server_cidrs:
        yield Flow(at.jobs, at.kubernetes, EVERY_PORT, OWN, "the Kubernetes API at its addresses")
    package = blueprint.server.applications.package
    urls = [url for url in (blueprint.bootstrap.api_url, package.url if package else None) if url is not None]
    for url in urls:
        yield Flow(at.jobs, at.internet, _tcp(_port(url)), NEEDED, "the archive, or the API's other address")
    if urls or not at.cluster.api_server_cidrs:
        # Where an address is not known, the rule is for the port, at every address.
        ports = Ranges.of(span for port in (443, 6443, *map(_port, urls)) for span in _tcp(port).spans)
        yield Flow(at.jobs, Ends(None), ports, OWN, "addresses that are not known")
        for outside in at.topology.outside.values():
            yield Flow(at.jobs, Ends(outside=outside), ports, OWN, "addresses that are not known")


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (80 if parts.scheme == "http" else 443)


def _billing(at: _Places, release: Release) -> Flow:
    billing = at.plan.blueprint.billing
    _, _, kafka = billing.kafka.host.rpartition(":")
    ports = _tcp(int(kafka) if kafka.isdigit() else 9092) | _tcp(billing.redis.port)
    return Flow(at.server(), Ends(frozenset((release.namespace,))), ports, NEEDED, "events to billing")


def _every_tenant(at: _Places) -> Iterator[Flow]:
    """What every tenant's pods may reach, needed by some of them (`_running`)."""
    yield Flow(at.tenants, at.api, _tcp(API_PORT), OWN, "calls of the API")
    for dns, ports in at.dns:
        yield Flow(at.tenants, dns, ports, OWN, "names")
    for controller in at.controllers:
        yield Flow(at.tenants, controller, EVERY_PORT, OWN, "the public addresses of the server and the apps")
    yield Flow(at.tenants, at.kubernetes, EVERY_PORT, OWN, "the Kubernetes API")
    for outside in at.topology.outside.values():
        if is_public(outside):
            yield Flow(at.tenants, Ends(outside=outside), EVERY_PORT, OWN, "packages, images, data")
    if at.plan.redis is not None:
        redis = Ends(frozenset((at.plan.redis.namespace,)), frozenset(("redis", "redis-replicas")))
        yield Flow(at.tenants, redis, _tcp(REDIS_PORT), OWN, "the Redis that all share")


def likeness(tenant: TenantPlan) -> tuple[object, ...]:
    """Equal for tenants of which the same flows are meant."""
    spec = tenant.spec
    # Tenants that inherit `allow` share one object, which the blueprint keeps alive.
    allow = id(spec.allow) if spec.allow else None
    redis = tenant.redis is not None, tenant.redis_release is not None
    sessions = (spec.sessions.port_mode, spec.sessions.client_cidrs)
    return spec.suspended, tenant.gateway is not None, tenant.stream_ports, redis, sessions, allow


def _kinds(at: _Places) -> Iterator[Kind]:
    alike: dict[tuple[object, ...], list[TenantPlan]] = {}
    for tenant in at.plan.tenants:
        alike.setdefault((likeness(tenant), tuple(_chosen(at, tenant))), []).append(tenant)
    for tenants in alike.values():
        namespaces = frozenset(tenant.namespace.name for tenant in tenants)
        yield Kind(namespaces, tuple(tenants), tuple(_tenant(at, tenants[0], namespaces)))


def _chosen(at: _Places, tenant: TenantPlan) -> Iterator[tuple[str, ...]]:
    """Which of its pods `allow` speaks of by labels: another chart's pods have others."""
    for allow in tenant.spec.allow:
        if allow.component_labels:
            for reading in (Reading.MUST, Reading.MAY):
                yield tuple(
                    _selected(at.topology, tenant.namespace.name, allow.component_labels, reading)
                )


def _tenant(at: _Places, tenant: TenantPlan, namespaces: frozenset[str]) -> Iterator[Flow]:
    def pods(*names: str) -> Ends:
        return Ends(namespaces, frozenset(names))

    spec = tenant.spec
    gateway = tenant.gateway is not None and not spec.suspended
    if not spec.suspended:
        yield from _running(at, tenant, namespaces)
    if gateway:
        for controller in at.controllers:
            yield from _inward(controller, pods("gateway"), EVERY_PORT, NEEDED, "requests to the gateway")
            if at.plan.blueprint.tls.cluster_issuer is not None:
                yield Flow(controller, pods("solver"), _tcp(SOLVER_PORT), NEEDED, _CHALLENGES)
        apps = pods(TASKS, SESSIONS)
        yield Flow(pods("gateway"), apps, port_range("TCP"), NEEDED, "apps and sessions", within=True)
        if tenant.stream_ports is not None:
            first, last = tenant.stream_ports.first, tenant.stream_ports.last
            ports = port_range("TCP", first, last) | port_range("UDP", first, last)
            yield from _exposed(spec.sessions.client_cidrs, pods("gateway"), ports, "streams on node ports")
    if spec.sessions.port_mode:
        ports = _tcp(SESSION_POD_PORT)
        yield from _exposed(spec.sessions.client_cidrs, pods(SESSIONS), ports, "sessions on node ports")
    for allow in spec.allow:
        yield from _allowed(at, allow, namespaces)


def _running(at: _Places, tenant: TenantPlan, namespaces: frozenset[str]) -> Iterator[Flow]:
    agent = Ends(namespaces, frozenset(("agent",)))
    running = _RUNNING if tenant.gateway is not None else _RUNNING - {"gateway"}
    everyone = Ends(namespaces, running)
    for dns, ports in at.dns:
        yield Flow(everyone, dns, ports, NEEDED, "names")
    for controller in at.controllers:
        https = Ranges.of(span for port in _HTTPS for span in _tcp(port).spans)
        yield Flow(everyone, controller, https, NEEDED, "the public addresses of the server and the apps")
    yield Flow(everyone, at.api, _tcp(API_PORT), NEEDED, "calls of the API")
    yield Flow(everyone, at.kubernetes, _tcp(443) | _tcp(6443), NEEDED, "the Kubernetes API")
    yield Flow(everyone, at.internet, _tcp(443), NEEDED, "packages, images, data")
    tasks = Ends(namespaces, _OPEN)
    yield Flow(everyone, tasks, port_range("TCP"), NEEDED, "tasks among themselves", within=True)
    redis = frozenset(("redis",))
    if tenant.redis is not None:
        shared = at.plan.redis
        ends = Ends(frozenset((shared.namespace,)) if shared is not None else namespaces, redis)
        own = shared is None
        yield Flow(agent, ends, _tcp(REDIS_PORT), NEEDED, "the agent's state in Redis", within=own)


def _inward(source: Ends, target: Ends, ports: Ranges, why: str, purpose: str) -> Iterator[Flow]:
    yield Flow(source, target, ports, why, purpose)
    yield Flow(source, Ends(target.namespaces, _OPEN), ports, OWN, purpose)


def _exposed(cidrs: Iterable[str], target: Ends, ports: Ranges, purpose: str) -> Iterator[Flow]:
    """A port that is published on nodes: for clients, and for any pod, whose address some plugins match."""
    clients = Outside("clients", _blocks(cidrs))
    yield from _inward(Ends(outside=clients), target, ports, EXPOSED, purpose)
    yield from _inward(Ends(None), target, ports, OWN, purpose)


def _allowed(at: _Places, allow: Allow, namespaces: frozenset[str]) -> Iterator[Flow]:
    """A flow of `allow`. It must work where it leaves the tree; inside, the other end has its own walls."""
    names = {"agent": {"agent"}, "gateway": {"gateway"}, "sessions": {SESSIONS}, "tasks": {TASKS, SESSIONS}}
    own = names.get(allow.component or "")
    may = own
    if allow.component_labels:
        first = min(namespaces)
        own = set(_selected(at.topology, first, allow.component_labels, Reading.MUST))
        may = set(_selected(at.topology, first, allow.component_labels, Reading.MAY))
    mine = Ends(namespaces, frozenset(own) if own is not None else None)
    open_ = Ends(namespaces, _OPEN | may if may is not None else None)
    ports = EVERY_PORT if not allow.ports else NO_PORT
    for port in allow.ports:
        ports |= port_range(port.protocol, port.port, port.port)
    for peer, why in _peers(at, allow):
        for ends, said in ((mine, why), (open_, OWN)):
            source, target = (peer, ends) if allow.direction == "in" else (ends, peer)
            yield Flow(source, target, ports, said, allow.reason)


def _peers(at: _Places, allow: Allow) -> Iterator[tuple[Ends, str]]:
    if allow.cidr is None:
        namespace = allow.namespace or ""
        pods = frozenset(_selected(at.topology, namespace, allow.pod_labels, Reading.MAY))
        yield Ends(frozenset((namespace,)), pods), OWN if namespace in at.topology.rendered else ASKED
        return
    yield Ends(outside=Outside(allow.cidr, _blocks((allow.cidr,)))), ASKED
    if allow.direction == "in" and not at.cluster.pod_cidrs:  # nobody knows which pods are at these addresses
        yield Ends(None), OWN


def _selected(
    topology: Topology, namespace: str, labels: Mapping[str, str], reading: Reading
) -> Iterator[str]:
    """Names of the pods of a namespace that a selector of these labels may, or must, select."""
    selector = Selector(tuple(sorted(Requirement(key, "In", (text,)) for key, text in labels.items())))
    for pod in topology.world.pods_in(namespace):
        if selector.matches(pod.workload.labels, reading):
            yield pod.workload.name


def _ipv4(outside: Outside | None) -> Outside:
    """Everyone's internet: IPv6 is for clusters that have it."""
    addresses = outside.addresses & EVERY_IPV4 if outside is not None else EVERY_IPV4
    return Outside(INTERNET, addresses or EVERY_IPV4)


def _blocks(cidrs: Iterable[str]) -> Ranges:
    return Ranges.of(span for cidr in cidrs for span in block(cidr).spans)


def _tcp(port: int) -> Ranges:
    return port_range("TCP", port, port)


def _dns_ports(port: int) -> Ranges:
    return port_range("UDP", port, port) | _tcp(port)
