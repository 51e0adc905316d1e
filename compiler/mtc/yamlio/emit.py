"""Canonical YAML: block style, two spaces, every scalar the same to all readers.

No library we measured is safe for YAML 1.1 and 1.2 readers at once, so the quoting is ours: a string
stays plain only when no reader can take it for anything else. Text that must be quoted gets single quotes
where they show it as it is, else double quotes with escapes that both versions share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

from mtc.model.source import Data

# Starts with a letter or slash, ends with no colon: never a number, a date, sexagesimal or an indicator.
_PLAIN = re.compile(r"[A-Za-z/](?:[A-Za-z0-9_./@+=-]++|:(?=[A-Za-z0-9_./@+=-]))*+\Z")
_PLAIN_PARTS = re.compile(r"(?:[A-Za-z/][A-Za-z0-9_./@+=-]*+\n)*+\Z")
# Words that YAML 1.1 reads as booleans or null; a superset costs two quotes.
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"))  # in lower case
# Verbatim between single quotes: printable ASCII but the quote itself.
_SINGLE = re.compile(r"[\x20-\x26\x28-\x7e]+\Z")
# What may stand raw between double quotes: not a control, not a break of YAML 1.1, not a byte order mark.
_ESCAPED = re.compile(
    r'["\\\x00-\x1f\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\uffff]'
)
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
# A block scalar: lines of printable text without trailing blanks, none beginning the text with a blank.
_LINE = r"(?:[\x20-\x7e\t]*[\x21-\x7e])?"
_BLOCK = re.compile(rf"[\x21-\x7e]{_LINE}(?:\n{_LINE})+\Z")

_cache: dict[str, str] = {}
_CACHE_LIMIT = 50_000  # bounds memory when ten thousand tenants bring names of their own


class Shared(dict[str, Data]):
    """A map that many documents hold unchanged: its text is made once for each indentation."""

    __slots__ = ("_texts",)

    def __init__(self, entries: Mapping[str, Data]) -> None:
        super().__init__(entries)
        self._texts: dict[str, str] = {}

    def text(self, indent: str) -> str:
        """The map's entries, each line indented."""
        if indent not in self._texts:
            parts: list[str] = []
            _mapping(self, indent, parts)
            self._texts[indent] = "".join(parts)
        return self._texts[indent]


def emit(value: Mapping[str, Data], *, comment: str = "") -> str:
    """One document as text, ending in a newline; `comment` becomes the first line, `# ` before it."""
    parts: list[str] = []
    if comment:
        parts.append(f"# {comment}\n")
    if value:
        _mapping(value, "", parts)
    else:
        parts.append("{}\n")  # nothing at all would be null to every reader
    return "".join(parts)


def is_block(text: str) -> bool:
    """True for text that becomes a block of lines where it is a map's value."""
    return "\n" in text and _BLOCK.match(text) is not None


def scalar(value: bool | int | float | str | None) -> str:
    """A scalar as it is written in block context, on one line.

    Raises ValueError for a float that no JSON reader can hold (infinity, not a number).
    """
    if isinstance(value, str):
        return quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return _float(value)


def _float(value: float) -> str:
    if not isfinite(value):
        raise ValueError("a number that is not finite has no portable spelling")
    text = repr(value)
    mantissa, exponent, power = text.partition("e")
    if exponent:  # YAML 1.1 wants the point and the sign: 1e+21 is text to it, 1.0e+21 a number to all
        mantissa = mantissa if "." in mantissa else f"{mantissa}.0"
        power = power if power[0] in "+-" else f"+{power}"
        return f"{mantissa}e{power}"
    return text


def quoted(value: str) -> str:
    """A string as it is written on one line: plain where that is safe, else in quotes."""
    found = _cache.get(value)
    if found is None:
        found = _quote(value)
        if len(_cache) < _CACHE_LIMIT:
            _cache[value] = found
    return found


def plain_parts(parts: Iterable[str]) -> bool:
    """True where each part is plain, and leaves a text plain in which it stands for another such part.

    Unless that text is all letters: two parts could make a word of YAML 1.1 together.
    """
    distinct = set(parts)
    text = "\n".join(distinct) + "\n"
    known = text.count("\n") == len(distinct) and _PLAIN_PARTS.match(text) is not None
    return known and _WORDS.isdisjoint(map(str.lower, distinct))


def _quote(value: str) -> str:
    if _PLAIN.match(value) and value.lower() not in _WORDS:
        return value
    if ('"' in value or "\\" in value) and _SINGLE.match(value):
        return f"'{value}'"
    return f'"{_ESCAPED.sub(_escape, value)}"'


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    if char in _SHORT:
        return _SHORT[char]
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _mapping(value: Mapping[str, Data], indent: str, parts: list[str]) -> None:
    add = parts.append
    for key, item in value.items():
        name = _cache.get(key) or quoted(key)
        if isinstance(item, str):
            if is_block(item):
                add(f"{indent}{name}: ")
                _block(item, f"{indent}  ", parts)
            else:
                add(f"{indent}{name}: {_cache.get(item) or quoted(item)}\n")
        elif isinstance(item, (dict, list, tuple)):
            if item:
                add(f"{indent}{name}:\n")
                _collection(item, f"{indent}  ", parts)
            else:
                add(f"{indent}{name}: {_EMPTY[isinstance(item, dict)]}\n")
        else:
            add(f"{indent}{name}: {scalar(item)}\n")


_EMPTY = {True: "{}", False: "[]"}


def _collection(value: dict[str, Data] | Sequence[Data], indent: str, parts: list[str]) -> None:
    if isinstance(value, Shared):
        parts.append(value.text(indent))
    elif isinstance(value, dict):
        _mapping(value, indent, parts)
    else:
        _sequence(value, indent, parts)


def _sequence(value: Sequence[Data], indent: str, parts: list[str]) -> None:
    deeper = f"{indent}  "
    for item in value:
        if not isinstance(item, (dict, list, tuple)):
            parts.append(f"{indent}- {scalar(item)}\n")
        elif item:
            at = len(parts)
            _collection(item, deeper, parts)
            parts[at] = f"{indent}- {parts[at][len(deeper) :]}"
        else:
            parts.append(f"{indent}- {_EMPTY[isinstance(item, dict)]}\n")


def _block(value: str, indent: str, parts: list[str]) -> None:
    body = value.rstrip("\n")
    tail = len(value) - len(body)
    parts.append("|-\n" if tail == 0 else "|\n" if tail == 1 else "|+\n")
    parts.extend(f"{indent}{line}\n" if line else "\n" for line in body.split("\n"))
    parts.extend("\n" for _ in range(tail - 1))
