"""Helm values by the part that they belong to, and a way through them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mtc.check.findings import shared
from mtc.model.blueprint import Blueprint, Tenant
from mtc.model.record import Record
from mtc.model.source import Data, Route


class Install(Record, frozen=True):
    """What an author added to a chart's values, or to a queue's pod template (part `task`)."""

    part: str
    values: Mapping[str, Data]
    route: Route
    tenants: tuple[Tenant, ...] = ()


def installs(b: Blueprint) -> Iterator[Install]:
    """Every distinct piece of values."""
    spec = ("spec",)
    yield Install("server", b.server.values, (*spec, "server", "values"))
    yield Install("redis", b.redis.values, (*spec, "redis", "values"))
    yield Install("billing", b.billing.values, (*spec, "billing", "values"))
    yield Install("operator", b.gpu.operator.values, (*spec, "gpu", "operator", "values"))
    yield Install("dynamicMig", b.gpu.dynamic_mig.values, (*spec, "gpu", "dynamicMig", "values"))
    for tenants in shared(b, "agent.values"):
        tenant = tenants[0]
        yield Install("agent", tenant.agent.values, (*tenant.route, "agent", "values"), tenants)
    for tenants in shared(b, "gateway.values"):
        tenant = tenants[0]
        yield Install("gateway", tenant.gateway.values, (*tenant.route, "gateway", "values"), tenants)
    for tenants in shared(b, "queues"):
        route = (*tenants[0].route, "queues")
        for queue in tenants[0].queues:
            place = (*route, queue.name, "templateOverrides")
            yield Install("task", queue.template_overrides, place, tenants)


def walk(data: object, route: Route = ()) -> Iterator[tuple[Route, object]]:
    """(route, value) of everything below `data`: a map or list, then what it holds."""
    items: Iterator[tuple[str | int, object]]
    if isinstance(data, Mapping):
        items = iter(data.items())
    elif isinstance(data, list):
        items = iter(enumerate(data))
    else:
        return
    for step, value in items:
        place = (*route, step)
        yield place, value
        yield from walk(value, place)


def at(data: object, path: Route) -> tuple[bool, object]:
    """(is it there, the value) at a path of map keys."""
    for step in path:
        if not isinstance(data, Mapping) or step not in data:
            return False, None
        data = data[step]
    return True, data
