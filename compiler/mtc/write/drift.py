"""Check: what a render would find to do, without doing it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from mtc.model.diagnostic import Diagnostic
from mtc.model.record import Record
from mtc.write.ahead import Ahead, Glance
from mtc.write.differences import Differences, compare
from mtc.write.folder import Folder, opened
from mtc.write.inventory import INVENTORY
from mtc.write.paths import OWNED
from mtc.write.refusals import refusals
from mtc.write.sums import Sums, sums_of
from mtc.write.survey import Found, survey


class CheckReport(Record, frozen=True):
    """Paths of the folder that are not what was rendered, each tuple sorted.

    `stale` would be replaced or removed; `edited` are the compiler's files that someone changed; `foreign`
    lie in the folders that it owns, or in a rendered path's way. `interrupted`: a write was cut short, or is
    at work now. `diagnostics` say what no render gets past (a symbolic link, a damaged inventory).
    """

    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    interrupted: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def clean(self) -> bool:
        """True when the folder is what was rendered and nothing else."""
        return self == CheckReport()


def check_tree(
    files: Mapping[str, bytes], folder: Path, glance: Glance | None = None, sums: Sums | None = None
) -> CheckReport:
    """Compare a folder with the whole tree `files` (relative POSIX path → bytes); writes nothing.

    `glance` waits for what `look` gives; `sums` are those of these files, where somebody has them.

    Raises DiskError where the folder cannot be read, ValueError for a path that leaves the tree.
    """
    sums = sums or sums_of(files)
    if not os.path.lexists(folder):
        return CheckReport(missing=tuple(sorted([*files, INVENTORY])))
    with opened(folder) as disk:
        return _report(files, sums, disk, glance() if glance is not None else None)


def _report(files: Mapping[str, bytes], sums: Sums, disk: Folder, ahead: Ahead | None) -> CheckReport:
    found = survey(disk, sums, ahead)
    if found.faults:
        return CheckReport(diagnostics=found.faults)
    seen = compare(files, sums, disk.read, found)
    missing, stale = list(seen.missing), seen.stale + seen.gone
    if found.inventory != sums.digests:
        (stale if INVENTORY in found.kinds else missing).append(INVENTORY)
    return CheckReport(
        missing=tuple(sorted(missing)),
        stale=tuple(sorted(stale)),
        edited=tuple(seen.edited),
        foreign=_foreign(files, found, seen),
        interrupted=found.interrupted,
        diagnostics=refusals(Differences(links=seen.links, twins=seen.twins), force=False),
    )


def _foreign(files: Mapping[str, bytes], found: Found, seen: Differences) -> tuple[str, ...]:
    """Strangers in the folders that we own, and whatever is in the way."""
    tops = tuple(f"{top}/" for top in OWNED)
    strangers = {
        path
        for path, kind in found.kinds.items()
        if kind != "dir" and path.startswith(tops) and path not in found.owned and path not in files
    }
    return tuple(sorted(strangers.difference(seen.links).union(seen.foreign)))
