"""Every rule of risk has a manual page, and the change that it shows has the risk."""

from __future__ import annotations

import json
import re
import sys
from inspect import cleandoc
from pathlib import Path
from typing import Any

import pytest
import yaml

from mtc.diff import PAGES, RULES, compare
from mtc.diff.objects import Tree
from mtc.model.review import RISK_CLASSES
from mtc.pipeline import all_pages, compile_blueprint

sys.path.append(str(Path(__file__).resolve().parents[1] / "check"))
from minimal_blueprint import blueprint_text

# What no blueprint can show: its example is a sentence, and its cases are in corpus.yaml.
BY_HAND = {
    "data-loss/namespace-removed",
    "data-loss/volume-removed",
    "data-loss/immutable-field",
    "isolation/rewritten",
    "privilege/host-access",
}


def example(manual: str, section: str) -> dict[str, Any] | None:
    """The fragment of `spec` under `Before:` or `After:`; None where it is a sentence."""
    found = re.search(rf"^{section}:\n((?:    .*\n|\n)+)", cleandoc(manual) + "\n", re.M)
    return yaml.safe_load(found[1]) if found else None


def tree(fragment: dict[str, Any], folder: Path) -> Tree:
    whole = json.loads(blueprint_text(fragment))
    whole["metadata"] |= fragment.get("metadata", {})
    folder.mkdir()
    (folder / "blueprint.yaml").write_text(json.dumps(whole), encoding="utf-8")
    compiled = compile_blueprint(folder / "blueprint.yaml")
    assert compiled.tree is not None, [found.message for found in compiled.diagnostics]
    return Tree(folder.name, compiled.tree.files)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_example_has_the_risk(rule: Any, tmp_path: Path) -> None:
    before, after = example(rule.manual, "Before"), example(rule.manual, "After")
    if rule.code in BY_HAND:
        assert (before, after) == (None, None)
        assert re.search(r"^Before: ", cleandoc(rule.manual), re.M)
        return
    assert before is not None
    assert after is not None
    base, head = tree(before, tmp_path / "base"), tree(after, tmp_path / "head")
    there = compare(base, head).value
    assert there is not None
    assert rule.code in {risk.code for risk in there.risks}
    same = compare(base, base).value
    assert same is not None
    assert same.risks == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_page_says_what_and_why(rule: Any) -> None:
    summary, _, rest = cleandoc(rule.manual).partition("\n\n")
    assert "\n" not in summary
    assert summary.endswith(".")
    assert len(rest.split("Before:")[0]) > 40, "says why"
    assert rule.severity in RISK_CLASSES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code)
def test_a_fault_s_page_says_what_and_why(page: Any) -> None:
    summary, _, rest = cleandoc(page.manual).partition("\n\n")
    assert "\n" not in summary
    assert summary.endswith(".")
    assert len(rest) > 40, "says why"


def test_explain_knows_them_all() -> None:
    codes = [page.code for page in all_pages()]
    assert len(codes) == len(set(codes))
    assert {rule.code for rule in (*RULES, *PAGES)} <= set(codes)
