"""The report for programs: schema/diagnostics.schema.json, version 1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from mtc.model.diagnostic import Diagnostic, Label
from mtc.report.options import Options
from mtc.report.visible import encodable


def render(diagnostics: Sequence[Diagnostic], _options: Options) -> str:
    """The document, in ASCII: JSON's own escapes keep the text exact and harmless on a terminal."""
    return dump({"version": 1, "diagnostics": [_diagnostic(d) for d in diagnostics]})


def dump(value: Any) -> str:
    """JSON as every format here writes it: indented, ASCII, keys in the order given."""
    text = json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False) + "\n"
    return text.replace("##", "#\\u0023")  # the same to whoever reads JSON, and no command to a CI runner


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": encodable(diagnostic.code),
        "severity": diagnostic.severity,
        "message": encodable(diagnostic.message),
        "help": encodable(diagnostic.help),
        "primary": _place(diagnostic.primary),
        "related": [_place(label) for label in diagnostic.related],
    }


def _place(label: Label) -> dict[str, Any]:
    span = label.span
    return {
        "file": encodable(span.file),
        "line": span.line,
        "column": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
        "label": encodable(label.text),
    }
