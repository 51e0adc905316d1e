"""Each role, binding and release of each example, made worse in every way of `rights_mutants`: all are refused."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rights_mutants import mutants

from mtc.model.document import Document, Tree
from mtc.model.plan import Plan
from mtc.pipeline import compile_blueprint
from mtc.verify.access import access_diagnostics

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("guide", "current", "many", "minimal")
ROW = re.compile(r"^\| `blueprints/(\w+)\.yaml` \| (\d+) \| (\d+) \| (\d+) \|$", re.M)
COLUMNS = ("objects", "mutants", "refused")


def example(name: str) -> tuple[Tree, Plan]:
    compiled = compile_blueprint(ROOT / "blueprints" / f"{name}.yaml")
    assert compiled.tree is not None
    assert compiled.plan is not None
    return compiled.tree, compiled.plan


def with_(tree: Tree, number: int, body: dict[str, Any]) -> Tree:
    old = tree.documents[number]
    new = Document(old.path, body, old.origin, old.tenant, old.secret_bearing)
    return Tree(lambda: tree.files, lambda: (*tree.documents[:number], new, *tree.documents[number + 1 :]))


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_mutant_is_refused(name: str) -> None:
    tree, plan = example(name)
    assert list(access_diagnostics(tree, plan)) == []
    counts: Counter[str] = Counter()
    for number, document in enumerate(tree.documents):
        last = plan.tenants[-1]
        others = last if document.tenant != last.name else plan.tenants[0]
        account = others.service_account if others.name != document.tenant else "tenant-nobody"
        made = list(mutants(dict(document.body), account)) if document.tenant or document.kind[1] == "ClusterRole" else []
        counts["objects"] += bool(made)
        for what, mutant in made:
            counts["mutants"] += 1
            found = [each for each in access_diagnostics(with_(tree, number, mutant), plan) if each.severity == "error"]
            counts["refused"] += bool(found)
            if not found:
                print(f"survives in {name}: {what}: {mutant}")
    print(f"{name}: " + ", ".join(f"{counts[column]} {column}" for column in COLUMNS))
    assert counts["mutants"] == counts["refused"] > 0
    written = {row[0]: tuple(map(int, row[1:])) for row in ROW.findall(page())}
    assert written[name] == tuple(counts[column] for column in COLUMNS)


def page() -> str:
    return (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_the_page_counts_every_example() -> None:
    assert sorted(row[0] for row in ROW.findall(page())) == sorted(EXAMPLES)
