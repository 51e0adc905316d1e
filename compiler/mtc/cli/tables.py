"""Rows for people or for a program: an aligned table, or JSON with the same names."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from mtc.model.source import Data
from mtc.report.visible import visible, width

F = TypeVar("F", bound=Callable[..., Any])


def format_option(*more: str) -> Callable[[F], F]:
    """--format table|json, and what else a command can write."""
    choice = click.Choice(["table", "json", *more])
    return click.option(
        "--format", "format_", type=choice, default="table", show_default=True, help="How to write it."
    )


def write_rows(title: str, columns: Sequence[str], rows: Sequence[Sequence[Data]], format_: str) -> None:
    """The rows on stdout. JSON: `{"version": 1, title: [{column: value}]}`, which can grow."""
    if format_ == "json":
        table = [dict(zip(columns, row, strict=True)) for row in rows]
        print(json.dumps({"version": 1, title: table}, indent=2, ensure_ascii=False))
        return
    heads = [spaced(column).upper() for column in columns]
    sys.stdout.write(table_text([heads, *([cell(value) for value in row] for row in rows)]))


def table_text(rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, two blanks between, no blanks at a line's end."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(text + " " * (wide - width(text)) for text, wide in zip(row, widths, strict=True))
        for row in rows
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def cell(value: Data) -> str:
    """One value on one line; what would steer a terminal is shown, not sent."""
    if value is None or value in ("", [], {}):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return visible(", ".join(map(str, value)) if isinstance(value, list) else str(value))


def spaced(column: str) -> str:
    """`startingPort` as people write it: `starting port`."""
    return "".join(f" {c.lower()}" if c.isupper() else c for c in column)
