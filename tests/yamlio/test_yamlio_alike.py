"""yamlio/alike: items that are written alike are read as any others are, and most of them by one match."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_yamlio_quick import agree

from mtc.model.source import Node, Row
from mtc.yamlio.alike import ENOUGH, SHAPES
from mtc.yamlio.quick import read

MANY = ENOUGH + 6
PLAIN = ["a", "b c", "x#y", "a:b", "1e3", "null", "e é", "http://x:80/y", "true"]


def items(text: str) -> list[Node]:
    """The items of the list under the one key of a text."""
    root = read(text)
    assert root is not None
    assert isinstance(root.value, dict)
    held = next(iter(root.value.values()))[1].value
    assert isinstance(held, list)
    return held


def rows(text: str) -> int:
    return sum(isinstance(item.held, Row) for item in items(text))


def tenant(number: int, more: str = "") -> str:
    return (
        f"  - name: t{number}\n    company: \"Company {number}\"\n    owner: 'O {number}'\n    admin: {{name: A, email: a@t{number}}}\n"
        f"    login:\n      domains: [t{number}.example, other]\n      max: {number}\n{more}"
    )


def test_all_but_the_first_are_rows() -> None:
    text = "tenants:\n" + "".join(map(tenant, range(MANY)))
    assert rows(text) == MANY - ENOUGH - 1
    assert agree(text)


def test_a_row_says_its_texts_and_makes_its_nodes_when_asked() -> None:
    text = "tenants:\n" + "".join(map(tenant, range(MANY)))
    last = items(text)[-1]
    assert isinstance(last.held, Row)
    number = MANY - 1
    assert last.held.texts == (f"t{number}", f"Company {number}", f"O {number}", "A", f"a@t{number}", f"t{number}.example", "other", f"{number}")
    assert isinstance(last.value, dict)
    assert last.value["name"][1].value == f"t{number}"
    assert last.value["name"][1].line == 1 + 7 * number
    assert not isinstance(last.held, Row)


def test_several_shapes_that_alternate() -> None:
    more = ["", "    x: y\n", "    x:\n      - a: b\n        c: d\n"]
    text = "tenants:\n" + "".join(tenant(number, more[number % 3]) for number in range(60))
    assert rows(text) == 60 - ENOUGH - 3
    assert agree(text)


def test_more_shapes_than_are_kept() -> None:
    text = "tenants:\n" + "".join(f"  - name: a\n    k{number % (SHAPES + 4)}: b\n" for number in range(100))
    assert agree(text)


@pytest.mark.parametrize(
    "end",
    [
        "other: x\n",
        "  # note\n    more: x\n",
        "\n    more: x\n",
        "    more: x\n",
        "    login: x\n",  # twice
        "  - scalar\n" + tenant(99),
        "  -   name: spaced\n" + tenant(99),
        "  - name: 'quoted'\n" + tenant(99) + tenant(100),
        "  - name: \"two\n      lines\"\n" + tenant(99),
        "  - {name: flow}\n" + tenant(99),
        "  - name: a # note\n" + tenant(99),
        "# note\n" + tenant(99),
        "\n\n" + tenant(99),
        " - name: less\n",
        "   - name: more\n",
        "      more: x\n",
        "---\nother: x\n",
        "...\n",
        "   \n",
    ],
)
def test_what_comes_after_an_item(end: str) -> None:
    text = "tenants:\n" + "".join(map(tenant, range(MANY)))
    agree(text + end)
    agree(text + end + tenant(200) + tenant(201))


def test_a_list_at_the_column_of_its_key() -> None:
    text = "tenants:\n" + "".join(f"- a: {number}\n  b: c\n" for number in range(MANY))
    assert rows(text + "next: x\n") == MANY - ENOUGH - 1
    assert agree(text + "next: x\n")


def test_a_list_in_each_item_of_a_list() -> None:
    inner = "".join(f"      - a: {number}\n        b: c\n" for number in range(MANY))
    assert agree("tenants:\n" + "".join(f"  - name: t{number}\n    rules:\n{inner}" for number in range(MANY)))


def test_a_list_stays_as_short_as_it_may_be() -> None:
    assert read("a:\n" + "  - k: v\n    l: w\n" * 20_001) is None
    assert len(items("a:\n" + "  - k: v\n    l: w\n" * 20_000)) == 20_000


VALUES = st.sampled_from([*PLAIN, '"q r"', "'s t'", "[a, b]", "[c]", "{k: v}", "{k: v, l: w}", "", " # x", "[]", '["q"]', "{k: [v]}"])
ITEM = st.lists(st.tuples(st.sampled_from(["a", "b", "c.d/e"]), st.integers(0, 2), VALUES), min_size=1, max_size=4)


def written(item: list[tuple[str, int, str]], at: str) -> str:
    lines = [f"{at}{'  ' * deep}{key}:{' ' if value and value[0] != ' ' else ''}{value}\n" for key, deep, value in item]
    return f"{at[:-2]}- {lines[0].lstrip()}{''.join(lines[1:])}"


@settings(max_examples=300, deadline=None)
@given(st.lists(ITEM, min_size=1, max_size=3), st.lists(st.integers(0, 2), max_size=12), st.data())
def test_any_items(shapes: list[Any], order: list[int], data: st.DataObject) -> None:
    """A long list of some shapes, and the values of a few others in them."""
    text = "k:\n" + "".join(written(shapes[0], "    ") for _ in range(ENOUGH))
    for number in order:
        item = [(key, deep, data.draw(VALUES) if deep == 0 else value) for key, deep, value in shapes[number % len(shapes)]]
        text += written(item if data.draw(st.booleans()) else shapes[number % len(shapes)], "    ")
    agree(text)
