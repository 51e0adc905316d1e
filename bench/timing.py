"""One process under the clock, from outside: wall seconds, CPU seconds, memory.

This module imports little, and so must whoever starts processes by it: until it runs its program, a child is
its parent's copy, and the kernel counts that into the child's peak memory.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

POLL = 0.005  # seconds between two looks at the memory of all processes of a command
LOOKS = 10  # fewer say nothing about a peak


class Cost(NamedTuple):
    """Of one command with all that it starts: wall seconds, user and system seconds, and the peak memory of
    its largest process in MB (the kernel's count of what is resident, shared pages included)."""

    wall: float
    cpu: float
    memory: float


def cost(command: Sequence[str], codes: Collection[int] = (0,)) -> Cost:
    """One run; an exit code that is none of these ends the benchmark with what the command said."""
    with tempfile.TemporaryFile() as said:
        before = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - before
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in codes:
            said.seek(0)
            words = said.read().decode(errors="replace")[-2000:]
            raise SystemExit(f"`{' '.join(command)}` ended with {process.returncode}\n{words}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def memory_together(command: Sequence[str]) -> float | None:
    """Peak memory in MB of all of a command's processes at once; a page that some share is counted once.

    A run of its own: it is asked for every 5 ms (Pss in /proc/PID/smaps_rollup), which slows it down.
    None where the kernel does not tell, or the command was over too soon.
    """
    peak = looks = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_proportional, _family(process.pid))))
            looks += 1
            time.sleep(POLL)
    return peak / 1024 if peak and looks >= LOOKS else None


def _family(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for parent in found:  # grows as it goes
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def _proportional(pid: int) -> int:
    """A process' share of the memory in kB; 0 once it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
