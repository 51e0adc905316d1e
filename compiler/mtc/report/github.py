"""GitHub Actions' workflow commands, one line for each fault, which the runner turns into annotations.

Escapes as the runner undoes them (actions/toolkit, packages/core/src/command.ts): `%`, CR and LF in the
message, and `:` and `,` as well in a property.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mtc.model.diagnostic import Diagnostic
from mtc.report.identity import repository_path
from mtc.report.options import Options
from mtc.report.visible import visible


def render(diagnostics: Sequence[Diagnostic], _options: Options) -> str:
    """The commands, errors and warnings alike in the order of the places."""
    return "".join(f"{_command(diagnostic)}\n" for diagnostic in diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    span = diagnostic.primary.span
    properties: dict[str, str | int] = {"file": repository_path(span.file)}
    properties |= {"line": span.line, "endLine": span.end_line}
    if span.end_line == span.line:  # columns of different lines mean nothing to an annotation
        properties |= {"col": span.column, "endColumn": max(span.column, span.end_column - 1)}
    properties["title"] = diagnostic.code
    return command(diagnostic.severity, properties, _message(diagnostic))


def command(level: str, properties: Mapping[str, str | int], lines: Iterable[str]) -> str:
    """One workflow command: `level` is error, warning or notice; what would act in a text is made visible."""
    said = ",".join(f"{name}={_property(visible(str(value)))}" for name, value in properties.items())
    message = "\n".join(map(visible, lines))
    return f"::{level} {said}::{_data(message)}"


def _message(diagnostic: Diagnostic) -> list[str]:
    lines = [diagnostic.message]
    for label in diagnostic.related:
        span = label.span
        lines.append(f"{span.file}:{span.line}:{span.column}: {label.text}")
    if diagnostic.help:
        lines.append(f"help: {diagnostic.help}")
    return lines


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
