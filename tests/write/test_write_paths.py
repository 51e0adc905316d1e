"""Which paths are a tree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.write.paths import (
    collisions,
    first_unsafe,
    folded,
    folders_of,
    inside,
    is_safe,
    require_tree,
    tops_of,
    twins,
)


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
        ".git",
        "a/.GIT/hooks/post-checkout",
        "tenants/\uff0e\uff0e/../x",
        "a/" * 512 + "x",
    ],
)
def test_a_path_that_leaves_the_tree_is_a_bug(path: str) -> None:
    assert not is_safe(path)
    with pytest.raises(ValueError, match="not a path inside the tree"):
        require_tree([path], folders_of([path]))


@pytest.mark.parametrize("path", ["a", "a/b", "..a", "a..", ".hidden", "a/.mtc/b", "tenants/ü/x y.yaml"])
def test_a_path_inside_is_taken(path: str) -> None:
    assert is_safe(path)
    require_tree([path], folders_of([path]))


def test_a_file_cannot_be_a_folder_too() -> None:
    with pytest.raises(ValueError, match="both a file and a folder: 'a/b'"):
        require_tree(["a/b/c/d", "a/b"], {"a", "a/b", "a/b/c"})


def test_folders_of_is_every_folder_above() -> None:
    assert folders_of(["a/b/c", "a/d", "e"]) == {"a", "a/b"}


@settings(deadline=None)
@given(st.lists(st.text(alphabet="ab-./0", min_size=1, max_size=6)))
def test_tops_are_first_parts(paths: list[str]) -> None:
    assert tops_of(paths) == {path.split("/")[0] for path in paths}


def test_inside_a_folder() -> None:
    paths = ["a/b", "a/b/c", "ab/c", "b"]
    assert inside(paths, "a") == ["a/b", "a/b/c"]
    assert inside(paths, "a/b") == ["a/b/c"]
    assert inside(paths, "") == paths


NAMES = st.lists(st.text(alphabet="aAb1\u00e9\u00c9", min_size=1, max_size=2), min_size=1, max_size=2)


def colliding(paths: list[str]) -> list[tuple[str, str]]:
    return list(collisions(paths, folders_of(paths)))


def test_collisions_are_found_in_files_and_folders() -> None:
    assert colliding(["a/x", "a/X", "b"]) == [("a/x", "a/X")]
    assert colliding(["t/Acme/x", "t/acme/y"]) == [("t/acme", "t/Acme")]
    assert colliding(["a/x", "b/x"]) == []


@settings(deadline=None)
@given(st.lists(NAMES.map("/".join), max_size=6, unique=True))
def test_every_pair_that_collides_is_found(paths: list[str]) -> None:
    names = sorted(folders_of(paths) | set(paths))
    pairs = [(one, other) for one in names for other in names if one < other and folded(one) == folded(other)]
    assert {folded(path) for path, _ in colliding(paths)} == {folded(one) for one, _ in pairs}


@settings(deadline=None)
@given(st.lists(st.text(alphabet="a./\n\0\u00e9G", max_size=6), max_size=4))
def test_a_list_is_judged_as_each_of_its_paths(paths: list[str]) -> None:
    assert first_unsafe(paths) == next((path for path in paths if not is_safe(path)), None)


def test_unicode_forms_collide_too() -> None:
    assert colliding(["t/caf\u00e9", "t/cafe\u0301"]) == [("t/caf\u00e9", "t/cafe\u0301")]
    assert folded("\u1e9e") == folded("ss")
    assert folded("\u212b") == folded("\u00e5") == folded("A\u030a")


def test_twins_are_strangers_that_another_disk_takes_for_ours() -> None:
    assert twins(["README.MD", "x"], ["README.md", "tenants"]) == {"README.MD": "README.md"}
    assert twins([], ["a"]) == {}
