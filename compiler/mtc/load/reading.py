"""Nodes to data, as the schema directs: what YAML would guess is not asked where the schema knows.

A text field takes what the author wrote (`1.10` stays `1.10`). A boolean takes plain `true` and `false`, a
number plain digits. Whatever does not fit stays as it was written, so that the contract refuses it and can
quote it. Free-form parts are typed by YAML 1.2's rules, and say where YAML 1.1 differs. A plain null is None,
which the contract allows where something may be left out.
"""

from __future__ import annotations

import re

from mtc.load.rows import Rows
from mtc.load.scalars import scalar
from mtc.load.shapes import Shape
from mtc.model.diagnostic import MANY, Diagnostic, Label
from mtc.model.source import NULLS, Data, Node, Pairs, Row, Source
from mtc.yamlio.parse import to_data

# Control characters but tab and line feed, what reorders text (Unicode TR #9), breaks lines, or is nothing (a
# space of no width, a byte order mark, tags). Joiners stay: Persian and Hindi names need them.
ACTING = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


def read(node: Node, shape: Shape | None, source: Source, diagnostics: list[Diagnostic]) -> Data:
    """The data at a node. `shape` None: an unknown field, which is read without complaint."""
    return _Reading(source, diagnostics).data(node, shape)


class _Reading:
    """Reads one file."""

    def __init__(self, source: Source, diagnostics: list[Diagnostic]) -> None:
        self._source, self._diagnostics = source, diagnostics
        self._rows = Rows()

    def data(self, node: Node, shape: Shape | None, *, ours: bool = True) -> Data:
        """`ours` False: a value under a key of the author's (an environment variable), which is data and no
        name."""
        if shape is None:
            return to_data(node, self._source, [])
        if shape.free:
            return to_data(node, self._source, self._diagnostics)
        held = node.held
        if isinstance(held, Row):
            filled = self._rows.data(held, shape)
            if filled is not None:
                return filled
        value = node.value
        if isinstance(value, dict):
            return self._map(value, shape)
        if isinstance(value, str):
            if ours and not value.isprintable():
                self._look(node, value)
            if node.plain:
                return scalar(value, shape) if value not in NULLS else None
            return value
        return [self.data(item, shape.items, ours=ours) for item in value]

    def _map(self, value: Pairs, shape: Shape) -> dict[str, Data]:
        for name, (key, _) in value.items():
            if not name.isprintable():
                self._look(key, name)
        fields, others, texts = shape.fields, shape.others, shape.texts
        found: dict[str, Data] = {}
        for name, (_, child) in value.items():
            text = child.held
            if name in texts and isinstance(text, str) and text.isprintable() and text not in NULLS:
                found[name] = text  # most are that, and there is nothing to ask
            else:
                field = fields.get(name)
                found[name] = self.data(child, field or others, ours=field is not None)
        return found

    def _look(self, node: Node, text: str) -> None:
        """values/acting: a character that steers a terminal, or turns the text around it, in what people
        read.

        Free-form parts may hold them: there they are data of a program's.
        """
        found = re.search(ACTING, text)
        if found is not None and len(self._diagnostics) < MANY:
            character, where = f"U+{ord(found[0]):04X}", Label(self._source.at(node))
            message = f"the text holds {character}, which is not shown, and acts on what is around it"
            self._diagnostics.append(Diagnostic("values/acting", message, where, "take it out"))
