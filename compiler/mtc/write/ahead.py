"""A look at the folder while the blueprint is still being compiled: most renders change little or nothing.

What it saw is believed of files that turn out to be unchanged, and of no others; and of those only while no
other render was at work in between, which its inventory tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from mtc.model.failure import DiskError
from mtc.model.record import Record
from mtc.write.folder import TEMPORARIES, Folder, Kind, opened
from mtc.write.inventory import INVENTORY, JOURNAL, decode, digest
from mtc.write.paths import OWNED, STATE, folders_of, tops_of


class Ahead(Record, frozen=True):
    """The inventory's digest, and that of each file that is not as it says; None where it is none.

    `strangers` are what else lies in the folders of the tree, at any depth; path → kind.
    """

    inventory: str
    others: Mapping[str, str | None]
    strangers: Mapping[str, Kind]


Glance: TypeAlias = Callable[[], "Ahead | None"]


def look(folder: Path) -> Ahead | None:
    """What lies there now; None where a write was cut short or is at work, or the inventory is not one."""
    with suppress(DiskError), opened(folder) as disk:
        kinds = root_of(disk)
        if not is_settled(kinds):
            return None
        inventory = disk.read(INVENTORY)
        known = decode(inventory)
        if known is not None:
            others: dict[str, str | None] = {}
            names: dict[str, list[str]] = {}
            for path, data in disk.contents(known, names):
                seen = None if data is None else digest(data)
                if seen != known[path]:
                    others[path] = seen
            return Ahead(digest(inventory), others, _strangers(disk, kinds, known, names))
    return None


def _strangers(
    disk: Folder, kinds: Mapping[str, Kind], known: Mapping[str, str], names: Mapping[str, list[str]]
) -> dict[str, Kind]:
    """What lies in the top folders and is no file of the inventory, and no folder of one. Of some folders the
    names are known: they tell in half the time of a look that nothing else is there."""
    folders = folders_of(known)
    tops = sorted(top for top in {*OWNED, *tops_of(known)} if kinds.get(top) == "dir")
    with suppress(OSError):  # one of them is gone, or no folder
        rest = {folder: disk.names(folder) for folder in sorted(folders.union(tops) - names.keys())}
        below = {**names, **rest}
        below.pop("", None)
        paths = {f"{folder}/{name}" for folder, here in below.items() for name in here}
        if not paths - known.keys() - folders:
            return {}
    found: dict[str, Kind] = {}
    for top in tops:
        here = disk.kinds(top)
        found.update({path: here[path] for path in here.keys() - known.keys() - folders})
    return found


def root_of(disk: Folder) -> dict[str, Kind]:
    """What lies directly in the root, and in the compiler's own folder."""
    kinds = disk.kinds()
    return kinds | disk.kinds(STATE) if kinds.get(STATE) == "dir" else kinds


def is_settled(kinds: Mapping[str, Kind]) -> bool:
    """True where there is an inventory, and no write has begun since."""
    return kinds.get(INVENTORY) == "file" and not at_work(kinds)


def at_work(kinds: Mapping[str, Kind]) -> bool:
    """True where a write has begun and not ended."""
    return any(path in kinds for path in (JOURNAL, *TEMPORARIES))

