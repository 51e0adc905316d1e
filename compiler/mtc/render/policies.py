"""NetworkPolicies: the walls between tenants, and the doors that the components need.

`guide` is the guide's policies as printed. `standard` closes every namespace of the tree and opens what the
components need; `strict` adds a wall on the way out of tenants' namespaces. Ports are pods' ports.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from mtc.model.blueprint import Cluster
from mtc.model.clearml import (
    API_PORT,
    DNS_PORT,
    FILES_PORT,
    REDIS_PORT,
    SESSION_LABEL,
    SESSION_POD_PORT,
    SOLVER_LABELS,
    SOLVER_PORT,
    WEB_PORTS,
)
from mtc.model.document import Document
from mtc.model.plan import Plan, Release, TenantPlan
from mtc.model.source import Data, Route
from mtc.render.jobs import JOB_LABEL
from mtc.render.objects import BLUEPRINT_LABEL, KEEP, TENANT_LABEL, document, metadata

API = "networking.k8s.io/v1"
NAMESPACE_NAME = "kubernetes.io/metadata.name"
NODE_LOCAL_DNS = "169.254.20.10/32"  # NodeLocal DNSCache (kubernetes cluster/addons/dns/nodelocaldns)
# Nobody's on the internet. The cloud's metadata service is at 169.254.169.254 and at fd00:ec2::254.
PRIVATE = {
    4: ("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
    6: ("fc00::/7", "fe80::/10"),
}
WHOLE = {4: "0.0.0.0/0", 6: "::/0"}

_SOLVERS: dict[str, Data] = {"matchLabels": dict(SOLVER_LABELS)}
_EVERY_POD: dict[str, Data] = {}
_OWN_NAMESPACE: list[Data] = [{"podSelector": {}}]


def platform_policies(plan: Plan) -> Iterator[Document]:
    """Policies of the server, billing, Redis, control and GPU namespaces."""
    if plan.blueprint.isolation == "guide":
        yield from _guide(plan)
        return
    control: Route = ("spec", "flux")
    yield _policy(plan.control, "default-deny-ingress", _EVERY_POD, control, ingress=[])
    yield _jobs(plan)
    yield from _server(plan)
    if plan.redis is not None:
        yield from _shared_redis(plan, plan.redis)
    if plan.billing is not None:
        yield from _billing(plan, plan.billing)
    for release in (plan.gpu_operator, plan.dynamic_mig):
        if release is not None:
            yield from _operator(plan, release)


def tenant_policies(plan: Plan, tenant: TenantPlan) -> Iterator[Document]:
    """Policies of one tenant's namespace."""
    yield _tenant(tenant, "default-deny-ingress", _EVERY_POD, ingress=[{"from": _OWN_NAMESPACE}])
    yield from _allowed(tenant, walled=plan.blueprint.isolation == "strict")
    if plan.blueprint.isolation == "guide":
        return
    cluster = plan.blueprint.cluster
    if tenant.gateway is not None and not tenant.spec.suspended:
        pods = _labelled("app.kubernetes.io/name", tenant.gateway.prefix)
        rule: Data = {"from": _controller(cluster)}
        yield _tenant(tenant, "allow-ingress-controller", pods, ingress=[rule], field="gateway")
        if plan.blueprint.tls.cluster_issuer is not None:
            solver = _solver(cluster)
            yield _tenant(tenant, "allow-acme-solver", _SOLVERS, ingress=[solver], field="gateway")
        if tenant.stream_ports is not None:
            first, last = tenant.stream_ports.first, tenant.stream_ports.last
            ports: list[Data] = [
                {"protocol": protocol, "port": first, "endPort": last} for protocol in ("TCP", "UDP")
            ]
            rule = {"from": _blocks(tenant.spec.sessions.client_cidrs), "ports": ports}
            yield _tenant(tenant, "allow-streams", pods, ingress=[rule], field="gateway")
    if tenant.spec.sessions.port_mode:
        sessions: dict[str, Data] = {
            "matchExpressions": [{"key": SESSION_LABEL, "operator": "Exists"}],
        }
        rule = {"from": _blocks(tenant.spec.sessions.client_cidrs), "ports": [_tcp(SESSION_POD_PORT)]}
        yield _tenant(tenant, "allow-sessions", sessions, ingress=[rule], field="sessions")
    if plan.blueprint.isolation == "strict":
        yield _tenant(tenant, "restrict-egress", _EVERY_POD, egress=list(_egress(plan, tenant)))


