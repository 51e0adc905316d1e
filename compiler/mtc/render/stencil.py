"""Stencils: a tenant's documents made once for a shape, and filled with each tenant's words.

Nearly all tenants differ by a dozen words. Building and emitting their documents one by one costs ten times
what putting the words in does. A stencil is cut from the documents of a stand-in (mtc.render.standin), by
the same builders and the same emitter as any other tenant: a scalar that holds marks is joined from the
words and quoted anew, as a whole, for each tenant. Blocks of text take the words as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from operator import itemgetter
from typing import Any, Final

from mtc.model.document import Document, Drawn, Hole, Words, identity_of
from mtc.model.source import Data, Route
from mtc.render.standin import MARKS, STANDIN_INDEX
from mtc.yamlio.emit import Shared, emit, is_block, plain_parts, quoted

Make = Callable[[Words], Any]
# Stands for a whole scalar while a stencil is emitted; plain to every reader, so that nothing quotes it.
_SLOT: Final = "mtc0s{}z"
# Between two texts. No word has one, and nothing that is emitted: in quotes it is written with letters.
_SEAM: Final = "\0"
_CUT: Final = _SEAM.encode()
_CUTS: Final = re.compile(r"mtc0([sw])(\d+)z")


class Phrase:
    """Text with marks, ready to take words."""

    __slots__ = ("_parts", "_pick")

    def __init__(self, text: str) -> None:
        self._parts = MARKS.split(text)  # text, number, text, number, … text
        self._pick = _picker(_numbers(text))

    def __call__(self, words: Words) -> str:
        self._parts[1::2] = self._pick(words)  # in half the time of `%`
        return "".join(self._parts)


class Stencil:
    """The documents of one shape, in groups whose texts are made together, each by one of `prints`.

    `computed`: what was computed from marks, and the mark to put there.
    """

    def __init__(
        self, groups: Iterable[Iterable[Document]], comment: str, computed: Mapping[str, str]
    ) -> None:
        digests = {number for each in computed.values() for number in _numbers(each)}
        drawn = [[(each, _replaced(each.body, computed)) for each in group] for group in groups]
        self.prints = [
            _Print({document.path: body for document, body in group}, comment, digests) for group in drawn
        ]
        documents = [each for group in drawn for each in group]
        self.forms = tuple([_Form(document, body) for document, body in documents])
        self._paths = _together([document.path for document, _ in documents])
        self._keys = _together(["\n".join(identity_of(body)) for _, body in documents])

    def draw(self, words: Words, index: int, tenant: str) -> Iterator[Drawn]:
        """The documents of the tenant at `spec.tenants[index]`, in the stand-in's order."""
        for form, path in zip(self.forms, self.paths(words), strict=True):
            yield form.draw(path, words, index, tenant)

    def paths(self, words: Words) -> list[str]:
        """Where they lie, in the same order."""
        return self._paths(words)

    def keys(self, words: Words) -> list[str]:
        """The documents' keys, in the same order."""
        return self._keys(words)

    def together(self, holes: Sequence[Hole]) -> Callable[[Words], list[str]]:
        """What makes the texts of these holes, in their order."""
        return _together([hole.text for hole in holes])


class _Print:
    """What makes the files of some documents: their paths, and called with words, the files' bytes."""

    __slots__ = ("_files", "_others", "_plain", "_texts", "_used", "paths")

    def __init__(self, bodies: Mapping[str, Mapping[str, Data]], comment: str, digests: Set[int]) -> None:
        slots: dict[str, int] = {}
        files = dict(sorted(bodies.items()))  # as they will lie in a folder, whatever the documents' order
        self.paths = _together(list(files))
        texts = [emit(_slotted(body, slots), comment=comment) for body in files.values()]
        # Phrases that plain words leave plain come first: for those there is nothing to ask about each. Most
        # digests begin with a digit and need quotes; of them it is asked.
        plain = [phrase for phrase in slots if _stays_plain(phrase) and digests.isdisjoint(_numbers(phrase))]
        known = frozenset(plain)
        phrases = [*plain, *(phrase for phrase in slots if phrase not in known)]
        self._plain, self._others = _together(plain), _together(phrases[len(plain) :])
        self._used = _picker(sorted({number for phrase in plain for number in _numbers(phrase)}))
        place = {slots[phrase]: number for number, phrase in enumerate(phrases)}
        files_pieces = [_CUTS.split(text) for text in texts]  # text, kind, number, text, kind, number, … text
        self._texts = [text.encode() for pieces in files_pieces for text in pieces[::3]]
        phrase, word = len(self._texts), len(self._texts) + len(phrases)
        self._files: list[Callable[[Sequence[bytes]], Sequence[bytes]]] = []
        at = 0
        for pieces in files_pieces:
            numbers = zip(pieces[1::3], map(int, pieces[2::3]), strict=True)
            holes = [word + number if kind == "w" else phrase + place[number] for kind, number in numbers]
            picks = [*range(at, at + len(holes) + 1), *holes]
            picks[::2], picks[1::2] = picks[: len(holes) + 1], holes
            self._files.append(_picker(picks))
            at += len(holes) + 1

    def __call__(self, words: Words) -> list[bytes]:
        plain, others = self._plain(words), map(quoted, self._others(words))
        if not plain_parts(self._used(words)):
            plain = list(map(quoted, plain))
        pieces = self._texts + _SEAM.join([*plain, *others, *words]).encode().split(_CUT)
        return [b"".join(pick(pieces)) for pick in self._files]


