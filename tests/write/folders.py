"""A folder as data, and changes that a person would make in it by hand."""

from __future__ import annotations

import os
from pathlib import Path


def snapshot(folder: Path, *, state: bool = False) -> dict[str, bytes]:
    """Relative path → bytes of every regular file; the compiler's own folder only with `state`."""
    found = {}
    for above, _, names in os.walk(folder):
        for name in names:
            file = Path(above, name)
            path = file.relative_to(folder).as_posix()
            if state or not path.startswith(".mtc/"):
                found[path] = file.read_bytes()
    return found


def put(folder: Path, path: str, data: bytes) -> None:
    """Write a file, its folders made as needed."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def delete(folder: Path, path: str) -> None:
    """Remove a file, and the folders that it leaves empty (Git keeps none)."""
    file = folder / path
    file.unlink()
    for above in file.parents:
        if above == folder or any(above.iterdir()):
            return
        above.rmdir()