def _guide(plan: Plan) -> Iterator[Document]:
    server = plan.server.release
    origin: Route = ("spec", "isolation")
    own: list[Data] = [{"from": _OWN_NAMESPACE}]
    yield _policy(server.namespace, "default-deny-ingress", _EVERY_POD, origin, ingress=own)
    pods = _labelled("app.kubernetes.io/name", server.prefix)
    anyone: list[Data] = [{"from": [{"ipBlock": {"cidr": WHOLE[4]}}]}]
    yield _policy(server.namespace, "allow-clearml-ingress", pods, origin, ingress=anyone)
    if plan.billing is not None:
        peers: list[Data] = [*_OWN_NAMESPACE, {"namespaceSelector": _name(server.namespace)}]
        rule: Data = {"from": peers}
        yield _policy(plan.billing.namespace, "allow-clearml-ingress", _EVERY_POD, origin, ingress=[rule])


def _jobs(plan: Plan) -> Document:
    """What the Jobs of the control namespace may reach: DNS, the API, Kubernetes, and a package's host."""
    cluster = plan.blueprint.cluster
    api: dict[str, Data] = {"app.kubernetes.io/instance": f"{plan.server.release.prefix}-apiserver"}
    rules: list[Data] = list(_dns(cluster))
    rules.append(
        {"to": [_pods(plan.server.release.namespace, api)], "ports": [_tcp(API_PORT)]},
    )
    if cluster.api_server_cidrs:
        rules.append({"to": _blocks(cluster.api_server_cidrs)})
    package = plan.blueprint.server.applications.package
    known = (plan.blueprint.bootstrap.api_url, package.url if package else None)
    urls = [url for url in known if url is not None]
    if urls or not cluster.api_server_cidrs:
        # The Kubernetes API's address, a download's and another API's are not known here: their ports are.
        ports = {443, 6443, *map(_port, urls)}
        rules.append({"ports": [_tcp(port) for port in sorted(ports)]})
    pods: dict[str, Data] = {"matchExpressions": [{"key": JOB_LABEL, "operator": "Exists"}]}
    meta = metadata("allow-jobs", plan.control, annotations=KEEP)
    path = f"{plan.control}.allow-jobs.networkpolicy.yaml"
    body = _spec(pods, None, rules)
    return document(path, API, "NetworkPolicy", meta, body, origin=("spec", "bootstrap"))


def _port(url: str) -> int:
    """The port that a URL leads to."""
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _dns(cluster: Cluster) -> Iterator[Data]:
    """DNS' pods, and the node's own cache, which is no pod to a policy and has one address everywhere."""
    pods = _pods(cluster.dns.namespace, dict(cluster.dns.pod_labels))
    peers: dict[int, list[Data]] = {cluster.dns.port: [pods]}
    peers.setdefault(DNS_PORT, []).extend(_blocks([NODE_LOCAL_DNS]))
    for port, at in peers.items():
        yield {"to": at, "ports": [{"protocol": protocol, "port": port} for protocol in ("UDP", "TCP")]}


def _server(plan: Plan) -> Iterator[Document]:
    server = plan.server.release
    origin: Route = ("spec", "server")
    own: list[Data] = [{"from": _OWN_NAMESPACE}]
    yield _policy(server.namespace, "default-deny-ingress", _EVERY_POD, origin, ingress=own)
    controller = _controller(plan.blueprint.cluster)
    for component, ports in (
        ("apiserver", (API_PORT,)),
        ("fileserver", (FILES_PORT,)),
        ("webserver", WEB_PORTS),
    ):
        pods = _labelled("app.kubernetes.io/instance", f"{server.prefix}-{component}")
        rule: Data = {"from": controller, "ports": [_tcp(port) for port in ports]}
        yield _policy(server.namespace, f"allow-ingress-to-{component}", pods, origin, ingress=[rule])
    if plan.blueprint.tls.cluster_issuer is not None:
        solver = _solver(plan.blueprint.cluster)
        yield _policy(server.namespace, "allow-acme-solver", _SOLVERS, origin, ingress=[solver])
    pods = _labelled("app.kubernetes.io/instance", f"{server.prefix}-apiserver")
    callers: list[Data] = [_tenants(plan), {"namespaceSelector": _name(plan.control)}]
    rule = {"from": callers, "ports": [_tcp(API_PORT)]}
    yield _policy(server.namespace, "allow-tenants-to-apiserver", pods, origin, ingress=[rule])


