"""schemas: files by name, and a violation with the nodes around it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.model.failure import CompilerFailure
from mtc.schemas import Validator, schema_text

INNER = {"description": "a map of numbers", "properties": {"a": False}}
SCHEMA = {
    "properties": {"x": INNER, "y": {"$ref": "kubernetes/meta.json#/$defs/label"}},
    "propertyNames": {"maxLength": 3},
}


def test_a_file_is_found_by_its_name() -> None:
    assert '"$defs"' in schema_text("kubernetes/meta.json")
    with pytest.raises(CompilerFailure, match="install it again"):
        schema_text("kubernetes/nothing.json")


def test_what_is_right_is_accepted() -> None:
    validator = Validator(SCHEMA)
    assert validator.accepts({"x": {"b": 1}, "y": "acme"})
    assert list(validator.violations({"x": {"b": 1}, "y": "acme"})) == []


def test_a_violation_has_its_keyword_and_node_in_whatever_file() -> None:
    (found,) = Validator(SCHEMA).violations({"y": "A"})
    assert (found.route, found.keyword, found.key) == (("y",), "pattern", None)
    assert str(found.node["description"]).startswith("a DNS label")


def test_a_field_that_may_not_be_has_the_nodes_around_it() -> None:
    (found,) = Validator(SCHEMA).violations({"x": {"a": 1}})
    assert (found.route, found.keyword) == (("x", "a"), "falseSchema")
    assert INNER in (found.node, *found.around)


def test_a_key_is_told_from_a_value() -> None:
    (found,) = Validator(SCHEMA).violations({"long": 1})
    assert (found.route, found.keyword, found.key) == ((), "maxLength", "long")


def ran(script: str, folder: Path | None = None) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder)} if folder is not None else None
    command = [sys.executable, "-c", script]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60).stdout


KEYS = st.sampled_from(["0", "1", "00", "01", "+1", "-1", "10", "a", "", "a/b", "~1", "18446744073709551616"])
DATA = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(DATA)
def test_a_place_is_where_it_is_whatever_numbers_keys_look_like(data: Any) -> None:
    """The validator says the key "01" as the number 1, as if it were a list's."""
    schema = {"not": {"type": "integer"}, "items": {"$ref": "#"}, "additionalProperties": {"$ref": "#"}}
    found = [violation.route for violation in Validator(schema).violations(data)]
    assert len(found) == len(list(numbers(data)))
    for route in found:
        at = data
        for step in route:
            assert type(step) is (str if isinstance(at, dict) else int)
            at = at[step]
        assert type(at) is int


def numbers(data: Any) -> Iterator[int]:
    """The whole numbers in it."""
    if type(data) is int:
        yield data
    for child in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from numbers(child)


def test_the_library_is_loaded_without_what_tells_when_it_was_built() -> None:
    script = """if True:
        import sys
        from mtc.schemas import Validator
        Validator({}).accepts({})
        print("email.utils" in sys.modules)
        from email.utils import parsedate_to_datetime
        print(parsedate_to_datetime("Sun, 8 Nov 2026 16:26:25 +0000").year)
    """
    assert ran(script) == "False\n2026\n"


def test_a_library_that_asks_for_more_gets_it(tmp_path: Path) -> None:
    (tmp_path / "jsonschema_rs.py").write_text("from email.utils import parsedate_to_datetime, quote\nSAID = quote('\"')\n")
    script = "import sys; from mtc.schemas import _library; print(_library().SAID, sys.modules['email.utils'].__file__ is not None)"
    assert ran(script, tmp_path) == '\\" True\n'
