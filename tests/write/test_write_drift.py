"""Checking: every kind of difference named, and nothing written."""

from __future__ import annotations

from pathlib import Path

from mtc.write import CheckReport, check_tree, write_tree
from write.folders import put, snapshot

TREE = {
    "README.md": b"r",
    "platform/a.yaml": b"a",
    "tenants/acme/agent.yaml": b"x",
    "tenants/acme/b.yaml": b"b",
}


def test_a_folder_that_is_not_there_misses_everything(tmp_path: Path) -> None:
    found = check_tree(TREE, tmp_path / "out")
    assert found == CheckReport(missing=(".mtc/inventory.json", *TREE))
    assert not found.clean
    assert not (tmp_path / "out").exists()


def test_a_fresh_tree_is_clean_beside_foreign_files_elsewhere(tmp_path: Path) -> None:
    write_tree(TREE, tmp_path)
    put(tmp_path, "docs/mine", b"")
    put(tmp_path, "mine", b"")
    (tmp_path / "tenants/empty").mkdir()
    assert check_tree(TREE, tmp_path).clean


def test_every_difference_has_its_name(tmp_path: Path) -> None:
    write_tree(TREE, tmp_path)
    (tmp_path / "README.md").unlink()
    put(tmp_path, "tenants/acme/agent.yaml", b"by hand")
    put(tmp_path, "tenants/acme/mine.yaml", b"mine")
    put(tmp_path, "flux/new.yaml", b"in the way")
    (tmp_path / "platform/link").symlink_to("a.yaml")
    before = snapshot(tmp_path, state=True)
    new = {
        "README.md": b"r",
        "platform/a.yaml": b"other",
        "tenants/acme/agent.yaml": b"x",
        "flux/new.yaml": b"n",
    }
    assert check_tree(new, tmp_path) == CheckReport(
        missing=("README.md",),
        stale=(".mtc/inventory.json", "platform/a.yaml", "tenants/acme/b.yaml"),
        edited=("tenants/acme/agent.yaml",),
        foreign=("flux/new.yaml", "platform/link", "tenants/acme/mine.yaml"),
    )
    assert snapshot(tmp_path, state=True) == before


def test_a_write_at_work_shows_as_interrupted(tmp_path: Path) -> None:
    seen: list[bool] = []
    write_tree(
        TREE, tmp_path, progress=lambda done, total: seen.append(check_tree(TREE, tmp_path).interrupted)
    )
    assert seen == [True] * 3  # the file at the top, and two new folders, each put there whole
    assert not check_tree(TREE, tmp_path).interrupted


def test_half_a_temporary_file_shows_as_interrupted(tmp_path: Path) -> None:
    write_tree(TREE, tmp_path)
    put(tmp_path, ".mtc/new", b"hal")
    assert check_tree(TREE, tmp_path) == CheckReport(interrupted=True)
    write_tree(TREE, tmp_path)
    assert check_tree(TREE, tmp_path).clean
