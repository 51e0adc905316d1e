"""A tree on its way into a folder: a look that changes nothing, and then the change, or what forbids it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from mtc.model.diagnostic import Outcome
from mtc.model.failure import DiskError
from mtc.write.ahead import Ahead
from mtc.write.differences import Read, compare
from mtc.write.folder import Folder, opened
from mtc.write.inventory import encode, refusal
from mtc.write.part import Part, survey_part
from mtc.write.paths import inside
from mtc.write.refusals import emptying, refusals
from mtc.write.sums import sums_of
from mtc.write.survey import Found, survey
from mtc.write.tree import View, WriteReport, apply

AnyGlance: TypeAlias = Callable[[], "Ahead | Part | None"]


class Writing:
    """A tree (relative POSIX path → bytes) on its way into a folder: all of it, or the folder `within`.

    What lies outside of it stays as it is, in the folder and in the inventory. `glance` gives what
    `look` gave; with `within`, what `look_within` did. Leave the `with` block, and the folder is let go of.
    """

    def __init__(self, folder: Path, within: str = "", glance: AnyGlance | None = None) -> None:
        self._folder, self._within = folder, within
        self._glance: AnyGlance = glance if glance is not None else _nothing
        self._ahead: list[Ahead | Part | None] = []
        self._stack = ExitStack()
        self._disk: Folder | None = None
        self._view: View | None = None

    def look(self, files: Mapping[str, bytes]) -> None:
        """See what writing these files would do. Changes nothing, so it may come before a tree is proved.

        Raises ValueError for a path that leaves the tree. What the system refuses, `write` raises.
        """
        self._files, self._sums = files, sums_of(files)
        if self._sums.collisions:
            return
        with suppress(OSError, DiskError):
            if os.path.lexists(self._folder):
                self._view = self._viewed(create=False).value
            else:
                self._view = self._compared(Found({}), _read_nothing)

    def write(
        self,
        *,
        force: bool = False,
        allow_empty: bool = False,
        before: Callable[[], object] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Outcome[WriteReport]:
        """Make the folder hold the tree that was looked at.

        A file that is not ours but already holds the rendered bytes becomes ours. `before` is called once
        nothing is refused and nobody else writes, and before any change; `progress` gets (changes done,
        changes in all).
        Refuses, as diagnostics and with nothing changed, what someone has to decide about: `force` gives up
        edits by hand, `allow_empty` every tenant. Raises DiskError where the system refuses, and the next
        run completes the work.
        """
        if self._sums.collisions:
            return Outcome(None, self._sums.collisions)
        looked = self._disk is not None and self._view is not None
        viewed = Outcome(self._view) if looked else self._viewed(create=True)
        disk, view = self._disk, viewed.value
        if disk is None or view is None:
            return Outcome(None, viewed.diagnostics)
        faults = refusals(view.seen, force=force)
        if not (faults or allow_empty):
            faults = emptying(view.found.owned, view.after)
        if faults:
            return Outcome(None, faults)
        if before is not None:
            before()
        return Outcome(apply(self._files, disk, view, progress or _silent))

    def __enter__(self) -> Writing:
        self._stack.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)  # a DiskError is made of the system's on the way out

    def _viewed(self, *, create: bool) -> Outcome[View]:
        """Take the folder, and look: what is wrong with it where it has no view."""
        self._stack.close()
        self._disk = None
        disk = self._stack.enter_context(opened(self._folder, create=create))
        if not disk.lock():
            message = f"another render is at work in `{self._folder}`"
            said = refusal("write/locked", str(self._folder), message, "wait until it is done")
            return Outcome(None, (said,))
        self._disk = disk
        if self._view is not None and not disk.kinds():
            return Outcome(self._view)  # of a folder that was not there, and is empty now
        if not self._ahead:
            self._ahead.append(self._glance())
        found = self._surveyed(disk, self._ahead[0])
        if found.faults:
            return Outcome(None, found.faults)
        return Outcome(self._compared(found, disk.read))

    def _surveyed(self, disk: Folder, ahead: Ahead | Part | None) -> Found:
        """What lies there; by a part of the inventory where that says all that is needed."""
        if isinstance(ahead, Part):
            found = survey_part(disk, ahead, self._within) if inside(self._files, self._within) else None
            return found or survey(disk, self._sums, None, self._within, locked=True)
        return survey(disk, self._sums, ahead, self._within, locked=True)

    def _compared(self, found: Found, read: Read) -> View:
        seen = compare(self._files, self._sums, read, found, self._within)
        if not self._within:
            return View(found, seen, self._sums.digests, self._sums.inventory)
        after = _after(self._sums.digests, found, self._within)
        return View(found, seen, after, encode(after) if found.around is None else found.around.filled(after))


def write_tree(
    files: Mapping[str, bytes],
    folder: Path,
    *,
    within: str = "",
    glance: AnyGlance | None = None,
    force: bool = False,
    allow_empty: bool = False,
    before: Callable[[], object] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome[WriteReport]:
    """Look and write at once: see Writing."""
    with Writing(folder, within, glance) as writing:
        writing.look(files)
        return writing.write(force=force, allow_empty=allow_empty, before=before, progress=progress)


def _after(digests: Mapping[str, str], found: Found, within: str) -> Mapping[str, str]:
    """The inventory when all is done in one folder."""
    mine = set(inside(found.owned, within))
    after = {path: known for path, known in found.owned.items() if path not in mine}
    after.update((path, digests[path]) for path in inside(digests, within))
    return after


def _silent(_done: int, _total: int) -> None:
    return None


def _nothing() -> None:
    return None


def _read_nothing(path: str) -> bytes:
    raise FileNotFoundError(path)
