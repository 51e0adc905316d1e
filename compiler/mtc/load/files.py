"""Reading the blueprint and what it names: bytes, or a fault with its place; nothing outside its folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from mtc.model.diagnostic import Diagnostic, Label, Outcome
from mtc.model.source import Span
from mtc.yamlio.text import MAX_BYTES, too_large

# What a caller names to hand us a stream: `mtc validate /dev/stdin`, or a shell's `<(…)`.
_STREAMS = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")


class Shelf(Protocol):
    """Where the files lie that a blueprint names. Paths are relative to it, with `/` and without `./`."""

    def read(self, path: str, label: Label) -> Outcome[bytes]:
        """The file's bytes. Faults at `label`: files/missing, files/directory, files/unreadable,
        files/outside, yaml/too-large."""

    def yaml_files(self, folder: str, label: Label) -> Outcome[list[str]]:
        """Every `*.yaml` in or below a folder, sorted; none where there is no such folder. files/outside."""


class Folder:
    """Files on disk below a folder, which no path and no symbolic link may leave."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, path: str, label: Label) -> Outcome[bytes]:
        inside = self._inside(path)
        if inside is None:
            return Outcome(None, (outside(path, label),))
        return read_file(inside, path, label)

    def yaml_files(self, folder: str, label: Label) -> Outcome[list[str]]:
        top = self._inside(folder)
        if top is None:
            return Outcome(None, (outside(folder, label),))
        found = (path for path in top.rglob("*.yaml") if path.is_file())
        return Outcome(sorted(f"{folder}/{path.relative_to(top).as_posix()}" for path in found))

    def _inside(self, path: str) -> Path | None:
        """The path with its links followed, or None where that leaves the folder."""
        try:
            root = self.path.resolve()
            found = (root / path).resolve()
        except (OSError, RuntimeError, ValueError):  # a loop of links, a NUL in the path
            return None
        return found if found.is_relative_to(root) else None


class Files:
    """Files in memory, or wherever a mapping from path to bytes leads (a Git revision)."""

    def __init__(self, content: Mapping[str, bytes]) -> None:
        self.content = content

    def read(self, path: str, label: Label) -> Outcome[bytes]:
        if _leaves(path):
            return Outcome(None, (outside(path, label),))
        found = self.content.get(path)
        return Outcome(found) if found is not None else Outcome(None, (missing(path, label),))

    def yaml_files(self, folder: str, label: Label) -> Outcome[list[str]]:
        if _leaves(folder):
            return Outcome(None, (outside(folder, label),))
        top = "" if folder == "." else f"{folder}/"
        return Outcome(
            sorted(path for path in self.content if path.startswith(top) and path.endswith(".yaml"))
        )


def _leaves(path: str) -> bool:
    return path == ".." or path.startswith(("../", "/"))


def read_file(path: Path, shown: str, label: Label | None = None) -> Outcome[bytes]:
    """A file's bytes; faults at `label`, by default the file's first line. No more than 64 MiB is read.

    A link may not lead out of its folder: a pull request can make a blueprint one to whatever the machine
    holds, and an excerpt would print it. Pipes and devices are read where the system itself names them.
    """
    label = label or Label(Span(shown, 1, 1, 1, 2))
    if strays(path):
        return Outcome(None, (astray(shown, label),))
    try:
        with open(path, "rb", opener=_opened) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode) and not _streams(path):
                return Outcome(None, (unreadable(shown, label, "not a regular file"),))
            content = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Outcome(None, (missing(shown, label),))
    except IsADirectoryError:
        return Outcome(None, (directory(shown, label),))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return Outcome(None, (unreadable(shown, label, reason.lower()),))
    if len(content) > MAX_BYTES:
        return Outcome(None, (too_large(shown, label),))
    return Outcome(content)


def strays(path: Path) -> bool:
    """True for a symbolic link that leads out of the folder it lies in, or nowhere."""
    if not path.is_symlink() or _streams(path):
        return False
    try:
        return not path.resolve(strict=True).is_relative_to(path.parent.resolve())
    except (OSError, RuntimeError):  # it leads nowhere, or round and round
        return True


def _streams(path: Path | str) -> bool:
    return str(path).startswith(_STREAMS)


def _opened(path: str, flags: int) -> int:
    """A pipe in a file's place must not make us wait for whoever writes to it."""
    return os.open(path, flags | (0 if _streams(path) else os.O_NONBLOCK))


def missing(shown: str, label: Label) -> Diagnostic:
    """files/missing: there is no file at the path."""
    return Diagnostic("files/missing", f"`{shown}` does not exist", label, "check the path")


def directory(shown: str, label: Label) -> Diagnostic:
    """files/directory: a folder stands where a file belongs."""
    return Diagnostic("files/directory", f"`{shown}` is a folder, not a file", label, "name a file in it")


def unreadable(shown: str, label: Label, reason: str) -> Diagnostic:
    """files/unreadable: the file is there, and the system does not hand it out."""
    message = f"`{shown}` cannot be read: {reason}"
    return Diagnostic("files/unreadable", message, label, "check its kind and its permissions")


def outside(shown: str, label: Label) -> Diagnostic:
    """files/outside: a blueprint from a pull request may not read the machine that renders it."""
    message = f"`{shown}` lies outside the blueprint's folder"
    return Diagnostic("files/outside", message, label, "put it beside the blueprint, and name it from there")


def astray(shown: str, label: Label) -> Diagnostic:
    """files/outside, of a blueprint or lock file that is a link."""
    message = f"`{shown}` is a symbolic link that leads out of its folder, or nowhere"
    return Diagnostic("files/outside", message, label, "name the file itself")


def too_much(label: Label) -> Diagnostic:
    """files/too-large: every file is small enough, and all of them are not."""
    message = f"the files that the blueprint names are together larger than {MAX_BYTES // 1024 // 1024} MiB"
    return Diagnostic("files/too-large", message, label, "take generated data out of them")
