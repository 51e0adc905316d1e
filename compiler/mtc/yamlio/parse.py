"""Text to nodes that know where they stand, and to plain data; the owner of ruamel.yaml.

ruamel.yaml's parser for YAML 1.2 is the reference. Its C sibling (ruamel.yaml.clib) is ten times faster and
reads most files alike, but refuses some that YAML 1.2 has (`{url: https://…}`); so it goes first, and what it
refuses is read again. What most blueprints consist of needs neither (quick). `tree` makes nodes of the
events on an explicit stack, so that depth costs no recursion. What a configuration language should not have
(anchors, aliases, merge keys, tags, duplicate keys, several documents) is a fault with its place; as many as
can be found are reported in one run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from mtc.model.diagnostic import MANY, Diagnostic, Label, Outcome, has_errors, ordered
from mtc.model.record import Record
from mtc.model.source import Data, Node, Source
from mtc.yamlio.numbers import Unclear, resolve
from mtc.yamlio.quick import read
from mtc.yamlio.text import decode

if TYPE_CHECKING:
    from mtc.yamlio.tree import Tree

SLOW_LIMIT = 2 * 1024 * 1024  # characters: the exact parser takes 2 s for a million
_SURROGATE = "[\ud800-\udfff]"


class Parsed(Record, frozen=True):
    """What a text holds. `source.root` is the first document, None where there is nothing to read on."""

    source: Source
    roots: tuple[Node, ...]
    diagnostics: tuple[Diagnostic, ...]


def parse(text: str | bytes, name: str, *, several: bool = False) -> Parsed:
    """One document (or several) with positions; all faults are errors.

    yaml/too-large, yaml/encoding, yaml/character, yaml/syntax, yaml/empty, yaml/multiple-documents,
    yaml/duplicate-key, yaml/key, yaml/anchor, yaml/alias, yaml/merge-key, yaml/tag, yaml/too-deep.
    Duplicate keys (the first stays), anchors and tags leave a tree that is worth reading on.
    """
    decoded = decode(text, name)
    if decoded.value is None:
        return Parsed(Source(name, ""), (), decoded.diagnostics)
    quick = None if several else read(decoded.value)
    if quick is not None:
        return Parsed(Source(name, decoded.value, quick), (quick,), ())
    tree = _grow(Source(name, decoded.value), several=several)
    if not several and not tree.holes and (not tree.roots or tree.roots[0].is_null):
        tree.empty()
    roots = () if tree.holes else tuple(tree.roots)
    return Parsed(Source(name, decoded.value, roots[0] if roots else None), roots, ordered(tree.diagnostics))


def _grow(source: Source, *, several: bool) -> Tree:
    """The tree by the fast parser, or by the exact one where the fast one stops."""
    from _ruamel_yaml import CParser  # noqa: PLC0415
    from ruamel.yaml.error import MarkedYAMLError  # noqa: PLC0415 - 20 ms: only when something is parsed

    from mtc.yamlio.syntax import explain  # noqa: PLC0415
    from mtc.yamlio.tree import Tree  # noqa: PLC0415

    tree = Tree(source, several)
    try:
        tree.read(CParser(source.text.encode("utf-8")).get_event)
        return tree
    except MarkedYAMLError as error:
        stopped = explain(error, source)
    if len(source.text) <= SLOW_LIMIT:
        tree = Tree(source, several)
        try:
            tree.read(partial(next, _exact_events(source.text)))
            return tree
        except MarkedYAMLError as error:
            stopped = explain(error, source)
        except (ValueError, OverflowError):
            pass  # an escape beyond Unicode trips the exact parser; the fast one has named it
    tree.broken(stopped)
    return tree


def _exact_events(text: str) -> Iterator[Any]:
    """The events of the parser for YAML 1.2, which lets half a surrogate pair pass."""
    from ruamel.yaml import YAML, error, events  # noqa: PLC0415

    for event in YAML(typ="safe", pure=True).parse(text):
        if type(event) is events.ScalarEvent and re.search(_SURROGATE, event.value):
            problem = "found invalid Unicode character escape code"
            raise error.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
        yield event


def parse_data(text: str | bytes, name: str) -> Outcome[list[Data]]:
    """Every document as plain data: scalars as `numbers.resolve` says, keys as text. Faults as `parse` has
    them, and values/ambiguous and values/unrepresentable."""
    parsed = parse(text, name, several=True)
    diagnostics = list(parsed.diagnostics)
    documents = [to_data(root, parsed.source, diagnostics) for root in parsed.roots]
    return Outcome(None if has_errors(diagnostics) else documents, ordered(diagnostics))


def to_data(node: Node, source: Source, diagnostics: list[Diagnostic]) -> Data:
    """A node as plain data. A scalar that readers disagree about stays text, and is added to `diagnostics`;
    its text is not quoted there, since free-form parts may hold what nobody should read."""
    value = node.value
    if isinstance(value, list):
        return [to_data(item, source, diagnostics) for item in value]
    if isinstance(value, dict):
        return {key: to_data(child, source, diagnostics) for key, (_, child) in value.items()}
    if not node.plain:
        return value
    found = resolve(value)
    if isinstance(found, Unclear):
        if len(diagnostics) < MANY:
            diagnostics.append(Diagnostic(found.code, found.message, Label(source.at(node)), found.help))
        return value
    return found
