"""Killed at any instant, the next run completes the work by itself, and a check says that it is needed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mtc.write import check_tree, write_tree
from write.folders import put, snapshot
from write.syscalls import changes, kill, needs_strace, promised

WRITER = Path(__file__).with_name("writer.py")
KILLER = Path(__file__).with_name("killer.py")
FOREIGN = {"NOTES.txt": b"mine", "tenants/acme/notes.md": b"mine too", "tenants/old/keep.txt": b"kept"}
EMPTY: dict[str, bytes] = {}
OLD = {
    "README.md": b"the old runbook\n",
    "platform/server.yaml": b"replicas: 1\n",
    "platform/same.yaml": b"same: true\n",
    "tenants/acme/agent.yaml": b"agent: old\n",
    "tenants/old/agent.yaml": b"agent: leaves\n",
    "tenants/old/deep/quota.yaml": b"quota: leaves\n",
    "turns": b"a file that becomes a folder\n",
    "folds/file.yaml": b"a folder that becomes a file\n",
}
NEW = {
    "README.md": b"the new runbook\n",
    "platform/server.yaml": b"replicas: 2\n",
    "platform/same.yaml": b"same: true\n",
    "tenants/acme/agent.yaml": b"agent: new\n",
    "tenants/new/agent.yaml": b"agent: comes\n",
    "tenants/new/quota.yaml": b"quota: comes\n",
    "tenants/newer/agent.yaml": b"agent: comes too\n",
    "tenants/newer/deep/quota.yaml": b"quota: comes too\n",
    "turns/file.yaml": b"it did\n",
    "folds": b"it did too\n",
}
OTHER = {
    "README.md": b"a third runbook\n",
    "tenants/acme/agent.yaml": b"agent: third\n",
    "tenants/new/other.yaml": b"other: true\n",
    "turns": b"back\n",
}
PRUNED = {"README.md": b"the old runbook\n", "platform/same.yaml": b"same: true\n"}
TENANT_GONE = {path: data for path, data in OLD.items() if not path.startswith("tenants/acme/")}
CHANGES = {
    "first": (EMPTY, NEW),
    "update": (OLD, NEW),
    "prune": (OLD, PRUNED),
    "tenant": (OLD, TENANT_GONE),
}

# As docs/security.md tells of them.
TOLD = {
    "first": "a first render",
    "update": "an update",
    "prune": "a prune of every tenant",
    "tenant": "a prune of one tenant",
}


def started(folder: Path, files: dict[str, bytes]) -> Path:
    for path, data in FOREIGN.items():
        put(folder, path, data)
    if files:
        assert write_tree(files, folder).value is not None
    return folder


def kill_everywhere(files: dict[str, bytes], room: Path, starts: list[Path]) -> list[Path]:
    """The folders that the kills left."""
    results = room / "killed"
    results.mkdir(parents=True)
    tree = room / "tree.json"
    tree.write_text(json.dumps({path: data.decode() for path, data in files.items()}))
    run = subprocess.run(
        [sys.executable, KILLER, tree, results, *starts],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert run.returncode == 0, run.stderr
    left = sorted(results.iterdir())
    assert len(left) == sum(map(int, run.stdout.split()))
    return left


def differing(folders: list[Path]) -> list[Path]:
    """One folder of each state: several instants in a row leave the same."""
    states = {}
    for folder in folders:
        holds = {path.relative_to(folder) for path in folder.rglob("*")}
        states[repr(sorted(holds)), repr(snapshot(folder, state=True))] = folder
    return sorted(states.values())


def completes(files: dict[str, bytes], folder: Path) -> None:
    outcome = write_tree(files, folder, allow_empty=True)
    assert outcome.value is not None, (folder.name, outcome.diagnostics)
    assert snapshot(folder) == files | FOREIGN, folder.name
    names = {path for path in snapshot(folder, state=True) if path.startswith(".mtc/")}
    assert names == {".mtc/.gitignore", ".mtc/inventory.json"}
    after = check_tree(files, folder)
    assert not (after.missing or after.stale or after.edited or after.interrupted), folder.name
    assert set(after.foreign) == {path for path in FOREIGN if path.startswith("tenants/")}
    emptied = [path for path in folder.rglob("*") if path.is_dir() and not any(path.iterdir())]
    assert emptied == []


def holds(folder: Path) -> tuple[list[str], dict[str, bytes]]:
    """Everything there is in it, empty folders too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")), snapshot(folder, state=True)


