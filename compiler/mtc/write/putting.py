"""Many files put down by two processes, half of them each: which one wrote a file, nobody can tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mtc.aside import Aside, worthwhile
from mtc.write.folder import Folder

# Below this many files a second process costs more than it saves.
MANY = 2000


def put(
    disk: Folder, files: Mapping[str, bytes], paths: Sequence[str], progress: Callable[[int], object]
) -> None:
    """Replace the files at `paths`, which are in order; `progress` gets how many are done.

    Raises OSError where the system refuses, with `disk.at` the path at work; whatever part of the work was
    done by then, each file is whole.
    """
    if len(paths) < MANY or not worthwhile():
        for done, path in enumerate(paths, 1):
            disk.replace(path, files[path])
            progress(done)
        return
    half = _border(paths)
    with Aside(lambda: _second(disk, files, paths[half:])) as other:
        for done, path in enumerate(paths[:half], 1):
            disk.replace(path, files[path])
            progress(2 * done)  # the other is about as far
        refused = other.result()
    if refused is not None:
        error, disk.at = refused
        raise error


def _second(disk: Folder, files: Mapping[str, bytes], paths: Sequence[str]) -> tuple[OSError, str] | None:
    disk.second()
    try:
        for path in paths:
            disk.replace(path, files[path])
    except OSError as error:
        return error, disk.at
    return None


def _border(paths: Sequence[str]) -> int:
    """Where the second half begins: with a folder of its own, if there is one."""
    half = len(paths) // 2
    folder = paths[half - 1].rpartition("/")[0]
    while half < len(paths) and paths[half].rpartition("/")[0] == folder:
        half += 1
    return half
