"""The output folder, held open: every path is relative to it, and no symbolic link in it is followed."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, TypeAlias

from mtc.model.failure import DiskError
from mtc.write.paths import STATE

Kind: TypeAlias = Literal["file", "dir", "link", "other"]
# What each writing process is making: a file, or a folder of files. The lock lets one render in at a time.
TEMPORARIES = (f"{STATE}/new", f"{STATE}/new2")
LARGEST = 1 << 26  # bytes of a file that are looked at; whoever planted a larger one gets no memory for it
CHUNK = 1 << 16
# A FIFO in a file's place must not make us wait for whoever writes to it.
READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
CREATING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class Folder:
    """An open folder. Its methods raise OSError; `opened` turns that into DiskError. `at`: the path at work.

    Every folder on the way is opened by its name in the one above it, and no link among them is followed: one
    that is put there between the look and the write makes the write fail. Paths in order cost one opening a
    folder, since the way to the last one stays open.
    """

    def __init__(self, descriptor: int) -> None:
        self._way: list[tuple[str, int]] = [("", descriptor)]
        self._state: int | None = None
        self._new = TEMPORARIES[0].rpartition("/")[2]
        self.at = ""

    def second(self) -> None:
        """From here on this is the second process that writes into the folder."""
        self._new = TEMPORARIES[1].rpartition("/")[2]

    def close(self) -> None:
        """Let go of every descriptor, the root's and with it the lock included."""
        if self._state is not None:
            os.close(self._state)
        while self._way:
            os.close(self._way.pop()[1])

    def kinds(self, top: str = "", *, deep: bool = True) -> dict[str, Kind]:
        """What lies directly in the root, or below the folder `top`, at any depth or not; path → kind."""
        found: dict[str, Kind] = {}
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            above = f"{folder}/" if folder else ""
            with os.scandir(self._enter(folder)) as entries:
                here = {
                    above + entry.name: "file" if entry.is_file(follow_symlinks=False) else _kind(entry)
                    for entry in entries
                }
            found.update(here)
            if top and deep:
                waiting.extend(path for path, kind in here.items() if kind == "dir")
        return found

    def names(self, folder: str) -> list[str]:
        """What the things that lie directly in a folder are called there."""
        return os.listdir(self._enter(folder))  # noqa: PTH208 - of an open folder, no path

    def lock(self) -> bool:
        """Take the folder for one render until it is closed or the process dies; False: someone has it."""
        try:
            fcntl.flock(self._way[0][1], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def read(self, path: str) -> bytes:
        """The file's bytes; of one that is larger than LARGEST, which nothing of ours is, only so many."""
        above, name = self._place(path)
        descriptor = os.open(name, READING, dir_fd=above)
        try:
            data = os.read(descriptor, CHUNK)
            if len(data) < CHUNK:
                return data
            # At once: each copy of an inventory's two megabytes is as much work as asking what it says.
            data = os.pread(descriptor, min(os.fstat(descriptor).st_size, LARGEST + 1), 0)
            while len(data) <= LARGEST and (more := os.pread(descriptor, 1 << 20, len(data))):
                data += more
            return data
        finally:
            os.close(descriptor)

    def contents(
        self, paths: Iterable[str], names: dict[str, list[str]]
    ) -> Iterator[tuple[str, bytes | None]]:
        """Each path with what `read` gives of it; None where that is refused: a link, a folder, not there.

        `names` gets those of all that lies in the paths' folders, folder by folder. A seventh faster than one
        `read` after another, which counts where a tree has 16,000 files.
        """
        here, above = None, -1
        for path in paths:
            data: bytes | None
            folder, _, name = path.rpartition("/")
            try:
                if folder != here:
                    here = None  # unless it is entered
                    above = self._enter(folder)
                    here = folder
                    names[folder] = self.names(folder)
                descriptor = os.open(name, READING, dir_fd=above)
                try:
                    data = os.read(descriptor, CHUNK)
                finally:
                    os.close(descriptor)
                if len(data) == CHUNK:
                    data = self.read(path)
            except OSError:
                data = None
            yield path, data

    def replace(self, path: str, data: bytes) -> None:
        """Make the file hold these bytes at one instant: whoever reads sees the old file or the new one.

        No fsync: a kill of this process loses nothing. What a power cut may lose, docs/security.md says.
        """
        state = self._workshop()
        above, name = self._place(path)
        _create(self._new, state, data)
        os.rename(self._new, name, src_dir_fd=state, dst_dir_fd=above)

    def fill(self, folder: str, files: Iterable[tuple[str, bytes]]) -> None:
        """Make a folder that is not there yet, with these files (name, bytes) in it, at one instant.

        A fourth fewer system calls than one file after another, and no two writers wait for each other.
        """
        state = self._workshop()
        os.mkdir(self._new, dir_fd=state)
        inside = os.open(self._new, READING | os.O_DIRECTORY, dir_fd=state)
        try:
            for name, data in files:
                self.at = f"{folder}/{name}"
                _create(name, inside, data)
        finally:
            os.close(inside)
        above, name = self._place(folder)
        os.rename(self._new, name, src_dir_fd=state, dst_dir_fd=above)

    def remove(self, path: str) -> None:
        """Remove a file; one that is gone already is no fault."""
        above, name = self._place(path)
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=above)

    def make(self, path: str) -> None:
        """Make a folder in one that exists; one that exists already is no fault."""
        above, name = self._place(path)
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=above)

    def prune(self, path: str) -> None:
        """Remove a folder if nothing is left in it."""
        try:
            above, name = self._place(path)
            os.rmdir(name, dir_fd=above)
        except OSError as error:
            # EEXIST is how some systems say "not empty"; a folder that is gone is as good as removed.
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR}:
                raise

    def _workshop(self) -> int:
        """The folder in which files are made before they are put in their places."""
        if self._state is None:
            self._state = os.dup(self._enter(STATE))
        return self._state

    def _place(self, path: str) -> tuple[int, str]:
        """The folder that holds the path, open, and the path's name in it."""
        above, _, name = path.rpartition("/")
        descriptor, self.at = self._enter(above), path
        return descriptor, name

    def _enter(self, folder: str) -> int:
        """The folder, open until another one is entered. From the last one only what differs is walked."""
        here, descriptor = self._way[-1]
        if here == folder:
            return descriptor
        while here and not folder.startswith(f"{here}/"):
            os.close(self._way.pop()[1])
            here, descriptor = self._way[-1]
        for name in filter(None, folder[len(here) :].split("/")):
            here = f"{here}/{name}" if here else name
            self.at = here
            descriptor = os.open(name, READING | os.O_DIRECTORY, dir_fd=descriptor)
            self._way.append((here, descriptor))
        return descriptor


