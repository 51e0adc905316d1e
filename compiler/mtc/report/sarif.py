"""SARIF 2.1.0 (OASIS), which code scanning services and editors read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from mtc import __version__
from mtc.model.diagnostic import Diagnostic, Label
from mtc.model.source import Span
from mtc.report.document import dump
from mtc.report.identity import fingerprints, repository_path
from mtc.report.options import Options
from mtc.report.visible import encodable, visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(diagnostics: Sequence[Diagnostic], options: Options) -> str:
    """One log of one run; its rules are the codes that were found, sorted."""
    index = {code: number for number, code in enumerate(sorted({d.code for d in diagnostics}))}
    marks = fingerprints(diagnostics)
    rules = [_rule(code, options.rules) for code in index]
    run = {
        "tool": {"driver": {"name": "mtc", "semanticVersion": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(d, index[d.code], mark) for d, mark in zip(diagnostics, marks, strict=True)],
    }
    return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: str, manual: Mapping[str, str]) -> dict[str, Any]:
    """A code's manual page, its first line the title; the rest as services show it."""
    text = manual.get(code, "").strip()
    title = next(iter(text.splitlines()), visible(code))
    return {
        "id": visible(code),
        "shortDescription": {"text": encodable(title)},
        "help": {"text": encodable(text) or f"mtc explain {visible(code)}"},
    }


def _result(diagnostic: Diagnostic, rule: int, mark: str) -> dict[str, Any]:
    message = diagnostic.message
    if diagnostic.help:
        message = f"{message}\nhelp: {diagnostic.help}"
    result: dict[str, Any] = {
        "ruleId": visible(diagnostic.code),
        "ruleIndex": rule,
        "level": diagnostic.severity,
        "message": _message(message),
        "locations": [{"physicalLocation": _physical(diagnostic.primary.span)}],
        "partialFingerprints": {"mtc/v1": mark},
    }
    if diagnostic.related:
        result["relatedLocations"] = [_related(n, label) for n, label in enumerate(diagnostic.related, 1)]
    return result


def _related(number: int, label: Label) -> dict[str, Any]:
    location: dict[str, Any] = {"id": number, "physicalLocation": _physical(label.span)}
    return location | {"message": _message(label.text)} if label.text else location


def _message(text: str) -> dict[str, str]:
    """Plain words: braces would be placeholders (§3.11.5), and brackets a link (§3.11.6)."""
    lines = "\n".join(map(visible, text.splitlines()))
    doubled = lines.replace("{", "{{").replace("}", "}}")
    return {"text": doubled.replace("[", "\\[").replace("]", "\\]") if "](" in doubled else doubled}


def _physical(span: Span) -> dict[str, Any]:
    """Lines and columns from 1, the end column exclusive (§3.30): as our spans are."""
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {"artifactLocation": _artifact(repository_path(span.file)), "region": region}


def _artifact(path: str) -> dict[str, str]:
    """A URI reference from the repository's root; an absolute path has no root to be relative to."""
    if path.startswith("/"):
        return {"uri": f"file://{quote(path)}"}
    return {"uri": quote(path), "uriBaseId": "%SRCROOT%"}
