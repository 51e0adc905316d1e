from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import OVERLAP, OVERLAP_SOURCES, acting, diagnostics, place, sources

from mtc.model.diagnostic import Diagnostic, Label, ordered, warning
from mtc.model.source import Span
from mtc.report import render_report


def shown(found: Diagnostic, *lines: str) -> str:
    """The text of one diagnostic, its last three lines (see, blank, count) cut off."""
    body, end = render_report([found], "text", sources={"b.yaml": lines}).split("  = see:", 1)
    assert end == f" mtc explain {found.code}\n\n1 error\n"
    return body


def shown_lines(found: Diagnostic, *lines: str) -> tuple[str, str]:
    """The quoted line and its underline."""
    rows = render_report([found], "text", sources={"b.yaml": lines}).splitlines()
    return rows[3], rows[4]


def at(column: int, length: int, text: str = "here") -> Diagnostic:
    return Diagnostic("a/b", "odd", place(1, column, length, text))


def test_the_block_with_places_help_and_manual() -> None:
    assert render_report([OVERLAP], "text", sources=OVERLAP_SOURCES) == (
        "error[ports/overlap]: tenants `acme` and `globex` claim session ports 31015-31020\n"
        "  --> blueprints/prod.yaml:41:23\n"
        "   |\n"
        "41 |         startingPort: 31015\n"
        "   |                       ^^^^^ `globex` reserves 31015-31025\n"
        "  ::: blueprints/prod.yaml:33:23\n"
        "33 |         startingPort: 31010\n"
        "   |                       ----- `acme` reserves 31010-31020\n"
        "   = help: the lowest free start for 10 services is 31021\n"
        "   = see: mtc explain ports/overlap\n"
        "\n"
        "1 error\n"
    )


def test_a_file_that_was_not_given_is_not_quoted_but_its_label_is_said() -> None:
    assert render_report([warning(OVERLAP)], "text", sources={}) == (
        "warning[ports/overlap]: tenants `acme` and `globex` claim session ports 31015-31020\n"
        "  --> blueprints/prod.yaml:41:23: `globex` reserves 31015-31025\n"
        "  ::: blueprints/prod.yaml:33:23: `acme` reserves 31010-31020\n"
        "   = help: the lowest free start for 10 services is 31021\n"
        "   = see: mtc explain ports/overlap\n"
        "\n"
        "1 warning\n"
    )


def test_the_gutter_fits_the_widest_line_number() -> None:
    found = Diagnostic("a/b", "odd", place(2, 1, 1, "x"), related=(place(100, 1, 2, "y"),))
    lines = ["", "k: v", *[""] * 97, "far"]
    assert render_report([found], "text", sources={"b.yaml": lines}) == (
        "error[a/b]: odd\n"
        "   --> b.yaml:2:1\n"
        "    |\n"
        "  2 | k: v\n"
        "    | ^ x\n"
        "   ::: b.yaml:100:1\n"
        "100 | far\n"
        "    | -- y\n"
        "    = see: mtc explain a/b\n"
        "\n"
        "1 error\n"
    )


def test_help_of_several_lines_hangs_below_its_first_word() -> None:
    found = Diagnostic("a/b", "odd", place(1, 1, 1), help="either\nor")
    assert shown(found, "k") == (
        "error[a/b]: odd\n --> b.yaml:1:1\n  |\n1 | k\n  | ^\n  = help: either\n          or\n"
    )


def test_underlines_wide_combining_and_tabbed_text() -> None:
    assert shown_lines(at(7, 1), "漢字: 'x'") == ("1 | 漢字: 'x'", "  |         ^ here")
    assert shown_lines(at(1, 2), "漢字: x") == ("1 | 漢字: x", "  | ^^^^ here")
    assert shown_lines(at(4, 1), "e\u0301: x") == ("1 | e\u0301: x", "  |   ^ here")
    assert shown_lines(at(4, 1), "a\tb\tc") == ("1 | a   b   c", "  |      ^^^ here")
    assert shown_lines(at(2, 1), "\tx") == ("1 |     x", "  |     ^ here")


def test_a_place_after_the_line_and_one_of_no_length_get_one_caret() -> None:
    assert shown_lines(at(9, 4), "k: v  ") == ("1 | k: v", "  |     ^ here")
    assert shown_lines(at(2, 0), "k: v") == ("1 | k: v", "  |  ^ here")
    assert shown_lines(at(1, 1, ""), "") == ("1 |", "  | ^")


def test_a_place_of_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    found = Diagnostic("a/b", "odd", Label(Span("b.yaml", 1, 4, 3, 2), "here"))
    assert shown_lines(found, "k: text", "more") == ("1 | k: text", "  |    ^^^^ here")


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "a" * 500 + "HERE" + "b" * 500
    assert shown_lines(at(501, 4), line) == (
        "1 | …" + "a" * 40 + "HERE" + "b" * 76 + "…",
        "  | " + " " * 41 + "^^^^ here",
    )
    assert shown_lines(at(1, 3), line) == ("1 | " + "a" * 120 + "…", "  | ^^^ here")
    assert shown_lines(at(1004, 1), line) == ("1 | …" + "b" * 120, "  | " + " " * 120 + "^ here")
    assert shown_lines(at(1, 1004), line)[1] == "  | " + "^" * 120 + " here"