class _Form:
    """One document of a stencil: mtc.model.document.Form."""

    __slots__ = ("_body", "_key", "_origin", "kind", "outline")

    def __init__(self, document: Document, body: Mapping[str, Data]) -> None:
        self.outline = body
        self._body = _maker(body)
        identity = identity_of(body)
        self.kind = identity[:2]
        self._key = _maker_or_text("\n".join(identity))  # no name has a line break
        self._origin = document.origin

    def draw(self, path: str, words: Words, index: int, tenant: str) -> Drawn:
        """The document with one tenant's words."""
        origin: Route = self._origin
        if origin[2:3] == (STANDIN_INDEX,):
            origin = (*origin[:2], index, *origin[3:])
        return Drawn(path, origin, tenant, self, words)

    @property
    def holes(self) -> tuple[Hole, ...] | None:
        """Every value that takes words; None where a key does too."""
        found = list(_holes(self.outline, ()))
        return None if None in found else tuple(hole for hole in found if hole is not None)

    def body(self, words: Words) -> Mapping[str, Data]:
        """The body with the words in it; what holds none is the stand-in's own."""
        return self.outline if self._body is None else self._body(words)

    def key(self, words: Words) -> str:
        """Group, kind, namespace and name, a line each."""
        return self._key if isinstance(self._key, str) else self._key(words)


def _together(texts: Sequence[str]) -> Callable[[Words], list[str]]:
    """What puts words into all these texts at once: in a third of the time of one by one."""
    if not texts or any(_SEAM in text for text in texts):
        phrases = [Phrase(text) for text in texts]
        return lambda words: [phrase(words) for phrase in phrases]
    whole = Phrase(_SEAM.join(texts))
    return lambda words: whole(words).split(_SEAM)


def _picker(numbers: Sequence[int]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """What takes the items at these places."""
    if len(numbers) > 1:
        return itemgetter(*numbers)
    return itemgetter(slice(numbers[0], numbers[0] + 1) if numbers else slice(0))


def _numbers(phrase: str) -> list[int]:
    """Which words it takes."""
    return [int(number) for number in MARKS.findall(phrase)]


def _stays_plain(phrase: str) -> bool:
    """Whether plain words for its marks leave it plain: see plain_parts."""
    told = re.search("[^A-Za-z]", MARKS.sub("", phrase)) or MARKS.fullmatch(phrase)
    return told is not None and quoted(phrase) == phrase


def _maker_or_text(text: str) -> str | Phrase:
    return Phrase(text) if MARKS.search(text) else text


def _maker(node: Data | Mapping[str, Data]) -> Make | None:
    """What makes the node for a tenant; None where it holds no mark and is the same for all."""
    if isinstance(node, str):
        return Phrase(node) if MARKS.search(node) else None
    if isinstance(node, Mapping):
        keys = {key: Phrase(key) for key in node if MARKS.search(key)}
        made = {key: make for key, value in node.items() if (make := _maker(value)) is not None}
        return _map_maker(node, keys, made) if keys or made else None
    if isinstance(node, (list, tuple)):
        items = {number: make for number, item in enumerate(node) if (make := _maker(item)) is not None}
        return _list_maker(node, items) if items else None
    return None


def _holes(node: Any, route: Route) -> Iterator[Hole | None]:
    if isinstance(node, str):
        if MARKS.search(node):
            yield Hole(route, node, Phrase(node))
    elif isinstance(node, Mapping):
        for key, value in node.items():
            if MARKS.search(key):
                yield None
            yield from _holes(value, (*route, key))
    elif isinstance(node, (list, tuple)):
        for number, item in enumerate(node):
            yield from _holes(item, (*route, number))


def _map_maker(node: Mapping[str, Data], keys: Mapping[str, Phrase], made: Mapping[str, Make]) -> Make:
    def make(words: Words) -> dict[str, Data]:
        if keys:
            return {
                keys[key](words) if key in keys else key: made[key](words) if key in made else value
                for key, value in node.items()
            }
        found = dict(node)
        for key, value in made.items():
            found[key] = value(words)
        return found

    return make


def _list_maker(node: Sequence[Data], items: Mapping[int, Make]) -> Make:
    def make(words: Words) -> list[Data]:
        found = list(node)
        for number, value in items.items():
            found[number] = value(words)
        return found

    return make


def _replaced(node: Any, computed: Mapping[str, str]) -> Any:
    if isinstance(node, str):
        return computed.get(node, node)
    if isinstance(node, dict) and not isinstance(node, Shared):
        return {key: _replaced(value, computed) for key, value in node.items()}
    if isinstance(node, list):
        return [_replaced(item, computed) for item in node]
    return node


def _slotted(node: Any, slots: dict[str, int]) -> Any:
    """The node with a slot for each scalar that holds marks, numbered in `slots`; blocks keep their marks."""
    if _maker(node) is None:
        return node
    if isinstance(node, str):
        return _SLOT.format(slots.setdefault(node, len(slots)))
    if isinstance(node, Mapping):
        return {
            _slotted(key, slots): (
                value if isinstance(value, str) and is_block(value) else _slotted(value, slots)
            )
            for key, value in node.items()
        }
    return [_slotted(item, slots) for item in node]
