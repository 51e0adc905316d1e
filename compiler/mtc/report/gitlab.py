"""GitLab's Code Quality report: a JSON list, of which a merge request shows what is new and what is gone."""

from __future__ import annotations

from collections.abc import Sequence

from mtc.model.diagnostic import Diagnostic
from mtc.report.document import dump
from mtc.report.identity import fingerprints, repository_path
from mtc.report.options import Options
from mtc.report.visible import visible

# Of GitLab's five (info, minor, major, critical, blocker): an error keeps the tree from being written.
SEVERITY = {"error": "blocker", "warning": "minor"}


def render(diagnostics: Sequence[Diagnostic], _options: Options) -> str:
    """The list, one object for each fault."""
    return dump(
        [
            {
                "description": _description(diagnostic),
                "check_name": visible(diagnostic.code),
                "fingerprint": fingerprint,
                "severity": SEVERITY[diagnostic.severity],
                "location": {
                    "path": repository_path(diagnostic.primary.span.file),
                    "lines": {
                        "begin": diagnostic.primary.span.line,
                        "end": max(diagnostic.primary.span.line, diagnostic.primary.span.end_line),
                    },
                },
            }
            for diagnostic, fingerprint in zip(diagnostics, fingerprints(diagnostics), strict=True)
        ]
    )


def _description(diagnostic: Diagnostic) -> str:
    said = visible(diagnostic.message)
    return f"{said} (help: {visible(diagnostic.help)})" if diagnostic.help else said
