"""yamlio/numbers: one meaning, or none. PyYAML is the 1.1 reader, ruamel.yaml the 1.2 one."""

from __future__ import annotations

import math
from typing import Any

import pytest
import ruamel.yaml
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from mtc.yamlio.numbers import Unclear, resolve

NO_VALUE = object()


def by_1_1(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return NO_VALUE


def by_1_2(text: str) -> Any:
    try:
        return ruamel.yaml.YAML(typ="safe", pure=True).load(text)
    except (ruamel.yaml.error.YAMLError, ValueError):
        return NO_VALUE


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("nUll", "nUll"),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("Off", "Off"),
        ("y", "y"),
        ("0", 0),
        ("-0", 0),
        ("+12", 12),
        ("0x1F", 31),
        ("1.", 1.0),
        (".5", 0.5),
        ("1.10", 1.1),
        ("012.5", 12.5),
        ("1.0e+3", 1000.0),
        ("9007199254740992", 2**53),
        ("-9007199254740992", -(2**53)),
        ("1.2.3", "1.2.3"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("2024-01-01", "2024-01-01"),
        ("1.33-rc1", "1.33-rc1"),
        ("-", "-"),
        (".", "."),
        ("0x", "0x"),
        ("1e", "1e"),
        ("8080:80", "8080:80"),
    ],
)
def test_one_meaning(text: str, value: Any) -> None:
    found = resolve(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(
            (text, "values/ambiguous")
            for text in ("012", "-012", "00", "089", "0o14", "0b101", "+0x1f", "-0x1f")
        ),
        *(
            (text, "values/ambiguous")
            for text in ("1_000", "1_0.5", "0x1_f", "1:30", "190:20:30", "1:30.5", "-1:30")
        ),
        *((text, "values/ambiguous") for text in ("1e3", "12e03", "1.5e3", "1E+3", "+.5", "-.5")),
        *(
            (text, "values/unrepresentable")
            for text in (".inf", "-.Inf", "+.INF", ".nan", ".NaN", "1.0e+999")
        ),
        *(
            (text, "values/unrepresentable")
            for text in ("9007199254740993", "-9007199254740993", "9223372036854775807", "9" * 9999)
        ),
        ("0x" + "f" * 5000, "values/unrepresentable"),
    ],
)
def test_no_one_meaning(text: str, code: str) -> None:
    found = resolve(text)
    assert isinstance(found, Unclear)
    assert found.code == code
    assert found.help
    assert text not in found.message


NUMBERLIKE = st.text("0123456789+-._:eExob", min_size=1, max_size=8) | st.from_regex(
    r"[-+]?[0-9_]{1,5}(\.[0-9_]{0,3})?([eE][-+]?[0-9]{1,2})?|0[box][0-9a-f_]{1,4}", fullmatch=True
)


@given(NUMBERLIKE)
@example("+_1")
@example("1e5")
@example("0_7")
@example("._5")
def test_where_we_see_a_number_both_readers_see_the_same_and_where_text_neither_sees_one(text: str) -> None:
    assume(
        not text.startswith(("- ", "? ", ": ", "---"))
        and text not in ("-", "?", ":")
        and not text.endswith(":")
    )
    found = resolve(text)
    old, new = by_1_1(text), by_1_2(text)
    if isinstance(found, (int, float)):
        assert type(old) is type(new) is type(found)
        assert old == new == found
    elif isinstance(found, str):
        assert not isinstance(old, (int, float))
        assert not isinstance(new, (int, float))


@given(st.integers(-(2**53), 2**53))
def test_every_whole_number_of_53_bits(number: int) -> None:
    assert resolve(str(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_with_a_point_and_a_signed_exponent(number: float) -> None:
    text = repr(number)
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        text = f"{mantissa if '.' in mantissa else mantissa + '.0'}e{int(exponent):+d}"
    found = resolve(text)
    assert isinstance(found, float)
    assert math.isclose(found, number, rel_tol=0.0)


@given(st.text(max_size=30))
def test_it_never_raises(text: str) -> None:
    resolve(text)
