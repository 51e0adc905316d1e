"""Writing: what changed, and nothing that is not ours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mtc.model.diagnostic import Outcome
from mtc.write import WriteReport, check_tree, write_tree
from write.folders import put, snapshot

TREE = {
    "README.md": b"runbook",
    "platform/server.yaml": b"replicas: 1",
    "tenants/acme/agent.yaml": b"a",
    "tenants/globex/agent.yaml": b"g",
}


def report(outcome: Outcome[WriteReport]) -> WriteReport:
    assert outcome.value is not None, outcome.diagnostics
    assert outcome.diagnostics == ()
    return outcome.value


def codes(outcome: Outcome[WriteReport]) -> list[tuple[str, str]]:
    assert outcome.value is None
    return [(d.code, d.primary.span.file) for d in outcome.diagnostics]


def test_first_then_nothing_then_only_the_difference(tmp_path: Path) -> None:
    out = tmp_path / "not/yet/there"
    assert report(write_tree(TREE, out)) == WriteReport(written=tuple(TREE))
    assert snapshot(out) == TREE
    stamps = {path: (out / path).stat().st_ino for path in [*TREE, ".mtc/inventory.json"]}
    assert report(write_tree(TREE, out)) == WriteReport(unchanged=tuple(TREE))
    assert stamps == {path: (out / path).stat().st_ino for path in stamps}
    new = TREE | {"README.md": b"other", "tenants/new/agent.yaml": b"n"}
    del new["tenants/acme/agent.yaml"]
    assert report(write_tree(new, out)) == WriteReport(
        written=("README.md", "tenants/new/agent.yaml"),
        unchanged=("platform/server.yaml", "tenants/globex/agent.yaml"),
        removed=("tenants/acme/agent.yaml",),
    )
    assert snapshot(out) == new
    assert not (out / "tenants/acme").exists()


def test_a_deleted_file_is_written_again(tmp_path: Path) -> None:
    report(write_tree(TREE, tmp_path))
    (tmp_path / "README.md").unlink()
    assert report(write_tree(TREE, tmp_path)).written == ("README.md",)


def test_two_folders_get_the_same_bytes_and_ordinary_modes(tmp_path: Path) -> None:
    report(write_tree(TREE, tmp_path / "a"))
    report(write_tree(dict(reversed(TREE.items())), tmp_path / "b"))
    assert snapshot(tmp_path / "a", state=True) == snapshot(tmp_path / "b", state=True)
    put(tmp_path, "plain", b"")
    assert (tmp_path / "a/README.md").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_a_kill_leaves_is_kept_out_of_git(tmp_path: Path) -> None:
    report(write_tree(TREE, tmp_path))
    assert (tmp_path / ".mtc/.gitignore").read_text().split() == ["/journal.json", "/new*"]


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 3_000_000])
def test_a_file_of_any_size_is_whole(size: int, tmp_path: Path) -> None:
    data = os.urandom(1) * size
    report(write_tree({"big": data}, tmp_path))
    assert (tmp_path / "big").read_bytes() == data
    assert report(write_tree({"big": data}, tmp_path)).unchanged == ("big",)
    assert report(write_tree({"big": data + b"x"}, tmp_path)).written == ("big",)


def test_a_hard_link_to_our_file_keeps_its_old_bytes(tmp_path: Path) -> None:
    report(write_tree(TREE, tmp_path / "out"))
    os.link(tmp_path / "out/README.md", tmp_path / "linked")
    report(write_tree(TREE | {"README.md": b"other"}, tmp_path / "out"))
    assert (tmp_path / "linked").read_bytes() == b"runbook"


def test_an_edit_by_hand_is_refused_then_forced(tmp_path: Path) -> None:
    report(write_tree(TREE, tmp_path))
    put(tmp_path, "README.md", b"by hand")
    put(tmp_path, "tenants/acme/agent.yaml", b"by hand")
    before = snapshot(tmp_path, state=True)
    new = {path: data for path, data in TREE.items() if "acme" not in path} | {
        "platform/server.yaml": b"other"
    }
    outcome = write_tree(new, tmp_path)
    assert codes(outcome) == [("write/edited", "README.md"), ("write/edited", "tenants/acme/agent.yaml")]
    assert "--force" in outcome.diagnostics[0].help
    assert "by hand" in outcome.diagnostics[0].message
    assert snapshot(tmp_path, state=True) == before
    forced = report(write_tree(new, tmp_path, force=True))
    assert forced.written == ("README.md", "platform/server.yaml")
    assert forced.removed == ("tenants/acme/agent.yaml",)
    assert snapshot(tmp_path) == new


def test_an_edit_that_is_what_is_rendered_now_is_no_edit(tmp_path: Path) -> None:
    report(write_tree(TREE, tmp_path))
    put(tmp_path, "README.md", b"soon")
    assert "README.md" in report(write_tree(TREE | {"README.md": b"soon"}, tmp_path)).unchanged
    assert check_tree(TREE | {"README.md": b"soon"}, tmp_path).clean


def test_foreign_files_stay_and_are_never_overwritten(tmp_path: Path) -> None:
    put(tmp_path, "tenants/acme/notes", b"mine")
    put(tmp_path, "other/notes", b"mine")
    report(write_tree(TREE, tmp_path))
    report(write_tree({"README.md": b"runbook"}, tmp_path, allow_empty=True))
    assert snapshot(tmp_path) == {
        "README.md": b"runbook",
        "tenants/acme/notes": b"mine",
        "other/notes": b"mine",
    }
    outcome = write_tree({"tenants/acme/notes": b"ours"}, tmp_path, force=True)
    assert codes(outcome) == [("write/foreign-in-the-way", "tenants/acme/notes")]
    assert (tmp_path / "tenants/acme/notes").read_bytes() == b"mine"


def test_a_foreign_file_or_folder_in_the_way_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "platform", b"a file")
    put(tmp_path, "README.md/x", b"a folder")
    os.mkfifo(tmp_path / "flux")
    outcome = write_tree(TREE | {"flux": b""}, tmp_path, force=True)
    assert codes(outcome) == [
        ("write/foreign-in-the-way", path) for path in ("README.md", "flux", "platform")
    ]


def test_a_file_becomes_a_folder_and_back(tmp_path: Path) -> None:
    report(write_tree({"a": b"1"}, tmp_path))
    report(write_tree({"a/b/c": b"2"}, tmp_path))
    assert snapshot(tmp_path) == {"a/b/c": b"2"}
    (tmp_path / "a/b/empty").mkdir()
    assert codes(write_tree({"a": b"1"}, tmp_path)) == [("write/foreign-in-the-way", "a")]
    (tmp_path / "a/b/empty").rmdir()
    report(write_tree({"a": b"1"}, tmp_path))
    assert snapshot(tmp_path) == {"a": b"1"}


def test_losing_every_tenant_needs_consent(tmp_path: Path) -> None:
    report(write_tree(TREE, tmp_path))
    bare = {"README.md": b"runbook"}
    outcome = write_tree(bare, tmp_path, force=True)
    assert codes(outcome) == [("write/empty", "tenants")]
    assert "--allow-empty" in outcome.diagnostics[0].help
    assert snapshot(tmp_path) == TREE
    assert report(write_tree(bare, tmp_path, allow_empty=True)).removed == tuple(TREE)[1:]
    report(write_tree(bare, tmp_path))


def test_paths_that_differ_by_case_only_are_refused(tmp_path: Path) -> None:
    outcome = write_tree({"a/x": b"1", "A/y": b"2"}, tmp_path / "out")
    assert codes(outcome) == [("write/case-collision", "a")]
    assert not (tmp_path / "out").exists()


def test_a_bug_in_the_paths_is_raised_before_anything(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.\./x"):
        write_tree({"../x": b""}, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_scope_updates_one_tenant_and_leaves_the_rest(tmp_path: Path) -> None:
    report(write_tree(TREE, tmp_path))
    put(tmp_path, "tenants/globex/agent.yaml", b"by hand")
    new = {
        "README.md": b"other",
        "tenants/acme/new.yaml": b"n",
        "tenants/globex/agent.yaml": b"other",
    }
    scoped = report(write_tree(new, tmp_path, within="tenants/acme"))
    assert scoped == WriteReport(written=("tenants/acme/new.yaml",), removed=("tenants/acme/agent.yaml",))
    expected = TREE | {"tenants/acme/new.yaml": b"n", "tenants/globex/agent.yaml": b"by hand"}
    del expected["tenants/acme/agent.yaml"]
    assert snapshot(tmp_path) == expected
    rest = check_tree(new, tmp_path)
    assert rest.stale == (".mtc/inventory.json", "README.md", "platform/server.yaml")
    assert rest.edited == ("tenants/globex/agent.yaml",)


def test_scope_does_not_remove_a_file_that_it_leaves_alone(tmp_path: Path) -> None:
    report(write_tree({"a": b"1", "b": b"2"}, tmp_path))
    outcome = write_tree({"a/x": b"1", "b": b"2"}, tmp_path, within="a")
    assert codes(outcome) == [("write/foreign-in-the-way", "a")]
    assert snapshot(tmp_path) == {"a": b"1", "b": b"2"}


def test_progress_counts_every_change(tmp_path: Path) -> None:
    report(write_tree(TREE, tmp_path))
    seen: list[tuple[int, int]] = []
    new = {"README.md": b"other", "tenants/acme/agent.yaml": b"a"}
    report(write_tree(new, tmp_path, progress=lambda done, total: seen.append((done, total))))
    assert seen == [(1, 3), (2, 3), (3, 3)]
    report(write_tree(new, tmp_path, progress=lambda done, total: seen.append((done, total))))
    assert len(seen) == 3


def test_a_render_interrupted_from_the_keyboard_is_completed_by_the_next(tmp_path: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_tree(TREE, tmp_path, progress=interrupt)
    assert len(snapshot(tmp_path)) == 2
    assert check_tree(TREE, tmp_path).interrupted
    assert len(report(write_tree(TREE, tmp_path)).written) == 2
    assert check_tree(TREE, tmp_path).clean
