from __future__ import annotations

import pytest
from report_samples import OVERLAP, OVERLAP_SOURCES, place

from mtc.model.diagnostic import Diagnostic
from mtc.report import FORMATS, render_report

FOUND = [OVERLAP, Diagnostic("a/b", "odd", place(2, 1, 1)), Diagnostic("a/b", "odder", place(1, 9, 1))]


def test_an_unknown_format_is_refused_by_name() -> None:
    with pytest.raises(
        ValueError, match="no report format 'xml'; there are text, json, sarif, github, gitlab"
    ):
        render_report([], "xml", sources={})


@pytest.mark.parametrize("format", FORMATS)
def test_the_order_and_repeats_of_what_comes_in_change_nothing(format: str) -> None:
    report = render_report(FOUND, format, sources=OVERLAP_SOURCES)
    assert report.endswith("\n")
    assert report.index("odder") < report.index("`acme` and")
    assert render_report([*reversed(FOUND), *FOUND], format, sources=OVERLAP_SOURCES) == report


@pytest.mark.parametrize("format", [name for name in FORMATS if name != "text"])
def test_a_program_gets_every_fault_and_no_colour_or_source_line(format: str) -> None:
    report = render_report(FOUND, format, sources={})
    assert render_report(FOUND, format, sources=OVERLAP_SOURCES, color=True, limit=1) == report
