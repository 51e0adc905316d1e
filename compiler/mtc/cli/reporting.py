"""Saying diagnostics: which stream, which format, in colour or not."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from mtc.model.diagnostic import SECRET_CODES, Diagnostic
from mtc.model.record import Record, changed
from mtc.pipeline import lock_path
from mtc.report import FORMATS, render_report

if TYPE_CHECKING:
    from mtc.report import Format

F = TypeVar("F", bound=Callable[..., Any])


class Manner(Record, frozen=True):
    """How the diagnostics of a run are to be said: see `reporting_options`."""

    format: Format = "text"
    strict: bool = False
    limit: int | None = None
    file: Path | None = None
    blueprints: tuple[Path, ...] = ()
    trees: tuple[Path, ...] = ()

    @property
    def for_programs(self) -> bool:
        """Stdout is the report's alone, so that what reads it finds nothing else there."""
        return self.format != "text" and self.file is None

    def refuses(self, diagnostics: Iterable[Diagnostic]) -> bool:
        """True where one of these is an error, as warnings are under --strict."""
        return any(self.strict or d.severity == "error" for d in diagnostics)


def reporting_options(command: F) -> F:
    """--format, --strict and --max."""
    options = (
        click.option(
            "--format",
            "format_",
            type=click.Choice(FORMATS),
            default="text",
            show_default=True,
            help="How faults are said: text on stderr; else on stdout, for a program or a pull request.",
        ),
        click.option("--strict", is_flag=True, help="Take warnings for errors."),
        click.option(
            "--max", "limit", type=click.IntRange(min=0), metavar="N", help="Show N faults, count the rest."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


_PLAINLY = Manner()


def say(diagnostics: Iterable[Diagnostic], manner: Manner = _PLAINLY) -> bool:
    """Says the diagnostics; True where one is an error.

    A report that goes to a file is for a program; whoever reads the job's log gets the text as well.
    """
    found = list(diagnostics)
    if manner.strict:
        found = [changed(d, severity="error") for d in found]
    if manner.file is not None:
        from mtc.cli.saving import save

        save(manner.file, _rendered(found, manner, color=False))
        if manner.format != "text":
            say(found, changed(manner, format="text", file=None, strict=False))
        return manner.refuses(found)
    stream = sys.stdout if manner.for_programs else sys.stderr
    stream.write(_rendered(found, manner, color=colored(stream)))
    stream.flush()
    return manner.refuses(found)


def colored(stream: TextIO) -> bool:
    """Colours are for a terminal that can show them, and never where NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _rendered(found: list[Diagnostic], manner: Manner, *, color: bool) -> str:
    if not found and manner.format in ("text", "github"):
        return ""
    return render_report(
        found,
        manner.format,
        sources=_Lines(manner),
        color=color,
        limit=manner.limit,
        rules=_manual() if manner.format == "sarif" else {},
        hide=SECRET_CODES,
    )


def _manual() -> dict[str, str]:
    from mtc.check import manuals
    from mtc.pipeline import all_rules

    return manuals(all_rules())


class _Lines(Mapping[str, Sequence[str]]):
    """A file's name to its lines, read when a diagnostic quotes them; unreadable files are not there.

    Only those of the run are, blueprints, their lock files, trees: another file's name is relative to some
    other folder than the one we stand in, where a file that nobody meant may have it.
    """

    def __init__(self, manner: Manner) -> None:
        self._known = {str(path) for one in manner.blueprints for path in (one, lock_path(one))}
        self._trees = manner.trees
        self._read: dict[str, list[str] | None] = {}

    def __getitem__(self, name: str) -> list[str]:
        if name not in self._known and not any(Path(name).is_relative_to(tree) for tree in self._trees):
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = _lines(Path(name))
        lines = self._read[name]
        if lines is None:
            raise KeyError(name)
        return lines

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _lines(path: Path) -> list[str] | None:
    from mtc.load.files import read_file
    from mtc.model.source import Source
    from mtc.yamlio.text import decode

    if not path.is_file():  # a pipe is empty by now, and would hang us
        return None
    content = read_file(path, str(path)).value
    text = decode(content, str(path)).value if content is not None else None
    return Source(str(path), text).lines if text is not None else None
