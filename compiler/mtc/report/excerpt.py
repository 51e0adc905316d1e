"""A quoted source line and the underline below it, in screen columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mtc.model.diagnostic import Diagnostic
from mtc.model.record import Record
from mtc.model.source import Span
from mtc.report.visible import COMMAND, sign, stand_in, width

LONGEST = 120  # characters of a line that are quoted
BEFORE = 40  # of them, how many before the place
TAB = 4

Sources = Mapping[str, Sequence[str]]
Masks = Mapping[tuple[str, int], int]


class Excerpt(Record, frozen=True):
    """`line` as shown; `indent`, the screen columns before the place; `length`, those in it, at least 1."""

    line: str
    indent: int
    length: int


def masks(diagnostics: Iterable[Diagnostic], hide: frozenset[str], sources: Sources) -> Masks:
    """(file, line) -> the column from which the line is a secret, for every place of the hidden codes.

    To the end of the line and not of the place: a fault may point at the key, and the secret stands after it.
    """
    found: dict[tuple[str, int], int] = {}
    for diagnostic in diagnostics:
        if diagnostic.code not in hide:
            continue
        for label in (diagnostic.primary, *diagnostic.related):
            span = label.span
            last = max(span.line, min(span.end_line, len(sources.get(span.file, ()))))
            for line in range(span.line, last + 1):
                column = span.column if line == span.line else 1
                found[span.file, line] = min(column, found.get((span.file, line), column))
    return found


def quote(span: Span, sources: Sources, masked: Masks) -> Excerpt | None:
    """The span's first line; None where the file or the line is not there to quote."""
    lines = sources.get(span.file, ())
    if not 1 <= span.line <= len(lines):
        return None
    line = lines[span.line - 1].rstrip()
    secret = max(0, masked.get((span.file, span.line), len(line) + 1) - 1)
    line = line[:secret] + "·" * len(line[secret:])
    start = min(max(0, span.column - 1), len(line))
    end = min(span.end_column - 1, len(line)) if span.end_line == span.line else len(line)
    return _cut(line, start, max(start, end))


def _cut(line: str, start: int, end: int) -> Excerpt:
    low, high = 0, len(line)
    if high > LONGEST:
        low = max(0, min(start - BEFORE, high - LONGEST))
        high = low + LONGEST
    cells = _cells(line[low:high])
    head = "…" if low else ""
    tail = "…" if high < len(line) else ""
    before = width(head) + sum(map(width, cells[: start - low]))
    inside = sum(map(width, cells[start - low : end - low]))
    return Excerpt(head + "".join(cells) + tail, before, max(1, inside))


def _cells(line: str) -> list[str]:
    """What each character is shown as; a tab reaches to the next stop."""
    cells: list[str] = []
    column = 0
    armed = {found.start() for found in COMMAND.finditer(line)}
    for at, character in enumerate(line):
        cell = " " * (TAB - column % TAB) if character == "\t" else sign(character)
        cell = stand_in(character) if at in armed else cell
        cells.append(cell)
        column += width(cell)
    return cells
