"""encodings: each writer against the real reader of what it writes, and each model against that reader."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyhocon import ConfigFactory

from apiserver import server_configuration
from mtc import encodings
from mtc.encodings import (
    PATH_ELEMENT,
    UNSAFE_IN_QUOTES,
    EncodingError,
    config_variable,
    container_env,
    expand_env,
    hocon,
    holds_substitution,
    plain_variable,
    read_hocon,
    secret_reference,
    variable_name,
    variable_path,
)

NASTY = (
    *(
        "",
        " ",
        " x ",
        "true",
        "null",
        "1e3",
        "10m",
        "10 days",
        "007",
        "1.5",
        "-",
        "a.b",
        "a=b",
        "a:b",
        "{a}",
        "[a]",
    ),
    *(
        "a,b",
        "#a",
        "a # b",
        "//a",
        "a // b",
        "${x}",
        "${?x}",
        "$",
        "$$",
        "$(A)",
        "$$(A)",
        '"',
        '\\"',
        "\\",
        "\\\\",
    ),
    *(
        "\\n",
        "\\u0041",
        "a\nb",
        "a\r\nb",
        "\t",
        "'",
        "''",
        '"""',
        'a"""b',
        "include",
        "é",
        "\U0001f600",
        "\u2028",
    ),
    *(
        "\ufeff",
        "\x00",
        "\x07",
        "\x85",
        "\xa0",
        "a\\",
        "\\t",
        "(",
        ")",
        "$(",
        "+=",
        "?",
        "!",
        "@",
        "&",
        "^",
        "*",
        "`",
    ),
)
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.text(st.sampled_from("aA$(){}[]\"\\,:=#/ \n\r\tnu0.'+"), max_size=12),
)
NUMBERS = st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False)
ITEMS = st.one_of(st.booleans(), NUMBERS, TEXTS.filter(bool))
VALUES = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS, st.lists(ITEMS, max_size=4))


def server_reads(text: str) -> Any:
    """The value that the server gets of a variable: `BasicConfig` parses `path: value` as one HOCON text."""
    return ConfigFactory.parse_string(f"a.b: {text}").get("a.b")


def typed(value: Any) -> Any:
    """A value with its types."""
    return [typed(item) for item in value] if isinstance(value, list) else (type(value), repr(value))


@settings(max_examples=120, deadline=None)
@given(VALUES)
def test_the_servers_parser_reads_what_was_meant(value: Any) -> None:
    assert typed(server_reads(hocon(value))) == typed(value)


@settings(max_examples=120, deadline=None)
@given(VALUES)
def test_our_model_reads_as_the_servers_parser_does(value: Any) -> None:
    written = hocon(value)
    assert typed(read_hocon(written)) == typed(server_reads(written)) == typed(value)


@pytest.mark.parametrize("text", NASTY)
def test_nasty_texts_alone_and_in_lists(text: str) -> None:
    assert server_reads(hocon(text)) == text
    if text:
        assert server_reads(hocon([text, "b", text])) == [text, "b", text]


def test_an_empty_text_in_a_list_is_refused_for_the_parser_drops_it() -> None:
    assert server_reads('["a", "", "b"]') != ["a", "", "b"]
    with pytest.raises(ValueError, match="drops empty texts"):
        hocon(["a", "", "b"])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('"a', "no closing quote"),
        ('"a"b', "text after the value"),
        ("[1, 2] x", "text after the value"),
        ("maybe", "no value"),
        ("", "no value"),
        ("{a: 1}", "no value"),
        ("1 2", "text after the value"),
        ("\u0663", "no value"),  # a digit, of the Arabs' own
        ("[", "no value"),
        ("[1, ]", "no value"),
        ("[1true]", "no comma"),
        ('["a""b"]', "no comma"),
        ('["a", ""]', "an empty text in a list"),
        ('"\n"', "no character of a text"),
        ('"a\tb"', "no character of a text"),
        (r'"\q"', "no character of a text"),
        ('"\\', "no character of a text"),
        ("[" * 100_000, "lists in lists"),
    ],
)
def test_the_model_refuses_what_was_never_written(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        read_hocon(text)


def kubelet_expands(text: str, defined: dict[str, str]) -> str:
    """Kubernetes' rules for `env[].value`, read from left to right, one operator at a time:

    `$(NAME)` is the value of NAME, which ends at the first `)`, or stays as it is where there is no such
    variable; `$$` is one `$` and shields what follows; a `$` before anything else, or an opening that is
    never closed, stays.
    """
    out, at = "", 0
    while at < len(text):
        if text[at] != "$" or at + 1 == len(text):
            out, at = out + text[at], at + 1
        elif text[at + 1] == "$":
            out, at = out + "$", at + 2
        elif text[at + 1] == "(" and ")" in text[at + 2 :]:
            end = text.index(")", at + 2)
            name = text[at + 2 : end]
            out, at = out + defined.get(name, f"$({name})"), end + 1
        else:
            out, at = out + text[at : at + 2], at + 2
    return out


@settings(max_examples=200)
@given(
    st.text(st.sampled_from("$()AB x\n"), max_size=14),
    st.dictionaries(
        st.sampled_from(["A", "B", "AB", "", "("]), st.sampled_from(["", "1", "$", "$(A)", "$$"])
    ),
)
@example("$(A$(B))", {"A$(B": "1"})
@example("$($", {})
@example("$(A", {"A": "1"})
def test_our_model_expands_as_kubernetes_does(text: str, defined: dict[str, str]) -> None:
    assert expand_env(text, defined) == kubelet_expands(text, defined)


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("$(A)", "1"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$1"),
        ("$(NO)", "$(NO)"),
        ("$A", "$A"),
        ("a$", "a$"),
        ("$(A", "$(A"),
    ],
)
def test_the_documented_expansions(text: str, expanded: str) -> None:
    assert expand_env(text, {"A": "1"}) == expanded == kubelet_expands(text, {"A": "1"})


