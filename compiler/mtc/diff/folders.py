"""A rendered tree in a folder: its files, no link followed, nothing else of the folder read."""

from __future__ import annotations

import os
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
_CHUNK = 1 << 16
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
        for path, data in _walk(str(folder), ""):
            total += len(data or b"")
            if data is None:
                faults.append(link(name, path))
            elif len(data) > MAX_FILE or total > MAX_ALL:
                faults.append(too_large(name, path))
                break
            else:
                before = known.get(path)
                files[path] = before if before == data else data
    except OSError as error:
        raise DiskError(f"cannot read {folder}: {(error.strerror or str(error)).lower()}") from error
    if not faults and not any(path.partition("/")[0] in TOPS for path in files):
        faults.append(no_tree(name))
    return Outcome(None, ordered(faults)) if faults else Outcome(Tree(name, files))


def _walk(folder: str, under: str) -> Iterator[tuple[str, bytes | None]]:
    """(path, content) of what belongs to the tree below a folder; None for what is no regular file."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if not under and not (entry.name in TOPS or entry.name in LOOSE):
                continue
            path = f"{under}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, f"{path}/")
            else:
                yield path, _read(entry.path) if entry.is_file(follow_symlinks=False) else None


def _read(path: str) -> bytes:
    """A file's bytes, one more than the most there may be; often, so with the fewest calls."""
    descriptor = os.open(path, _READING)
    try:
        data = os.read(descriptor, _CHUNK)
        if len(data) < _CHUNK:
            return data
        chunks = [data]
        while data and sum(map(len, chunks)) <= MAX_FILE:
            data = os.read(descriptor, MAX_FILE)
            chunks.append(data)
        return b"".join(chunks)
    finally:
        os.close(descriptor)
