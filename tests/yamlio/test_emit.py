"""yamlio/emit: what is written is read alike by a YAML 1.1 reader, a YAML 1.2 reader and our own."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mtc.yamlio.emit import emit, plain_parts, quoted, scalar
from mtc.yamlio.parse import parse_data

NASTY = (
    *(
        "",
        " ",
        "  x",
        "x ",
        "~",
        "-",
        "- a",
        "-a",
        "?",
        "? a",
        ":",
        "a:",
        "a: b",
        "a :b",
        "a #b",
        "#a",
        "&a",
        "*a",
    ),
    *(
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a",
        "{a}",
        "[a]",
        "a, b",
        "'",
        '"',
        "''",
        '""',
        "\\",
        "\\n",
        'a"b\\c',
        "<<",
        "=",
    ),
    *(
        "yes",
        "No",
        "ON",
        "off",
        "y",
        "N",
        "true",
        "False",
        "null",
        "Null",
        "NONE",
        "1:30",
        "190:20:30",
        "12:30:45.5",
    ),
    *(
        "0",
        "-0",
        "007",
        "0o7",
        "0x1F",
        "0b1",
        "1_000",
        "1e3",
        "1E3",
        ".5",
        "5.",
        "1.5",
        "+1",
        ".inf",
        "-.INF",
        ".NaN",
    ),
    *(
        "2001-01-01",
        "2001-01-01T00:00:00Z",
        "---",
        "...",
        "--- a",
        "a\n---\nb",
        "a\nb",
        "a\nb\n",
        "a\nb\n\n",
        "\na",
    ),
    *(
        " a\nb",
        "a\n b\n",
        "a \nb",
        "\ta\nb",
        "a\tb\nc",
        "a\n\n\nb",
        "a\n\n",
        "\n",
        "\n\n",
        "a\r\nb",
        "a\rb",
        "\x00",
    ),
    *(
        "\x07",
        "\x1b[31m",
        "\x7f",
        "\x85",
        "a\x85b\nc",
        "\xa0",
        "\u2028",
        "a\u2029b\nc",
        "\ufeff",
        "a\ufeffb\nc",
    ),
    *(
        "\ue000",
        "\ufffd",
        "\ufffe",
        "\U0001f600",
        "a\U0001f600\nb",
        "é\nü",
        "\u202e",
        "${x}",
        "$$",
        "{{ a }}",
    ),
    *(
        "a\n# b",
        "# a\nb",
        "a: b\nc: d\n",
        "- a\n- b",
        "http://a:80/b",
        "a@b",
        "a=b",
        "10m",
        "1.2.3.4",
        "%YAML 1.1\n---",
    ),
)
# A YAML reader refuses lone surrogates; JSON numbers of any size are read as they are.
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.text(
        st.sampled_from("ab \t\n\r:#-?'\"\\|>&*!%@`{}[],~=<0179.eE+_ox\x00\x85\u2028\ufeff\U0001f600"),
        max_size=10,
    ),
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(TEXTS, DATA, max_size=4)


def typed(value: Any) -> Any:
    """A value with its types, so that `1`, `1.0`, `True` and `-0.0` are four things."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return (type(value), repr(value))


def what_we_accept(value: Any) -> Any:
    """The value without what our own reader refuses: empty and merge keys, characters that do not pass
    kustomize, and numbers that readers round."""
    if isinstance(value, dict):
        return {
            "k" if key in ("", "<<") else what_we_accept(key): what_we_accept(item) for key, item in value.items()
        }
    if isinstance(value, str):
        return re.sub("[\x7f-\x9f\ufffe\uffff]", "", value) or "k"
    if isinstance(value, list):
        return [what_we_accept(item) for item in value]
    exact = isinstance(value, bool) or not isinstance(value, int) or abs(value) <= 2**53
    return value if exact else 0


def read_1_1(text: str) -> Any:
    return yaml.safe_load(text)