def _create(name: str, above: int, data: bytes) -> None:
    """A file that is not there yet, with these bytes."""
    descriptor = os.open(name, CREATING, 0o666, dir_fd=above)
    try:
        written = os.write(descriptor, data)
        while written < len(data):
            written += os.write(descriptor, memoryview(data)[written:])
    finally:
        os.close(descriptor)


def _kind(entry: os.DirEntry[str]) -> Kind:
    """Of what is no file."""
    if entry.is_dir(follow_symlinks=False):
        return "dir"
    return "link" if entry.is_symlink() else "other"


@contextmanager
def opened(path: Path, *, create: bool = False) -> Iterator[Folder]:
    """The folder, open; made first with `create`.

    Raises DiskError for whatever the system refuses while it is open.
    """
    place = path
    try:
        if create:
            path.mkdir(parents=True, exist_ok=True)
        disk = Folder(os.open(path, os.O_RDONLY | os.O_DIRECTORY))
        try:
            yield disk
        finally:
            place = path / disk.at
            disk.close()
    except OSError as error:
        raise DiskError(_sentence(error, path, place)) from error


def _sentence(error: OSError, path: Path, place: Path) -> str:
    """One sentence about a refusal of the system, with the way out where there is one."""
    if error.errno in {errno.ENOTDIR, errno.EEXIST} and path.is_file():
        return f"`{path}` is a file, not a folder"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"no space left to write `{path}`: make room and render again, which completes the work"
    if error.errno == errno.EROFS:
        return f"`{path}` is on a read-only file system"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"no permission to read or write `{place}`"
    if error.errno in {errno.ENOENT, errno.ESTALE, errno.ELOOP, errno.ENOTDIR} and place != path:
        return f"`{place}` vanished or changed while the tree was being written: render again"
    return f"cannot read or write `{place}`: {error.strerror or error}"
