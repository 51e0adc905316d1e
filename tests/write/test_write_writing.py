"""write/writing: a look changes nothing, and what it saw is what is written by."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtc.model.failure import DiskError
from mtc.write import Writing, check_tree, write_tree
from write.folders import put, snapshot

TREE = {"README.md": b"r", "tenants/acme/agent.yaml": b"a", "tenants/acme/quota.yaml": b"q"}
TWINS = {**TREE, "tenants/acme/Agent.yaml": b"another"}


def test_a_look_makes_no_folder_and_changes_nothing(tmp_path: Path) -> None:
    for folder in (tmp_path / "none", tmp_path / "there"):
        with Writing(folder) as writing:
            writing.look(TREE)
        assert not (tmp_path / "none").exists()
        (tmp_path / "there").mkdir(exist_ok=True)
    assert write_tree(TREE, tmp_path / "there").value is not None
    before = snapshot(tmp_path / "there", state=True)
    with Writing(tmp_path / "there") as writing:
        writing.look({"README.md": b"other"})
    assert snapshot(tmp_path / "there", state=True) == before


@pytest.mark.parametrize("there", [True, False])
def test_what_was_looked_at_is_written(there: bool, tmp_path: Path) -> None:
    if there:
        write_tree({**TREE, "README.md": b"old", "platform/goes.yaml": b"g"}, tmp_path / "out")
    with Writing(tmp_path / "out") as writing:
        writing.look(TREE)
        report = writing.write().value
    assert report is not None
    assert report.removed == (("platform/goes.yaml",) if there else ())
    assert report.written == (("README.md",) if there else tuple(sorted(TREE)))
    assert check_tree(TREE, tmp_path / "out").clean


def test_the_folder_is_held_from_the_look_to_the_end(tmp_path: Path) -> None:
    write_tree(TREE, tmp_path)
    with Writing(tmp_path) as writing:
        writing.look(TREE)
        assert [found.code for found in write_tree(TREE, tmp_path).diagnostics] == ["write/locked"]
    assert write_tree(TREE, tmp_path).value is not None


def test_who_had_the_folder_during_the_look_may_be_done_by_the_write(tmp_path: Path) -> None:
    """The view is made anew then: the other one changed what lies there."""
    write_tree(TREE, tmp_path)
    with Writing(tmp_path) as writing:
        with Writing(tmp_path) as other:
            other.look({**TREE, "README.md": b"the other's"})
            writing.look(TREE)
            assert other.write().value is not None
        report = writing.write().value
    assert report is not None
    assert report.written == ("README.md",)
    assert check_tree(TREE, tmp_path).clean


def test_what_the_system_refuses_is_said_by_the_write(tmp_path: Path) -> None:
    put(tmp_path, "out", b"a file")
    with pytest.raises(DiskError, match="is a file, not a folder"), Writing(tmp_path / "out") as writing:
        writing.look(TREE)
        writing.write()


def test_names_that_collide_are_refused_and_no_folder_is_made(tmp_path: Path) -> None:
    outcome = write_tree(TWINS, tmp_path / "out")
    assert [found.code for found in outcome.diagnostics] == ["write/case-collision"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("planted", ["README.md", "tenants/acme/agent.yaml", ".mtc/inventory.json", "NOTES.txt"])
def test_a_folder_that_appears_after_the_look_is_looked_at(planted: str, tmp_path: Path) -> None:
    with Writing(tmp_path / "out") as writing:
        writing.look(TREE)
        put(tmp_path / "out", planted, b"mine")
        outcome = writing.write()
    said = {".mtc/inventory.json": ["write/inventory"], "NOTES.txt": []}.get(planted, ["write/foreign-in-the-way"])
    assert [found.code for found in outcome.diagnostics] == said
    assert (tmp_path / "out" / planted).read_bytes() == b"mine"