@given(TEXTS)
def test_a_literal_arrives_whatever_variables_exist(text: str) -> None:
    defined = {"A": "stolen", "": "stolen"}
    assert kubelet_expands(container_env(text), defined) == text
    assert kubelet_expands(plain_variable(text), defined) == text


@settings(max_examples=80, deadline=None)
@given(VALUES)
def test_a_configuration_value_survives_the_whole_way(value: Any) -> None:
    assert typed(server_reads(kubelet_expands(config_variable(value), {"A": "stolen"}))) == typed(value)


@settings(max_examples=100, deadline=None)
@given(TEXTS.filter(lambda text: not any(char in text for char in UNSAFE_IN_QUOTES)))
def test_a_secret_arrives_as_it_is(secret: str) -> None:
    expanded = kubelet_expands(secret_reference("SSO_SECRET"), {"SSO_SECRET": secret})
    assert server_reads(expanded) == secret


@pytest.mark.parametrize("secret", ['a"b', "a\\n", 'a", x: "b', "\\", "a\tb"])
def test_what_a_secret_may_not_hold_does_break_it(secret: str) -> None:
    assert any(char in secret for char in UNSAFE_IN_QUOTES)
    expanded = kubelet_expands(secret_reference("X"), {"X": secret})
    try:
        read = server_reads(expanded)
    except Exception:  # noqa: BLE001 - pyparsing has many: each is a server that does not start
        return
    assert read != secret


@given(st.lists(st.from_regex(PATH_ELEMENT, fullmatch=True), min_size=1, max_size=5))
def test_a_path_comes_back_from_its_variable(path: list[str]) -> None:
    assert variable_path(variable_name(path)) == tuple(path)


@pytest.mark.parametrize("element", ["", "A", "a__b", "_a", "a_", "a.b", "-a", "a-", "ä", "a\n"])
def test_elements_that_the_server_would_read_otherwise(element: str) -> None:
    assert PATH_ELEMENT.match(element) is None


def test_a_model_that_disagrees_stops_the_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "container_env", lambda text: text)
    with pytest.raises(EncodingError) as caught:
        config_variable("pa$$word")
    assert "pa$$word" not in str(caught.value)
    with pytest.raises(EncodingError):
        plain_variable("pa$$word")
    assert plain_variable("fine") == "fine"


@pytest.mark.parametrize(
    ("value", "read"), [(1, True), (1, 1.0), ("1", 1), ([1], [1, 1]), (["a"], "a"), (None, "")]
)
def test_types_count_in_the_comparison(monkeypatch: pytest.MonkeyPatch, value: Any, read: Any) -> None:
    monkeypatch.setattr(encodings, "read_hocon", lambda _: read)
    with pytest.raises(EncodingError):
        config_variable(value)


def test_numbers_that_are_none_do_not_pass() -> None:
    for number in (math.inf, math.nan):
        with pytest.raises((EncodingError, ValueError)):
            config_variable(number)


@pytest.mark.parametrize(
    ("text", "touched"), [("${A}", True), ("a$$b", True), ("$A", False), ("$(A)", False), ("{}", False)]
)
def test_what_flux_would_substitute(text: str, touched: bool) -> None:
    assert holds_substitution(text) is touched


WORDS = st.lists(st.sampled_from(["true", "False", "NULL", "a", "1", ".", "/", ":", "-", "[", "]", ","]), max_size=6)


@given(
    st.one_of(
        st.text(alphabet="ab1E./:-,[]\"\\#@ =$\n", max_size=12),
        WORDS.map("".join),
        st.text(max_size=8),
        st.sampled_from(NASTY),
    )
)
@example("null.example.com:80")
@example("[true-a:9092,b:9092]")
@example("[month,false//]")
@example("https://mail.example.com:465/x")
@example('"\n"')
@example('"\t"')
@example('["a""b"]')
@example('["a",""]')
@example('[","]')
@example("[1,2]")
@example("[1true]")
@example('["a","b"]')
@example("[a:9092,b:9092]")
@example("FALSE")
@example("Null")
def test_what_is_called_plainly_read_stops_no_server_and_is_read_as_it_looks(text: str) -> None:
    if not encodings.plainly_read(text):
        return
    read = server_configuration({"CLEARML__services__x": text})["services"]["x"]
    words = {"true": True, "false": False, "null": None}  # the server's parser knows them in any case
    try:
        meant = read_hocon(text)
    except ValueError:  # a plain word, or plain words in a list
        items = [words.get(item.lower(), item) for item in text.strip("[]").split(",")]
        meant = items if text.startswith("[") else items[0]
    assert typed(read) == typed(meant)


@pytest.mark.parametrize(
    "text",
    [
        *("a@b", "a=b", "a b", "a#b", "${HOME}", "x, c: y", "a\nb: c", "10m", "a}", "?", ""),
        *('"\n"', '"\t"', '[1"a"]', '["a", ""]', "[" * 100_000),
    ],
)
def test_what_the_server_would_cut_change_or_choke_on_is_not_plainly_read(text: str) -> None:
    assert not encodings.plainly_read(text)
