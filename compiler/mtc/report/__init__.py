"""Says diagnostics: data in, one string out; the caller prints.

Owns how a fault looks in each format and that format's rules of escaping. Knows no rule and no file system:
the lines to quote and the rules' manual texts are handed in. The author's text is never trusted: whatever
would steer a terminal or a CI runner is made visible instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Literal, TypeAlias, get_args

from mtc.model.diagnostic import Diagnostic, ordered
from mtc.report.options import Options

__all__ = ["FORMATS", "Format", "render_report"]

Format: TypeAlias = Literal["text", "json", "sarif", "github", "gitlab"]
FORMATS: tuple[Format, ...] = get_args(Format)
# The module whose `render` writes a format, imported when asked for.
WRITERS = {name: name for name in FORMATS} | {"json": "document"}

NO_RULES: Mapping[str, str] = {}


def render_report(
    diagnostics: Iterable[Diagnostic],
    format: Format,
    *,
    sources: Mapping[str, Sequence[str]],
    color: bool = False,
    limit: int | None = None,
    rules: Mapping[str, str] = NO_RULES,
    hide: frozenset[str] = frozenset(),
) -> str:
    """The report, ending in a line feed; empty where `text` or `github` has nothing to say.

    `sources` are the lines to quote by file name (a file that is not there is not quoted), `rules` the manual
    texts by code, `hide` the codes that point at secrets: their places are never quoted in the clear, not
    even by another fault on that line. `color`, `limit` (how many to print, errors before warnings) and
    `hide` concern `text` alone: a program gets every fault, and no other format quotes source lines.
    Raises ValueError for a format that is not in FORMATS.
    """
    if format not in WRITERS:
        raise ValueError(f"no report format {format!r}; there are {', '.join(FORMATS)}")
    options = Options(sources=sources, color=color, limit=limit, rules=rules, hide=hide)
    report: str = import_module(f"mtc.report.{WRITERS[format]}").render(ordered(diagnostics), options)
    return report
