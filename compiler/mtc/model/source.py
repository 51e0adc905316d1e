"""Where text came from: files, positions, and the parsed YAML nodes that keep them.

A `Route` names a node from the root (`("spec", "tenants", 3, "name")`); a `Span` is the place in the file.
Everything downstream carries routes, which cost nothing; a span is looked up only when something is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TypeAlias

from mtc.model.record import Record

Route: TypeAlias = tuple[str | int, ...]
Scalar: TypeAlias = "bool | int | float | str | None"
Data: TypeAlias = "Scalar | list[Data] | dict[str, Data]"


class Span(Record, frozen=True, order=True):
    """A stretch of one file; lines and columns count from 1, the end column is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Node(Record, eq=False):
    """One YAML node with its position (0-based, as the parser counts).

    `held` is text for a scalar (`plain` tells an unquoted one), a list of nodes for a sequence, and for
    a mapping a dict from key text to (key node, value node), or the row that makes one. A blueprint of a
    thousand tenants has twenty thousand of them: no constructor in Python makes them.
    """

    held: str | list[Node] | Pairs | Row
    plain: bool
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def value(self) -> str | list[Node] | Pairs:
        """What is held; of a row, the nodes, made now."""
        held = self.held
        if isinstance(held, Row):
            held = self.held = held.nodes()
        return held

    @property
    def is_null(self) -> bool:
        """A plain scalar that every YAML version reads as null."""
        return self.plain and isinstance(self.value, str) and self.value in NULLS


Pairs: TypeAlias = dict[str, tuple[Node, Node]]


class Row(Record, eq=False):
    """A map that is written as another one is, `like`: all but its scalars is the same. Those are `texts`, in
    order; `nodes` makes the rest, for which nobody asks where nothing is wrong."""

    like: Node
    texts: tuple[str, ...]
    nodes: Callable[[], Pairs]


NULLS = frozenset(("", "~", "null", "Null", "NULL"))


class Source(Record, frozen=True, dict=True):  # `lines` needs the dict
    """A file as it was read: its shown name, its text and its root node (None where it did not parse)."""

    name: str
    text: str
    root: Node | None = None

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines without their ends; YAML breaks lines at LF, CR LF and CR."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def walk(self, route: Route) -> Iterator[tuple[Node | None, Node]]:
        """(key node or None, node) for each step of the route, root first, as far as it exists."""
        node = self.root
        if node is None:
            return
        yield None, node
        for step in route:
            value = node.value
            if isinstance(value, dict) and isinstance(step, str) and step in value:
                key, node = value[step]
                yield key, node
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                node = value[step]
                yield None, node
            else:
                return

    def has(self, route: Route) -> bool:
        """True when the author wrote a node at this route."""
        return sum(1 for _ in self.walk(route)) == len(route) + 1

    def depth(self, route: Route) -> int:
        """How many steps of the route exist in the file."""
        return sum(1 for _ in self.walk(route)) - 1

    def key(self, route: Route) -> Span:
        """The key at the route, or the value where it has no key; else the deepest ancestor that exists."""
        return self._span(route, prefer_key=True)

    def value(self, route: Route) -> Span:
        """The value at the route; a mapping or list is shown by its key, a missing one by its ancestor."""
        return self._span(route, prefer_key=False)

    def written(self, route: Route) -> str | None:
        """The scalar at the route as the author wrote it, quotes off; None where there is none."""
        steps = list(self.walk(route))
        if len(steps) != len(route) + 1 or not isinstance(steps[-1][1].value, str):
            return None
        return steps[-1][1].value

    def _span(self, route: Route, *, prefer_key: bool) -> Span:
        steps = list(self.walk(route))
        if not steps:
            return Span(self.name, 1, 1, 1, 1)
        key, node = steps[-1]
        missing = len(steps) <= len(route)
        block = not isinstance(node.value, str)
        if key is not None and (prefer_key or missing or block):
            return self.at(key)
        if key is None and block and isinstance(node.value, dict) and node.value:
            return self.at(next(iter(node.value.values()))[0])
        return self.at(node)

    def at(self, node: Node) -> Span:
        """The node's span, cut to its first line (a block's end mark lies in the node after it)."""
        end = node.end_column
        if node.end_line != node.line:
            lines = self.lines
            end = len(lines[node.line].rstrip()) if node.line < len(lines) else node.column
        end = max(end, node.column + 1)
        return Span(self.name, node.line + 1, node.column + 1, node.line + 1, end + 1)
