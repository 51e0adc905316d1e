"""load/reading: what the author wrote is what a field holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from load_samples import good, spec

from mtc.load import load_text
from mtc.load.reading import read
from mtc.load.shapes import Contract
from mtc.model.source import Data
from mtc.yamlio.parse import parse

CONTRACT = Contract(
    {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "text": {"type": ["string", "null"]},
            "flag": {"type": "boolean"},
            "count": {"type": "integer"},
            "number": {"type": "number"},
            "either": {"type": ["integer", "object"], "properties": {"first": {"type": "integer"}}},
            "list": {"type": "array", "items": {"type": "string"}},
            "free": {"x-mtc-free": True},
            "map": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
)


def as_read(text: str) -> Data:
    source = parse(text, "r.yaml").source
    assert source.root is not None
    return read(source.root, CONTRACT.root, source, [])


@pytest.mark.parametrize(
    "written",
    ["1.10", "0123", "yes", "true", "1e3", "2024-01-01", "0x1f", ".inf", "1_000", "a: b".replace(": ", ":")],
)
def test_text_is_taken_as_written(written: str) -> None:
    assert as_read(f"text: {written}") == {"text": written}
    assert as_read(f"text: '{written}'") == {"text": written}
    assert as_read(f"list: [{written}]") == {"list": [written]}
    assert as_read(f"map: {{a: {written}}}") == {"map": {"a": written}}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("yes", "yes"),
        ("on", "on"),
        ("1", "1"),
        ("'true'", "true"),
    ],
)
def test_a_flag_takes_plain_true_and_false_alone(written: str, expected: Data) -> None:
    assert as_read(f"flag: {written}") == {"flag": expected}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("10", 10),
        ("-3", -3),
        ("0x1f", 31),
        ("1.0", "1.0"),
        ("012", "012"),
        ("'10'", "10"),
        ("1e3", "1e3"),
        ("ten", "ten"),
    ],
)
def test_a_whole_number_takes_plain_digits(written: str, expected: Data) -> None:
    found = as_read(f"count: {written}")
    assert found == {"count": expected}
    assert isinstance(found, dict)
    assert type(found["count"]) is type(expected)


@pytest.mark.parametrize(
    ("written", "expected"), [("1", 1), ("0.5", 0.5), (".5", 0.5), ("1:30", "1:30"), (".nan", ".nan")]
)
def test_a_number(written: str, expected: Data) -> None:
    assert as_read(f"number: {written}") == {"number": expected}


def test_a_place_for_a_number_or_a_map_takes_either() -> None:
    assert as_read("either: 5") == {"either": 5}
    assert as_read("either: {first: 5}") == {"either": {"first": 5}}


@pytest.mark.parametrize("null", ["", "~", "null", "Null", "NULL"])
def test_a_plain_null_is_none_and_a_quoted_one_is_text(null: str) -> None:
    assert as_read(f"text: {null}") == {"text": None}
    assert as_read(f"text: '{null}'") == {"text": null}


def test_free_parts_are_typed_by_yaml() -> None:
    assert as_read("free: {a: true, b: 1, c: 1.5, d: yes, e: ~, f: '1', g: 2024-01-01, h: [1, x]}") == {
        "free": {
            "a": True,
            "b": 1,
            "c": 1.5,
            "d": "yes",
            "e": None,
            "f": "1",
            "g": "2024-01-01",
            "h": [1, "x"],
        }
    }


def test_an_unknown_field_is_read_without_complaint() -> None:
    source = parse("unknown: {a: 012}", "r.yaml").source
    assert source.root is not None
    diagnostics: list[object] = []
    assert read(source.root, CONTRACT.root, source, diagnostics) == {"unknown": {"a": "012"}}  # type: ignore[arg-type]
    assert diagnostics == []


def test_an_ambiguous_number_in_a_free_part_has_its_place_and_is_not_quoted() -> None:
    text = spec("redis: {values: {password: 012345}}\n")
    (fault,) = load_text(text, "b.yaml").diagnostics
    assert (fault.code, fault.primary.span.line, fault.primary.span.column) == ("values/ambiguous", 7, 30)
    assert "012345" not in fault.message + fault.help


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1))
def test_any_text_in_quotes_arrives(text: str) -> None:
    quoted = text.replace("'", "''")
    blueprint = good(f"redis: {{values: {{a: '{quoted}'}}}}\n")
    assert blueprint.redis.values == {"a": text}
