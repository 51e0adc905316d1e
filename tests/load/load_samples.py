"""Blueprints as text for the tests of load, and what was said about them in one readable line each."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from mtc.load import load_text
from mtc.model.blueprint import Blueprint
from mtc.model.diagnostic import Diagnostic, Outcome

HEAD = """\
apiVersion: mtc/v1alpha1
kind: Blueprint
metadata: {name: test}
spec:
  domain: ml.example.com
  server: {chart: {repository: main, name: clearml-enterprise}}
"""
CHARTS = """\
tenantDefaults:
  agent: {chart: {repository: main, name: agent}}
  gateway: {chart: {repository: main, name: gateway}}
"""
TENANT = "{name: acme, admin: {name: A, email: a@acme.example}, gateway: {host: acme}}"

HERE = Path(__file__).parent
WHOLE = (HERE / "whole.yaml").read_text(encoding="utf-8")
WHOLE_FILES = {"extras/alerts.yaml": b"alerts", "extras/budget.yaml": b"budget"}


def spec(text: str) -> str:
    """A blueprint whose spec has these lines beside the least; the first of them is line 7."""
    return HEAD + indent(dedent(text), "  ")


def load(text: str, **files: Any) -> Outcome[Blueprint]:
    """The outcome of a blueprint with these lines in its spec."""
    return load_text(spec(text), "b.yaml", **files)


def good(text: str, **files: Any) -> Blueprint:
    """The blueprint, which must load without a word."""
    outcome = load(text, **files)
    assert outcome.diagnostics == ()
    assert outcome.value is not None
    return outcome.value


def said(text: str, diagnostics: tuple[Diagnostic, ...]) -> list[str]:
    """`line "text under the caret" code: message [help]` of each, related places behind ` ~ `."""
    lines = text.split("\n")

    def under(span: Any) -> str:
        line = lines[span.line - 1] if span.line <= len(lines) else ""
        return f'{span.line} "{line[span.column - 1 : span.end_column - 1]}"'

    return [
        f"{under(d.primary.span)} {d.code}: {d.message} [{d.help}]"
        + "".join(f" ~ {under(label.span)} {label.text}" for label in d.related)
        for d in diagnostics
    ]


def faults(text: str, **files: Any) -> list[str]:
    """What is said of a blueprint with these lines in its spec, which must not load."""
    outcome = load(text, **files)
    assert outcome.value is None
    return said(spec(text), outcome.diagnostics)
