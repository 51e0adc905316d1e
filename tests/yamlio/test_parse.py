"""yamlio/parse: two parsers and one tree, and data that other readers read alike."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest
import ruamel.yaml
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mtc.model.source import Node, Source
from mtc.yamlio import parse as module
from mtc.yamlio.parse import parse, parse_data
from mtc.yamlio.tree import Tree


def as_text(node: Node) -> Any:
    """The node with every scalar as text."""
    if isinstance(node.value, list):
        return [as_text(item) for item in node.value]
    if isinstance(node.value, dict):
        return {key: as_text(child) for key, (_, child) in node.value.items()}
    return node.value


def with_places(node: Node) -> Any:
    """The node with what a diagnostic would need of it."""
    value = node.value
    if value == "":
        return None  # nothing is nowhere: the two put it before or after the blank
    place = (node.line, node.column, node.plain if isinstance(value, str) else None)
    if isinstance(value, list):
        return place, [with_places(item) for item in value]
    if isinstance(value, dict):
        return place, {key: (with_places(at), with_places(child)) for key, (at, child) in value.items()}
    return place, value, node.end_line, node.end_column


# --- data that others wrote -----------------------------------------------------------------------------

TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029\ufeff\ufffe\uffff"),
    max_size=10,
)
WORDS = st.sampled_from(
    [
        "a",
        "b c",
        "a: b",
        "- x",
        "#",
        "'",
        '"',
        "{",
        "[",
        "|",
        "yes",
        "012",
        "null",
        "",
        " x ",
        "x\ny\n",
        "https://a/b",
    ]
)
KEYS = (TEXT | WORDS).filter(bool)
TREES = st.recursive(
    TEXT | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
STYLES = st.fixed_dictionaries(
    {
        "default_flow_style": st.sampled_from([True, False, None]),
        "default_style": st.sampled_from([None, "'", '"', "|", ">"]),
        "width": st.sampled_from([20, 80, 1000]),
        "indent": st.sampled_from([2, 4]),
        "allow_unicode": st.booleans(),
        "sort_keys": st.just(False),
    }
)


@settings(max_examples=200, deadline=None)
@given(TREES, STYLES)
def test_what_pyyaml_wrote_in_any_style_we_read_as_it_does(tree: Any, style: dict[str, Any]) -> None:
    text = yaml.dump(tree, **style)
    parsed = parse(text, "t.yaml", several=True)
    assume(not any(d.code in ("yaml/key", "yaml/character") for d in parsed.diagnostics))
    # PyYAML writes `! ''` for an empty text in some styles; a tag is a fault and leaves the tree.
    assert {d.code for d in parsed.diagnostics} <= {"yaml/tag"}
    # Not `tree`: there are texts that it writes and then reads otherwise itself.
    assert [as_text(root) for root in parsed.roots] == [yaml.load(text, yaml.BaseLoader)]


@settings(max_examples=100, deadline=None)
@given(TREES.filter(lambda tree: isinstance(tree, (list, dict))))
def test_what_ruamel_wrote_we_read_as_it_does(tree: Any) -> None:
    from io import StringIO

    stream = StringIO()
    ruamel.yaml.YAML(typ="safe", pure=True).dump(tree, stream)
    try:
        again = ruamel.yaml.YAML(typ="safe", pure=True).load(stream.getvalue())
    except ruamel.yaml.error.YAMLError:
        again = None
    assume(again == tree)  # its writer leaves some text plain that its own reader refuses or reads otherwise
    parsed = parse_data(stream.getvalue(), "t.yaml")
    codes = {d.code for d in parsed.diagnostics}
    assume(not codes & {"yaml/key", "yaml/character", "yaml/tag"})
    if parsed.value is not None:
        assert parsed.value == [tree]
    else:  # plain text to a 1.2 reader, and a number to a 1.1 one
        assert codes == {"values/ambiguous"}


@settings(max_examples=150, deadline=None)
@given(TREES, STYLES)
def test_every_plain_scalar_stands_where_its_node_says(tree: Any, style: dict[str, Any]) -> None:
    text = yaml.dump(tree, **style)
    source = parse(text, "t.yaml", several=True)

    def check(node: Node) -> None:
        if isinstance(node.value, list):
            for item in node.value:
                check(item)
        elif isinstance(node.value, dict):
            for key, child in node.value.values():
                check(key)
                check(child)
        elif node.plain and node.line == node.end_line:
            line = source.source.lines[node.line]
            assert line[node.column : node.end_column] == node.value

    for root in source.roots:
        check(root)


# --- two parsers ----------------------------------------------------------------------------------------

YAMLISH = st.text("ab:-[]{}, \n#'\"?|>!%1.\r", max_size=30) | st.lists(
    st.sampled_from(
        [
            "a",
            "b: ",
            "- ",
            "  ",
            "\n",
            "'x'",
            '"y"',
            "[",
            "]",
            "{",
            "}",
            ", ",
            "|\n",
            "# c",
            ": ",
            "---\n",
            "...\n",
            "https://x/y",
            "1:30",
        ]
    ),
    max_size=14,
).map("".join)


def grown(text: str, *, fast: bool) -> Tree | None:
    """The tree by one of the two parsers; None where it stops."""
    from _ruamel_yaml import CParser

    tree = Tree(Source("t.yaml", text), several=True)
    get = CParser(text.encode()).get_event if fast else partial(next, module._exact_events(text))
    try:
        tree.read(get)
    except ruamel.yaml.error.MarkedYAMLError:
        return None
    return tree


def is_text(tree: Tree) -> bool:
    """A text alone is no document of ours; the two differ about one in a block (`|`) without indentation."""
    return any(isinstance(root.value, str) for root in tree.roots)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(YAMLISH)
def test_what_both_parsers_read_they_read_alike_places_and_all(text: str) -> None:
    fast, exact = grown(text, fast=True), grown(text, fast=False)
    if fast is None or exact is None or is_text(exact):
        return
    assert fast.diagnostics == exact.diagnostics
    assert [as_text(root) for root in fast.roots] == [as_text(root) for root in exact.roots]
    assert [with_places(root) for root in fast.roots] == [with_places(root) for root in exact.roots]


@settings(max_examples=300, deadline=None)
@given(YAMLISH)
def test_what_the_exact_parser_reads_we_read(text: str) -> None:
    exact = grown(text, fast=False)
    parsed = parse(text, "t.yaml", several=True)
    if exact is None:  # the fast one forgives a stray `...`
        assert parsed.diagnostics or grown(text, fast=True) is not None
    elif exact.holes:
        assert parsed.diagnostics
    elif not is_text(exact):
        assert [as_text(root) for root in parsed.roots] == [as_text(root) for root in exact.roots]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("{url: https://charts.example.com/x}", {"url": "https://charts.example.com/x"}),
        ("[oci://a:5000/b, c]", ["oci://a:5000/b", "c"]),
        ("{cidr: ::1/128}", {"cidr": "::1/128"}),
        ("[::1/128]", ["::1/128"]),
        ("{a: b:c, d: {e: f:80}}", {"a": "b:c", "d": {"e": "f:80"}}),
    ],
)
def test_yaml_1_2_where_libyaml_stops(text: str, data: Any) -> None:
    assert grown(text, fast=True) is None
    assert parse_data(text, "t.yaml").value == [data]


def test_json_is_yaml() -> None:
    assert parse_data('{"a":1,"b":[true,null,"\\u00fc"]}', "t.yaml").value == [
        {"a": 1, "b": [True, None, "\u00fc"]}
    ]


# --- data -----------------------------------------------------------------------------------------------


def test_several_documents_as_data() -> None:
    assert parse_data("a: 1\n---\n- yes\n- 2.5\n---\n~\n", "t.yaml").value == [{"a": 1}, ["yes", 2.5], None]
    assert parse_data("", "t.yaml").value == []


def test_every_fault_of_data_in_one_run() -> None:
    outcome = parse_data("a: 012\nb: .inf\nb: 1\n", "t.yaml")
    assert outcome.value is None
    assert [(d.code, d.primary.span.line, d.primary.span.column) for d in outcome.diagnostics] == [
        ("values/ambiguous", 1, 4),
        ("values/unrepresentable", 2, 4),
        ("yaml/duplicate-key", 3, 1),
    ]


SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=150, deadline=None)
@given(DATA)
def test_types_survive_json(data: Any) -> None:
    import json

    assert parse_data(json.dumps(data, ensure_ascii=False), "t.yaml").value == [data]


@given(st.text(max_size=12))
def test_quoted_text_is_never_typed(text: str) -> None:
    quoted = yaml.dump(text, default_style='"', allow_unicode=False, width=1000)
    outcome = parse_data(quoted, "t.yaml")
    if any("\ud800" <= character <= "\udfff" for character in text):
        assert [d.code for d in outcome.diagnostics] == ["yaml/syntax"]
    elif re.search("[\x7f-\x9f\ufffe\uffff]", text):
        assert [d.code for d in outcome.diagnostics] == ["yaml/character"]
    else:
        assert outcome.value == [text]
