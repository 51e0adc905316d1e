"""Nodes to data, as the schema directs: what YAML would guess is not asked where the schema knows.

A text field takes what the author wrote (`1.10` stays `1.10`). A boolean takes plain `true` and `false`, a
number plain digits. Whatever does not fit stays as it was written, so that the contract refuses it and can
quote it. Free-form parts are typed by YAML 1.2's rules, and say where YAML 1.1 differs. A plain null is None,
which the contract allows where something may be left out.
"""

from __future__ import annotations

from mtc.load.shapes import FLAG, INTEGER, NUMBER, TEXT, Shape
from mtc.model.diagnostic import Diagnostic
from mtc.model.source import Data, Node, Source
from mtc.yamlio.numbers import resolve
from mtc.yamlio.parse import to_data

_FLAGS = {"true": True, "false": False}


def read(node: Node, shape: Shape | None, source: Source, diagnostics: list[Diagnostic]) -> Data:
    """The data at a node. `shape` None: an unknown field, which is read without complaint."""
    if shape is None:
        return to_data(node, source, [])
    if shape.free:
        return to_data(node, source, diagnostics)
    value = node.value
    if isinstance(value, str):
        return _scalar(value, node.plain, shape) if not node.is_null else None
    if isinstance(value, list):
        return [read(item, shape.items, source, diagnostics) for item in value]
    return {key: read(child, shape.field(key), source, diagnostics) for key, (_, child) in value.items()}


def _scalar(text: str, plain: bool, shape: Shape) -> Data:
    types = shape.types
    if TEXT in types or not plain:
        return text
    if FLAG in types:
        return _FLAGS.get(text, text)
    if INTEGER in types or NUMBER in types:
        number = resolve(text)
        if type(number) is int or (type(number) is float and NUMBER in types):
            return number
    return text