def test_what_acts_on_a_terminal_is_shown_as_a_sign() -> None:
    found = Diagnostic("a/b", "\x1b[31mred\r\nnext", place(1, 4, 3, "\u202eback\x07"), help="\x9b1m")
    assert shown(found, "k: \x1bx\u2066y") == (
        "error[a/b]: ␛[31mred␍␊next\n"
        " --> b.yaml:1:4\n"
        "  |\n"
        "1 | k: ␛x<U+2066>y\n"
        "  |    ^^^^^^^^^^ <U+202E>back␇\n"
        "  = help: <U+009B>1m\n"
    )


def test_a_secret_is_masked_to_the_end_of_its_line_even_for_another_fault() -> None:
    secret = Diagnostic("secrets/plain", "a token in the clear", place(1, 11, 6))
    other = Diagnostic("values/odd", "odd", place(1, 1, 8, "key"))
    report = render_report(
        [secret, other],
        "text",
        sources={"b.yaml": ["password: hunter2 # hunter2"]},
        hide=frozenset({"secrets/plain"}),
    )
    assert "hunter" not in report
    assert report.count("1 | password: " + "·" * 17 + "\n") == 2
    assert "  | ^^^^^^^^ key\n" in report
    clear = render_report([secret], "text", sources={"b.yaml": ["password: hunter2"]})
    assert "1 | password: hunter2\n" in clear


def test_every_line_of_a_secret_of_several_lines_is_masked() -> None:
    secret = Diagnostic("secrets/plain", "a key in the clear", Label(Span("b.yaml", 1, 4, 2, 9)))
    other = Diagnostic("values/odd", "odd", place(2, 3, 5))
    lines = ["k: first", "  secon", "after: 1"]
    report = render_report(
        [secret, other], "text", sources={"b.yaml": lines}, hide=frozenset({"secrets/plain"})
    )
    assert "1 | k: ·····\n" in report
    assert "2 | ·······\n" in report


def test_limit_prefers_errors_keeps_the_order_and_counts_the_rest() -> None:
    found = [
        warning(Diagnostic("a/w", "first", place(1, 1, 1))),
        Diagnostic("a/e", "second", place(2, 1, 1)),
        warning(Diagnostic("a/w", "third", place(3, 1, 1))),
        Diagnostic("a/e", "fourth", place(4, 1, 1)),
    ]

    def said(limit: int | None) -> list[str]:
        report = render_report(found, "text", sources={}, limit=limit)
        return [line for line in report.splitlines() if line and not line.startswith(" ")]

    assert said(3) == [
        "warning[a/w]: first",
        "error[a/e]: second",
        "error[a/e]: fourth",
        "2 errors, 2 warnings (1 more not shown)",
    ]
    assert said(1) == ["error[a/e]: second", "2 errors, 2 warnings (3 more not shown)"]
    assert said(0) == ["2 errors, 2 warnings (4 more not shown)"]
    assert said(4) == said(None)
    assert said(None)[-1] == "2 errors, 2 warnings"


def test_nothing_found_is_nothing_said() -> None:
    assert render_report([], "text", sources={}) == ""


def test_colour_adds_sequences_and_changes_no_text() -> None:
    plain = render_report([OVERLAP], "text", sources=OVERLAP_SOURCES)
    colored = render_report([OVERLAP], "text", sources=OVERLAP_SOURCES, color=True)
    assert colored.startswith("\x1b[1;31merror[ports/overlap]\x1b[0m: \x1b[1mtenants")
    assert "\x1b[1;31m^^^^^ `globex` reserves 31015-31025\x1b[0m\n" in colored
    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == plain


@settings(max_examples=80, deadline=None)
@given(diagnostics, sources, st.none() | st.integers(0, 6))
def test_any_text_is_harmless_and_every_fault_has_its_block(
    found: list[Diagnostic], lines: Mapping[str, Sequence[str]], limit: int | None
) -> None:
    report = render_report(found, "text", sources=lines, limit=limit, hide=frozenset({"secrets/plain"}))
    assert acting(report) <= {"\n"}
    report.encode()
    unique = len(ordered(found))
    shown = unique if limit is None else min(unique, limit)
    assert len(re.findall("^ += see: mtc explain", report, re.M)) == shown


def test_a_quoted_line_is_no_command_to_a_runner() -> None:
    line, underline = shown_lines(at(7, 5), "x: \"##[error]y\"")
    assert line == '1 | x: "#<U+0023>[error]y"'
    assert underline.index("^") == line.index("[error]")


def test_a_help_text_is_no_command_to_a_runner() -> None:
    found = Diagnostic("a/b", "odd ##[x]", place(1, 1, 1), "write\n::add-mask::x")
    text = shown(found, "x")
    assert "##[" not in text
    assert not any(row.lstrip().startswith("::add") for row in text.splitlines())
