"""Where a fault is, and how to speak of it: routes looked up in the source, the data and the contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mtc.load.shapes import Contract, Shape
from mtc.load.wording import ANY, dotted
from mtc.model.diagnostic import Label
from mtc.model.source import Data, Node, Route, Source
from mtc.model.spelling import quoted

TENANTS: Route = ("spec", "tenants")
DEFAULTS: Route = ("spec", "tenantDefaults")
PROFILES: Route = ("spec", "profiles")


class Places:
    """One file under one contract. `whole` is what the file is called in a sentence."""

    def __init__(self, source: Source, data: Data, contract: Contract, whole: str) -> None:
        self.source = source
        self.root = data
        self.contract = contract
        self.whole = whole

    def key(self, route: Route) -> Label:
        """The key at the route, or what is nearest to it."""
        return Label(self.source.key(route))

    def value(self, route: Route) -> Label:
        """The value at the route, or what is nearest to it: the key of a value that is nothing."""
        node = self.node(route)
        if node is not None and node.value == "" and node.plain:
            return self.key(route)
        return Label(self.source.value(route))

    def node(self, route: Route) -> Node | None:
        """The node at the route."""
        steps = list(self.source.walk(route))
        return steps[-1][1] if len(steps) == len(route) + 1 else None

    def data(self, route: Route) -> Data:
        """The data that was read at the route, which must exist."""
        found: Any = self.root
        for step in route:
            found = found[step]
        return found  # type: ignore[no-any-return]

    def shapes(self, route: Route) -> Iterator[Shape | None]:
        """The contract's shape at each step of the route, the root's first; None where it has none."""
        shape: Shape | None = self.contract.root
        yield shape
        for step in route:
            if shape is not None:
                shape = shape.items if isinstance(step, int) else shape.field(step)
            yield shape

    def shape(self, route: Route) -> Shape | None:
        """The contract's shape at the route."""
        return list(self.shapes(route))[-1]

    def written(self, route: Route) -> str | None:
        """The author's scalar in backticks; None where there is none, or it may not be quoted."""
        text = self.source.written(route)
        private = any(shape is not None and shape.private for shape in self.shapes(route))
        return None if text is None or private else quoted(text)

    def name(self, route: Route) -> str:
        """`spec.server.chart` in backticks, or "`agent.chart` of tenant `acme`"."""
        if not route:
            return self.whole
        if route[:2] != TENANTS or len(route) == 2:
            return f"`{dotted(route)}`"
        name = self.source.written((*route[:3], "name"))
        tenant = f"tenant {quoted(name)}" if name else f"`{dotted(route[:3])}`"
        return f"`{dotted(route[3:])}` of {tenant}" if len(route) > 3 else tenant

    def home(self, field: str, route: Route) -> str | None:
        """Where else the contract knows a field of this name: below the route, else below what is around it.
        None where nowhere, or in several places alike."""
        for depth in range(len(route), -1, -1):
            shape = self.shape(route[:depth])
            found = _below(field, route[:depth], shape) if shape is not None else []
            if found:
                return self.name(found[0]) if len(found) == 1 else None
        return None

    def layer(self, index: int, profile: object, route: Route) -> Route:
        """Where a tenant's setting was written: the nearest layer that has it; the tenant where none does."""
        layers = ((*TENANTS, index), (*PROFILES, str(profile)), DEFAULTS)
        own = (*layers[0], *route)
        return next(((*layer, *route) for layer in layers if self.source.has((*layer, *route))), own)


def _below(field: str, route: Route, shape: Shape) -> list[Route]:
    """The maps that have the field: on the nearest level below the route that has any, at most three down.
    A shape that stands in several places counts once, where it stands first."""
    level = [(route, shape)]
    for _ in range(4):
        found = {shape: place for place, shape in reversed(level) if field in shape.fields}
        if found:
            return list(found.values())
        level = [((*place, name), below) for place, shape in level for name, below in _children(shape)]
    return []


def _children(shape: Shape) -> Iterator[tuple[str, Shape]]:
    yield from shape.fields.items()
    if shape.items is not None:
        yield ANY, shape.items
