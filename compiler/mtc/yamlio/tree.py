"""Parser events to node trees, and what the language forbids on the way: one method, one code."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mtc.model.diagnostic import MANY, Diagnostic, Label, too_many
from mtc.model.source import Node, Source, Span
from mtc.model.spelling import quoted
from mtc.yamlio.emit import quoted as written
from mtc.yamlio.text import LOST, too_large

MAX_DEPTH = 100  # deeper than any blueprint or manifest; a nesting bomb stops here
MAX_EVENTS = 6_000_000  # 64 MiB of settings in block style; bounds memory near 1 GiB
MAX_MAPS = 20_000  # in one list: twice what a blueprint may have, so that a million tenants stop early
_WORD = re.compile(r"[^\s,\[\]{}]+")
_TAG = re.compile(r"![^\s,\[\]{}]*")
LONGEST_KEY = 1000  # as it is written; YAML 1.2, 7.4.2 has 1024 with what stands before it
_SHARE = "write the value out; settings that tenants share belong in `tenantDefaults` or a profile"


class _Enough(Exception):
    """More faults than anybody reads."""


class _Frame:
    """A collection that is being filled; `key` is a map's key that waits for its value."""

    __slots__ = ("items", "key", "pairs", "start")

    def __init__(self, start: tuple[int, int], *, mapping: bool) -> None:
        self.start = start
        self.pairs: dict[str, tuple[Node, Node]] | None = {} if mapping else None
        self.items: list[Node] = []
        self.key: Node | None = None


