"""What only merged settings can tell: that a tenant has all it needs, and nothing that excludes itself.

A layer alone may be incomplete (`tenantDefaults` with the chart, the tenant with the host), so the contract
cannot say this; the tenant in which it shows can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mtc.load.places import DEFAULTS, PROFILES, TENANTS, Places
from mtc.load.wording import choices, dotted, flow
from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.source import Route

_GPU_WAYS = ("gpuFraction", "migProfile", "gpus", "share")
_MONITORED = ("field", "minField", "maxField")


def missing(tenants: list[dict[str, Any]], places: Places) -> Iterator[Diagnostic]:
    """schema/required: a setting that tenants need and no layer has; one diagnostic for all who lack it."""
    lacking: dict[Route, list[int]] = {}
    for index, tenant in enumerate(tenants):
        for route in _needs(tenant):
            lacking.setdefault(route, []).append(index)
    for route, indexes in lacking.items():
        yield _missing(route, indexes, places)


def _needs(tenant: Mapping[str, Any]) -> Iterator[Route]:
    agent, gateway = tenant["agent"], tenant["gateway"]
    yield from _chart_needs("agent", agent)
    if "monitoredResources" in agent and "max" not in agent["monitoredResources"]:
        yield ("agent", "monitoredResources", "max")
    if gateway["enabled"]:
        yield from _chart_needs("gateway", gateway)
        if "host" not in gateway:
            yield ("gateway", "host")


def _chart_needs(part: str, settings: Mapping[str, Any]) -> Iterator[Route]:
    if "chart" not in settings:
        yield (part, "chart")
        return
    for name in ("repository", "name"):
        if name not in settings["chart"]:
            yield (part, "chart", name)


def _missing(route: Route, indexes: list[int], places: Places) -> Diagnostic:
    tenant, others = (*TENANTS, indexes[0]), len(indexes) - 1
    who = places.name(tenant)
    if others:
        who += f" and {others:,} other{'s' if others > 1 else ''}"
    shape = places.shape((*tenant, *route))
    wanted = dotted(route)
    if shape is not None and shape.example is not None:
        wanted += f": {flow(shape.example)}"
    where = "here, in its profile" if not others else "in each, in their profiles"
    message = f"{who} {'have' if others else 'has'} no `{dotted(route)}`"
    return Diagnostic(
        "schema/required", message, places.key(tenant), f"write `{wanted}` {where} or in `tenantDefaults`"
    )


def excluded(tenants: list[dict[str, Any]], places: Places) -> Iterator[Diagnostic]:
    """schema/choice: fields that exclude each other and met in the merge; once for what several inherit."""
    judged: set[int] = set()  # by identity, which holds while `tenants` does
    for index, tenant in enumerate(tenants):
        whole = id(tenant["queues"]), id(tenant["agent"])
        if judged.issuperset(whole):
            continue
        judged.update(whole)
        for route, part, fields in _exclusive(tenant):
            if id(part) not in judged:
                judged.add(id(part))
                written = [field for field in fields if field in part]
                if len(written) > 1:
                    yield _clash(index, tenant, route, written, places)


def _exclusive(tenant: Mapping[str, Any]) -> Iterator[tuple[Route, Mapping[str, Any], tuple[str, ...]]]:
    for name, queue in tenant["queues"].items():
        yield ("queues", name), queue, _GPU_WAYS
    monitored = tenant["agent"].get("monitoredResources")
    if monitored is not None and "field" in monitored:
        yield ("agent", "monitoredResources"), monitored, _MONITORED


def _clash(
    index: int, tenant: Mapping[str, Any], route: Route, written: list[str], places: Places
) -> Diagnostic:
    """The layer nearest to the tenant is where to change something; what it inherited is related."""
    name = (*TENANTS, index)
    homes = {field: places.layer(index, tenant.get("profile"), (*route, field)) for field in written}
    layers = (TENANTS, PROFILES, DEFAULTS)
    kept, *others = sorted(written, key=lambda field: layers.index(homes[field][:2]))
    message = f"`{dotted(route)}` of {places.name(name)} has {choices(written)} together"
    related = tuple(Label(places.key(homes[field]).span, "beside this") for field in others)
    nulls = choices(f"{field}: null" for field in others)
    way_out = (
        f"beside `{kept}`, write {nulls}" if homes[kept][:2] != homes[others[0]][:2] else "keep one of them"
    )
    return Diagnostic("schema/choice", message, places.key(homes[kept]), way_out, related=related)


def reversed_ports(data: Mapping[str, int], route: Route, places: Places) -> Iterator[Diagnostic]:
    """schema/range: an interval whose first port lies above its last."""
    first, last = data["first"], data["last"]
    if first > last:
        message = f"{places.name(route)} begins at {first} and ends at {last}"
        way_out = f"write `first: {last}` and `last: {first}`"
        yield Diagnostic("schema/range", message, places.value((*route, "first")), way_out)


def reversed_streams(tenants: list[dict[str, Any]], places: Places) -> Iterator[Diagnostic]:
    """The same for the stream ports of tenants, once for what several inherit."""
    judged: set[int] = set()
    for index, tenant in enumerate(tenants):
        streams = tenant["gateway"].get("streamPorts")
        if streams is not None and id(streams) not in judged:
            judged.add(id(streams))
            home = places.layer(index, tenant.get("profile"), ("gateway", "streamPorts"))
            yield from reversed_ports(streams, home, places)
