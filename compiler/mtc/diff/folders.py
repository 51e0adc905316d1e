"""A rendered tree in a folder: its files, no link followed, nothing else of the folder read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from mtc.diff.faults import link, no_tree, too_large
from mtc.diff.objects import Tree
from mtc.model.diagnostic import Diagnostic, Outcome, ordered
from mtc.model.failure import DiskError

TOPS = ("flux", "platform", "tenants")
LOOSE = ("README.md", "kustomization.yaml")
MAX_FILE = 64 * 1024 * 1024
MAX_ALL = 2 * 1024 * 1024 * 1024
_READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


def belongs(path: str) -> bool:
    """True for a path that a tree may have: all else beside it is other people's."""
    top, _, rest = path.partition("/")
    return path in LOOSE or (top in TOPS and rest != "")


def read_folder(folder: Path, name: str, known: Mapping[str, bytes]) -> Outcome[Tree]:
    """The tree in a folder. Files that are equal to those of `known` are kept once in memory.

    Faults: diff/no-tree, diff/link, diff/too-large. Raises DiskError for what the system refuses.
    """
    faults: list[Diagnostic] = []
    files: dict[str, bytes] = {}
    total = 0
    try:
        for path, mode, size in _walk(str(folder), ""):
            if not stat.S_ISREG(mode):
                faults.append(link(name, path))
                continue
            total += size
            if size > MAX_FILE or total > MAX_ALL:
                faults.append(too_large(name, path))
                break
            data = _read(f"{folder}/{path}")
            before = known.get(path)
            files[path] = before if before == data else data
    except OSError as error:
        raise DiskError(f"cannot read {folder}: {(error.strerror or str(error)).lower()}") from error
    if not faults and not any(path.partition("/")[0] in TOPS for path in files):
        faults.append(no_tree(name))
    return Outcome(None, ordered(faults)) if faults else Outcome(Tree(name, dict(sorted(files.items()))))


def _walk(folder: str, under: str) -> Iterator[tuple[str, int, int]]:
    """(path, mode, size) of what belongs to the tree below a folder, folders apart."""
    with os.scandir(folder) as entries:
        for entry in entries:
            path = f"{under}{entry.name}"
            if not under and not (entry.name in TOPS or entry.name in LOOSE):
                continue
            found = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(found.st_mode):
                yield from _walk(entry.path, f"{path}/")
            else:
                yield path, found.st_mode, found.st_size


def _read(path: str) -> bytes:
    descriptor = os.open(path, _READING)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MAX_FILE + 1)
