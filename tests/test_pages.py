"""The manual pages of every room that has no rules of its own: complete, and their examples true.

What a blueprint's rules say of themselves is tested in tests/check. An example that is text stands in `spec` of
tests/cases/blueprint.yaml; one of planning is merged into a blueprint as a rule's is; one that is a sentence
needs more than a blueprint, and tests/test_cases.py runs its cases.
"""

from __future__ import annotations

import re
import sys
from inspect import cleandoc
from pathlib import Path
from textwrap import dedent, indent

import pytest
import yaml

from mtc.check import ALL_RULES
from mtc.model.rule import Explained, Note
from mtc.pipeline import all_rules, compile_blueprint

TESTS = Path(__file__).parent
sys.path.append(str(TESTS / "check"))
from minimal_blueprint import blueprint_text  # noqa: E402 - tests/check is a folder, no package

RULES = {rule.code for rule in ALL_RULES}
PAGES = [page for page in all_rules() if page.code not in RULES]
SPEC = (TESTS / "cases" / "blueprint.yaml").read_text(encoding="utf-8")


def example(page: Explained, section: str) -> str | None:
    """The text below `Fails:` or `Passes:`, as it is to stand in `spec`; None where it is a sentence."""
    found = re.search(rf"^{section}:\n((?:    .*\n|\n)+)", cleandoc(page.manual) + "\n", re.M)
    return dedent(found[1]).strip("\n") + "\n" if found else None


def said(page: Explained, section: str, folder: Path) -> set[str]:
    text = example(page, section)
    assert text is not None
    path = folder / "blueprint.yaml"
    whole = SPEC + indent(text, "  ") if isinstance(page, Note) else blueprint_text(yaml.safe_load(text))
    if isinstance(page, Note) and text.startswith("cluster:"):  # it is there already, in one line
        whole = re.sub(r"^  cluster: \{(.*)\}$", rf"  cluster: {{\1, {text.strip()[len('cluster: {') :]}", SPEC, flags=re.M)
    path.write_text(whole, encoding="utf-8")
    return {diagnostic.code for diagnostic in compile_blueprint(path).diagnostics}


RUN = [page for page in PAGES if example(page, "Fails") is not None]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code)
def test_a_page_is_complete(page: Explained) -> None:
    text = cleandoc(page.manual)
    summary, _, rest = text.partition("\n\n")
    assert "\n" not in summary
    assert summary.endswith(".")
    assert len(rest.split("Fails:")[0]) > 40, "says why"
    assert re.search(r"^Fails:", rest, re.M) and re.search(r"^Passes:", rest, re.M)
    assert (example(page, "Fails") is None) == (example(page, "Passes") is None)


def test_most_examples_run() -> None:
    assert len(RUN) >= 25


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.code)
def test_the_examples_are_true(page: Explained, tmp_path: Path) -> None:
    assert said(page, "Fails", tmp_path) == {page.code}
    assert said(page, "Passes", tmp_path) == set()


def test_a_code_has_one_page() -> None:
    codes = [page.code for page in all_rules()]
    assert len(codes) == len(set(codes))