@dataclass
class Tree:
    """Grows from a parser's events. `roots` are the documents; `holes` counts the places where what the
    author meant is lost, so that nobody should read on."""

    source: Source
    several: bool
    diagnostics: list[Diagnostic] = field(default_factory=list)
    roots: list[Node] = field(default_factory=list)
    holes: int = 0
    _stack: list[_Frame] = field(default_factory=list)

    def read(self, get: Callable[[], Any]) -> None:
        """Takes event after event, until the stream ends or there is no sense in reading on."""
        from ruamel.yaml import events  # noqa: PLC0415 - loaded by the parser already

        handlers: dict[type, Callable[[Any], bool]] = {
            events.MappingStartEvent: self._open_map,
            events.SequenceStartEvent: self._open_list,
            events.MappingEndEvent: self._close,
            events.SequenceEndEvent: self._close,
            events.AliasEvent: self._alias,
            events.DocumentStartEvent: self._document,
            events.DocumentEndEvent: lambda event: True,
            events.StreamStartEvent: lambda event: True,
            events.StreamEndEvent: lambda event: False,
        }
        scalar: Any = events.ScalarEvent
        try:
            self._take(get, handlers, scalar)
        except _Enough:
            self.holes += 1
            self.diagnostics.append(too_many(self.source.name))

    def _take(self, get: Callable[[], Any], handlers: dict[type, Callable[[Any], bool]], scalar: Any) -> None:
        for _ in range(MAX_EVENTS):
            event = get()
            if type(event) is scalar:
                if event.tag is not None or event.anchor is not None:
                    self._properties(event)
                if event.style == '"' and (lost := re.search(LOST, event.value)):
                    self._lost(event, lost[0])
                first, last = event.start_mark, event.end_mark
                place = first.line, first.column, last.line, last.column
                self._place(Node(event.value, not event.style, *place))
            elif not handlers[type(event)](event):
                return
        self.holes += 1
        self.diagnostics.append(too_large(self.source.name, self.top()))

    def _say(self, fault: Diagnostic) -> None:
        self.diagnostics.append(fault)
        if len(self.diagnostics) >= MANY:
            raise _Enough

    def broken(self, fault: Diagnostic) -> None:
        """The parser gave up: what was read so far is no whole."""
        self.holes += 1
        self.diagnostics.append(fault)

    def top(self) -> Label:
        """The file's beginning, for what is wrong with all of it."""
        return Label(Span(self.source.name, 1, 1, 1, 2))

    def empty(self) -> None:
        """yaml/empty: no byte, or comments alone."""
        self.holes += 1
        message = f"`{self.source.name}` has no content"
        self.diagnostics.append(Diagnostic("yaml/empty", message, self.top(), "write the document"))

    def _open_map(self, event: Any) -> bool:
        return self._open(event, mapping=True)

    def _open_list(self, event: Any) -> bool:
        return self._open(event, mapping=False)

    def _open(self, event: Any, *, mapping: bool) -> bool:
        if len(self._stack) >= MAX_DEPTH:
            self._too_deep(event)
            return False
        if self._stack and len(self._stack[-1].items) >= MAX_MAPS:
            self._too_many(event)
            return False
        if event.tag is not None or event.anchor is not None:
            self._properties(event)
        start = event.start_mark
        self._stack.append(_Frame((start.line, start.column), mapping=mapping))
        return True

    def _close(self, event: Any) -> bool:
        """A collection is whole: it becomes a node of what is around it."""
        frame, end = self._stack.pop(), event.end_mark
        value = frame.items if frame.pairs is None else frame.pairs
        self._place(Node(value, False, *frame.start, end.line, end.column))
        return True

    def _place(self, node: Node) -> None:
        """Puts a whole node where it belongs: a root, a list's item, a map's key, or the value of one."""
        if not self._stack:
            self.roots.append(node)
            return
        frame = self._stack[-1]
        if frame.pairs is None:
            frame.items.append(node)
        elif frame.key is None:
            frame.key = node
            self._check_key(node)
        else:
            key, frame.key = frame.key, None
            if isinstance(key.value, str):
                known = frame.pairs.setdefault(key.value, (key, node))
                if known[0] is not key:
                    self._duplicate(known[0], key)

    def _check_key(self, key: Node) -> None:
        if not isinstance(key.value, str) or not key.value or len(written(key.value)) > LONGEST_KEY:
            self._odd_key(key)
        elif key.value == "<<":  # in quotes as well: kustomize forgets that there were some, and the pair
            self._merge_key(key)

    def _document(self, event: Any) -> bool:
        if self.roots and not self.several:
            self._second_document(event)
            return False
        return True

    def _properties(self, event: Any) -> None:
        if event.anchor is not None:
            self._anchor(event)
        if event.tag is not None:
            self._tag(event)

    def _duplicate(self, first: Node, second: Node) -> None:
        """yaml/duplicate-key: readers take the first, the last, or refuse; nobody knows which was meant."""
        message = f"key {quoted(str(second.value))} is written twice in one map"
        label = Label(self.source.at(second))
        related = (Label(self.source.at(first), "first written here"),)
        self._say(Diagnostic("yaml/duplicate-key", message, label, "keep one of the two", related=related))

    def _odd_key(self, key: Node) -> None:
        """yaml/key: a key that is empty, a list or a map, which Kubernetes does not have, or too long."""
        self.holes += 1
        what = "is empty" if key.value == "" else "is a list" if isinstance(key.value, list) else "is a map"
        if key.value and isinstance(key.value, str):
            what = "is longer than the 1,024 characters that readers of YAML take"
        label = Label(self.source.at(key))
        message, way_out = f"a key {what}", "write text before the `:`"
        if self.source.lines[key.line][max(0, key.column - 1) :].startswith("{{"):
            message = "`{{` is of a template, and this file is none"
            way_out = "write the value, or quote the text"
        self._say(Diagnostic("yaml/key", message, label, way_out))

    def _merge_key(self, key: Node) -> None:
        """yaml/merge-key: YAML 1.2 dropped it, and the language has its own inheritance."""
        self.holes += 1
        message = "the merge key `<<` is not part of the language"
        self._say(Diagnostic("yaml/merge-key", message, Label(self.source.at(key)), _SHARE))

    def _lost(self, event: Any, character: str) -> None:
        """yaml/character, as an escape: kustomize reads it, writes it as it is, and stops at its own text."""
        message = f"the text holds U+{ord(character):04X}, which does not pass Flux' kustomize"
        self._say(Diagnostic("yaml/character", message, self._label(event), "take it out"))

    def _anchor(self, event: Any) -> None:
        """yaml/anchor: a second way to share settings, invisible where it is used."""
        message = f"the anchor {quoted(f'&{event.anchor}')} is not part of the language"
        self._say(Diagnostic("yaml/anchor", message, self._label(event), _SHARE))

    def _alias(self, event: Any) -> bool:
        """yaml/alias: as yaml/anchor, and the fuse of every YAML bomb."""
        self.holes += 1
        waiting = self._stack[-1].key if self._stack else None
        if waiting is None or waiting.value != "<<":  # yaml/merge-key has said it
            message = f"the alias {quoted(f'*{event.anchor}')} is not part of the language"
            self._say(Diagnostic("yaml/alias", message, self._label(event), _SHARE))
        mark = event.start_mark
        self._place(Node("*", False, mark.line, mark.column, mark.line, mark.column + 1))
        return True

    def _tag(self, event: Any) -> None:
        """yaml/tag: types come from the schema; a tag could say otherwise, or make a reader run code."""
        mark = event.start_mark
        written = _TAG.search(self.source.lines[mark.line], mark.column)  # an anchor may stand before it
        message = f"the tag {quoted(written[0] if written else event.tag)} is not part of the language"
        way_out = "take the tag out, and quote the value if it is text"
        self._say(Diagnostic("yaml/tag", message, self._label(event), way_out))

    def _too_deep(self, event: Any) -> None:
        """yaml/too-deep: nesting that no blueprint has and some readers die of."""
        self.holes += 1
        message = f"the file is nested more than {MAX_DEPTH} levels deep"
        way_out = "check the brackets before it"
        self._say(Diagnostic("yaml/too-deep", message, self._label(event), way_out))

    def _too_many(self, event: Any) -> None:
        """yaml/too-large, of a list."""
        self.holes += 1
        message = f"a list has more than {MAX_MAPS:,} entries that are maps or lists"
        way_out = "split the file: a blueprint has at most 10,000 tenants"
        self._say(Diagnostic("yaml/too-large", message, self._label(event), way_out))

    def _second_document(self, event: Any) -> None:
        """yaml/multiple-documents: one blueprint, one file; most tools would read the first alone."""
        message = "a second document begins here"
        way_out = "put it into a file of its own, or take the `---` out"
        self._say(Diagnostic("yaml/multiple-documents", message, self._label(event), way_out))

    def _label(self, event: Any) -> Label:
        """The word at which an event begins."""
        line, column = event.start_mark.line, event.start_mark.column
        word = _WORD.match(self.source.lines[line], column) if line < len(self.source.lines) else None
        width = len(word[0]) if word else 1
        return Label(Span(self.source.name, line + 1, column + 1, line + 1, column + 1 + width))
