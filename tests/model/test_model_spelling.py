"""model/spelling: quotes that fit a sentence, and what was probably meant."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mtc.model.spelling import LIKELY, LONGEST, clipped, nearest, quoted

KNOWN = ["startingPort", "maxServices", "externalIP"]


def test_a_slip_of_the_pen_is_understood() -> None:
    assert nearest("startingport", KNOWN) == "startingPort"
    assert nearest("maxServces", KNOWN) == "maxServices"
    assert nearest("external_ip", KNOWN) == "externalIP"
    assert nearest("colour", KNOWN) is None
    assert nearest("x", []) is None


def test_how_near_is_near_enough_can_be_said() -> None:
    assert nearest("admin", ["domain"]) == "domain"
    assert nearest("admin", ["domain"], at_least=LIKELY) is None


def test_of_very_many_names_the_first_are_compared_unless_somebody_asks_once() -> None:
    known = [f"acme-{number:05d}" for number in range(20_000)]
    assert nearest("acme-00007x", known) == "acme-00007"
    assert nearest("acme-19999x", known, at_least=0.95) is None
    assert nearest("acme-19999x", known, at_least=0.95, most=None) == "acme-19999"


@given(st.text())
def test_a_quote_is_short_and_one_line(text: str) -> None:
    quote = clipped(text)
    assert "\n" not in quote
    assert len(quote) <= LONGEST + 1
    assert quote == text or (quote.endswith("…") and text.startswith(quote[:-1]))
    assert quoted(text) == f"`{quote}`"


@given(st.text(max_size=20), st.lists(st.text(max_size=8), max_size=5))
def test_only_known_names_are_proposed(written: str, known: list[str]) -> None:
    guess = nearest(written, known)
    assert guess is None or guess in known