def _shared_redis(plan: Plan, redis: Release) -> Iterator[Document]:
    origin: Route = ("spec", "redis")
    own: list[Data] = [{"from": _OWN_NAMESPACE}]
    yield _policy(redis.namespace, "default-deny-ingress", _EVERY_POD, origin, ingress=own)
    pods = _labelled("app.kubernetes.io/instance", redis.release_name)
    rule: Data = {"from": [_tenants(plan)], "ports": [_tcp(REDIS_PORT)]}
    yield _policy(redis.namespace, "allow-tenants", pods, origin, ingress=[rule])


def _billing(plan: Plan, release: Release) -> Iterator[Document]:
    origin: Route = ("spec", "billing")
    billing = plan.blueprint.billing
    own: list[Data] = [{"from": _OWN_NAMESPACE}]
    yield _policy(release.namespace, "default-deny-ingress", _EVERY_POD, origin, ingress=own)
    _, _, kafka = billing.kafka.host.rpartition(":")
    ports = [_tcp(int(kafka) if kafka.isdigit() else 9092), _tcp(billing.redis.port)]
    rule: Data = {"from": [{"namespaceSelector": _name(plan.server.release.namespace)}], "ports": ports}
    yield _policy(release.namespace, "allow-server", _EVERY_POD, origin, ingress=[rule])


def _operator(plan: Plan, release: Release) -> Iterator[Document]:
    rules: list[Data] = [{"from": _OWN_NAMESPACE}]
    callers = plan.blueprint.cluster.api_server_cidrs
    if callers:  # admission webhooks are called by the API server, from its own address
        rules.append({"from": _blocks(callers)})
    yield _policy(release.namespace, "default-deny-ingress", _EVERY_POD, release.origin, ingress=rules)


def _egress(plan: Plan, tenant: TenantPlan) -> Iterator[Data]:
    cluster = plan.blueprint.cluster
    server = plan.server.release
    yield {"to": _OWN_NAMESPACE}
    yield from _dns(cluster)
    yield {"to": _controller(cluster)}
    api: dict[str, Data] = {"app.kubernetes.io/instance": f"{server.prefix}-apiserver"}
    yield {"to": [_pods(server.namespace, api)], "ports": [_tcp(API_PORT)]}
    if plan.redis is not None:
        redis: dict[str, Data] = {"app.kubernetes.io/instance": plan.redis.release_name}
        yield {"to": [_pods(plan.redis.namespace, redis)], "ports": [_tcp(REDIS_PORT)]}
    yield {"to": _blocks(cluster.api_server_cidrs)}
    yield {"to": list(_internet(cluster))}


def _internet(cluster: Cluster) -> Iterator[Data]:
    """Everywhere but the cluster and private ranges, for each family in use."""
    closed = (*cluster.pod_cidrs, *cluster.service_cidrs)
    families = [4] + ([6] if any(_family(cidr) == 6 for cidr in closed) else [])
    for family in families:
        known = list(PRIVATE[family])
        known += [cidr for cidr in closed if _family(cidr) == family and cidr not in known]
        excepted: list[Data] = list(known)
        yield {"ipBlock": {"cidr": WHOLE[family], "except": excepted}}


def _allowed(tenant: TenantPlan, *, walled: bool) -> Iterator[Document]:
    """The flows that somebody asked for, each a policy with its reason.

    Outwards only where egress is closed: elsewhere such a policy would close all that it does not name.
    """
    for index, allow in enumerate(tenant.spec.allow):
        if allow.direction == "out" and not walled:
            continue
        if allow.cidr is not None:
            peer: Data = {"ipBlock": {"cidr": allow.cidr}}
        else:
            peer = _pods(allow.namespace or "", dict(allow.pod_labels))
        ports: list[Data] = [{"protocol": port.protocol, "port": port.port} for port in allow.ports]
        side = "from" if allow.direction == "in" else "to"
        rule: dict[str, Data] = {side: [peer]}
        if ports:
            rule["ports"] = ports
        direction = "ingress" if allow.direction == "in" else "egress"
        yield _tenant(
            tenant,
            f"allow-{index + 1}-{allow.direction}",
            _component(tenant, allow.component, dict(allow.component_labels)),
            ingress=[rule] if direction == "ingress" else None,
            egress=[rule] if direction == "egress" else None,
            field="allow",
            reason=allow.reason,
        )


