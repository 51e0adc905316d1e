"""Many files put down by two processes, half of them each: which one wrote a file, nobody can tell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby
from typing import TypeAlias

from mtc.aside import Aside, worthwhile
from mtc.write.folder import Folder

# Below this many files a second process costs more than it saves.
MANY = 2000

Inside: TypeAlias = tuple[str, list[str]]  # a folder, and the paths right in it


def put(
    disk: Folder,
    files: Mapping[str, bytes],
    paths: Iterable[str],
    new: Collection[str],
    progress: Callable[[int], object],
) -> None:
    """Put the files at `paths`, which are in order, in their places; `progress` gets how many are done.

    The folders `new` are not there yet and hold nothing but such files: each appears whole.
    Raises OSError where the system refuses, with `disk.at` the path at work; whatever part of the work was
    done by then, each file is whole.
    """
    folders = [(folder, list(inside)) for folder, inside in groupby(paths, _above)]
    count = sum(len(inside) for _, inside in folders)
    half = _half(folders, count) if count >= MANY and worthwhile() else len(folders)
    if half == len(folders):
        for done in _put(disk, files, folders, new):
            progress(done)
        return
    with Aside(lambda: _second(disk, files, folders[half:], new)) as other:
        for done in _put(disk, files, folders[:half], new):
            progress(min(2 * done, count))  # the other is about as far
        refused = other.result()
    if refused is not None:
        error, disk.at = refused
        raise error


def _put(
    disk: Folder, files: Mapping[str, bytes], folders: Iterable[Inside], new: Collection[str]
) -> Iterator[int]:
    """Do it; yields how many files are in their places."""
    done = 0
    for folder, inside in folders:
        if folder in new:
            disk.fill(folder, [(path[len(folder) + 1 :], files[path]) for path in inside])
            done += len(inside)
            yield done
            continue
        for path in inside:
            disk.replace(path, files[path])
            done += 1
            yield done


def _second(
    disk: Folder, files: Mapping[str, bytes], folders: Iterable[Inside], new: Collection[str]
) -> tuple[OSError, str] | None:
    disk.second()
    try:
        for _ in _put(disk, files, folders, new):
            pass
    except OSError as error:
        return error, disk.at
    return None


def _half(folders: Sequence[Inside], count: int) -> int:
    """How many folders are the first half of so many files: each folder is one process' work."""
    sums = accumulate(len(inside) for _, inside in folders)
    return next((number for number, done in enumerate(sums, 1) if 2 * done >= count), len(folders))


def _above(path: str) -> str:
    return path.rpartition("/")[0]
