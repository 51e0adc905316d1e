"""Layers to effective settings: built-in defaults < `tenantDefaults` < profile < tenant.

Maps merge key by key, lists and scalars replace, null removes (and the built-in default applies again).
What a layer leaves alone is the very same object afterwards: a thousand tenants that inherit one agent hold
one map, and so one `Agent`.
"""

from __future__ import annotations

from mtc.load.shapes import Shape
from mtc.model.source import Data


def overlay(
    base: dict[str, Data], layer: dict[str, Data], shape: Shape | None, *, keeps_null: bool = False
) -> dict[str, Data]:
    """`layer` over `base`, both of this shape. `base` itself where the layer says nothing; neither changes.

    In Helm values (`keeps_null`) a null is a value like any other.
    """
    if not layer:
        return base
    merged = base | layer
    for key, value in layer.items():
        if isinstance(value, str):  # most are, and no shape says anything about them
            continue
        field = shape.field(key) if shape is not None else None
        if value is None and not keeps_null:
            if shape is not None and key in shape.defaults:
                merged[key] = shape.defaults[key]
            else:
                del merged[key]
        elif isinstance(value, dict):
            inherited, default = base.get(key), shape.defaults.get(key) if shape is not None else None
            if not isinstance(inherited, dict) or inherited is default:  # a default map is replaced whole
                inherited = empty(field)
            keeps = keeps_null or (field is not None and field.keeps_null)
            merged[key] = overlay(inherited, value, field, keeps_null=keeps)
        elif isinstance(value, list) and field is not None and field.items is not None:
            of = field.items
            merged[key] = [item if isinstance(item, str) else _item(item, of) for item in value]
    return merged


def empty(shape: Shape | None) -> dict[str, Data]:
    """A map of this shape in which nothing is written: its defaults."""
    return shape.defaults if shape is not None else {}


def _item(item: Data, shape: Shape) -> Data:
    return overlay(empty(shape), item, shape) if isinstance(item, dict) and not shape.free else item
