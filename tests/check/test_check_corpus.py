"""Broken copies of the examples: every fault is found, at its line, and nothing else is said."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from broken import Broken
from broken_examples import BROKEN

from mtc.check import apply_allow, check_blueprint
from mtc.load import load_text

ROOT = Path(__file__).parents[2]


def example_path(name: str) -> Path:
    """An example blueprint, in the checkout or beside it."""
    for folder in (ROOT / "blueprints", ROOT.parent / "shared" / "blueprints"):
        if (folder / f"{name}.yaml").is_file():
            return folder / f"{name}.yaml"
    reason = f"blueprints/{name}.yaml is not here"
    print(reason)
    pytest.skip(reason)


def example(name: str) -> str:
    """Its text."""
    return example_path(name).read_text(encoding="utf-8")


def said(text: str) -> Counter[tuple[str, int]]:
    """(code, line) of everything that is said, how often."""
    outcome = load_text(text, "guide.yaml", files={})
    assert outcome.value is not None, outcome.diagnostics
    found = apply_allow(outcome.value, (*outcome.diagnostics, *check_blueprint(outcome.value)))
    return Counter((diagnostic.code, diagnostic.primary.span.line) for diagnostic in found)


def broken_text(copy: Broken) -> str:
    text = example(copy.base)
    for old, new in copy.edits:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def line_of(text: str, piece: str) -> int:
    """The line on which the piece ends; the last one where several have it."""
    assert piece in text, piece
    return text[: text.rindex(piece) + len(piece.rstrip("\n"))].count("\n") + 1


def own(copy: Broken, text: str) -> Counter[tuple[str, int]]:
    """What the example gives by itself, at the lines where it stands in the copy."""
    base, lines = example(copy.base), text.split("\n")
    gone = {(code, line_of(base, piece)) for code, piece in copy.gone}
    found: Counter[tuple[str, int]] = Counter()
    for (code, line), count in said(base).items():
        if (code, line) not in gone:
            found[code, lines.index(base.split("\n")[line - 1]) + 1] += count
    return found


def test_there_are_forty_copies_with_several_faults() -> None:
    assert len(BROKEN) >= 40
    assert len({copy.name for copy in BROKEN}) == len(BROKEN)
    assert sum(len(copy.faults) for copy in BROKEN) >= 3 * len(BROKEN) - 10
    assert all(len(copy.faults) > 1 for copy in BROKEN)


@pytest.mark.parametrize("copy", BROKEN, ids=lambda copy: copy.name)
def test_every_fault_is_found_and_none_invented(copy: Broken) -> None:
    text = broken_text(copy)
    expected = own(copy, text) + Counter((code, line_of(text, piece)) for code, piece in copy.faults)
    assert said(text) == expected


def table() -> str:
    """The copies and what is found in each, as docs/validate.md shows them."""
    lines = ["| Copy | Of | What is found |", "| --- | --- | --- |"]
    for copy in BROKEN:
        found = Counter(code for code, _ in copy.faults)
        codes = ", ".join(f"`{code}`" + (f" ({count})" if count > 1 else "") for code, count in sorted(found.items()))
        lines.append(f"| {copy.name} | {copy.base} | {codes} |")
    return "\n".join(lines) + "\n"


def test_the_page_has_the_table() -> None:
    page = (ROOT / "docs" / "validate.md").read_text(encoding="utf-8")
    assert table() in page, "make it anew: python -c 'from test_check_corpus import table; print(table())'"
