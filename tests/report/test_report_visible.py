from __future__ import annotations

import pytest
from hypothesis import given, settings
from report_samples import acting, texts

from mtc.report.visible import encodable, visible, width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain `é` 漢字 😀", "plain `é` 漢字 😀"),
        ("\x00\t\n\r\x1b\x7f", "␀␉␊␍␛␡"),
        ("\x85\u200b\u202e\u2066\u2028\ufeff", "<U+0085><U+200B><U+202E><U+2066><U+2028><U+FEFF>"),
        ("\udcff\U000e0041", "<U+DCFF><U+E0041>"),
    ],
)
def test_signs(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a ##[error]b", "a #<U+0023>[error]b"),
        ("###[group]", "##<U+0023>[group]"),
        ("##vso[task.setvariable]", "#<U+0023>vso[task.setvariable]"),
        ("##teamcity[x]", "#<U+0023>teamcity[x]"),
        ("## a heading, #[1] and a::b", "## a heading, #[1] and a::b"),
        ("  ::add-mask::x", "  :<U+003A>add-mask::x"),
    ],
)
def test_no_runner_takes_it_for_a_command(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("abc", 3),
        ("漢字", 4),
        ("\uff46", 2),
        ("e\u0301", 1),
        ("😀", 2),
        ("\u1112\u1161\u11ab", 2),
        ("…·␊", 3),
    ],
)
def test_widths(text: str, columns: int) -> None:
    assert width(text) == columns


@settings(max_examples=80, deadline=None)
@given(texts)
def test_nothing_shown_acts_and_showing_it_again_changes_nothing(text: str) -> None:
    shown = visible(text)
    assert acting(shown) == set()
    assert visible(shown) == shown
    assert encodable(text).encode().decode() == encodable(text)
    if not acting(text):
        assert shown == encodable(text) == text
