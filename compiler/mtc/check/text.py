"""The blueprint's text, searched as a whole: comments and keys are read by people too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtc.model.source import Node, Source, Span


def scan(source: Source, marker: str, pattern: str) -> Iterator[Span]:
    """Where the pattern matches within a line. `marker` is a piece of every match: what has none of it is
    passed over at the speed of `find`, which is what makes many patterns over a long file cheap."""
    if marker not in source.text:
        return
    text = source.text if "\r" not in source.text else "\n".join(source.lines)
    compiled = re.compile(pattern)
    number, counted, found = 1, 0, text.find(marker)
    while found >= 0:
        start, end = text.rfind("\n", 0, found) + 1, text.find("\n", found)
        end = end if end >= 0 else len(text)
        number += text.count("\n", counted, start)
        counted = start
        for match in compiled.finditer(text[start:end]):
            yield Span(source.name, number, match.start() + 1, number, match.end() + 1)
        found = text.find(marker, end)


def in_scalar(source: Source, span: Span) -> bool:
    """True when the place lies in a value or key, and not in a comment."""
    place = (span.line - 1, span.column - 1)
    nodes: list[Node] = [source.root] if source.root is not None else []
    while nodes:
        node = nodes.pop()
        if not (node.line, node.column) <= place <= (node.end_line, node.end_column):
            continue
        if isinstance(node.value, str):
            return True
        if isinstance(node.value, dict):
            nodes += [part for pair in node.value.values() for part in pair]
        else:
            nodes += node.value
    return False
