"""Nodes to data, as the schema directs: what YAML would guess is not asked where the schema knows.

A text field takes what the author wrote (`1.10` stays `1.10`). A boolean takes plain `true` and `false`, a
number plain digits. Whatever does not fit stays as it was written, so that the contract refuses it and can
quote it. Free-form parts are typed by YAML 1.2's rules, and say where YAML 1.1 differs. A plain null is None,
which the contract allows where something may be left out.
"""

from __future__ import annotations

import re

from mtc.load.shapes import FLAG, INTEGER, NUMBER, TEXT, Shape
from mtc.model.diagnostic import MANY, Diagnostic, Label
from mtc.model.source import NULLS, Data, Node, Source
from mtc.yamlio.numbers import resolve
from mtc.yamlio.parse import to_data

_FLAGS = {"true": True, "false": False}
# Control characters but tab and line feed, what reorders text (Unicode TR #9), breaks lines, or is nothing (a
# space of no width, a byte order mark, tags). Joiners stay: Persian and Hindi names need them.
ACTING = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


def read(
    node: Node, shape: Shape | None, source: Source, diagnostics: list[Diagnostic], *, ours: bool = True
) -> Data:
    """The data at a node. `shape` None: an unknown field, which is read without complaint; `ours` False: a
    value under a key of the author's (an environment variable), which is data and no name."""
    if shape is None:
        return to_data(node, source, [])
    if shape.free:
        return to_data(node, source, diagnostics)
    value = node.value
    if isinstance(value, dict):
        return _map(value, shape, source, diagnostics)
    if isinstance(value, str):
        if ours and not value.isprintable():
            _look(node, value, source, diagnostics)
        if node.plain:
            return _scalar(value, shape) if value not in NULLS else None
        return value
    return [read(item, shape.items, source, diagnostics, ours=ours) for item in value]


def _map(
    value: dict[str, tuple[Node, Node]], shape: Shape, source: Source, diagnostics: list[Diagnostic]
) -> dict[str, Data]:
    for name, (key, _) in value.items():
        if not name.isprintable():
            _look(key, name, source, diagnostics)
    fields, others, texts = shape.fields, shape.others, shape.texts
    found: dict[str, Data] = {}
    for name, (_, child) in value.items():
        text = child.value
        if name in texts and isinstance(text, str) and text.isprintable() and text not in NULLS:
            found[name] = text  # most are that, and there is nothing to ask
        else:
            field = fields.get(name)
            found[name] = read(child, field or others, source, diagnostics, ours=field is not None)
    return found


def _look(node: Node, text: str, source: Source, diagnostics: list[Diagnostic]) -> None:
    """values/acting: a character that steers a terminal, or turns the text around it, in what people read.

    Free-form parts may hold them: there they are data of a program's.
    """
    found = re.search(ACTING, text)
    if found is not None and len(diagnostics) < MANY:
        message = f"the text holds U+{ord(found[0]):04X}, which is not shown, and acts on what is around it"
        diagnostics.append(Diagnostic("values/acting", message, Label(source.at(node)), "take it out"))


def _scalar(text: str, shape: Shape) -> Data:
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
