"""Rows of text to data: of maps that are written alike, the schema is asked once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import TypeAlias

from mtc.load.scalars import scalar
from mtc.load.shapes import TEXT, Shape
from mtc.model.source import NULLS, Data, Node, Row

Texts: TypeAlias = Sequence[str]
Fill: TypeAlias = Callable[[Texts], Data]
Part: TypeAlias = int | Fill  # the number of a text, or what makes more of several


class Rows:
    """Reads rows, for as long as one file is read."""

    def __init__(self) -> None:
        self._fills: dict[tuple[int, int], tuple[Node, Shape, Fill | None]] = {}

    def data(self, row: Row, shape: Shape) -> Data:
        """What reading the row's nodes gives; None where only they tell: a text is null, or nothing that can
        be printed, or the schema leaves its type to YAML."""
        place, texts = (id(row.like), id(shape)), row.texts
        known = self._fills.get(place)
        if known is None:
            part = _part(row.like, shape, iter(range(len(texts))))
            fill = None if isinstance(part, int) else part  # a row is a map
            known = self._fills[place] = (row.like, shape, fill)  # kept, so that the ids stay theirs
        fill = known[2]
        if fill is None or not NULLS.isdisjoint(texts) or not "".join(texts).isprintable():
            return None
        return fill(texts)


def _part(node: Node, shape: Shape | None, numbers: Iterator[int]) -> Part | None:
    """What makes the data at a node of texts; its scalars have the next of the numbers. As reading does."""
    if shape is None or shape.free:
        return None
    value = node.value
    if isinstance(value, str):
        number = next(numbers)
        if TEXT in shape.types or not node.plain:
            return number
        return lambda texts: scalar(texts[number], shape)
    if isinstance(value, dict):
        names, fields = tuple(value), [(child, shape.field(name)) for name, (_, child) in value.items()]
        items = _items(fields, numbers)
        return items and (lambda texts: dict(zip(names, items(texts), strict=True)))
    items = _items([(child, shape.items) for child in value], numbers)
    return items and (lambda texts: list(items(texts)))


def _items(
    fields: Sequence[tuple[Node, Shape | None]], numbers: Iterator[int]
) -> Callable[[Texts], Sequence[Data]] | None:
    """What makes the data of these, each by its shape."""
    parts = [part for child, shape in fields if (part := _part(child, shape, numbers)) is not None]
    if len(parts) < len(fields):
        return None
    texts = [part for part in parts if isinstance(part, int)]
    if texts and len(texts) == len(parts):  # and are neighbours
        return itemgetter(slice(texts[0], texts[-1] + 1))
    fills: list[Fill] = [itemgetter(part) if isinstance(part, int) else part for part in parts]
    return lambda texts: [fill(texts) for fill in fills]
