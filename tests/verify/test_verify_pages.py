"""verify/pages: each code has a manual page, which says what, why and an example of each."""

from __future__ import annotations

import re

import pytest

from mtc.model.diagnostic import Label
from mtc.model.rule import Page
from mtc.model.source import Span
from mtc.verify.faults import Fault
from mtc.verify.pages import PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code)
def test_a_page_is_whole(page: Page) -> None:
    text = re.sub(r"\n +", "\n", page.manual)
    assert re.match(r"[A-Z].*\.\n\n(?s:.{100,})\n\nFails: .*\nPasses: ", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code)
def test_a_page_s_maker_says_the_fault(page: Page) -> None:
    fault = Fault(page.code, (), "this is so", severity=page.severity)
    said = page.make(fault, Label(Span("b.yaml", 1, 1, 1, 2)), "do that")
    assert (said.code, said.severity, said.message, said.help) == (
        page.code,
        page.severity,
        "this is so",
        "do that",
    )
