from __future__ import annotations

import re

from hypothesis import given, settings
from report_samples import OVERLAP, acting, diagnostics, place

from mtc.model.diagnostic import Diagnostic, Label, ordered, warning
from mtc.model.source import Span
from mtc.report import render_report

COMMAND = re.compile("::(?P<command>[a-z]+) (?P<properties>.*?)::(?P<message>.*)")


def said(*found: Diagnostic) -> str:
    return render_report(found, "github", sources={})


def read(line: str) -> tuple[str, dict[str, str], str]:
    """A command as the runner reads it: split at the first `::` after the properties, then unescaped."""
    match = COMMAND.fullmatch(line)
    assert match is not None
    pairs = (pair.split("=", 1) for pair in match["properties"].split(","))
    return match["command"], {name: undone(value) for name, value in pairs}, undone(match["message"])


def undone(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_one_line_with_place_code_and_all_that_is_said() -> None:
    assert said(OVERLAP) == (
        "::error file=blueprints/prod.yaml,line=41,endLine=41,col=23,endColumn=27,title=ports/overlap"
        "::tenants `acme` and `globex` claim session ports 31015-31020"
        "%0Ablueprints/prod.yaml:33:23: `acme` reserves 31010-31020"
        "%0Ahelp: the lowest free start for 10 services is 31021\n"
    )


def test_a_property_cannot_be_broken_out_of() -> None:
    found = warning(Diagnostic("a/b", "100%\r\n::error::x", place(1, 1, 0, file="./a,line=9::b%2C.yaml")))
    assert said(found) == (
        "::warning file=a%2Cline=9%3A%3Ab%252C.yaml,line=1,endLine=1,col=1,endColumn=1,title=a/b"
        "::100%25␍␊::error::x\n"
    )


def test_columns_are_left_out_where_the_place_has_several_lines() -> None:
    found = Diagnostic("a/b", "odd", Label(Span("b.yaml", 2, 5, 4, 1)))
    assert said(found) == "::error file=b.yaml,line=2,endLine=4,title=a/b::odd\n"


def test_nothing_found_is_nothing_said() -> None:
    assert said() == ""


@settings(max_examples=80, deadline=None)
@given(diagnostics)
def test_any_diagnostic_is_one_line_that_the_runner_reads_back(found: list[Diagnostic]) -> None:
    lines = said(*found).splitlines()
    expected = ordered(found)
    assert len(lines) == len(expected)
    for line, diagnostic in zip(lines, expected, strict=True):
        command, properties, message = read(line)
        assert acting(line) == set()
        assert command == diagnostic.severity
        assert properties["line"] == str(diagnostic.primary.span.line)
        assert {"file", "line", "endLine", "title"} <= set(properties)
        assert len(message.split("\n")) == 1 + len(diagnostic.related) + bool(diagnostic.help)
