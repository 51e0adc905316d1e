"""yamlio/quick: where it reads a text at all, its nodes are the parser's, at the parser's places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mtc.model.source import Node, Source
from mtc.yamlio import parse as parsing
from mtc.yamlio.quick import read

BLUEPRINTS = sorted((Path(__file__).parents[2] / "blueprints").glob("*.yaml"))


def exact(text: str) -> Node | None:
    """What the parser makes of a text without a fault; None where it has any."""
    grown = parsing._grow(Source("x.yaml", text), several=False)
    return None if grown.diagnostics or grown.holes or len(grown.roots) != 1 else grown.roots[0]


def same(one: Node, other: Node, source: Source) -> None:
    """Equal values at equal places, as `Source.at` shows a node: a block's own end is nobody's business."""
    assert (one.plain, source.at(one)) == (other.plain, source.at(other))
    assert type(one.value) is type(other.value)
    if isinstance(one.value, dict) and isinstance(other.value, dict):
        assert list(one.value) == list(other.value)
        for key, (name, child) in one.value.items():
            same(name, other.value[key][0], source)
            same(child, other.value[key][1], source)
    elif isinstance(one.value, list) and isinstance(other.value, list):
        assert len(one.value) == len(other.value)
        for item, twin in zip(one.value, other.value, strict=True):
            same(item, twin, source)
    else:
        assert one.value == other.value


def agree(text: str) -> bool:
    """True where it was read, and then as the parser reads it."""
    quick = read(text)
    if quick is None:
        return False
    slow = exact(text)
    assert slow is not None, f"read, but the parser refuses it: {text!r}"
    same(quick, slow, Source("x.yaml", text))
    return True


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.name)
def test_the_examples_are_read(path: Path) -> None:
    assert agree(path.read_text(encoding="utf-8"))


READ = [
    "a: 1\n",
    "a:\n  b: c\n  d:\n    - e\n    - f: g\n      h: i\n    - [j, {k: l}]\nm: n\n",
    "a:\n- b\n- c: d\n  e: f\ng: h\n",
    "a: x # note\nb: y#z\n# note\n\nc: 'it is' # it\nd: \"x # y\"\n",
    "a: [ b , c d, 'e', \"f, g\" ]\nb: {c: d, e: [f], g: {}}\nc: []\n",
    "a: http://x:80/y\nb: {url: https://x.example/y}\nc: a:b:c\n",
    "a: b c  d   \n",
    "app.kubernetes.io/name: x\nkey_1: 0x1F\n",
    "a:   # note\n  b: c\n",
]
LEFT = [
    "",
    "a",
    "a:\n",
    "a: b",
    "a: b\na: c\n",
    "a: b\n  c: d\n",
    "a: b\n c\n",
    "a: |\n  b\n",
    "a: &x b\nc: *x\n",
    "a: !!str b\n",
    "---\na: b\n",
    "- a\n",
    "a: 'it''s'\n",
    'a: "\\n"\n',
    "a: [b,\n  c]\n",
    "a: {b}\n",
    "a: [b, ]\n",
    "? a\n: b\n",
    "a: b: c\n",
    "<<: {a: b}\n",
    "'a': b\n",
    "a:\tb\n",
    "a: b\r\nc: d\r\n",
    "a:\n    b: c\n  d: e\n",
    "a:\n  - b\n c: d\n",
    "a: @b\n",
    "a: -1\n",
    " a: b\nc: d\n",
    "a:\n- - b\n",
    "a: b\n- c\n",
    "a:\n  b: c\n  - d\n",
    "a: [b]c\n",
    "a: 'b' c\n",
    "a: b #c\nd:\n",
]


@pytest.mark.parametrize("text", READ)
def test_what_is_read(text: str) -> None:
    assert agree(text)


@pytest.mark.parametrize("text", LEFT)
def test_what_is_left_to_the_parser(text: str) -> None:
    assert read(text) is None


def test_bounds() -> None:
    deep = "".join(f"{'  ' * level}k:\n" for level in range(30)) + "  " * 30 + "k: v\n"
    assert read(deep) is None
    assert read("a: " + "[" * 30 + "]" * 30 + "\n") is None
    assert read("a:\n" + "- b\n" * 20_001) is None


PIECES = st.sampled_from(
    [
        *("a", "b: ", "c:", "- ", "  ", " ", "\n", "\n", "\n  ", "\n    ", "#", " # x", "'", '"', "[", "]", "{", "}", ","),
        *(": ", ":", "x y", "1", "null", "~", "-", "?", "|", "&a", "*a", "!t", "%", "@", "http://x", "é", "\xa0", ".", "/"),
        *("\\", "=", "<<", "a: b", "\n- c", "\n  - d: e", "k: [a, b]", "k: {a: b}", "\n\n", "---", "...", "日本"),
    ]
)


@settings(max_examples=1500, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
@example("a: b\n...\n")
def test_any_text(text: str) -> None:
    agree(f"{text}\n")


WORDS = st.sampled_from(["a", "b c", "x#y", "a:b", "1e3", "'q'", '"r s"', "[a, b]", "{k: v}", "null", "e é", "[]", "{}", "- x"])


def block(depth: int) -> st.SearchStrategy[Any]:
    inner = WORDS if depth == 0 else WORDS | block(depth - 1)
    return st.dictionaries(st.sampled_from(["k", "l.m/n", "o_p", "q-r"]), inner, min_size=1, max_size=3) | st.lists(
        inner, min_size=1, max_size=3
    )


def lines(value: Any, indent: str, compact: bool) -> str:
    if isinstance(value, dict):
        return "".join(f"{indent}{key}:{below(item, indent + '  ', compact)}" for key, item in value.items())
    text = ""
    for item in value:
        made = f" {item}\n" if isinstance(item, str) else lines(item, indent + "  ", compact)[len(indent) + 1 :]
        text += f"{indent}-{made}"
    return text


def below(value: Any, indent: str, compact: bool) -> str:
    if isinstance(value, str):
        return f" {value}\n"
    return "\n" + lines(value, indent[2:] if compact and isinstance(value, list) else indent, compact)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(["k", "l", "m"]), block(3), min_size=1), st.booleans())
def test_block_style(value: dict[str, Any], compact: bool) -> None:
    agree(lines(value, "", compact))
