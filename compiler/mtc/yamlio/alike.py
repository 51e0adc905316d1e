"""Items of a list that are written alike, line for line: all but the first of them are one match each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from mtc.model.record import Record, field
from mtc.model.source import Node, Pairs, Row
from mtc.yamlio.lines import DOUBLE, ENTRY, FLAT, INSIDE, KEY, PLAIN, SINGLE

# A pattern costs as much as reading so many items line by line; and so many shapes are enough for a list.
ENOUGH = 16
SHAPES = 8

Read = Callable[[Sequence[str], int, int], Pairs]


class Outline(Record, eq=False):
    """How some items are written: what matches their lines, how many there are, and one that was read."""

    match: Callable[[str], re.Match[str] | None]
    count: int
    like: Node


class Alike(Record, eq=False):
    """What is known of the items of one list, whose dashes stand in `column`.

    `read` gives the pairs of an item (lines, its first, the one after it), for whoever asks for nodes.
    """

    column: int
    read: Read
    outlines: list[Outline] = field(default_factory=list)  # those that fitted last in front
    begun: int | None = None  # the line of the last item, where it was read line by line
    tried: int = 0

    def take(self, lines: Sequence[str], number: int, items: list[Node], most: int) -> int:
        """Add the items from this line on that are like one before; how many lines they have.

        `items` are those before it; they get no more than `most`.
        """
        if self.begun is not None and self.tried < SHAPES:
            self._learn(lines, self.begun, number, items[-1])
        at = number
        while len(items) < most and (outline := self._fitting(lines, at, items)) is not None:
            at += outline.count
        self.begun = number if at == number else None
        return at - number

    def _learn(self, lines: Sequence[str], begun: int, end: int, item: Node) -> None:
        self.tried += 1
        match = _pattern(lines[begun:end])
        if match is not None:
            self.outlines.insert(0, Outline(match, end - begun, item))

    def _fitting(self, lines: Sequence[str], at: int, items: list[Node]) -> Outline | None:
        """The outline of the item at this line, which is added."""
        for number, outline in enumerate(self.outlines):
            end = at + outline.count
            found = outline.match("\n".join(lines[at:end]))
            if found is not None and _ends(lines, end, self.column):
                row = Row(outline.like, found.groups(), partial(self.read, lines, at, end))
                items.append(Node(row, False, at, self.column + 2, at + 1, 0))
                if number:
                    self.outlines.insert(0, self.outlines.pop(number))
                return outline
        return None


def _ends(lines: Sequence[str], at: int, column: int) -> bool:
    """True where the item cannot go on at this line; a comment or an empty line may lie inside of it."""
    line = lines[at]
    if at == len(lines) - 1:
        return not line
    return not line.startswith(" " * (column + 1)) and line.lstrip(" ")[:1] not in {"", "#"}


def _pattern(lines: Sequence[str]) -> Callable[[str], re.Match[str] | None] | None:
    """What matches items with these keys and brackets; its groups are their scalars. None where a line has
    more than a key with a plain or quoted text, or with brackets around plain texts."""
    parts = [_part(line) for line in lines]
    known = [part for part in parts if part is not None]
    return re.compile("\n".join(known)).fullmatch if len(known) == len(parts) else None


def _part(line: str) -> str | None:
    entry = ENTRY.match(line)
    if entry is None:
        quoted = _QUOTED.match(line)
        return None if quoted is None else _key(quoted) + (f'"({DOUBLE})"' if quoted[4] else f"'({SINGLE})'")
    written, flow = entry[4], entry[5]
    if flow is None:
        return _key(entry) if written is None else f"{_key(entry)}({PLAIN})"
    flat = FLAT.match(flow)
    if flat is None:
        return None
    inside = ", ".join(_inside(part) for part in flat[1].split(", "))
    return f"{_key(entry)}{re.escape(flow[0])}{inside}{re.escape(flow[-1])}"


def _key(line: re.Match[str]) -> str:
    """The line's part up to its value."""
    indent, dash, key = line[1], line[2] or "", re.escape(line[3])
    after = "" if line.end(3) + 1 == len(line.string) else " "
    return f"{indent}{dash}{key}:{after}"


def _inside(part: str) -> str:
    key, colon, _ = part.rpartition(": ")
    return f"{re.escape(key)}{colon}({INSIDE})"


_QUOTED = re.compile(rf"""( *)(- )?({KEY}): (?:"({DOUBLE})"|'{SINGLE}'(?!'))\Z""")
