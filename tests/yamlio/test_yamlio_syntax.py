"""yamlio/syntax: the parsers' messages in our words."""

from __future__ import annotations

import pytest

from mtc.yamlio import parse as module
from mtc.yamlio.parse import parse

MAP = "the line does not fit the map that it stands in [line it up with the map's other keys, or check quotes and brackets before it]"
LIST = "the line does not fit the list that it stands in [begin it with `- `, or check its indentation]"
COLON = "a `:` cannot stand here [quote the text, or check the indentation]"

CASES = [
    ("a: 1\nb:2\nc: 3", "2:2", "a blank is missing after this `:` [write `: `]", ""),
    ("a:\n  -b: 1\n    c: 2", "2:3", "a blank is missing after this `-` [write `- `]", ""),
    ("a: 1\nb:\xa02\nc: 3", "2:3", "the blank after this `:` is another character [write an ordinary blank]", ""),
    (
        "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> theirs\n",
        "2:1",
        "a merge conflict is not resolved [keep one of the two sides]",
        "",
    ),
    ("a: b: c", "1:5", COLON, ""),
    ("a: b\n c: d", "2:3", COLON, ""),
    ("key\nother: x", "2:6", COLON, ""),
    ("a: ? b", "1:4", "a `?` cannot stand here [write `key: value`]", ""),
    ("a: - b", "1:4", "a list item cannot stand here [begin the list on its own line]", ""),
    ("a:\n- b\nc", "3:1", "the line is neither `key: value` nor a list item [add `:` after the key]", ""),
    ("x: |\n  a\n b: c", "3:2", MAP, "the map begins here 1:1"),
    ("a: 'x' y", "1:8", MAP, "the map begins here 1:1"),
    ("- a\nb: c", "2:1", LIST, "the list begins here 1:1"),
    ("a: [1, 2", "1:9", "a list in `[` is not closed [add `,` or `]`]", "the list begins here 1:4"),
    ("a: {b: c", "1:9", "a map in `{` is not closed [add `,` or `}`]", "the map begins here 1:4"),
    ("a: }", "1:4", "a value is missing here [write the value, or take the bracket out]", ""),
    ("a:\n\t- b", "2:1", "a tab cannot stand here [indent with spaces]", ""),
    ("a: @x", "1:4", "text cannot begin with `@` [quote the text]", ""),
    ("a: `x`", "1:4", "text cannot begin with ``` [quote the text]", ""),
    ("a: %x", "1:4", "text cannot begin with `%` [quote the text]", ""),
    ("a: 'x", "1:6", "the quotes are never closed [close them]", "the quoted text begins here 1:4"),
    (
        "a: 'x\n---\n'",
        "2:1",
        "the quotes are not closed before this line [close them]",
        "the quoted text begins here 1:4",
    ),
    (
        'a: "\\q"',
        "1:6",
        "this escape does not exist [write `\\\\` for a backslash]",
        "the quoted text begins here 1:4",
    ),
    (
        'a: "\\xz"',
        "1:7",
        "this escape is too short [write the character itself]",
        "the quoted text begins here 1:4",
    ),
    ('a: "\\ud83d"', "1:4", "this escape is no character [write the character itself]", ""),
    (
        'a: "\\U00110000"',
        "1:7",
        "this escape is no character [write the character itself]",
        "the quoted text begins here 1:4",
    ),
    ("a: !e!x b", "1:4", "tags are not part of the language [take the tag out, or quote the text]", ""),
    ("%YAML 3.0\n---\na: b", "1:1", "this version of YAML is not known [take the `%YAML` line out]", ""),
    ("%YAML x\n---\na: b", "1:7", "a line cannot begin with `%` here [quote the text]", ""),
    ("%FOO\na: b", "2:1", "the document should begin here with `---` [take the line before it out]", ""),
    (
        "a: |0\n x",
        "1:5",
        "a block's indentation cannot be 0 [write 1 to 9, or nothing]",
        "the block of text begins here 1:4",
    ),
    ("a: &\n", "1:5", "a name is missing after `&` or `*` [quote the text]", ""),
]


@pytest.mark.parametrize(("text", "place", "words", "begun"), CASES)
def test_in_our_words(text: str, place: str, words: str, begun: str) -> None:
    (fault,) = parse(text, "t.yaml").diagnostics
    assert fault.code == "yaml/syntax"
    assert f"{fault.primary.span.line}:{fault.primary.span.column}" == place
    assert f"{fault.message} [{fault.help}]" == words
    assert "".join(f"{r.text} {r.span.line}:{r.span.column}" for r in fault.related) == begun


# What libyaml says of a file that is too long for the exact parser; it names less, and some of it elsewhere.
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: b: c", "a `:` cannot stand here"),
        ("a:\n- b\nc", "the line is neither `key: value` nor a list item"),
        ("x: |\n  a\n b: c", "the line does not fit the map that it stands in"),
        ("- a\nb: c", "the line does not fit the list that it stands in"),
        ("a: [1, 2", "a list in `[` is not closed"),
        ("a: {b: c", "a map in `{` is not closed"),
        ("a: }", "a value is missing here"),
        ("a: @x", "text cannot begin with `@`"),
        ("a: 'x", "the quotes are never closed"),
        ('a: "\\q"', "this escape does not exist"),
        ("a: {b: c:d}", "a `:` cannot stand inside this text"),
        ("%YAML 3.0\n---\na: b", "this version of YAML is not known"),
        ("%FOO\n---\na: b", "a line cannot begin with `%` here"),
        ("a: 1\n...\nb: 2", "the document should begin here with `---`"),
    ],
)
def test_a_long_file_is_explained_by_the_fast_parser(
    text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SLOW_LIMIT", 0)
    (fault,) = parse(text, "t.yaml").diagnostics
    assert (fault.code, fault.message) == ("yaml/syntax", message)
    assert fault.help


def test_a_parser_s_word_that_we_do_not_know_is_passed_on() -> None:
    (fault,) = parse("!<x a", "t.yaml").diagnostics
    assert fault.message == "this is not YAML: expected '>' but found ' '"
    assert fault.help == "check quotes and indentation"


def test_the_end_of_the_file_is_the_end_of_its_last_text() -> None:
    (fault,) = parse("a:\n  b: [1,\n\n   \n", "t.yaml").diagnostics
    assert (fault.primary.span.line, fault.primary.span.column) == (2, 9)
