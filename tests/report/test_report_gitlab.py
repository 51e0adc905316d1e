from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from report_samples import OVERLAP, diagnostics, place

from mtc.model.diagnostic import Diagnostic, ordered, warning
from mtc.model.record import changed
from mtc.report import render_report


def written(*found: Diagnostic) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = json.loads(render_report(found, "gitlab", sources={}))
    return issues


def fingerprints(*found: Diagnostic) -> list[str]:
    return [issue["fingerprint"] for issue in written(*found)]


def test_the_issue_of_an_overlap() -> None:
    assert written(OVERLAP) == [
        {
            "description": "tenants `acme` and `globex` claim session ports 31015-31020"
            " (help: the lowest free start for 10 services is 31021)",
            "check_name": "ports/overlap",
            "fingerprint": "a806f1ca502f907c1c42b158e417fc9e",
            "severity": "blocker",
            "location": {"path": "blueprints/prod.yaml", "lines": {"begin": 41, "end": 41}},
        }
    ]


def test_a_warning_is_minor_and_a_path_is_the_repository_s() -> None:
    (issue,) = written(warning(Diagnostic("a/b", "odd", place(1, 1, 1, file="./b.yaml"))))
    assert (issue["severity"], issue["location"]["path"]) == ("minor", "b.yaml")


def test_a_fingerprint_stays_when_lines_move_and_the_severity_changes() -> None:
    moved = changed(warning(OVERLAP), primary=place(90, 3, 5, "", "./blueprints/prod.yaml"), help="other")
    assert fingerprints(moved) == fingerprints(OVERLAP)
    for other in (
        changed(OVERLAP, code="ports/pool"),
        changed(OVERLAP, message="odd"),
        changed(OVERLAP, primary=place(41, 23, 5)),
    ):
        assert fingerprints(other) != fingerprints(OVERLAP)


def test_alike_faults_in_one_file_are_counted_through() -> None:
    first, second = Diagnostic("a/b", "odd", place(1, 1, 1)), Diagnostic("a/b", "odd", place(2, 1, 1))
    one, two = fingerprints(first, second)
    assert one != two
    assert fingerprints(first) == fingerprints(second) == [one]


def test_nothing_found_is_an_empty_list() -> None:
    assert render_report([], "gitlab", sources={}) == "[]\n"


@settings(max_examples=80, deadline=None)
@given(diagnostics)
def test_any_diagnostics_have_an_issue_each_all_different(found: list[Diagnostic]) -> None:
    issues = written(*found)
    assert [issue["location"]["lines"]["begin"] for issue in issues] == [
        diagnostic.primary.span.line for diagnostic in ordered(found)
    ]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
