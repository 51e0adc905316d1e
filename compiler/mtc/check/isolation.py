"""The isolation profile: what it needs, and what it leaves open."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.check.findings import Finding, listed, rule
from mtc.model.blueprint import Blueprint
from mtc.model.source import Route

PROFILE: Route = ("spec", "isolation", "profile")
HOST_NETWORK: Route = ("spec", "cluster", "ingressController", "hostNetwork")


def needs_cidrs(b: Blueprint) -> Iterator[Finding]:
    """Strict isolation without knowing the cluster's networks.

    Under `strict`, tenants reach the internet and nothing inside. What is inside, only the author knows: the
    pods', the Services' and the Kubernetes API's networks.

    Fails:
        isolation: {profile: strict}
        cluster: {podCidrs: [10.244.0.0/16], serviceCidrs: []}

    Passes:
        isolation: {profile: strict}
        cluster: {podCidrs: [10.244.0.0/16], serviceCidrs: [10.96.0.0/12], apiServerCidrs: [192.0.2.10/32]}
    """
    cluster = b.cluster
    needed = {
        "podCidrs": cluster.pod_cidrs,
        "serviceCidrs": cluster.service_cidrs,
        "apiServerCidrs": cluster.api_server_cidrs,
    }
    missing = [f"spec.cluster.{field}" for field, given in needed.items() if not given]
    if b.isolation == "strict" and missing:
        yield Finding(
            PROFILE, f"strict isolation needs {listed(missing)}", "add what your cluster was set up with"
        )


def needs_node_cidrs(b: Blueprint) -> Iterator[Finding]:
    """An ingress controller on the nodes' network, and no word of which that is.

    No pod selector matches a pod on the host's network: policies can let it in by the nodes' addresses
    alone, and without them nobody reaches the server.

    Fails:
        cluster: {ingressController: {hostNetwork: true}}

    Passes:
        cluster: {ingressController: {hostNetwork: false}}
    """
    if b.cluster.ingress_controller.host_network and not b.cluster.node_cidrs and b.isolation != "guide":
        yield Finding(
            HOST_NETWORK,
            "an ingress controller on the host's network is let in by node addresses, which are not known",
            "add the nodes' networks: `spec.cluster.nodeCidrs`",
        )


def host_network_ingress(b: Blueprint) -> Iterator[Finding]:
    """An ingress controller on the nodes' network.

    Policies cannot tell it from anything else there: whatever runs on a node's network reaches the server
    and every tenant's gateway.

    Fails:
        cluster: {nodeCidrs: [192.0.2.0/24], ingressController: {hostNetwork: true}}

    Passes:
        cluster: {nodeCidrs: [192.0.2.0/24], ingressController: {hostNetwork: false}}
    """
    if b.cluster.ingress_controller.host_network and b.cluster.node_cidrs and b.isolation != "guide":
        yield Finding(
            HOST_NETWORK,
            "whatever runs on a node's network reaches the server and the gateways too",
            "run it on the pods' network, behind a load balancer",
            related=((("spec", "cluster", "nodeCidrs"), "let in"),),
        )


def open_egress(b: Blueprint) -> Iterator[Finding]:
    """Tenants that reach whatever they like outside their namespace.

    Their pods reach the internet, the networks around the cluster, and the cloud's metadata address, which
    on many clouds hands out the node's credentials.

    Fails:
        isolation: {profile: standard}

    Passes:
        isolation: {profile: strict}
    """
    if b.isolation != "strict" and b.tenants:
        yield Finding(
            PROFILE,
            f"under `{b.isolation}`, tenants reach everything outside, the cloud's metadata address included",
            "write `profile: strict`, with the cluster's networks in `spec.cluster`",
        )


def shared_redis(b: Blueprint) -> Iterator[Finding]:
    """One Redis, and one password, for all tenants.

    Whoever reads a tenant's Secrets, which its tasks can, reads and changes what every other tenant's agent
    keeps there.

    Fails:
        redis: {enabled: true, chart: {repository: charts, name: redis, version: 17.8.3}}
        tenants: [{name: acme}, {name: globex}]

    Passes:
        redis: {enabled: true, mode: per-tenant, chart: {repository: charts, name: redis, version: 17.8.3}}
        tenants: [{name: acme}, {name: globex}]
    """
    if b.redis.enabled and b.redis.mode == "shared" and len(b.tenants) > 1:
        yield Finding(
            ("spec", "redis", "mode"),
            f"{len(b.tenants):,} tenants share one Redis and its password: each reads what the others keep",
            "write `mode: per-tenant`",
        )


RULES = (
    rule("isolation/needs-cidrs", needs_cidrs),
    rule("isolation/needs-node-cidrs", needs_node_cidrs),
    rule("isolation/host-network-ingress", host_network_ingress, "warning"),
    rule("isolation/open-egress", open_egress, "warning"),
    rule("isolation/shared-redis", shared_redis, "warning"),
)
