"""Write a rendered tree into a folder: what changed, and nothing that is not ours.

The order makes every instant safe: the journal says what is about to appear, then files are removed and
replaced one by one, and new folders put there whole, then the inventory says what is there, then the journal
goes. Whoever comes after a kill takes for ours what either of the two lists, and does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from mtc.model.diagnostic import Outcome
from mtc.model.record import Record
from mtc.write.ahead import Glance
from mtc.write.differences import Differences, Found, compare, survey
from mtc.write.folder import TEMPORARIES, Folder, opened
from mtc.write.inventory import INVENTORY, JOURNAL, encode, refusal
from mtc.write.paths import STATE, folders_of
from mtc.write.putting import put
from mtc.write.refusals import emptying, refusals
from mtc.write.sums import Sums, sums_of

IGNORED = f"{STATE}/.gitignore"
_IN_TEMPORARIES = tuple(f"{path}/" for path in TEMPORARIES)


class WriteReport(Record, frozen=True):
    """Paths by what was done with them, each tuple sorted."""

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def write_tree(
    files: Mapping[str, bytes],
    folder: Path,
    *,
    force: bool = False,
    allow_empty: bool = False,
    within: str = "",
    before: Callable[[], object] | None = None,
    progress: Callable[[int, int], None] | None = None,
    glance: Glance | None = None,
    sums: Sums | None = None,
) -> Outcome[WriteReport]:
    """Make the folder hold the tree `files` (relative POSIX path → bytes), all of it or the folder `within`.

    What lies outside of it stays as it is, in the folder and in the inventory. A file that is not ours but
    already holds the rendered bytes becomes ours. `before` is called once nothing is refused and nobody else
    writes, and before any change; `progress` gets (changes done, changes in all); `glance` is what
    `looking_ahead` gave, and `sums` are those of these files, where somebody has them.
    Refuses, as diagnostics and with nothing changed, what someone has to decide about: `force` gives up
    edits by hand, `allow_empty` every tenant. Raises DiskError where the system refuses, and the next
    run completes the work; ValueError for a path that leaves the tree.
    """
    sums = sums or sums_of(files)
    if sums.collisions:
        return Outcome(None, sums.collisions)
    with opened(folder, create=True) as disk:
        if not disk.lock():
            message = f"another render is at work in `{folder}`"
            return Outcome(None, (refusal("write/locked", str(folder), message, "wait until it is done"),))
        found = survey(disk, files, glance() if glance is not None else None, within)
        if found.faults:
            return Outcome(None, found.faults)
        scope = _scope(within)
        seen = compare(files, sums.digests, disk, found, scope)
        after = _after(sums.digests, found, scope)
        faults = refusals(seen, force=force)
        if not (faults or allow_empty):
            faults = emptying(found.owned, after)
        if faults:
            return Outcome(None, faults)
        if before is not None:
            before()
        return Outcome(_apply(files, disk, found, seen, after, progress or _silent))


def _after(digests: Mapping[str, str], found: Found, scope: Callable[[str], bool]) -> dict[str, str]:
    """The inventory when all is done."""
    after = {path: known for path, known in found.owned.items() if not scope(path)}
    after.update((path, known) for path, known in digests.items() if scope(path))
    return after


def _apply(
    files: Mapping[str, bytes],
    disk: Folder,
    found: Found,
    seen: Differences,
    after: dict[str, str],
    progress: Callable[[int, int], None],
) -> WriteReport:
    """Do it, in the order that the module's docstring gives."""
    written = sorted(seen.missing + seen.stale + [path for path in seen.edited if path in files])
    removed = sorted(seen.gone + [path for path in seen.edited if path not in files])
    total = len(written) + len(removed)
    if total or found.interrupted or found.inventory != after or INVENTORY not in found.kinds:
        if found.interrupted:
            _prune(disk, found, after)  # folders made and not yet filled: only the journal knows of them
        _announce(disk, found, {path: after[path] for path in written})
        for done, path in enumerate(removed, 1):
            disk.remove(path)
            progress(done, total)
        _prune(disk, found, after)
        coming = {path for path in folders_of(written) if found.kinds.get(path) != "dir"}
        above = folders_of(coming)
        for path in sorted(coming & above):
            disk.make(path)
        put(disk, files, written, coming - above, lambda done: progress(len(removed) + done, total))
        disk.replace(INVENTORY, encode(after))
        disk.remove(JOURNAL)
    return WriteReport(tuple(written), tuple(seen.unchanged), tuple(removed))


def _prune(disk: Folder, found: Found, after: Mapping[str, str]) -> None:
    """Remove folders that we made, hold nothing any more and are not needed."""
    for path in sorted(found.former - folders_of(after), reverse=True):
        if found.kinds.get(path) == "dir":
            disk.prune(path)


def _announce(disk: Folder, found: Found, coming: dict[str, str]) -> None:
    """Write the journal. What an earlier one still vouched for moves into the inventory first."""
    disk.make(STATE)
    for path in sorted(filter(_is_temporary, found.kinds), reverse=True):
        disk.prune(path) if found.kinds[path] == "dir" else disk.remove(path)
    if IGNORED not in found.kinds:
        # A journal or half a file that a kill left must not reach Git: they speak of this folder only.
        disk.replace(IGNORED, b"/journal.json\n/new*\n")
    if found.owned != found.inventory:
        disk.replace(INVENTORY, encode(found.owned))
    disk.replace(JOURNAL, encode(coming))


def _is_temporary(path: str) -> bool:
    """True for what a kill left of a file or a folder in the making, and for what lies in such a folder."""
    return path in TEMPORARIES or path.startswith(_IN_TEMPORARIES)


def _scope(within: str) -> Callable[[str], bool]:
    return (lambda path: path.startswith(f"{within}/")) if within else (lambda _: True)


def _silent(_done: int, _total: int) -> None:
    return None
