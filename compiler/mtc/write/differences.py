"""How a folder differs from a rendered tree: what both writing and checking go by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TypeAlias

from mtc.model.diagnostic import Diagnostic
from mtc.model.record import Record, changed, field
from mtc.write.ahead import Ahead, at_work
from mtc.write.folder import Folder, Kind
from mtc.write.inventory import INVENTORY, JOURNAL, digest, load, settled
from mtc.write.paths import OWNED, STATE, folders_of, inside, tops_of, twins
from mtc.write.sums import Sums

Read: TypeAlias = Callable[[str], bytes]


class Found(Record, frozen=True, dict=True):
    """What lies in a folder, and which of it is ours (path → SHA-256); `seen` was read ahead."""

    kinds: dict[str, Kind]
    inventory: Mapping[str, str] = field(default_factory=dict)
    owned: Mapping[str, str] = field(default_factory=dict)
    journal: Mapping[str, str] | None = None
    faults: tuple[Diagnostic, ...] = ()
    seen: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def interrupted(self) -> bool:
        """A write was cut short, or is at work now: the first one too, which has left no inventory yet."""
        begun = self.kinds.get(STATE) == "dir" and INVENTORY not in self.kinds
        return begun or at_work(self.kinds)

    @cached_property
    def former(self) -> set[str]:
        """Folders that the last write made or kept, one that was cut short included."""
        return folders_of([*self.inventory, *(self.journal or ())])


class Differences(Record, frozen=True):
    """Paths by what is the matter with them, each list sorted.

    `edited` are ours and hold what nobody rendered; `gone` are ours and rendered no longer; `foreign` are
    somebody else's in a rendered path's way; `links` are symbolic links there; `twins` are somebody else's
    (path → rendered path) that only case or Unicode form keeps apart.
    """

    unchanged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    twins: dict[str, str] = field(default_factory=dict)


def survey(folder: Folder, sums: Sums, ahead: Ahead | None = None, within: str = "") -> Found:
    """Look at the root, and at every depth of those top folders that matter to the tree of these sums.

    With `within`, at every depth of that folder alone, and beside it; unless a write was cut short.
    """
    kinds = folder.kinds()
    if kinds.get(STATE) == "dir":
        kinds |= folder.kinds(STATE)
    inventory = load(folder, kinds, INVENTORY, (sums.inventory, sums.digests))
    journal = load(folder, kinds, JOURNAL)
    faults = {f.primary.span.file: f for f in (inventory, journal) if isinstance(f, Diagnostic)}
    if isinstance(inventory, Diagnostic) or isinstance(journal, Diagnostic):
        return Found(kinds, faults=tuple(faults.values()))
    inventory = inventory or {}
    if within and not at_work(kinds):
        kinds |= _way_to(folder, kinds, within)
    else:
        different = {id(known): known for known in (sums.digests, inventory, journal or {})}.values()
        for top in sorted(set(OWNED).union(*map(tops_of, different))):
            if kinds.get(top) == "dir":
                kinds |= folder.kinds(top)
    found = Found(kinds, inventory, settled(inventory, journal or {}, folder, kinds), journal)
    if ahead is not None and not found.interrupted and digest(folder.read(INVENTORY)) == ahead.inventory:
        return changed(found, seen={**inventory, **ahead.others} if ahead.others else inventory)
    return found


def _way_to(folder: Folder, kinds: dict[str, Kind], within: str) -> dict[str, Kind]:
    """What lies on the way to a folder, and at every depth of it."""
    found: dict[str, Kind] = {}
    above, parts = "", within.split("/")
    for part in parts[:-1]:
        above = f"{above}/{part}" if above else part
        if {**kinds, **found}.get(above) != "dir":
            return found
        found |= folder.kinds(above, deep=False)
    return found | (folder.kinds(within) if {**kinds, **found}.get(within) == "dir" else {})


def compare(
    files: Mapping[str, bytes], sums: Sums, read: Read, found: Found, within: str = ""
) -> Differences:
    """Sort every path, rendered or ours, by what is the matter with it; those in the folder `within` alone.

    `sums` are the files'; `read` gives the bytes of a file that was found.
    """
    differences = Differences()
    for path in sorted(inside(found.owned.keys() - files.keys(), within)):
        kind = found.kinds.get(path)
        if kind == "link":
            differences.links.append(path)
        elif kind == "file":
            ours = digest(read(path)) == found.owned[path]
            (differences.gone if ours else differences.edited).append(path)
    leaving = frozenset(differences.gone + differences.edited)
    wanted = sorted(inside(files, within))
    above = folders_of(wanted) if within else sums.folders
    strangers = _strangers(found.kinds.keys() - files.keys() - above - leaving, found)
    if strangers:
        differences.twins.update(twins(strangers, above.union(wanted)))
    for path in _looked_at(wanted, sums, found, differences):
        kind = found.kinds.get(path)
        if kind is None:
            differences.missing.append(path)
        else:
            verdict = _verdict(path, kind, files[path], read, found, leaving)
            getattr(differences, verdict).append(path)
    for path in sorted(above):
        kind = found.kinds.get(path)
        if kind == "link":
            differences.links.append(path)
        elif kind in {"file", "other"} and path not in leaving:
            differences.foreign.append(path)
    differences.edited.sort()
    differences.unchanged.sort()
    return differences


def _strangers(others: Iterable[str], found: Found) -> list[str]:
    """Those that are no folders of ours either. The compiler's own folder has no twin in any tree."""
    left = [path for path in others if path != STATE and not path.startswith(f"{STATE}/")]
    return sorted(path for path in left if path not in found.former) if left else []


def _looked_at(wanted: list[str], sums: Sums, found: Found, differences: Differences) -> list[str]:
    """The wanted paths without those that were seen unchanged, which is said of them."""
    kinds, seen, digests = found.kinds, found.seen, sums.digests
    if not kinds:
        differences.missing.extend(wanted)
        return []
    if not seen:
        return wanted
    # Dicts tell in one step what a loop over a hundred thousand paths tells in ten times as long.
    unlike = set() if seen is digests else {path for path, _ in digests.items() - seen.items()}
    if not unlike and set(map(kinds.get, wanted)) <= {"file"}:
        differences.unchanged.extend(wanted)
        return []
    rest = [path for path in wanted if path in unlike or kinds.get(path) != "file"]
    others = frozenset(rest)
    differences.unchanged.extend([path for path in wanted if path not in others])
    return rest


def _verdict(
    path: str, kind: Kind, data: bytes, read: Read, found: Found, leaving: frozenset[str]
) -> str:
    """Which list of Differences a rendered path belongs to, where something lies."""
    if kind == "link":
        return "links"
    if kind != "file":
        return "missing" if kind == "dir" and _empties(path, found, leaving) else "foreign"
    present = read(path)
    if present == data:
        return "unchanged"
    if path not in found.owned:
        return "foreign"
    return "stale" if digest(present) == found.owned[path] else "edited"


def _empties(folder: str, found: Found, leaving: frozenset[str]) -> bool:
    """True when the folder is gone once the leaving files are: nobody else has anything in it."""
    inside = [path for path in found.kinds if path == folder or path.startswith(f"{folder}/")]
    return all(path in leaving or (path in found.former and found.kinds[path] == "dir") for path in inside)
