"""The schema as the reader, the merger and the builder need it: what may stand where, and with what default.

A `Shape` is one schema node with its `$ref` resolved. It is made on first use and kept, so that the same
place in the schema is one object: defaults that it hands out are shared, and never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

from mtc.model.source import Data
from mtc.schemas import SchemaNode

TEXT, FLAG, INTEGER, NUMBER, MAP, LIST = "string", "boolean", "integer", "number", "object", "array"


class Contract:
    """A JSON Schema (draft-07) and the shapes made from it."""

    def __init__(self, schema: SchemaNode) -> None:
        self.schema = schema
        self._shapes: dict[int, Shape] = {}
        self.root = self.shape(schema)

    def shape(self, node: SchemaNode) -> Shape:
        """The shape of a schema node, its reference followed."""
        while "$ref" in node:
            node = self.at(str(node["$ref"]))
        known = self._shapes.get(id(node))
        if known is None:
            known = self._shapes[id(node)] = Shape(self, node)
        return known

    def at(self, pointer: str) -> SchemaNode:
        """The schema node at `#/a/b`."""
        node: Any = self.schema
        for step in pointer.removeprefix("#/").split("/"):
            node = node[step.replace("~1", "/").replace("~0", "~")]
        return cast(SchemaNode, node)


class Shape:
    """What may stand at one place. `free`: anything (typed by YAML's rules); `keeps_null`: there null is a
    value and removes nothing; `private`: what the author wrote there is never quoted."""

    def __init__(self, contract: Contract, node: SchemaNode) -> None:
        types = node.get("type", ())
        self.contract = contract
        self.node = node
        self.types = frozenset((types,) if isinstance(types, str) else types)
        self.free = bool(node.get("x-mtc-free"))
        self.keeps_null = bool(node.get("x-mtc-keeps-null"))
        self.private = bool(node.get("x-mtc-private"))

    @cached_property
    def fields(self) -> dict[str, Shape]:
        """The named fields of a map, in the schema's order."""
        return {name: self.contract.shape(node) for name, node in self.node.get("properties", {}).items()}

    @cached_property
    def texts(self) -> frozenset[str]:
        """The named fields that hold text as the author wrote it."""
        return frozenset(
            name for name, shape in self.fields.items() if TEXT in shape.types and not shape.free
        )

    @cached_property
    def others(self) -> Shape | None:
        """The shape of a map's other keys; None where there may be none."""
        extra = self.node.get("additionalProperties")
        return self.contract.shape(extra) if isinstance(extra, Mapping) else None

    @cached_property
    def items(self) -> Shape | None:
        """The shape of a list's items."""
        items = self.node.get("items")
        return self.contract.shape(items) if isinstance(items, Mapping) else None

    def field(self, name: str) -> Shape | None:
        """The shape of a map's value under this key."""
        return self.fields.get(name) or self.others

    @property
    def example(self) -> Data:
        """What the schema shows, else its default; None where it has neither."""
        examples = self.node.get("examples")
        return cast(Data, examples[0] if examples else self.node.get("default"))

    @cached_property
    def defaults(self) -> dict[str, Data]:
        """The default of each field that has one (a map's default has its own defaults filled in)."""
        found: dict[str, Data] = {}
        for name, node in self.node.get("properties", {}).items():
            shape = self.contract.shape(node)
            default = node.get("default", shape.node.get("default"))
            if isinstance(default, dict) and shape.fields and not default:
                found[name] = shape.defaults
            elif default is not None:
                found[name] = default
        return found
