"""load/rows: what a row reads as is what its nodes read as, under any schema."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.load.reading import read
from mtc.load.rows import Rows
from mtc.load.shapes import Contract
from mtc.model.diagnostic import Diagnostic
from mtc.model.source import Node, Row, Source
from mtc.yamlio.alike import ENOUGH
from mtc.yamlio.parse import parse

FIELDS: dict[str, Any] = {
    "text": {"type": ["string", "null"]},
    "flag": {"type": "boolean"},
    "count": {"type": "integer"},
    "number": {"type": "number"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "counts": {"type": "array", "items": {"type": ["integer", "string"]}},
    "free": {"x-mtc-free": True},
    "map": {"type": "object", "additionalProperties": {"type": "string"}},
    "deep": {"type": "object", "properties": {"text": {"type": "string"}, "count": {"type": "integer"}}},
}
CONTRACT = Contract(
    {"type": "object", "properties": {"k": {"type": "array", "items": {"type": "object", "properties": FIELDS}}}}
)
SHAPE = CONTRACT.root.fields["k"].items
assert SHAPE is not None


def parsed(*items: str) -> tuple[Source, list[Node]]:
    """A long list of the first item, and then the others."""
    source = parse("k:\n" + items[0] * (ENOUGH + 1) + "".join(items[1:]), "r.yaml").source
    assert source.root is not None
    assert isinstance(source.root.value, dict)
    held = source.root.value["k"][1].value
    assert isinstance(held, list)
    return source, held


def by_nodes(node: Node) -> Node:
    """The same node, and nothing in it a row."""
    if isinstance(node.value, dict):
        for _, child in node.value.values():
            by_nodes(child)
    return node


LINES = ["text: {}", "flag: {}", "count: {}", "number: {}", "texts: [{}, b]", "counts: [{}]", "map: {{x: {}, y: z}}", "free: {}"]
LINES += ["deep: {{text: {}, count: 3}}", "deep:\n      text: {}\n      count: 4", 'text: "{}"', "count: '{}'", "unknown: {}"]
WORDS = st.sampled_from(["a", "true", "false", "yes", "null", "Null", "1", "1.5", "0x1f", "1e3", "012", "é", "a b", "\u200b", "a\u202eb", "\xa0"])


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=4, unique_by=lambda line: line.split(":")[0]), st.data())
def test_a_row_reads_as_its_nodes_do(lines: list[str], data: st.DataObject) -> None:
    form = "  - " + "\n    ".join(lines) + "\n"
    values = [[data.draw(WORDS) for _ in lines] for _ in range(3)]
    source, items = parsed(form.format(*["a"] * len(lines)), *(form.format(*those) for those in values))
    found: list[Diagnostic] = []
    asked: list[Diagnostic] = []
    by_row = [read(item, SHAPE, source, found) for item in items]
    assert by_row == [read(by_nodes(item), SHAPE, source, asked) for item in items]
    assert [type(value) for each in by_row for value in each.values()] == [  # type: ignore[union-attr]
        type(value) for item in items for value in read(item, SHAPE, source, []).values()  # type: ignore[union-attr]
    ]
    assert found == asked


@pytest.mark.parametrize("line", ["text: {}", "deep: {{text: {}, count: 1}}", "count: {}", "texts: [{}]", 'text: "{}"'])
def test_most_rows_need_no_nodes(line: str) -> None:
    form = f"  - {line}\n"
    source, items = parsed(form.format(1), form.format(2), form.format(3))
    read_all = [read(item, SHAPE, source, []) for item in items]
    assert isinstance(items[-1].held, Row)
    assert read_all[-1] != read_all[0]


@pytest.mark.parametrize(
    ("line", "word"), [("text: {}", "null"), ("free: {}", "a"), ("unknown: {}", "a"), ("text: {}", "a\u202eb")]
)
def test_what_only_nodes_tell(line: str, word: str) -> None:
    _, items = parsed(f"  - {line.format('x')}\n", f"  - {line.format(word)}\n")
    assert isinstance(items[-1].held, Row)
    assert SHAPE is not None
    assert Rows().data(items[-1].held, SHAPE) is None
