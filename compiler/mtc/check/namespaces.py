"""Namespaces: one a tenant, one a part of the platform, and none that is somebody else's."""

from __future__ import annotations

from collections.abc import Iterator

from mtc.check.findings import Finding, repeated, rule
from mtc.model.blueprint import Blueprint, Tenant
from mtc.model.record import Record
from mtc.model.source import Route


class Taken(Record, frozen=True):
    """A namespace, whose it is, and where that was written (empty: it is so everywhere)."""

    namespace: str
    owner: str
    route: Route


def duplicate(b: Blueprint) -> Iterator[Finding]:
    """Two tenants in one namespace.

    Isolation is by namespace: they would read each other's Secrets and reach each other's pods. Two agents
    in port mode would also replace each other's Services, which are called `clearml-session-1` … in both.

    Fails:
        tenants:
          - {name: acme}
          - {name: globex, namespace: acme}

    Passes:
        tenants:
          - {name: acme}
          - {name: globex, namespace: globex-ml}
    """
    for first, again in repeated((tenant.namespace, tenant) for tenant in b.tenants):
        route = _written(b, again)
        if first.name != again.name or route[-1] == "namespace":  # else it is names/duplicate-tenant
            yield Finding(
                route,
                f"tenants `{first.name}` and `{again.name}` share the namespace `{again.namespace}`",
                f"give `{again.name}` a namespace of its own",
                related=((_written(b, first), f"`{first.name}` has it"),),
            )


def reserved(b: Blueprint) -> Iterator[Finding]:
    """A tenant in a namespace that belongs to somebody else.

    The control namespace holds every tenant's credentials, Flux' and Kubernetes' run the cluster, the
    platform's are the server itself; and a tenant's pods list and patch the Secrets of their own namespace.

    Fails:
        tenants:
          - {name: flux-system}

    Passes:
        tenants:
          - {name: flux-system, namespace: flux-system-tenant}
    """
    taken = {place.namespace: place for place in (*foreign(b), *platform(b))}
    for index, namespace in enumerate(b.cluster.reserved_namespaces):
        route: Route = ("spec", "cluster", "reservedNamespaces", index)
        taken.setdefault(namespace, Taken(namespace, "reserved", route))
    for tenant in b.tenants:
        place = taken.get(tenant.namespace) or _kubernetes(tenant.namespace)
        if place is not None:
            yield Finding(
                _written(b, tenant),
                f"tenant `{tenant.name}` lies in the namespace `{tenant.namespace}`, which is {place.owner}",
                f"give it another one: `namespace: {tenant.namespace[:56]}-tenant`",
                related=((place.route, "taken here"),),
            )


def platform_parts(b: Blueprint) -> Iterator[Finding]:
    """Two parts of the platform in one namespace, or one in a namespace that is not the tree's to have.

    The tree owns the namespaces that it names: it writes their policies, and what is pruned with it would
    take Flux along. The control namespace holds every root credential and may have no other pods; and a
    Service beside the server can change what the server connects to: Kubernetes gives its pods
    `REDIS_SERVICE_HOST` for a Service called `redis`, which the server prefers to its configuration.

    Fails:
        flux: {controlNamespace: flux-system}

    Passes:
        flux: {controlNamespace: tenancy-system}
    """
    taken = {place.namespace: place for place in foreign(b)}
    for part in platform(b):
        other = _kubernetes(part.namespace) or taken.setdefault(part.namespace, part)
        if other is not part:
            yield Finding(
                part.route,
                f"the namespace `{part.namespace}` is {other.owner} and {part.owner}",
                "give each part of the platform a namespace of its own",
                related=((other.route, "taken here"),),
            )


def platform(b: Blueprint) -> Iterator[Taken]:
    """The namespaces that the tree makes for the platform."""
    yield Taken(b.flux.control_namespace, "the control namespace", ("spec", "flux", "controlNamespace"))
    yield Taken(b.server.namespace, "the server's", ("spec", "server", "namespace"))
    if b.redis.enabled and b.redis.mode == "shared":
        yield Taken(b.redis.namespace, "Redis'", ("spec", "redis", "namespace"))
    if b.billing.enabled:
        yield Taken(b.billing.namespace, "billing's", ("spec", "billing", "namespace"))
    if b.gpu.operator.enabled:
        yield Taken(b.gpu.operator.namespace, "the GPU operator's", ("spec", "gpu", "operator", "namespace"))
    if b.gpu.dynamic_mig.enabled:
        route = ("spec", "gpu", "dynamicMig", "namespace")
        yield Taken(b.gpu.dynamic_mig.namespace, "the dynamic MIG operator's", route)


def foreign(b: Blueprint) -> Iterator[Taken]:
    """The namespaces that exist without the tree and are not its own."""
    cluster, ingress = ("spec", "cluster"), b.cluster.ingress_controller.namespace
    yield Taken("default", "Kubernetes'", ())
    yield Taken(b.cluster.dns.namespace, "the DNS'", (*cluster, "dns", "namespace"))
    yield Taken(b.flux.namespace, "Flux'", ("spec", "flux", "namespace"))
    yield Taken(ingress, "the ingress controller's", (*cluster, "ingressController", "namespace"))


def _kubernetes(namespace: str) -> Taken | None:
    return Taken(namespace, "Kubernetes'", ()) if namespace.startswith("kube-") else None


def _written(b: Blueprint, tenant: Tenant) -> Route:
    """Where a tenant's namespace was written: at its field, or at the name that it defaults to."""
    route = (*tenant.route, "namespace")
    return route if b.source.has(route) else (*tenant.route, "name")


RULES = (
    rule("namespaces/duplicate", duplicate),
    rule("namespaces/reserved", reserved),
    rule("namespaces/platform", platform_parts),
)
