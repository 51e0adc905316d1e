"""The report for people: header, place, quoted line, caret, help, and a summary at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mtc.model.diagnostic import Diagnostic, Label
from mtc.report.excerpt import Masks, masks, quote
from mtc.report.options import Options
from mtc.report.visible import visible

# SGR parameters (ECMA-48): 1 bold, 31 red, 33 yellow, 34 blue, 36 cyan.
INK = {"error": "1;31", "warning": "1;33", "message": "1", "frame": "34", "related": "34", "note": "36"}


def render(diagnostics: Sequence[Diagnostic], options: Options) -> str:
    """One block for each diagnostic, a blank line between, the counts last; empty for none."""
    if not diagnostics:
        return ""
    masked = masks(diagnostics, options.hide, options.sources)
    blocks = ["\n".join(_block(d, options, masked)) for d in _shown(diagnostics, options.limit)]
    return "\n\n".join([*blocks, _summary(diagnostics, len(blocks))]) + "\n"


def _shown(diagnostics: Sequence[Diagnostic], limit: int | None) -> Sequence[Diagnostic]:
    """The first ones in order, but no warning takes an error's room."""
    if limit is None or limit >= len(diagnostics):
        return diagnostics
    ranked = sorted(range(len(diagnostics)), key=lambda i: diagnostics[i].severity != "error")
    return [diagnostics[i] for i in sorted(ranked[: max(0, limit)])]


def _summary(diagnostics: Sequence[Diagnostic], shown: int) -> str:
    errors = sum(d.severity == "error" for d in diagnostics)
    counts = [(errors, "error"), (len(diagnostics) - errors, "warning")]
    said = ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts if count)
    hidden = len(diagnostics) - shown
    return f"{said} ({hidden} more not shown)" if hidden else said


def _block(diagnostic: Diagnostic, options: Options, masked: Masks) -> Iterator[str]:
    severity, code = diagnostic.severity, visible(diagnostic.code)
    head, message = f"{severity}[{code}]", visible(diagnostic.message)
    yield f"{_ink(options, severity, head)}: {_ink(options, 'message', message)}"
    labels = (diagnostic.primary, *diagnostic.related)
    gutter = max(len(str(label.span.line)) for label in labels)
    yield from _place(diagnostic.primary, options, masked, (gutter, severity))
    for label in diagnostic.related:
        yield from _place(label, options, masked, (gutter, "related"))
    margin = " " * (gutter + 1)
    # A help of several lines hangs below its first word.
    for number, line in enumerate(diagnostic.help.splitlines()):
        lead = _ink(options, "note", "= help:") if number == 0 else " " * len("= help:")
        yield f"{margin}{lead} {visible(line)}".rstrip()
    yield f"{margin}{_ink(options, 'note', '= see:')} mtc explain {code}"


def _place(label: Label, options: Options, masked: Masks, look: tuple[int, str]) -> Iterator[str]:
    """`look`: the gutter's width, and the kind of ink: "related" gets dashes, a severity gets carets."""
    gutter, kind = look
    span = label.span
    arrow, mark = (":::", "-") if kind == "related" else ("-->", "^")
    where = f"{' ' * gutter}{_ink(options, 'frame', arrow)} {visible(span.file)}:{span.line}:{span.column}"
    said = visible(label.text)
    excerpt = quote(span, options.sources, masked)
    if excerpt is None:
        yield f"{where}: {said}" if said else where
        return
    yield where
    margin, bar = " " * gutter, _ink(options, "frame", "|")
    if kind != "related":
        yield f"{margin} {bar}"
    yield f"{_ink(options, 'frame', f'{span.line:>{gutter}} |')} {excerpt.line}".rstrip()
    underline = _ink(options, kind, f"{mark * excerpt.length} {said}".rstrip())
    yield f"{margin} {bar} {' ' * excerpt.indent}{underline}"


def _ink(options: Options, kind: str, text: str) -> str:
    return f"\x1b[{INK[kind]}m{text}\x1b[0m" if options.color else text
