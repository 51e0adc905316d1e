"""yamlio/tree: nodes with places, and what the language forbids."""

from __future__ import annotations

import pytest

from mtc.model.source import Node
from mtc.yamlio.parse import parse


def said(text: str | bytes) -> list[str]:
    """`line:column-end code: message [help]` of each fault, related places behind ` ~ `."""
    return [
        f"{d.primary.span.line}:{d.primary.span.column}-{d.primary.span.end_column} {d.code}: {d.message} [{d.help}]"
        + "".join(f" ~ {r.span.line}:{r.span.column} {r.text}" for r in d.related)
        for d in parse(text, "t.yaml").diagnostics
    ]


SHARE = "[write the value out; settings that tenants share belong in `tenantDefaults` or a profile]"
MERGE = f"yaml/merge-key: the merge key `<<` is not part of the language {SHARE}"
LONG = "is longer than the 1,024 characters that readers of YAML take"
TAG = "[take the tag out, and quote the value if it is text]"

CASES = {
    "duplicate keys": (
        "a: 1\nb: {c: 1, 'c': 2, c: 3}\n\"a\": 4\n",
        [
            "2:11-14 yaml/duplicate-key: key `c` is written twice in one map [keep one of the two] ~ 2:5 first written here",
            "2:19-20 yaml/duplicate-key: key `c` is written twice in one map [keep one of the two] ~ 2:5 first written here",
            "3:1-4 yaml/duplicate-key: key `a` is written twice in one map [keep one of the two] ~ 1:1 first written here",
        ],
    ),
    "anchors and aliases": (
        "a: &x 1\nb: *x\nc: &y {d: 1}\ne: [&z f]\n",
        [
            f"1:4-6 yaml/anchor: the anchor `&x` is not part of the language {SHARE}",
            f"2:4-6 yaml/alias: the alias `*x` is not part of the language {SHARE}",
            f"3:4-6 yaml/anchor: the anchor `&y` is not part of the language {SHARE}",
            f"4:5-7 yaml/anchor: the anchor `&z` is not part of the language {SHARE}",
        ],
    ),
    "an alias that nothing anchors": (
        "a: *x\n",
        [f"1:4-6 yaml/alias: the alias `*x` is not part of the language {SHARE}"],
    ),
    "merge keys": (
        "a: &x {b: 1}\nc: {<<: *x}\nd: {<<: {e: 1}}\n",
        [
            f"1:4-6 yaml/anchor: the anchor `&x` is not part of the language {SHARE}",
            f"2:5-7 yaml/merge-key: the merge key `<<` is not part of the language {SHARE}",
            f"3:5-7 yaml/merge-key: the merge key `<<` is not part of the language {SHARE}",
        ],
    ),
    "a merge key in quotes, which kustomize forgets": ("'<<': 1\n", [f"1:1-5 {MERGE}"]),
    "characters that do not pass kustomize": (
        'a: "x\\x7f"\nb: "\\N\\x9f"\n"\\uffff": "\\u2028"\n',
        [
            f"{place} yaml/character: the text holds {character}, which does not pass Flux' kustomize [take it out]"
            for place, character in (("1:4-11", "U+007F"), ("2:4-12", "U+0085"), ("3:1-10", "U+FFFF"))
        ],
    ),
    "a key as long as readers take one": (f"? {'k' * 1000}\n: 1\n", []),
    "a longer key": (f"? {'k' * 1001}\n: 1\n", [f"1:3-1004 yaml/key: a key {LONG} [write text before the `:`]"]),
    "a key that is longer as it is written": (
        '? "' + "\\u200b" * 170 + '"\n: 1\n',
        [f"1:3-1025 yaml/key: a key {LONG} [write text before the `:`]"],
    ),
    "tags": (
        "a: !!str 1\nb: !Ref c\nd: !!python/object:os.system {}\ne: ! f\n",
        [
            f"1:4-9 yaml/tag: the tag `!!str` is not part of the language {TAG}",
            f"2:4-8 yaml/tag: the tag `!Ref` is not part of the language {TAG}",
            f"3:4-29 yaml/tag: the tag `!!python/object:os.system` is not part of the language {TAG}",
            f"4:4-5 yaml/tag: the tag `!` is not part of the language {TAG}",
        ],
    ),
    "several documents": (
        "---\na: 1\n---\nb: 1\n",
        [
            "3:1-4 yaml/multiple-documents: a second document begins here [put it into a file of its own, or take the `---` out]"
        ],
    ),
    "one document with marks": ("%YAML 1.2\n---\na: 1\n...\n", []),
    "odd keys": (
        "? [a]\n: 1\n? {b: c}\n: 2\n: 3\n",
        [
            "1:3-6 yaml/key: a key is a list [write text before the `:`]",
            "3:3-9 yaml/key: a key is a map [write text before the `:`]",
            "5:1-2 yaml/key: a key is empty [write text before the `:`]",
        ],
    ),
    "nothing": ("", ["1:1-2 yaml/empty: `t.yaml` has no content [write the document]"]),
    "comments": ("# a\n\n", ["1:1-2 yaml/empty: `t.yaml` has no content [write the document]"]),
    "a mark alone": ("---\n", ["1:1-2 yaml/empty: `t.yaml` has no content [write the document]"]),
    "null": ("~\n", ["1:1-2 yaml/empty: `t.yaml` has no content [write the document]"]),
    "too deep": (
        "[" * 101 + "]" * 101,
        [
            "1:101-102 yaml/too-deep: the file is nested more than 100 levels deep [check the brackets before it]"
        ],
    ),
    "deep enough": ("[" * 100 + "]" * 100, []),
}


