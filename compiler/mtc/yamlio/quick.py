"""The YAML that blueprints are mostly written in, read line by line: block maps and lists, one-line scalars,
one-line `[…]` and `{…}`. The nodes are those that mtc.yamlio.parse makes, at the same places, in a third of
the time and without a parser to load. A text with anything else in it, every fault included, is left to the
parser: then there is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mtc.model.record import Record
from mtc.model.source import Node, Pairs
from mtc.yamlio.alike import ENOUGH, Alike
from mtc.yamlio.lines import ENTRY, FLAT, LINE, REST, SCALAR, TOKEN

MAX_DEPTH: Final = 20
MAX_ITEMS: Final = 20_000


class _Unread(Exception):
    """Something that is not read here."""


class _Open(Record, eq=False):
    """A block collection that goes on; `key` is a map's key whose value is on the lines to come, `alike` what
    is known of a long list's items."""

    column: int
    value: Pairs | list[Node]
    key: Node | None = None
    alike: Alike | None = None


def read(text: str) -> Node | None:
    """The one document of a text, a map; None where the text has more than is read here."""
    if "\t" in text or "\r" in text or not text.endswith("\n"):
        return None
    try:
        return _Reader().document(text.split("\n"))
    except _Unread:
        return None


class _Reader:
    """Reads one text. The last of `_open` is what the next line goes on with."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._root: Node | None = None

    def document(self, lines: Sequence[str]) -> Node:
        self._lines(lines, 0, len(lines))
        if self._root is None or self._open[-1].key is not None:
            raise _Unread
        return self._root

    def _lines(self, lines: Sequence[str], number: int, end: int) -> None:
        """Go on with the lines from this one to that one, which is left out."""
        entry = ENTRY.match
        while number < end:
            line = lines[number]
            found = entry(line)
            start = line.lstrip(" ") if found is None or found[2] is not None else ""
            if start[:2] == "- " and (taken := self._alike(lines, number, len(line) - len(start))):
                number += taken
                continue
            if found is not None:
                self._entry(number, *found.groups())
            elif start and start[0] != "#":
                self._line(number, line)
            number += 1

    def _alike(self, lines: Sequence[str], number: int, column: int) -> int:
        """Take the items of a long list that are like one before; how many lines they have."""
        here = self._back_to(column)
        if here is None or here.column != column or type(here.value) is not list or len(here.value) < ENOUGH:
            return 0
        here.alike = here.alike or Alike(column, _item)
        return here.alike.take(lines, number, here.value, MAX_ITEMS)

    def _entry(
        self, number: int, indent: str, dash: str | None, key: str, written: str | None, flow: str | None
    ) -> None:
        """One more pair of a map: its value is plain text, in brackets, or on the lines to come."""
        column, here = len(indent), self._open[-1] if self._open else None
        if dash is not None:
            self._item(number, column)
            column += 2
            here = self._map(number, column, True)
        elif here is None or here.column != column or here.key is not None or type(here.value) is not dict:
            here = self._map(number, column, False)
        pairs = here.value
        if type(pairs) is not dict or key in pairs:
            raise _Unread
        at = column + len(key)
        name = Node(key, True, number, column, number, at)
        if written is not None:
            pairs[key] = (name, Node(written, True, number, at + 2, number, at + 2 + len(written)))
        elif flow is not None:
            pairs[key] = (name, _flat(number, flow, at + 2) or self._value(number, flow, at + 2))
        else:
            here.key = name

    def _line(self, number: int, line: str) -> None:
        match = LINE.match(line)
        assert match is not None, "the last group takes what is left"
        indent, dash, key, rest = match.groups()
        column = len(indent)
        if dash is not None:
            self._item(number, column)
            column += len(dash)
        if key is not None:
            self._pair(number, column, key, dash is not None)
            if not rest or (rest[0] == "#" and line[match.start(4) - 1] == " "):
                return
        elif dash is None:
            raise _Unread
        self._put(self._value(number, rest, match.start(4)))

    def _item(self, number: int, column: int) -> None:
        """Go on with the list at this column, or begin it."""
        here = self._back_to(column)
        if here is not None and here.column == column and isinstance(here.value, list):
            return
        if here is None or here.key is None:
            raise _Unread
        self._begin(number, column, [])

    def _pair(self, number: int, column: int, key: str, first: bool) -> None:
        """One more pair of a map, whose value may follow."""
        here = self._map(number, column, first)
        if not isinstance(here.value, dict) or key in here.value:
            raise _Unread
        here.key = Node(key, True, number, column, number, column + len(key))

    def _map(self, number: int, column: int, first: bool) -> _Open:
        """Go on with the map at this column, or begin it: after a key without a value, or as an item."""
        here = self._open[-1] if self._open else None
        if here is not None and here.column < column and (first or here.key is not None):
            return self._begin(number, column, {})
        here = self._back_to(column)
        if here is not None and here.column == column and isinstance(here.value, list):
            self._open.pop()  # a list at the column of its key
            here = self._open[-1] if self._open else None
        if here is None or here.column != column or here.key is not None:
            if here is not None or column:
                raise _Unread
            return self._begin(number, column, {})
        return here

    def _back_to(self, column: int) -> _Open | None:
        """Close what is deeper than this column; the last one that is not."""
        while self._open and self._open[-1].column > column:
            if self._open.pop().key is not None:
                raise _Unread  # a key with no value
        return self._open[-1] if self._open else None

    def _begin(self, number: int, column: int, value: Pairs | list[Node]) -> _Open:
        if len(self._open) >= MAX_DEPTH:
            raise _Unread
        node, new = Node(value, False, number, column, number + 1, 0), _Open(column, value)
        if self._open:
            self._put(node)
        else:
            self._root = node
        self._open.append(new)
        return new

    def _put(self, node: Node) -> None:
        """The node is the value of the last key, or the next item."""
        here = self._open[-1]
        if isinstance(here.value, list):
            if len(here.value) >= MAX_ITEMS:
                raise _Unread
            here.value.append(node)
        elif here.key is None or not isinstance(here.key.value, str):
            raise _Unread
        else:
            here.value[here.key.value] = (here.key, node)
            here.key = None

    def _value(self, number: int, rest: str, column: int) -> Node:
        if rest and rest[0] in "[{":
            node, at = self._flow(number, rest, column, 0, 0)
            if REST.match(rest, at) is None:
                raise _Unread
            return node
        match = SCALAR.match(rest)
        if match is None:
            raise _Unread
        return _scalar(match[1], number, column)

    def _flow(self, number: int, rest: str, column: int, at: int, depth: int) -> tuple[Node, int]:
        """The collection in brackets at `at`, and the place after it."""
        items: list[Node] = []
        pairs: Pairs | None = {} if rest[at] == "{" else None
        close, begin = "]" if pairs is None else "}", at
        if depth > MAX_DEPTH:
            raise _Unread
        match = _token(rest, at + 1)
        while match[3] != close or items or pairs:
            key = None
            if pairs is not None:
                key = _key(match, number, column, pairs)
                match = _token(rest, match.end())
            node, at = self._inside(match, number, rest, column, depth)
            if pairs is None or key is None:
                items.append(node)
            else:
                pairs[str(key.value)] = (key, node)
            match = _token(rest, at)
            if match[3] == close:
                break
            if match[3] != ",":
                raise _Unread
            match = _token(rest, match.end())
        value = items if pairs is None else pairs
        return Node(value, False, number, column + begin, number, column + match.end()), match.end()

    def _inside(
        self, match: re.Match[str], number: int, rest: str, column: int, depth: int
    ) -> tuple[Node, int]:
        """The scalar or collection that begins with this token, and the place after it."""
        if match[2] is not None:
            return _scalar(match[2], number, column + match.start(2)), match.end()
        if match[3] is not None and match[3] in "[{":
            return self._flow(number, rest, column, match.start(3), depth + 1)
        raise _Unread


def _item(lines: Sequence[str], number: int, end: int) -> Pairs:
    """The pairs of an item, a map, that has these lines, and was read before or is like one that was."""
    items: list[Node] = []
    reader = _Reader()
    reader._open.append(_Open(lines[number].index("-"), items))
    reader._lines(lines, number, end)
    pairs = items[0].value
    assert isinstance(pairs, dict)
    return pairs


def _flat(number: int, rest: str, column: int) -> Node | None:
    """A collection in brackets of plain texts alone, in the usual spacing; None for any other."""
    match, at = FLAT.match(rest), column + 1
    if match is None:
        return None
    items: list[Node] = []
    pairs: Pairs = {}
    for part in match[1].split(", "):
        key, colon, text = part.rpartition(": ")
        if colon:
            if key in pairs:
                return None
            name = Node(key, True, number, at, number, at + len(key))
            at += len(key) + 2
            pairs[key] = (name, Node(text, True, number, at, number, at + len(text)))
        else:
            items.append(Node(text, True, number, at, number, at + len(text)))
        at += len(text) + 2
    brackets, value = ("{}", pairs) if pairs else ("[]", items)
    if rest[0] + rest[-1] != brackets or (pairs and items):
        return None
    return Node(value, False, number, column, number, column + len(rest))


def _key(match: re.Match[str], number: int, column: int, pairs: Pairs) -> Node:
    if match[1] is None or match[1] in pairs:
        raise _Unread
    place = column + match.start(1)
    return Node(match[1], True, number, place, number, place + len(match[1]))


def _token(rest: str, at: int) -> re.Match[str]:
    match = TOKEN.match(rest, at)
    if match is None:
        raise _Unread
    return match


def _scalar(written: str, line: int, column: int) -> Node:
    plain = written[0] not in "\"'"
    return Node(written if plain else written[1:-1], plain, line, column, line, column + len(written))
