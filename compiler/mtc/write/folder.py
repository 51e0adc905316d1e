"""The output folder, held open: every path is relative to it, and no symbolic link in it is followed."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, TypeAlias

from mtc.model.failure import DiskError
from mtc.write.paths import STATE

Kind: TypeAlias = Literal["file", "dir", "link", "other"]
# One name is enough: the lock lets one render in at a time.
TEMPORARY = f"{STATE}/new"
# A FIFO in a file's place must not make us wait for whoever writes to it.
READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
CREATING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class Folder:
    """An open folder. Its methods raise OSError; `opened` turns that into DiskError."""

    def __init__(self, descriptor: int) -> None:
        self._root = descriptor

    def kinds(self, top: str = "") -> dict[str, Kind]:
        """What lies directly in the root, or with `top` at any depth below that folder; path → kind."""
        found: dict[str, Kind] = {}
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            descriptor = os.open(folder or ".", READING | os.O_DIRECTORY, dir_fd=self._root)
            try:
                with os.scandir(descriptor) as entries:
                    here = {f"{folder}/{e.name}" if folder else e.name: _kind(e) for e in entries}
            finally:
                os.close(descriptor)
            found.update(here)
            if top:
                waiting.extend(path for path, kind in here.items() if kind == "dir")
        return found

    def lock(self) -> bool:
        """Take the folder for one render until it is closed or the process dies; False: someone has it."""
        try:
            fcntl.flock(self._root, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def read(self, path: str) -> bytes:
        """The file's bytes."""
        descriptor = os.open(path, READING, dir_fd=self._root)
        try:
            data = os.read(descriptor, 1 << 16)
            if len(data) < 1 << 16:
                return data
            chunks = [data]
            while data := os.read(descriptor, 1 << 20):
                chunks.append(data)
            return b"".join(chunks)
        finally:
            os.close(descriptor)

    def replace(self, path: str, data: bytes) -> None:
        """Make the file hold these bytes at one instant: whoever reads sees the old file or the new one.

        No fsync: a kill of this process loses nothing, and after a power cut a render writes it again.
        """
        descriptor = os.open(TEMPORARY, CREATING, 0o666, dir_fd=self._root)
        try:
            written = os.write(descriptor, data)
            while written < len(data):
                written += os.write(descriptor, memoryview(data)[written:])
        finally:
            os.close(descriptor)
        os.rename(TEMPORARY, path, src_dir_fd=self._root, dst_dir_fd=self._root)

    def remove(self, path: str) -> None:
        """Remove a file; one that is gone already is no fault."""
        with suppress(FileNotFoundError):
            os.unlink(path, dir_fd=self._root)

    def make(self, path: str) -> None:
        """Make a folder in one that exists; one that exists already is no fault."""
        with suppress(FileExistsError):
            os.mkdir(path, dir_fd=self._root)

    def prune(self, path: str) -> None:
        """Remove a folder if nothing is left in it."""
        try:
            os.rmdir(path, dir_fd=self._root)
        except OSError as error:
            # EEXIST is how some systems say "not empty"; a folder that is gone is as good as removed.
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR}:
                raise


def _kind(entry: os.DirEntry[str]) -> Kind:
    if entry.is_symlink():
        return "link"
    if entry.is_file(follow_symlinks=False):
        return "file"
    return "dir" if entry.is_dir(follow_symlinks=False) else "other"


@contextmanager
def opened(path: Path, *, create: bool = False) -> Iterator[Folder]:
    """The folder, open; made first with `create`.

    Raises DiskError for whatever the system refuses while it is open.
    """
    shown = str(path)
    try:
        if create:
            path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield Folder(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise DiskError(_sentence(error, path, shown)) from error


def _sentence(error: OSError, path: Path, shown: str) -> str:
    """One sentence about a refusal of the system, with the way out where there is one."""
    place = shown
    if isinstance(error.filename, str) and error.filename not in {shown, ".", TEMPORARY}:
        place = str(path / error.filename)
    if error.errno in {errno.ENOTDIR, errno.EEXIST} and path.is_file():
        return f"`{shown}` is a file, not a folder"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"no space left to write `{shown}`: make room and render again, which completes the work"
    if error.errno == errno.EROFS:
        return f"`{shown}` is on a read-only file system"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"no permission to read or write `{place}`"
    if error.errno in {errno.ENOENT, errno.ESTALE}:
        return f"`{place}` vanished or changed while the tree was being written: render again"
    return f"cannot read or write `{place}`: {error.strerror or error}"
