"""Networks, flows and labels that network policies are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from mtc.check.findings import Finding, rule, shared
from mtc.check.namespaces import platform
from mtc.model.blueprint import Blueprint, Tenant
from mtc.model.clearml import SESSION_LABEL, TASK_LABELS
from mtc.model.source import Route

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    Network: TypeAlias = IPv4Network | IPv6Network

CLUSTER: Route = ("spec", "cluster")
RESERVED_DOMAINS = ("mtc", "kubernetes.io", "k8s.io", "pod-security.kubernetes.io")
FLUX_DOMAIN = "toolkit.fluxcd.io"
# By these the agent, Services and policies know a task's pod, or it would look like another.
TASK_POD_LABELS = frozenset(
    (
        *TASK_LABELS,
        SESSION_LABEL,
        "clearml-agent-queue",
        "clearml-agent-queue-name",
        "clearml-task-id",
        "clearml-parent-task-id",
        "app.kubernetes.io/name",
        "app.kubernetes.io/instance",
        "app.kubernetes.io/component",
    )
)


def bad_cidr(b: Blueprint) -> Iterator[Finding]:
    """Text that looks like a network and is none.

    The API server refuses a NetworkPolicy with it, and Flux applies nothing of the tenant.

    Fails:
        tenantDefaults: {sessions: {clientCidrs: [203.0.113.0/33]}}

    Passes:
        tenantDefaults: {sessions: {clientCidrs: [203.0.113.0/24]}}
    """
    for text, route, tenants in _networks(b):
        if _network(text) is None:
            yield Finding(
                route,
                f"`{text}` is not an address or network",
                "write an address, `/` and a prefix length that it has: at most 32 for IPv4, 128 for IPv6",
                tenants=tenants,
            )


def host_bits(b: Blueprint) -> Iterator[Finding]:
    """A network with bits set that its prefix cuts off.

    It means the whole network, which is more than it seems to say.

    Fails:
        tenantDefaults: {sessions: {clientCidrs: [203.0.113.10/24]}}

    Passes:
        tenantDefaults: {sessions: {clientCidrs: [203.0.113.10/32]}}
    """
    for text, route, tenants in _networks(b):
        network = _network(text)
        address = _address(text)
        if network is not None and "/" in text and address != network.network_address:
            yield Finding(
                route,
                f"`{text}` means all of `{network}`",
                f"write `{network}`, or `{address}/{network.max_prefixlen}` for that address alone",
                tenants=tenants,
            )


def ipv4_only(b: Blueprint) -> Iterator[Finding]:
    """Clients from everywhere, on a cluster with IPv6, without IPv6.

    `0.0.0.0/0` is every IPv4 address and no other; clients with IPv6 are kept out of their sessions.

    Fails:
        cluster: {podCidrs: [10.244.0.0/16, "fd00:10:244::/56"]}
        tenants:
          - name: acme
            sessions: {portMode: true, externalIP: 203.0.113.10, clientCidrs: [0.0.0.0/0]}

    Passes:
        cluster: {podCidrs: [10.244.0.0/16, "fd00:10:244::/56"]}
        tenants:
          - name: acme
            sessions: {portMode: true, externalIP: 203.0.113.10, clientCidrs: [0.0.0.0/0, "::/0"]}
    """
    cluster = (*b.cluster.pod_cidrs, *b.cluster.service_cidrs, *b.cluster.node_cidrs)
    if not any(":" in text for text in cluster):
        return
    for tenants in shared(b, "sessions"):
        sessions = tenants[0].sessions
        alone = not any(":" in text for text in sessions.client_cidrs)
        if sessions.port_mode and "0.0.0.0/0" in sessions.client_cidrs and alone:
            yield Finding(
                (*tenants[0].route, "sessions", "clientCidrs"),
                "`0.0.0.0/0` lets clients with IPv4 in, and the cluster has IPv6 too",
                'write `clientCidrs: [0.0.0.0/0, "::/0"]`',
                tenants=tenants,
            )


def allow_reaches_tenant(b: Blueprint) -> Iterator[Finding]:
    """A flow that was asked for, and that reaches another tenant.

    By its namespace, or by addresses: a rule for a network that holds the cluster's pods lets through what
    every tenant's pods send, with the network plugins that match pods by address.

    Fails:
        tenants:
          - name: acme
            allow: [{direction: out, peer: {namespace: globex}, reason: shared model store}]
          - name: globex

    Passes:
        tenants:
          - name: acme
            allow: [{direction: out, peer: {namespace: model-store}, reason: shared model store}]
          - name: globex
    """
    owners = {tenant.namespace: tenant for tenant in b.tenants}
    for tenants in shared(b, "allow"):
        for index, allow in enumerate(tenants[0].allow):
            route = (*tenants[0].route, "allow", index, "peer")
            owner = owners.get(allow.namespace or "")
            others = [tenant for tenant in tenants if tenant is not owner]
            if owner is not None and others:
                yield Finding(
                    (*route, "namespace"),
                    f"the flow reaches the tenant `{owner.name}`",
                    "tenants exchange data through the server, or through a namespace of neither",
                    related=(((*owner.route, "name"), f"`{owner.name}`"),),
                    tenants=others,
                )
            yield from _reaches_pods(b, allow.cidr, route, tenants)


def _reaches_pods(
    b: Blueprint, cidr: str | None, route: Route, tenants: Sequence[Tenant]
) -> Iterator[Finding]:
    network = _network(cidr) if cidr is not None else None
    for number, text in enumerate(b.cluster.pod_cidrs if network is not None else ()):
        pods = _network(text)
        if network is not None and pods is not None and _overlap(network, pods):
            yield Finding(
                (*route, "cidr"),
                f"`{cidr}` holds the pods of every tenant (`{text}`)",
                "write a network that has no pods, or the namespace that is meant",
                related=(((*CLUSTER, "podCidrs", number), "the pods"),),
                tenants=tenants,
            )


def allow_reaches_platform(b: Blueprint) -> Iterator[Finding]:
    """A flow that was asked for, into or out of a namespace of the platform.

    The tree allows what tenants need of it. Beside that lie the server's databases, which ask nobody for a
    password, and the control namespace with every tenant's credentials.

    Fails:
        tenants:
          - name: acme
            allow: [{direction: out, peer: {namespace: clearml}, reason: reports}]

    Passes:
        tenants:
          - name: acme
            allow: [{direction: out, peer: {namespace: reporting}, reason: reports}]
    """
    parts = {part.namespace: part for part in platform(b)}
    for tenants in shared(b, "allow"):
        for index, allow in enumerate(tenants[0].allow):
            part = parts.get(allow.namespace or "")
            if part is not None:
                yield Finding(
                    (*tenants[0].route, "allow", index, "peer", "namespace"),
                    f"the flow opens the namespace `{part.namespace}`, which is {part.owner}",
                    "take it out: the flows that tenants need are allowed already",
                    related=((part.route, "the platform's"),),
                    tenants=tenants,
                )


def reserved_label(b: Blueprint) -> Iterator[Finding]:
    """A label or annotation that others act on.

    Policies and Services find namespaces and pods by labels, Flux and Kubernetes obey some of them, and the
    compiler sets its own: an author's would move a wall, or be overwritten.

    Fails:
        tenants:
          - {name: acme, labels: {pod-security.kubernetes.io/enforce: privileged}}

    Passes:
        tenants:
          - {name: acme, labels: {example.com/cost-center: "4711"}}
    """
    for field in ("labels", "annotations"):
        for tenants in shared(b, field):
            for key in getattr(tenants[0], field):
                if _reserved(key) or key == "app.kubernetes.io/managed-by":
                    yield _label_finding(key, (*tenants[0].route, field, key), field[:-1], tenants)
    for tenants in shared(b, "queues"):
        for queue in tenants[0].queues:
            route = (*tenants[0].route, "queues", queue.name)
            overrides = queue.template_overrides.get("labels")
            more = overrides if isinstance(overrides, dict) else {}
            for place, labels in (("labels",), queue.labels), (("templateOverrides", "labels"), more):
                for key in labels:
                    if _reserved(key) or key in TASK_POD_LABELS:
                        yield _label_finding(key, (*route, *place, key), "label", tenants)


def _label_finding(key: str, route: Route, noun: str, tenants: Sequence[Tenant]) -> Finding:
    way_out = f"take it out, or write another {noun}, under a domain of your own"
    if key.startswith("pod-security.kubernetes.io/"):
        way_out = "take it out: `podSecurity` says what the namespace enforces"
    return Finding(
        route, f"the {noun} `{key}` is not an author's to set", way_out, tenants=tenants, on_key=True
    )


def _reserved(key: str) -> bool:
    domain = key.rpartition("/")[0]
    return domain in RESERVED_DOMAINS or domain == FLUX_DOMAIN or domain.endswith(f".{FLUX_DOMAIN}")


def _networks(b: Blueprint) -> Iterator[tuple[str, Route, Sequence[Tenant]]]:
    """(text, where, whose) of every network and address that becomes a part of a policy."""
    cluster = (
        (b.cluster.pod_cidrs, ("podCidrs",)),
        (b.cluster.service_cidrs, ("serviceCidrs",)),
        (b.cluster.api_server_cidrs, ("apiServerCidrs",)),
        (b.cluster.node_cidrs, ("nodeCidrs",)),
        (b.cluster.ingress_controller.addresses, ("ingressController", "addresses")),
    )
    for texts, field in cluster:
        for index, text in enumerate(texts):
            yield text, (*CLUSTER, *field, index), ()
    for tenants in shared(b, "sessions.client_cidrs"):
        for index, text in enumerate(tenants[0].sessions.client_cidrs):
            yield text, (*tenants[0].route, "sessions", "clientCidrs", index), tenants
    for tenants in shared(b, "allow"):
        for index, allow in enumerate(tenants[0].allow):
            if allow.cidr is not None:
                yield allow.cidr, (*tenants[0].route, "allow", index, "peer", "cidr"), tenants


@lru_cache(maxsize=4096)  # a thousand tenants write few networks
def _network(text: str) -> Network | None:
    from ipaddress import ip_network  # noqa: PLC0415 - only where there are networks

    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    """What stands in front of the `/`."""
    from ipaddress import ip_address  # noqa: PLC0415 - only where there are networks

    try:
        return ip_address(text.partition("/")[0])
    except ValueError:
        return None


def _overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and (
        int(one.network_address) <= int(other.broadcast_address)
        and int(other.network_address) <= int(one.broadcast_address)
    )


RULES = (
    rule("network/bad-cidr", bad_cidr),
    rule("network/host-bits", host_bits, "warning"),
    rule("network/ipv4-only", ipv4_only, "warning"),
    rule("network/allow-reaches-tenant", allow_reaches_tenant),
    rule("network/allow-reaches-platform", allow_reaches_platform, "warning"),
    rule("network/reserved-label", reserved_label),
)
