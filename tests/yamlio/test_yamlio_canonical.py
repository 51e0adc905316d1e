"""Reading back what emit wrote: the same data as the parser gives, or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.yamlio.canonical import read_canonical
from mtc.yamlio.emit import emit
from mtc.yamlio.parse import parse_data

OUT = Path(__file__).resolve().parents[2] / "out"
texts = st.one_of(
    st.text(st.characters(exclude_characters=[*map(chr, range(0x7F, 0xA0)), "\ufffe", "\uffff"]), max_size=12),
    st.sampled_from(
        ("", "a: b", "- a", "|", "{}", "[]", "null", "true", "yes", "1", "1.0", "1e3", "# x", "'", '"', "\\n", "a\nb\n", " a", "a ",
         "a\n\nb", "x:", "~", "*a", "&a", "!t", "a\n", "\ta", "🙂", "a\\", "- ", "a #b")
    ),
)  # fmt: skip
leaves = st.one_of(
    texts,
    st.booleans(),
    st.none(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
)
values: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(texts.filter(bool), inner, max_size=4)
    ),
    max_leaves=12,
)
documents = st.dictionaries(texts.filter(bool), values, min_size=1, max_size=5)


@settings(deadline=None)
@given(documents)
def test_what_emit_wrote_is_read_back(document: dict[str, Any]) -> None:
    text = emit(document, comment="written by mtc")
    found = read_canonical(text)
    assert found is None or found == document
    assert found is not None or parse_data(text, "x").value == [document]


def test_nearly_all_of_the_real_tree_is_read_the_fast_way() -> None:
    files = [path.read_text(encoding="utf-8") for path in sorted(OUT.rglob("*.yaml"))]
    assert len(files) > 60
    for text in files:
        found = read_canonical(text)
        assert found is not None
        assert [found] == parse_data(text, "x").value


FOREIGN = [
    "", "a", "a: b", "- a\n", "a: b # c\n", "a:  b\n", "a:\n    b: c\n", "a: {b: c}\n", "a: &x b\n", "a: b\na: c\n", "a: yes\n",
    "a: 'b'\n", 'a: "b"\n', "a: 010\n", "a: b\n---\nc: d\n", "---\na: b\n", "a: |\n  b\n   c\n  \n", "a: >\n  b\n", "\ta: b\n",
    "a: b\r\n", "a: !x b\n", "a:\n- b\n", "? a\n: b\n", "a: [b, c]\n", "<<: b\n", "a: 'it''s'\n", "a: \"\\q\"\n", "# c\n",
]  # fmt: skip


@pytest.mark.parametrize("text", FOREIGN)
def test_any_other_text_is_left_to_the_parser(text: str) -> None:
    assert read_canonical(text) is None


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(("a", ":", " ", "\n", "  ", "- ", '"', "'", "|", "#", "{}", "1", "b: c\n", "&x")),
        max_size=14,
    ).map("".join)
)
def test_what_it_reads_the_parser_reads_alike(text: str) -> None:
    found = read_canonical(text)
    if found is not None:
        assert parse_data(text, "x").value == [found]


def test_depth_is_bounded() -> None:
    text = "".join("  " * depth + "a:\n" for depth in range(5000)) + "  " * 5000 + "a: b\n"
    assert read_canonical(text) is None
