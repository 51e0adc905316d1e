from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from report_samples import OVERLAP, diagnostics, place

from mtc.model.diagnostic import Diagnostic, ordered
from mtc.report import render_report

SCHEMA = json.loads((Path(__file__).parents[2] / "schema" / "diagnostics.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


def written(found: list[Diagnostic]) -> Any:
    return json.loads(render_report(found, "json", sources={}))


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_the_document_of_an_overlap() -> None:
    assert written([OVERLAP]) == {
        "version": 1,
        "diagnostics": [
            {
                "code": "ports/overlap",
                "severity": "error",
                "message": "tenants `acme` and `globex` claim session ports 31015-31020",
                "help": "the lowest free start for 10 services is 31021",
                "primary": {
                    "file": "blueprints/prod.yaml",
                    "line": 41,
                    "column": 23,
                    "endLine": 41,
                    "endColumn": 28,
                    "label": "`globex` reserves 31015-31025",
                },
                "related": [
                    {
                        "file": "blueprints/prod.yaml",
                        "line": 33,
                        "column": 23,
                        "endLine": 33,
                        "endColumn": 28,
                        "label": "`acme` reserves 31010-31020",
                    }
                ],
            }
        ],
    }


def test_nothing_found_is_an_empty_list() -> None:
    assert render_report([], "json", sources={}) == '{\n  "version": 1,\n  "diagnostics": []\n}\n'


def test_text_comes_back_exactly_but_for_what_no_encoder_takes() -> None:
    found = Diagnostic("a/b", "é\u202e\x1b\x7f\n", place(1, 1, 1, "漢", "bad\udcff.yaml"))
    document = render_report([found], "json", sources={})
    assert document.isascii()
    assert "\x1b" not in document
    assert "\x7f" not in document
    (said,) = json.loads(document)["diagnostics"]
    assert (said["message"], said["primary"]["label"]) == ("é\u202e\x1b\x7f\n", "漢")
    assert said["primary"]["file"] == "bad<U+DCFF>.yaml"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2),
        (("diagnostics", 0, "severity"), "note"),
        (("diagnostics", 0, "primary", "line"), 0),
        (("diagnostics", 0, "related", 0, "label"), None),
        (("diagnostics", 0, "extra"), ""),
    ],
)
def test_the_schema_refuses_another_shape(path: tuple[str | int, ...], value: object) -> None:
    document = written([OVERLAP])
    VALIDATOR.validate(document)
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(document)


@settings(max_examples=80, deadline=None)
@given(diagnostics)
def test_any_diagnostics_give_a_valid_document_in_order(found: list[Diagnostic]) -> None:
    document = written(found)
    VALIDATOR.validate(document)
    assert [(d["severity"], d["primary"]["line"]) for d in document["diagnostics"]] == [
        (d.severity, d.primary.span.line) for d in ordered(found)
    ]
