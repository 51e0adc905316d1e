"""Reading back what `emit` wrote, many times faster than a parser of YAML can.

The reader below knows only emit's own forms, and trusts itself in nothing: what it read is emitted again, and
counts only if that gives the same text, byte for byte. So it cannot be wrong about a text that emit wrote,
and any other text is left to the parser.
"""

from __future__ import annotations

import re

from mtc.model.source import Data
from mtc.yamlio.emit import emit
from mtc.yamlio.numbers import resolve

_ENTRY = re.compile(r"""(?:([A-Za-z/][^\s"'#]*)|("(?:[^"\\]|\\.)*"|'[^']*')):(?: (.+))?\Z""")
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))")
_SHORT = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_WORDS: dict[str, Data] = {"true": True, "false": False, "null": None}
_BLOCKS = {"|": 1, "|-": 0, "|+": 2}
MAX_DEPTH = 200  # columns of indentation: nothing that we write is as deep

_EMPTY = frozenset(("{}", "[]"))

_known: dict[str, Data] = {}
_LIMIT = 50_000


class _Foreign(Exception):
    """A form that emit does not write."""


def read_canonical(text: str) -> dict[str, Data] | None:
    """The one document of a text that `emit` wrote, with its first comment; None for any other text."""
    comment, body = "", text
    if text.startswith("# "):
        comment, _, body = text[2:].partition("\n")
    if not body.endswith("\n"):
        return None
    lines = body.split("\n")
    try:
        found, end = _map(lines, 0, 0)
        if end != len(lines) - 1 or emit(found, comment=comment) != text:
            return None
    except (_Foreign, IndexError, ValueError):
        return None
    return found


def _map(lines: list[str], at: int, indent: int) -> tuple[dict[str, Data], int]:
    """The map whose first entry is line `at`, every entry at `indent`; and the first line behind it."""
    found: dict[str, Data] = {}
    last = len(lines) - 1
    while at < last:
        line = lines[at]
        if len(line) <= indent or line[indent] == " " or (indent and line[:indent].strip(" ")):
            break
        match = _ENTRY.match(line, indent)
        if match is None:
            break
        plain, quoted, rest = match.groups()
        key = plain if quoted is None else _quoted(quoted)
        if key in found:
            raise _Foreign
        found[key], at = _value(lines, at, indent, rest)
    if not found:
        raise _Foreign
    return found, at


def _value(lines: list[str], at: int, indent: int, rest: str | None) -> tuple[Data, int]:
    if rest is None:
        return _collection(lines, at + 1, indent + 2)
    if rest in _BLOCKS:
        return _block(lines, at + 1, indent + 2, _BLOCKS[rest])
    return _scalar(rest), at + 1


def _collection(lines: list[str], at: int, indent: int) -> tuple[Data, int]:
    if indent > MAX_DEPTH:
        raise _Foreign
    line = lines[at]
    if line.startswith("- ", indent) and not line[:indent].strip(" "):
        return _list(lines, at, indent)
    return _map(lines, at, indent)


def _list(lines: list[str], at: int, indent: int) -> tuple[list[Data], int]:
    found: list[Data] = []
    head, deeper = " " * indent + "- ", " " * (indent + 2)
    last = len(lines) - 1
    while at < last and lines[at].startswith(head):
        rest = lines[at][indent + 2 :]
        if rest.startswith("- ") or _ENTRY.match(rest):
            kept = lines[at]
            lines[at] = deeper + rest
            item, end = _collection(lines, at, indent + 2)
            lines[at] = kept
            at = end
        else:
            item, at = _scalar(rest), at + 1
        found.append(item)
    return found, at


def _block(lines: list[str], at: int, indent: int, keep: int) -> tuple[str, int]:
    """A block scalar; `keep`: 0 no line feed at its end, 1 one, 2 all there are."""
    margin = " " * indent
    text: list[str] = []
    last = len(lines) - 1
    while at < last and (not lines[at] or lines[at].startswith(margin)):
        text.append(lines[at][indent:])
        at += 1
    whole = "\n".join(text)
    return (whole, whole + "\n", whole + "\n")[keep], at


def _scalar(text: str) -> Data:
    if text in _known:
        return _known[text]
    if text in _EMPTY:  # a new one each time: whoever gets it may fill it
        return {} if text == "{}" else []
    found = _read(text)
    if len(_known) < _LIMIT:
        _known[text] = found
    return found


def _read(text: str) -> Data:
    first = text[0]
    if first in "\"'":
        return _quoted(text)
    if text in _WORDS:
        return _WORDS[text]
    if first.isalpha() or first == "/":
        return text
    found = resolve(text)
    if isinstance(found, (int, float)):
        return found
    raise _Foreign


def _quoted(text: str) -> str:
    if len(text) < 2 or text[-1] != text[0]:
        raise _Foreign
    inner = text[1:-1]
    if text[0] == "'" or "\\" not in inner:
        return inner
    return _ESCAPE.sub(_unescape, inner)


def _unescape(match: re.Match[str]) -> str:
    two, four, short = match.groups()
    return _SHORT.get(short, "") if short else chr(int(two or four, 16))