def survives(old: dict[str, bytes], new: dict[str, bytes], start: Path, folder: Path) -> bool:
    """What a kill between old and new may leave; True when a check says that the write was cut short."""
    here = snapshot(folder)
    for path, data in here.items():
        assert data in {old.get(path), new.get(path), FOREIGN.get(path)}, f"{folder.name}: half of {path}"
    assert here | FOREIGN == here, folder.name
    report = check_tree(new, folder)
    assert not (report.edited or report.diagnostics), folder.name
    done = here == new | FOREIGN and not (report.missing or report.stale)
    assert report.interrupted or done or holds(folder) == holds(start), folder.name
    undone = folder.with_name(f"{folder.name}-undone")
    shutil.copytree(folder, undone)
    completes(new, folder)
    completes(old, undone)
    return report.interrupted


@needs_strace
@pytest.mark.parametrize("change", CHANGES)
def test_a_kill_at_every_system_call_that_changes_the_folder(change: str, tmp_path: Path) -> None:
    old, new = CHANGES[change]
    start, tree = started(tmp_path / "start", old), tmp_path / "tree.json"
    tree.write_text(json.dumps({path: data.decode() for path, data in new.items()}))
    shutil.copytree(start, tmp_path / "whole")
    command = (sys.executable, WRITER, tree)
    instants = changes((*command, tmp_path / "whole"), tmp_path / "whole", tmp_path / "log", tmp_path)
    assert snapshot(tmp_path / "whole") == new | FOREIGN
    assert len(instants) >= promised(TOLD[change])
    said = 0
    for number, instant in enumerate(instants):
        folder = tmp_path / str(number)
        shutil.copytree(start, folder)
        kill((*command, folder), instant, tmp_path)
        said += survives(old, new, start, folder)
    print(f"{change}: killed at {len(instants)} system calls, all survived, {said} said by a check")
    assert said > len(instants) // 2  # the others left the folder as it was, or the new tree whole


@pytest.mark.parametrize("change", CHANGES)
def test_every_kill_is_survived(change: str, tmp_path: Path) -> None:
    """The same within the process, which knows one instant more: half of a file's bytes are down."""
    old, new = CHANGES[change]
    start = started(tmp_path / "start", old)
    killed = kill_everywhere(new, tmp_path, [start])
    said = sum(survives(old, new, start, folder) for folder in killed)
    print(f"{change}: {len(killed)} kills survived, {said} said by a check")
    assert len(killed) > said > len(killed) // 2


def test_a_second_kill_with_another_tree_is_survived(tmp_path: Path) -> None:
    once = differing(kill_everywhere(NEW, tmp_path / "once", [started(tmp_path / "start", OLD)]))
    twice = kill_everywhere(OTHER, tmp_path / "twice", once[::4])  # every fourth state: time
    print(f"{len(twice)} pairs of kills survived")
    assert len(twice) > 200
    for folder in twice:
        for path, data in snapshot(folder).items():
            whole = {tree.get(path) for tree in (OLD, NEW, OTHER, FOREIGN)}
            assert data in whole, f"{folder.name}: half of {path}"
        completes(OLD, folder)  # not NEW: what the first kill left must be known as ours, not merely equal


def test_an_edit_after_a_kill_is_still_refused(tmp_path: Path) -> None:
    refused = 0
    for folder in kill_everywhere(NEW, tmp_path, [started(tmp_path / "start", OLD)]):
        put(folder, "tenants/acme/agent.yaml", b"agent: by hand\n")
        before = snapshot(folder, state=True)
        outcome = write_tree(NEW, folder)
        assert [d.code for d in outcome.diagnostics] == ["write/edited"], folder.name
        assert snapshot(folder, state=True) == before
        refused += 1
        assert write_tree(NEW, folder, force=True).value is not None
        assert snapshot(folder) == NEW | FOREIGN
    assert refused > 15
