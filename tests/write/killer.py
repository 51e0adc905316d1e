"""Program: write one tree into copies of a folder, each time killed (SIGKILL) before another change on disk.

    python killer.py TREE.json RESULTS START...

RESULTS/<start>-<k> is the folder as the k-th kill left it. `os.write` has two instants: before, and with half
of the bytes down. Ends when a run gets through alive; prints the kills of each START.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mtc.write import write_tree

CHANGES = ("rename", "unlink", "mkdir", "rmdir")


class Killer:
    """Counts the instants down and kills its own process at the last."""

    def __init__(self, instants: int) -> None:
        self.left = instants
        self.write = os.write
        self.open = os.open

    def tick(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def changing(self, change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*args: Any, **more: Any) -> Any:
            self.tick()
            return change(*args, **more)

        return changed

    def opening(self, path: Any, flags: int, *args: Any, **more: Any) -> int:
        if flags & os.O_CREAT:
            self.tick()
        return self.open(path, flags, *args, **more)

    def writing(self, descriptor: int, data: bytes) -> int:
        self.tick()
        half = self.write(descriptor, data[: len(data) // 2])
        self.tick()
        return half + self.write(descriptor, data[half:])

    def arm(self) -> None:
        for name in CHANGES:
            setattr(os, name, self.changing(getattr(os, name)))
        os.open = self.opening  # type: ignore[assignment]
        os.write = self.writing  # type: ignore[assignment]


def killed(files: dict[str, bytes], folder: Path, instant: int) -> bool:
    """Run in a child that dies at the instant; False when it came through and wrote the tree."""
    child = os.fork()
    if child == 0:
        Killer(instant).arm()
        outcome = write_tree(files, folder, allow_empty=True)
        os._exit(0 if outcome.value is not None else 9)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{folder}: refused or failed, status {status}")
    return False


def main(tree: str, results: str, *starts: str) -> None:
    files = {path: text.encode() for path, text in json.loads(Path(tree).read_text()).items()}
    for start in map(Path, starts):
        instant, alive = 0, False
        while not alive:
            instant += 1
            folder = Path(results, f"{start.name}-{instant}")
            shutil.copytree(start, folder)
            alive = not killed(files, folder, instant)
        shutil.rmtree(folder)
        print(instant - 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
