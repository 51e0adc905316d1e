"""Namespaces of the tree: the platform's, which are never pruned, and each tenant's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from mtc.model.blueprint import Blueprint, Tenant
from mtc.model.plan import NamespacePlan
from mtc.model.source import Route

Level: TypeAlias = Literal["privileged", "baseline", "restricted"]


def platform_namespaces(blueprint: Blueprint) -> tuple[NamespacePlan, ...]:
    """The control namespace and one for each platform component; a name that two share appears once."""
    found: dict[str, NamespacePlan] = {}
    for plan in _platform(blueprint):
        found.setdefault(plan.name, plan)
    return tuple(found.values())


def _platform(blueprint: Blueprint) -> Iterator[NamespacePlan]:
    server, redis, billing, gpu = blueprint.server, blueprint.redis, blueprint.billing, blueprint.gpu
    yield _namespace(blueprint.flux.control_namespace, "control", "restricted", ("spec", "flux"))
    yield _namespace(server.namespace, "server", None, ("spec", "server"))
    if redis.enabled and redis.mode == "shared":
        yield _namespace(redis.namespace, "redis", "baseline", ("spec", "redis"))
    if billing.enabled:
        yield _namespace(billing.namespace, "billing", None, ("spec", "billing"))
    if gpu.operator.enabled:
        yield _namespace(gpu.operator.namespace, "gpu-operator", "privileged", ("spec", "gpu", "operator"))
    if gpu.dynamic_mig.enabled:
        route: Route = ("spec", "gpu", "dynamicMig")
        yield _namespace(gpu.dynamic_mig.namespace, "dynamic-mig", "privileged", route)


def _namespace(name: str, component: str, pod_security: Level | None, origin: Route) -> NamespacePlan:
    return NamespacePlan(
        name,
        component,
        pod_security,
        {},
        {},
        protect=True,
        tenant=None,
        origin=origin,
    )


def tenant_namespace(tenant: Tenant) -> NamespacePlan:
    """A tenant's namespace, with the labels and annotations that the author wants on it."""
    return NamespacePlan(
        tenant.namespace,
        "tenant",
        tenant.pod_security,
        tenant.labels,
        tenant.annotations,
        tenant.protect,
        tenant.name,
        tenant.route,
    )
