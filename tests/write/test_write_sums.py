"""write/sums: what is said of a tree before its folder is looked at is what writing it would say."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtc.write import check_tree, sums_of, write_tree

TREE = {"README.md": b"r", "tenants/acme/agent.yaml": b"a", "tenants/acme/quota.yaml": b"q"}
TWINS = {**TREE, "tenants/acme/Agent.yaml": b"another"}


def test_a_check_with_sums_and_without_says_the_same(tmp_path: Path) -> None:
    assert write_tree(TREE, tmp_path / "out").value is not None
    changed = {**TREE, "tenants/acme/agent.yaml": b"other"}
    for files in (TREE, changed):
        assert check_tree(files, tmp_path / "out", sums=sums_of(files)) == check_tree(files, tmp_path / "out")


def test_names_that_collide_are_said() -> None:
    assert [found.code for found in sums_of(TWINS).collisions] == ["write/case-collision"]
    assert sums_of(TREE).collisions == ()


@pytest.mark.parametrize("path", ["../x", "/x", ".mtc/inventory.json", "a//b", ".git/config"])
def test_a_path_that_leaves_the_tree_is_nobodys(path: str) -> None:
    with pytest.raises(ValueError, match="not a path inside the tree"):
        sums_of({path: b""})
