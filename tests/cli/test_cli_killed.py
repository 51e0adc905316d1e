"""`mtc render` itself, killed at every system call that changes its output folder or the lock file."""

from __future__ import annotations

import shutil
from pathlib import Path

from mtc_process import MTC, blueprint, mtc

from mtc.load import load_lock
from mtc.pipeline import compile_blueprint
from mtc.write import check_tree
from write.folders import snapshot
from write.syscalls import calls, kill, needs_strace, promised, writes

NOTES = "tenants/globex/notes.md"


@needs_strace
def test_a_render_that_loses_a_tenant(prod: Path, tmp_path: Path) -> None:
    """The lock file changes as well: the tenant's ports are kept for it."""
    start = tmp_path / "start"
    start.mkdir()
    prod = prod.rename(start / "prod.yaml")
    assert mtc("render", prod, "-o", start / "out").code == 0
    (start / "out" / NOTES).write_bytes(b"a person's")
    prod.write_text(blueprint("acme"), encoding="utf-8")
    before = snapshot(start, state=True)
    command = (MTC, "render", "prod.yaml", "-o", "out")
    whole = shutil.copytree(start, tmp_path / "whole")
    instants = list(
        dict.fromkeys(
            call._replace(arguments="")
            for call in calls(command, tmp_path / "log", whole)
            if str(whole) in call.arguments and writes(call)
        )
    )
    after = snapshot(whole, state=True)
    assert after.keys() < before.keys()
    tree = compile_blueprint(whole / "prod.yaml").tree
    assert tree is not None
    interrupted = 0
    for number, instant in enumerate(instants):
        here = shutil.copytree(start, tmp_path / str(number))
        kill(command, instant, here)
        report = check_tree(tree.files, here / "out")
        interrupted += report.interrupted
        for path, data in snapshot(here).items():
            passing = path.startswith(("out/.mtc/", ".prod.lock.yaml."))
            assert passing or data in {before.get(path), after.get(path)}, f"half of {path} at {instant}"
        assert load_lock((here / "prod.lock.yaml").read_bytes(), "lock").value is not None
        assert report.interrupted or report.stale or snapshot(here / "out") == snapshot(whole / "out")
        if number % 3 == 0:  # every third: a whole run each
            assert mtc(*command[1:], cwd=here).code == 0
            found = snapshot(here, state=True)
            assert {path: data for path, data in found.items() if not path.startswith(".prod.lock.")} == after
    print(f"mtc render: killed at {len(instants)} system calls, all survived, {interrupted} said by a check")
    assert interrupted > len(instants) // 2
    assert len(instants) >= promised("`mtc render` as a whole, of a blueprint that lost a tenant")


def test_a_check_says_that_a_write_was_cut_short(prod: Path) -> None:
    out = prod.parent / "out"
    assert mtc("render", prod, "-o", out).code == 0
    (out / ".mtc/new").write_bytes(b"half a fi")
    run = mtc("render", prod, "-o", out, "--check")
    assert run.code == 4
    assert run.out == "interrupted: a render was cut short, or is at work; render again\n"
    assert mtc("render", prod, "-o", out).code == 0
    assert mtc("render", prod, "-o", out, "--check").code == 0


def test_a_refused_render_leaves_the_lock_file_as_it_was(prod: Path) -> None:
    out, lock = prod.parent / "out", prod.with_name("prod.lock.yaml")
    assert mtc("render", prod, "-o", out).code == 0
    before = lock.read_bytes()
    (out / "README.md").write_bytes(b"by hand")
    prod.write_text(blueprint("acme", "globex", "initech"), encoding="utf-8")
    run = mtc("render", prod, "-o", out)
    assert "write/edited" in run.err
    assert lock.read_bytes() == before


def test_names_of_foreign_files_do_not_reach_the_terminal(prod: Path) -> None:
    out = prod.parent / "out"
    assert mtc("render", prod, "-o", out).code == 0
    (out / "tenants/\x1b[31m\u202e\n::error::x").write_bytes(b"")
    run = mtc("render", prod, "-o", out, "--check")
    assert run.code == 4
    assert run.out.splitlines() == [f"foreign  {out}/tenants/\u241b[31m<U+202E>\u240a::error::x"]
