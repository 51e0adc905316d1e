"""One scalar to data, by what the schema wants there."""

from __future__ import annotations

from mtc.load.shapes import FLAG, INTEGER, NUMBER, TEXT, Shape
from mtc.model.source import Data
from mtc.yamlio.numbers import resolve

_FLAGS = {"true": True, "false": False}


def scalar(text: str, shape: Shape) -> Data:
    """What an unquoted scalar is. What does not fit stays as it was written."""
    types = shape.types
    if TEXT in types:
        return text
    if FLAG in types:
        return _FLAGS.get(text, text)
    if INTEGER in types or NUMBER in types:
        number = resolve(text)
        if type(number) is int or (type(number) is float and NUMBER in types):
            return number
    return text
