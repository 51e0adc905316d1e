"""A process from outside: strace tells which of its system calls change a folder, and kills it before one.

Nothing here knows how the process writes: whatever it calls, by whatever thread, is seen by the kernel's name.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

# Whatever can make, fill, move, mark or remove a file. `?`: not every architecture has it.
CHANGING = (
    *("open", "creat", "openat", "openat2", "write", "writev", "pwrite64", "pwritev", "pwritev2"),
    *("sendfile", "splice", "copy_file_range", "truncate", "ftruncate", "fallocate"),
    *("rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir"),
    *("link", "linkat", "symlink", "symlinkat", "mknod", "mknodat", "utimensat"),
    *("chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "lchown"),
    *("setxattr", "fsetxattr", "lsetxattr", "removexattr", "fremovexattr", "lremovexattr"),
)
OPENING = {"open", "openat", "openat2"}
ENTERED = re.compile(r"^(\d+) +(\w+)\((.*)$")
PATIENCE = 60

needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None
    or subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode != 0,
    reason="no strace on this machine, or it may not trace: nothing can be killed at a system call",
)


class Call(NamedTuple):
    """The n-th call of a name in its thread, from 1, and its arguments as strace prints them."""

    name: str
    number: int
    arguments: str


def calls(command: Sequence[str | Path], log: Path, cwd: Path, *, fine: bool = True) -> list[Call]:
    """Every call of CHANGING that a run makes, descriptors shown with their paths; `fine`: it succeeds.

    No bytecode is cached: a first run of Python writes some beside its own modules.
    """
    traced = ",".join(f"?{name}" for name in CHANGING)
    run = ["strace", "-f", "-y", "-s", "4096", "-o", log, "-e", f"trace={traced}", *command]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(run, cwd=cwd, env=environment, capture_output=True, check=fine, timeout=PATIENCE)
    counted: Counter[tuple[str, str]] = Counter()
    found = []
    for line in log.read_text(errors="replace").splitlines():
        if entered := ENTERED.match(line):
            thread, name, arguments = entered.groups()
            counted[thread, name] += 1
            found.append(Call(name, counted[thread, name], arguments))
    return found


def promised(change: str) -> int:
    """How many system calls docs/security.md says a change is killed at, at least."""
    page = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")
    (count,) = re.findall(rf"^\| {re.escape(change)} \| at least (\d+) system calls \|$", page, re.MULTILINE)
    return int(count)


def writes(call: Call) -> bool:
    """False for an opening that can only read."""
    return call.name not in OPENING or any(flag in call.arguments for flag in ("O_WRONLY", "O_RDWR", "O_CREAT"))


def changes(command: Sequence[str | Path], folder: Path, log: Path, cwd: Path) -> list[Call]:
    """The calls that change something in the folder, or the folder, in their order."""
    found = dict.fromkeys(
        call._replace(arguments="")
        for call in calls(command, log, cwd)
        if str(folder) in call.arguments and writes(call)
    )
    return list(found)


def kill(command: Sequence[str | Path], call: Call, cwd: Path) -> None:
    """Run it until it enters the call; the kernel kills it there, and the call is not made."""
    inject = f"inject={call.name}:signal=KILL:when={call.number}"
    run = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={call.name}", "-e", inject, *command]
    done = subprocess.run(run, cwd=cwd, capture_output=True, check=False, timeout=PATIENCE)
    assert done.returncode == -signal.SIGKILL, (call, done)