def _component(tenant: TenantPlan, component: str | None, labels: dict[str, Data]) -> dict[str, Data]:
    if labels:
        return {"matchLabels": labels}
    if component == "agent":
        return _labelled("app.kubernetes.io/name", tenant.agent.prefix)
    if component == "gateway" and tenant.gateway is not None:
        return _labelled("app.kubernetes.io/name", tenant.gateway.prefix)
    if component == "sessions":
        return {"matchExpressions": [{"key": SESSION_LABEL, "operator": "Exists"}]}
    if component == "tasks":
        return {"matchLabels": {"CLEARML": "agent"}}
    return {}


def _controller(cluster: Cluster) -> list[Data]:
    """Where requests come from: the controller's pods, or the nodes when it is on them; and its addresses."""
    controller = cluster.ingress_controller
    if controller.host_network:  # no selector matches its pods
        found = _blocks(cluster.node_cidrs)
    else:
        found = [_pods(controller.namespace, dict(controller.pod_labels))]
    return found + _blocks([_host(address) for address in controller.addresses])


def _solver(cluster: Cluster) -> Data:
    return {"from": _controller(cluster), "ports": [_tcp(SOLVER_PORT)]}


def _host(address: str) -> str:
    return address if "/" in address else f"{address}/{128 if ':' in address else 32}"


def _tenants(plan: Plan) -> Data:
    """Pods in any of this blueprint's tenants' namespaces."""
    return {
        "namespaceSelector": {
            "matchLabels": {BLUEPRINT_LABEL: plan.name},
            "matchExpressions": [{"key": TENANT_LABEL, "operator": "Exists"}],
        }
    }


def _pods(namespace: str, labels: dict[str, Data]) -> Data:
    return {"namespaceSelector": _name(namespace), "podSelector": {"matchLabels": labels} if labels else {}}


def _name(namespace: str) -> dict[str, Data]:
    return {"matchLabels": {NAMESPACE_NAME: namespace}}


def _labelled(key: str, value: str) -> dict[str, Data]:
    return {"matchLabels": {key: value}}


def _blocks(cidrs: Sequence[str]) -> list[Data]:
    return [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]


def _family(cidr: str) -> int:
    return 6 if ":" in cidr else 4


def _tcp(port: int) -> Data:
    return {"protocol": "TCP", "port": port}


def _tenant(
    tenant: TenantPlan,
    name: str,
    pods: dict[str, Data],
    *,
    ingress: list[Data] | None = None,
    egress: list[Data] | None = None,
    field: str | None = None,
    reason: str | None = None,
) -> Document:
    spec = tenant.spec
    origin: Route = (*spec.route, field) if field is not None else spec.route
    annotations = {**(KEEP if spec.protect else {}), **({"mtc/reason": reason} if reason else {})}
    meta = metadata(name, spec.namespace, tenant=spec.name, annotations=annotations)
    path = f"{name}.networkpolicy.yaml"
    body = _spec(pods, ingress, egress)
    return document(path, API, "NetworkPolicy", meta, body, origin=origin, tenant=spec.name)


def _policy(
    namespace: str, name: str, pods: dict[str, Data], origin: Route, *, ingress: list[Data]
) -> Document:
    meta = metadata(name, namespace, annotations=KEEP)
    path = f"{namespace}.{name}.networkpolicy.yaml"
    return document(path, API, "NetworkPolicy", meta, _spec(pods, ingress, None), origin=origin)


def _spec(pods: dict[str, Data], ingress: list[Data] | None, egress: list[Data] | None) -> dict[str, Data]:
    spec: dict[str, Data] = {"podSelector": pods}
    rules = (("Ingress", ingress), ("Egress", egress))
    spec["policyTypes"] = [name for name, given in rules if given is not None]
    if ingress is not None:
        spec["ingress"] = ingress
    if egress is not None:
        spec["egress"] = egress
    return {"spec": spec}
