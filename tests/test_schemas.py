"""schemas: files by name, and a violation with the nodes around it."""

from __future__ import annotations

import pytest

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
