"""Every code has a folder of cases, tests/cases/<code>/, and every folder a code.

`bad.yaml` gives that code and no other, and the text that is printed is `bad.out`; `near.yaml` is as near to
it as can be, and gives nothing. `MTC_GOLDEN=1` writes the `.out` files anew; read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from mtc.check import ALL_RULES, SECRET_CODES, apply_allow, check_blueprint
from mtc.load import load_text
from mtc.model.diagnostic import Diagnostic
from mtc.model.rule import Rule

CASES = Path(__file__).parent / "cases"
# Rules of every room whose codes have cases.
RULES: tuple[Rule[Any], ...] = ALL_RULES
CODES = sorted(rule.code for rule in RULES)


def said(text: str) -> tuple[Diagnostic, ...]:
    """What `mtc validate` says of a blueprint's text."""
    outcome = load_text(text, "blueprint.yaml", files={})
    assert outcome.value is not None, outcome.diagnostics
    b = outcome.value
    return apply_allow(b, (*outcome.diagnostics, *check_blueprint(b)), RULES)


def printed(text: str, diagnostics: Iterable[Diagnostic]) -> str:
    """The diagnostics as a terminal without colours shows them."""
    from mtc.report import render_report

    lines = text.replace("\r\n", "\n").split("\n")
    return render_report(diagnostics, "text", sources={"blueprint.yaml": lines}, hide=SECRET_CODES)


def test_no_code_without_cases_and_no_case_without_a_code() -> None:
    folders = sorted(str(path.relative_to(CASES)) for path in CASES.glob("*/*") if path.is_dir())
    assert folders == CODES
    for folder in folders:
        assert {path.name for path in (CASES / folder).iterdir()} == {"bad.out", "bad.yaml", "near.yaml"}


@pytest.mark.parametrize("code", CODES)
def test_bad(code: str) -> None:
    diagnostics = said((CASES / code / "bad.yaml").read_text(encoding="utf-8"))
    assert {diagnostic.code for diagnostic in diagnostics} == {code}


@pytest.mark.parametrize("code", CODES)
def test_bad_is_printed(code: str) -> None:
    text, golden = (CASES / code / "bad.yaml").read_text(encoding="utf-8"), CASES / code / "bad.out"
    output = printed(text, said(text))
    if os.environ.get("MTC_GOLDEN") == "1":
        golden.write_text(output, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == output


@pytest.mark.parametrize("code", CODES)
def test_near(code: str) -> None:
    assert said((CASES / code / "near.yaml").read_text(encoding="utf-8")) == ()
