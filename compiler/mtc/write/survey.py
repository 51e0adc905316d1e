"""What lies in a folder: a look at it, or what was seen of it ahead, as far as that may be believed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

from mtc.model.diagnostic import Diagnostic
from mtc.model.record import Record, field
from mtc.write.ahead import Ahead, at_work, is_settled, root_of
from mtc.write.folder import Folder, Kind
from mtc.write.inventory import INVENTORY, JOURNAL, Around, digest, load, settled
from mtc.write.paths import OWNED, STATE, folders_of, tops_of
from mtc.write.sums import Sums


class Found(Record, frozen=True, dict=True):
    """What lies in a folder, and which of it is ours (path → SHA-256).

    `unlike` are the paths whose files are not what they shall be, as far as was seen ahead; None where nobody
    looked. `around` are the inventory's other lines, where those of one folder are all that was read of it.
    """

    kinds: dict[str, Kind]
    inventory: Mapping[str, str] = field(default_factory=dict)
    owned: Mapping[str, str] = field(default_factory=dict)
    journal: Mapping[str, str] | None = None
    faults: tuple[Diagnostic, ...] = ()
    unlike: Collection[str] | None = None
    around: Around | None = None

    @property
    def interrupted(self) -> bool:
        """A write was cut short, or is at work now: the first one too, which has left no inventory yet."""
        return _interrupted(self.kinds)

    @cached_property
    def former(self) -> set[str]:
        """Folders that the last write made or kept, one that was cut short included."""
        return folders_of([*self.inventory, *(self.journal or ())])


def survey(
    folder: Folder, sums: Sums, ahead: Ahead | None = None, within: str = "", *, locked: bool = False
) -> Found:
    """Look at the root, and at every depth of those top folders that matter to the tree of these sums.

    With `within`, at every depth of that folder alone, and beside it; unless a write was cut short. What was
    seen `ahead` counts while no other render was at work in between. In a folder that is `locked`, where none
    can be, only the folders in which this one has something to do are looked at again.
    """
    kinds = root_of(folder)
    inventory = load(folder, kinds, INVENTORY, (sums.inventory, sums.digests))
    journal = load(folder, kinds, JOURNAL)
    faults = {f.primary.span.file: f for f in (inventory, journal) if isinstance(f, Diagnostic)}
    if isinstance(inventory, Diagnostic) or isinstance(journal, Diagnostic):
        return Found(kinds, faults=tuple(faults.values()))
    inventory, journal = inventory or {}, journal or {}
    if ahead is not None and not _holds(ahead, folder, kinds):
        ahead = None
    unlike = _unlike(sums, inventory, ahead) if ahead is not None else None
    below: Mapping[str, Kind] | None = None
    if within and not at_work(kinds):
        below = way_to(folder, kinds, within)
    elif ahead is not None and unlike is not None and locked:
        below = _believed(folder, kinds, sums, inventory, ahead, unlike)
    if below is None:
        below = _looked_at(folder, kinds, [sums.digests, inventory, journal])
    kinds.update(below)
    if ahead is not None and not locked and not _holds(ahead, folder, kinds):
        unlike = None
    return Found(kinds, inventory, settled(inventory, journal, folder, kinds), journal or None, unlike=unlike)


def _interrupted(kinds: Mapping[str, Kind]) -> bool:
    return at_work(kinds) or (kinds.get(STATE) == "dir" and INVENTORY not in kinds)


def _holds(ahead: Ahead, folder: Folder, kinds: Mapping[str, Kind]) -> bool:
    """True where no other render has written since."""
    return is_settled(kinds) and digest(folder.read(INVENTORY)) == ahead.inventory


def _unlike(sums: Sums, inventory: Mapping[str, str], ahead: Ahead) -> set[str]:
    """The paths whose file was not seen to be what it shall be, those that shall go included."""
    if inventory is sums.digests:
        return set(ahead.others)
    # Dicts tell in one step what a loop over a hundred thousand paths tells in ten times as long.
    return {path for path, _ in sums.digests.items() ^ inventory.items()}.union(ahead.others)


def _looked_at(
    folder: Folder, kinds: Mapping[str, Kind], trees: list[Mapping[str, str]]
) -> dict[str, Kind]:
    """What lies at every depth of the top folders that are ours, or that one of the trees has."""
    found: dict[str, Kind] = {}
    different = {id(tree): tree for tree in trees}.values()
    for top in sorted(set(OWNED).union(*map(tops_of, different))):
        if kinds.get(top) == "dir":
            found |= folder.kinds(top)
    return found


def _believed(
    folder: Folder,
    kinds: Mapping[str, Kind],
    sums: Sums,
    inventory: Mapping[str, str],
    ahead: Ahead,
    unlike: Collection[str],
) -> dict[str, Kind] | None:
    """The same as it was seen ahead, and looked at again wherever a path is unlike. None where it could be
    otherwise: something is gone, or in the way, or in a folder that was not looked at."""
    same = inventory.keys() == sums.digests.keys()  # told in a tenth of the time that their folders take
    tops = tops_of(inventory)
    if None in ahead.others.values() or not (same or tops_of(sums.digests) <= tops.union(OWNED)):
        return None
    if any(kinds.get(top) != ("file" if top in inventory else "dir") for top in tops):
        return None
    folders = sums.folders if same else folders_of(inventory)
    found: dict[str, Kind] = dict.fromkeys(inventory, "file")
    found.update(dict.fromkeys(folders, "dir"))
    found.update(ahead.strangers)
    busy = {_nearest(path, folders) for path in unlike} - {""}  # the root was looked at already
    within = tuple([f"{folder}/" for folder in busy])
    for path in [path for path in found if path.startswith(within)]:
        if path.rpartition("/")[0] in busy:
            del found[path]
    known = folders | ahead.strangers.keys()
    try:
        for above in sorted(busy):
            here = folder.kinds(above, deep=False)
            if any(kind == "dir" and path not in known for path, kind in here.items()):
                return None
            found |= here
    except OSError:
        return None
    return found


def _nearest(path: str, folders: Collection[str]) -> str:
    """The last folder on the way to a path that is one of these; "" where none is."""
    above = path.rpartition("/")[0]
    while above and above not in folders:
        above = above.rpartition("/")[0]
    return above


def way_to(folder: Folder, kinds: dict[str, Kind], within: str) -> dict[str, Kind]:
    """What lies on the way to a folder, and at every depth of it."""
    found: dict[str, Kind] = {}
    above, parts = "", within.split("/")
    for part in parts[:-1]:
        above = f"{above}/{part}" if above else part
        if {**kinds, **found}.get(above) != "dir":
            return found
        found |= folder.kinds(above, deep=False)
    return found | (folder.kinds(within) if {**kinds, **found}.get(within) == "dir" else {})
