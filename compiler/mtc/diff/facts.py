"""What a tree says in the blueprint's words: one fact a wish, read from rendered objects alone.

A folder has no blueprint, so nothing here asks for one: every pair of sides is read the same way. Facts of
objects that do not differ cancel out, so only objects that differ are asked. A fact is told by noun, tenant
and item; two sides that disagree about its value have changed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from mtc.diff.secrets import HIDDEN, LONGEST, shown, withheld


class Key(NamedTuple):
    """What a fact is about."""

    noun: str
    tenant: str | None
    item: str


class Fact(NamedTuple):
    """One thing that a tree says. `value` is compared, `detail` only told when the fact comes new.

    `parts_of` are the keys of larger facts: where one of them comes or goes, this one is not told as well.
    """

    key: Key
    value: Any
    detail: str = ""
    parts_of: tuple[Key, ...] = ()
    file: str = ""


Facts = dict[Key, Fact]


def word(value: Any, keys: tuple[str, ...] = ()) -> str:
    """A value in a sentence: text in backticks, the rest bare; what bears a secret withheld."""
    if isinstance(value, str):
        return HIDDEN if withheld(keys, value) else name(value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "nothing"}[value]
    if isinstance(value, (int, float)):
        return str(value)
    return name(shown(keys, value))


def name(text: str) -> str:
    """The author's word in backticks, on one line; nothing in it ends them."""
    line = text.replace("`", "\u02cb").replace("\n", "\u23ce").replace("\r", "\u23ce")
    return f"`{line}`" if len(line) <= LONGEST else f"`{line[: LONGEST - 1]}…`"


def leaves(
    value: Any, keys: tuple[str, ...] = (), *, stop: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """(path, value) of every leaf of nested maps; an empty map is a leaf, a list is one, and so is what
    stands under a key of `stop`."""
    if isinstance(value, dict) and value and (not keys or keys[-1] not in stop):
        for key, child in value.items():
            yield from leaves(child, (*keys, str(key)), stop=stop)
    else:
        yield keys, value
