"""How a folder differs from a rendered tree: what both writing and checking go by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from mtc.model.record import Record, field
from mtc.write.folder import Kind
from mtc.write.inventory import digest
from mtc.write.paths import STATE, folders_of, inside, twins
from mtc.write.sums import Sums
from mtc.write.survey import Found

Read: TypeAlias = Callable[[str], bytes]


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
    for path in _looked_at(wanted, found, differences):
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


def _looked_at(wanted: list[str], found: Found, differences: Differences) -> list[str]:
    """The wanted paths without those that were seen unchanged, which is said of them."""
    kinds, unlike = found.kinds, found.unlike
    if not kinds:
        differences.missing.extend(wanted)
        return []
    if unlike is None:
        return wanted
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
