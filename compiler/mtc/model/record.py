"""A frozen record. The owner of msgspec, whose Struct is one that costs nothing to define.

mtc has a hundred and fifty kinds of them, and a program that starts for every commit feels it: a frozen
dataclass takes most of a millisecond to define, and a Struct a fiftieth of that. Dataclasses stay where
there is more to them (fields that are made or hidden).
"""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct as Record
from msgspec import field
from msgspec import to_builtins as plain
from msgspec.structs import replace as _replace

__all__ = ["Record", "changed", "field", "plain"]

Made = TypeVar("Made")


def changed(item: Made, **changes: object) -> Made:
    """The same record, or dataclass, with other values of some fields."""
    if isinstance(item, Record):
        return _replace(item, **changes)
    from dataclasses import replace  # noqa: PLC0415 - records need it not

    return replace(item, **changes)  # type: ignore[type-var]