@pytest.mark.parametrize("case", CASES)
def test_what_the_language_forbids(case: str) -> None:
    text, expected = CASES[case]
    assert said(text) == expected


@pytest.mark.parametrize("case", ["duplicate keys"])
def test_a_duplicate_key_leaves_the_first_and_a_tree_to_read_on(case: str) -> None:
    root = parse(CASES[case][0], "t.yaml").source.root
    assert root is not None
    assert isinstance(root.value, dict)
    assert root.value["a"][1].value == "1"


def test_a_tag_and_an_anchor_leave_a_tree_too() -> None:
    parsed = parse("a: &x !y 1\n", "t.yaml")
    assert [d.code for d in parsed.diagnostics] == ["yaml/anchor", "yaml/tag"]
    assert parsed.source.root is not None


@pytest.mark.parametrize(
    "text", ["a: *x\n", "<<: {a: 1}\n", "? [a]\n: 1\n", "a: [\n", "", "---\na\n---\nb\n"]
)
def test_where_something_is_lost_there_is_no_tree(text: str) -> None:
    parsed = parse(text, "t.yaml")
    assert parsed.diagnostics
    assert (parsed.source.root is None) == ("---" not in text)


def test_a_yaml_bomb_stays_small() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    codes = [d.code for d in parse("\n".join(lines), "bomb.yaml").diagnostics]
    assert codes.count("yaml/anchor") == 30
    assert codes.count("yaml/alias") == 29 * 9


def test_a_list_of_too_many_maps_stops_where_it_is_too_long() -> None:
    (fault,) = parse("- {a: b}\n" * 30_000, "t.yaml").diagnostics
    assert (fault.code, fault.primary.span.line) == ("yaml/too-large", 20_001)
    assert fault.message == "a list has more than 20,000 entries that are maps or lists"


def node(text: str, *route: str | int) -> Node:
    source = parse(text, "t.yaml").source
    return list(source.walk(route))[-1][1]


def test_nodes_know_where_they_stand_and_how_they_were_written() -> None:
    text = "a:\n  - plain text\n  - 'single'\n  - \"double\"\n  - |\n    block\n    of text\n  - {k: [v]}\n"
    plain = node(text, "a", 0)
    assert (plain.value, plain.plain, plain.line, plain.column, plain.end_column) == (
        "plain text",
        True,
        1,
        4,
        14,
    )
    assert (node(text, "a", 1).plain, node(text, "a", 2).plain, node(text, "a", 3).plain) == (
        False,
        False,
        False,
    )
    assert node(text, "a", 3).value == "block\nof text\n"
    inner = node(text, "a", 4, "k", 0)
    assert (inner.line, inner.column) == (7, 9)


def test_columns_count_characters_not_bytes() -> None:
    source = parse("\u00fc\U0001f680: {b: 1}\n", "t.yaml").source
    span = source.value(("\u00fc\U0001f680", "b"))
    assert (span.line, span.column) == (1, 9)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts_once(end: str) -> None:
    source = parse(end.join(["a: 1", "# c", "b: 2", ""]), "t.yaml").source
    assert source.value(("b",)).line == 3
    assert source.lines[2] == "b: 2"
