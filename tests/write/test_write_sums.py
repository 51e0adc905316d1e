"""write/sums: what is said of a tree before its folder is looked at is what writing it would say."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtc.write import check_tree, sums_of, write_tree
from write.folders import snapshot

TREE = {"README.md": b"r", "tenants/acme/agent.yaml": b"a", "tenants/acme/quota.yaml": b"q"}
TWINS = {**TREE, "tenants/acme/Agent.yaml": b"another"}


def test_with_sums_and_without_the_same_is_written(tmp_path: Path) -> None:
    reports = [
        write_tree(TREE, tmp_path / "without").value,
        write_tree(TREE, tmp_path / "with", sums=sums_of(TREE)).value,
    ]
    assert reports[0] == reports[1] is not None
    assert snapshot(tmp_path / "without", state=True) == snapshot(tmp_path / "with", state=True)
    assert check_tree(TREE, tmp_path / "with", sums=sums_of(TREE)).clean


def test_names_that_collide_are_refused_with_them_too(tmp_path: Path) -> None:
    outcomes = [write_tree(TWINS, tmp_path / "out", sums=sums) for sums in (None, sums_of(TWINS))]
    assert outcomes[0] == outcomes[1]
    assert [found.code for found in outcomes[1].diagnostics] == ["write/case-collision"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("path", ["../x", "/x", ".mtc/inventory.json", "a//b", ".git/config"])
def test_a_path_that_leaves_the_tree_is_nobodys(path: str) -> None:
    with pytest.raises(ValueError, match="not a path inside the tree"):
        sums_of({path: b""})