def read_1_2(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(StringIO(text))


def read_by_all(text: str) -> Any:
    old, new = read_1_1(text), read_1_2(text)
    assert typed(old) == typed(new), text
    return old


@settings(max_examples=100)
@given(DOCUMENTS)
@example({"a": 1e21, "b": 1e-7, "c": -0.0, "d": 5e-324, "e": 10**40, "f": 1.7976931348623157e308})
def test_any_data_is_read_back_by_every_reader(data: dict[str, Any]) -> None:
    assert typed(read_by_all(emit(data))) == typed(data)


@settings(max_examples=100)
@given(DOCUMENTS.map(what_we_accept))
def test_our_own_reader_agrees(data: dict[str, Any]) -> None:
    outcome = parse_data(emit(data), "t")
    assert outcome.diagnostics == ()
    assert outcome.value is not None
    assert [typed(document) for document in outcome.value] == [typed(data)]


@pytest.mark.parametrize("text", NASTY)
def test_nasty_text_in_every_position(text: str) -> None:
    data = {"value": text, text: 1, "list": [text, [text], {text: text}, {"a": {"b": [text]}}]}
    assert typed(read_by_all(emit(data))) == typed(data)


def test_there_are_enough_nasty_texts_and_none_twice() -> None:
    assert len(set(NASTY)) == len(NASTY) >= 76


@settings(max_examples=100)
@given(TEXTS)
def test_a_scalar_stays_on_one_line_and_is_plain_ascii_where_it_is_dangerous(text: str) -> None:
    written = scalar(text)
    assert not set(written) & set("\n\r\t\x00\x85\u2028\u2029\ufeff")
    assert read_by_all(f"a: {written}\n") == {"a": text}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("acme", "acme"),
        ("/a/b", "/a/b"),
        ("http://a.b:80/c", "http://a.b:80/c"),
        ("10m", '"10m"'),
        ("yes", '"yes"'),
        ("1:30", '"1:30"'),
        ("a b", '"a b"'),
        ('"x"', "'\"x\"'"),
        ('it\'s "x"', '"it\'s \\"x\\""'),
        ("\x85\u2028\ufeff", '"\\x85\\u2028\\ufeff"'),
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (0.5, "0.5"),
        (1e21, "1.0e+21"),
        (1e-7, "1.0e-07"),
    ],
)
def test_spellings(value: Any, written: str) -> None:
    assert scalar(value) == written


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_what_no_json_reader_holds_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        emit({"a": number})


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\nb", "k: |-\n  a\n  b\n"),
        ("a\nb\n", "k: |\n  a\n  b\n"),
        ("a\nb\n\n", "k: |+\n  a\n  b\n\n"),
        ("a\n\n  b", "k: |-\n  a\n\n    b\n"),
        (" a\nb", 'k: " a\\nb"\n'),
        ("a \nb", 'k: "a \\nb"\n'),
        ("\na", 'k: "\\na"\n'),
        ("a\n\x85", 'k: "a\\n\\x85"\n'),
    ],
)
def test_block_scalars_where_they_show_the_text_as_it_is(text: str, written: str) -> None:
    assert emit({"k": text}) == written
    assert read_by_all(written) == {"k": text}


@settings(max_examples=100)
@given(st.lists(st.text("ab :#-\t", max_size=5), min_size=2, max_size=5), st.integers(0, 3))
def test_lines_of_text_between_other_keys(lines: list[str], breaks: int) -> None:
    data = {"before": 1, "k": {"deep": "\n".join(lines) + "\n" * breaks, "next": "x"}, "after": [1]}
    assert read_by_all(emit(data)) == data


def test_block_style_layout_and_the_comment() -> None:
    data = {"a": {"b": [1, {"c": 2, "d": {}}, [3, []], {}]}, "e": []}
    assert emit(data, comment="by mtc") == (
        "# by mtc\na:\n  b:\n    - 1\n    - c: 2\n      d: {}\n    - - 3\n      - []\n    - {}\ne: []\n"
    )


@given(DOCUMENTS)
@settings(max_examples=50)
def test_writing_is_deterministic_and_keeps_the_order(data: dict[str, Any]) -> None:
    assert emit(data) == emit(dict(data.items()))
    assert list(read_1_1(emit(data)) or {}) == list(data)


PARTS = st.sampled_from(["a", "yes", "No", "o", "n", "a b", "1", "", "a:", "/x", "null", "é", "a-", "\n", "a\nb"]) | st.text(max_size=4)


@given(st.lists(PARTS, min_size=1), st.sampled_from(["{}", "x-{}", "a:{}", "{}/{}", "{}:{}.a", "/{}{}"]))
def test_plain_parts_leave_a_text_plain(parts: list[str], text: str) -> None:
    if plain_parts(parts):
        assert [quoted(part) for part in parts] == parts
        made = [text.format(one, other) for one in parts for other in parts]
        assert [quoted(each) for each in made] == made
    elif len(parts) == 1 and ":" not in parts[0]:
        assert quoted(parts[0]) != parts[0]
