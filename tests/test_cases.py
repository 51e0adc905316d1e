"""Every code has a folder of cases, tests/cases/<code>/, and every folder a code.

`bad.yaml` gives that code and no other, and the text that is printed is `bad.out`; `near.yaml` is as near to
it as can be, and gives nothing. What they name as extra manifests lies beside them, `bad.extra.yaml` and
`near.extra.yaml`. `MTC_GOLDEN=1` writes the `.out` files anew; read the difference.
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
from mtc.model.rule import Page, Rule
from mtc.plan import make_plan
from mtc.verify import PAGES as VERIFY
from mtc.verify import verify_extras

CASES = Path(__file__).parent / "cases"
# Rules of every room whose codes have cases. Those of the rendered objects: where a blueprint can give them.
OF_EXTRAS = [page for page in VERIFY if page.code in ("tree/shape", "tree/unchecked-kind")]
RULES: tuple[Rule[Any] | Page, ...] = (*ALL_RULES, *OF_EXTRAS)
CODES = sorted(rule.code for rule in RULES)


def case(code: str, name: str) -> tuple[str, dict[str, bytes]]:
    """A case's text, and the extra manifests beside it."""
    folder = CASES / code
    extras = {path.name: path.read_bytes() for path in folder.glob(f"{name}.extra.yaml")}
    return (folder / f"{name}.yaml").read_text(encoding="utf-8"), extras


def said(text: str, extras: dict[str, bytes]) -> tuple[Diagnostic, ...]:
    """What `mtc validate` says of a blueprint's text."""
    outcome = load_text(text, "blueprint.yaml", files=extras)
    assert outcome.value is not None, outcome.diagnostics
    b = outcome.value
    found = [*outcome.diagnostics, *check_blueprint(b)]
    if extras:
        plan = make_plan(b)
        assert plan.value is not None, plan.diagnostics
        found += verify_extras(plan.value)
    return apply_allow(b, found, RULES)


def printed(text: str, extras: dict[str, bytes], diagnostics: Iterable[Diagnostic]) -> str:
    """The diagnostics as a terminal without colours shows them."""
    from mtc.report import render_report

    texts = {"blueprint.yaml": text, **{path: content.decode() for path, content in extras.items()}}
    sources = {path: written.replace("\r\n", "\n").split("\n") for path, written in texts.items()}
    return render_report(diagnostics, "text", sources=sources, hide=SECRET_CODES)


def test_no_code_without_cases_and_no_case_without_a_code() -> None:
    folders = sorted(str(path.relative_to(CASES)) for path in CASES.glob("*/*") if path.is_dir())
    assert folders == CODES
    for folder in folders:
        files = {path.name for path in (CASES / folder).iterdir()}
        assert files - {"bad.extra.yaml", "near.extra.yaml"} == {"bad.out", "bad.yaml", "near.yaml"}


@pytest.mark.parametrize("code", CODES)
def test_bad(code: str) -> None:
    diagnostics = said(*case(code, "bad"))
    assert {diagnostic.code for diagnostic in diagnostics} == {code}


@pytest.mark.parametrize("code", CODES)
def test_bad_is_printed(code: str) -> None:
    (text, extras), golden = case(code, "bad"), CASES / code / "bad.out"
    output = printed(text, extras, said(text, extras))
    if os.environ.get("MTC_GOLDEN") == "1":
        golden.write_text(output, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == output


@pytest.mark.parametrize("code", CODES)
def test_near(code: str) -> None:
    assert said(*case(code, "near")) == ()
