"""Which paths are a tree."""

from __future__ import annotations

import pytest

from mtc.write.paths import collisions, folders_of, is_safe, require_tree


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../b",
        "a//b",
        "a/",
        "./a",
        "a\0b",
        ".mtc/inventory.json",
        ".MTC/x",
        ".mtc",
    ],
)
def test_a_path_that_leaves_the_tree_is_a_bug(path: str) -> None:
    assert not is_safe(path)
    with pytest.raises(ValueError, match="not a path inside the tree"):
        require_tree([path])


@pytest.mark.parametrize("path", ["a", "a/b", "..a", "a..", ".hidden", "a/.mtc/b", "tenants/ü/x y.yaml"])
def test_a_path_inside_is_taken(path: str) -> None:
    assert is_safe(path)
    require_tree([path])


def test_a_file_cannot_be_a_folder_too() -> None:
    with pytest.raises(ValueError, match="both a file and a folder: 'a/b'"):
        require_tree(["a/b/c/d", "a/b"])


def test_folders_of_is_every_folder_above() -> None:
    assert folders_of(["a/b/c", "a/d", "e"]) == {"a", "a/b"}


def test_collisions_are_found_in_files_and_folders() -> None:
    assert list(collisions(["a/x", "a/X", "b"])) == [("a/x", "a/X")]
    assert list(collisions(["t/Acme/x", "t/acme/y"])) == [("t/acme", "t/Acme")]
    assert list(collisions(["a/x", "b/x"])) == []
