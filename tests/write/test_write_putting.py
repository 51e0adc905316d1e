"""write/putting: two processes, one tree; each fault of either is the writer's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from mtc.aside import second_processor

FILES = 3000
HEAD = f"""
import os, sys
from pathlib import Path
from mtc.write import write_tree
from mtc.write import folder, putting
putting.MANY = 100
tree = {{f"tenants/t{{n // 10:03d}}/f{{n % 10}}.yaml": b"x: %d\\n" % n for n in range({FILES})}}
target = Path(sys.argv[1])
"""
WRITE = "print(len(write_tree(tree, target).value.written))\n"


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", HEAD + textwrap.dedent(script), str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


pytestmark = pytest.mark.skipif(not second_processor(), reason="one processor: nothing is written by two processes")


def whole(folder: Path) -> bool:
    names = [f"tenants/t{n // 10:03d}/f{n % 10}.yaml" for n in range(FILES)]
    return all((folder / name).read_bytes() == b"x: %d\n" % n for n, name in enumerate(names))


def test_both_write_and_nothing_else_is_left(tmp_path: Path) -> None:
    ran = run(WRITE, tmp_path / "out")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{FILES}\n", "")
    assert whole(tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out/.mtc").iterdir()) == [".gitignore", "inventory.json"]


@pytest.mark.parametrize("number", [5, FILES - 5])
@pytest.mark.parametrize("folders", ["new", "there"])
def test_a_refusal_in_either_half_names_its_path(number: int, folders: str, tmp_path: Path) -> None:
    """A folder that vanishes: in the first half, and in the second one's; a new one is made whole."""
    if folders == "there":
        for tenant in range(FILES // 10):
            (tmp_path / f"out/tenants/t{tenant:03d}").mkdir(parents=True)
    script = f"""
        real = folder._create
        def create(name, above, data):
            if data == b"x: {number}\\n":
                raise OSError(2, "No such file or directory")
            real(name, above, data)
        folder._create = create
        try:
            write_tree(tree, target)
        except Exception as error:
            print(type(error).__name__, error)
    """
    ran = run(script, tmp_path / "out")
    place = tmp_path / f"out/tenants/t{number // 10:03d}/f{number % 10}.yaml"
    assert ran.stdout == f"DiskError `{place}` vanished or changed while the tree was being written: render again\n"
    assert run(WRITE, tmp_path / "out").returncode == 0
    assert whole(tmp_path / "out")


def test_whoever_of_them_is_killed_the_next_run_completes(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for victim in ("parent", "child", "parent", "child"):
        process = subprocess.Popen(
            [sys.executable, "-c", HEAD + WRITE, str(out)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        child = child_of(process)
        if child is not None:
            os.kill(child if victim == "child" else process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        wait_for_the_lock(out)
        for path in out.glob("tenants/*/*"):
            assert path.read_bytes().startswith(b"x: "), path
        assert run(WRITE, out).returncode == 0
        assert whole(out)
        assert sorted(path.name for path in (out / ".mtc").iterdir()) == [".gitignore", "inventory.json"]
        for path in sorted(out.glob("tenants/t1*/f*.yaml")):
            path.unlink()


def child_of(process: subprocess.Popen[bytes]) -> int | None:
    """The second process, once there is one; None when the run ended before it was seen."""
    listing = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None:
        found = listing.read_text().split() if listing.exists() else []
        if found:
            return int(found[0])
        time.sleep(0.001)
    return None


def wait_for_the_lock(out: Path) -> None:
    """A child whose parent was killed finishes its half, and holds the lock until then."""
    import fcntl

    descriptor = os.open(out, os.O_RDONLY)
    try:
        for _ in range(2000):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                time.sleep(0.01)
        raise AssertionError("the lock was never let go")
    finally:
        os.close(descriptor)
