"""Write a rendered tree into a folder that was looked at: what changed, and nothing that is not ours.

The order makes every instant safe: the journal says what is about to appear, then files are removed and
replaced one by one, and new folders put there whole, then the inventory says what is there, then the journal
goes. Whoever comes after a kill takes for ours what either of the two lists, and does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mtc.model.record import Record
from mtc.write.ahead import at_work
from mtc.write.differences import Differences
from mtc.write.folder import TEMPORARIES, Folder
from mtc.write.inventory import INVENTORY, JOURNAL, encode
from mtc.write.paths import STATE, folders_of
from mtc.write.putting import put
from mtc.write.survey import Found

IGNORED = f"{STATE}/.gitignore"
_IN_TEMPORARIES = tuple(f"{path}/" for path in TEMPORARIES)


class WriteReport(Record, frozen=True):
    """Paths by what was done with them, each tuple sorted."""

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class View(Record, frozen=True):
    """What a look at the folder found: what lies there, how it differs, and what the inventory will be."""

    found: Found
    seen: Differences
    after: Mapping[str, str]
    inventory: bytes


def apply(
    files: Mapping[str, bytes], disk: Folder, view: View, progress: Callable[[int, int], None]
) -> WriteReport:
    """Do it, in the order that the module's docstring gives."""
    found, seen, after = view.found, view.seen, view.after
    written = sorted(seen.missing + seen.stale + [path for path in seen.edited if path in files])
    removed = sorted(seen.gone + [path for path in seen.edited if path not in files])
    total = len(written) + len(removed)
    if total or found.interrupted or found.inventory != after or INVENTORY not in found.kinds:
        if found.interrupted:
            _prune(disk, found, after)  # folders made and not yet filled: only the journal knows of them
        whole = len(written) == len(after) and found.around is None
        journal = view.inventory if whole else encode({path: after[path] for path in written})
        _announce(disk, found, journal)
        for done, path in enumerate(removed, 1):
            disk.remove(path)
            progress(done, total)
        _prune(disk, found, after)
        coming = {path for path in folders_of(written) if found.kinds.get(path) != "dir"}
        above = folders_of(coming)
        for path in sorted(coming & above):
            disk.make(path)
        put(disk, files, written, coming - above, lambda done: progress(len(removed) + done, total))
        disk.replace(INVENTORY, view.inventory)
        disk.remove(JOURNAL)
    return WriteReport(tuple(written), tuple(seen.unchanged), tuple(removed))


def _prune(disk: Folder, found: Found, after: Mapping[str, str]) -> None:
    """Remove folders that we made, hold nothing any more and are not needed."""
    if not found.journal and found.inventory.keys() <= after.keys():
        return  # nothing of ours goes, so no folder does
    for path in sorted(found.former - folders_of(after), reverse=True):
        if found.kinds.get(path) == "dir":
            disk.prune(path)


def _announce(disk: Folder, found: Found, coming: bytes) -> None:
    """Write the journal `coming`. What an earlier one still vouched for moves into the inventory first."""
    disk.make(STATE)
    left = filter(_is_temporary, found.kinds) if at_work(found.kinds) else ()
    for path in sorted(left, reverse=True):
        disk.prune(path) if found.kinds[path] == "dir" else disk.remove(path)
    if IGNORED not in found.kinds:
        # A journal or half a file that a kill left must not reach Git: they speak of this folder only.
        disk.replace(IGNORED, b"/journal.json\n/new*\n")
    if found.owned != found.inventory:
        disk.replace(INVENTORY, encode(found.owned))
    disk.replace(JOURNAL, coming)


def _is_temporary(path: str) -> bool:
    """True for what a kill left of a file or a folder in the making, and for what lies in such a folder."""
    return path in TEMPORARIES or path.startswith(_IN_TEMPORARIES)
