"""`mtc render`: what is written, refused, compared and counted."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from mtc_process import blueprint, mtc

from mtc.load import load_lock

SUMMARY = re.compile(r"written (\d+), unchanged (\d+), removed (\d+)\n")


def render(prod: Path, *options: str) -> tuple[int, int, int]:
    """A render that succeeds and warns of nothing: how many files it wrote, left and removed."""
    run = mtc("render", prod, "-o", prod.parent / "out", *options)
    assert (run.code, run.err) == (0, "")
    said = SUMMARY.fullmatch(run.out)
    assert said is not None, run.out
    return int(said[1]), int(said[2]), int(said[3])


def check(prod: Path, *options: str) -> tuple[int, str]:
    run = mtc("render", prod, "-o", prod.parent / "out", "--check", *options)
    assert run.err == ""
    return run.code, run.out


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_tree_is_written_once(prod: Path) -> None:
    written, unchanged, removed = render(prod)
    assert written > 20
    assert (unchanged, removed) == (0, 0)
    assert (prod.parent / "out/tenants/acme/kustomization.yaml").is_file()
    assert render(prod) == (0, written, 0)


def test_the_same_tree_from_anywhere(prod: Path, tmp_path: Path) -> None:
    """Neither the working folder nor the environment reaches the tree."""
    render(prod)
    before = files(tmp_path / "out")
    run = mtc(
        "render", "prod.yaml", "-o", "again", cwd=tmp_path, PYTHONHASHSEED="7", TZ="Asia/Kolkata", LC_ALL="C"
    )
    assert (run.code, run.err) == (0, "")
    assert files(tmp_path / "again") == before


def test_the_lock_file_is_written_and_keeps_ports(prod: Path) -> None:
    render(prod)
    path = prod.with_name("prod.lock.yaml")
    lock = load_lock(path.read_bytes(), "lock").value
    assert lock is not None
    assert list(lock.ports) == ["acme", "globex"]
    stamp = path.stat().st_ino
    prod.write_text(blueprint("initech", "globex", "acme"), encoding="utf-8")
    render(prod)
    after = load_lock(path.read_bytes(), "lock").value
    assert after is not None
    assert {name: after.ports[name] for name in lock.ports} == lock.ports
    assert path.stat().st_ino != stamp
    stamp = path.stat().st_ino
    render(prod)
    assert path.stat().st_ino == stamp, "an unchanged lock file is not written"


def test_locked_refuses_to_change_the_lock_file(prod: Path) -> None:
    run = mtc("render", prod, "-o", prod.parent / "out", "--locked")
    assert (run.code, run.out) == (1, "")
    assert "error[lock/changed]" in run.err
    assert f"run `mtc lock {prod}`" in run.err
    assert [path.name for path in prod.parent.iterdir()] == ["prod.yaml"]
    assert mtc("lock", prod).code == 0
    assert render(prod, "--locked")[0] > 20


def test_nothing_is_written_while_there_are_errors(prod: Path) -> None:
    prod.write_text(blueprint("acme", "acme"), encoding="utf-8")
    assert mtc("render", prod, "-o", prod.parent / "out").code == 1
    prod.write_text(blueprint("acme", isolation="standard"), encoding="utf-8")
    assert mtc("render", prod, "-o", prod.parent / "out", "--strict").code == 1
    assert [path.name for path in prod.parent.iterdir()] == ["prod.yaml"]


def test_warnings_do_not_stop_a_render(prod: Path) -> None:
    prod.write_text(blueprint("acme", isolation="standard"), encoding="utf-8")
    run = mtc("render", prod, "-o", prod.parent / "out")
    assert run.code == 0
    assert SUMMARY.fullmatch(run.out)
    assert "warning[isolation/open-egress]" in run.err


def test_stdout_is_the_reports_alone_in_a_format_for_programs(prod: Path) -> None:
    run = mtc("render", prod, "-o", prod.parent / "out", "--format", "json")
    assert run.code == 0
    assert json.loads(run.out)["diagnostics"] == []
    assert SUMMARY.fullmatch(run.err)


def test_check_says_what_is_missing_stale_edited_and_foreign(prod: Path) -> None:
    out = prod.parent / "out"
    code, said = check(prod)
    assert code == 4
    assert f"missing  {out}/tenants/acme/kustomization.yaml" in said.splitlines()
    assert f"stale    {prod.with_name('prod.lock.yaml')}" in said.splitlines()
    assert not out.exists()
    render(prod)
    assert check(prod) == (0, f"{out} is what {prod} says\n")
    (out / "tenants/acme/namespace.yaml").write_text("edited: true\n", encoding="utf-8")
    (out / "tenants/acme/mine.yaml").write_text("foreign: true\n", encoding="utf-8")
    (out / "tenants/globex/namespace.yaml").unlink()
    code, said = check(prod)
    assert code == 4
    assert said.splitlines() == [
        f"missing  {out}/tenants/globex/namespace.yaml",
        f"edited   {out}/tenants/acme/namespace.yaml",
        f"foreign  {out}/tenants/acme/mine.yaml",
    ]
    assert check(prod, "--tenant", "globex") == (4, f"missing  {out}/tenants/globex/namespace.yaml\n")


def test_check_says_that_a_write_was_cut_short(prod: Path) -> None:
    render(prod)
    (prod.parent / "out/.mtc/journal.json").write_text("{}\n", encoding="utf-8")
    code, said = check(prod)
    assert code == 4
    assert said.startswith("interrupted: ")


def test_edits_by_hand_are_refused_without_force(prod: Path) -> None:
    render(prod)
    edited = prod.parent / "out/tenants/acme/namespace.yaml"
    ours = edited.read_bytes()
    edited.write_text("edited: true\n", encoding="utf-8")
    run = mtc("render", prod, "-o", prod.parent / "out")
    assert (run.code, run.out) == (1, "")
    assert "namespace.yaml" in run.err
    assert edited.read_text(encoding="utf-8") == "edited: true\n"
    assert render(prod, "--force")[0] == 1
    assert edited.read_bytes() == ours


def test_one_tenant_alone(prod: Path) -> None:
    render(prod)
    prod.write_text(
        blueprint("acme", "globex").replace("    gateway:", "    labels: {team: blue}\n    gateway:"),
        encoding="utf-8",
    )
    before = files(prod.parent / "out")
    render(prod, "--tenant", "acme")
    after = files(prod.parent / "out")
    changed = {path for path in before if before[path] != after[path]} - {".mtc/inventory.json"}
    assert before.keys() == after.keys()
    assert changed
    assert all(path.startswith("tenants/acme/") for path in changed)


def test_a_tenant_that_is_not_there(prod: Path) -> None:
    run = mtc("render", prod, "-o", prod.parent / "out", "--tenant", "acmee")
    assert run.code == 2
    assert "Did you mean 'acme'?" in run.err


def test_an_output_folder_that_cannot_be_made(prod: Path) -> None:
    (prod.parent / "out").write_text("a file", encoding="utf-8")
    run = mtc("render", prod, "-o", prod.parent / "out")
    assert (run.code, run.out) == (3, "")
    assert run.err == f"mtc: `{prod.parent}/out` is a file, not a folder\n"


def test_an_output_folder_where_none_can_be(prod: Path) -> None:
    run = mtc("render", prod, "-o", "/proc/mtc")
    assert (run.code, run.out) == (3, "")
    assert re.fullmatch(r"mtc: .*`/proc/mtc`.*\n", run.err)


@pytest.mark.skipif(
    os.geteuid() == 0, reason="root may write everywhere: run the tests as a user to see this"
)
def test_an_output_folder_that_cannot_be_written(prod: Path) -> None:
    out = prod.parent / "out"
    out.mkdir(mode=0o555)
    run = mtc("render", prod, "-o", out)
    assert (run.code, run.out) == (3, "")
    assert run.err.startswith("mtc: no permission")
    assert run.err.count("\n") == 1
