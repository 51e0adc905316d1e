"""yamlio/text: bytes to text, or why not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.yamlio.text import MAX_BYTES, decode


def test_utf_8_with_and_without_its_mark() -> None:
    assert decode("\u00fc: 1".encode(), "t").value == "\u00fc: 1"
    assert decode(b"\xef\xbb\xbfa: 1", "t").value == "a: 1"
    assert decode("\ufeffa: 1", "t").value == "a: 1"


@pytest.mark.parametrize(
    ("data", "place", "code", "message"),
    [
        (b"a: 1\nb: \xff\n", (2, 4), "yaml/encoding", "byte 0xff is not UTF-8; in Windows-1252 it is `ÿ`"),
        (b"\xc3\xbc: \xfc\n", (1, 4), "yaml/encoding", "byte 0xfc is not UTF-8; in Windows-1252 it is `ü`"),
        (b"\xff\xfea\x00", (1, 1), "yaml/encoding", "the file is UTF-16"),
        (b"\xfe\xff\x00a", (1, 1), "yaml/encoding", "the file is UTF-16"),
        (b"\x89PNG\r\n\x1a\n\x00", (1, 1), "yaml/encoding", "the file is binary, not text"),
        (b"a: \x00", (1, 4), "yaml/encoding", "the file is binary, not text"),
        (b"a: \x1b[31m", (1, 4), "yaml/character", "character U+001B cannot stand in a YAML file as it is"),
        (
            "a\r\nb: \u2028".encode(),
            (2, 4),
            "yaml/character",
            "character U+2028 cannot stand in a YAML file as it is",
        ),
        (
            "a: \x85".encode(),
            (1, 4),
            "yaml/character",
            "character U+0085 cannot stand in a YAML file as it is",
        ),
        (
            "a: \ufeff".encode(),
            (1, 4),
            "yaml/character",
            "character U+FEFF cannot stand in a YAML file as it is",
        ),
        ("a: \ud800", (1, 4), "yaml/character", "character U+D800 cannot stand in a YAML file as it is"),
    ],
)
def test_what_is_no_text(data: bytes | str, place: tuple[int, int], code: str, message: str) -> None:
    outcome = decode(data, "t")
    assert outcome.value is None
    (fault,) = outcome.diagnostics
    assert (fault.code, fault.message) == (code, message)
    assert (fault.primary.span.line, fault.primary.span.column) == place


def test_the_help_shows_the_escape() -> None:
    (fault,) = decode("a: \u2028", "t").diagnostics
    assert fault.help == "take it out, or write `\\u2028` between double quotes"
    (fault,) = decode("a: \x07", "t").diagnostics
    assert fault.help == "take it out, or write `\\x07` between double quotes"


def test_the_limit_is_64_mib() -> None:
    assert MAX_BYTES == 64 * 1024 * 1024
    assert decode(b" " * MAX_BYTES, "t").value is not None
    (fault,) = decode(b" " * (MAX_BYTES + 1), "t").diagnostics
    assert (fault.code, fault.message) == ("yaml/too-large", "`t` is larger than 64 MiB")


@given(st.binary(max_size=40))
def test_any_bytes_are_text_or_one_fault(data: bytes) -> None:
    outcome = decode(data, "t")
    assert (outcome.value is None) == (len(outcome.diagnostics) == 1)
    if outcome.value is not None:
        assert outcome.value.encode() == data.removeprefix(b"\xef\xbb\xbf")
